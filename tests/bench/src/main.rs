//! `cargo stack bench`: what the house does, beside what the machine could do, in one run.
//!
//! Absolute figures mean little on a shared machine; the ratios do. The load generator runs on
//! the same cores as the servers and the services.

mod alone;
mod bulk;
mod history;
mod house;
mod limits;
mod live;
mod load;
mod peers;
mod questions;
mod rebuild;
mod rush;
mod table;
mod topics;
mod usage;

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::{rush::Crowd, table::Table};

/// How much is measured.
#[derive(Clone, Debug, Parser)]
struct Arguments {
    /// Submissions for one workshop.
    #[arg(long, default_value_t = 20_000)]
    submissions: usize,
    /// Its seats.
    #[arg(long, default_value_t = 500)]
    seats: usize,
    /// How many clients submit at once, one rush after another.
    #[arg(long, default_values_t = [16, 64, 256], value_delimiter = ',')]
    clients: Vec<usize>,
    /// How many of a hundred submissions are sent twice.
    #[arg(long, default_value_t = 10)]
    repeats: usize,
    /// Over how many workshops others are spread.
    #[arg(long, default_value_t = 2_000)]
    workshops: usize,
    #[command(flatten)]
    made: house::Made,
    /// What is killed in the middle of each rush.
    #[arg(long)]
    kill: Option<house::Victim>,
    #[command(flatten)]
    asked: questions::Asked,
    /// How many rows one feed has.
    #[arg(long, default_value_t = 100_000)]
    rows: usize,
    /// How many registrations a large workshop has, which is read from the log.
    #[arg(long, default_value_t = 100_000)]
    large: usize,
    /// How many decisions the log has that the read model is built from.
    #[arg(long, default_value_t = 1_000_000)]
    history: usize,
    /// Only this part.
    #[arg(long)]
    only: Option<Part>,
    /// The program of the peers, measured where it is given.
    #[arg(long)]
    peers: Option<PathBuf>,
}

/// A part that can be measured alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The gateway's questions.
    Questions,
    /// The read model and its log.
    History,
    /// The assignment of topics.
    Topics,
    /// The rushes, and many rows in one request.
    Rush,
}

impl Arguments {
    fn crowd(&self, clients: usize) -> Crowd {
        Crowd {
            clients,
            submissions: self.submissions,
            repeats: self.submissions * self.repeats / 100,
            seats: self.seats,
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let mut table = Table::default();
    match arguments.only {
        Some(Part::History) => return Box::pin(history_only(table, &arguments)).await,
        Some(Part::Topics) => {
            topics::measure(&mut table)?;
            table.print();
            return Ok(());
        }
        Some(Part::Questions) => {
            let house = house::House::start(arguments.seats, arguments.made).await?;
            questions::measure(&mut table, &house, arguments.asked).await?;
            table.print();
            return Ok(());
        }
        Some(Part::Rush) | None => {}
    }
    let most = arguments.clients.iter().copied().max().unwrap_or(256);
    limits::log(&mut table).await?;
    limits::http(&mut table, most).await?;
    if arguments.only.is_none() {
        topics::measure(&mut table)?;
    }
    let house = house::House::start(arguments.seats, arguments.made).await?;
    house.lone_command(&mut table).await?;
    for clients in &arguments.clients {
        let crowd = arguments.crowd(*clients);
        if *clients == most {
            let rush = (crowd, house.workshop.as_str(), arguments.kill);
            house.rush(&mut table, rush).await?;
        } else {
            let workshop = house.publish(crowd.seats).await?;
            let rush = (crowd, workshop.as_str(), arguments.kill);
            house.rush(&mut table, rush).await?;
        }
    }
    bulk::measure(&mut table, &house, arguments.rows).await?;
    if arguments.only == Some(Part::Rush) {
        table.print();
        return Ok(());
    }
    let many = (arguments.workshops, most, arguments.submissions);
    house.many(&mut table, many).await?;
    house.visible(&mut table).await?;
    questions::measure(&mut table, &house, arguments.asked).await?;
    let log = house.log().await?;
    let written = history::read(&log).await?;
    live::measure(&mut table, &written).await?;
    rebuild::measure(&mut table, &written, arguments.history).await?;
    let large = house.publish(arguments.seats).await?;
    house.flow.kill_registration();
    let large = (&house.flow, large.as_str());
    alone::measure(&mut table, large, arguments.large).await?;
    if let Some(program) = &arguments.peers {
        drop(house);
        peers::measure(&mut table, program).await?;
    }
    table.print();
    Ok(())
}

/// What the read model does alone; the house is there to write what is multiplied.
async fn history_only(mut table: Table, arguments: &Arguments) -> anyhow::Result<()> {
    let house = house::House::start(arguments.seats, arguments.made).await?;
    let crowd = Crowd {
        clients: 16,
        submissions: 1_000,
        repeats: 0,
        seats: arguments.seats,
    };
    let rush = (crowd, house.workshop.as_str(), None);
    house.rush(&mut Table::default(), rush).await?;
    let written = history::read(&house.log().await?).await?;
    drop(house);
    live::measure(&mut table, &written).await?;
    rebuild::measure(&mut table, &written, arguments.history).await?;
    if let Some(program) = &arguments.peers {
        peers::measure(&mut table, program).await?;
    }
    table.print();
    Ok(())
}
