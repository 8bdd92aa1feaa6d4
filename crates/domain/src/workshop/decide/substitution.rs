//! Somebody comes in another's place: same seat, same wishes, same place in the order.

use std::collections::BTreeSet;

use super::{
    Case, Event, Rejection,
    admission::{free_number, look_alikes_of, not_registered_yet},
    document::notice_seen,
    settings::first,
};
use crate::{
    Cutoff, Number,
    workshop::{
        Exhausted, Reason, Registration, Situation, Substituted, Substituter, Substitution,
        passing::After,
    },
};

pub(super) fn substitute(
    case: &Case<'_>,
    substitution: &Substitution,
) -> Result<Vec<Event>, Rejection> {
    let registration = case.find_anyway(substitution.registration)?;
    notice_seen(case.workshop, substitution.privacy_notice)?;
    let reason = may_substitute(case, registration, substitution)?;
    case.takes_place()?;
    if registration.situation != Situation::Confirmed {
        return Err(case.wrong_state(registration));
    }
    in_time(case, substitution.by)?;
    not_registered_yet(case.workshop, &substitution.who)?;
    let passed = moved(case, registration, substitution)?;
    let number = free_number(case.workshop, &BTreeSet::new(), substitution.numbers)?;
    let event = substituted(case, substitution, number, reason);
    Ok(first(event, passed))
}

/// Across municipalities only the host's office may, and there, or late, with a reason.
fn may_substitute(
    case: &Case<'_>,
    registration: &Registration,
    substitution: &Substitution,
) -> Result<Option<Reason>, Rejection> {
    let across = registration.municipality != substitution.municipality;
    match substitution.by {
        Substituter::Host(None) if across || late(case).is_some() => Err(Rejection::ReasonRequired),
        Substituter::Host(reason) => Ok(reason),
        Substituter::Participant | Substituter::Office if across => Err(Rejection::HostOnly),
        Substituter::Participant | Substituter::Office => Ok(None),
    }
}

/// Gives the deadline that has passed.
fn late(case: &Case<'_>) -> Option<Cutoff> {
    let deadline = case.workshop.settings.deadlines.substitute_until;
    deadline.filter(|deadline| deadline.reached(case.at))
}

fn in_time(case: &Case<'_>, by: Substituter) -> Result<(), Rejection> {
    match (by, late(case)) {
        (Substituter::Participant | Substituter::Office, Some(deadline)) => {
            Err(Rejection::DeadlinePassed { deadline })
        }
        (Substituter::Host(_), _) | (_, None) => Ok(()),
    }
}

fn substituted(
    case: &Case<'_>,
    substitution: &Substitution,
    number: Number,
    reason: Option<Reason>,
) -> Event {
    let alike = look_alikes_of(case.workshop, &substitution.who).into_iter();
    Event::Substituted(Box::new(Substituted {
        registration: substitution.registration,
        reason,
        successor: substitution.successor,
        reporting: substitution.reporting,
        number,
        person: substitution.who.person,
        placeholder: substitution.who.placeholder,
        municipality: substitution.municipality.clone(),
        channel: substitution.channel,
        privacy_notice: substitution.privacy_notice,
        link: substitution.link,
        look_alikes: alike
            .filter(|id| *id != substitution.registration)
            .collect(),
        blocks: substitution.who.blocks.clone(),
    }))
}

/// The new municipality needs room; a seat that the old one gives up may pass on.
fn moved(
    case: &Case<'_>,
    registration: &Registration,
    substitution: &Substitution,
) -> Result<Vec<Event>, Rejection> {
    if registration.municipality == substitution.municipality {
        return Ok(Vec::new());
    }
    let buckets = case.workshop.buckets();
    if let Some(bucket) = buckets.full_municipality(&substitution.municipality) {
        let free = buckets.free();
        return Err(Rejection::QuotaExhausted(Exhausted { bucket, free }));
    }
    let mut after = After::of(case.workshop);
    let successor = Registration {
        municipality: substitution.municipality.clone(),
        ..registration.clone()
    };
    after.becomes(substitution.registration, successor);
    Ok(after.pass_on(case.at))
}
