//! One batch at a time: the checkpoint, the fence, what is parked.

use anmeldewerk_contract::{Position, Subject};
use anmeldewerk_domain::{
    Boundary, GroupId, RegistrationId, WorkshopId,
    workshop::{Event, GroupPolicy, GroupSubmitted, Reason},
};
use anmeldewerk_read_model::{Batch, Fault, MAX_PARKED_MESSAGES, Outcome, Poison, query::Scope};

use crate::{
    house::{CREATED, House, batch, moved},
    story::{Log, cancelled, confirmed, created, slug, submitted, substituted},
    tale::published_for,
};

#[tokio::test]
async fn the_checkpoint_stands_where_the_batch_ended() {
    let house = House::open().await;
    let before = house.writer.checkpoint().await.expect("a checkpoint");
    assert_eq!(
        (before.position, before.message_hash, before.stream_created),
        (Position::START, None, None)
    );

    let mut log = Log::default();
    log.program("sh", "Schleswig-Holstein")
        .workshop(1, vec![created()]);
    let written = house.apply(log.entries()).await;
    assert_eq!(
        written.rows,
        1 + 1 + 3 + 2 + 2,
        "a program, a workshop, three topics, two events; a program and a workshop for dashboards"
    );

    let after = house.writer.checkpoint().await.expect("a checkpoint");
    assert_eq!(after.position, Position(2));
    assert_eq!(after.stream_created, Some(CREATED));
    assert_eq!(after.message_hash.map(|hash| hash[7]), Some(2));
}

#[tokio::test]
async fn a_batch_counts_once_however_often_it_is_applied() {
    let house = House::open().await;
    let mut log = Log::default();
    log.workshop(1, vec![created()])
        .workshop(1, vec![submitted(1, "sh", &["rolle"]), confirmed(1)]);
    let (fence, checkpoint) = house.writer.take_fence().await.expect("a fence");
    let batch = batch(&checkpoint, log.entries());
    moved(house.writer.apply(fence, &batch).await.expect("an outcome"));
    let once = house.digest().await;

    let again = house.writer.apply(fence, &batch).await.expect("an outcome");
    assert_eq!(again, Outcome::AlreadyThere);
    let shorter = Batch::new(Position::START, CREATED, log.entries()[..1].to_vec());
    let ahead = house.writer.apply(fence, &shorter).await;
    assert_eq!(ahead.expect("an outcome"), Outcome::SomeoneAhead);
    assert_eq!(house.digest().await, once);
}

#[tokio::test]
async fn whoever_has_an_older_fence_writes_nothing() {
    let house = House::open().await;
    let mut log = Log::default();
    log.workshop(1, vec![created()]);
    let empty = house.digest().await;
    let (old, checkpoint) = house.writer.take_fence().await.expect("a fence");
    let (new, _) = house.writer.take_fence().await.expect("a fence");
    let batch = batch(&checkpoint, log.entries());

    let refused = house.writer.apply(old, &batch).await.expect("an outcome");
    assert_eq!(refused, Outcome::FencedOff);
    assert_eq!(house.digest().await, empty);
    moved(house.writer.apply(new, &batch).await.expect("an outcome"));
}

#[tokio::test]
async fn a_message_that_cannot_be_read_parks_its_workshop_and_no_other() {
    let house = House::open().await;
    let mut log = Log::default();
    log.workshop(1, vec![created()])
        .workshop(2, vec![created()])
        .garbage(1)
        .workshop(1, vec![submitted(1, "sh", &[]), confirmed(1)])
        .workshop(2, vec![submitted(2, "sh", &[]), confirmed(2)]);
    let written = house.apply(log.entries()).await;
    let parked = written.newly_parked.first().expect("a parked subject");
    assert_eq!(
        (parked.since, parked.poison),
        (Position(3), Poison::HeaderMalformed)
    );
    assert_eq!(
        parked.subject,
        Subject::from(&Boundary::Workshop(WorkshopId(1)))
    );

    let pointers: Vec<(i64, String)> =
        sqlx::query_as("SELECT position, error_code FROM parked ORDER BY position")
            .fetch_all(&house.owner)
            .await
            .expect("pointers");
    let expected = [
        (3, "header_malformed".to_owned()),
        (4, "subject_parked".to_owned()),
    ];
    assert_eq!(pointers, expected);

    let still = house.reader.workshop(&Scope::Auditor, WorkshopId(1)).await;
    let still = still.expect("an answer");
    assert_eq!(
        (still.position, still.parked_at),
        (Position(5), Some(Position(3)))
    );
    assert_eq!(still.value.map(|w| w.seats.confirmed), Some(0));
    let flows = house.reader.workshop(&Scope::Auditor, WorkshopId(2)).await;
    let flows = flows.expect("an answer");
    assert_eq!(flows.parked_at, None);
    assert_eq!(flows.value.map(|w| w.seats.confirmed), Some(1));
}

