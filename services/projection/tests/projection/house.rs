//! A log, a read model, and the service between them.

use std::time::Duration;

use anmeldewerk_contract::{
    ClockKind, CommandId, Decision, Fingerprint, IssuedCommand, Position, Recorded, Subject, encode,
};
use anmeldewerk_domain::{Boundary, Event, Instant, LandCode, ProgramId, TextLine, program};
use anmeldewerk_journal::{Entry, JetStream, Journal};
use anmeldewerk_projection::{Config, build};
use anmeldewerk_read_model::{Kind, ReadModel, Registry, SHAPE, Stage, Version, Writer};
use anmeldewerk_service::{Process, Sockets, config, run};
use anmeldewerk_stack::{
    database::Databases,
    folder::Folder,
    nats::{Nats, User},
    postgres::Role,
    wait,
};
use sqlx::PgPool;
use tokio::{net::TcpListener, task::JoinHandle};
use uuid::Uuid;

pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct House {
    pub(crate) nats: Nats,
    pub(crate) log: JetStream,
    pub(crate) databases: Databases,
    pub(crate) owner: PgPool,
    pub(crate) writer: Writer,
    pub(crate) reader: ReadModel,
    _folder: Folder,
}

impl House {
    pub(crate) async fn open() -> Self {
        let house = Self::without_version().await;
        let registry = Registry::connect(&house.databases.read_model_url(Role::Projection));
        let registry = registry.expect("an address");
        registry.ensure_live().await.expect("a live version");
        house
    }

    /// Opens a house in which nothing has been folded yet; its `writer` writes what will be the first version.
    pub(crate) async fn without_version() -> Self {
        let folder = Folder::new("projection").expect("a folder");
        let nats = Nats::start(&folder.join("nats")).await.expect("a server");
        nats.provision().await.expect("a stream");
        let url = nats.url(User::Registration);
        let log = JetStream::connect(&url, "AW_LOG", &[]).await;
        let databases = Databases::create().await.expect("databases");
        let owner = PgPool::connect(&databases.read_model_url(Role::Owner)).await;
        let owner = owner.expect("a connection");
        let writer = Writer::connect(&databases.read_model_url(Role::Projection), &first());
        let reader = ReadModel::connect(&databases.read_model_url(Role::Gateway), 2);
        Self {
            log: log.expect("a safe log"),
            nats,
            owner,
            writer: writer.expect("an address"),
            reader: reader.expect("an address"),
            databases,
            _folder: folder,
        }
    }

    /// Gives what the service and its operators are told.
    pub(crate) fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("AW_ADMIN_LISTEN", "127.0.0.1:0".to_owned()),
            ("AW_NATS_URL", self.nats.url(User::Projection)),
            ("AW_NATS_MONITOR_URL", self.nats.monitor_url()),
            (
                "AW_READ_MODEL_DATABASE_URL",
                self.databases.read_model_url(Role::Projection),
            ),
        ]
    }

    /// Starts the service in this process, as its `main` does.
    pub(crate) async fn start(&self) -> Service {
        let environment = self.environment();
        let environment = environment.map(|(name, value)| (name.into(), value.into()));
        let config: Config = config::read(["projection".into()], environment).expect("a config");
        let process = Process::new("projection", "test", false).expect("a process");
        let app = build(config, process.clone()).await.expect("a service");
        let admin = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let sockets = Sockets {
            admin,
            public: None,
        };
        let running = tokio::spawn(run(process.clone(), app, sockets));
        Service { process, running }
    }

    /// Appends a decision for each program.
    pub(crate) async fn append(&self, programs: &[&str]) {
        for slug in programs {
            let recorded = decision(Position::START, slug);
            let (headers, payload) = encode(&recorded.decision).expect("a small decision");
            let entry = Entry {
                subject: Subject::from(&recorded.decision.boundary),
                expected: None,
                headers,
                payload: payload.into(),
            };
            let store = || async {
                let stored = self.log.append(vec![entry.clone()]).await;
                stored.map_err(|error| error.to_string())
            };
            // Right after a restart the connection may not stand yet; then nothing was stored.
            let stored = wait::until(PATIENCE, store).await;
            stored.expect("an acknowledgement");
        }
    }

    /// Has the server end all connections of a role to the read model.
    pub(crate) async fn end_connections(&self, role: &str) {
        let database: String = sqlx::query_scalar("SELECT current_database()::text")
            .fetch_one(&self.owner)
            .await
            .expect("a name");
        let admin = PgPool::connect(&self.databases.access().admin_url()).await;
        let ended: Vec<bool> = sqlx::query_scalar(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = $2",
        )
        .bind(database)
        .bind(role)
        .fetch_all(&admin.expect("a connection"))
        .await
        .expect("ended connections");
        assert!(!ended.is_empty(), "{role} had connections");
    }

    pub(crate) async fn reaches(&self, position: u64) {
        let look = || async {
            match self.reader.position().await {
                Ok(found) if found.0 >= position => Ok(()),
                found => Err(format!("{position} is not reached: {found:?}")),
            }
        };
        if let Err(reason) = wait::until(PATIENCE, look).await {
            panic!("{reason}");
        }
    }
}

