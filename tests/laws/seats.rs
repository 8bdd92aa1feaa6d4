//! No sequence of commands makes a seat too many, loses a person or lets anybody overtake.

use std::collections::BTreeSet;

use anmeldewerk_contract::{
    ClockKind, CommandId, Decision, Fingerprint, IssuedCommand, Message, Position, Subject, decode,
    encode,
};
use anmeldewerk_domain::{
    Boundary, Command, Date, Event, Instant, LinkHash, MunicipalityKey, Number, PersonId,
    ProgramId, Prose, RegistrationId, ReportingId, State, TextLine, TopicCode, WorkshopId, decide,
    evolve,
    workshop::{
        self, Application, Blocks, CancelReason, Cancellation, Canceller, Channel, Deadlines,
        Format, Hours, Schedule, Settings, Situation, Submission, WaitlistPolicy, WishPolicy,
        Workshop,
    },
};
use proptest::prelude::*;
use uuid::Uuid;

use crate::model::{Model, Standing};

/// What may be asked in a law; registrations and persons have small numbers, so that they collide.
#[derive(Clone, Copy, Debug)]
enum Ask {
    Submit { id: u8, person: u8 },
    Cancel { id: u8, office: bool },
    Publish,
}

fn ask() -> impl Strategy<Value = Ask> {
    prop_oneof![
        6 => (0_u8..60, 0_u8..40).prop_map(|(id, person)| Ask::Submit { id, person }),
        4 => (0_u8..60, any::<bool>()).prop_map(|(id, office)| Ask::Cancel { id, office }),
        1 => Just(Ask::Publish),
    ]
}

fn seats() -> impl Strategy<Value = Option<u32>> {
    prop_oneof![Just(None), (0_u32..12).prop_map(Some)]
}

fn line(text: &str) -> TextLine {
    TextLine::new(text).expect("a line")
}

fn settings(capacity: Option<u32>, waitlist: bool) -> Settings {
    let day = Date::new(2027, 5, 4).expect("a day");
    Settings {
        slug: TopicCode::new("werkstatt").expect("a slug"),
        title: line("Werkstatt"),
        subtitle: None,
        kind: None,
        description: Prose::default(),
        schedule: Schedule {
            first_day: day,
            last_day: day,
            hours: Hours::AllDay,
            time_zone: line("Europe/Berlin"),
            begins: Instant::from_micros(1_000),
            ends: Instant::from_micros(2_000),
        },
        venue: None,
        format: Format::Presence,
        participating: BTreeSet::from([program()]),
        contact: None,
        deadlines: Deadlines::default(),
        capacity,
        waitlist: if waitlist {
            WaitlistPolicy::SkipBlocked
        } else {
            WaitlistPolicy::Off
        },
        wishes: WishPolicy {
            ranks: 3,
            vetoes: 1,
        },
        topics: Vec::new(),
    }
}

fn program() -> ProgramId {
    ProgramId::new("sh").expect("a slug")
}

fn command(ask: Ask) -> Command {
    Command::Workshop(match ask {
        Ask::Publish => workshop::Command::Publish,
        Ask::Cancel { id, office } => workshop::Command::Cancel(Cancellation {
            registration: RegistrationId(u128::from(id)),
            by: if office {
                Canceller::Office(CancelReason::Other)
            } else {
                Canceller::Participant
            },
        }),
        Ask::Submit { id, person } => workshop::Command::Submit(Box::new(Submission {
            application: Application {
                registration: RegistrationId(u128::from(id)),
                reporting: ReportingId(u128::from(id)),
                numbers: [0, 1000, 2000].map(|n| Number::from_random(n + u64::from(id))),
                program: program(),
                municipality: MunicipalityKey::new("01053").expect("a key"),
                channel: Channel::Office,
                reference: None,
                wishes: Vec::new(),
                privacy_notice: 1,
                link: LinkHash([id; 32]),
            },
            person: PersonId(u128::from(person)),
            blocks: Blocks::default(),
        })),
    })
}

fn boundary() -> Boundary {
    Boundary::Workshop(WorkshopId(1))
}

fn at(step: usize) -> Instant {
    Instant::from_micros(i64::try_from(step).expect("few steps"))
}

/// A published workshop.
fn published(capacity: Option<u32>, waitlist: bool) -> State {
    let create = Command::Workshop(workshop::Command::Create {
        host: program(),
        settings: Box::new(settings(capacity, waitlist)),
    });
    let publish = Command::Workshop(workshop::Command::Publish);
    [create, publish]
        .iter()
        .fold(boundary().unborn(), |state, command| {
            let events = decide(&state, at(0), command).expect("accepted");
            events.iter().fold(state, evolve)
        })
}

fn existing(state: &State) -> &Workshop {
    match state {
        State::Workshop(workshop::State::Exists(workshop)) => workshop,
        other => panic!("the workshop exists: {other:?}"),
    }
}

