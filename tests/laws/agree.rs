//! Whether the rules and the model say the same.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_domain::{
    Event, Number, PersonId, Rejection,
    workshop::{
        self, Bucket, Cause, Exhausted, GroupSubmission, Lapse, PassedOver, Registration,
        Situation, Workshop,
    },
};

use crate::{
    asks::Ask,
    model::{Entry, Full, Id, Lack, Model, No, Over, Standing},
    words,
};

/// Both accepted it, or both refused it for the same reason.
pub(crate) fn same_answer(
    model: &Model,
    ask: &Ask,
    decided: &Result<Vec<Event>, Rejection>,
    expected: &Result<(), No>,
) {
    let same = match (decided, expected) {
        (Ok(_), Ok(())) => true,
        (Err(rejection), Err(no)) => same_refusal(model, rejection, no),
        _ => false,
    };
    assert!(
        same,
        "{ask:?}: the rules say {decided:?}, the model {expected:?}"
    );
}

fn same_refusal(model: &Model, rejection: &Rejection, no: &No) -> bool {
    match (rejection, no) {
        (Rejection::NotFound, No::NotFound)
        | (Rejection::HostOnly, No::HostOnly)
        | (Rejection::Settings(_), No::Settings)
        | (Rejection::Wishes(_), No::Wishes)
        | (Rejection::ReasonRequired, No::ReasonRequired)
        | (Rejection::EmailRequired, No::EmailRequired)
        | (Rejection::NotTheirs(_), No::NotTheirs)
        | (Rejection::TransitionNotAllowed { .. }, No::WrongState)
        | (Rejection::ProgramDoesNotTakePart, No::TakesNoPart)
        | (Rejection::RegistrationNotOpen { .. }, No::NotOpen)
        | (Rejection::RegistrationStillOpen { .. }, No::StillOpen)
        | (Rejection::DeadlinePassed { .. }, No::Late)
        | (Rejection::ConfirmationExpired { .. }, No::ConfirmationExpired)
        | (Rejection::OfferExpired { .. }, No::OfferExpired)
        | (Rejection::NotLookAlikes, No::NotAlike)
        | (Rejection::Queue { .. }, No::Ahead) => true,
        (Rejection::Member { index, rejection }, No::Member(member, no)) => {
            index == member && same_refusal(model, rejection, no)
        }
        (Rejection::TwiceInGroup { first, .. }, No::TwiceInGroup(member)) => first == member,
        (Rejection::ReferenceTaken { number }, No::ReferenceTaken(id))
        | (Rejection::DuplicateRegistration { number }, No::Duplicate(id)) => model
            .entry(*id)
            .is_some_and(|of| *number == Number::from_random(of.number)),
        (Rejection::Queue { free }, No::Full(lack)) => {
            lack.full.contains(&Full::Queue) && *free == lack.left
        }
        (Rejection::QuotaExhausted(exhausted), No::Full(lack)) => same_bucket(exhausted, lack),
        _ => false,
    }
}

/// The bucket that is named is one that is full, and the seats that are left are counted right.
fn same_bucket(exhausted: &Exhausted, lack: &Lack) -> bool {
    lack.full.contains(&bucket(&exhausted.bucket)) && exhausted.free == lack.left
}

/// Gives the model's word for a bucket.
fn bucket(bucket: &Bucket) -> Full {
    match bucket {
        Bucket::Workshop { size } => Full::Workshop(*size),
        Bucket::Reserved => Full::Reserved,
        Bucket::Queue => Full::Queue,
        Bucket::Program { program, size } => {
            let program = (0..3).find(|p| words::program(*p) == *program);
            Full::Program(program.expect("a program that takes part"), *size)
        }
        Bucket::Municipality { municipality, size } => {
            let town = (0..3).find(|t| words::town(*t) == *municipality);
            Full::Town(town.expect("a town"), *size)
        }
    }
}

