//! The read model is the domain's fold, seen by people.

use std::collections::BTreeMap;

use anmeldewerk_domain::{
    Instant, RegistrationId, WorkshopId,
    workshop::{DocumentKind, Registration, Situation, Slot, State, Wishes, Workshop},
};
use anmeldewerk_read_model::{
    RegistrationState,
    query::{self, BucketScope, GroupFilter, Scope},
};
use proptest::{
    collection::vec,
    test_runner::{Config, TestRunner},
};
use sqlx::Row;
use uuid::Uuid;

use crate::{
    house::{House, batches},
    life::{Life, wish},
    moelln::{WORKSHOP, all, waiting},
    rules::rules,
    story::{Log, created_with},
};

/// The workshop that is made with the settings that the other one has come to.
const TWIN: WorkshopId = WorkshopId(99);

#[test]
fn the_rows_are_what_the_rules_have_come_to() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let house = runtime.block_on(House::open());
    let config = Config {
        cases: 96,
        failure_persistence: None,
        ..Config::default()
    };
    let strategy = (rules(), vec(wish(), 1..70), vec(1_usize..20, 1..5));
    let held = TestRunner::new(config).run(&strategy, |(rules, wishes, sizes)| {
        let life = Life::of(rules, &wishes);
        runtime.block_on(compare(&house, &life, &sizes));
        Ok(())
    });
    if let Err(broken) = held {
        panic!("{broken}");
    }
}

async fn compare(house: &House, life: &Life, sizes: &[usize]) {
    let State::Exists(workshop) = &life.state else {
        panic!("it was made");
    };
    let mut log = Log::default();
    for events in &life.decisions {
        log.workshop(WORKSHOP.0, events.clone());
    }
    log.workshop(TWIN.0, vec![created_with(workshop.settings.clone())]);
    let fence = house.clear().await;
    for batch in batches(&log.entries(), sizes) {
        let outcome = house.writer.apply(fence, &batch).await.expect("an outcome");
        let written = crate::house::moved(outcome);
        assert_eq!(written.newly_parked, [], "everything fits");
    }
    people(house, workshop).await;
    groups(house, workshop).await;
    order(house, workshop).await;
    runs(house, workshop).await;
    documents(house, workshop).await;
    seats(house, workshop).await;
    settings(house).await;
}

async fn people(house: &House, workshop: &Workshop) {
    let page = house
        .reader
        .attendees(&Scope::Auditor, WORKSHOP, &all())
        .await;
    let items = page.expect("an answer").value.expect("a page").items;
    let found: BTreeMap<u128, &query::Registration> =
        items.iter().map(|item| (item.id.as_u128(), item)).collect();
    assert_eq!(found.len(), items.len());
    assert!(
        found
            .keys()
            .copied()
            .eq(workshop.registrations.keys().map(|id| id.0))
    );
    for (id, registration) in &workshop.registrations {
        same(*id, registration, found[&id.0]);
    }
}

fn same(id: RegistrationId, one: &Registration, row: &query::Registration) {
    assert_eq!(row.state, RegistrationState::from(one.situation), "{id:?}");
    assert_eq!(row.number, one.number.to_string());
    assert_eq!(row.person.as_u128(), one.person.0);
    assert_eq!(row.program, one.program.as_str());
    assert_eq!(row.municipality, one.municipality.as_str());
    assert_eq!(
        (row.placeholder, row.approved),
        (one.placeholder, one.approved),
        "{id:?}"
    );
    assert_eq!(row.privacy_notice, one.privacy_notice);
    let group = row.group.map(|group| (group.id.as_u128(), group.together));
    assert_eq!(
        group,
        one.group.map(|group| (group.group.0, group.together))
    );
    let alike: Vec<u128> = row.look_alikes.iter().map(Uuid::as_u128).collect();
    assert!(alike.into_iter().eq(one.look_alikes.iter().map(|id| id.0)));
    assert_eq!(wishes(row), stated(&one.wishes));
    let topics = row.topics.iter();
    let topics = topics.map(|of| (of.slot, of.topic.as_str(), of.pinned));
    let assigned = one.topics.iter();
    let assigned = assigned.map(|(slot, of)| {
        let slot = if *slot == Slot::First { 1 } else { 2 };
        (slot, of.topic.as_str(), of.pinned)
    });
    assert!(topics.eq(assigned), "{id:?}: {:?}", row.topics);
    let attended = row.attendance.iter();
    let attended = attended.map(|of| {
        let session = (of.day.to_string(), of.slot);
        (session, of.status.as_str(), of.minutes)
    });
    let stated = one.attendance.iter().map(|(session, presence)| {
        let slot = if session.slot == Slot::First { 1 } else { 2 };
        let session = (session.day.to_string(), slot);
        (session, presence.name(), presence.minutes().map(u32::from))
    });
    assert!(attended.eq(stated), "{id:?}: {:?}", row.attendance);
    situation(id, one.situation, row);
}

