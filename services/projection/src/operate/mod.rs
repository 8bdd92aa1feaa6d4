//! The command line for operators: versions of the read model, and subjects that stand still.

mod at;
mod park;
mod show;
mod versions;

use std::process::ExitCode;

use anmeldewerk_contract::Position;
use anmeldewerk_domain::ProgramId;
use anmeldewerk_journal::JetStream;
use anmeldewerk_read_model::{BiRole, Fault, Registry, SchemaName};
use anmeldewerk_service::{
    config::{self, Secret},
    telemetry::chain,
};
use clap::{Parser, Subcommand};

use crate::engine::{Engine, Failed, Progress};

pub(crate) use at::At;
use show::Shown;

/// Looks after the read model beside the service that follows the log.
#[derive(Debug, Parser)]
#[command(name = "anmeldewerk-projection", version)]
pub struct Operate {
    /// Address of the NATS server, with user and password.
    #[arg(long, env = "AW_NATS_URL")]
    nats_url: Secret,
    /// Base address of each NATS server's monitoring page, separated by commas.
    #[arg(long, env = "AW_NATS_MONITOR_URL", value_delimiter = ',')]
    nats_monitor_url: Vec<String>,
    /// Name of the stream that is the log.
    #[arg(long, env = "AW_STREAM", default_value = "AW_LOG")]
    stream: String,
    /// Address of the read model's database.
    #[arg(long, env = "AW_READ_MODEL_DATABASE_URL")]
    read_model_database_url: Secret,
    /// Administrator's address of the same database, for `bi-role` alone.
    #[arg(long, env = "AW_READ_MODEL_ADMIN_DATABASE_URL")]
    admin_database_url: Option<Secret>,
    /// Of the service alone; so both can be told the same.
    #[arg(long, env = "AW_ADMIN_LISTEN", hide = true)]
    admin_listen: Option<String>,
    /// Of the service alone.
    #[arg(long, env = "AW_LOG", hide = true)]
    log: Option<String>,
    /// Prints JSON instead of a table.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Lists the versions: which is asked, how far each has come.
    List,
    /// Builds the read model anew beside the live one, compares both, and has the new one asked.
    Rebuild {
        /// Differences that are meant: names of tables, `shape`, or `log`; separated by commas.
        #[arg(long, value_delimiter = ',')]
        accept: Vec<String>,
        /// Leaves the new version beside the live one; `flip` has it asked.
        #[arg(long, conflicts_with = "accept")]
        no_flip: bool,
    },
    /// Has another complete version asked: one that was built, or the one before; compared like a rebuild.
    Flip {
        /// The version, such as `rm_2`.
        version: SchemaName,
        /// Differences that are meant: names of tables, `shape`, or `log`; separated by commas.
        #[arg(long, value_delimiter = ',')]
        accept: Vec<String>,
    },
    /// Builds a version as it was at a position, a time or at the end of a day; it is read by its schema.
    AsOf {
        /// A position, an instant such as `2019-10-23T12:00:00Z`, or a day (its end, Europe/Berlin).
        at: At,
        /// What it is called: the schema is `asof_<name>`.
        #[arg(long)]
        name: String,
        /// After how many days it may be dropped; 0: never by itself.
        #[arg(long, default_value_t = 30)]
        keep_days: u16,
    },
    /// Drops a version that is not asked.
    Drop {
        /// The version.
        version: SchemaName,
    },
    /// Digests all rows of a version, table by table.
    Digest {
        /// The version; the live one where none is named.
        version: Option<SchemaName>,
    },
    /// Makes the role `bi_<program>` for dashboards, or gives it a new password, which is shown this once.
    BiRole {
        /// The program, such as `sh`.
        #[arg(value_parser = program)]
        program: ProgramId,
    },
    /// Deals with subjects that stand still because a message could not be folded.
    Park {
        #[command(subcommand)]
        verb: ParkVerb,
    },
}

#[derive(Debug, Subcommand)]
enum ParkVerb {
    /// Lists what stands still, and what is left out for good.
    List,
    /// Tries the messages that wait again, in one transaction for each subject.
    Retry {
        /// The subject, such as `aw.log.workshop.<id>`; all of them where none is named.
        subject: Option<String>,
    },
    /// Leaves one message out of every version for good, and goes on with its subject.
    Skip {
        /// Its position in the log.
        position: u64,
        /// Why; it is kept.
        #[arg(long)]
        reason: String,
    },
}

/// The first words of a command line that is for operators.
const VERBS: [&str; 8] = [
    "list", "rebuild", "flip", "as-of", "drop", "digest", "bi-role", "park",
];

