//! Programs, workshops and topics, and who sees them.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::workshop::Status;
use anmeldewerk_read_model::{
    RegistrationState,
    query::{ProgramCount, Scope, Seats},
};
use uuid::Uuid;

use crate::{
    house::House,
    moelln::{DRAFT, WORKSHOP, all, guest, host, moelln, stranger},
    story::slug,
};

#[tokio::test]
async fn before_everything_there_are_answers_as_of_the_start() {
    let house = House::open().await;
    let reader = &house.reader;
    assert_eq!(reader.position().await.expect("an answer"), Position::START);
    let programs = reader.programs().await.expect("an answer");
    assert_eq!(
        (programs.position, programs.value),
        (Position::START, vec![])
    );
    let workshops = reader
        .workshops(&host(), None, 10)
        .await
        .expect("an answer");
    assert!(workshops.value.items.is_empty() && workshops.value.next.is_none());
    let none = reader
        .attendees(&host(), WORKSHOP, &all())
        .await
        .expect("an answer");
    assert_eq!((none.position, none.value), (Position::START, None));
    let topics = reader.topics(&host(), WORKSHOP).await.expect("an answer");
    assert_eq!(topics.value, None);
}

#[tokio::test]
async fn programs_are_listed_and_found() {
    let house = moelln().await;
    let programs = house.reader.programs().await.expect("an answer");
    let names: Vec<&str> = programs.value.iter().map(|p| p.id.as_str()).collect();
    assert_eq!(names, ["mv", "sh"]);
    let one = house.reader.program(&slug("sh")).await.expect("an answer");
    let one = one.value.expect("a program");
    assert_eq!(
        (one.name.as_str(), one.land.as_str(), one.version),
        ("Schleswig-Holstein", "01", Position(2))
    );
    assert_eq!(
        one.carrier.as_deref(),
        Some("Landeskoordination, (\"Nord\") \\ {1}")
    );
    let none = house.reader.program(&slug("bb")).await.expect("an answer");
    assert_eq!((none.position, none.value), (Position(11), None));
}

#[tokio::test]
async fn a_workshop_shows_its_settings_seats_and_topics() {
    let house = moelln().await;
    let answer = house
        .reader
        .workshop(&guest(), WORKSHOP)
        .await
        .expect("an answer");
    assert_eq!((answer.position, answer.parked_at), (Position(11), None));
    let workshop = answer.value.expect("a workshop");
    assert_eq!(workshop.title, "Qualifizierungswerkstatt „Wandel“");
    assert_eq!(
        workshop.description,
        "Zwei Tage.\nMit \"Programm\", und mehr."
    );
    assert_eq!(
        (workshop.status, workshop.version),
        (Status::Published, Position(4))
    );
    assert_eq!(workshop.participating, ["mv", "sh"]);
    assert_eq!(workshop.first_day.to_string(), "2019-10-22");
    let hours = workshop.hours.expect("hours");
    assert_eq!(
        (hours.start.as_str(), hours.end.as_str()),
        ("2019-10-22T09:30", "2019-10-23T16:00")
    );
    assert_eq!(workshop.begins.to_string(), "2019-10-22T07:30:00Z");
    let closes = workshop.closes.expect("a deadline");
    assert_eq!(
        (closes.stated.as_str(), closes.instant.to_string().as_str()),
        ("2019-09-30", "2019-09-30T22:00:00Z")
    );
    assert_eq!(workshop.closing, closes);
    assert_eq!(workshop.opens, None);
    let venue = workshop.venue.expect("a venue");
    assert_eq!((venue.town.as_str(), venue.street), ("Mölln", None));
    assert_eq!((workshop.ranks, workshop.vetoes), (3, 1));
    let codes: Vec<&str> = workshop.topics.iter().map(|t| t.code.as_str()).collect();
    assert_eq!(codes, ["rolle", "diskurs", "legitimation"]);
    assert_eq!(
        workshop.seats,
        Seats {
            capacity: Some(2),
            confirmed: 2,
            held: 0,
            waitlisted: 2
        }
    );
    let count = |program: &str, state, count| ProgramCount {
        program: program.to_owned(),
        state,
        count,
    };
    let expected = [
        count("mv", RegistrationState::Confirmed, 2),
        count("mv", RegistrationState::Waitlisted, 1),
        count("sh", RegistrationState::Cancelled, 1),
        count("sh", RegistrationState::Waitlisted, 1),
    ];
    assert_eq!(workshop.by_program, expected);
}

#[tokio::test]
async fn figures_by_program_are_for_those_who_take_part() {
    let house = moelln().await;
    for (scope, sees) in [
        (host(), true),
        (guest(), true),
        (Scope::Auditor, true),
        (stranger(), false),
        (Scope::Operator, false),
        (Scope::Public, false),
    ] {
        let found = house
            .reader
            .workshop(&scope, WORKSHOP)
            .await
            .expect("an answer");
        let found = found.value.expect("published workshops are for all");
        assert_eq!(!found.by_program.is_empty(), sees, "{scope:?}");
        assert_eq!(found.seats.confirmed, 2, "{scope:?}");
        let topics = house
            .reader
            .topics(&scope, WORKSHOP)
            .await
            .expect("an answer");
        let topics = topics.value.expect("topics of a published workshop");
        let demand = topics
            .topics
            .iter()
            .any(|topic| !topic.by_program.is_empty());
        assert_eq!(demand, sees, "{scope:?}");
    }
}

#[tokio::test]
async fn a_draft_is_its_hosts_and_the_auditors() {
    let house = moelln().await;
    for (scope, sees) in [
        (host(), true),
        (Scope::Auditor, true),
        (guest(), false),
        (Scope::Operator, false),
        (Scope::Public, false),
    ] {
        let one = house
            .reader
            .workshop(&scope, DRAFT)
            .await
            .expect("an answer");
        assert_eq!(one.value.is_some(), sees, "{scope:?}");
        let list = house
            .reader
            .workshops(&scope, None, 10)
            .await
            .expect("an answer");
        let found = list
            .value
            .items
            .iter()
            .any(|w| w.id == Uuid::from_u128(DRAFT.0));
        assert_eq!(found, sees, "{scope:?}");
        assert_eq!(list.value.items.len(), 1 + usize::from(sees));
        let people = house
            .reader
            .attendees(&scope, DRAFT, &all())
            .await
            .expect("an answer");
        assert_eq!(people.value.is_some(), sees, "{scope:?}");
        let topics = house.reader.topics(&scope, DRAFT).await.expect("an answer");
        assert_eq!(topics.value.is_some(), sees, "{scope:?}");
    }
}

#[tokio::test]
async fn a_list_of_workshops_goes_on_where_it_ended() {
    let house = moelln().await;
    let first = house
        .reader
        .workshops(&host(), None, 1)
        .await
        .expect("an answer");
    let next = first.value.next.expect("there is another one");
    let second = house
        .reader
        .workshops(&host(), Some(next), 1)
        .await
        .expect("an answer");
    let seen: Vec<Uuid> = [first, second]
        .iter()
        .flat_map(|page| page.value.items.iter().map(|w| w.id))
        .collect();
    assert_eq!(seen, [WORKSHOP, DRAFT].map(|id| Uuid::from_u128(id.0)));
    let end = house
        .reader
        .workshops(&host(), None, 2)
        .await
        .expect("an answer");
    assert_eq!(end.value.next, None);
}
