//! The folder of a stack that stays: data, secrets and logs for the next `up`.

use std::path::{Path, PathBuf};

use crate::error::{Error, IoContext, Result};
use crate::lock::Lock;
use crate::nats::{self, Nats, User};
use crate::port::Fixed;
use crate::postgres::{Access, Postgres, Role};
use crate::provision::{self, Database};
use crate::secret::{Passwords, kek_file};
use crate::service::{NatsUrls, Ports, ReadModelUrls, VaultUrls, Wiring};
use crate::token::Signer;
use crate::{place, stale};

const MIB: u64 = 1 << 20;
const NEEDED_MIB: u64 = 1024;
/// What is left to PostgreSQL and everybody else when the log is full.
const KEPT_FREE_MIB: u64 = 512;

/// Names what lies where in one folder, usually `.stack`.
#[derive(Clone, Debug)]
pub struct Home {
    folder: PathBuf,
    postgres: PathBuf,
}

/// The two servers of a home while they run.
#[derive(Debug)]
pub struct Servers {
    /// The log's server.
    pub nats: Nats,
    /// The databases' server.
    pub postgres: Postgres,
}

impl Home {
    /// Makes the folder where it is not there.
    pub fn at(folder: &Path) -> Result<Self> {
        place::make_open(folder)?;
        Ok(Self {
            folder: folder.to_owned(),
            postgres: place::reachable(folder).join("postgres"),
        })
    }

    /// Takes the folder for this process and ends what an earlier one left running in it.
    pub fn lock(&self, who: &str) -> Result<Lock> {
        let lock = Lock::take(&self.folder.join("lock"), who)?;
        stale::end_below(&self.folder)?;
        stale::end_below(&self.postgres)?;
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

    /// Starts both servers on their fixed ports; makes the stream, the roles and the databases and brings them up
    /// to date.
    pub async fn start_servers(&self, fixed: Fixed) -> Result<Servers> {
        self.forget_orphan()?;
        let passwords = Passwords::open(&self.secrets())?;
        let access = Access {
            port: fixed.postgres(),
            passwords: passwords.postgres,
        };
        let settings = nats::Settings {
            name: "stack".to_owned(),
            folder: self.folder.join("nats"),
            port: fixed.nats(),
            monitor_port: fixed.nats_monitor(),
            passwords: passwords.nats,
            max_file_store_bytes: self.room_for_the_log()?,
            cluster: None,
        };
        let (nats, postgres) = tokio::try_join!(
            Nats::start_with(settings),
            Postgres::start_with(&self.postgres, access),
        )?;
        let servers = Servers { nats, postgres };
        servers.provision().await?;
        Ok(servers)
    }

    /// Tells the services everything they need to know.
    pub fn wiring(&self, fixed: Fixed, servers: &Servers) -> Result<Wiring> {
        let Servers { nats, postgres } = servers;
        let (vault, read_model) = (Database::Vault.name(), Database::ReadModel.name());
        Ok(Wiring {
            folder: self.folder.join("services"),
            ports: ports(fixed),
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
        })
    }

    /// Removes a database that lies elsewhere and whose home, with its passwords, was removed.
    fn forget_orphan(&self) -> Result<()> {
        let elsewhere = !self.postgres.starts_with(&self.folder);
        let known = self.secrets().join("passwords.json").exists();
        if known || !elsewhere || !self.postgres.exists() {
            return Ok(());
        }
        std::fs::remove_dir_all(&self.postgres)
            .doing(|| format!("remove {}, whose home is gone", self.postgres.display()))
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

    /// A log that has taken all it may is a clean refusal; a full disk is not.
    fn room_for_the_log(&self) -> Result<u64> {
        let free = free_mib(&self.folder)?.saturating_sub(KEPT_FREE_MIB);
        let taken = taken_bytes(&self.folder.join("nats"));
        Ok(free * MIB + taken)
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

    /// Stops both softly.
    pub async fn stop(&self) {
        tokio::join!(self.nats.stop(), self.postgres.stop());
    }
}

fn ports(fixed: Fixed) -> Ports {
    Ports {
        gateway: fixed.gateway(),
        gateway_admin: fixed.gateway_admin(),
        registration: fixed.registration(),
        registration_admin: fixed.registration_admin(),
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
