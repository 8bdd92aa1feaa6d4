//! The whole house for one test: a log, two databases, three services, all its own.

use std::path::Path;
use std::time::Duration;

use crate::database::Databases;
use crate::door::Door;
use crate::error::Result;
use crate::fault::FaultProxy;
use crate::folder::Folder;
use crate::nats::{Log, Nats, NatsCluster, User};
use crate::operator::Operator;
use crate::port::Port;
use crate::postgres::{Postgres, Role as DatabaseRole};
use crate::secret;
use crate::service::{
    Addresses, Kind, NatsUrls, Ports, ReadModelUrls, RegistrationPorts, Service, VaultUrls, Wiring,
};
use crate::token::{Bearer, Role, Signer};

const TOKEN_LIFETIME: Duration = Duration::from_hours(1);

/// Real servers and real processes on free ports; everything is ended and removed when it is dropped.
#[derive(Debug)]
pub struct Flow {
    registrations: Vec<Service>,
    projection: Service,
    gateway: Service,
    /// The log's server, or three.
    pub nats: Log,
    /// The vault and the read model.
    pub databases: Databases,
    postgres: Option<OwnPostgres>,
    fault: Option<FaultProxy>,
    wiring: Wiring,
    signer: Signer,
    _ports: Vec<Port>,
    folder: Folder,
}

/// What a flow is made of, where it is not the smallest: one of each, on databases that it shares a server for.
///
/// ```rust,no_run
/// use anmeldewerk_stack::flow::FlowOptions;
///
/// # async fn example() -> anmeldewerk_stack::Result<()> {
/// let flow = FlowOptions::default()
///     .on_three_servers()
///     .registration_services(2)
///     .start()
///     .await?;
/// flow.nats_cluster().leader().await?.kill();
/// flow.registration_at(1).kill();
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct FlowOptions {
    log: LogKind,
    registrations: usize,
    own_postgres: bool,
}

/// On what the log lies, and how the registration services reach it.
#[derive(Clone, Copy, Debug)]
enum LogKind {
    One,
    OneBehindFaultProxy,
    Three,
}

impl Default for FlowOptions {
    fn default() -> Self {
        Self {
            log: LogKind::One,
            registrations: 1,
            own_postgres: false,
        }
    }
}

impl FlowOptions {
    /// Lets three nats-servers keep the log: see [`Flow::nats_cluster`].
    #[must_use]
    pub fn on_three_servers(self) -> Self {
        let log = LogKind::Three;
        Self { log, ..self }
    }

    /// Puts a bad network between the registration services and the log: see [`Flow::fault`].
    ///
    /// The log is on one server then; of three, a client hears the others' real addresses.
    #[must_use]
    pub fn behind_fault_proxy(self) -> Self {
        let log = LogKind::OneBehindFaultProxy;
        Self { log, ..self }
    }

    /// Lets several registration services, at least one, write the log, all known to the gateway: see
    /// [`Flow::registration_at`].
    #[must_use]
    pub fn registration_services(self, registrations: usize) -> Self {
        Self {
            registrations: registrations.max(1),
            ..self
        }
    }

    /// Gives it a PostgreSQL of its own, which may be killed: see [`Flow::postgres`].
    #[must_use]
    pub fn own_postgres(self) -> Self {
        Self {
            own_postgres: true,
            ..self
        }
    }

    /// Starts everything and returns when all services are ready.
    pub async fn start(self) -> Result<Flow> {
        let folder = Folder::new("flow")?;
        let nats = self.start_log(&folder.join("nats")).await?;
        nats.provision().await?;
        let fault = match (self.log, &nats) {
            (LogKind::OneBehindFaultProxy, Log::One(server)) => {
                Some(FaultProxy::start(server.port()).await?)
            }
            _ => None,
        };
        let postgres = if self.own_postgres {
            Some(OwnPostgres::start().await?)
        } else {
            None
        };
        let databases = match &postgres {
            Some(own) => Databases::create_in(&own.server).await?,
            None => Databases::create().await?,
        };
        let ground = Ground {
            folder,
            nats,
            databases,
            postgres,
            fault,
        };
        Flow::on(ground, self.registrations).await
    }

    async fn start_log(self, folder: &Path) -> Result<Log> {
        match self.log {
            LogKind::Three => NatsCluster::start(folder).await.map(Log::Three),
            LogKind::One | LogKind::OneBehindFaultProxy => {
                Ok(Log::One(Box::new(Nats::start(folder).await?)))
            }
        }
    }
}

