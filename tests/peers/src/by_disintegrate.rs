//! disintegrate with disintegrate-postgres: a decision over the events of a workshop, valid if none came meanwhile.
//!
//! Version 4.0 reads the events and the position they are valid at in one statement, but the position by a function
//! that sees what was committed since the statement began. An event in between is neither read nor noticed when the
//! decision is stored: under contention, a place is given twice. Nothing here guards against it; it is told.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use disintegrate::{
    Decision, DecisionError, DecisionMaker, EventListener, EventStore, LoadState, NoSnapshot,
    PersistDecision, PersistedEvent, StateMutate, StateQuery, StreamQuery, query,
    serde::json::Json,
};
use disintegrate_postgres::{
    Error, PgEventId, PgEventListener, PgEventListenerConfig, PgEventStore, PgSnapshotter,
    WithPgSnapshot, decision_maker,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use tokio::sync::Notify;

use crate::{
    Arguments,
    database::{Database, make},
    exact,
    level::Level,
    load::{self, Attempt},
    row::{Rows, Subject},
    seats::{Place, Seats},
    submission::Submission,
};

/// Events between two snapshots.
const SNAPSHOT: u64 = 50;
/// Events of one statement, when the log to be replayed is made.
const BATCH: usize = 500;
/// How often the listener looks for new events; one look shows all there are.
const POLL: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_mins(5);
/// PostgreSQL's word for two transactions that cannot have happened one after the other.
const NOT_SERIALIZABLE: &str = "40001";

const STORED: &str = "
    SELECT workshop_id, event #>> ARRAY[event_type, 'details', 'registration'],
        (event #>> ARRAY[event_type, 'place'])::bigint
    FROM (SELECT workshop_id, event_type, convert_from(payload, 'UTF8')::json AS event FROM event)
    WHERE event_type <> 'Opened'";

#[derive(Clone, Debug, PartialEq, disintegrate::Event, Serialize, Deserialize)]
enum WorkshopEvent {
    Opened {
        #[id]
        workshop_id: String,
        seats: u32,
    },
    Confirmed {
        #[id]
        workshop_id: String,
        details: Submission,
    },
    Waitlisted {
        #[id]
        workshop_id: String,
        place: u32,
        details: Submission,
    },
}

#[derive(Clone, Debug, Default, StateQuery, Serialize, Deserialize)]
#[state_query(WorkshopEvent)]
struct Workshop {
    #[id]
    workshop_id: String,
    seats: Seats,
}

impl Workshop {
    fn named(workshop: &str) -> Self {
        Self {
            workshop_id: workshop.to_owned(),
            seats: Seats::default(),
        }
    }
}

impl StateMutate for Workshop {
    fn mutate(&mut self, event: WorkshopEvent) {
        match event {
            WorkshopEvent::Opened { seats, .. } => self.seats.open(seats),
            WorkshopEvent::Confirmed { details, .. } => self.seats.confirm(details.registration),
            WorkshopEvent::Waitlisted { details, .. } => self.seats.wait(details.registration),
        }
    }
}

struct Register {
    workshop: String,
    details: Submission,
}

impl Decision for Register {
    type Event = WorkshopEvent;
    type StateQuery = Workshop;
    type Error = Infallible;

    fn state_query(&self) -> Workshop {
        Workshop::named(&self.workshop)
    }

    fn process(&self, state: &Workshop) -> Result<Vec<WorkshopEvent>, Infallible> {
        let place = state.seats.decide(&self.details.registration);
        let event = place.map(|place| self.registered(place));
        Ok(event.into_iter().collect())
    }
}

impl Register {
    fn registered(&self, place: Place) -> WorkshopEvent {
        let (workshop_id, details) = (self.workshop.clone(), self.details.clone());
        match place {
            Place::Confirmed => WorkshopEvent::Confirmed {
                workshop_id,
                details,
            },
            Place::Waitlisted(place) => WorkshopEvent::Waitlisted {
                workshop_id,
                place,
                details,
            },
        }
    }
}

type Store = PgEventStore<WorkshopEvent, Json<WorkshopEvent>>;

/// Measures the crate with and without snapshots, and how fast its listener shows old events.
pub(crate) async fn measure(
    rows: &mut Rows,
    database: &Database,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    for level in Level::all(arguments) {
        let pool = database.schema(&level.schema("disintegrate")).await?;
        let store = Store::try_new(pool.clone(), Json::default()).await?;
        let maker = decision_maker(store.clone(), NoSnapshot);
        under_load(rows, "disintegrate", level, (&store, &pool, maker)).await?;
    }
    for level in Level::all(arguments) {
        let schema = level.schema("disintegrate_snapshots");
        let pool = database.schema(&schema).await?;
        let store = Store::try_new(pool.clone(), Json::default()).await?;
        let snapshots = PgSnapshotter::try_new(pool.clone(), SNAPSHOT).await?;
        let maker = decision_maker(store.clone(), WithPgSnapshot::new(snapshots));
        let peer = "disintegrate, a snapshot every 50 events";
        under_load(rows, peer, level, (&store, &pool, maker)).await?;
    }
    let pool = database.schema("disintegrate_replay").await?;
    replay(rows, &pool, arguments.replayed).await
}

async fn under_load<S>(
    rows: &mut Rows,
    peer: &str,
    level: Level,
    (store, pool, maker): (&Store, &PgPool, DecisionMaker<S>),
) -> anyhow::Result<()>
where
    S: LoadState<PgEventId, Workshop, WorkshopEvent>
        + PersistDecision<PgEventId, Workshop, WorkshopEvent>
        + Clone
        + Send
        + Sync
        + 'static,
{
    let opened = level.workshops().into_iter();
    let opened = opened.map(|workshop_id| WorkshopEvent::Opened {
        workshop_id,
        seats: level.seats,
    });
    store.append_without_validation(opened.collect()).await?;
    let outcome = load::run(level.bounds, move |ticket| {
        let decision = Register {
            workshop: level.workshop(ticket),
            details: Submission::numbered(ticket.number),
        };
        register(maker.clone(), decision)
    })
    .await?;
    let verdict = exact::check(pool, STORED, level.seats, outcome.times.len()).await?;
    let subject = Subject {
        peer,
        what: level.what,
        clients: level.bounds.clients,
        seats: level.seats,
    };
    rows.load(subject, &outcome, &verdict);
    pool.close().await;
    Ok(())
}

async fn register<S>(maker: DecisionMaker<S>, decision: Register) -> anyhow::Result<Attempt>
where
    S: LoadState<PgEventId, Workshop, WorkshopEvent>
        + PersistDecision<PgEventId, Workshop, WorkshopEvent>,
{
    match maker.make(decision).await {
        Ok(_) => Ok(Attempt::Decided),
        Err(error) if is_conflict(&error) => Ok(Attempt::Conflict),
        Err(error) => Err(error.into()),
    }
}

/// Two words for it: the crate's own, and PostgreSQL's where a statement before the commit was refused.
fn is_conflict(error: &DecisionError<Infallible>) -> bool {
    let (DecisionError::StateStore(source) | DecisionError::EventStore(source)) = error else {
        return false;
    };
    match source.downcast_ref::<Error>() {
        Some(Error::Concurrency) => true,
        Some(Error::Database(sqlx::Error::Database(refused))) => {
            refused.code().is_some_and(|code| code == NOT_SERIALIZABLE)
        }
        _ => false,
    }
}

/// Shows a log to a listener that writes a row for each registration.
async fn replay(rows: &mut Rows, pool: &PgPool, events: usize) -> anyhow::Result<()> {
    make(
        pool,
        "CREATE TABLE attendee (registration text PRIMARY KEY, workshop text NOT NULL, place bigint)",
    )
    .await?;
    let store = Store::try_new(pool.clone(), Json::default()).await?;
    fill(&store, events).await?;
    let all = Arc::new(Notify::new());
    let attendees = Attendees {
        pool: pool.clone(),
        query: query!(WorkshopEvent),
        left: AtomicUsize::new(events),
        all: Arc::clone(&all),
    };
    let start = Instant::now();
    PgEventListener::builder(store)
        .register_listener(attendees, PgEventListenerConfig::poller(POLL))
        .start_with_shutdown(async move {
            // Past it, the count below tells what is missing.
            let _ = tokio::time::timeout(PATIENCE, all.notified()).await;
        })
        .await?;
    let took = start.elapsed();
    rows.replay(
        Subject::replay("disintegrate", "replay, a row an event"),
        events,
        took,
    );
    let shown: i64 = sqlx::query_scalar("SELECT count(*) FROM attendee")
        .fetch_one(pool)
        .await?;
    anyhow::ensure!(
        shown == i64::try_from(events)?,
        "{shown} of {events} events were shown"
    );
    Ok(())
}

/// Makes a log of registrations, many in a statement.
async fn fill(store: &Store, events: usize) -> anyhow::Result<()> {
    for first in (0..events).step_by(BATCH) {
        let numbers = first..events.min(first + BATCH);
        let registered = numbers.map(|number| WorkshopEvent::Confirmed {
            workshop_id: format!("replayed-{first}"),
            details: Submission::numbered(number),
        });
        store
            .append_without_validation(registered.collect())
            .await?;
    }
    Ok(())
}

/// A listener that tells when it has seen all.
struct Attendees {
    pool: PgPool,
    query: StreamQuery<PgEventId, WorkshopEvent>,
    left: AtomicUsize,
    all: Arc<Notify>,
}

#[async_trait]
impl EventListener<PgEventId, WorkshopEvent> for Attendees {
    type Error = sqlx::Error;

    fn id(&self) -> &'static str {
        "attendees"
    }

    fn query(&self) -> &StreamQuery<PgEventId, WorkshopEvent> {
        &self.query
    }

    async fn handle(
        &self,
        event: PersistedEvent<PgEventId, WorkshopEvent>,
    ) -> Result<(), sqlx::Error> {
        let (workshop, details, place) = match event.into_inner() {
            WorkshopEvent::Opened { .. } => return Ok(()),
            WorkshopEvent::Confirmed {
                workshop_id,
                details,
            } => (workshop_id, details, None),
            WorkshopEvent::Waitlisted {
                workshop_id,
                place,
                details,
            } => (workshop_id, details, Some(i64::from(place))),
        };
        sqlx::query("INSERT INTO attendee (registration, workshop, place) VALUES ($1, $2, $3)")
            .bind(details.registration)
            .bind(workshop)
            .bind(place)
            .execute(&self.pool)
            .await?;
        if self.left.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.all.notify_one();
        }
        Ok(())
    }
}
