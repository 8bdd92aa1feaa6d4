//! The decisions about a workshop, in the order in which an office would check them.

use std::collections::BTreeSet;

use super::{
    Application, Cancellation, Canceller, Cause, Command, Event, Settings, Situation, State,
    Status, Submission, Submitted, WaitlistPolicy, WishFault, Wishes, Workshop,
    rejection::Rejection,
};
use crate::{Instant, Number, ProgramId, RegistrationId};

/// Decides a command that arrived at `at`.
pub fn decide(state: &State, at: Instant, command: &Command) -> Result<Vec<Event>, Rejection> {
    match (state, command) {
        (State::Unborn, Command::Create { host, settings }) => create(host, settings),
        (State::Unborn, Command::Publish | Command::Submit(_) | Command::Cancel(_)) => {
            Err(Rejection::NotFound)
        }
        (State::Exists(workshop), Command::Create { .. }) => Err(Rejection::TransitionNotAllowed {
            state: workshop.status.name(),
            command: command.kind(),
        }),
        (State::Exists(workshop), Command::Publish) => Ok(publish(workshop)),
        (State::Exists(workshop), Command::Submit(submission)) => submit(workshop, at, submission),
        (State::Exists(workshop), Command::Cancel(cancellation)) => {
            cancel(workshop, at, cancellation, command.kind())
        }
    }
}

fn create(host: &ProgramId, settings: &Settings) -> Result<Vec<Event>, Rejection> {
    match settings.fault(host) {
        Some(fault) => Err(Rejection::Settings(fault)),
        None => Ok(vec![Event::Created {
            host: host.clone(),
            settings: Box::new(settings.clone()),
        }]),
    }
}

fn publish(workshop: &Workshop) -> Vec<Event> {
    match workshop.status {
        Status::Draft => vec![Event::Published],
        Status::Published => vec![],
    }
}

/// Says whether a submission would get as far as looking for a seat.
///
/// It needs no person, so that a refusal that is sure can be known before one is made.
pub fn admits(state: &State, at: Instant, application: &Application) -> Result<(), Rejection> {
    match state {
        State::Unborn => Err(Rejection::NotFound),
        State::Exists(workshop) => admissible(workshop, at, application),
    }
}

fn submit(
    workshop: &Workshop,
    at: Instant,
    submission: &Submission,
) -> Result<Vec<Event>, Rejection> {
    let application = &submission.application;
    admissible(workshop, at, application)?;
    not_registered_yet(workshop, submission)?;
    let outcome = seat_or_place(workshop, application.registration)?;
    let number = free_number(workshop, application.numbers)?;
    Ok(vec![submitted(submission, number), outcome])
}

fn admissible(
    workshop: &Workshop,
    at: Instant,
    application: &Application,
) -> Result<(), Rejection> {
    let settings = &workshop.settings;
    if !settings.participating.contains(&application.program) {
        return Err(Rejection::ProgramDoesNotTakePart);
    }
    wishes_fit(settings, &application.wishes).map_err(Rejection::Wishes)?;
    open(workshop, at)?;
    in_time(settings, at)?;
    reference_free(workshop, application)
}

fn wishes_fit(settings: &Settings, wishes: &[Wishes]) -> Result<(), WishFault> {
    let mut slots = BTreeSet::new();
    for (index, wish) in wishes.iter().enumerate() {
        if !slots.insert(wish.slot) {
            return Err(WishFault::SlotTwice(index));
        }
        wish_list_fits(settings, index, wish)?;
    }
    Ok(())
}

fn wish_list_fits(settings: &Settings, index: usize, wish: &Wishes) -> Result<(), WishFault> {
    if wish.ranked.len() > usize::from(settings.wishes.ranks) {
        return Err(WishFault::TooManyRanked(index));
    }
    if wish.vetoes.len() > usize::from(settings.wishes.vetoes) {
        return Err(WishFault::TooManyVetoes(index));
    }
    let mut named = BTreeSet::new();
    for topic in wish.ranked.iter().chain(&wish.vetoes) {
        if !settings.offers(wish.slot, topic) {
            return Err(WishFault::UnknownTopic(index));
        }
        if !named.insert(topic) {
            return Err(WishFault::TopicTwice(index));
        }
    }
    Ok(())
}

