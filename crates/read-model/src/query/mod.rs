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

use std::time::Duration;

use anmeldewerk_contract::Position;
use sqlx::{PgPool, postgres::PgPoolOptions};

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

use crate::{Fault, connect_options, sql};

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

/// Reads the read model. Cheap to clone.
#[derive(Clone, Debug)]
pub struct ReadModel {
    pool: PgPool,
}

impl ReadModel {
    /// Makes a reader with at most `pool_size` connections; it connects when it is first asked.
    ///
    /// A statement may take 5 s, a connection may be waited for as long; writing is refused.
    pub fn connect(url: &str, pool_size: u32) -> Result<Self, Fault> {
        let options = connect_options(url)?.options([
            ("statement_timeout", "5000"),
            ("default_transaction_read_only", "on"),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(pool_size)
            .acquire_timeout(Duration::from_secs(5))
            .connect_lazy_with(options);
        Ok(Self { pool })
    }

    /// Tells how far the read model has come.
    pub async fn position(&self) -> Result<Position, Fault> {
        let found: Option<i64> = sqlx::query_scalar(sql::POSITION)
            .fetch_optional(&self.pool)
            .await
            .map_err(Fault::database("reading the position"))?;
        found.map(Position::from_i64).ok_or(Fault::NoCheckpoint)
    }

    /// Closes all connections and waits until they are closed.
    pub async fn close(&self) {
        self.pool.close().await;
    }
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
