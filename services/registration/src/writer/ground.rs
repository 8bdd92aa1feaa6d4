//! Answering: only on ground that is durable, and the newest.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use anmeldewerk_contract::{Position, Subject, decode};
use anmeldewerk_domain::{Boundary, RegistrationId};
use anmeldewerk_journal::Journal;
use uuid::Uuid;

use super::{Answer, Refusal, Reply, Standing, attempt::Verdict, cells::Cells, draft::Draft};

/// What is known of the state on which something was refused.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ground {
    /// It is durable, and nothing newer is.
    Proven,
    /// The log had moved on.
    Stale,
    /// The log did not tell.
    Unknown,
}

/// Asks the leader where subjects stand, and forgets cells that were behind.
///
/// What was appended before is durable, whatever comes out here.
pub(super) async fn confirm_ground<J: Journal>(
    journal: &J,
    cells: &mut Cells,
    unproven: BTreeSet<Boundary>,
) -> HashMap<Boundary, Ground> {
    let mut grounds = HashMap::new();
    for boundary in unproven {
        let tail = cells.get(&boundary).map(|cell| cell.tail);
        let last = journal.last(&Subject::from(&boundary)).await;
        let last = last.map(|message| message.map_or(Position::START, |m| m.position));
        let ground = match last {
            Ok(last) if tail == Some(last) => Ground::Proven,
            Ok(_) => Ground::Stale,
            Err(_) => Ground::Unknown,
        };
        if ground != Ground::Proven {
            cells.drop(&boundary);
        }
        grounds.insert(boundary, ground);
    }
    grounds
}

/// Gives what comes of a draft whose decision, if it has one, is stored.
pub(super) fn verdict(draft: Draft, positions: &[Position], stale: bool) -> Verdict {
    let decided = |entry: usize, decision, replayed| {
        let position = positions.get(entry).copied().unwrap_or_default();
        Verdict::Sure(Ok(Answer::Decided {
            position,
            decision,
            replayed,
        }))
    };
    match draft {
        Draft::New { entry, decision } => decided(entry, decision, false),
        Draft::SameAs { entry, decision } => decided(entry, decision, true),
        Draft::Overtaken => Verdict::Stale,
        Draft::Refused(_) | Draft::Unchanged(_) if stale => Verdict::Stale,
        Draft::Refused(refusal) => Verdict::Sure(Err(refusal)),
        Draft::Hindered | Draft::Unchanged(_) => Verdict::Sure(Err(Refusal::Unavailable)),
        Draft::Repeat(_) => Verdict::Sure(Err(Refusal::OutcomeUnknown)),
    }
}

/// Reads the first decision again, so that a repeat gets the first answer.
///
/// Where it is `own`, the decision of this very request, only its acknowledgement had been lost:
/// then it is the first answer itself.
pub(super) async fn repeat<J: Journal>(journal: &J, position: Position, own: Uuid) -> Reply {
    let message = journal.at(position).await.ok().flatten();
    let recorded = message.and_then(|message| decode(&message).ok());
    let recorded = recorded.ok_or(Refusal::OutcomeUnknown)?;
    Ok(Answer::Decided {
        position: recorded.position,
        replayed: recorded.decision.id != own,
        decision: Arc::new(recorded.decision),
    })
}

/// Says since when it is so: with everything that this very drain has stored.
pub(super) fn unchanged(
    cells: &Cells,
    boundary: &Boundary,
    about: Option<RegistrationId>,
) -> Verdict {
    let cell = cells.get(boundary);
    let position = cell.and_then(|cell| match about {
        Some(registration) => cell.version(registration),
        None => cell.settings_version(),
    });
    let registration = |id| Some((id, cell?.workshop()?.registrations.get(&id)?));
    let standing = about.and_then(registration);
    let standing = standing.map(|(id, registration)| Standing {
        registration: id,
        number: registration.number,
        person: registration.person,
        state: registration.situation.name(),
    });
    let answer = position.map(|position| Answer::Unchanged { position, standing });
    Verdict::Sure(answer.ok_or(Refusal::Unavailable))
}
