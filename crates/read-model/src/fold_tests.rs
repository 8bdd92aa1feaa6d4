//! What a batch folds into, without a database.

use std::collections::BTreeSet;

use anmeldewerk_contract::{
    ClockKind, CommandId, Decision, Fingerprint, IssuedCommand, MAX_DECISION_EVENTS, Position,
    Recorded,
};
use anmeldewerk_domain::{
    Boundary, Event, Instant, LandCode, LinkHash, MunicipalityKey, Number, PersonId, ProgramId,
    RegistrationId, ReportingId, TextLine, WorkshopId,
    program::{self, Details},
    workshop::{
        self, Blocks, Canceller, Cause, Channel, Rank, Reason, Status, Submitted, Substituted,
    },
};
use uuid::Uuid;

use crate::{
    Arrival, Change, Next, Poison, RegistrationState, Step,
    batch::{Batch, Entry},
    fold::{Fold, Misfits, Stage, fold},
    project,
    rows::{RegistrationRow, Rows},
};

const WORKSHOP: WorkshopId = WorkshopId(1);
const SOMEBODY: RegistrationId = RegistrationId(11);

fn recorded(position: u64, boundary: Boundary, events: Vec<Event>) -> Recorded {
    let at = Instant::from_micros(7);
    Recorded {
        position: Position(position),
        decision: Decision {
            id: Uuid::from_u128(u128::from(position)),
            boundary,
            decided_at: at,
            command: IssuedCommand {
                id: CommandId([1; 32]),
                fingerprint: Fingerprint([2; 32]),
                kind: "registration.submit".to_owned(),
                received_at: at,
            },
            clock: ClockKind::Real,
            actor: Uuid::nil(),
            traceparent: None,
            due: None,
            events,
        },
    }
}

fn of_workshop(position: u64, events: Vec<workshop::Event>) -> Recorded {
    let events = events.into_iter().map(Event::Workshop).collect();
    recorded(position, Boundary::Workshop(WORKSHOP), events)
}

fn submitted(registration: RegistrationId) -> workshop::Event {
    workshop::Event::Submitted(Box::new(Submitted {
        registration,
        reporting: ReportingId(2),
        number: Number::from_random(3),
        person: PersonId(4),
        program: ProgramId::new("sh").expect("a slug"),
        municipality: MunicipalityKey::new("01053").expect("a Kreis"),
        channel: Channel::Api,
        reference: None,
        placeholder: false,
        group: None,
        confirm_until: None,
        look_alikes: Vec::new(),
        overridden: None,
        wishes: Vec::new(),
        privacy_notice: 1,
        link: LinkHash([5; 32]),
        blocks: Blocks::default(),
    }))
}

fn waitlisted(registration: RegistrationId) -> workshop::Event {
    let place = 1;
    workshop::Event::Waitlisted {
        registration,
        place,
    }
}

fn confirmed(registration: RegistrationId) -> workshop::Event {
    let cause = Cause::SeatPassed;
    workshop::Event::Confirmed {
        registration,
        cause,
    }
}

fn cancelled(registration: RegistrationId) -> workshop::Event {
    let by = Canceller::Office(Reason::Duty);
    workshop::Event::Cancelled { registration, by }
}

fn batch(recorded: Vec<Recorded>) -> Batch {
    let entries = recorded.into_iter();
    let entries = entries.map(|decision| Entry::of(decision, [0; 32]));
    Batch::new(Position::START, Instant::from_micros(0), entries.collect())
}

fn folded(batch: &Batch) -> Fold<'_> {
    fold(batch, &BTreeSet::new(), &Misfits::new())
}

/// Gives the rows of a fold that has one stage.
fn rows<'f, 'b>(fold: &'f Fold<'b>) -> &'f Rows<'b> {
    match fold.stages.as_slice() {
        [Stage { rows, sweep: None }] => rows,
        other => panic!("other stages: {other:?}"),
    }
}