fn open(workshop: &Workshop, at: Instant) -> Result<(), Rejection> {
    if workshop.status == Status::Draft {
        return Err(Rejection::RegistrationNotOpen { opens: None });
    }
    match workshop.settings.deadlines.opens {
        Some(opens) if !opens.reached(at) => Err(Rejection::RegistrationNotOpen {
            opens: Some(opens.stated),
        }),
        _ => Ok(()),
    }
}

fn in_time(settings: &Settings, at: Instant) -> Result<(), Rejection> {
    let deadline = settings.closing();
    if deadline.reached(at) {
        return Err(Rejection::DeadlinePassed { deadline });
    }
    Ok(())
}

fn reference_free(workshop: &Workshop, application: &Application) -> Result<(), Rejection> {
    let bearer = application
        .reference
        .and_then(|reference| workshop.references.get(&reference));
    match bearer.and_then(|id| workshop.registrations.get(id)) {
        Some(registration) => Err(Rejection::ReferenceTaken {
            number: registration.number,
        }),
        None => Ok(()),
    }
}

fn not_registered_yet(workshop: &Workshop, submission: &Submission) -> Result<(), Rejection> {
    let live = workshop.live.get(&submission.person);
    match live.and_then(|id| workshop.registrations.get(id)) {
        Some(registration) => Err(Rejection::DuplicateRegistration {
            number: registration.number,
        }),
        None => Ok(()),
    }
}

/// Seats a newcomer only if nobody waits who could take that seat.
fn seat_or_place(workshop: &Workshop, registration: RegistrationId) -> Result<Event, Rejection> {
    if workshop.queue.is_empty() && workshop.has_room() {
        return Ok(Event::Confirmed {
            registration,
            cause: Cause::Admitted,
        });
    }
    match workshop.settings.waitlist {
        WaitlistPolicy::Off => Err(Rejection::QuotaExhausted {
            capacity: workshop.settings.capacity.unwrap_or(u32::MAX),
        }),
        WaitlistPolicy::SkipBlocked | WaitlistPolicy::StrictHead => Ok(Event::Waitlisted {
            registration,
            place: workshop.next_place(),
        }),
    }
}

fn free_number(workshop: &Workshop, candidates: [Number; 3]) -> Result<Number, Rejection> {
    candidates
        .into_iter()
        .find(|number| !workshop.numbers.contains(number))
        .ok_or(Rejection::NumbersTaken)
}

fn submitted(submission: &Submission, number: Number) -> Event {
    let application = submission.application.clone();
    Event::Submitted(Box::new(Submitted {
        registration: application.registration,
        reporting: application.reporting,
        number,
        person: submission.person,
        program: application.program,
        municipality: application.municipality,
        channel: application.channel,
        reference: application.reference,
        wishes: application.wishes,
        privacy_notice: application.privacy_notice,
        link: application.link,
        blocks: submission.blocks.clone(),
    }))
}

fn cancel(
    workshop: &Workshop,
    at: Instant,
    cancellation: &Cancellation,
    command: &'static str,
) -> Result<Vec<Event>, Rejection> {
    let registration = workshop
        .registrations
        .get(&cancellation.registration)
        .ok_or(Rejection::NotFound)?;
    if !registration.situation.is_live() {
        return Err(Rejection::TransitionNotAllowed {
            state: registration.situation.name(),
            command,
        });
    }
    may_still_cancel(workshop, at, cancellation.by)?;
    let cancelled = Event::Cancelled {
        registration: cancellation.registration,
        by: cancellation.by,
    };
    let freed = registration.situation == Situation::Confirmed;
    let passed = freed.then(|| pass_seat_on(workshop)).flatten();
    Ok([cancelled].into_iter().chain(passed).collect())
}

fn may_still_cancel(workshop: &Workshop, at: Instant, by: Canceller) -> Result<(), Rejection> {
    match (by, workshop.settings.deadlines.cancel_until) {
        (Canceller::Participant, Some(deadline)) if deadline.reached(at) => {
            Err(Rejection::DeadlinePassed { deadline })
        }
        (Canceller::Participant | Canceller::Office(_), _) => Ok(()),
    }
}

/// Gives the seat that was just freed to whoever waits longest.
///
/// Where more are seated than there are seats, the freed one is not given out again.
fn pass_seat_on(workshop: &Workshop) -> Option<Event> {
    let overbooked = workshop
        .settings
        .capacity
        .is_some_and(|capacity| workshop.seated > capacity);
    let (_, first) = workshop.queue.first_key_value()?;
    (!overbooked).then_some(Event::Confirmed {
        registration: *first,
        cause: Cause::SeatPassed,
    })
}
