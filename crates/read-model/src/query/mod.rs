//! What the gateway asks. Every answer is one statement, or one snapshot, so it speaks as of one position.

mod appointment;
mod assignment;
mod attended;
mod attendee;
mod behind;
mod bucket;
mod document;
mod export;
mod figures;
mod group;
mod history;
mod listing;
mod municipality;
mod names;
mod offered;
mod own;
mod places;
mod pools;
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
use sqlx::PgPool;
use tokio::sync::Mutex;

pub use appointment::Appointment;
pub use assignment::{AssignedTopic, AssignmentRun, ClosedTopic};
pub use attended::{
    AttendanceFigure, Attended, HoursFigure, ProgramPresence, SessionCount, Sessions,
};
pub use attendee::{
    Cancellation, Membership, QueuePlace, Registration, SealedBlock, SealedNote, Wish,
};
pub use behind::{
    DayFilter, DayRow, FigureRow, Grant, GrantFilter, Oddity, RowFilter, Rows, Slice, WishFilter,
};
pub use bucket::{Bounds, BucketScope, BucketUse, Guarantee};
pub use document::{Document, Documents};
pub use export::{Export, ExportFilter, Exported, ExportedWorkshop, Extent};
pub use figures::{
    CancellationFigure, CancelledFigure, Counted, DayFigure, Figure, FigureFilter, Figures,
    MAX_FIGURES, ProgramFigure, QualityFigure, TopicCount, TopicCountKind, TopicFigure,
    WaitlistFigure,
};
pub use group::{Group, GroupContact, GroupFilter, GroupPage, Member};
pub use history::{
    Event, EventPlace, FEED_REACH, Feed, FeedWindow, Happening, HistoryWindow, RegistrationHistory,
};
pub use listing::{AttendeeFilter, AttendeePage, WaitlistFilter, WaitlistPage, Window};
pub use municipality::Municipality;
pub use names::{MAX_NAMES, Name};
pub use offered::OfferedTopic;
pub use own::OwnFilter;
pub use places::{KeyStatus, ListFigure, MunicipalityFigure, MunicipalityFigures, WhiteSpot};
pub use program::Program;
pub use scope::Scope;
pub use topic::{
    CatalogueTopic, Demand, ProgramDemand, StatedTopic, TopicDemand, TopicOffer, TopicPage,
    WorkshopTopics,
};
pub use waiting::WaitsFor;
pub use workshop::{
    Deadline, Hours, ProgramCount, Seats, Venue, Workshop, WorkshopCursor, WorkshopPage,
};

use crate::{Fault, SHAPE, SchemaName, sql};
use pools::{Pools, one_pool};

/// How long a connection may be waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long a connection is kept that nobody asks anything.
const IDLE: Duration = Duration::from_mins(1);

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
    scope_connections: u32,
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
    pools: Arc<Pools>,
}

impl ReadModel {
    /// Makes a reader with at most `scope_connections` connections for each scope; it connects when it is first asked.
    ///
    /// The scopes asked last, at most 20, keep their connections, and each connection is one scope's for good.
    /// A statement may take 5 s, a connection may be waited for as long; writing is refused.
    pub fn connect(url: &str, scope_connections: u32) -> Result<Self, Fault> {
        let registry = one_pool(url, "registry", 1)?;
        Ok(Self(Arc::new(Inner {
            url: url.to_owned(),
            scope_connections,
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

    /// Tells how far the read model has come, as an answer about nothing else.
    pub async fn standing(&self) -> Result<AsOf<()>, Fault> {
        Ok(AsOf {
            position: self.position().await?,
            parked_at: None,
            value: (),
        })
    }

    /// Takes note of which version is live; it is looked for where it is not the one that is asked.
    pub async fn hear_of(&self, schema: &str) -> Result<(), Fault> {
        let known = self
            .known()
            .is_some_and(|asked| asked.schema.as_str() == schema);
        if known { Ok(()) } else { self.look().await }
    }

    /// Gives the connections of a scope to the version that is asked.
    async fn pool(&self, scope: &Scope) -> Result<PgPool, Fault> {
        self.asked().await?.pools.of(scope)
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
        let pools = Pools::new(&self.0.url, &schema, self.0.scope_connections);
        let pools = Arc::new(pools);
        // Whoever asks the one before at this moment is still answered; its connections end with the last of them.
        drop(self.exchange(Some(Asked { schema, pools })));
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
            asked.pools.close().await;
        }
    }
}

/// Tells how far a version has come, and whether it is live.
async fn position_of(asked: &Asked) -> Result<(Position, bool), Fault> {
    const DOING: &str = "reading the position";
    let found = sqlx::query(sql::POSITION)
        .bind(asked.schema.as_str())
        .fetch_optional(&asked.pools.of(&Scope::Public)?)
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
