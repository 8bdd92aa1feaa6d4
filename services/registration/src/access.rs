//! Who may do what, as far as only the boundary's state can tell.
//!
//! The routes have checked the role before. Here it is about whose workshop and whose
//! registration it is. What is foreign is answered like what does not exist.

use anmeldewerk_domain::{
    Boundary, Command, LinkHash, ProgramId, RegistrationId, Rejection, State, program,
    workshop::{self, Registration, SignUp, Workshop},
};

use crate::writer::{Applicant, Asked, Refusal, Wish};

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
    /// Anybody, without a token.
    Public,
    /// Nobody: something is due.
    Clock,
}

/// Says whether the asker may have this decided.
pub(crate) fn authorise(state: &State, asked: &Asked) -> Result<(), Refusal> {
    match (&asked.wish, state) {
        (Wish::Ready(Command::Workshop(workshop::Command::Create { .. })), _) => Ok(()),
        (Wish::Ready(Command::Program(command)), State::Program(_)) => {
            may_run(&asked.boundary, &asked.asker, command)
        }
        (Wish::Ready(Command::Catalogue(_)), State::Catalogue(_)) => may_state(&asked.asker),
        (_, State::Program(_) | State::Catalogue(_))
        | (Wish::Ready(Command::Program(_) | Command::Catalogue(_)), State::Workshop(_)) => {
            Err(not_found())
        }
        (_, State::Workshop(workshop::State::Unborn)) => Err(not_found()),
        (wish, State::Workshop(workshop::State::Exists(workshop))) => {
            may_wish(workshop, &asked.asker, wish)
        }
    }
}

fn not_found() -> Refusal {
    Refusal::Rejected(Rejection::NotFound)
}

/// The catalogue is everybody's who plans workshops; who said what stands in the history.
fn may_state(asker: &Asker) -> Result<(), Refusal> {
    match asker {
        Asker::Operator | Asker::Office(_) => Ok(()),
        Asker::Feeder(_) | Asker::Participant(_) | Asker::Public | Asker::Clock => {
            Err(Refusal::Forbidden)
        }
    }
}

/// An operator registers programs; its list of municipalities a program's own office keeps.
fn may_run(boundary: &Boundary, asker: &Asker, command: &program::Command) -> Result<(), Refusal> {
    match (command, asker) {
        (program::Command::Put(_), Asker::Operator) => Ok(()),
        (program::Command::ListMunicipalities(_), Asker::Office(own)) => {
            let own = Boundary::Program(own.clone()) == *boundary;
            own.then_some(()).ok_or_else(not_found)
        }
        (program::Command::Put(_) | program::Command::ListMunicipalities(_), _) => {
            Err(Refusal::Forbidden)
        }
    }
}

fn may_wish(workshop: &Workshop, asker: &Asker, wish: &Wish) -> Result<(), Refusal> {
    match wish {
        Wish::Ready(Command::Program(_) | Command::Catalogue(_)) => Err(not_found()),
        Wish::Ready(Command::Workshop(command)) => may_command(workshop, asker, command),
        Wish::Noted(wish, _) => may_wish(workshop, asker, wish),
        Wish::Restate(_) | Wish::Postpone(_) => may_host(workshop, asker),
        Wish::Attend(sheet) => match sheet.about() {
            Some(id) => may_host_of(workshop, asker, find(workshop, id)?),
            None => may_host(workshop, asker),
        },
        Wish::Register(applicant) => may_register(workshop, asker, applicant),
        Wish::RegisterGroup(party) => {
            let members = &party.members;
            members
                .iter()
                .try_for_each(|member| may_register(workshop, asker, member))
        }
        Wish::Put(applicant) => may_feed(workshop, asker, &applicant.application.program),
        Wish::Revise(revision) => {
            let registration = find(workshop, revision.registration)?;
            may_speak_for(workshop, asker, registration)
        }
        Wish::Substitute(successor) => {
            let registration = find(workshop, successor.registration)?;
            may_speak_for(workshop, asker, registration)
        }
        Wish::CancelReferred(reference, _) => {
            let known = workshop.references.get(reference);
            let registration = find(workshop, *known.ok_or_else(not_found)?)?;
            may_feed(workshop, asker, &registration.program)
        }
    }
}

/// A program registers its own people; the host's office registers anybody's, and past the rules.
fn may_register(workshop: &Workshop, asker: &Asker, applicant: &Applicant) -> Result<(), Refusal> {
    let program = &applicant.application.program;
    let (own, is_host) = match asker {
        Asker::Office(own) => (own, *own == workshop.host),
        Asker::Feeder(own) => (own, false),
        Asker::Public => return may_sign_up(workshop, applicant),
        Asker::Operator | Asker::Participant(_) | Asker::Clock => return Err(Refusal::Forbidden),
    };
    seen_by(workshop, own)?;
    let past_the_rules = applicant.application.overriding.is_some();
    if is_host || own == program && !past_the_rules {
        Ok(())
    } else {
        Err(Refusal::Forbidden)
    }
}

