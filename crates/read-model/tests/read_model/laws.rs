//! However the log is cut into batches, and whatever crashes in between, the rows are the same.

use std::time::Duration;

use anmeldewerk_domain::workshop::Event;
use anmeldewerk_read_model::{
    AsOf, Batch, Digest, Entry, Fence, Outcome, SchemaName, Version, Writer,
};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::{
    contract::assert_no_orphans,
    house::{House, assert_counts, batches, moved},
    story::{Log, amended, cancelled, confirmed, created, submitted},
    tale::{News, Op, Outcomes, op, tell},
};

/// What happens to one batch.
#[derive(Clone, Debug)]
enum Fate {
    /// Nothing: it is applied.
    Applied,
    /// The transaction fails at this point, and the batch comes again.
    Crashed(&'static str),
    /// It is applied and the answer is lost, so the batch comes again.
    AnswerLost,
    /// Whoever waits for the answer is gone after so many microseconds, and the batch comes again.
    Abandoned(u64),
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        Just(Fate::Applied),
        prop::sample::select(vec![
            "checkpoint",
            "workshop",
            "registration",
            "bucket",
            "wish",
            "parked",
            "commit"
        ])
        .prop_map(Fate::Crashed),
        Just(Fate::AnswerLost),
        (0_u64..4000).prop_map(Fate::Abandoned),
    ]
}

/// Has statements fail at points that are named in a table.
async fn make_it_crash(house: &House) {
    sqlx::raw_sql(
        "CREATE TABLE crash_at (point text NOT NULL);
         GRANT SELECT ON crash_at TO aw_projection;
         CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN
             IF EXISTS (SELECT FROM crash_at WHERE point = TG_ARGV[0]) THEN
                 RAISE EXCEPTION 'crash at %', TG_ARGV[0];
             END IF;
             RETURN NULL;
         END $$;
         CREATE TRIGGER crash AFTER UPDATE ON checkpoint EXECUTE FUNCTION crash('checkpoint');
         CREATE TRIGGER crash AFTER INSERT ON workshop EXECUTE FUNCTION crash('workshop');
         CREATE TRIGGER crash AFTER INSERT ON registration EXECUTE FUNCTION crash('registration');
         CREATE TRIGGER crash AFTER INSERT ON bucket EXECUTE FUNCTION crash('bucket');
         CREATE TRIGGER crash AFTER INSERT ON wish EXECUTE FUNCTION crash('wish');
         CREATE TRIGGER crash AFTER INSERT ON parked EXECUTE FUNCTION crash('parked');
         CREATE CONSTRAINT TRIGGER crash_late AFTER UPDATE ON checkpoint
             DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION crash('commit');",
    )
    .execute(&house.owner)
    .await
    .expect("triggers");
}

async fn apply_all(house: &House, fence: Fence, batches: &[Batch]) {
    for batch in batches {
        moved(house.writer.apply(fence, batch).await.expect("an outcome"));
    }
}

/// Builds a version beside the live one, counts and indexes at the end, and digests it.
async fn built(house: &House, batches: &[Batch]) -> [u8; 32] {
    let version = house.registry.begin_current().await.expect("a version");
    let url = house.registry.url();
    let writer = Writer::connect(url, &version).expect("an address");
    let (fence, _) = writer.take_fence().await.expect("a fence");
    for batch in batches {
        moved(writer.apply(fence, batch).await.expect("an outcome"));
    }
    writer.close().await;
    house.registry.complete(&version).await.expect("completed");
    let digest = Digest::take(url, &version).await.expect("a digest");
    let dropped = house.registry.drop_version(&version.schema).await;
    dropped.expect("dropped");
    digest.whole()
}

async fn apply_once(house: &House, fence: Fence, batch: &Batch) -> Outcome {
    house.writer.apply(fence, batch).await.expect("an outcome")
}

