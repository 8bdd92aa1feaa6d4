//! The three services as child processes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use std::{env, fs};

use futures_util::future::try_join_all;
use rustix::process::Signal;

use crate::child::{Child, Death, Slot, Spec};
use crate::door::Door;
use crate::error::{Error, IoContext, Result};
use crate::port::Port;
use crate::provision::STREAM;
use crate::token::ISSUER;
use crate::{http, place};

const PATIENCE: Duration = Duration::from_mins(1);
const SOFT: Duration = Duration::from_secs(15);

/// Which service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The only writer of the log.
    Registration,
    /// The only writer of the read model.
    Projection,
    /// The public address.
    Gateway,
}

impl Kind {
    /// All of them, in the order they are started.
    pub const ALL: [Self; 3] = [Self::Projection, Self::Registration, Self::Gateway];

    /// Returns the name people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Registration => "registration",
            Self::Projection => "projection",
            Self::Gateway => "gateway",
        }
    }

    /// Names its binary.
    pub fn binary(self) -> String {
        format!("anmeldewerk-{}", self.name())
    }
}

/// Everything the services are told, as addresses and files.
#[derive(Clone, Debug)]
pub struct Wiring {
    /// Where their logs go.
    pub folder: PathBuf,
    /// The ports they listen on.
    pub ports: Ports,
    /// The log.
    pub nats: NatsUrls,
    /// The vault.
    pub vault: VaultUrls,
    /// The read model.
    pub read_model: ReadModelUrls,
    /// The file with the key that wraps the persons' keys.
    pub kek_file: PathBuf,
    /// The file with the public keys that tokens are verified by.
    pub jwks_file: PathBuf,
    /// Which records they log, e.g. `info`.
    pub log_filter: String,
    /// What bounds those who knock at the gateway.
    pub door: Door,
}

/// The ports of the services, on loopback.
#[derive(Clone, Debug)]
pub struct Ports {
    /// The gateway, the one address for everybody.
    pub gateway: u16,
    /// Its admin port.
    pub gateway_admin: u16,
    /// The registration services behind it; at least one.
    pub registrations: Vec<RegistrationPorts>,
    /// The projection service's admin port.
    pub projection_admin: u16,
}

/// The ports of one registration service.
#[derive(Clone, Copy, Debug)]
pub struct RegistrationPorts {
    /// For the gateway.
    pub public: u16,
    /// Its admin port.
    pub admin: u16,
}

/// The log for each service's user.
#[derive(Clone, Debug)]
pub struct NatsUrls {
    /// For the registration service.
    pub registration: String,
    /// For the projection service.
    pub projection: String,
    /// For the gateway.
    pub gateway: String,
    /// The monitoring pages.
    pub monitor: String,
}

/// The vault for each service's role.
#[derive(Clone, Debug)]
pub struct VaultUrls {
    /// For the registration service.
    pub registration: String,
    /// For the gateway.
    pub gateway: String,
}

/// The read model for each service's role.
#[derive(Clone, Debug)]
pub struct ReadModelUrls {
    /// For the projection service.
    pub projection: String,
    /// For the gateway.
    pub gateway: String,
}

impl Wiring {
    /// Returns the environment of one process: exactly what it needs, nothing of this process.
    fn environment(&self, one: Instance) -> Vec<(&'static str, String)> {
        let own = match one.kind {
            Kind::Registration => self.registration(one.index),
            Kind::Projection => self.projection(),
            Kind::Gateway => self.gateway(),
        };
        let admin = loopback(self.admin_port(one));
        let common = [
            ("AW_ADMIN_LISTEN", admin),
            ("AW_LOG", self.log_filter.clone()),
        ];
        common.into_iter().chain(own).collect()
    }

    fn registration(&self, index: usize) -> Vec<(&'static str, String)> {
        let mut own = self.public(self.ports.registrations[index].public);
        own.extend(self.registration_log());
        own.extend([
            ("AW_VAULT_DATABASE_URL", self.vault.registration.clone()),
            ("AW_KEK_FILE", text(&self.kek_file)),
            ("AW_CACHE_FOLDER", text(&self.folder.join("cache"))),
        ]);
        own
    }

