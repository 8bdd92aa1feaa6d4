//! What has happened, as those see it who may.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{LinkHash, RegistrationId};
use anmeldewerk_read_model::query::{
    FEED_REACH, Feed, FeedWindow, Happening, HistoryWindow, Scope,
};
use uuid::Uuid;

use crate::{
    house::House,
    moelln::{guest, host, moelln, stranger},
    story::{Log, created, slug},
};

fn window(after: u64, limit: u32) -> FeedWindow {
    FeedWindow {
        after: Position(after),
        limit,
        persons: true,
    }
}

async fn feed(house: &House, scope: &Scope, window: FeedWindow) -> Feed {
    let answer = house.reader.changes(scope, window).await;
    answer.expect("an answer").value
}

fn kinds(items: &[Happening]) -> Vec<(u64, Vec<&str>)> {
    items
        .iter()
        .map(|item| {
            let kinds = item.events.iter().map(|event| event.kind.as_str());
            (item.position.0, kinds.collect())
        })
        .collect()
}

#[tokio::test]
async fn everybody_is_told_what_is_theirs_to_see() {
    let house = moelln().await;
    let positions = async |scope: &Scope, persons| {
        let window = FeedWindow {
            persons,
            ..window(0, 100)
        };
        let feed = feed(&house, scope, window).await;
        assert_eq!(feed.reached, Position(11));
        feed.items
            .iter()
            .map(|item| item.position.0)
            .collect::<Vec<_>>()
    };
    let all: Vec<u64> = (1..=11).collect();
    assert_eq!(positions(&host(), true).await, all);
    assert_eq!(positions(&Scope::Auditor, true).await, all);
    assert_eq!(positions(&guest(), true).await, [1, 2, 3, 4, 6, 7, 9, 10]);
    assert_eq!(positions(&stranger(), true).await, [1, 2, 3, 4]);
    assert_eq!(
        positions(&Scope::Feeder(slug("sh")), true).await,
        [1, 2, 3, 4, 5, 8, 10, 11]
    );
    // Figures without persons.
    assert_eq!(positions(&host(), false).await, [1, 2, 3, 4, 11]);
}

#[tokio::test]
async fn a_decision_is_cut_down_to_what_is_seen_of_it() {
    let house = moelln().await;
    let own = feed(&house, &guest(), window(9, 10)).await;
    let expected = [(10, vec!["registration.confirmed.v1"])];
    assert_eq!(kinds(&own.items), expected);
    let event = &own.items[0].events[0];
    assert_eq!(
        (event.index, event.cause.as_deref()),
        (1, Some("seat_passed"))
    );
    assert_eq!(event.registration, Some(Uuid::from_u128(13)));
    assert_eq!(event.program.as_deref(), Some("mv"));
    let whole = feed(&house, &host(), window(9, 1)).await;
    let expected = [(
        10,
        vec!["registration.cancelled.v1", "registration.confirmed.v1"],
    )];
    assert_eq!(kinds(&whole.items), expected);
}

#[tokio::test]
async fn a_reader_who_goes_on_misses_nothing_and_sees_nothing_twice() {
    let house = moelln().await;
    for scope in [host(), guest(), stranger(), Scope::Auditor] {
        let whole = feed(&house, &scope, window(0, 100)).await;
        for limit in [1, 2, 3] {
            let mut after = Position::START;
            let mut read = Vec::new();
            while after < Position(11) {
                let part = feed(&house, &scope, window(after.0, limit)).await;
                assert!(part.reached > after, "it goes on");
                after = part.reached;
                read.extend(part.items);
            }
            assert_eq!(read, whole.items, "{scope:?} by {limit}");
        }
        let end = feed(&house, &scope, window(11, 10)).await;
        assert_eq!((end.items, end.reached), (vec![], Position(11)));
        let beyond = feed(&house, &scope, window(99, 10)).await;
        assert_eq!((beyond.items, beyond.reached), (vec![], Position(99)));
    }
}

#[tokio::test]
async fn one_part_looks_through_so_many_positions_and_says_how_far() {
    let house = House::open().await;
    let mut log = Log::default();
    let reach = u64::from(FEED_REACH);
    for _ in 0..reach + 5 {
        log.workshop(2, vec![created()]);
    }
    house.apply(log.entries()).await;
    let part = feed(&house, &stranger(), window(0, 10)).await;
    assert_eq!((part.items, part.reached), (vec![], Position(reach)));
    let rest = feed(&house, &stranger(), window(reach, 10)).await;
    assert_eq!(rest.reached, Position(reach + 5));
}

const WHOLE: HistoryWindow = HistoryWindow {
    after: None,
    limit: 100,
};

#[tokio::test]
async fn a_registration_has_a_history_for_those_who_see_it() {
    let house = moelln().await;
    let id = RegistrationId(13);
    for scope in [host(), guest(), Scope::Auditor, Scope::Feeder(slug("mv"))] {
        let answer = house.reader.history(&scope, id, WHOLE).await;
        let history = answer.expect("an answer").value.expect("a history");
        let expected = [
            (
                7,
                vec!["registration.submitted.v1", "registration.waitlisted.v1"],
            ),
            (10, vec!["registration.confirmed.v1"]),
        ];
        assert_eq!(kinds(&history.items), expected, "{scope:?}");
        assert_eq!(
            (history.program.as_str(), history.host.as_str()),
            ("mv", "sh")
        );
    }
    for scope in [
        stranger(),
        Scope::Operator,
        Scope::Public,
        Scope::Feeder(slug("sh")),
    ] {
        let answer = house.reader.history(&scope, id, WHOLE).await;
        assert_eq!(answer.expect("an answer").value, None, "{scope:?}");
    }
    let nobody = house
        .reader
        .history_by_link(&LinkHash([99; 32]), WHOLE)
        .await;
    assert_eq!(nobody.expect("an answer").value, None);
}

#[tokio::test]
async fn a_history_goes_on_where_it_ended_even_within_a_decision() {
    let house = moelln().await;
    let id = RegistrationId(13);
    let mut after = None;
    let mut seen = Vec::new();
    loop {
        let window = HistoryWindow { after, limit: 1 };
        let answer = house.reader.history(&host(), id, window).await;
        let part = answer.expect("an answer").value.expect("a history");
        for item in &part.items {
            seen.extend(
                item.events
                    .iter()
                    .map(|event| (item.position.0, event.index)),
            );
        }
        after = part.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, [(7, 0), (7, 1), (10, 1)]);
}
