//! What the gateway asks. Every answer is one statement, so it speaks as of one position.

mod attendee;
mod bucket;
mod group;
mod program;
mod row;
mod scope;
mod topic;
mod waiting;
mod workshop;

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use anmeldewerk_contract::Position;
use sqlx::{PgPool, postgres::PgPoolOptions};
use tokio::sync::Mutex;

pub use attendee::{
    AttendeeFilter, AttendeePage, Cancellation, Membership, QueuePlace, Registration, SealedBlock,
    SealedNote, WaitlistFilter, WaitlistPage, Window, Wish,
};
pub use bucket::{Bounds, BucketScope, BucketUse, Guarantee};
pub use group::{Group, GroupContact, GroupFilter, GroupPage, Member};
pub use program::Program;
pub use scope::Scope;
pub use topic::{Demand, ProgramDemand, TopicDemand, WorkshopTopics};
pub use waiting::WaitsFor;
pub use workshop::{
    Deadline, Hours, OfferedTopic, ProgramCount, Seats, Venue, Workshop, WorkshopCursor,
    WorkshopPage,
};

use crate::{Fault, SHAPE, SchemaName, connect_options, sql};

/// How long a connection may be waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest list that is given at once.
pub const MAX_LIMIT: u32 = 500;

/// An answer, and what it speaks of.
#[derive(Clone, Debug, PartialEq)]
pub struct AsOf<T> {
    /// The position as of which the answer holds.
    pub position: Position,
    /// The position before which the rows asked for stand still, where their subject is parked.
    ///
    /// Waiting for a later position would be in vain.
    pub parked_at: Option<Position>,
    /// The answer.
    pub value: T,
}

/// Reads the read model: whichever version is live. Cheap to clone; clones share their connections.
#[derive(Clone, Debug)]
pub struct ReadModel(Arc<Inner>);

struct Inner {
    url: String,
    pool_size: u32,
    /// For asking which version is live.
    registry: PgPool,
    asked: RwLock<Option<Asked>>,
    /// Held by the one who looks which version is live.
    looking: Mutex<()>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address holds a password.
        let mut shown = formatter.debug_struct("ReadModel");
        shown.field("asked", &self.asked).finish_non_exhaustive()
    }
}

/// The version that is asked, with its connections.
#[derive(Clone, Debug)]
struct Asked {
    schema: SchemaName,
    pool: PgPool,
}

impl ReadModel {
    /// Makes a reader with at most `pool_size` connections to one version; it connects when it is first asked.
    ///
    /// A statement may take 5 s, a connection may be waited for as long; writing is refused.
    pub fn connect(url: &str, pool_size: u32) -> Result<Self, Fault> {
        let registry = connect_options(url, "registry")?.options([("statement_timeout", "5000")]);
        let registry = PgPoolOptions::new()
            .max_connections(1)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(registry);
        Ok(Self(Arc::new(Inner {
            url: url.to_owned(),
            pool_size,
            registry,
            asked: RwLock::new(None),
            looking: Mutex::new(()),
        })))
    }

    /// Tells how far the read model has come; where another version went live, that one is asked from now on.
    pub async fn position(&self) -> Result<Position, Fault> {
        let asked = self.asked().await?;
        if let Ok((position, true)) = position_of(&asked).await {
            return Ok(position);
        }
        // It is not live any more, or gone.
        self.look().await?;
        let (position, _) = position_of(&self.asked().await?).await?;
        Ok(position)
    }

    /// Takes note of which version is live; it is looked for where it is not the one that is asked.
    pub async fn hear_of(&self, schema: &str) -> Result<(), Fault> {
        let known = self
            .known()
            .is_some_and(|asked| asked.schema.as_str() == schema);
        if known { Ok(()) } else { self.look().await }
    }

    /// Gives the connections to the version that is asked.
    async fn pool(&self) -> Result<PgPool, Fault> {
        Ok(self.asked().await?.pool)
    }

    async fn asked(&self) -> Result<Asked, Fault> {
        if let Some(asked) = self.known() {
            return Ok(asked);
        }
        self.look().await?;
        self.known().ok_or(Fault::NoVersion)
    }

    fn known(&self) -> Option<Asked> {
        let asked = self.0.asked.read();
        asked.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks which version is live, and asks that one from now on.
    async fn look(&self) -> Result<(), Fault> {
        const DOING: &str = "looking for the live version";
        let _looking = self.0.looking.lock().await;
        let found: Option<String> = sqlx::query_scalar(sql::VERSION_READABLE)
            .bind(SHAPE.as_str())
            .fetch_optional(&self.0.registry)
            .await
            .map_err(Fault::database(DOING))?;
        let schema = found.ok_or(Fault::NoVersion)?;
        let schema: SchemaName = schema.parse().map_err(|_| Fault::Value("schema"))?;
        if self.known().is_some_and(|asked| asked.schema == schema) {
            return Ok(());
        }
        let options = connect_options(&self.0.url, schema.as_str())?.options([
            ("statement_timeout", "5000"),
            ("default_transaction_read_only", "on"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(self.0.pool_size)
            .acquire_timeout(PATIENCE)
            .connect_lazy_with(options);
        // Whoever asks the one before at this moment is still answered; its connections end with the last of them.
        drop(self.exchange(Some(Asked { schema, pool })));
        Ok(())
    }

    fn exchange(&self, asked: Option<Asked>) -> Option<Asked> {
        let known = self.0.asked.write();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *known, asked)
    }

    /// Closes all connections and waits until they are closed.
    pub async fn close(&self) {
        self.0.registry.close().await;
        if let Some(asked) = self.exchange(None) {
            asked.pool.close().await;
        }
    }
}

/// Tells how far a version has come, and whether it is live.
async fn position_of(asked: &Asked) -> Result<(Position, bool), Fault> {
    const DOING: &str = "reading the position";
    let found = sqlx::query(sql::POSITION)
        .bind(asked.schema.as_str())
        .fetch_optional(&asked.pool)
        .await
        .map_err(Fault::database(DOING))?;
    let found = found.ok_or(Fault::NoCheckpoint)?;
    Ok((
        row::position(&found, "position")?,
        row::get(&found, "live")?,
    ))
}

/// Asks for one more than wanted, to know whether there are more.
fn fetched(limit: u32) -> i64 {
    i64::from(limit.clamp(1, MAX_LIMIT)) + 1
}

/// Cuts what was fetched to what was wanted, and says whether there are more.
fn cut<T>(items: &mut Vec<T>, limit: u32) -> bool {
    let wanted = usize::try_from(limit.clamp(1, MAX_LIMIT)).unwrap_or(usize::MAX);
    let more = items.len() > wanted;
    items.truncate(wanted);
    more
}
