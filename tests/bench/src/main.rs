//! `cargo stack bench`: what the house does, beside what the machine could do, in one run.
//!
//! Absolute figures mean little on a shared machine; the ratios do. The load generator runs on
//! the same cores as the servers and the services.

mod house;
mod limits;
mod load;
mod peers;
mod rebuild;
mod table;

use std::path::PathBuf;

use clap::Parser;

use crate::table::Table;

/// How much is measured.
#[derive(Clone, Debug, Parser)]
struct Arguments {
    /// Submissions for one workshop.
    #[arg(long, default_value_t = 20_000)]
    submissions: usize,
    /// Its seats.
    #[arg(long, default_value_t = 500)]
    seats: usize,
    /// How many clients submit at once.
    #[arg(long, default_value_t = 256)]
    clients: usize,
    /// The program of the peers, measured where it is given.
    #[arg(long)]
    peers: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut table = Table::default();
    limits::log(&mut table).await?;
    limits::http(&mut table, arguments.clients).await?;
    let house = house::House::start(arguments.seats).await?;
    house.lone_command(&mut table).await?;
    house.rush(&mut table, &arguments).await?;
    house.visible(&mut table).await?;
    house.reads(&mut table, arguments.clients).await?;
    rebuild::measure(&mut table, &house.flow).await?;
    if let Some(program) = &arguments.peers {
        drop(house);
        peers::measure(&mut table, program).await?;
    }
    table.print();
    Ok(())
}
