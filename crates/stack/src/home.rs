//! The folder of a stack that stays: data, secrets and logs for the next `up`.

use std::path::{Path, PathBuf};

use crate::door::Door;
use crate::error::{Error, IoContext, Result};
use crate::lock::Lock;
use crate::nats::{self, ClusterSettings, Log, Nats, NatsCluster, User};
use crate::operator::Operator;
use crate::port::Fixed;
use crate::postgres::{Access, Postgres, Role};
use crate::provision::{self, Database};
use crate::secret::{NatsPasswords, Passwords, kek_file};
use crate::service::{NatsUrls, Ports, ReadModelUrls, RegistrationPorts, VaultUrls, Wiring};
use crate::shape::LogServers;
use crate::token::Signer;
use crate::{place, stale};

const MIB: u64 = 1 << 20;
const NEEDED_MIB: u64 = 1024;
/// What is left to PostgreSQL and everybody else when the log is full.
const KEPT_FREE_MIB: u64 = 512;

/// Names what lies where in one folder, usually `.stack`.
///
/// A vault and a read model belong to one log, so a log on three servers has folders and databases of its own beside
/// those of a log on one: they are two houses that share a folder and its secrets, of which one runs at a time.
#[derive(Clone, Debug)]
pub struct Home {
    folder: PathBuf,
    reachable: PathBuf,
}

/// The servers of a home while they run.
#[derive(Debug)]
pub struct Servers {
    /// The log's server, or three.
    pub nats: Log,
    /// The databases' server.
    pub postgres: Postgres,
}

