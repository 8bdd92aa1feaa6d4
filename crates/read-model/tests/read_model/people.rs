//! Attendees, the waitlist, one registration and the demand, and who sees them.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{LinkHash, RegistrationId};
use anmeldewerk_read_model::{
    Arrival, RegistrationState,
    query::{AttendeeFilter, AttendeePage, Registration, Scope, Window},
};
use uuid::Uuid;

use crate::{
    house::House,
    moelln::{NOW, WORKSHOP, all, guest, host, moelln, stranger, waiting},
    story::{slug, topic},
};

async fn list(house: &House, scope: &Scope, filter: &AttendeeFilter) -> Option<AttendeePage> {
    let answer = house.reader.attendees(scope, WORKSHOP, filter).await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.position, Position(11));
    answer.value
}

async fn ids(house: &House, scope: &Scope, filter: &AttendeeFilter) -> Vec<u128> {
    let page = list(house, scope, filter).await.expect("a page");
    page.items.iter().map(|item| item.id.as_u128()).collect()
}

#[tokio::test]
async fn the_host_sees_all_attendees_and_others_their_own() {
    let house = moelln().await;
    assert_eq!(ids(&house, &host(), &all()).await, [11, 12, 13, 14, 15]);
    assert_eq!(
        ids(&house, &Scope::Auditor, &all()).await,
        [11, 12, 13, 14, 15]
    );
    assert_eq!(ids(&house, &guest(), &all()).await, [12, 13, 15]);
    for nobody in [stranger(), Scope::Operator, Scope::Public] {
        assert!(ids(&house, &nobody, &all()).await.is_empty(), "{nobody:?}");
    }
}

#[tokio::test]
async fn attendees_are_filtered_by_state_program_municipality_and_topic() {
    let house = moelln().await;
    let state = AttendeeFilter {
        state: Some(RegistrationState::Confirmed),
        ..all()
    };
    assert_eq!(ids(&house, &host(), &state).await, [12, 13]);
    let program = AttendeeFilter {
        program: Some(slug("sh")),
        ..all()
    };
    assert_eq!(ids(&house, &host(), &program).await, [11, 14]);
    assert!(ids(&house, &guest(), &program).await.is_empty());
    let wished = AttendeeFilter {
        topic: Some(topic("diskurs")),
        ..all()
    };
    assert_eq!(ids(&house, &host(), &wished).await, [11, 13]);
    let vetoed = AttendeeFilter {
        topic: Some(topic("legitimation")),
        ..all()
    };
    assert!(
        ids(&house, &host(), &vetoed).await.is_empty(),
        "a veto is no wish"
    );
    let kreis = anmeldewerk_domain::MunicipalityKey::new("13072").expect("a key");
    let elsewhere = AttendeeFilter {
        municipality: Some(kreis),
        ..all()
    };
    assert!(ids(&house, &host(), &elsewhere).await.is_empty());
}

#[tokio::test]
async fn a_list_of_attendees_goes_on_where_it_ended() {
    let house = moelln().await;
    for state in [None, Some(RegistrationState::Waitlisted)] {
        let whole = ids(&house, &host(), &AttendeeFilter { state, ..all() }).await;
        let mut seen = Vec::new();
        let mut filter = AttendeeFilter { state, ..all() };
        filter.window.limit = 2;
        loop {
            let page = list(&house, &host(), &filter).await.expect("a page");
            assert!(page.items.len() <= 2);
            seen.extend(page.items.iter().map(|item| item.id.as_u128()));
            match page.next {
                Some(after) => filter.window.after = after,
                None => break,
            }
        }
        assert_eq!(seen, whole);
    }
}

#[tokio::test]
async fn whoever_waits_knows_their_place_in_the_whole_queue() {
    let house = moelln().await;
    let places = |page: Option<AttendeePage>| -> Vec<(u128, Option<u64>)> {
        let items = page.expect("a page").items;
        items
            .iter()
            .map(|item| (item.id.as_u128(), item.waitlist_place))
            .collect()
    };
    let seen = places(list(&house, &host(), &all()).await);
    let expected = [
        (11, None),
        (12, None),
        (13, None),
        (14, Some(1)),
        (15, Some(2)),
    ];
    assert_eq!(seen, expected);
    let own = places(list(&house, &guest(), &all()).await);
    assert_eq!(own, [(12, None), (13, None), (15, Some(2))]);
    let waiting = house.reader.waitlist(&guest(), WORKSHOP, &waiting()).await;
    let waiting = waiting.expect("an answer").value.expect("a page").items;
    let waiting: Vec<_> = waiting
        .iter()
        .map(|w| (w.id.as_u128(), w.waitlist_place))
        .collect();
    assert_eq!(waiting, [(15, Some(2))]);
    let window = Window {
        after: Arrival::new(Position(8), 0),
        limit: 1,
    };
    let behind = AttendeeFilter { window, ..all() };
    let later = list(&house, &host(), &behind).await;
    assert_eq!(places(later), [(15, Some(2))]);
    let one = house
        .reader
        .registration(&guest(), RegistrationId(15), NOW)
        .await;
    assert_eq!(
        one.expect("an answer").value.and_then(|r| r.waitlist_place),
        Some(2)
    );
}

