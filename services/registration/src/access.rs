//! Who may do what, as far as only the boundary's state can tell.
//!
//! The routes have checked the role before. Here it is about whose workshop and whose
//! registration it is. What is foreign is answered like what does not exist.

use anmeldewerk_domain::{
    LinkHash, ProgramId, Rejection, State,
    workshop::{self, Status, Workshop},
};

use crate::writer::{Asked, Refusal, Wish};

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    /// Whoever runs the installation.
    Operator,
    /// The coordination office of a program.
    Office(ProgramId),
    /// A program's own system.
    Feeder(ProgramId),
    /// A participant, by the secret of their own registration.
    Participant(LinkHash),
}

/// Says whether the asker may have this decided.
pub(crate) fn authorise(state: &State, asked: &Asked) -> Result<(), Refusal> {
    match (&asked.wish, state) {
        (
            Wish::Ready(anmeldewerk_domain::Command::Workshop(workshop::Command::Create {
                ..
            })),
            _,
        )
        | (_, State::Program(_)) => Ok(()),
        (_, State::Workshop(workshop::State::Unborn)) => Err(not_found()),
        (Wish::Register(applicant), State::Workshop(workshop::State::Exists(workshop))) => {
            may_register(workshop, &asked.asker, &applicant.application.program)
        }
        (
            Wish::Ready(anmeldewerk_domain::Command::Workshop(command)),
            State::Workshop(workshop::State::Exists(workshop)),
        ) => may_command(workshop, &asked.asker, command),
        (Wish::Ready(anmeldewerk_domain::Command::Program(_)), State::Workshop(_)) => {
            Err(not_found())
        }
    }
}

fn not_found() -> Refusal {
    Refusal::Rejected(Rejection::NotFound)
}

/// A program registers its own people; the host's office registers anybody's.
fn may_register(workshop: &Workshop, asker: &Asker, program: &ProgramId) -> Result<(), Refusal> {
    let (own, is_host) = match asker {
        Asker::Office(own) => (own, *own == workshop.host),
        Asker::Feeder(own) => (own, false),
        Asker::Operator | Asker::Participant(_) => return Err(Refusal::Forbidden),
    };
    seen_by(workshop, own)?;
    if is_host || own == program {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

fn may_command(
    workshop: &Workshop,
    asker: &Asker,
    command: &workshop::Command,
) -> Result<(), Refusal> {
    match command {
        workshop::Command::Create { .. } | workshop::Command::Submit(_) => Err(Refusal::Forbidden),
        workshop::Command::Publish => may_host(workshop, asker),
        workshop::Command::Cancel(cancellation) => {
            let registration = workshop.registrations.get(&cancellation.registration);
            let registration = registration.ok_or_else(not_found)?;
            let theirs = match asker {
                Asker::Office(own) => *own == workshop.host || *own == registration.program,
                Asker::Participant(link) => *link == registration.link,
                Asker::Operator | Asker::Feeder(_) => return Err(Refusal::Forbidden),
            };
            theirs.then_some(()).ok_or_else(not_found)
        }
    }
}

fn may_host(workshop: &Workshop, asker: &Asker) -> Result<(), Refusal> {
    let Asker::Office(own) = asker else {
        return Err(Refusal::Forbidden);
    };
    if *own == workshop.host {
        return Ok(());
    }
    seen_by(workshop, own)?;
    Err(Refusal::Forbidden)
}

/// A draft exists for its host only.
fn seen_by(workshop: &Workshop, program: &ProgramId) -> Result<(), Refusal> {
    match workshop.status {
        Status::Published => Ok(()),
        Status::Draft if *program == workshop.host => Ok(()),
        Status::Draft => Err(not_found()),
    }
}
