//! nats-server: one, or a cluster of three.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{fs, io};

use async_nats::{Client, ConnectOptions, ServerAddr};
use rustix::process::Signal;

use crate::child::{Child, Death, Slot, Spec};
use crate::error::{Error, IoContext, Result};
use crate::fetch::Servers;
use crate::port::Port;
use crate::secret::NatsPasswords;
use crate::{http, place, provision};

mod cluster;
mod log;

pub use cluster::{ClusterSettings, NatsCluster, NodePorts};
pub use log::Log;

const CONFIGURATION: &str = include_str!("../../../deploy/nats/nats-server.conf");
const CLUSTER_CONFIGURATION: &str = include_str!("../../../deploy/nats/cluster.conf");
const PATIENCE: Duration = Duration::from_secs(30);
const SOFT: Duration = Duration::from_secs(10);
const TEST_FILE_STORE: u64 = 8 << 30;

/// The four users of the log's server; what each may do stands in `deploy/nats/nats-server.conf`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// Makes the stream.
    Provision,
    /// Writes the log.
    Registration,
    /// Follows the log.
    Projection,
    /// Hears watermarks.
    Gateway,
}

impl User {
    /// Returns the name in the server's configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Provision => "provision",
            Self::Registration => "registration",
            Self::Projection => "projection",
            Self::Gateway => "gateway",
        }
    }

    fn password(self, passwords: &NatsPasswords) -> &str {
        match self {
            Self::Provision => &passwords.provision,
            Self::Registration => &passwords.registration,
            Self::Projection => &passwords.projection,
            Self::Gateway => &passwords.gateway,
        }
    }
}

/// How one server is run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its name, unique in its cluster.
    pub name: String,
    /// The folder of its configuration, log and store.
    pub folder: PathBuf,
    /// The port for clients.
    pub port: u16,
    /// The port of the monitoring pages.
    pub monitor_port: u16,
    /// The passwords of its users.
    pub passwords: NatsPasswords,
    /// The most the log may take on the disk, in bytes.
    pub max_file_store_bytes: u64,
    /// Its cluster, if it is in one.
    pub cluster: Option<Cluster>,
}

/// How a server finds the others.
#[derive(Clone, Debug)]
pub struct Cluster {
    /// The port for the other servers.
    pub port: u16,
    /// The ports of all of them.
    pub all: Vec<u16>,
}

/// A running nats-server; killed when dropped.
#[derive(Debug)]
pub struct Nats {
    settings: Settings,
    slot: Slot,
    _ports: Vec<Port>,
}

impl Nats {
    /// Starts a server of its own on free ports, with everything it writes in `folder`.
    pub async fn start(folder: &Path) -> Result<Self> {
        let (port, monitor) = (Port::reserve()?, Port::reserve()?);
        let settings = Settings {
            name: "test".to_owned(),
            folder: folder.to_owned(),
            port: port.number(),
            monitor_port: monitor.number(),
            passwords: NatsPasswords::generate(),
            max_file_store_bytes: TEST_FILE_STORE,
            cluster: None,
        };
        let server = Self::spawn(settings, vec![port, monitor])?;
        server.ready().await?;
        Ok(server)
    }

    /// Starts a server as it is told.
    pub async fn start_with(settings: Settings) -> Result<Self> {
        let server = Self::spawn(settings, Vec::new())?;
        server.ready().await?;
        Ok(server)
    }

    fn spawn(settings: Settings, ports: Vec<Port>) -> Result<Self> {
        place::make_open(&settings.folder)?;
        let configuration = write_configuration(&settings)?;
        let slot = Slot::start(Spec {
            name: process_name(&settings),
            program: Servers::find()?.nats_server,
            args: vec!["-c".into(), configuration.into()],
            env: environment(&settings),
            folder: settings.folder.clone(),
            log: settings.folder.join("nats-server.log"),
            death: Death::Kill,
            user: None,
        })?;
        Ok(Self {
            settings,
            slot,
            _ports: ports,
        })
    }

    /// Waits until clients and the log are served.
    async fn ready(&self) -> Result<()> {
        let health = format!("{}/healthz", self.monitor_url());
        self.slot.ready(PATIENCE, || http::expect_ok(&health)).await
    }

    /// Returns the address with user and password, `nats://user:password@host:port`.
    pub fn url(&self, user: User) -> String {
        self.url_at(user, self.settings.port)
    }

    /// The same through another port, e.g. that of a [`FaultProxy`](crate::fault::FaultProxy).
    pub fn url_at(&self, user: User, port: u16) -> String {
        let (name, password) = (user.name(), user.password(&self.settings.passwords));
        format!("nats://{name}:{password}@127.0.0.1:{port}")
    }

    /// Connects as this user.
    pub async fn connect(&self, user: User) -> Result<Client> {
        connect(&self.url(user), ConnectOptions::new()).await
    }

    /// Returns the port for clients.
    pub fn port(&self) -> u16 {
        self.settings.port
    }