#[tokio::test]
async fn a_registration_shows_its_wishes_blocks_and_end() {
    let house = moelln().await;
    let found = house
        .reader
        .registration(&host(), RegistrationId(11), NOW)
        .await
        .expect("an answer");
    let found = found.value.expect("a registration");
    let wishes: Vec<_> = found
        .wishes
        .iter()
        .map(|w| (w.slot, w.vetoed, w.rank, w.topic.as_str()))
        .collect();
    let expected = [
        (1, false, 1, "rolle"),
        (1, false, 2, "diskurs"),
        (1, true, 1, "legitimation"),
    ];
    assert_eq!(wishes, expected);
    assert_eq!(found.state, RegistrationState::Cancelled);
    let cancellation = found.cancellation.expect("a cancellation");
    assert_eq!(
        (cancellation.by.as_str(), cancellation.reason.as_deref()),
        ("office", Some("illness"))
    );
    let contact = found.contact.expect("a block");
    assert_eq!((contact.bytes, contact.commit), (vec![11, 1, 0], [1; 32]));
    assert_eq!(found.free_text, None);
    assert_eq!(
        (found.arrival.position(), found.version),
        (Position(5), Position(10))
    );
    assert_eq!(found.decision, Uuid::from_u128(0xdec1 << 64 | 5));
    assert_eq!(
        found.submitted_at.to_string(),
        "2019-08-01T09:00:05.123456Z"
    );
    assert_eq!(
        (
            found.host.as_str(),
            found.program.as_str(),
            found.municipality.as_str()
        ),
        ("sh", "sh", "01053")
    );
}

#[tokio::test]
async fn a_registration_is_seen_by_its_program_the_host_and_its_own_secret() {
    let house = moelln().await;
    let one = |scope: Scope, id| {
        let house = &house;
        async move {
            let found = house
                .reader
                .registration(&scope, RegistrationId(id), NOW)
                .await;
            found
                .expect("an answer")
                .value
                .map(|r: Registration| r.id.as_u128())
        }
    };
    assert_eq!(one(host(), 12).await, Some(12));
    assert_eq!(one(guest(), 12).await, Some(12));
    assert_eq!(one(Scope::Auditor, 12).await, Some(12));
    assert_eq!(one(guest(), 11).await, None);
    assert_eq!(one(Scope::Public, 11).await, None);
    assert_eq!(one(Scope::Operator, 11).await, None);
    assert_eq!(one(host(), 99).await, None);
    let own = house
        .reader
        .registration_by_link(&LinkHash([12; 32]), NOW)
        .await
        .expect("an answer");
    assert_eq!(own.value.map(|r| r.id.as_u128()), Some(12));
    let wrong = house
        .reader
        .registration_by_link(&LinkHash([99; 32]), NOW)
        .await
        .expect("an answer");
    assert_eq!((wrong.position, wrong.value), (Position(11), None));
}

#[tokio::test]
async fn demand_counts_the_wishes_of_the_living() {
    let house = moelln().await;
    let found = house
        .reader
        .topics(&guest(), WORKSHOP)
        .await
        .expect("an answer");
    let found = found.value.expect("topics");
    let demand: Vec<_> = found
        .topics
        .iter()
        .map(|t| {
            (
                t.offered.code.as_str(),
                t.total.ranked.clone(),
                t.total.vetoes,
            )
        })
        .collect();
    let expected = [
        ("rolle", vec![2, 1, 0], 0),
        ("diskurs", vec![1, 0, 0], 0),
        ("legitimation", vec![0, 0, 0], 4),
    ];
    assert_eq!(demand, expected);
    let vetoes: Vec<_> = found.topics[2]
        .by_program
        .iter()
        .map(|p| (p.program.as_str(), p.demand.vetoes))
        .collect();
    assert_eq!(vetoes, [("mv", 3), ("sh", 1)]);
}