    /// Where the registration service finds the log.
    pub(crate) fn registration_log(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AW_NATS_URL", self.nats.registration.clone()),
            ("AW_NATS_MONITOR_URL", self.nats.monitor.clone()),
            ("AW_STREAM", STREAM.to_owned()),
        ]
    }

    pub(crate) fn projection(&self) -> Vec<(&'static str, String)> {
        vec![
            ("AW_NATS_URL", self.nats.projection.clone()),
            ("AW_NATS_MONITOR_URL", self.nats.monitor.clone()),
            ("AW_STREAM", STREAM.to_owned()),
            (
                "AW_READ_MODEL_DATABASE_URL",
                self.read_model.projection.clone(),
            ),
        ]
    }

    fn gateway(&self) -> Vec<(&'static str, String)> {
        let mut own = self.public(self.ports.gateway);
        own.extend([
            ("AW_REGISTRATION_URL", self.registration_urls()),
            ("AW_NATS_URL", self.nats.gateway.clone()),
            (
                "AW_READ_MODEL_DATABASE_URL",
                self.read_model.gateway.clone(),
            ),
            ("AW_VAULT_DATABASE_URL", self.vault.gateway.clone()),
            ("AW_KEK_FILE", text(&self.kek_file)),
            ("AW_PUBLIC_URL", address(self.ports.gateway)),
        ]);
        own.extend(self.door.clone().into_settings());
        own
    }

    /// What a service with a public listener needs; only such a service has a clock that can be set.
    fn public(&self, port: u16) -> Vec<(&'static str, String)> {
        vec![
            ("AW_LISTEN", loopback(port)),
            ("AW_JWKS", text(&self.jwks_file)),
            ("AW_ISSUER", ISSUER.to_owned()),
            ("AW_DEVELOPMENT", "true".to_owned()),
        ]
    }

    fn registration_urls(&self) -> String {
        let all = self.ports.registrations.iter();
        let all: Vec<String> = all.map(|ports| address(ports.public)).collect();
        all.join(",")
    }

    fn public_port(&self, one: Instance) -> u16 {
        match one.kind {
            Kind::Registration => self.ports.registrations[one.index].public,
            Kind::Projection => self.ports.projection_admin,
            Kind::Gateway => self.ports.gateway,
        }
    }

    fn admin_port(&self, one: Instance) -> u16 {
        match one.kind {
            Kind::Registration => self.ports.registrations[one.index].admin,
            Kind::Projection => self.ports.projection_admin,
            Kind::Gateway => self.ports.gateway_admin,
        }
    }

    /// Returns where people and the demo reach the services.
    pub fn addresses(&self) -> Addresses {
        Addresses {
            gateway: address(self.ports.gateway),
            gateway_admin: address(self.ports.gateway_admin),
            registration_admins: self
                .ports
                .registrations
                .iter()
                .map(|ports| address(ports.admin))
                .collect(),
            projection_admin: address(self.ports.projection_admin),
        }
    }
}

/// Base addresses, without a slash at the end.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// The public address: everything goes through it.
    pub gateway: String,
    /// Health and metrics of the gateway.
    pub gateway_admin: String,
    /// Health and metrics of each registration service, and its clock.
    pub registration_admins: Vec<String>,
    /// Health and metrics of the projection service.
    pub projection_admin: String,
}

/// Names one process: a service, and which of its kind, counted from 0.
#[derive(Clone, Copy, Debug)]
struct Instance {
    kind: Kind,
    index: usize,
}

impl Instance {
    /// The first of a kind is called by the kind alone.
    fn name(self) -> String {
        match self.index {
            0 => self.kind.name().to_owned(),
            more => format!("{}-{}", self.kind.name(), more + 1),
        }
    }
}

/// One running service; killed when dropped.
#[derive(Debug)]
pub struct Service {
    kind: Kind,
    public: String,
    admin: String,
    slot: Slot,
    ports: Vec<Port>,
}

impl Service {
    /// Starts the first of its kind and waits until it says it is ready.
    pub async fn start(kind: Kind, wiring: &Wiring) -> Result<Self> {
        Self::run(Instance { kind, index: 0 }, wiring).await
    }

    /// Starts every registration service, and waits until all are ready.
    pub async fn start_registrations(wiring: &Wiring) -> Result<Vec<Self>> {
        let kind = Kind::Registration;
        let all = 0..wiring.ports.registrations.len();
        try_join_all(all.map(|index| Self::run(Instance { kind, index }, wiring))).await
    }

    async fn run(one: Instance, wiring: &Wiring) -> Result<Self> {
        let service = Self {
            kind: one.kind,
            public: address(wiring.public_port(one)),
            admin: address(wiring.admin_port(one)),
            slot: Slot::start(spec(one, wiring)?)?,
            ports: Vec::new(),
        };
        service.ready().await?;
        Ok(service)
    }

    /// Keeps the ports reserved as long as the service lives.
    pub(crate) fn keeping(mut self, ports: Vec<Port>) -> Self {
        self.ports.extend(ports);
        self
    }

    /// Returns the base address of its public listener; the projection service has none, its admin address
    /// stands in.
    pub fn url(&self) -> &str {
        &self.public
    }

    /// Returns the base address of its admin port.
    pub fn admin_url(&self) -> &str {
        &self.admin
    }

    async fn ready(&self) -> Result<()> {
        let ready = format!("{}/readyz", self.admin);
        self.slot.ready(PATIENCE, || http::expect_ok(&ready)).await
    }

    /// Returns which service it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns its process number.
    pub fn pid(&self) -> u32 {
        self.slot.child().pid()
    }

    /// Ends it as `kill -9` does.
    pub fn kill(&self) {
        self.slot.child().kill();
    }

    /// Starts it again on the same ports and waits until it is ready; kills it first where it still runs.
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

    /// Returns what it logged, over all its starts.
    pub fn log(&self) -> String {
        fs::read_to_string(self.slot.log()).unwrap_or_default()
    }
}

fn spec(one: Instance, wiring: &Wiring) -> Result<Spec> {
    place::make_open(&wiring.folder)?;
    let environment = wiring.environment(one).into_iter();
    Ok(Spec {
        name: one.name(),
        program: binary(one.kind)?,
        args: Vec::new(),
        env: environment
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect(),
        folder: wiring.folder.clone(),
        log: wiring.folder.join(format!("{}.log", one.name())),
        death: Death::Kill,
        user: None,
    })
}

/// Finds a service's binary beside the one that runs: `target/debug`, for tests one folder up from `deps`.
pub fn binary(kind: Kind) -> Result<PathBuf> {
    let own = env::current_exe().doing(|| "find the running program".to_owned())?;
    let folder = own.parent().unwrap_or(Path::new("/"));
    let folder = match folder.parent() {
        Some(above) if folder.ends_with("deps") => above,
        _ => folder,
    };
    let path = folder.join(kind.binary());
    if path.is_file() {
        Ok(path)
    } else {
        Err(Error::NotBuilt { path })
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

fn loopback(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

fn address(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}
