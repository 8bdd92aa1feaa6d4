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
pub(crate) const PATH: &str = "rm_1";

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
            "TRUNCATE program, workshop, offered_topic, bucket, group_registration, registration, wish, note,
                 history, tally, demand, timeline, parked_subject, parked;
             UPDATE checkpoint SET position = 0, message_hash = NULL, stream_created = NULL;",
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

/// Insists that what is counted is what counting gives.
pub(crate) async fn assert_counts(house: &House) {
    const COUNTED: [(&str, &str, &str); 2] = [
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
    ];
    for (table, kept, counted) in COUNTED {
        let differing = format!(
            "SELECT count(*) FROM (({kept} EXCEPT {counted}) UNION ALL ({counted} EXCEPT {kept})) d"
        );
        let differing: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(differing))
            .fetch_one(&house.owner)
            .await
            .expect("a count");
        assert_eq!(differing, 0, "{table}");
    }
}