async fn suffer(house: &House, fence: Fence, batch: &Batch, fate: &Fate) {
    match fate {
        Fate::Applied => drop(moved(apply_once(house, fence, batch).await)),
        Fate::Crashed(point) => crash(house, fence, batch, point).await,
        Fate::AnswerLost => {
            moved(apply_once(house, fence, batch).await);
            let again = apply_once(house, fence, batch).await;
            assert_eq!(again, Outcome::AlreadyThere);
        }
        Fate::Abandoned(micros) => {
            let patience = Duration::from_micros(*micros);
            let gone = tokio::time::timeout(patience, house.writer.apply(fence, batch)).await;
            drop(gone);
            let again = apply_once(house, fence, batch).await;
            assert!(
                matches!(again, Outcome::Moved(_) | Outcome::AlreadyThere),
                "{again:?}"
            );
        }
    }
}

async fn crash(house: &House, fence: Fence, batch: &Batch, point: &str) {
    let before = house.writer.checkpoint().await.expect("a checkpoint");
    sqlx::query("INSERT INTO crash_at VALUES ($1)")
        .bind(point)
        .execute(&house.owner)
        .await
        .expect("a crash to come");
    let crashed = house.writer.apply(fence, batch).await;
    sqlx::query("TRUNCATE crash_at")
        .execute(&house.owner)
        .await
        .expect("no crash any more");
    match crashed {
        Err(_) => {
            let after = house.writer.checkpoint().await.expect("a checkpoint");
            assert_eq!(after, before, "nothing was kept");
            moved(apply_once(house, fence, batch).await);
        }
        // The batch did not touch the table that would have failed.
        Ok(outcome) => drop(moved(outcome)),
    }
}

#[test]
fn any_split_and_any_crash_give_the_same_rows() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let house = runtime.block_on(House::open());
    runtime.block_on(make_it_crash(&house));
    let wild = prop::bool::weighted(0.04);
    let strategy = (
        vec((op(), wild), 1..60),
        vec(1_usize..12, 1..6),
        vec(fate(), 1..8),
    );
    let config = Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    };
    let held = TestRunner::new(config).run(&strategy, |(ops, sizes, fates)| {
        let entries = tell(&ops);
        runtime.block_on(async {
            let fence = house.clear().await;
            apply_all(&house, fence, &batches(&entries, &[1])).await;
            let one_by_one = house.digest().await;

            let fence = house.clear().await;
            let split = batches(&entries, &sizes);
            for (batch, fate) in split.iter().zip(fates.iter().cycle()) {
                suffer(&house, fence, batch, fate).await;
            }
            prop_assert_eq!(house.digest().await, one_by_one);
            assert_counts(&house).await;
            assert_no_orphans(&house).await;

            prop_assert_eq!(built(&house, &split).await, one_by_one);

            for batch in &split {
                let replayed = apply_once(&house, fence, batch).await;
                prop_assert!(!matches!(replayed, Outcome::Moved(_)), "{:?}", replayed);
            }
            prop_assert_eq!(house.digest().await, one_by_one);
            Ok(())
        })
    });
    if let Err(broken) = held {
        panic!("{broken}");
    }
}

/// Folds entries into a version that counts when all rows are there, and digests it.
async fn build(house: &House, version: &Version, entries: &[Entry]) -> Digest {
    let url = house.registry.url();
    let writer = Writer::connect(url, version).expect("an address");
    let (fence, _) = writer.take_fence().await.expect("a fence");
    for batch in batches(entries, &[7]) {
        moved(writer.apply(fence, &batch).await.expect("an outcome"));
    }
    writer.close().await;
    house.registry.complete(version).await.expect("complete");
    let digest = Digest::take(url, version).await.expect("a digest");
    let dropped = house.registry.drop_version(&version.schema).await;
    dropped.expect("a version less");
    digest
}

