//! cqrs-es with postgres-es: one aggregate for a workshop, optimistic locking by the number of its events.

use std::{collections::HashMap, convert::Infallible, sync::Arc, time::Instant};

use async_trait::async_trait;
use cqrs_es::{
    Aggregate, AggregateError, DomainEvent, EventEnvelope, EventStore, Query, View,
    event_sink::EventSink,
    persist::{GenericQuery, PersistedEventStore, QueryReplay},
};
use postgres_es::{
    PostgresCqrs, PostgresEventRepository, PostgresViewRepository, postgres_cqrs,
    postgres_snapshot_cqrs,
};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;

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
const SNAPSHOT: usize = 50;
/// Events of one workshop and of one transaction, when the log to be replayed is made.
const BATCH: usize = 500;

/// The tables that the crate asks its user to make.
const TABLES: &str = "
    CREATE TABLE events (
        aggregate_type text NOT NULL,
        aggregate_id text NOT NULL,
        sequence bigint NOT NULL CHECK (sequence >= 0),
        event_type text NOT NULL,
        event_version text NOT NULL,
        payload json NOT NULL,
        metadata json NOT NULL,
        PRIMARY KEY (aggregate_type, aggregate_id, sequence)
    );
    CREATE TABLE snapshots (
        aggregate_type text NOT NULL,
        aggregate_id text NOT NULL,
        last_sequence bigint NOT NULL CHECK (last_sequence >= 0),
        current_snapshot bigint NOT NULL CHECK (current_snapshot >= 0),
        payload json NOT NULL,
        PRIMARY KEY (aggregate_type, aggregate_id, last_sequence)
    );
    CREATE TABLE counts (
        view_id text PRIMARY KEY,
        version bigint NOT NULL CHECK (version >= 0),
        payload json NOT NULL
    );
    CREATE TABLE attendee (registration text PRIMARY KEY, workshop text NOT NULL, place bigint);
";

/// Reads how many events the snapshots claim to hold, and how many they do.
///
/// Version 0.5 folds an event into the state when it is written to the sink and again when the snapshot is made of the
/// same state. The seats above bear it, because they know who has one; a plain count of them would not.
const FOLDED: &str = "
    SELECT coalesce(sum((payload ->> 'folded')::bigint), 0)::bigint,
        coalesce(sum(last_sequence), 0)::bigint
    FROM snapshots";

