//! Databases of one test: fresh, migrated, dropped afterwards.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::{env, thread};

use data_encoding::HEXLOWER;
use tokio::sync::Mutex;

use crate::error::{Error, Result};
use crate::folder::Folder;
use crate::postgres::{Access, Postgres, Role};
use crate::provision::{self, Database};
use crate::secret::{PostgresPasswords, random};

/// The superuser's address of a server that several test processes share; set by `cargo stack test`.
pub const SHARED_SERVER: &str = "STACK_TEST_POSTGRES";

/// A vault and a read model under names of their own, migrated; dropped with this value.
#[derive(Debug)]
pub struct Databases {
    server: Server,
    vault: String,
    read_model: String,
}

#[derive(Debug)]
enum Server {
    /// Runs longer than this process.
    Shared(Access),
    /// Runs as long as anybody here uses it.
    Own(Arc<Own>),
    /// Is looked after by whoever gave it.
    Given(Access),
}

#[derive(Debug)]
struct Own {
    postgres: Postgres,
    /// Goes after the server that writes in it.
    _folder: Folder,
}

impl Databases {
    /// Makes them on the server that `STACK_TEST_POSTGRES` names, or else on one this process starts for all its
    /// tests.
    pub async fn create() -> Result<Self> {
        let server = match env::var(SHARED_SERVER) {
            Ok(url) => Server::Shared(shared(&url)?),
            Err(_) => Server::Own(own().await?),
        };
        Self::create_on(server).await
    }

    /// Makes them on this server, which must outlive them.
    pub async fn create_in(postgres: &Postgres) -> Result<Self> {
        Self::create_on(Server::Given(postgres.access().clone())).await
    }

    async fn create_on(server: Server) -> Result<Self> {
        let unique = unique();
        let databases = Self {
            server,
            vault: format!("vault_{unique}"),
            read_model: format!("readmodel_{unique}"),
        };
        let admin = databases.access().admin_url();
        provision::database(&admin, Database::Vault, &databases.vault).await?;
        provision::database(&admin, Database::ReadModel, &databases.read_model).await?;
        provision::migrate(Database::Vault, &databases.vault_url(Role::Owner)).await?;
        provision::migrate(Database::ReadModel, &databases.read_model_url(Role::Owner)).await?;
        Ok(databases)
    }

    /// Returns the address of the vault for a role.
    pub fn vault_url(&self, role: Role) -> String {
        self.access().url(role, &self.vault)
    }

    /// Returns the address of the read model for a role.
    pub fn read_model_url(&self, role: Role) -> String {
        self.access().url(role, &self.read_model)
    }

    /// Returns where the server answers.
    pub fn access(&self) -> &Access {
        match &self.server {
            Server::Shared(access) | Server::Given(access) => access,
            Server::Own(own) => own.postgres.access(),
        }
    }

    /// True if the server goes with this value, so that nothing need be dropped on it.
    fn is_last(&self) -> bool {
        matches!(&self.server, Server::Own(own) if Arc::strong_count(own) == 1)
    }
}

impl Drop for Databases {
    fn drop(&mut self) {
        if self.is_last() {
            return;
        }
        let admin = self.access().admin_url();
        let names = [self.vault.clone(), self.read_model.clone()];
        // A drop cannot wait asynchronously, and the runtime it happens on may be the only thread of its test.
        let dropping = thread::spawn(move || drop_all(&admin, &names));
        // A database that could not be dropped goes with its server.
        let _ = dropping.join();
    }
}

fn drop_all(admin: &str, names: &[String]) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return;
    };
    for name in names {
        let _ = runtime.block_on(provision::drop_database(admin, name));
    }
}

fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let random = HEXLOWER.encode(&random::<4>());
    format!("{}_{count}_{random}", std::process::id())
}

/// Reads the address `cargo stack test` gave; on that server all roles have the superuser's password.
fn shared(url: &str) -> Result<Access> {
    let parsed = reqwest::Url::parse(url).ok();
    let found = parsed
        .as_ref()
        .and_then(|url| Some((url.port()?, url.password()?)));
    let (port, password) = found.ok_or(Error::Malformed {
        path: SHARED_SERVER.into(),
        what: "postgres://postgres:password@127.0.0.1:port/postgres",
    })?;
    Ok(Access {
        port,
        passwords: PostgresPasswords::all(password),
    })
}

async fn own() -> Result<Arc<Own>> {
    static RUNNING: Mutex<Weak<Own>> = Mutex::const_new(Weak::new());
    let mut running = RUNNING.lock().await;
    if let Some(own) = running.upgrade() {
        return Ok(own);
    }
    let folder = Folder::for_postgres("postgres")?;
    let own = Arc::new(Own {
        postgres: Postgres::start(&folder.join("postgres")).await?,
        _folder: folder,
    });
    *running = Arc::downgrade(&own);
    Ok(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_shared_server_gives_its_port_and_password() {
        let access = shared("postgres://postgres:p0f@127.0.0.1:20001/postgres").expect("it is one");
        assert_eq!(access.port, 20_001);
        assert_eq!(
            access.admin_url(),
            "postgres://postgres:p0f@127.0.0.1:20001/postgres"
        );
        shared("postgres://127.0.0.1/postgres").expect_err("there is no password");
    }
}