fn assert_sound(workshop: &Workshop) {
    let count = |situation| {
        let all = workshop.registrations.values();
        all.filter(|registration| registration.situation == situation)
            .count()
    };
    assert_eq!(count(Situation::Confirmed), workshop.seated as usize);
    assert_eq!(count(Situation::Waitlisted), workshop.queue.len());
    assert_eq!(
        count(Situation::Submitted),
        0,
        "each submission has its outcome"
    );
    assert_eq!(
        workshop.live.len(),
        workshop.seated as usize + workshop.queue.len()
    );
    assert_eq!(
        workshop.numbers.len(),
        workshop.registrations.len(),
        "no number twice"
    );
    let capacity = workshop.settings.capacity.unwrap_or(u32::MAX);
    assert!(workshop.seated <= capacity, "a seat too many");
    assert!(
        workshop.queue.is_empty() || workshop.seated == capacity,
        "a seat is free and somebody waits"
    );
}

/// Asks the model the same; ids that were used before are never asked again.
fn ask_model(model: &mut Model, ask: Ask) -> bool {
    match ask {
        Ask::Submit { id, person } => model.submit(id, person).is_some(),
        Ask::Cancel { id, .. } => model.cancel(id),
        Ask::Publish => true,
    }
}

fn standing(situation: Situation) -> Standing {
    match situation {
        Situation::Confirmed => Standing::Seated,
        Situation::Waitlisted => Standing::Waiting,
        Situation::Cancelled => Standing::Gone,
        Situation::Submitted => panic!("a submission without an outcome"),
    }
}

fn assert_agree(model: &Model, workshop: &Workshop) {
    let id = |registration: &RegistrationId| u8::try_from(registration.0).expect("a small id");
    let standings = workshop
        .registrations
        .iter()
        .map(|(r, s)| (id(r), standing(s.situation)));
    assert_eq!(
        standings.collect::<std::collections::BTreeMap<_, _>>(),
        model.standings()
    );
    let queue: Vec<u8> = workshop.queue.values().map(id).collect();
    assert_eq!(queue, model.queue());
}

fn message(events: &[Event], step: usize) -> Message {
    let decision = Decision {
        id: Uuid::from_u128(step as u128),
        boundary: boundary(),
        decided_at: at(step),
        command: IssuedCommand {
            id: CommandId([1; 32]),
            fingerprint: Fingerprint([2; 32]),
            kind: "law".to_owned(),
            received_at: at(step),
        },
        clock: ClockKind::Real,
        actor: Uuid::nil(),
        traceparent: None,
        events: events.to_vec(),
    };
    let (headers, payload) = encode(&decision).expect("within the bounds");
    Message {
        position: Position(step as u64 + 1),
        subject: Subject::from(&boundary()),
        headers,
        payload,
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        // What is found stays as a test of its own, not as a file beside it.
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn whatever_is_asked_the_rules_agree_with_the_model(
        capacity in seats(), waitlist: bool, asks in prop::collection::vec(ask(), 0..120)
    ) {
        let mut state = published(capacity, waitlist);
        let mut model = Model::new(capacity, waitlist);
        let mut used = BTreeSet::new();
        for (step, asked) in asks.into_iter().enumerate() {
            if matches!(asked, Ask::Submit { id, .. } if used.contains(&id)) {
                continue;
            }
            let decided = decide(&state, at(step), &command(asked));
            prop_assert_eq!(decided.is_ok(), ask_model(&mut model, asked), "{:?}: {:?}", asked, decided);
            if let (Ask::Submit { id, .. }, true) = (asked, decided.is_ok()) {
                used.insert(id);
            }
            state = decided.unwrap_or_default().iter().fold(state, evolve);
            assert_sound(existing(&state));
            assert_agree(&model, existing(&state));
        }
    }

    #[test]
    fn what_the_log_gives_back_folds_to_the_same_state(
        capacity in seats(), asks in prop::collection::vec(ask(), 0..60)
    ) {
        let mut state = published(capacity, true);
        let mut replayed = state.clone();
        for (step, asked) in asks.into_iter().enumerate() {
            let events = decide(&state, at(step), &command(asked)).unwrap_or_default();
            state = events.iter().fold(state, evolve);
            let read = decode(&message(&events, step)).expect("a known form");
            prop_assert_eq!(&read.decision.events, &events);
            replayed = read.decision.events.iter().fold(replayed, evolve);
        }
        prop_assert_eq!(state, replayed);
    }

    #[test]
    fn the_same_question_on_the_same_state_has_the_same_answer(
        capacity in seats(), asks in prop::collection::vec(ask(), 0..40), last in ask()
    ) {
        let mut state = published(capacity, true);
        for (step, asked) in asks.into_iter().enumerate() {
            let events = decide(&state, at(step), &command(asked)).unwrap_or_default();
            state = events.iter().fold(state, evolve);
        }
        let first = decide(&state, at(500), &command(last));
        prop_assert_eq!(first, decide(&state.clone(), at(500), &command(last)));
    }
}
