//! PostgreSQL: one cluster of databases, as an unprivileged user.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Signal, kill_process};
use sqlx::{Connection, PgConnection};

use crate::child::{Child, Death, Slot, Spec};
use crate::error::{Error, IoContext, Result};
use crate::fetch::Servers;
use crate::place::{self, User};
use crate::port::Port;
use crate::secret::{PostgresPasswords, write_private};
use crate::{provision, stale};

const CONFIGURATION: &str = include_str!("../../../deploy/postgres/postgresql.conf");
const ACCESS: &str = include_str!("../../../deploy/postgres/pg_hba.conf");
/// The superuser's name.
pub(crate) const ADMIN: &str = "postgres";
const PATIENCE: Duration = Duration::from_mins(1);
const SOFT: Duration = Duration::from_secs(20);
const GONE: Duration = Duration::from_secs(10);

/// The roles of the databases; what each may do stands in the migrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Owns both databases and runs the migrations.
    Owner,
    /// Writes the vault.
    Registration,
    /// Writes the read model.
    Projection,
    /// Reads.
    Gateway,
}

impl Role {
    /// Returns the name in the database.
    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "aw_owner",
            Self::Registration => "aw_registration",
            Self::Projection => "aw_projection",
            Self::Gateway => "aw_gateway",
        }
    }

    fn password(self, passwords: &PostgresPasswords) -> &str {
        match self {
            Self::Owner => &passwords.owner,
            Self::Registration => &passwords.registration,
            Self::Projection => &passwords.projection,
            Self::Gateway => &passwords.gateway,
        }
    }
}

/// Where a server answers, and the passwords to enter it.
#[derive(Clone, Debug)]
pub struct Access {
    /// The port on loopback.
    pub port: u16,
    /// The passwords of all roles.
    pub passwords: PostgresPasswords,
}

impl Access {
    /// Returns the address of a database for a role.
    pub fn url(&self, role: Role, database: &str) -> String {
        self.address(role.name(), role.password(&self.passwords), database)
    }

    /// Returns the superuser's address.
    pub fn admin_url(&self) -> String {
        self.address(ADMIN, &self.passwords.admin, "postgres")
    }

    fn address(&self, name: &str, password: &str, database: &str) -> String {
        let port = self.port;
        format!("postgres://{name}:{password}@127.0.0.1:{port}/{database}")
    }
}

/// A running PostgreSQL; shut down when dropped.
#[derive(Debug)]
pub struct Postgres {
    access: Access,
    folder: PathBuf,
    slot: Slot,
    _port: Option<Port>,
}

impl Postgres {
    /// Starts a server of its own on a free port, with everything it writes in `folder`, and makes the roles.
    ///
    /// As root, `folder` must be one that an unprivileged user can reach
    /// ([`Folder::for_postgres`](crate::folder::Folder::for_postgres)).
    pub async fn start(folder: &Path) -> Result<Self> {
        let port = Port::reserve()?;
        let access = Access {
            port: port.number(),
            passwords: PostgresPasswords::all(&PostgresPasswords::generate().admin),
        };
        Self::run(folder, access, Some(port)).await
    }

    /// Starts a server as it is told and makes the roles.
    ///
    /// The superuser's password is set when the databases are made; it must stay the same from then on.
    pub async fn start_with(folder: &Path, access: Access) -> Result<Self> {
        Self::run(folder, access, None).await
    }

    async fn run(folder: &Path, access: Access, port: Option<Port>) -> Result<Self> {
        place::make_open(folder)?;
        let servers = Servers::find()?;
        let data = data(folder);
        if !data.join("PG_VERSION").exists() {
            make(folder, &servers, &access.passwords.admin).await?;
        }
        write_configuration(&data)?;
        end_stale(&data)?;
        let server = Self {
            slot: Slot::start(server(folder, &servers, access.port))?,
            access,
            folder: folder.to_owned(),
            _port: port,
        };
        server.ready().await?;
        provision::roles(&server.admin_url(), &server.access.passwords).await?;
        Ok(server)
    }

    async fn ready(&self) -> Result<()> {
        let url = self.admin_url();
        let connect = || async {
            let connection = PgConnection::connect(&url)
                .await
                .map_err(|error| error.to_string())?;
            connection.close().await.map_err(|error| error.to_string())
        };
        self.slot.ready(PATIENCE, connect).await
    }

    /// Returns where it answers and for whom.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Returns the address of a database for a role.
    pub fn url(&self, role: Role, database: &str) -> String {
        self.access.url(role, database)
    }

    /// Returns the superuser's address.
    pub fn admin_url(&self) -> String {
        self.access.admin_url()
    }

    /// Returns the folder of the data.
    pub fn data(&self) -> PathBuf {
        data(&self.folder)
    }

    /// Returns the process number of the postmaster.
    pub fn pid(&self) -> u32 {
        self.slot.child().pid()
    }

