//! Groups: people who are registered together, as a whole or as many as find a seat.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Case, Event, Rejection,
    admission::{self, Door, Newcomer},
};
use crate::{
    Number, PersonId, ReferenceHash, RegistrationId,
    workshop::{
        Bucket, GroupPolicy, GroupSubmission, GroupSubmitted, Membership, Same, Submission,
        WaitlistPolicy,
    },
};

/// What becomes of one member.
enum Outcome {
    Rests,
    Has(Event),
    Refused(Rejection),
}

pub(super) fn submit(case: &Case<'_>, group: &GroupSubmission) -> Result<Vec<Event>, Rejection> {
    check_members(case, group)?;
    let outcomes = outcomes(case, group)?;
    let first = group.members.first().ok_or(Rejection::NotFound)?;
    let refused: Vec<(u32, Bucket)> = refused(&outcomes);
    if refused.len() == outcomes.len() {
        return Err(first_refusal(outcomes));
    }
    let mut events = vec![Event::GroupSubmitted(Box::new(GroupSubmitted {
        group: group.group,
        program: first.application.program.clone(),
        policy: group.policy,
        contact: group.contact.clone(),
        size: u32::try_from(group.members.len()).unwrap_or(u32::MAX),
        refused,
    }))];
    let mut joined = Joined::default();
    for (member, outcome) in group.members.iter().zip(outcomes) {
        let outcome = match outcome {
            Outcome::Refused(_) => continue,
            Outcome::Rests => None,
            Outcome::Has(event) => Some(event),
        };
        events.push(joined.take_in(case, group, member)?);
        events.extend(outcome);
    }
    Ok(events)
}

/// Checks each member by itself and against the others; one that cannot be let in refuses the group.
fn check_members(case: &Case<'_>, group: &GroupSubmission) -> Result<(), Rejection> {
    let mut earlier = Earlier::default();
    for (index, member) in group.members.iter().enumerate() {
        let refused = |rejection| Rejection::Member {
            index,
            rejection: Box::new(rejection),
        };
        admission::admissible(case, &member.application).map_err(refused)?;
        admission::not_registered_yet(case.workshop, &member.who).map_err(refused)?;
        earlier.add(index, member).map_err(refused)?;
    }
    Ok(())
}

/// Who stands earlier in the list of members.
#[derive(Default)]
struct Earlier {
    persons: BTreeMap<PersonId, usize>,
    references: BTreeMap<ReferenceHash, usize>,
}

impl Earlier {
    /// Adds a member, who must be neither the same person nor of the same reference as one before.
    fn add(&mut self, index: usize, member: &Submission) -> Result<(), Rejection> {
        let reference = member.application.reference;
        if let Some(first) = reference.and_then(|it| self.references.insert(it, index)) {
            let same = Same::Reference;
            return Err(Rejection::TwiceInGroup { first, same });
        }
        if member.who.placeholder {
            return Ok(());
        }
        match self.persons.insert(member.who.person, index) {
            Some(first) => {
                let same = Same::Person;
                Err(Rejection::TwiceInGroup { first, same })
            }
            None => Ok(()),
        }
    }
}

fn outcomes(case: &Case<'_>, group: &GroupSubmission) -> Result<Vec<Outcome>, Rejection> {
    let mut door = Door::open(case);
    let rests = |member: &Submission| admission::rests(case, &member.application);
    if group.members.iter().any(rests) {
        return Ok(group.members.iter().map(|_| Outcome::Rests).collect());
    }
    match group.policy {
        GroupPolicy::Partial => {
            let each = group.members.iter();
            Ok(each.map(|member| one_by_one(&mut door, member)).collect())
        }
        GroupPolicy::Together => as_a_whole(case, door, group),
    }
}

fn one_by_one(door: &mut Door<'_>, member: &Submission) -> Outcome {
    match door.evaluate(&Newcomer::of(&member.application)) {
        Ok(event) => Outcome::Has(event),
        Err(rejection) => Outcome::Refused(rejection),
    }
}

/// Seats all, or lets all wait, or refuses the group.
fn as_a_whole(
    case: &Case<'_>,
    mut door: Door<'_>,
    group: &GroupSubmission,
) -> Result<Vec<Outcome>, Rejection> {
    let mut seated = Vec::with_capacity(group.members.len());
    let mut missing = None;
    for (index, member) in group.members.iter().enumerate() {
        let newcomer = Newcomer::of(&member.application);
        if !door.has_seat(&newcomer) {
            missing = Some((index, newcomer));
            break;
        }
        seated.push(Outcome::Has(door.seat(&newcomer)));
    }
    let Some((index, newcomer)) = missing else {
        return Ok(seated);
    };
    if case.workshop.settings.waitlist == WaitlistPolicy::Off {
        let rejection = Box::new(door.refusal(&newcomer));
        return Err(Rejection::Member { index, rejection });
    }
    let mut door = Door::open(case);
    let all = group.members.iter();
    let all = all.map(|member| Outcome::Has(door.wait(member.application.registration)));
    Ok(all.collect())
}

fn refused(outcomes: &[Outcome]) -> Vec<(u32, Bucket)> {
    let numbered = (0..).zip(outcomes);
    numbered
        .filter_map(|(index, outcome)| match outcome {
            Outcome::Refused(Rejection::QuotaExhausted(full)) => Some((index, full.bucket.clone())),
            // Nothing is full, but others wait: their seats are as good as taken.
            Outcome::Refused(_) => Some((index, Bucket::Queue)),
            Outcome::Rests | Outcome::Has(_) => None,
        })
        .collect()
}

fn first_refusal(outcomes: Vec<Outcome>) -> Rejection {
    let mut refusals = outcomes.into_iter().filter_map(|outcome| match outcome {
        Outcome::Refused(rejection) => Some(rejection),
        Outcome::Rests | Outcome::Has(_) => None,
    });
    refusals.next().unwrap_or(Rejection::NotFound)
}

/// The members who have come in so far.
#[derive(Default)]
struct Joined {
    numbers: BTreeSet<Number>,
    persons: BTreeMap<PersonId, RegistrationId>,
}

impl Joined {
    /// Gives the submission of a member, whose look-alikes may be in the group itself.
    fn take_in(
        &mut self,
        case: &Case<'_>,
        group: &GroupSubmission,
        member: &Submission,
    ) -> Result<Event, Rejection> {
        let application = &member.application;
        let number = admission::free_number(case.workshop, &self.numbers, application.numbers)?;
        self.numbers.insert(number);
        // Where each must confirm an address of their own, they come one by one.
        let whole = !admission::must_confirm(&case.workshop.settings, application);
        let membership = Membership {
            together: whole && group.policy == GroupPolicy::Together,
            ..group.membership()
        };
        let mut submitted = admission::submitted(case, member, number, Some(membership));
        if !member.who.placeholder {
            let persons = member.who.look_alikes.iter();
            let in_group = persons.filter_map(|person| self.persons.get(person));
            submitted.look_alikes.extend(in_group);
            self.persons
                .insert(member.who.person, application.registration);
        }
        Ok(Event::Submitted(Box::new(submitted)))
    }
}