/// A PostgreSQL that one flow has for itself.
#[derive(Debug)]
struct OwnPostgres {
    server: Postgres,
    _folder: Folder,
}

impl OwnPostgres {
    async fn start() -> Result<Self> {
        let folder = Folder::for_postgres("flow-postgres")?;
        Ok(Self {
            server: Postgres::start(&folder.join("postgres")).await?,
            _folder: folder,
        })
    }
}

/// What a flow stands on.
struct Ground {
    folder: Folder,
    nats: Log,
    databases: Databases,
    postgres: Option<OwnPostgres>,
    fault: Option<FaultProxy>,
}

impl Flow {
    /// Starts everything once and returns when all services are ready.
    pub async fn start() -> Result<Self> {
        FlowOptions::default().start().await
    }

    /// The same with a bad network between the registration service and the log: see [`fault`](Self::fault).
    pub async fn start_behind_fault_proxy() -> Result<Self> {
        FlowOptions::default().behind_fault_proxy().start().await
    }

    /// The same with a PostgreSQL of its own, which may be killed: see [`postgres`](Self::postgres).
    pub async fn start_with_own_postgres() -> Result<Self> {
        FlowOptions::default().own_postgres().start().await
    }

    async fn on(ground: Ground, registrations: usize) -> Result<Self> {
        let signer = Signer::open(&ground.folder.join("secrets"))?;
        let (ports, reserved) = ports(registrations)?;
        let wiring = wiring(&ground, &signer, ports)?;
        let (projection, registrations) = tokio::try_join!(
            Service::start(Kind::Projection, &wiring),
            Service::start_registrations(&wiring),
        )?;
        Ok(Self {
            gateway: Service::start(Kind::Gateway, &wiring).await?,
            registrations,
            projection,
            nats: ground.nats,
            databases: ground.databases,
            postgres: ground.postgres,
            fault: ground.fault,
            wiring,
            signer,
            _ports: reserved,
            folder: ground.folder,
        })
    }

    /// Starts another registration service on the same log, beside the one the gateway knows.
    ///
    /// It is reached directly, at its [`url`](Service::url).
    pub async fn second_registration(&self) -> Result<Service> {
        let (ports, reserved) = ports(1)?;
        let wiring = Wiring {
            folder: self.folder.join("second"),
            ports,
            ..self.wiring.clone()
        };
        let service = Service::start(Kind::Registration, &wiring).await?;
        Ok(service.keeping(reserved))
    }

    /// Returns the base addresses.
    pub fn addresses(&self) -> Addresses {
        self.wiring.addresses()
    }

    /// Returns the public base address.
    pub fn gateway_url(&self) -> String {
        self.addresses().gateway
    }

    /// Returns one of the services, the first of its kind, to kill, pause or restart it.
    pub fn service(&self, kind: Kind) -> &Service {
        match kind {
            Kind::Registration => &self.registrations[0],
            Kind::Projection => &self.projection,
            Kind::Gateway => &self.gateway,
        }
    }

    /// Returns one of the registration services that the gateway knows, counted from 0.
    pub fn registration_at(&self, index: usize) -> &Service {
        &self.registrations[index]
    }

    /// Returns the three servers of the log, where it lies on three.
    pub fn nats_cluster(&self) -> &NatsCluster {
        match &self.nats {
            Log::Three(cluster) => cluster,
            Log::One(_) => panic!("this flow was started with one nats-server"),
        }
    }

    /// Ends the first registration service as `kill -9` does.
    pub fn kill_registration(&self) {
        self.registrations[0].kill();
    }

    /// Starts the first registration service again.
    pub async fn restart_registration(&self) -> Result<()> {
        self.registrations[0].restart().await
    }

    /// Ends the projection service as `kill -9` does.
    pub fn kill_projection(&self) {
        self.projection.kill();
    }

    /// Starts the projection service again.
    pub async fn restart_projection(&self) -> Result<()> {
        self.projection.restart().await
    }

    /// Ends the gateway as `kill -9` does.
    pub fn kill_gateway(&self) {
        self.gateway.kill();
    }

    /// Starts the gateway again.
    pub async fn restart_gateway(&self) -> Result<()> {
        self.gateway.restart().await
    }

