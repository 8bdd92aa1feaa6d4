use crate::command::signal::asked_to_stop;
use crate::error::Result;
use crate::home::Home;
use crate::port::Fixed;

/// Starts the two servers alone, says `ready` and keeps them until it is stopped.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The number all ports are counted from.
    #[arg(long, default_value_t = 7000, value_parser = clap::value_parser!(u16).range(1024..=65_000))]
    port_base: u16,
}

pub(crate) async fn run(home: &Home, arguments: &Arguments) -> Result<()> {
    let fixed = Fixed {
        base: arguments.port_base,
    };
    let _lock = home.lock("cargo stack servers")?;
    fixed.check()?;
    let stop = asked_to_stop();
    tokio::pin!(stop);
    let servers = tokio::select! {
        started = home.start_servers(fixed) => started?,
        stopped = &mut stop => return stopped,
    };
    println!(
        "ready nats-server {} postgres {}",
        servers.nats.pid(),
        servers.postgres.pid()
    );
    let (nats, postgres) = (servers.nats.child(), servers.postgres.child());
    let outcome = tokio::select! {
        stopped = stop => stopped,
        _ = nats.exited() => Err(nats.obituary()),
        _ = postgres.exited() => Err(postgres.obituary()),
    };
    servers.stop().await;
    outcome
}