#[test]
fn what_is_counted_at_the_end_is_what_was_counted_all_along() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let house = runtime.block_on(House::open());
    let strategy = vec((op(), prop::bool::weighted(0.04)), 20..120);
    let config = Config {
        cases: 8,
        failure_persistence: None,
        ..Config::default()
    };
    let held = TestRunner::new(config).run(&strategy, |ops| {
        let entries = tell(&ops);
        runtime.block_on(async {
            let fence = house.clear().await;
            apply_all(&house, fence, &batches(&entries, &[3])).await;
            let kept = house.digests().await;
            let green = house.registry.begin_current().await.expect("a version");
            let built = build(&house, &green, &entries).await;
            prop_assert_eq!(built.differences(&kept), Vec::<&str>::new());
            prop_assert_eq!(&built, &kept);

            let name = SchemaName::as_of("stichtag").expect("a name");
            let wanted = AsOf::Position(kept.position);
            let past = house.registry.begin_as_of(&name, wanted, None).await;
            let built = build(&house, &past.expect("a version"), &entries).await;
            prop_assert_eq!(&built, &kept);
            Ok(())
        })
    });
    if let Err(broken) = held {
        panic!("{broken}");
    }
}

#[tokio::test]
async fn a_workshop_made_too_late_does_not_save_the_registration_before_it() {
    let house = House::open().await;
    let mut log = Log::default();
    log.workshop(2, vec![submitted(0, "sh", &[]), confirmed(0)])
        .workshop(2, vec![created()]);
    let fence = house.clear().await;
    apply_all(&house, fence, &batches(&log.entries(), &[1])).await;
    let one_by_one = house.digest().await;
    let fence = house.clear().await;
    apply_all(&house, fence, &batches(&log.entries(), &[2])).await;
    assert_eq!(house.digest().await, one_by_one);
}

#[tokio::test]
async fn what_an_office_says_too_early_is_parked_however_the_log_is_cut() {
    let house = House::open().await;
    let workshop = 1;
    let run = |workshop, published| Op::Run {
        workshop,
        run: 1,
        published,
    };
    let document = Op::Document {
        workshop,
        kind: 2,
        number: 1,
    };
    let early = [run(1, None), run(1, Some(6)), Op::Close(1), document];
    let mut tales: Vec<Vec<(Op, bool)>> = early
        .into_iter()
        .map(|early| [early, Op::Create(1)].map(|op| (op, true)).to_vec())
        .collect();
    // A run that is there already, and one that another workshop has.
    for second in [1, 2] {
        let ops = [
            Op::Create(1),
            Op::Create(2),
            run(1, Some(0)),
            run(second, None),
        ];
        tales.push(ops.map(|op| (op, true)).to_vec());
    }
    for tale in tales {
        let entries = tell(&tale);
        let mut digests = Vec::new();
        for size in [1, 2, entries.len()] {
            let fence = house.clear().await;
            apply_all(&house, fence, &batches(&entries, &[size])).await;
            let parked: i64 = sqlx::query_scalar("SELECT count(*) FROM parked_subject")
                .fetch_one(&house.owner)
                .await
                .expect("a count");
            assert_eq!(parked, 1, "one subject, in batches of {size}: {tale:?}");
            digests.push(house.digest().await);
            digests.push(built(&house, &batches(&entries, &[size])).await);
        }
        digests.dedup();
        assert_eq!(digests.len(), 1, "the same rows: {tale:?}");
    }
}

#[tokio::test]
async fn whoever_is_amended_as_soon_as_they_came_has_the_version_of_the_amendment() {
    let house = House::open().await;
    let mut log = Log::default();
    log.workshop(2, vec![created()])
        .workshop(2, vec![submitted(18, "sh", &[]), confirmed(18)])
        .workshop(2, vec![amended(18)]);
    let fence = house.clear().await;
    apply_all(&house, fence, &batches(&log.entries(), &[1])).await;
    let one_by_one = house.digest().await;
    let fence = house.clear().await;
    apply_all(&house, fence, &batches(&log.entries(), &[3])).await;
    assert_eq!(house.digest().await, one_by_one);
}

