use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that can go wrong while the stack is fetched, started, provisioned or stopped.
///
/// Each `Display` is one clear line; the cause, where there is one, is the source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file, folder or process could not be handled.
    #[error("could not {doing}")]
    Io {
        /// What was being done, as an infinitive with its object.
        doing: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// A program of the machine is not there.
    #[error("{program} is missing: {remedy}")]
    Missing {
        /// The program that was looked for.
        program: &'static str,
        /// How to get it.
        remedy: &'static str,
    },
    /// The pinned servers could not be fetched or unpacked.
    #[error("could not {doing}: {said}")]
    Fetch {
        /// What was being done.
        doing: &'static str,
        /// The last line the tool wrote.
        said: String,
    },
    /// A fixed port is taken.
    #[error(
        "port {port} is in use, {wanted_by} needs it: `cargo stack up --port-base N` moves all ports (now {base})"
    )]
    PortBusy {
        /// The port.
        port: u16,
        /// What wants it.
        wanted_by: &'static str,
        /// The number all ports are counted from.
        base: u16,
    },
    /// No free port was found.
    #[error("no free port between {from} and {to}")]
    NoPort {
        /// First port that was tried.
        from: u16,
        /// First port that was not tried.
        to: u16,
    },
    /// Another stack uses the same folder.
    #[error("{} is in use by {holder}", folder.display())]
    Held {
        /// The folder.
        folder: PathBuf,
        /// The process that holds it, as it described itself.
        holder: String,
    },
    /// There is not enough room on the disk.
    #[error("only {free_mib} MiB are free below {}, at least {needed_mib} MiB are needed", folder.display())]
    DiskFull {
        /// Where the room is needed.
        folder: PathBuf,
        /// What is there.
        free_mib: u64,
        /// What is needed.
        needed_mib: u64,
    },
    /// A child process ended when it should not.
    #[error("{name} stopped ({status}); its last lines:\n{tail}")]
    Died {
        /// The child.
        name: String,
        /// How it ended.
        status: String,
        /// The end of its log.
        tail: String,
    },
    /// A child process did not become ready in time.
    #[error("{name} is not ready after {} s, {reason}; its last lines:\n{tail}", waited.as_secs())]
    NotReady {
        /// The child.
        name: String,
        /// How long it was waited for.
        waited: Duration,
        /// What was missing last.
        reason: String,
        /// The end of its log.
        tail: String,
    },
    /// A binary of this workspace has not been built.
    #[error("{} has not been built: run `cargo build --workspace --bins`", path.display())]
    NotBuilt {
        /// Where it should be.
        path: PathBuf,
    },
    /// The stream that is there differs from the one that is asked for.
    #[error("the stream {stream} has {setting} = {found}, but {wanted} is needed")]
    Setting {
        /// Name of the stream.
        stream: String,
        /// The setting that differs.
        setting: String,
        /// What it is.
        found: String,
        /// What it should be.
        wanted: String,
    },
    /// The log's server refused or could not be reached.
    #[error("could not {doing}: {said}")]
    Nats {
        /// What was being done.
        doing: String,
        /// What the server or the client said.
        said: String,
    },
    /// A database refused or could not be reached.
    #[error("could not {doing}")]
    Sql {
        /// What was being done.
        doing: String,
        /// What the database said.
        #[source]
        source: sqlx::Error,
    },
    /// Migrations failed.
    #[error("could not bring the database {database} up to date")]
    Migrate {
        /// Which database.
        database: &'static str,
        /// What the migration said.
        #[source]
        source: Cause,
    },
    /// One of the services gave another answer than the one that was expected.
    #[error("could not {doing}: {said}")]
    Http {
        /// What was being done.
        doing: String,
        /// The status, the problem's detail or the client's error.
        said: String,
    },
    /// A file of ours does not hold what it should.
    #[error("{} is not readable as {what}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What it should be.
        what: &'static str,
    },
    /// A command that was started for the user failed.
    #[error("`{command}` failed with {status}")]
    Command {
        /// The command line.
        command: String,
        /// How it ended.
        status: String,
    },
}

/// An error of another crate.
pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A result whose error is the stack's.
pub type Result<T, E = Error> = std::result::Result<T, E>;

pub(crate) trait IoContext<T> {
    /// Says what was being done when the system refused.
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T>;
}

impl<T> IoContext<T> for io::Result<T> {
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|source| Error::Io {
            doing: doing(),
            source,
        })
    }
}

impl<T> IoContext<T> for Result<T, rustix::io::Errno> {
    fn doing(self, doing: impl FnOnce() -> String) -> Result<T> {
        self.map_err(io::Error::from).doing(doing)
    }
}