fn program(slug: &str) -> Result<ProgramId, &'static str> {
    ProgramId::new(slug).ok_or("is no slug of a program")
}

/// Why an operator's command failed.
#[derive(Debug, thiserror::Error)]
enum Wrong {
    #[error("the log could not be opened")]
    Log(#[source] anmeldewerk_journal::ConnectError),
    #[error(transparent)]
    Failed(#[from] Failed),
    #[error("{0}")]
    Refused(String),
}

impl From<Fault> for Wrong {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault.into())
    }
}

/// Says whether the command line is an operator's; else it is the service's, which takes settings only.
pub fn is_meant() -> bool {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let begins_with_a_word = words.first().is_some_and(|word| !word.starts_with('-'));
    begins_with_a_word || words.iter().any(|word| VERBS.contains(&word.as_str()))
}

/// Runs what the command line asks for: the answer on stdout, progress and errors on stderr.
#[tokio::main]
pub async fn main() -> ExitCode {
    let arguments: Operate = config::parse();
    match run(&arguments).await {
        Ok(shown) => {
            println!(
                "{}",
                if arguments.json {
                    shown.json()
                } else {
                    shown.table()
                }
            );
            ExitCode::SUCCESS
        }
        Err(wrong) => {
            eprintln!("error: {}", chain(&wrong));
            if let Wrong::Failed(failed) = &wrong {
                eprintln!("{}", failed.advice());
            }
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Operate) -> Result<Shown, Wrong> {
    let registry = Registry::connect(arguments.read_model_database_url.expose())?;
    match &arguments.verb {
        Verb::List => versions::list(&registry).await,
        Verb::Drop { version } => versions::drop_version(&registry, version).await,
        Verb::Digest { version } => versions::digest(&registry, version.as_ref()).await,
        Verb::BiRole { program } => {
            let admin = arguments.admin_database_url.as_ref();
            let admin = admin.ok_or_else(|| Wrong::Refused(NO_ADMIN.to_owned()))?;
            Ok(bi_role(
                &anmeldewerk_read_model::bi_role(admin.expose(), program).await?,
            ))
        }
        Verb::Park {
            verb: ParkVerb::List,
        } => park::list(&registry).await,
        Verb::Rebuild { accept, no_flip } => {
            let engine = engine(arguments, registry).await?;
            if *no_flip {
                versions::build(&engine).await
            } else {
                versions::rebuild(&engine, accept).await
            }
        }
        Verb::Flip { version, accept } => {
            let engine = engine(arguments, registry).await?;
            versions::flip(&engine, version, accept).await
        }
        Verb::AsOf {
            at,
            name,
            keep_days,
        } => {
            let engine = engine(arguments, registry).await?;
            versions::as_of(&engine, *at, (name, *keep_days)).await
        }
        Verb::Park {
            verb: ParkVerb::Retry { subject },
        } => {
            let engine = engine(arguments, registry).await?;
            park::retry(&engine, subject.as_deref()).await
        }
        Verb::Park {
            verb: ParkVerb::Skip { position, reason },
        } => {
            let engine = engine(arguments, registry).await?;
            park::skip(&engine, Position(*position), reason).await
        }
    }
}

const NO_ADMIN: &str =
    "a role is made by whoever administers the database: AW_READ_MODEL_ADMIN_DATABASE_URL";

fn bi_role(role: &BiRole) -> Shown {
    let value = serde_json::json!({ "role": role.name, "password": role.password });
    let rows = vec![vec![role.name.clone(), role.password.clone()]];
    let shown = Shown::new(value).rows(&["role", "password"], rows);
    shown.line("The password is shown this once; asked again there is a new one. It reads the schema `reporting`.")
}

async fn engine(arguments: &Operate, registry: Registry) -> Result<Engine, Wrong> {
    let log = JetStream::connect(
        arguments.nats_url.expose(),
        &arguments.stream,
        &arguments.nats_monitor_url,
    );
    Ok(Engine {
        log: log.await.map_err(Wrong::Log)?,
        registry,
        progress: tell,
    })
}

fn tell(progress: &Progress<'_>) {
    eprintln!(
        "{}: {} of {} decisions, {:.0}/s, {:.0} s left",
        progress.version,
        progress.position,
        progress.end,
        progress.rate,
        progress.seconds_left(),
    );
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound_and_every_verb_is_known() {
        let command = Operate::command();
        command.clone().debug_assert();
        let verbs: Vec<&str> = command
            .get_subcommands()
            .map(clap::Command::get_name)
            .collect();
        assert_eq!(verbs.len(), VERBS.len());
        for verb in verbs {
            assert!(VERBS.contains(&verb), "{verb}");
        }
    }
}
