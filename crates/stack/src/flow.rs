//! The whole house for one test: a log, two databases, three services, all its own.

use std::path::Path;
use std::time::Duration;

use crate::database::Databases;
use crate::error::Result;
use crate::fault::FaultProxy;
use crate::folder::Folder;
use crate::nats::{Nats, User};
use crate::port::Port;
use crate::postgres::{Postgres, Role as DatabaseRole};
use crate::secret;
use crate::service::{Addresses, Kind, NatsUrls, Ports, ReadModelUrls, Service, VaultUrls, Wiring};
use crate::token::{Bearer, Role, Signer};

const TOKEN_LIFETIME: Duration = Duration::from_hours(1);

/// Real servers and real processes on free ports; everything is ended and removed when it is dropped.
#[derive(Debug)]
pub struct Flow {
    registration: Service,
    projection: Service,
    gateway: Service,
    /// The log's server.
    pub nats: Nats,
    /// The vault and the read model.
    pub databases: Databases,
    postgres: Option<OwnPostgres>,
    fault: Option<FaultProxy>,
    wiring: Wiring,
    signer: Signer,
    _ports: Vec<Port>,
    folder: Folder,
}

/// A PostgreSQL that one flow has for itself.
#[derive(Debug)]
struct OwnPostgres {
    server: Postgres,
    _folder: Folder,
}

/// What a flow stands on.
struct Ground {
    folder: Folder,
    nats: Nats,
    databases: Databases,
    postgres: Option<OwnPostgres>,
    fault: Option<FaultProxy>,
}

impl Flow {
    /// Starts everything and returns when all services are ready.
    pub async fn start() -> Result<Self> {
        let (folder, nats) = log().await?;
        Self::on(Ground {
            folder,
            nats,
            databases: Databases::create().await?,
            postgres: None,
            fault: None,
        })
        .await
    }

    /// The same with a bad network between the registration service and the log: see [`fault`](Self::fault).
    pub async fn start_behind_fault_proxy() -> Result<Self> {
        let (folder, nats) = log().await?;
        let fault = FaultProxy::start(nats.port()).await?;
        Self::on(Ground {
            folder,
            nats,
            databases: Databases::create().await?,
            postgres: None,
            fault: Some(fault),
        })
        .await
    }

    /// The same with a PostgreSQL of its own, which may be killed: see [`postgres`](Self::postgres).
    pub async fn start_with_own_postgres() -> Result<Self> {
        let (folder, nats) = log().await?;
        let own = Folder::for_postgres("flow-postgres")?;
        let server = Postgres::start(&own.join("postgres")).await?;
        Self::on(Ground {
            folder,
            nats,
            databases: Databases::create_in(&server).await?,
            postgres: Some(OwnPostgres {
                server,
                _folder: own,
            }),
            fault: None,
        })
        .await
    }

    async fn on(ground: Ground) -> Result<Self> {
        let signer = Signer::open(&ground.folder.join("secrets"))?;
        let (ports, reserved) = ports()?;
        let wiring = wiring(&ground, &signer, ports)?;
        let (projection, registration) = tokio::try_join!(
            Service::start(Kind::Projection, &wiring),
            Service::start(Kind::Registration, &wiring),
        )?;
        Ok(Self {
            gateway: Service::start(Kind::Gateway, &wiring).await?,
            registration,
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
        let (ports, reserved) = ports()?;
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

    /// Returns one of the services, to kill, pause or restart it.
    pub fn service(&self, kind: Kind) -> &Service {
        match kind {
            Kind::Registration => &self.registration,
            Kind::Projection => &self.projection,
            Kind::Gateway => &self.gateway,
        }
    }

    /// Ends the registration service as `kill -9` does.
    pub fn kill_registration(&self) {
        self.registration.kill();
    }

    /// Starts the registration service again.
    pub async fn restart_registration(&self) -> Result<()> {
        self.registration.restart().await
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
        let services = Kind::ALL.map(|kind| self.service(kind).log());
        services.concat()
    }

    /// Returns the folder with the log's store, the services' logs and the secrets.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

async fn log() -> Result<(Folder, Nats)> {
    let folder = Folder::new("flow")?;
    let nats = Nats::start(&folder.join("nats")).await?;
    nats.provision().await?;
    Ok((folder, nats))
}

fn ports() -> Result<(Ports, Vec<Port>)> {
    let mut reserved = Vec::new();
    let mut next = || -> Result<u16> {
        let port = Port::reserve()?;
        let number = port.number();
        reserved.push(port);
        Ok(number)
    };
    let ports = Ports {
        gateway: next()?,
        gateway_admin: next()?,
        registration: next()?,
        registration_admin: next()?,
        projection_admin: next()?,
    };
    Ok((ports, reserved))
}

fn wiring(ground: &Ground, signer: &Signer, ports: Ports) -> Result<Wiring> {
    let Ground { nats, fault, .. } = ground;
    let writers_port = fault.as_ref().map_or(nats.port(), FaultProxy::port);
    Ok(Wiring {
        folder: ground.folder.join("services"),
        ports,
        nats: NatsUrls {
            registration: nats.url_at(User::Registration, writers_port),
            projection: nats.url(User::Projection),
            gateway: nats.url(User::Gateway),
            monitor: nats.monitor_url(),
        },
        vault: vault_urls(&ground.databases),
        read_model: read_model_urls(&ground.databases),
        kek_file: secret::kek_file(&ground.folder.join("secrets"))?,
        jwks_file: signer.jwks_file().to_owned(),
        log_filter: "info".to_owned(),
    })
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