impl Home {
    /// Makes the folder where it is not there.
    pub fn at(folder: &Path) -> Result<Self> {
        place::make_open(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            reachable: place::reachable(folder),
        })
    }

    /// Takes the folder for this process and ends what an earlier one left running in it.
    pub fn lock(&self, who: &str) -> Result<Lock> {
        let lock = Lock::take(&self.folder.join("lock"), who)?;
        stale::end_below(&self.folder)?;
        for log in [LogServers::One, LogServers::Three] {
            stale::end_below(&self.nats(log))?;
            stale::end_below(&self.postgres(log))?;
        }
        Ok(lock)
    }

    /// Refuses if less than 1 GiB is free.
    pub fn check_room(&self) -> Result<()> {
        let free_mib = free_mib(&self.folder)?;
        if free_mib >= NEEDED_MIB {
            return Ok(());
        }
        Err(Error::DiskFull {
            folder: self.folder.clone(),
            free_mib,
            needed_mib: NEEDED_MIB,
        })
    }

    /// Reads the key that signs tokens, or makes it.
    pub fn signer(&self) -> Result<Signer> {
        Signer::open(&self.secrets())
    }

    /// Starts the servers on their fixed ports; makes the stream, the roles and the databases and brings them up to
    /// date.
    pub async fn start_servers(&self, fixed: Fixed, log: LogServers) -> Result<Servers> {
        self.forget_orphans()?;
        let passwords = Passwords::open(&self.secrets())?;
        let access = Access {
            port: fixed.postgres(),
            passwords: passwords.postgres,
        };
        let postgres = self.postgres(log);
        let (nats, postgres) = tokio::try_join!(
            self.start_log(fixed, log, passwords.nats),
            Postgres::start_with(&postgres, access),
        )?;
        let servers = Servers { nats, postgres };
        servers.provision().await?;
        Ok(servers)
    }

    async fn start_log(
        &self,
        fixed: Fixed,
        log: LogServers,
        passwords: NatsPasswords,
    ) -> Result<Log> {
        let folder = self.nats(log);
        let max_file_store_bytes = self.room_for_the_log(log)?;
        if log == LogServers::Three {
            let settings = ClusterSettings {
                folder,
                ports: fixed.nodes(),
                passwords,
                max_file_store_bytes,
            };
            return NatsCluster::start_with(&settings).await.map(Log::Three);
        }
        let settings = nats::Settings {
            name: "stack".to_owned(),
            folder,
            port: fixed.nats(),
            monitor_port: fixed.nats_monitor(),
            passwords,
            max_file_store_bytes,
            cluster: None,
        };
        Ok(Log::One(Box::new(Nats::start_with(settings).await?)))
    }

    /// Tells the services everything they need to know.
    pub fn wiring(&self, fixed: Fixed, registrations: usize, servers: &Servers) -> Result<Wiring> {
        let Servers { nats, postgres } = servers;
        let (vault, read_model) = (Database::Vault.name(), Database::ReadModel.name());
        Ok(Wiring {
            folder: self.folder.join("services"),
            ports: ports(fixed, registrations),
            nats: NatsUrls {
                registration: nats.url(User::Registration),
                projection: nats.url(User::Projection),
                gateway: nats.url(User::Gateway),
                monitor: nats.monitor_url(),
            },
            vault: VaultUrls {
                registration: postgres.url(Role::Registration, vault),
                gateway: postgres.url(Role::Gateway, vault),
            },
            read_model: ReadModelUrls {
                projection: postgres.url(Role::Projection, read_model),
                gateway: postgres.url(Role::Gateway, read_model),
            },
            kek_file: kek_file(&self.secrets())?,
            jwks_file: self.signer()?.jwks_file().to_owned(),
            log_filter: "info".to_owned(),
            door: Door::of_environment(),
        })
    }

    /// Leaves what operators need to run the services' own commands.
    pub(crate) fn leave_operator(&self, wiring: &Wiring, servers: &Servers) -> Result<()> {
        let operator = Operator::new(wiring, servers.postgres.admin_url());
        operator.leave(&self.operator_file())
    }

    /// Gives whoever looks after the projection of the stack that was started here last.
    pub(crate) fn operator(&self) -> Result<Operator> {
        Operator::read(&self.operator_file())
    }

    fn operator_file(&self) -> PathBuf {
        self.secrets().join("operator.json")
    }

    /// Removes databases that lie elsewhere and whose home, with its passwords, was removed.
    fn forget_orphans(&self) -> Result<()> {
        if self.reachable == self.folder || self.secrets().join("passwords.json").exists() {
            return Ok(());
        }
        for log in [LogServers::One, LogServers::Three] {
            let orphan = self.postgres(log);
            if orphan.exists() {
                std::fs::remove_dir_all(&orphan)
                    .doing(|| format!("remove {}, whose home is gone", orphan.display()))?;
            }
        }
        Ok(())
    }

    /// Returns the flag that leads other calls of `cargo stack` here; nothing for the usual folder.
    pub fn flag(&self) -> String {
        if self.folder == place::folder() {
            String::new()
        } else {
            format!(" --home {}", self.folder.display())
        }
    }

    fn secrets(&self) -> PathBuf {
        self.folder.join("secrets")
    }

    fn nats(&self, log: LogServers) -> PathBuf {
        self.folder.join(match log {
            LogServers::One => "nats",
            LogServers::Three => "nats-cluster",
        })
    }

    fn postgres(&self, log: LogServers) -> PathBuf {
        self.reachable.join(match log {
            LogServers::One => "postgres",
            LogServers::Three => "postgres-cluster",
        })
    }

    /// A log that has taken all it may is a clean refusal; a full disk is not. Three servers share the room.
    fn room_for_the_log(&self, log: LogServers) -> Result<u64> {
        let free = free_mib(&self.folder)?.saturating_sub(KEPT_FREE_MIB);
        let taken = taken_bytes(&self.nats(log));
        let servers = if log == LogServers::Three { 3 } else { 1 };
        Ok((free * MIB + taken) / servers)
    }
}

impl Servers {
    async fn provision(&self) -> Result<()> {
        self.nats.provision().await?;
        let admin = self.postgres.admin_url();
        for kind in [Database::Vault, Database::ReadModel] {
            provision::database(&admin, kind, kind.name()).await?;
            let owner = self.postgres.url(Role::Owner, kind.name());
            provision::migrate(kind, &owner).await?;
        }
        Ok(())
    }

    /// Stops all of them softly.
    pub async fn stop(&self) {
        tokio::join!(self.nats.stop(), self.postgres.stop());
    }
}

fn ports(fixed: Fixed, registrations: usize) -> Ports {
    let of_registration = |index| RegistrationPorts {
        public: fixed.registration(index),
        admin: fixed.registration_admin(index),
    };
    Ports {
        gateway: fixed.gateway(),
        gateway_admin: fixed.gateway_admin(),
        registrations: (0..).map(of_registration).take(registrations).collect(),
        projection_admin: fixed.projection_admin(),
    }
}

fn free_mib(folder: &Path) -> Result<u64> {
    let room = rustix::fs::statvfs(folder)
        .doing(|| format!("ask how much room there is in {}", folder.display()))?;
    Ok(room.f_bavail.saturating_mul(room.f_frsize) / MIB)
}

fn taken_bytes(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(found) if found.is_dir() => taken_bytes(&entry.path()),
            Ok(found) => found.len(),
            Err(_) => 0,
        })
        .sum()
}
