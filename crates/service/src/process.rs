//! A whole process: what it has, what a service adds, and how both run.

use std::convert::Infallible;
use std::process::ExitCode;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::config::{self, Settings};
use crate::health::Health;
use crate::lifecycle::{BoxError, Shutdown, TaskError, Tasks};
use crate::telemetry::{self, Metrics, chain};
use crate::{admin, layers, server};

/// How long requests in flight may take to be answered after the stop was asked for.
const GRACE_REQUESTS: Duration = Duration::from_secs(10);

/// How long tasks may take to end after the last request was answered.
const GRACE_TASKS: Duration = Duration::from_secs(5);

const UPKEEP: Duration = Duration::from_secs(5);

/// What every process has; cheap to clone.
#[derive(Clone, Debug)]
pub struct Process {
    /// Name of the program, as in `/version`.
    pub name: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// The state of its parts.
    pub health: Health,
    /// The time.
    pub clock: Clock,
    /// The collected figures.
    pub metrics: Metrics,
    /// The wish to stop.
    pub shutdown: Shutdown,
}

impl Process {
    /// Makes a process with no parts yet; in development its clock can be set.
    pub fn new(
        name: &'static str,
        version: &'static str,
        development: bool,
    ) -> Result<Self, telemetry::Error> {
        let metrics = Metrics::install()?;
        let (health, clock, shutdown) = (
            Health::default(),
            Clock::new(development),
            Shutdown::default(),
        );
        Ok(Self {
            name,
            version,
            health,
            clock,
            metrics,
            shutdown,
        })
    }
}

/// What a service adds to its process.
#[derive(Debug, Default)]
pub struct App {
    /// The public routes, without the common layers; served only where there is a public socket.
    pub router: Router,
    /// The tasks without which the service cannot work.
    pub tasks: Tasks,
}

/// The sockets a process serves on.
#[derive(Debug)]
pub struct Sockets {
    /// For health, metrics and version.
    pub admin: TcpListener,
    /// For the public routes, if the process has any.
    pub public: Option<TcpListener>,
}

/// Says why a process ended with failure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A socket has no address any more.
    #[error("could not read a socket's address")]
    Address(#[source] std::io::Error),
    /// A task ended although the process was to go on, or did not end when it was to stop.
    #[error("a task without which the process cannot work has ended or hangs")]
    Task(#[from] TaskError),
}

/// Runs a service from its command line to its exit code: a service's `main` is this call.
///
/// Order: configuration (exit code 64 if refused), telemetry, `build`, sockets, [`run`].
/// SIGTERM and SIGINT stop it softly, also while it is being built.
pub fn main<C, B, F, E>(name: &'static str, version: &'static str, build: B) -> ExitCode
where
    C: Settings,
    B: FnOnce(C, Process) -> F,
    F: Future<Output = Result<App, E>>,
    E: Into<BoxError>,
{
    crate::auth::install_crypto();
    let config: C = config::parse();
    if let Err(error) = telemetry::init(&config.process().log) {
        config::Error::invalid("AW_LOG (--log)", chain(&error)).exit();
    }
    match start(name, version, config, build) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = chain(&*error), "failed");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn start<C, B, F, E>(
    name: &'static str,
    version: &'static str,
    config: C,
    build: B,
) -> Result<(), BoxError>
where
    C: Settings,
    B: FnOnce(C, Process) -> F,
    F: Future<Output = Result<App, E>>,
    E: Into<BoxError>,
{
    let process = Process::new(
        name,
        version,
        config.public().is_some_and(|public| public.development),
    )?;
    process.shutdown.listen_to_signals()?;
    let admin = config.process().admin_listen;
    let public = config.public().map(|public| public.listen);

    let app = tokio::select! {
        app = build(config, process.clone()) => app.map_err(Into::into)?,
        () = process.shutdown.requested() => return Ok(()),
    };
    let admin = server::bind(admin).await?;
    let public = match public {
        Some(address) => Some(server::bind(address).await?),
        None => None,
    };
    Ok(run(process, app, Sockets { admin, public }).await?)
}

/// Runs a built service on the given sockets until its [`Shutdown`] is requested or one of its tasks ends.
///
/// Then: no new connections, requests in flight are answered (10 s), tasks end (5 s), the admin port closes.
/// What takes longer is cut off. A task that ended early is the error.
pub async fn run(process: Process, app: App, sockets: Sockets) -> Result<(), Error> {
    announce(&process, &sockets)?;
    let state = process.health.part("process");
    let App { router, mut tasks } = app;
    let close_admin = CancellationToken::new();
    tokio::spawn(
        close_admin
            .clone()
            .run_until_cancelled_owned(upkeep(process.metrics.clone())),
    );
    let admin = tokio::spawn(server::serve(
        sockets.admin,
        admin::router(&process),
        close_admin.clone(),
    ));
    let mut requests = Requests::serve(sockets.public, router, &process.shutdown);
    state.ready();

    let death = tokio::select! {
        // A task that ends because the stop was asked for has not died early.
        biased;
        () = process.shutdown.requested() => None,
        death = tasks.first_death() => Some(death),
    };
    tracing::info!(cause = death.as_ref().map(|death| chain(death)), "stopping");
    state.unready("stopping");
    process.shutdown.request();
    requests.drain(&process.shutdown).await;
    process.shutdown.drain();
    let joined = join(&mut tasks, &process.shutdown).await;
    close_admin.cancel();
    let _ = timeout(Duration::from_secs(1), admin).await;
    match death {
        Some(death) => Err(death.into()),
        None => Ok(joined?),
    }
}

fn announce(process: &Process, sockets: &Sockets) -> Result<(), Error> {
    let admin_address = sockets.admin.local_addr().map_err(Error::Address)?;
    let address = match &sockets.public {
        Some(public) => Some(public.local_addr().map_err(Error::Address)?.to_string()),
        None => None,
    };
    tracing::info!(address, %admin_address, name = process.name, version = process.version, "listening");
    Ok(())
}

/// The public server, if there is one.
struct Requests(Option<tokio::task::JoinHandle<()>>);

impl Requests {
    fn serve(socket: Option<TcpListener>, router: Router, shutdown: &Shutdown) -> Self {
        let stop = shutdown.request_token();
        Self(socket.map(|socket| tokio::spawn(server::serve(socket, layers::public(router), stop))))
    }

    async fn drain(&mut self, shutdown: &Shutdown) {
        let Some(server) = &mut self.0 else { return };
        let answered = tokio::select! {
            answered = timeout(GRACE_REQUESTS, &mut *server) => answered.is_ok(),
            () = shutdown.hard() => false,
        };
        if !answered {
            tracing::warn!("requests in flight were cut off");
            server.abort();
        }
    }
}

async fn join(tasks: &mut Tasks, shutdown: &Shutdown) -> Result<(), TaskError> {
    let joined = tokio::select! {
        joined = timeout(GRACE_TASKS, tasks.join()) => joined.ok(),
        () = shutdown.hard() => None,
    };
    joined.unwrap_or_else(|| Err(tasks.hung()))
}

async fn upkeep(metrics: Metrics) -> Infallible {
    let mut interval = tokio::time::interval(UPKEEP);
    loop {
        interval.tick().await;
        metrics.upkeep();
    }
}