/// Seats passed on to whom the model says and in that order, and the same were passed over.
pub(crate) fn passed_on(model: &Model, decisions: &[Vec<Event>]) {
    let events = || decisions.iter().flatten();
    let lucky: Vec<Id> = events().filter_map(passed_to).collect();
    assert_eq!(lucky, model.lucky, "to whom seats passed on");
    for (decision, later) in decisions.iter().zip(decisions.iter().skip(1)) {
        assert!(at_the_limit(decision), "{decision:?} leaves {later:?}");
    }
    // Where it takes several decisions, each tells of those it passed over.
    if decisions.iter().filter(|events| passes(events)).count() < 2 {
        let over = events().filter_map(over).flatten().map(imagined_over);
        let mut over: Vec<Over> = over.collect();
        over.sort();
        assert_eq!(over, model.over, "who was passed over");
    }
}

/// So many seats pass on, and so many lapse, in one decision at most.
const AT_ONCE: usize = 200;

/// Says whether a decision may leave something: a group is not parted, whatever its size.
pub(crate) fn at_the_limit(decision: &[Event]) -> bool {
    let seats = decision.iter().filter_map(passed_to).count();
    let lapses = decision.iter().filter(|event| lapsed(event)).count();
    assert!(lapses <= AT_ONCE && seats <= AT_ONCE, "too much at once");
    seats > AT_ONCE - GroupSubmission::MAX_MEMBERS || lapses == AT_ONCE
}

fn passes(events: &[Event]) -> bool {
    events.iter().any(|event| passed_to(event).is_some())
}

pub(crate) fn passed_to(event: &Event) -> Option<Id> {
    use anmeldewerk_domain::workshop::Event::{Confirmed, Held, Offered};
    let Event::Workshop(event) = event else {
        return None;
    };
    match event {
        Held {
            registration,
            cause: Cause::SeatPassed,
        }
        | Confirmed {
            registration,
            cause: Cause::SeatPassed,
        }
        | Offered {
            registration,
            cause: Cause::SeatPassed,
            ..
        } => Some(words::small(*registration)),
        _ => None,
    }
}

pub(crate) fn lapsed(event: &Event) -> bool {
    matches!(event, Event::Workshop(workshop::Event::Lapsed { .. }))
}

fn over(event: &Event) -> Option<&Vec<PassedOver>> {
    match event {
        Event::Workshop(workshop::Event::PassedOver(over)) => Some(over),
        _ => None,
    }
}

fn imagined_over(over: &PassedOver) -> Over {
    Over {
        full: bucket(&over.bucket),
        amount: over.amount,
        first: over.first_place,
        last: over.last_place,
    }
}

/// Everybody stands where the model says, waits in the same order, and the seats are counted alike.
pub(crate) fn agree(model: &Model, workshop: &Workshop) {
    let theirs = workshop.registrations.iter();
    let theirs: BTreeMap<Id, _> = theirs
        .map(|(id, of)| (words::small(*id), seen(of)))
        .collect();
    let ours: BTreeMap<Id, _> = model
        .people
        .iter()
        .map(|of| (of.id, imagined(of)))
        .collect();
    let differ = |id: &&Id| theirs.get(id) != ours.get(id);
    let differing: BTreeSet<&Id> = theirs.keys().chain(ours.keys()).filter(differ).collect();
    if let Some(id) = differing.first() {
        assert_eq!(
            theirs.get(id),
            ours.get(id),
            "registration {id} of {differing:?}"
        );
    }
    let queue = workshop.queue.in_order();
    let queue: Vec<Id> = queue.values().map(|id| words::small(*id)).collect();
    let waiting: Vec<Id> = model.waiting().iter().map(|of| of.id).collect();
    assert_eq!(queue, waiting, "the order of those who wait");
    agree_on_seats(model, workshop);
    agree_on_names(model, workshop);
    if !model.called_off {
        let released = (0..3).filter(|p| workshop.released.contains(&words::program(*p)));
        assert_eq!(released.collect::<BTreeSet<_>>(), model.released);
    }
}