fn somebody<'f, 'b>(fold: &'f Fold<'b>) -> &'f RegistrationRow<'b> {
    rows(fold).registrations.get(&SOMEBODY).expect("a row")
}

fn parked(fold: &Fold<'_>) -> Vec<(u64, Poison)> {
    let parked = fold.parked.iter();
    parked.map(|p| (p.position.0, p.poison)).collect()
}

#[test]
fn a_submission_projects_to_an_arrival_and_its_outcome() {
    let decision = of_workshop(3, vec![submitted(SOMEBODY), waitlisted(SOMEBODY)]);
    let changes = project(&decision);
    let [Change::Arrived(arrived), Change::Moved { step, .. }] = changes.as_slice() else {
        panic!("other changes: {changes:?}");
    };
    assert_eq!(arrived.arrival, Arrival::new(Position(3), 0));
    assert_eq!(arrived.decision, decision.decision.id);
    let expected = Step {
        state: RegistrationState::Waitlisted,
        cause: None,
        cancelled: None,
        lapse: None,
        expires: Next::Is(None),
        reason: Next::Same,
        overridden: Next::Same,
        approved: false,
        leaves: true,
        rank: None,
        queued: None,
        version: Position(3),
    };
    assert_eq!(*step, expected);
}

#[test]
fn an_event_of_another_boundary_projects_to_nothing() {
    let details = Details {
        name: TextLine::new("SH").expect("a name"),
        land: LandCode::new("01").expect("a Land"),
        carrier: None,
        contact: None,
    };
    let strange = Event::Program(program::Event::Registered(details));
    let decision = recorded(1, Boundary::Workshop(WORKSHOP), vec![strange]);
    assert_eq!(project(&decision), []);
}

#[test]
fn the_steps_of_a_registration_fold_into_one_row() {
    let batch = batch(vec![
        of_workshop(1, vec![submitted(SOMEBODY), waitlisted(SOMEBODY)]),
        of_workshop(2, vec![confirmed(SOMEBODY)]),
        of_workshop(3, vec![cancelled(SOMEBODY)]),
    ]);
    let fold = folded(&batch);
    assert_eq!(rows(&fold).registrations.len(), 1);
    let row = somebody(&fold);
    assert!(row.arrived.is_some(), "it is inserted");
    let expected = Step {
        state: RegistrationState::Cancelled,
        cause: None,
        cancelled: Some(Canceller::Office(Reason::Duty)),
        lapse: None,
        expires: Next::Is(None),
        reason: Next::Is(Some(Reason::Duty)),
        overridden: Next::Is(None),
        approved: false,
        leaves: true,
        rank: Some(Rank::Regular),
        queued: Some(Arrival::new(Position(1), 0)),
        version: Position(3),
    };
    assert_eq!(row.step, Some(expected));
    assert_eq!(row.version, Position(3));
    assert_eq!(parked(&fold), []);
}

#[test]
fn a_registration_from_before_the_batch_is_only_moved() {
    let batch = batch(vec![
        of_workshop(1, vec![confirmed(SOMEBODY)]),
        of_workshop(2, vec![workshop::Event::Published]),
    ]);
    let fold = folded(&batch);
    assert!(somebody(&fold).arrived.is_none());
    let workshop = rows(&fold).workshops.get(&WORKSHOP).expect("a row");
    assert!(workshop.made.is_none());
    assert_eq!(
        (workshop.status, workshop.version),
        (Some(Status::Published), Position(2))
    );
}

#[test]
fn the_same_registration_twice_parks_what_comes_second() {
    let batch = batch(vec![
        of_workshop(1, vec![submitted(SOMEBODY), confirmed(SOMEBODY)]),
        of_workshop(2, vec![cancelled(SOMEBODY), submitted(SOMEBODY)]),
        of_workshop(3, vec![workshop::Event::Published]),
    ]);
    let fold = folded(&batch);
    let expected = [(2, Poison::DoesNotFit), (3, Poison::SubjectParked)];
    assert_eq!(parked(&fold), expected);
    let step = somebody(&fold).step.expect("a step");
    assert_eq!(
        step.state,
        RegistrationState::Confirmed,
        "the second message counts not at all"
    );
    assert!(rows(&fold).workshops.is_empty());
}

