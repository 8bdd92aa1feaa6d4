use crate::command::signal::asked_to_stop;
use crate::error::Result;
use crate::home::Home;
use crate::nats::{Log, Nats};
use crate::port::Fixed;
use crate::shape::{LogServers, Shape};

/// Starts nats-server and PostgreSQL alone, says `ready` and keeps them until it is stopped.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The number all ports are counted from.
    #[arg(long, default_value_t = 7000, value_parser = clap::value_parser!(u16).range(1024..=65_000))]
    port_base: u16,
    /// How many nats-servers keep the log, 1 or 3.
    #[arg(long, default_value = "1", value_name = "1|3")]
    nats_nodes: LogServers,
}

pub(crate) async fn run(home: &Home, arguments: &Arguments) -> Result<()> {
    let fixed = Fixed {
        base: arguments.port_base,
    };
    let _lock = home.lock("cargo stack servers")?;
    let log = arguments.nats_nodes;
    fixed.check(Shape {
        log,
        registrations: 0,
    })?;
    let stop = asked_to_stop();
    tokio::pin!(stop);
    let servers = tokio::select! {
        started = home.start_servers(fixed, log) => started?,
        stopped = &mut stop => return stopped,
    };
    println!(
        "ready nats-server {} postgres {}",
        numbers(&servers.nats),
        servers.postgres.pid()
    );
    let outcome = tokio::select! {
        stopped = stop => stopped,
        died = servers.death() => Err(died),
    };
    servers.stop().await;
    outcome
}

fn numbers(log: &Log) -> String {
    let numbers: Vec<String> = log
        .nodes()
        .iter()
        .map(Nats::pid)
        .map(|it| it.to_string())
        .collect();
    numbers.join(",")
}
