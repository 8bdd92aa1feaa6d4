//! The bounds of a decision, and that what the rules may decide stays within them.

use anmeldewerk_contract::{EncodeError, MAX_DECISION_BYTES, MAX_DECISION_EVENTS, decode, encode};
use anmeldewerk_domain::{
    Event, LandCode, Prose, RegistrationId, TextLine,
    program::{Details, Event as ProgramEvent},
    workshop::{
        self, Bucket, Canceller, Cause, Event as Workshop, OfferedTopic, PassedOver, Reason,
        Settings, Slot,
    },
};

use crate::{
    decisions::{AT, decision, message},
    workshops::{code, full_settings, municipality, program},
};

/// The most seats that pass on in one decision.
const MOST_PASSED: u128 = 200;
/// The most buckets that are named where people are passed over.
const MOST_NAMED: usize = 100;
/// The most for whom lots can be drawn.
const MOST_DRAWN: u32 = 40_000;

/// Gives how many bytes a decision of these events takes, after it was read back.
fn size(events: Vec<Workshop>) -> usize {
    let decision = decision(events.into_iter().map(Event::Workshop).collect());
    let message = message(&decision);
    assert_eq!(decode(&message).expect("known").decision, decision);
    message.payload.len()
}

fn id(low: u128) -> RegistrationId {
    RegistrationId(u128::MAX - low)
}

/// The longest that passing on can add to a decision.
fn passed_on() -> Vec<Workshop> {
    let passed_over = PassedOver {
        bucket: Bucket::Municipality {
            municipality: municipality("13071107"),
            size: u32::MAX,
        },
        amount: u32::MAX,
        first_place: u32::MAX,
        last_place: u32::MAX,
    };
    let offers = (0..MOST_PASSED).map(|low| Workshop::Offered {
        registration: id(low),
        expires: AT.hours_later(72),
        cause: Cause::SeatPassed,
    });
    let named = Workshop::PassedOver(vec![passed_over; MOST_NAMED]);
    offers.chain([named]).collect()
}

fn first(event: Workshop, then: Vec<Workshop>) -> Vec<Workshop> {
    [event].into_iter().chain(then).collect()
}

#[test]
fn a_decision_has_at_most_500_events() {
    let published = Event::Workshop(Workshop::Published);
    let at_most = decision(vec![published.clone(); MAX_DECISION_EVENTS]);
    assert!(encode(&at_most).is_ok());
    let too_many = decision(vec![published; MAX_DECISION_EVENTS + 1]);
    assert!(matches!(
        encode(&too_many),
        Err(EncodeError::TooManyEvents(501))
    ));
}

#[test]
fn a_decision_has_at_most_256_kib() {
    let name = TextLine::new(&"ä".repeat(300)).expect("a line");
    let event = |land: &str| {
        Event::Program(ProgramEvent::Amended(Details {
            name: name.clone(),
            land: LandCode::new(land).expect("a Land"),
            carrier: Some(name.clone()),
            contact: None,
        }))
    };
    let large = decision(vec![event("01"); 300]);
    match encode(&large) {
        Err(EncodeError::TooLarge(bytes)) => assert!(bytes > MAX_DECISION_BYTES),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_draw_for_40_000_fits_with_all_that_passes_on_after_it() {
    let held = Workshop::DrawHeld {
        seed: [0xff; 32],
        places: (0..MOST_DRAWN).rev().collect(),
    };
    let bytes = size(first(held, passed_on()));
    assert!(bytes <= MAX_DECISION_BYTES, "{bytes}");
}

#[test]
fn calling_a_workshop_off_is_small_however_many_are_registered() {
    let reason = Reason::Organisation;
    let bytes = size(vec![Workshop::CalledOff { reason }]);
    assert!(bytes < 512, "{bytes}");
}

#[test]
fn a_cancellation_after_which_200_seats_pass_on_fits() {
    let cancelled = Workshop::Cancelled {
        registration: id(MOST_PASSED),
        by: Canceller::Office(Reason::Organisation),
    };
    let confirmed = (0..MOST_PASSED).map(|low| Workshop::Confirmed {
        registration: id(low),
        cause: Cause::SeatPassed,
    });
    let bytes = size(first(cancelled.clone(), confirmed.collect()));
    assert!(bytes <= MAX_DECISION_BYTES / 8, "{bytes}");
    let bytes = size(first(cancelled, passed_on()));
    assert!(bytes <= MAX_DECISION_BYTES / 4, "{bytes}");
}

#[test]
fn the_largest_settings_fit_with_all_that_passes_on_after_them() {
    let amended = Workshop::SettingsAmended {
        settings: Box::new(largest_settings()),
        guarantees_restated: true,
    };
    let bytes = size(first(amended, passed_on()));
    assert!(bytes <= MAX_DECISION_BYTES, "{bytes}");
}

fn largest_settings() -> Settings {
    let longest = TextLine::new(&"𝒳".repeat(TextLine::MAX_CHARS)).expect("a line");
    let programs = || (0..Settings::MAX_PROGRAMS).map(|n| program(&format!("{n:032}")));
    let of_topic = Settings::MAX_TOPIC_CAPS / Settings::MAX_TOPICS;
    let text = "𝒳".repeat(Settings::MAX_TOPIC_TEXT / Settings::MAX_TOPICS / 12);
    let text = TextLine::new(&text).expect("a line");
    let topics = (0..Settings::MAX_TOPICS).map(|n| OfferedTopic {
        min: 1_000_000_000,
        max: Some(u32::MAX),
        program_caps: programs().take(of_topic).map(|p| (p, u32::MAX)).collect(),
        municipality_cap: Some(u32::MAX),
        room: Some(text.clone()),
        speakers: vec![text.clone()],
        ..OfferedTopic::new(Slot::Second, code(&format!("{n:064}")), text.clone())
    });
    let caps = (0..Settings::MAX_MUNICIPALITY_CAPS).map(|n| municipality(&format!("{n:08}")));
    let full = full_settings();
    let guarantee = full.guarantees[&program("sh")];
    Settings {
        title: longest.clone(),
        subtitle: Some(longest.clone()),
        kind: Some(longest.clone()),
        contact: Some(longest.clone()),
        description: Prose::new(&"𝒳".repeat(Prose::MAX_CHARS)).expect("a text"),
        venue: Some(workshop::Venue {
            name: longest.clone(),
            street: Some(longest.clone()),
            postcode: Some(longest.clone()),
            town: longest.clone(),
            accessibility: Some(longest.clone()),
        }),
        participating: programs().collect(),
        program_caps: programs().map(|program| (program, u32::MAX)).collect(),
        municipality_caps: caps.map(|key| (key, u32::MAX)).collect(),
        guarantees: programs().map(|program| (program, guarantee)).collect(),
        topics: topics.collect(),
        ..full
    }
}