#[tokio::test]
async fn a_rebuild_gives_the_rows_that_were_folded_live() {
    let house = House::open().await;
    let mut log = Log::default();
    log.program("sh", "Schleswig-Holstein");
    for workshop in 1..=3 {
        log.workshop(workshop, vec![created(), Event::Published]);
        for registration in 0..20 {
            let id = workshop * 100 + registration;
            log.workshop(
                workshop,
                vec![submitted(id, "sh", &["rolle"]), confirmed(id)],
            );
        }
        log.workshop(workshop, vec![cancelled(workshop * 100)]);
    }
    let fence = house.clear().await;
    apply_all(&house, fence, &batches(&log.entries(), &[3])).await;
    let live = house.digest().await;
    for size in [1, 7, 1000] {
        let built = built(&house, &batches(&log.entries(), &[size])).await;
        assert_eq!(built, live, "batches of {size}");
    }
}

/// What an office says of topics and of attendance.
fn by_office() -> Vec<Op> {
    vec![
        Op::Run {
            workshop: 1,
            run: 1,
            published: Some(6),
        },
        Op::Assign {
            workshop: 1,
            registration: 2,
            topic: 1,
        },
        Op::State {
            topic: 0,
            anew: false,
        },
        Op::Attend {
            workshop: 1,
            registration: 2,
            session: 0,
            status: 3,
        },
        Op::Attend {
            workshop: 1,
            registration: 5,
            session: 1,
            status: 1,
        },
        Op::Close(1),
        Op::Attend {
            workshop: 1,
            registration: 5,
            session: 1,
            status: 2,
        },
        Op::Document {
            workshop: 1,
            kind: 2,
            number: 1,
        },
    ]
}

/// One tale in which everything happens that a fold knows, told in the same words for ever.
fn golden() -> Vec<(Op, bool)> {
    let submit = |registration, outcome| Op::Submit {
        workshop: 1,
        registration,
        outcome,
    };
    let to = |registration, to| Op::Move {
        workshop: 1,
        registration,
        to,
    };
    let about = |news| Op::About { workshop: 1, news };
    let ops = vec![
        Op::Program(1),
        Op::Create(1),
        Op::Publish(1),
        Op::Create(2),
        submit(1, Outcomes::Confirmed),
        submit(2, Outcomes::Waitlisted),
        submit(3, Outcomes::Confirmed),
        submit(4, Outcomes::Waitlisted),
        to(2, Outcomes::Offered),
        to(2, Outcomes::Confirmed),
        to(3, Outcomes::Cancelled),
        Op::Amend {
            workshop: 1,
            registration: 1,
        },
        Op::Substitute {
            workshop: 1,
            registration: 1,
            successor: 5,
        },
        Op::Merge {
            workshop: 1,
            registration: 4,
            into: 2,
        },
    ];
    let ops = ops.into_iter().chain(by_office()).chain([Op::Garbage(2)]);
    let mut tale: Vec<(Op, bool)> = ops.map(|op| (op, false)).collect();
    let news = [
        News::Restated,
        News::Amended,
        News::Released,
        News::Grouped(1),
        News::Postponed,
        News::Drawn,
        News::CalledOff,
    ];
    tale.extend(news.map(|news| (about(news), false)));
    tale
}

/// What the rows of that tale are.
const GOLDEN: &str = "b0243ca2751fb2f2eff0835e155972e2a51b38746ee166309b634ca18ae2352d";

#[tokio::test]
async fn other_rows_of_the_same_events_are_noticed_and_need_another_number() {
    let house = House::open().await;
    let fence = house.clear().await;
    apply_all(&house, fence, &batches(&tell(&golden()), &[4])).await;
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM registration")
        .fetch_one(&house.owner)
        .await
        .expect("a count");
    assert_eq!(rows, 5, "the tale is whole");
    assert_eq!(
        anmeldewerk_contract::hex(&house.digest().await),
        GOLDEN,
        "these events are folded into other rows: raise FOLD in version/shape.rs, so that old rows are folded \
         anew, and state the new digest here"
    );
}