#[tokio::test]
async fn what_does_not_fit_the_rows_is_parked_whole() {
    let house = House::open().await;
    let mut log = Log::default();
    log.workshop(1, vec![created()])
        .workshop(1, vec![submitted(1, "sh", &[]), confirmed(1)]);
    house.apply(log.entries()).await;
    let before = log.entries().len();
    log.workshop(1, vec![cancelled(1), cancelled(99)])
        .workshop(2, vec![created()])
        .workshop(2, vec![submitted(1, "mv", &[])])
        .workshop(3, vec![submitted(3, "mv", &[])]);
    let written = house.apply(log.entries()[before..].to_vec()).await;
    let parked: Vec<_> = written
        .newly_parked
        .iter()
        .map(|p| (p.since, p.poison))
        .collect();
    let expected = [3, 5, 6].map(|position| (Position(position), Poison::DoesNotFit));
    assert_eq!(parked, expected);

    let kept: Vec<String> = sqlx::query_scalar("SELECT state FROM registration")
        .fetch_all(&house.owner)
        .await
        .expect("states");
    assert_eq!(kept, ["confirmed"], "no half of a decision is applied");
}

#[tokio::test]
async fn what_looks_at_other_rows_parks_where_they_are_missing() {
    let house = House::open().await;
    let mut log = Log::default();
    for workshop in (1..=6).chain([8]) {
        log.workshop(workshop, vec![created(), submitted(workshop, "sh", &[])]);
    }
    house.apply(log.entries()).await;
    let merged = |registration, into| Event::Merged {
        registration: RegistrationId(registration),
        into: RegistrationId(into),
        takes_state: false,
        takes_place: false,
    };
    let called_off = Event::CalledOff {
        reason: Reason::Other,
    };
    let before = log.entries().len();
    log.workshop(1, vec![substituted(99, 100)])
        .workshop(2, vec![substituted(2, 6)])
        .workshop(3, vec![merged(3, 98)])
        .workshop(4, vec![merged(97, 4)])
        .workshop(5, vec![merged(5, 6)])
        .workshop(7, vec![called_off])
        .workshop(8, vec![published_for(1, 0)])
        .workshop(6, vec![substituted(6, 60)]);
    let written = house.apply(log.entries()[before..].to_vec()).await;
    let parked: Vec<u64> = written.newly_parked.iter().map(|p| p.since.0).collect();
    assert_eq!(parked, [8, 9, 10, 11, 12, 13, 14]);
    let ended: Vec<String> =
        sqlx::query_scalar("SELECT id::text FROM registration WHERE state <> 'submitted'")
            .fetch_all(&house.owner)
            .await
            .expect("ids");
    assert_eq!(ended, ["00000000-0000-0000-0000-000000000006"]);
}

#[tokio::test]
async fn a_group_is_made_once_and_in_a_workshop() {
    let house = House::open().await;
    let grouped = || {
        Event::GroupSubmitted(Box::new(GroupSubmitted {
            group: GroupId(7),
            program: slug("sh"),
            policy: GroupPolicy::Partial,
            contact: None,
            size: 1,
            refused: Vec::new(),
        }))
    };
    let mut log = Log::default();
    log.workshop(1, vec![created(), grouped()]);
    house.apply(log.entries()).await;
    log.workshop(1, vec![grouped()])
        .workshop(2, vec![grouped()]);
    let written = house.apply(log.entries()[1..].to_vec()).await;
    let parked: Vec<u64> = written.newly_parked.iter().map(|p| p.since.0).collect();
    assert_eq!(parked, [2, 3]);
}

