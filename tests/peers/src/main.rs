//! What a user would pick instead, under the same load: everybody at once for the seats of one workshop.
//!
//! Two libraries for event sourcing on PostgreSQL, called in-process, and a plain service with one transaction and
//! row locks, called over HTTP. Every level is checked in the database afterwards: where a peer gave a seat twice or
//! lost an answer, its row says so.

mod by_cqrs_es;
mod by_disintegrate;
mod by_row_locks;
mod database;
mod exact;
mod level;
mod load;
mod row;
mod seats;
mod submission;

use std::time::Duration;

use clap::Parser;

use crate::{database::Database, row::Rows};

/// How much is measured, and where.
#[derive(Clone, Debug, Parser)]
struct Arguments {
    /// An empty database, for a role that may make schemas in it.
    #[arg(long)]
    database_url: String,
    /// Seats of the contended workshop.
    #[arg(long, default_value_t = 500)]
    seats: u32,
    /// Distinct submissions for one workshop, at most.
    #[arg(long, default_value_t = 2_000)]
    submissions: usize,
    /// How many clients submit at once, a level each.
    #[arg(long, value_delimiter = ',', default_values_t = [16, 64, 256])]
    clients: Vec<usize>,
    /// How long a level goes on, at most.
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Events to replay.
    #[arg(long, default_value_t = 5_000)]
    replayed: usize,
    /// Connections each peer has to the database; the default is that of its pool.
    #[arg(long, default_value_t = 10)]
    connections: u32,
}

impl Arguments {
    fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let database = Database::open(&arguments.database_url, arguments.connections).await?;
    let mut rows = Rows::default();
    by_row_locks::measure(&mut rows, &database, &arguments).await?;
    by_cqrs_es::measure(&mut rows, &database, &arguments).await?;
    by_disintegrate::measure(&mut rows, &database, &arguments).await?;
    rows.print()
}