#[test]
fn a_subject_that_was_parked_before_stays_parked() {
    let batch = batch(vec![of_workshop(1, vec![confirmed(SOMEBODY)])]);
    let subject = batch.entries[0].subject.as_str().to_owned();
    let fold = fold(&batch, &BTreeSet::from([subject]), &Misfits::new());
    assert_eq!(parked(&fold), [(1, Poison::SubjectParked)]);
    assert_eq!(fold.newly_parked().count(), 0);
    assert!(rows(&fold).registrations.is_empty());
}

#[test]
fn a_decision_over_the_limit_is_poison() {
    let events = vec![workshop::Event::Published; MAX_DECISION_EVENTS + 1];
    let batch = batch(vec![of_workshop(1, events)]);
    assert_eq!(parked(&folded(&batch)), [(1, Poison::TooManyEvents)]);
}

fn merged(registration: RegistrationId, into: RegistrationId) -> workshop::Event {
    workshop::Event::Merged {
        registration,
        into,
        takes_state: true,
        takes_place: false,
    }
}

fn substituted(registration: RegistrationId, successor: RegistrationId) -> workshop::Event {
    workshop::Event::Substituted(Box::new(Substituted {
        registration,
        reason: None,
        successor,
        reporting: ReportingId(7),
        number: Number::from_random(8),
        person: PersonId(9),
        placeholder: false,
        municipality: MunicipalityKey::new("01053").expect("a Kreis"),
        channel: Channel::Office,
        privacy_notice: 1,
        link: LinkHash([6; 32]),
        look_alikes: Vec::new(),
        blocks: Blocks::default(),
    }))
}

#[test]
fn what_looks_at_other_rows_comes_between_what_is_before_and_behind_it() {
    let other = RegistrationId(12);
    let batch = batch(vec![
        of_workshop(1, vec![submitted(SOMEBODY), confirmed(SOMEBODY)]),
        of_workshop(2, vec![substituted(SOMEBODY, other), cancelled(other)]),
    ]);
    let fold = folded(&batch);
    let [before, behind] = fold.stages.as_slice() else {
        panic!("other stages: {:?}", fold.stages);
    };
    assert!(before.rows.registrations.contains_key(&SOMEBODY));
    assert!(before.sweep.is_some() && behind.sweep.is_none());
    let row = behind.rows.registrations.get(&other).expect("a row");
    assert!(row.arrived.is_none(), "the stage before has made it");
    assert_eq!(parked(&fold), []);
}

#[test]
fn nobody_is_merged_into_themselves_or_comes_in_the_place_of_themselves() {
    for odd in [merged(SOMEBODY, SOMEBODY), substituted(SOMEBODY, SOMEBODY)] {
        let batch = batch(vec![
            of_workshop(1, vec![submitted(SOMEBODY), confirmed(SOMEBODY)]),
            of_workshop(2, vec![odd]),
        ]);
        assert_eq!(parked(&folded(&batch)), [(2, Poison::DoesNotFit)]);
    }
}

#[test]
fn a_lapse_keeps_the_instant_that_has_passed() {
    let expires = Instant::from_micros(99);
    let offered = workshop::Event::Offered {
        registration: SOMEBODY,
        expires,
        cause: Cause::SeatPassed,
    };
    let lapsed = workshop::Event::Lapsed {
        registration: SOMEBODY,
        lapse: workshop::Lapse::Offer,
    };
    let batch = batch(vec![of_workshop(1, vec![offered, lapsed])]);
    let fold = folded(&batch);
    let step = somebody(&fold).step.expect("a step");
    assert_eq!(step.state, RegistrationState::Lapsed);
    assert_eq!(step.expires, Next::Is(Some(expires)));
}