    /// Returns the address of the monitoring pages.
    pub fn monitor_url(&self) -> String {
        format!("http://127.0.0.1:{}", self.settings.monitor_port)
    }

    /// Returns the folder of the log.
    pub fn store(&self) -> PathBuf {
        store(&self.settings)
    }

    /// Returns the server's name.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// Returns the process number.
    pub fn pid(&self) -> u32 {
        self.slot.child().pid()
    }

    /// Makes the streams, or checks those that are there.
    pub async fn provision(&self) -> Result<()> {
        provision::streams(&self.url(User::Provision), 1).await
    }

    /// Ends it as `kill -9` does.
    pub fn kill(&self) {
        self.slot.child().kill();
    }

    /// Starts it again on the same ports and store; kills it first where it still runs.
    pub async fn restart(&self) -> Result<()> {
        self.slot.start_again()?;
        self.ready().await
    }

    /// Stops it in the middle of whatever it does, until [`resume`](Self::resume).
    pub fn pause(&self) {
        self.slot.pause();
    }

    /// Lets it go on.
    pub fn resume(&self) {
        self.slot.resume();
    }

    /// Stops it softly.
    pub async fn stop(&self) {
        self.slot.child().stop(Signal::TERM, SOFT).await;
    }

    pub(crate) fn child(&self) -> Arc<Child> {
        self.slot.child()
    }

    /// Returns what it logged.
    pub fn log(&self) -> String {
        fs::read_to_string(self.slot.log()).unwrap_or_default()
    }
}

/// Connects with the user and password of the address, which async-nats 0.51 leaves unused.
///
/// Several addresses are separated by commas; the first one's user counts.
pub async fn connect(url: &str, options: ConnectOptions) -> Result<Client> {
    let failed = |said: String| Error::Nats {
        doing: "connect to nats-server".to_owned(),
        said,
    };
    let mut addresses: Vec<ServerAddr> = Vec::new();
    for one in url.split(',') {
        addresses.push(
            one.parse()
                .map_err(|error: io::Error| failed(error.to_string()))?,
        );
    }
    let first = addresses.first();
    let user = first
        .and_then(ServerAddr::username)
        .unwrap_or_default()
        .to_owned();
    let password = first
        .and_then(ServerAddr::password)
        .unwrap_or_default()
        .to_owned();
    options
        .user_and_password(user, password)
        .connect(addresses)
        .await
        .map_err(|error| failed(error.to_string()))
}

/// One of three is told apart by its name.
fn process_name(settings: &Settings) -> String {
    match settings.cluster {
        None => "nats-server".to_owned(),
        Some(_) => format!("nats-server-{}", settings.name),
    }
}

fn store(settings: &Settings) -> PathBuf {
    settings.folder.join("store")
}

fn write_configuration(settings: &Settings) -> Result<PathBuf> {
    let base = settings.folder.join("nats-server.conf");
    fs::write(&base, CONFIGURATION).doing(|| format!("write {}", base.display()))?;
    if settings.cluster.is_none() {
        return Ok(base);
    }
    let cluster = settings.folder.join("cluster.conf");
    fs::write(&cluster, CLUSTER_CONFIGURATION).doing(|| format!("write {}", cluster.display()))?;
    Ok(cluster)
}

fn environment(settings: &Settings) -> Vec<(String, std::ffi::OsString)> {
    let passwords = &settings.passwords;
    let mut environment = vec![
        ("AW_NATS_NAME", settings.name.clone()),
        ("AW_NATS_LISTEN", loopback(settings.port)),
        ("AW_NATS_MONITOR", loopback(settings.monitor_port)),
        (
            "AW_NATS_STORE",
            quoted(&store(settings).display().to_string()),
        ),
        (
            "AW_NATS_MAX_FILE_STORE",
            settings.max_file_store_bytes.to_string(),
        ),
        ("AW_NATS_PROVISION_PASSWORD", passwords.provision.clone()),
        (
            "AW_NATS_REGISTRATION_PASSWORD",
            passwords.registration.clone(),
        ),
        ("AW_NATS_PROJECTION_PASSWORD", passwords.projection.clone()),
        ("AW_NATS_GATEWAY_PASSWORD", passwords.gateway.clone()),
    ];
    if let Some(cluster) = &settings.cluster {
        let routes = cluster
            .all
            .iter()
            .map(|port| format!("nats://127.0.0.1:{port}"));
        environment.push(("AW_NATS_CLUSTER", "stack".to_owned()));
        environment.push(("AW_NATS_CLUSTER_LISTEN", loopback(cluster.port)));
        environment.push((
            "AW_NATS_ROUTES",
            format!("{:?}", routes.collect::<Vec<_>>()),
        ));
    }
    environment
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect()
}

/// The server reads a variable as a setting, in which a blank would end the value.
fn quoted(text: &str) -> String {
    format!("{text:?}")
}

fn loopback(port: u16) -> String {
    format!("127.0.0.1:{port}")
}
