//! `registration reproduce <run>`: a run that was published is solved once more from the log, and compared.

use std::process::ExitCode;

use anmeldewerk_contract::{Position, Recorded, decode, hex};
use anmeldewerk_domain::{
    Boundary, Event,
    assignment::ALGORITHM,
    workshop::{self, AssignmentResult, Workshop},
};
use anmeldewerk_journal::{ConnectError, FollowError, JetStream, Journal, ReadError};
use anmeldewerk_service::{
    config::{self, Secret},
    telemetry::chain,
};
use clap::{Parser, Subcommand};
use uuid::Uuid;

use crate::{
    assigning::{self, Question},
    writer::{LoadError, before},
};

/// How many messages are taken at once.
const BATCH: usize = 2_000;

/// Reads the log, and writes nothing.
#[derive(Debug, Parser)]
#[command(name = "anmeldewerk-registration", version)]
struct Ask {
    /// Address of the NATS server, with user and password.
    #[arg(long, env = "AW_NATS_URL")]
    nats_url: Secret,
    /// Base address of each NATS server's monitoring page, separated by commas.
    #[arg(long, env = "AW_NATS_MONITOR_URL", value_delimiter = ',')]
    nats_monitor_url: Vec<String>,
    /// Name of the stream that is the log.
    #[arg(long, env = "AW_STREAM", default_value = "AW_LOG")]
    stream: String,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Solves a published run once more on what was there before it, and compares place by place.
    Reproduce {
        /// The run.
        run: Uuid,
    },
}

/// Why a run could not be compared.
#[derive(Debug, thiserror::Error)]
enum Wrong {
    #[error("the log could not be opened")]
    Log(#[source] ConnectError),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Follow(#[from] FollowError),
    #[error(transparent)]
    Load(#[from] LoadError),
    #[error("the log has no publication of run {0}")]
    NoSuchRun(Uuid),
    #[error("run was solved by rules {found}, and these are {ALGORITHM}")]
    OtherRules { found: u16 },
    #[error("workshop of the run is not there before it")]
    NoWorkshop,
    #[error("{0}")]
    Differs(String),
}

/// Says whether the command line asks for this; else it is the service's, which takes settings only.
pub fn is_meant() -> bool {
    std::env::args().skip(1).any(|word| word == "reproduce")
}

/// Runs what the command line asks for: the answer on stdout, an error on stderr and as exit code 1.
#[tokio::main]
pub async fn main() -> ExitCode {
    let ask: Ask = config::parse();
    match run(&ask).await {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            eprintln!("error: {}", chain(&wrong));
            ExitCode::FAILURE
        }
    }
}

async fn run(ask: &Ask) -> Result<String, Wrong> {
    let Verb::Reproduce { run } = &ask.verb;
    let journal = JetStream::connect(ask.nats_url.expose(), &ask.stream, &ask.nats_monitor_url);
    let journal = journal.await.map_err(Wrong::Log)?;
    let published = find(&journal, *run).await?;
    let state = before(&journal, &published.boundary, published.position).await?;
    let workshop = assigning::existing(state).ok_or(Wrong::NoWorkshop)?;
    compare(&workshop, &published)
}

/// A publication as it stands in the log.
struct Published {
    position: Position,
    boundary: Boundary,
    result: AssignmentResult,
}

/// Looks through the log from its beginning; only messages that name the run are read at all.
async fn find<J: Journal>(journal: &J, run: Uuid) -> Result<Published, Wrong> {
    let end = journal.state().await?.last;
    let name = run.to_string();
    let mut at = Position::START;
    if end > at {
        let mut follower = journal.follow(at).await?;
        while at < end {
            for message in follower.batch(BATCH).await? {
                at = message.position;
                let names = message.payload.windows(name.len());
                if !names.into_iter().any(|window| window == name.as_bytes()) {
                    continue;
                }
                let recorded = decode(&message);
                let found = recorded.ok().and_then(|recorded| published(recorded, run));
                if let Some(found) = found {
                    return Ok(found);
                }
            }
        }
    }
    Err(Wrong::NoSuchRun(run))
}

fn published(recorded: Recorded, run: Uuid) -> Option<Published> {
    let mut events = recorded.decision.events.into_iter();
    let result = events.find_map(|event| match event {
        Event::Workshop(workshop::Event::AssignmentPublished(result)) => Some(*result),
        _ => None,
    })?;
    (result.solved.run.0 == run.as_u128()).then_some(Published {
        position: recorded.position,
        boundary: recorded.decision.boundary,
        result,
    })
}

/// Solves a run once more and compares what it was solved on, who has what, and what was closed.
fn compare(workshop: &Workshop, published: &Published) -> Result<String, Wrong> {
    let solved = &published.result.solved;
    if solved.algorithm != ALGORITHM {
        let found = solved.algorithm;
        return Err(Wrong::OtherRules { found });
    }
    let question = Question {
        run: solved.run,
        extent: solved.extent,
        seed: solved.seed,
    };
    let input = workshop.assignment_input(solved.extent);
    let again = assigning::solve(input, workshop.pins(), question);
    if again.solved.input != solved.input {
        let (stated, found) = (hex(&solved.input.0), hex(&again.solved.input.0));
        let said = format!("input differs: {stated} is stated, {found} was there");
        return Err(Wrong::Differs(said));
    }
    if again.solved != *solved {
        return Err(Wrong::Differs("pins or ranks differ".to_owned()));
    }
    let (places, closed) = (&again.allocation.places, &again.allocation.closed);
    if *closed != published.result.closed {
        return Err(Wrong::Differs("closed topics differ".to_owned()));
    }
    let stated = &published.result.places;
    let all = places.keys().chain(stated.keys());
    if let Some(id) = all.into_iter().find(|id| places.get(id) != stated.get(id)) {
        let id = Uuid::from_u128(id.0);
        return Err(Wrong::Differs(format!(
            "registration {id} would have another topic"
        )));
    }
    Ok(format!(
        "run {} at position {}: {} people solved again, all as published",
        Uuid::from_u128(solved.run.0),
        published.position,
        places.len(),
    ))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Ask::command().debug_assert();
    }
}
