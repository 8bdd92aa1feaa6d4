//! A migrated read model of one test.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::Instant;
use anmeldewerk_read_model::{
    Batch, Checkpoint, Digest, Entry, Fence, Outcome, ReadModel, Registry, Version, Writer,
    Written, connect_options,
};
use anmeldewerk_stack::{database::Databases, postgres::Role};
use sqlx::{PgPool, postgres::PgPoolOptions};

pub(crate) const CREATED: Instant = Instant::from_micros(1_564_000_000_000_000);

/// The schemas of the version that a house begins with.
pub(crate) const PATH: &str = "rm_1,reporting_1,reporting";

pub(crate) struct House {
    pub(crate) databases: Databases,
    pub(crate) owner: PgPool,
    pub(crate) registry: Registry,
    pub(crate) version: Version,
    pub(crate) writer: Writer,
    pub(crate) reader: ReadModel,
}

impl House {
    pub(crate) async fn open() -> Self {
        let databases = Databases::create().await.expect("databases");
        let url = databases.read_model_url(Role::Projection);
        let registry = Registry::connect(&url).expect("an address");
        let version = registry.ensure_live().await.expect("a live version");
        let owner = pool(&databases.read_model_url(Role::Projection)).await;
        let writer = Writer::connect(&url, &version);
        let reader = ReadModel::connect(&databases.read_model_url(Role::Gateway), 2);
        Self {
            owner,
            registry,
            version,
            writer: writer.expect("an address"),
            reader: reader.expect("an address"),
            databases,
        }
    }

    pub(crate) async fn digest(&self) -> [u8; 32] {
        self.digests().await.whole()
    }

    pub(crate) async fn digests(&self) -> Digest {
        let digest = Digest::take(self.registry.url(), &self.version).await;
        digest.expect("a digest")
    }

    /// Applies entries as one batch, from wherever the read model stands.
    pub(crate) async fn apply(&self, entries: Vec<Entry>) -> Written {
        let (fence, checkpoint) = self.writer.take_fence().await.expect("a fence");
        let batch = batch(&checkpoint, entries);
        moved(self.writer.apply(fence, &batch).await.expect("an outcome"))
    }

    /// Empties the read model, as if nothing had been folded yet.
    pub(crate) async fn clear(&self) -> Fence {
        sqlx::raw_sql(
            "TRUNCATE program, municipality, catalogue_topic, workshop, document, offered_topic, bucket, group_registration, registration, assignment_run, attendance, closed_session, wish, note,
                 history, tally, demand, timeline, parked_subject, parked,
                 programs, municipalities, program_municipalities, workshops, workshop_programs, seat_buckets, topics, registrations, attendances,
                 registration_counts, topic_demand, daily_events;
             UPDATE checkpoint SET position = 0, message_hash = NULL, stream_created = NULL;
             UPDATE freshness SET position = 0, decided_at = NULL;",
        )
        .execute(&self.owner)
        .await
        .expect("an empty read model");
        self.writer.take_fence().await.expect("a fence").0
    }
}

pub(crate) fn batch(checkpoint: &Checkpoint, entries: Vec<Entry>) -> Batch {
    Batch::new(checkpoint.position, CREATED, entries)
}