fn agree_on_seats(model: &Model, workshop: &Workshop) {
    let taken = &workshop.taken;
    assert_eq!(taken.total, model.used_all());
    for index in 0..3 {
        let of = |found: Option<&u32>| found.copied().unwrap_or(0);
        let program = of(taken.by_program.get(&words::program(index)));
        assert_eq!(program, model.used_by(index), "seats of program {index}");
        let town = of(taken.by_municipality.get(&words::town(index)));
        assert_eq!(town, model.used_in(index), "seats of town {index}");
    }
}

fn agree_on_names(model: &Model, workshop: &Workshop) {
    let live = workshop.live.iter();
    let live: BTreeMap<PersonId, Id> = live.map(|(of, id)| (*of, words::small(*id))).collect();
    let named = model.people.iter();
    let named = named.filter(|of| of.standing.live() && !of.nobody);
    let ours: BTreeMap<PersonId, Id> = named
        .flat_map(|of| {
            let known = [Some(of.person), of.also].into_iter().flatten();
            known.map(|person| (words::person(of.program, person), of.id))
        })
        .collect();
    assert_eq!(live, ours, "who is live");
    let references = workshop.references.iter();
    let references: BTreeMap<_, Id> = references
        .map(|(of, id)| (*of, words::small(*id)))
        .collect();
    let ours = model.references.iter();
    let ours: BTreeMap<_, Id> = ours.map(|(of, id)| (words::reference(*of), *id)).collect();
    assert_eq!(references, ours, "what references name");
}

/// What both sides know of a registration.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    standing: Standing,
    number: Number,
    person: PersonId,
    nobody: bool,
    program: String,
    town: String,
    group: Option<(u128, bool)>,
    alike: BTreeSet<Id>,
    wishes: Vec<anmeldewerk_domain::workshop::Wishes>,
    notice: u32,
}

fn seen(of: &Registration) -> Seen {
    Seen {
        standing: standing(of.situation),
        number: of.number,
        person: of.person,
        nobody: of.placeholder,
        program: of.program.to_string(),
        town: of.municipality.as_str().to_owned(),
        group: of.group.map(|of| (of.group.0, of.together)),
        alike: of.look_alikes.iter().map(|id| words::small(*id)).collect(),
        wishes: of.wishes.clone(),
        notice: of.privacy_notice,
    }
}

fn imagined(of: &Entry) -> Seen {
    Seen {
        standing: of.standing,
        number: Number::from_random(of.number),
        person: words::person(of.program, of.person),
        nobody: of.nobody,
        program: words::program(of.program).to_string(),
        town: words::town(of.town).as_str().to_owned(),
        group: of.group.map(|(id, together)| (u128::from(id), together)),
        alike: of.alike.clone(),
        wishes: words::wishes(of.wish),
        notice: of.notice,
    }
}

fn standing(situation: Situation) -> Standing {
    match situation {
        Situation::Submitted { confirm_by } => Standing::Resting(confirm_by.map(words::hour)),
        Situation::PendingApproval => Standing::Pending,
        Situation::Confirmed => Standing::Confirmed,
        Situation::Waitlisted => Standing::Waiting,
        Situation::Offered { expires } => Standing::Offered(words::hour(expires)),
        Situation::Declined => Standing::Declined,
        Situation::Lapsed {
            lapse: Lapse::Offer,
            expired,
        } => Standing::OfferLapsed(words::hour(expired)),
        Situation::Lapsed {
            lapse: Lapse::Email,
            expired,
        } => Standing::EmailLapsed(words::hour(expired)),
        Situation::Cancelled => Standing::Cancelled,
        Situation::Transferred { to } => Standing::Transferred(words::small(to)),
        Situation::Merged { into } => Standing::Merged(words::small(into)),
        Situation::Attended | Situation::PartiallyAttended | Situation::NoShow => {
            unreachable!("nobody asks for attendance here")
        }
    }
}