    /// Returns the bad network, where it was asked for.
    pub fn fault(&self) -> &FaultProxy {
        self.fault
            .as_ref()
            .expect("this flow was started behind a fault proxy")
    }

    /// Returns the databases' server, where the flow has one of its own.
    pub fn postgres(&self) -> &Postgres {
        let own = self.postgres.as_ref();
        &own.expect("this flow was started with its own PostgreSQL")
            .server
    }

    /// Returns the addresses of the vault and the read model for their owner, who sees everything.
    pub fn owner_database_urls(&self) -> (String, String) {
        let databases = &self.databases;
        let owner = DatabaseRole::Owner;
        (databases.vault_url(owner), databases.read_model_url(owner))
    }

    /// Returns whoever looks after the projection.
    pub fn operator(&self) -> Operator {
        Operator::new(&self.wiring, self.databases.access().admin_url())
    }

    /// Starts another projection service, which stands by while the first one works.
    pub async fn second_projection(&self) -> Result<Service> {
        let (ports, reserved) = ports(1)?;
        let wiring = Wiring {
            folder: self.folder.join("second-projection"),
            ports,
            ..self.wiring.clone()
        };
        let service = Service::start(Kind::Projection, &wiring).await?;
        Ok(service.keeping(reserved))
    }

    /// Returns who signs the tokens.
    pub fn signer(&self) -> &Signer {
        &self.signer
    }

    /// Makes a token of a program with one role.
    pub fn token(&self, program: &str, role: Role) -> String {
        self.bearer(&Bearer {
            program: Some(program),
            roles: &[role],
            subject: &format!("{program}-test"),
        })
    }

    /// Makes a token of an operator or auditor, who belongs to no program.
    pub fn token_without_program(&self, role: Role) -> String {
        self.bearer(&Bearer {
            program: None,
            roles: &[role],
            subject: "test",
        })
    }

    /// Makes any token.
    pub fn bearer(&self, bearer: &Bearer<'_>) -> String {
        self.signer.token(bearer, TOKEN_LIFETIME)
    }

    /// Returns everything the services logged, one JSON record a line.
    pub fn logs(&self) -> String {
        let others = [&self.projection, &self.gateway];
        let services = others.into_iter().chain(&self.registrations);
        services.map(Service::log).collect()
    }

    /// Returns the folder with the log's store, the services' logs and the secrets.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

fn ports(registrations: usize) -> Result<(Ports, Vec<Port>)> {
    let mut reserved = Vec::new();
    let mut next = || -> Result<u16> {
        let port = Port::reserve()?;
        let number = port.number();
        reserved.push(port);
        Ok(number)
    };
    let mut each = Vec::new();
    for _ in 0..registrations {
        each.push(RegistrationPorts {
            public: next()?,
            admin: next()?,
        });
    }
    let ports = Ports {
        gateway: next()?,
        gateway_admin: next()?,
        registrations: each,
        projection_admin: next()?,
    };
    Ok((ports, reserved))
}

fn wiring(ground: &Ground, signer: &Signer, ports: Ports) -> Result<Wiring> {
    let nats = &ground.nats;
    Ok(Wiring {
        folder: ground.folder.join("services"),
        ports,
        nats: NatsUrls {
            registration: writers_url(ground),
            projection: nats.url(User::Projection),
            gateway: nats.url(User::Gateway),
            monitor: nats.monitor_url(),
        },
        vault: vault_urls(&ground.databases),
        read_model: read_model_urls(&ground.databases),
        kek_file: secret::kek_file(&ground.folder.join("secrets"))?,
        jwks_file: signer.jwks_file().to_owned(),
        log_filter: "info".to_owned(),
        door: Door::open(),
    })
}

fn writers_url(ground: &Ground) -> String {
    match (&ground.nats, &ground.fault) {
        (Log::One(server), Some(fault)) => server.url_at(User::Registration, fault.port()),
        (log, _) => log.url(User::Registration),
    }
}

fn vault_urls(databases: &Databases) -> VaultUrls {
    VaultUrls {
        registration: databases.vault_url(DatabaseRole::Registration),
        gateway: databases.vault_url(DatabaseRole::Gateway),
    }
}

fn read_model_urls(databases: &Databases) -> ReadModelUrls {
    ReadModelUrls {
        projection: databases.read_model_url(DatabaseRole::Projection),
        gateway: databases.read_model_url(DatabaseRole::Gateway),
    }
}