/// Cuts a log into batches of these sizes, again and again.
pub(crate) fn batches(entries: &[Entry], sizes: &[usize]) -> Vec<Batch> {
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

pub(crate) fn moved(outcome: Outcome) -> Written {
    match outcome {
        Outcome::Moved(written) => written,
        other @ (Outcome::AlreadyThere | Outcome::SomeoneAhead | Outcome::FencedOff) => {
            panic!("the checkpoint did not move: {other:?}")
        }
    }
}

pub(crate) async fn pool(url: &str) -> PgPool {
    let options = connect_options(url, PATH).expect("an address");
    let pool = PgPoolOptions::new().max_connections(2);
    pool.connect_with(options).await.expect("a connection")
}

/// Tables with what is in them, and what counting the rows they are made of gives.
const COUNTED: [(&str, &str, &str); 12] = [
    (
        "tally",
        "SELECT workshop, program, municipality, state, amount FROM tally",
        "SELECT workshop, program, municipality, state, count(*) FROM registration GROUP BY 1, 2, 3, 4",
    ),
    (
        "demand",
        "SELECT workshop, slot, topic, program, vetoed, rank, amount FROM demand",
        "SELECT x.workshop, x.slot, x.topic, r.program, x.vetoed, x.rank, count(*)
         FROM wish x JOIN registration r ON r.id = x.registration
         WHERE r.state NOT IN ('declined', 'lapsed', 'cancelled', 'transferred', 'merged')
         GROUP BY 1, 2, 3, 4, 5, 6",
    ),
    (
        "registration_counts",
        "SELECT workshop, program, municipality, state, amount FROM registration_counts",
        "SELECT workshop, program, municipality, state, amount FROM tally",
    ),
    (
        "topic_demand",
        "SELECT workshop, slot, topic, program, vetoed, rank, amount FROM topic_demand",
        "SELECT workshop, slot, topic, program, vetoed, rank, amount FROM demand",
    ),
    (
        "daily_events",
        "SELECT workshop, day, program, event, amount FROM daily_events",
        "SELECT workshop, day, program, event, amount FROM timeline",
    ),
    (
        "registrations",
        "SELECT registration, workshop, program, municipality, state, reason, override_reason, expires_at,
             approved, in_group, is_placeholder, topic_1, topic_2 FROM registrations",
        "SELECT reporting, workshop, program, municipality, state, reason, overridden, expires,
             approved, group_id IS NOT NULL, placeholder, topic_1, topic_2 FROM registration",
    ),
    (
        "attendances",
        "SELECT registration, workshop, day, slot, status, minutes FROM attendances",
        "SELECT r.reporting, a.workshop, a.day, a.slot, a.status, a.minutes
         FROM attendance a JOIN registration r ON r.id = a.registration",
    ),
    (
        "programs",
        "SELECT program, name FROM programs",
        "SELECT u.id, coalesce(p.name, u.id) FROM (
             SELECT id FROM program
             UNION SELECT host FROM workshop
             UNION SELECT unnest(participating) FROM workshop
             UNION SELECT program FROM registration
             UNION SELECT key FROM bucket WHERE scope <> 'municipality'
             UNION SELECT program FROM municipality
         ) u LEFT JOIN program p ON p.id = u.id",
    ),
    (
        "municipalities",
        "SELECT municipality FROM municipalities",
        "SELECT municipality FROM registration
         UNION SELECT key FROM bucket WHERE scope = 'municipality'
         UNION SELECT key FROM municipality",
    ),
    (
        "program_municipalities",
        "SELECT program, municipality, name, kind, parent, valid_from, valid_until FROM program_municipalities",
        "SELECT program, key, name, kind, parent, valid_from, valid_until FROM municipality",
    ),
    (
        "seat_buckets",
        "SELECT workshop, scope, bucket, seats FROM seat_buckets",
        "SELECT workshop, scope, key, size FROM bucket",
    ),
    (
        "topics",
        "SELECT workshop, slot, topic, offered FROM topics",
        "SELECT workshop, slot, code, true FROM offered_topic
         UNION SELECT d.workshop, d.slot, d.topic, false FROM demand d
         WHERE NOT EXISTS (
             SELECT FROM offered_topic o
             WHERE o.workshop = d.workshop AND o.slot = d.slot AND o.code = d.topic
         )",
    ),
];

/// Insists that what is counted is what counting gives, and that dashboards are told of the same rows.
pub(crate) async fn assert_counts(house: &House) {
    for (table, kept, counted) in COUNTED {
        let differing = format!(
            "WITH kept AS ({kept}), counted AS ({counted})
             SELECT count(*) FROM (
                 (TABLE kept EXCEPT TABLE counted) UNION ALL (TABLE counted EXCEPT TABLE kept)
             ) d"
        );
        let differing: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(differing))
            .fetch_one(&house.owner)
            .await
            .expect("a count");
        assert_eq!(differing, 0, "{table}");
    }
}
