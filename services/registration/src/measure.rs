//! The writer alone, without HTTP in front of it: for measurements, never for users.

use std::{path::PathBuf, sync::Arc};

use anmeldewerk_contract::{ClockKind, CommandId, Fingerprint};
use anmeldewerk_domain::{Boundary, Instant, LinkHash, ProgramId, WorkshopId, workshop::Channel};
use anmeldewerk_journal::JetStream;
use anmeldewerk_service::lifecycle::Shutdown;
use anmeldewerk_vault::Vault;
use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    access::Asker,
    form::registration::{Made, RegistrationBody},
    fresh,
    snapshot::{Place, Shelf},
    writer::{self, Answer, Asked, Desk, Wish},
};

/// A writer on a log and a vault; nobody else writes there meanwhile, or it decides anew as ever.
pub struct Alone {
    desk: Desk,
}

/// A submission that waits for nothing but its decision.
pub struct Ready(Asked);

impl Alone {
    /// Starts it with nothing in memory; snapshots are kept where a folder is given.
    pub fn start(journal: &JetStream, vault: Arc<Vault>, cache_folder: Option<PathBuf>) -> Self {
        let shelf = cache_folder.map_or_else(Shelf::none, |folder| {
            let (shelf, keeper) = Shelf::open(Place {
                folder,
                most_bytes: 2 << 30,
                stream: "AW_LOG".to_owned(),
            });
            tokio::spawn(keeper.run(journal.clone(), Shutdown::default()));
            shelf
        });
        let (writer, desk) = writer::Task::new(journal.clone(), vault, shelf);
        tokio::spawn(writer.run());
        Self { desk }
    }

    /// Reads a submission's body, as the route does, for an office of `program`.
    pub fn ready(
        &self,
        (program, workshop): (&str, Uuid),
        body: &Value,
        at_micros: i64,
    ) -> anyhow::Result<Ready> {
        let body = RegistrationBody::deserialize(body).context("the body is not valid")?;
        let received_at = Instant::from_micros(at_micros);
        let made = Made {
            registration: fresh::ordered_id(received_at),
            link: LinkHash(fresh::random_bytes()),
            channel: Channel::Office,
        };
        let applicant = body.applicant(&made);
        let applicant = applicant.map_err(|_| anyhow::anyhow!("the body is not valid"))?;
        Ok(Ready(Asked {
            boundary: Boundary::Workshop(WorkshopId(workshop.as_u128())),
            asker: Asker::Office(ProgramId::new(program).context("a program's slug")?),
            wish: Wish::Register(Box::new(applicant)),
            condition: None,
            command: CommandId(fresh::random_bytes()),
            fingerprint: Fingerprint([0; 32]),
            received_at,
            clock: ClockKind::Real,
            decision: fresh::ordered_id(received_at),
            actor: Uuid::nil(),
            traceparent: None,
        }))
    }

    /// Lets it be decided, and gives its position once it is durable.
    pub async fn decide(&self, Ready(asked): Ready) -> anyhow::Result<u64> {
        match self.desk.ask(asked).await? {
            Answer::Decided { position, .. } => Ok(position.0),
            Answer::Unchanged { .. } => bail!("there was nothing to decide"),
        }
    }
}