    /// Ends all its processes as `kill -9` does.
    pub fn kill(&self) {
        self.signal(Signal::KILL);
        self.slot.child().kill();
        stale::wait_unused(&self.data(), GONE);
    }

    /// Starts it again on the same port and data; kills it first where it still runs.
    pub async fn restart(&self) -> Result<()> {
        self.kill();
        end_stale(&self.data())?;
        self.slot.start_again()?;
        self.ready().await
    }

    /// Stops all its processes in the middle of whatever they do, until [`resume`](Self::resume).
    pub fn pause(&self) {
        self.slot.pause();
        self.signal(Signal::STOP);
        stale::working_in(&self.data())
            .into_iter()
            .for_each(stale::wait_paused);
    }

    /// Lets them go on.
    pub fn resume(&self) {
        self.signal(Signal::CONT);
        self.slot.resume();
    }

    /// Stops it: connections are ended, everything is written.
    pub async fn stop(&self) {
        self.resume();
        self.slot.child().stop(Signal::INT, SOFT).await;
    }

    pub(crate) fn child(&self) -> Arc<Child> {
        self.slot.child()
    }

    fn signal(&self, signal: Signal) {
        for pid in stale::working_in(&self.data()) {
            // A backend may end by itself meanwhile.
            let _ = kill_process(pid, signal);
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if self.slot.child().status().is_none() {
            self.resume();
            self.slot.child().stop_now(Signal::QUIT, GONE);
        }
        stale::wait_unused(&self.data(), GONE);
    }
}

fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

fn server(folder: &Path, servers: &Servers, port: u16) -> Spec {
    Spec {
        name: "postgres".to_owned(),
        program: servers.pg_bin.join("postgres"),
        args: vec![
            "-D".into(),
            data(folder).into(),
            "-p".into(),
            port.to_string().into(),
        ],
        env: vec![("LC_ALL".to_owned(), "C".into())],
        folder: folder.to_owned(),
        log: folder.join("postgres.log"),
        death: Death::Quit,
        user: place::server_user(),
    }
}

/// Makes the cluster aside and moves it into place, so that a kill in the middle leaves nothing half.
async fn make(folder: &Path, servers: &Servers, password: &str) -> Result<()> {
    let part = folder.join("data.part");
    let user = place::server_user();
    if part.exists() {
        fs::remove_dir_all(&part).doing(|| format!("remove {}", part.display()))?;
    }
    place::make_private(&part, user)?;
    let password_file = folder.join("password");
    write_private(&password_file, password.as_bytes())?;
    place::give(&password_file, user)?;
    let made = Child::start(&initdb(folder, servers, user))?;
    let status = made.exited().await;
    fs::remove_file(&password_file).doing(|| format!("remove {}", password_file.display()))?;
    if !status.success() {
        return Err(made.obituary());
    }
    fs::rename(&part, data(folder)).doing(|| format!("move {} into place", part.display()))
}

fn initdb(folder: &Path, servers: &Servers, user: Option<User>) -> Spec {
    let args = vec![
        "--pgdata=data.part".into(),
        "--pwfile=password".into(),
        format!("--username={ADMIN}").into(),
        "--auth=scram-sha-256".into(),
        "--encoding=UTF8".into(),
        "--locale=C".into(),
        "--locale-provider=builtin".into(),
        "--builtin-locale=PG_UNICODE_FAST".into(),
        "--data-checksums".into(),
    ];
    Spec {
        name: "initdb".to_owned(),
        program: servers.pg_bin.join("initdb"),
        args,
        env: vec![("LC_ALL".to_owned(), "C".into())],
        folder: folder.to_owned(),
        log: folder.join("initdb.log"),
        death: Death::Kill,
        user,
    }
}

fn write_configuration(data: &Path) -> Result<()> {
    for (name, text) in [("postgresql.conf", CONFIGURATION), ("pg_hba.conf", ACCESS)] {
        let path = data.join(name);
        fs::write(&path, text).doing(|| format!("write {}", path.display()))?;
        place::give(&path, place::server_user())?;
    }
    Ok(())
}

/// Ends what an earlier run left working in this data folder and removes its `postmaster.pid`.
///
/// That file alone proves nothing, its number may be anybody's by now; who works in the folder is asked instead.
fn end_stale(data: &Path) -> Result<()> {
    for signal in [Signal::QUIT, Signal::KILL] {
        for pid in stale::working_in(data) {
            let _ = kill_process(pid, signal);
            let _ = kill_process(pid, Signal::CONT);
        }
        if stale::wait_unused(data, GONE).is_empty() {
            break;
        }
    }
    let left = stale::working_in(data);
    if let Some(pid) = left.first() {
        return Err(Error::Held {
            folder: data.to_owned(),
            holder: format!("process {pid}, which cannot be ended"),
        });
    }
    let file = data.join("postmaster.pid");
    match fs::remove_file(&file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).doing(|| format!("remove {}", file.display()))
        }
        _ => Ok(()),
    }
}