fn situation(id: RegistrationId, situation: Situation, row: &query::Registration) {
    let micros = row.expires.map(jiff::Timestamp::as_microsecond);
    let successor = row.successor.map(|id| id.as_u128());
    let (expires, next) = match situation {
        Situation::Submitted { confirm_by } => (confirm_by, None),
        Situation::Offered { expires }
        | Situation::Lapsed {
            expired: expires, ..
        } => (Some(expires), None),
        Situation::Transferred { to } => (None, Some(to)),
        Situation::Merged { into } => (None, Some(into)),
        Situation::PendingApproval
        | Situation::Attended
        | Situation::PartiallyAttended
        | Situation::NoShow
        | Situation::Confirmed
        | Situation::Waitlisted
        | Situation::Declined
        | Situation::Cancelled => (None, None),
    };
    assert_eq!(micros, expires.map(Instant::as_micros), "{id:?}");
    assert_eq!(successor, next.map(|id| id.0), "{id:?}");
    let lapsed = matches!(situation, Situation::Lapsed { .. });
    assert_eq!(row.lapse.is_some(), lapsed, "{id:?}");
}

fn wishes(row: &query::Registration) -> Vec<(u8, bool, String)> {
    let wishes = row.wishes.iter();
    wishes
        .map(|wish| (wish.slot, wish.vetoed, wish.topic.clone()))
        .collect()
}

fn stated(wishes: &[Wishes]) -> Vec<(u8, bool, String)> {
    let all = wishes.iter().flat_map(|list| {
        let slot = match list.slot {
            Slot::First => 1,
            Slot::Second => 2,
        };
        let ranked = list.ranked.iter().map(move |topic| (slot, false, topic));
        let vetoes = list.vetoes.iter().map(move |topic| (slot, true, topic));
        ranked.chain(vetoes)
    });
    all.map(|(slot, vetoed, topic)| (slot, vetoed, topic.as_str().to_owned()))
        .collect()
}

/// Whoever belongs to a group stands in it, as they stand in the list of attendees.
async fn groups(house: &House, workshop: &Workshop) {
    let filter = GroupFilter {
        program: None,
        window: all().window,
    };
    let page = house
        .reader
        .groups(&Scope::Auditor, WORKSHOP, &filter)
        .await;
    let found = page.expect("an answer").value.expect("a page").items;
    let members = found.iter().flat_map(|group| {
        let id = group.id.as_u128();
        let members = group.members.iter();
        members.map(move |one| {
            (
                one.registration.as_u128(),
                (id, one.state, one.waitlist_place),
            )
        })
    });
    let place = |one: &Registration| {
        let waits = one.situation == Situation::Waitlisted;
        waits.then(|| u64::from(workshop.queue.place(one.order)))
    };
    let expected = workshop.registrations.iter().filter_map(|(id, one)| {
        let state = RegistrationState::from(one.situation);
        Some((id.0, (one.group?.group.0, state, place(one))))
    });
    let (members, expected): (BTreeMap<_, _>, BTreeMap<_, _>) =
        (members.collect(), expected.collect());
    assert_eq!(members, expected);
}

/// Everybody has the same place, and the list goes on where it ended.
async fn order(house: &House, workshop: &Workshop) {
    let mut filter = waiting();
    filter.limit = 2;
    let mut seen = Vec::new();
    loop {
        let page = house
            .reader
            .waitlist(&Scope::Auditor, WORKSHOP, &filter)
            .await;
        let page = page.expect("an answer").value.expect("a page");
        seen.extend(
            page.items
                .iter()
                .map(|one| (one.waitlist_place, one.id.as_u128())),
        );
        match page.next {
            Some(after) => filter.after = after,
            None => break,
        }
    }
    let expected = (1_u64..)
        .map(Some)
        .zip(workshop.queue.in_order().into_values().map(|id| id.0));
    assert!(seen.iter().copied().eq(expected), "{seen:?}");
    for (id, registration) in &workshop.registrations {
        if registration.situation == Situation::Waitlisted {
            let now = crate::moelln::NOW;
            let one = house.reader.registration(&Scope::Auditor, *id, now).await;
            let place = one
                .expect("an answer")
                .value
                .and_then(|one| one.waitlist_place);
            let expected = workshop.queue.place(registration.order);
            assert_eq!(place, Some(u64::from(expected)));
        }
    }
}

