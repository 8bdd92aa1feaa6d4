//! However the log is cut into batches, and whatever crashes in between, the rows are the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use anmeldewerk_contract::Position;
use anmeldewerk_domain::workshop::Event;
use anmeldewerk_read_model::{Batch, Entry, Fence, Outcome, rebuild};
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestRunner},
};

use crate::{
    house::{CREATED, House, moved},
    story::{Log, cancelled, confirmed, created, submitted, waitlisted},
};

/// Something that is written to the log.
#[derive(Clone, Debug)]
enum Op {
    Program(u8),
    Create(u8),
    Publish(u8),
    Submit {
        workshop: u8,
        registration: u8,
        outcome: Outcomes,
    },
    Move {
        workshop: u8,
        registration: u8,
        to: Outcomes,
    },
    Garbage(u8),
}

#[derive(Clone, Copy, Debug)]
enum Outcomes {
    Confirmed,
    Waitlisted,
    Cancelled,
}

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

fn op() -> impl Strategy<Value = Op> {
    let workshop = 0_u8..3;
    let registration = 0_u8..24;
    let outcome = prop_oneof![
        3 => Just(Outcomes::Confirmed),
        2 => Just(Outcomes::Waitlisted),
        1 => Just(Outcomes::Cancelled),
    ];
    prop_oneof![
        1 => (0_u8..2).prop_map(Op::Program),
        3 => workshop.clone().prop_map(Op::Create),
        1 => workshop.clone().prop_map(Op::Publish),
        8 => (workshop.clone(), registration.clone(), outcome.clone()).prop_map(
            |(workshop, registration, outcome)| Op::Submit { workshop, registration, outcome }),
        8 => (workshop.clone(), registration, outcome).prop_map(
            |(workshop, registration, to)| Op::Move { workshop, registration, to }),
        1 => workshop.prop_map(Op::Garbage),
    ]
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        Just(Fate::Applied),
        prop::sample::select(vec![
            "checkpoint",
            "workshop",
            "registration",
            "wish",
            "parked",
            "commit"
        ])
        .prop_map(Fate::Crashed),
        Just(Fate::AnswerLost),
        (0_u64..4000).prop_map(Fate::Abandoned),
    ]
}

/// Remembers what the rules would, so that most of what is written makes sense.
#[derive(Default)]
struct Sense {
    workshops: BTreeSet<u8>,
    registrations: BTreeMap<u8, u8>,
}

impl Sense {
    fn makes(&mut self, op: &Op) -> bool {
        match op {
            Op::Program(_) => true,
            Op::Create(workshop) => self.workshops.insert(*workshop),
            Op::Publish(workshop) => self.workshops.contains(workshop),
            Op::Submit {
                workshop,
                registration,
                ..
            } => {
                self.workshops.contains(workshop)
                    && !self.registrations.contains_key(registration)
                    && self
                        .registrations
                        .insert(*registration, *workshop)
                        .is_none()
            }
            Op::Move {
                workshop,
                registration,
                ..
            } => self.registrations.get(registration) == Some(workshop),
            Op::Garbage(_) => false,
        }
    }
}

/// Writes the story: what makes sense, and of the rest what is marked as wild.
fn tell(ops: &[(Op, bool)]) -> Vec<Entry> {
    let mut log = Log::default();
    let mut sense = Sense::default();
    for (op, wild) in ops {
        if sense.makes(op) || *wild {
            write(&mut log, op);
        }
    }
    log.entries()
}

fn write(log: &mut Log, op: &Op) {
    match op {
        Op::Program(0) => log.program("sh", "Schleswig-Holstein"),
        Op::Program(_) => log.program("mv", "Mecklenburg-Vorpommern"),
        Op::Create(workshop) => log.workshop(u128::from(*workshop), vec![created()]),
        Op::Publish(workshop) => log.workshop(u128::from(*workshop), vec![Event::Published]),
        Op::Submit {
            workshop,
            registration,
            outcome,
        } => {
            let id = u128::from(*registration);
            let program = if registration % 2 == 0 { "sh" } else { "mv" };
            let wishes = ["rolle", "diskurs"];
            let wishes = &wishes[..usize::from(registration % 3)];
            log.workshop(
                u128::from(*workshop),
                vec![submitted(id, program, wishes), outcome.of(id)],
            )
        }
        Op::Move {
            workshop,
            registration,
            to,
        } => log.workshop(
            u128::from(*workshop),
            vec![to.of(u128::from(*registration))],
        ),
        Op::Garbage(workshop) => log.garbage(u128::from(*workshop)),
    };
}

impl Outcomes {
    fn of(self, id: u128) -> Event {
        match self {
            Self::Confirmed => confirmed(id),
            Self::Waitlisted => waitlisted(id),
            Self::Cancelled => cancelled(id),
        }
    }
}

fn batches(entries: &[Entry], sizes: &[usize]) -> Vec<Batch> {
    let mut rest = entries;
    let mut from = Position::START;
    let mut batches = Vec::new();
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (now, later) = rest.split_at((*size).min(rest.len()));
        let batch = Batch::new(from, CREATED, now.to_vec());
        from = batch.to();
        batches.push(batch);
        rest = later;
    }
    batches
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
        cases: 48,
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
        house.clear().await;
        let rebuilt = rebuild(&house.writer, log.decisions(), size).await;
        assert_eq!(rebuilt.expect("a rebuild"), Position(67));
        assert_eq!(house.digest().await, live, "batches of {size}");
    }
}
