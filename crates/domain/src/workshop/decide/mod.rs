//! The decisions about a workshop, in the order in which an office would check them:
//! is it there, does its state allow it, is it open, in time, free, not there already, and is there room.

mod admission;
mod amendment;
mod answer;
mod attendance;
mod document;
mod group;
mod lots;
mod merge;
mod office;
mod settings;
mod substitution;
mod topics;

use super::{Block, Command, Event, Registration, State, Status, Workshop, rejection::Rejection};
use crate::{Instant, RegistrationId};

pub use admission::admits;

/// Decides a command that arrived at `at`, on a state that is settled at that instant.
pub fn decide(state: &State, at: Instant, command: &Command) -> Result<Vec<Event>, Rejection> {
    match (state, command) {
        (State::Unborn, Command::Create { host, settings }) => settings::create(host, settings),
        (State::Unborn, _) => Err(Rejection::NotFound),
        (State::Exists(workshop), command) => {
            let kind = command.kind();
            decide_existing(&Case { workshop, at, kind }, command)
        }
    }
}

/// What a decision is about: the workshop as it is, the instant, and what the command is called.
#[derive(Clone, Copy)]
struct Case<'c> {
    workshop: &'c Workshop,
    at: Instant,
    kind: &'static str,
}

fn decide_existing(case: &Case<'_>, command: &Command) -> Result<Vec<Event>, Rejection> {
    match command {
        Command::Create { .. } => Err(case.wrong_status()),
        Command::AmendSettings {
            settings,
            guarantees_restated,
        } => settings::amend(case, settings, *guarantees_restated),
        Command::Publish => settings::publish(case),
        Command::CallOff { reason } => settings::call_off(case, *reason),
        Command::Postpone { schedule } => settings::postpone(case, schedule),
        Command::Release { program } => settings::release(case, program),
        Command::Draw { seed } => lots::draw(case, seed),
        Command::Submit(submission) => admission::submit(case, submission),
        Command::SubmitGroup(group) => group::submit(case, group),
        Command::ConfirmEmail(id) => admission::confirm_email(case, *id),
        Command::Approve(id) => office::approve(case, *id),
        Command::Decline(id, reason) => office::decline(case, *id, *reason),
        Command::Offer(id) => office::offer(case, *id),
        Command::Promote(id) => office::promote(case, *id),
        Command::ToWaitlist(id, reason) => office::to_waitlist(case, *id, *reason),
        Command::Reinstate(reinstatement) => office::reinstate(case, reinstatement),
        Command::Accept(id) => answer::accept(case, *id),
        Command::DeclineOffer(id) => answer::decline_offer(case, *id),
        Command::Cancel(cancellation) => answer::cancel(case, cancellation),
        Command::Amend(amendment) => amendment::amend(case, amendment),
        Command::Substitute(substitution) => substitution::substitute(case, substitution),
        Command::Merge { registration, into } => merge::merge(case, *registration, *into),
        Command::RenewLink { registration, link } => {
            case.find(*registration)?;
            Ok(vec![Event::LinkRenewed {
                registration: *registration,
                link: *link,
            }])
        }
        Command::DraftAssignment { draft, basis } => topics::draft(case, draft, basis),
        Command::PublishAssignment { result, basis } => topics::publish(case, result, basis),
        Command::AssignTopic(assign) => topics::assign(case, assign),
        Command::SwapTopics(swap) => topics::swap(case, swap),
        Command::TakeAttendance(take) => attendance::take(case, take),
        Command::CloseAttendance { days } => attendance::close(case, days.as_ref()),
        Command::AddDocument(document) => document::add(case, document),
        Command::WithNote { command, note } => with_note(case, command, note),
        Command::Settle => Ok(Vec::new()),
    }
}

/// Adds what was said about a reason to what was decided; where nothing was, there is nothing to say.
fn with_note(case: &Case<'_>, command: &Command, note: &Block) -> Result<Vec<Event>, Rejection> {
    let mut events = decide_existing(case, command)?;
    if let (Some(registration), false) = (command.registration(), events.is_empty()) {
        let note = note.clone();
        events.push(Event::Noted { registration, note });
    }
    Ok(events)
}

impl<'c> Case<'c> {
    /// Finds the registration that a command is about, in a workshop that takes place.
    fn find(&self, id: RegistrationId) -> Result<&'c Registration, Rejection> {
        let found = self.find_anyway(id)?;
        self.takes_place()?;
        Ok(found)
    }

    /// Finds the registration that a command is about, whatever has become of the workshop.
    fn find_anyway(&self, id: RegistrationId) -> Result<&'c Registration, Rejection> {
        let found = self.workshop.registrations.get(&id);
        found.ok_or(Rejection::NotFound)
    }

    fn takes_place(&self) -> Result<(), Rejection> {
        match self.workshop.status {
            Status::Draft | Status::Published => Ok(()),
            Status::Cancelled => Err(self.wrong_status()),
        }
    }

    fn wrong_status(&self) -> Rejection {
        self.wrong(self.workshop.status.name())
    }

    fn wrong_state(&self, registration: &Registration) -> Rejection {
        self.wrong(registration.situation.name())
    }

    fn wrong(&self, state: &'static str) -> Rejection {
        Rejection::TransitionNotAllowed {
            state,
            command: self.kind,
        }
    }
}