#[tokio::test]
async fn a_strict_writer_keeps_nothing_of_a_batch_with_poison() {
    let house = House::open().await;
    let mut log = Log::default();
    log.program("sh", "Schleswig-Holstein")
        .workshop(1, vec![confirmed(1)]);
    let (fence, checkpoint) = house.writer.take_fence().await.expect("a fence");
    let strict = house.writer.clone().strict();
    let ended = strict
        .apply(fence, &batch(&checkpoint, log.entries()))
        .await;
    assert!(
        matches!(
            ended,
            Err(Fault::Poison {
                position: Position(2),
                code: "does_not_fit",
            })
        ),
        "{ended:?}"
    );
    let still = house.writer.checkpoint().await.expect("a checkpoint");
    assert_eq!(still, checkpoint);
}

#[tokio::test]
async fn what_waits_is_folded_in_one_go_once_the_message_can_be_read() {
    let house = House::open().await;
    let mut whole = Log::default();
    whole
        .workshop(1, vec![created()])
        .workshop(1, vec![submitted(11, "sh", &["rolle"])])
        .workshop(1, vec![confirmed(11)])
        .workshop(2, vec![created()]);
    // The second message is one that this program cannot read.
    let mut log = whole.entries();
    let mut unread = Log::default();
    unread.workshop(1, vec![created()]).garbage(1);
    log[1] = unread.entries()[1].clone();
    let written = house.apply(log.clone()).await;
    assert_eq!((written.parked_subjects, written.parked_messages), (1, 2));
    let subject = written.newly_parked[0].subject.clone();
    let waiting = house.writer.waiting(subject.as_str()).await;
    let waiting = waiting.expect("pointers");
    let positions: Vec<u64> = waiting.iter().map(|pointer| pointer.position.0).collect();
    assert_eq!(positions, [2, 3]);

    let before = house.digest().await;
    let replayed = house.writer.replay(&subject, log[1..3].to_vec()).await;
    let replayed = replayed.expect("an outcome");
    let still = replayed.still.expect("it still cannot be read");
    assert_eq!((replayed.folded, still.since), (0, Position(2)));
    assert_eq!(house.digest().await, before, "as it was");

    let short = house.writer.replay(&subject, log[1..2].to_vec()).await;
    assert!(matches!(short, Err(Fault::NotAlone)), "{short:?}");

    // A newer program reads it.
    let readable = whole.entries()[1..3].to_vec();
    let replayed = house.writer.replay(&subject, readable).await;
    let replayed = replayed.expect("an outcome");
    assert_eq!((replayed.folded, replayed.still), (2, None));
    let after = house.digests().await;

    let fresh = House::open().await;
    fresh.apply(whole.entries()).await;
    assert_eq!(
        fresh.digests().await.differences(&after),
        Vec::<&str>::new()
    );
}

#[tokio::test]
async fn with_one_message_too_many_that_waits_nothing_is_written_any_more() {
    let house = House::open().await;
    let mut log = Log::default();
    log.workshop(1, vec![created()]).garbage(1);
    house.apply(log.entries()).await;
    log.garbage(1).garbage(1);
    let (fence, checkpoint) = house.writer.take_fence().await.expect("a fence");
    let more = batch(&checkpoint, log.entries()[2..].to_vec());
    let most = i64::try_from(MAX_PARKED_MESSAGES).expect("a small number");
    for (waiting, fits) in [(most - 1, false), (most - 2, true)] {
        sqlx::query("UPDATE parked_subject SET messages = $1")
            .bind(waiting)
            .execute(&house.owner)
            .await
            .expect("as if so many waited");
        let outcome = house.writer.apply(fence, &more).await;
        if fits {
            assert_eq!(
                moved(outcome.expect("an outcome")).parked_messages,
                MAX_PARKED_MESSAGES
            );
        } else {
            assert!(
                matches!(outcome, Err(Fault::TooManyParked(1))),
                "{outcome:?}"
            );
            let still = house.writer.checkpoint().await.expect("a checkpoint");
            assert_eq!(still, checkpoint);
        }
    }
}