/// Anybody registers themselves where the workshop is open to everybody.
fn may_sign_up(workshop: &Workshop, applicant: &Applicant) -> Result<(), Refusal> {
    if !workshop.published {
        return Err(not_found());
    }
    match workshop.settings.sign_up {
        SignUp::Programs => Err(Refusal::TokenRequired),
        SignUp::Public | SignUp::PublicConfirmed => {
            if applicant.application.overriding.is_some() {
                Err(Refusal::Forbidden)
            } else {
                Ok(())
            }
        }
    }
}

/// A program's own systems speak for its own people, by its own references.
fn may_feed(workshop: &Workshop, asker: &Asker, program: &ProgramId) -> Result<(), Refusal> {
    let (Asker::Office(own) | Asker::Feeder(own)) = asker else {
        return Err(Refusal::Forbidden);
    };
    seen_by(workshop, own)?;
    if own == program {
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
    use workshop::Command as C;
    match command {
        C::Create { .. }
        | C::Submit(_)
        | C::SubmitGroup(_)
        | C::Substitute(_)
        | C::Amend(_)
        | C::TakeAttendance(_)
        | C::AmendSettings { .. } => Err(Refusal::Forbidden),
        C::WithNote { command, .. } => may_command(workshop, asker, command),
        C::Settle => match asker {
            Asker::Clock => Ok(()),
            _ => Err(Refusal::Forbidden),
        },
        C::Publish
        | C::CallOff { .. }
        | C::Postpone { .. }
        | C::Release { .. }
        | C::Draw { .. }
        | C::DraftAssignment { .. }
        | C::PublishAssignment { .. }
        | C::CloseAttendance { .. }
        | C::AddDocument(_) => may_host(workshop, asker),
        C::AssignTopic(it) => may_host_of(workshop, asker, find(workshop, it.registration)?),
        C::SwapTopics(it) => {
            may_host_of(workshop, asker, find(workshop, it.one)?)?;
            may_host_of(workshop, asker, find(workshop, it.other)?)
        }
        C::Offer(id) | C::Promote(id) | C::ToWaitlist(id, _) => {
            may_host_of(workshop, asker, find(workshop, *id)?)
        }
        C::Reinstate(it) => may_host_of(workshop, asker, find(workshop, it.registration)?),
        C::ConfirmEmail(id) | C::Approve(id) | C::Decline(id, _) => {
            may_office(workshop, asker, find(workshop, *id)?)
        }
        C::RenewLink { registration, .. } => {
            may_office(workshop, asker, find(workshop, *registration)?)
        }
        C::Merge { registration, into } => {
            may_office(workshop, asker, find(workshop, *registration)?)?;
            may_office(workshop, asker, find(workshop, *into)?)
        }
        C::Accept(id) | C::DeclineOffer(id) => may_speak_for(workshop, asker, find(workshop, *id)?),
        C::Cancel(it) => may_speak_for(workshop, asker, find(workshop, it.registration)?),
    }
}

fn find(workshop: &Workshop, id: RegistrationId) -> Result<&Registration, Refusal> {
    workshop.registrations.get(&id).ok_or_else(not_found)
}

/// The participant themselves, their own office, and the host's.
fn may_speak_for(
    workshop: &Workshop,
    asker: &Asker,
    registration: &Registration,
) -> Result<(), Refusal> {
    match asker {
        Asker::Participant(link) if *link == registration.link => Ok(()),
        Asker::Participant(_) => Err(not_found()),
        _ => may_office(workshop, asker, registration),
    }
}

/// The registration's own office, and the host's.
fn may_office(
    workshop: &Workshop,
    asker: &Asker,
    registration: &Registration,
) -> Result<(), Refusal> {
    let Asker::Office(own) = asker else {
        return Err(Refusal::Forbidden);
    };
    let theirs = *own == workshop.host || *own == registration.program;
    theirs.then_some(()).ok_or_else(not_found)
}

/// The host's office; the registration's own office sees it, and is told that this is not theirs to do.
fn may_host_of(
    workshop: &Workshop,
    asker: &Asker,
    registration: &Registration,
) -> Result<(), Refusal> {
    may_office(workshop, asker, registration)?;
    may_host(workshop, asker)
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
    if workshop.published || *program == workshop.host {
        Ok(())
    } else {
        Err(not_found())
    }
}
