use std::time::Duration;

use crate::cargo;
use crate::command::house::House;
use crate::command::signal::asked_to_stop;
use crate::demo::{self, Story};
use crate::error::Result;
use crate::fetch;
use crate::home::Home;
use crate::port::Fixed;
use crate::service::{Addresses, Kind, Service, Wiring};
use crate::shape::{LogServers, MOST_REGISTRATIONS, Shape};
use crate::token::{Bearer, Role, Signer};

const TOKEN_LIFETIME: Duration = Duration::from_hours(12);

/// Builds and starts everything, plays the demonstration and keeps it until Ctrl-C.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The number all ports are counted from: the gateway listens on the 80th after it.
    #[arg(long, default_value_t = 7000, value_parser = clap::value_parser!(u16).range(1024..=65_000))]
    port_base: u16,
    /// How many nats-servers keep the log, 1 or 3; each of the two logs has its own data and databases in the folder.
    #[arg(long, default_value = "1", value_name = "1|3")]
    nats_nodes: LogServers,
    /// How many registration services write the log, at most 4; the gateway shares the workshops out among them.
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=i64::from(MOST_REGISTRATIONS)))]
    registration_services: u8,
    /// Starts with the data that is there and adds nothing.
    #[arg(long)]
    no_demo: bool,
}

impl Arguments {
    fn shape(&self) -> Shape {
        Shape {
            log: self.nats_nodes,
            registrations: self.registration_services.into(),
        }
    }
}

pub(crate) async fn run(home: &Home, arguments: &Arguments) -> Result<()> {
    let fixed = Fixed {
        base: arguments.port_base,
    };
    let _lock = home.lock("cargo stack up")?;
    home.check_room()?;
    fixed.check(arguments.shape())?;
    let stop = asked_to_stop();
    tokio::pin!(stop);
    let house = tokio::select! {
        opened = open(home, fixed, arguments) => opened?,
        stopped = &mut stop => return stopped,
    };
    let outcome = tokio::select! {
        stopped = stop => stopped,
        died = house.death() => Err(died),
    };
    eprintln!("Stopping …");
    house.stop().await;
    outcome
}

async fn open(home: &Home, fixed: Fixed, arguments: &Arguments) -> Result<House> {
    fetch::Servers::find()?;
    eprintln!("Building the services (the first time some minutes) …");
    cargo::build().await?;
    eprintln!("Starting nats-server and PostgreSQL …");
    let shape = arguments.shape();
    let servers = home.start_servers(fixed, shape.log).await?;
    eprintln!("Starting the services …");
    let wiring = home.wiring(fixed, shape.registrations, &servers)?;
    home.leave_operator(&wiring, &servers)?;
    let services = start_services(&wiring).await?;
    let house = House { services, servers };
    let signer = home.signer()?;
    let addresses = wiring.addresses();
    let story = if arguments.no_demo {
        None
    } else {
        eprintln!("Playing the demonstration …");
        Some(demo::play(&addresses, &signer).await?)
    };
    greet(home, &addresses, &signer, story.as_ref());
    Ok(house)
}

async fn start_services(wiring: &Wiring) -> Result<Vec<Service>> {
    let mut services = vec![Service::start(Kind::Projection, wiring).await?];
    services.extend(Service::start_registrations(wiring).await?);
    services.push(Service::start(Kind::Gateway, wiring).await?);
    Ok(services)
}

/// Whose tokens are shown.
const BEARERS: [(&str, Bearer<'static>); 5] = [
    ("coordinator", bearer(Some("sh"), &[Role::Coordinator])),
    ("feeder", bearer(Some("mv"), &[Role::Feeder])),
    ("reporter", bearer(Some("sh"), &[Role::Reporter])),
    ("auditor", bearer(None, &[Role::Auditor])),
    ("operator", bearer(None, &[Role::Operator])),
];

const fn bearer(program: Option<&'static str>, roles: &'static [Role]) -> Bearer<'static> {
    Bearer {
        program,
        roles,
        subject: "developer",
    }
}

fn greet(home: &Home, addresses: &Addresses, signer: &Signer, story: Option<&Story>) {
    let home = home.flag();
    let gateway = &addresses.gateway;
    println!("\nAnmeldewerk runs.\n");
    println!("  gateway             {gateway}");
    println!("  health and metrics  {}", addresses.gateway_admin);
    for admin in &addresses.registration_admins {
        println!("                      {admin} (registration, clock)");
    }
    println!(
        "                      {} (projection)\n",
        addresses.projection_admin
    );
    println!("Tokens, valid for 12 hours:\n");
    for (role, bearer) in BEARERS {
        let program = bearer.program.unwrap_or("–");
        println!(
            "  {role} ({program})\n  {}\n",
            signer.token(&bearer, TOKEN_LIFETIME)
        );
    }
    println!("Try:\n");
    println!("  export TOKEN=$(cargo stack{home} token --program sh --role coordinator)");
    println!("  curl -s {gateway}/v1/workshops");
    if let Some(story) = story {
        tell(gateway, story);
    }
    println!("  cargo stack{home} projection list");
    println!("\nCtrl-C stops everything; the data stays.");
}

fn tell(gateway: &str, story: &Story) {
    let (past, coming) = (&story.past, &story.coming);
    println!("  curl -s '{gateway}/v1/workshops/{coming}'");
    println!(
        "  curl -s -H \"Authorization: Bearer $TOKEN\" \\\n    '{gateway}/v1/workshops/{past}/attendees?state=waitlisted'"
    );
    println!(
        "\nMölln, 2019, is over; a registration today is refused:\n  {}",
        story.refusal
    );
}