const STORED: &str = "
    SELECT aggregate_id, payload #>> ARRAY[event_type, 'details', 'registration'],
        (payload #>> ARRAY[event_type, 'place'])::bigint
    FROM events WHERE event_type <> 'Opened'";

#[derive(Default, Serialize, Deserialize)]
struct Workshop {
    seats: Seats,
    /// How often an event was folded into this state.
    folded: u32,
}

#[derive(Clone, Debug)]
enum Command {
    Open { seats: u32 },
    Register { details: Box<Submission> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Event {
    Opened { seats: u32 },
    Confirmed { details: Submission },
    Waitlisted { place: u32, details: Submission },
}

impl DomainEvent for Event {
    fn event_type(&self) -> String {
        let name = match self {
            Self::Opened { .. } => "Opened",
            Self::Confirmed { .. } => "Confirmed",
            Self::Waitlisted { .. } => "Waitlisted",
        };
        name.to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Workshop {
    const TYPE: &'static str = "workshop";
    type Command = Command;
    type Event = Event;
    type Error = Infallible;
    type Services = ();

    async fn handle(
        &mut self,
        command: Command,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), Infallible> {
        if let Some(event) = self.decide(command) {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        self.folded += 1;
        match event {
            Event::Opened { seats } => self.seats.open(seats),
            Event::Confirmed { details } => self.seats.confirm(details.registration),
            Event::Waitlisted { details, .. } => self.seats.wait(details.registration),
        }
    }
}

impl Workshop {
    fn decide(&self, command: Command) -> Option<Event> {
        match command {
            Command::Open { seats } => Some(Event::Opened { seats }),
            Command::Register { details } => {
                let place = self.seats.decide(&details.registration)?;
                Some(Event::registered(place, *details))
            }
        }
    }
}

impl Event {
    fn registered(place: Place, details: Submission) -> Self {
        match place {
            Place::Confirmed => Self::Confirmed { details },
            Place::Waitlisted(place) => Self::Waitlisted { place, details },
        }
    }
}

type Framework = Arc<PostgresCqrs<Workshop>>;

/// Measures the crate with and without snapshots, and how fast it shows old events again.
pub(crate) async fn measure(
    rows: &mut Rows,
    database: &Database,
    arguments: &Arguments,
) -> anyhow::Result<()> {
    for level in Level::all(arguments) {
        let pool = database.schema(&level.schema("cqrs_es")).await?;
        let framework = Arc::new(postgres_cqrs(pool.clone(), vec![], ()));
        under_load(rows, "cqrs-es", level, (&pool, framework)).await?;
    }
    for level in Level::all(arguments) {
        let pool = database.schema(&level.schema("cqrs_es_snapshots")).await?;
        let framework = postgres_snapshot_cqrs(pool.clone(), vec![], SNAPSHOT, ());
        let peer = "cqrs-es, a snapshot every 50 events";
        under_load(rows, peer, level, (&pool, Arc::new(framework))).await?;
    }
    let pool = database.schema("cqrs_es_replay").await?;
    replay(rows, &pool, arguments.replayed).await
}

async fn under_load(
    rows: &mut Rows,
    peer: &str,
    level: Level,
    (pool, framework): (&PgPool, Framework),
) -> anyhow::Result<()> {
    make(pool, TABLES).await?;
    for workshop in level.workshops() {
        let open = Command::Open { seats: level.seats };
        framework.execute(&workshop, open).await?;
    }
    let outcome = load::run(level.bounds, move |ticket| {
        let details = Submission::numbered(ticket.number);
        register(Arc::clone(&framework), level.workshop(ticket), details)
    })
    .await?;
    let mut verdict = exact::check(pool, STORED, level.seats, outcome.times.len()).await?;
    verdict.wrong.extend(folded_twice(pool).await?);
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

/// Tells where snapshots hold an event twice.
async fn folded_twice(pool: &PgPool) -> anyhow::Result<Option<String>> {
    let (folded, events): (i64, i64) = sqlx::query_as(FOLDED).fetch_one(pool).await?;
    let wrong = folded != events;
    Ok(wrong.then(|| format!("its snapshots fold {folded} events, {events} are there")))
}

async fn register(
    framework: Framework,
    workshop: String,
    details: Submission,
) -> anyhow::Result<Attempt> {
    let details = Box::new(details);
    let command = Command::Register { details };
    match framework.execute(&workshop, command).await {
        Ok(()) => Ok(Attempt::Decided),
        Err(AggregateError::AggregateConflict) => Ok(Attempt::Conflict),
        Err(error) => Err(error.into()),
    }
}

/// Shows a log to the crate's own view of a workshop, and to one that writes a row for each registration.
async fn replay(rows: &mut Rows, pool: &PgPool, events: usize) -> anyhow::Result<()> {
    make(pool, TABLES).await?;
    fill(pool, events).await?;
    let views = PostgresViewRepository::<Counts, Workshop>::new("counts", pool.clone());
    let mut counts = GenericQuery::new(Arc::new(views));
    counts.use_error_handler(Box::new(|error| panic!("the view is written: {error}")));
    let start = Instant::now();
    let repository = PostgresEventRepository::new(pool.clone());
    QueryReplay::new(repository, counts).replay_all().await?;
    let took = start.elapsed();
    rows.replay(
        Subject::replay("cqrs-es", "replay, its own view"),
        events,
        took,
    );
    let counted = "SELECT sum(version)::bigint FROM counts";
    shown(pool, counted, events).await?;

    let start = Instant::now();
    let repository = PostgresEventRepository::new(pool.clone());
    let attendees = Attendees(pool.clone());
    QueryReplay::new(repository, attendees).replay_all().await?;
    let took = start.elapsed();
    rows.replay(
        Subject::replay("cqrs-es", "replay, a row an event"),
        events,
        took,
    );
    shown(pool, "SELECT count(*) FROM attendee", events).await
}

async fn shown(pool: &PgPool, count: &str, events: usize) -> anyhow::Result<()> {
    let shown: i64 = sqlx::query_scalar(count).fetch_one(pool).await?;
    anyhow::ensure!(
        shown == i64::try_from(events)?,
        "{shown} of {events} events were shown"
    );
    Ok(())
}

/// Makes a log of registrations, many in a transaction.
async fn fill(pool: &PgPool, events: usize) -> anyhow::Result<()> {
    let repository = PostgresEventRepository::new(pool.clone());
    let store = PersistedEventStore::<_, Workshop>::new_event_store(repository);
    for first in (0..events).step_by(BATCH) {
        let context = store.load_aggregate(&format!("replayed-{first}")).await?;
        let numbers = first..events.min(first + BATCH);
        let registered = numbers.map(|number| Event::Confirmed {
            details: Submission::numbered(number),
        });
        let metadata = HashMap::new();
        store
            .commit(registered.collect(), context, metadata)
            .await?;
    }
    Ok(())
}

/// The view that the crate loads and stores by itself, once an event.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Counts {
    confirmed: u32,
    waiting: u32,
}

impl View<Workshop> for Counts {
    fn update(&mut self, event: &EventEnvelope<Workshop>) {
        match event.payload {
            Event::Opened { .. } => {}
            Event::Confirmed { .. } => self.confirmed += 1,
            Event::Waitlisted { .. } => self.waiting += 1,
        }
    }
}

/// A view with one row for each registration.
struct Attendees(PgPool);

#[async_trait]
impl Query<Workshop> for Attendees {
    async fn dispatch(&self, workshop: &str, events: &[EventEnvelope<Workshop>]) {
        for event in events {
            let (details, place) = match &event.payload {
                Event::Opened { .. } => continue,
                Event::Confirmed { details } => (details, None),
                Event::Waitlisted { details, place } => (details, Some(i64::from(*place))),
            };
            sqlx::query("INSERT INTO attendee (registration, workshop, place) VALUES ($1, $2, $3)")
                .bind(&details.registration)
                .bind(workshop)
                .bind(place)
                .execute(&self.0)
                .await
                .expect("the trait has no way to tell a failure");
        }
    }
}