/// The first version of a read model, as the registry describes it.
fn first() -> Version {
    Version {
        schema: "rm_1".parse().expect("a name"),
        kind: Kind::Current,
        shape: SHAPE.clone(),
        stage: Stage::Live,
        as_of: None,
        as_of_time: None,
        digest: None,
        differs: Vec::new(),
        made_at: jiff::Timestamp::UNIX_EPOCH,
        changed_at: jiff::Timestamp::UNIX_EPOCH,
        drop_after: None,
    }
}

/// The running service.
pub(crate) struct Service {
    process: Process,
    running: JoinHandle<Result<(), anmeldewerk_service::process::Error>>,
}

impl Service {
    pub(crate) async fn becomes_ready(&self) {
        let look = || async {
            let report = self.process.health.report();
            report
                .ready
                .then_some(())
                .ok_or(format!("not ready: {report:?}"))
        };
        if let Err(reason) = wait::until(PATIENCE, look).await {
            panic!("{reason}");
        }
    }

    pub(crate) async fn becomes_unready(&self, part: &str) {
        let look = || async {
            let reason = self.reason(part).filter(|reason| reason != "starting");
            reason.map(drop).ok_or(format!("{part} is still ready"))
        };
        if let Err(reason) = wait::until(PATIENCE, look).await {
            panic!("{reason}");
        }
    }

    pub(crate) fn reason(&self, part: &str) -> Option<String> {
        let report = self.process.health.report();
        let state = report.parts.get(part)?;
        state.reason.as_ref().map(ToString::to_string)
    }

    pub(crate) fn metrics(&self) -> String {
        self.process.metrics.render()
    }

    pub(crate) async fn stop(self) {
        self.process.shutdown.request();
        let ended = self.running.await.expect("no panic");
        ended.expect("a soft stop");
    }
}

/// A decision about a program.
pub(crate) fn decision(position: Position, slug: &str) -> Recorded {
    let at = Instant::from_micros(1_564_650_000_123_456);
    let details = program::Details {
        name: TextLine::new(slug).expect("a name"),
        land: LandCode::new("01").expect("a Land"),
        carrier: None,
        contact: None,
    };
    let boundary = Boundary::Program(ProgramId::new(slug).expect("a slug"));
    Recorded {
        position,
        decision: Decision {
            id: Uuid::from_u128(7),
            boundary,
            decided_at: at,
            command: IssuedCommand {
                id: CommandId([1; 32]),
                fingerprint: Fingerprint([2; 32]),
                kind: "program.put".to_owned(),
                received_at: at,
            },
            clock: ClockKind::Real,
            actor: Uuid::from_u128(10),
            traceparent: None,
            due: None,
            events: vec![Event::Program(program::Event::Registered(details))],
        },
    }
}