/// Every run that was drafted is told, and whether it holds.
async fn runs(house: &House, workshop: &Workshop) {
    let runs = house
        .reader
        .assignment_runs(&Scope::Auditor, WORKSHOP)
        .await;
    let runs = runs.expect("an answer").value.expect("runs");
    let runs: BTreeMap<u128, bool> = runs
        .iter()
        .map(|run| (run.id.as_u128(), run.published_at.is_some()))
        .collect();
    let expected = workshop.runs.iter();
    let expected = expected.map(|(id, run)| (id.0, run.published));
    assert_eq!(runs, expected.collect());
}

/// Every version of every document is told, in order.
async fn documents(house: &House, workshop: &Workshop) {
    let found = house.reader.documents(&Scope::Auditor, WORKSHOP).await;
    let found = found.expect("an answer").value.expect("a workshop");
    let told = found.versions.into_iter().map(|of| {
        let valid_from = of.valid_from.map(|day| day.to_string());
        (
            (of.kind.name(), of.number),
            (
                of.content,
                of.media_type,
                of.size,
                of.title,
                valid_from,
                of.note,
            ),
        )
    });
    let expected = DocumentKind::ALL.into_iter().flat_map(|kind| {
        let versions = workshop.versions(kind).iter();
        (1..).zip(versions).map(move |(number, of)| {
            let valid_from = of.valid_from.map(|day| day.to_string());
            let note = of.note.as_ref().map(|note| note.as_str().to_owned());
            let title = of.title.as_str().to_owned();
            (
                (kind.name(), number),
                (
                    of.content,
                    of.media_type,
                    u64::from(of.size),
                    title,
                    valid_from,
                    note,
                ),
            )
        })
    });
    let told: BTreeMap<_, _> = told.collect();
    assert_eq!(told, expected.collect());
}

async fn seats(house: &House, workshop: &Workshop) {
    let found = house.reader.workshop(&Scope::Auditor, WORKSHOP).await;
    let found = found.expect("an answer").value.expect("a workshop");
    assert_eq!(
        (found.status, found.drawn),
        (workshop.status, workshop.drawn)
    );
    let taken = &workshop.taken;
    let of_program = |slug: &str| {
        let mut all = taken.by_program.iter();
        all.find(|(program, _)| program.as_str() == slug)
            .map_or(0, |(_, taken)| *taken)
    };
    let of_municipality = |key: &str| {
        let mut all = taken.by_municipality.iter();
        all.find(|(one, _)| one.as_str() == key)
            .map_or(0, |(_, taken)| *taken)
    };
    for bucket in &found.buckets {
        let expected = match &bucket.scope {
            BucketScope::Workshop => taken.total,
            BucketScope::Program(slug) | BucketScope::Guarantee(slug) => of_program(slug),
            BucketScope::Municipality(key) => of_municipality(key),
        };
        assert_eq!(bucket.used, u64::from(expected), "{bucket:?}");
    }
    let rules = &workshop.settings;
    let sizes = rules.program_caps.len() + rules.municipality_caps.len() + rules.guarantees.len();
    assert_eq!(found.buckets.len(), 1 + sizes);
    for (program, kept) in &found.bounds.guarantees {
        let released = workshop.released.iter().any(|one| one.as_str() == program);
        assert_eq!(kept.released, released);
    }
}

/// What was stated piece by piece is what would have been stated at once.
async fn settings(house: &House) {
    let rows = |table: &'static str, key: &'static str| {
        let statement = format!(
            "SELECT (to_jsonb(t) - '{{id,workshop,status,published,drawn,released,version}}'::text[])::text AS row FROM {table} t
             WHERE {key} = $1 ORDER BY 1"
        );
        async move {
            let mut both = Vec::new();
            for id in [WORKSHOP, TWIN] {
                let found = sqlx::query(sqlx::AssertSqlSafe(statement.clone()))
                    .bind(Uuid::from_u128(id.0))
                    .fetch_all(&house.owner)
                    .await
                    .expect("rows");
                let texts = found.iter().map(|row| row.get::<String, _>("row"));
                both.push(texts.collect::<Vec<_>>());
            }
            assert_eq!(both[0], both[1], "{table}");
        }
    };
    rows("workshop", "id").await;
    rows("offered_topic", "workshop").await;
    rows("bucket", "workshop").await;
}
