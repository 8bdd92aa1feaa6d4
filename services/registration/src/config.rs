//! What the service must be told.

use std::path::PathBuf;

use anmeldewerk_service::config::{ProcessArgs, PublicArgs, Secret, Settings};

/// Takes registrations: decides commands and appends what was decided to the log.
#[derive(Clone, Debug, clap::Parser)]
#[command(name = "anmeldewerk-registration", version)]
pub struct Config {
    #[command(flatten)]
    pub(crate) process: ProcessArgs,
    #[command(flatten)]
    pub(crate) public: PublicArgs,
    /// Address of the NATS server, with user and password.
    #[arg(long, env = "AW_NATS_URL")]
    pub(crate) nats_url: Secret,
    /// Base address of each NATS server's monitoring page, separated by commas.
    #[arg(
        long,
        env = "AW_NATS_MONITOR_URL",
        value_delimiter = ',',
        required = true
    )]
    pub(crate) nats_monitor_url: Vec<String>,
    /// Name of the stream that is the log.
    #[arg(long, env = "AW_STREAM", default_value = "AW_LOG")]
    pub(crate) stream: String,
    /// Address of the vault's database.
    #[arg(long, env = "AW_VAULT_DATABASE_URL")]
    pub(crate) vault_database_url: Secret,
    /// File with the key-encryption key, mode 600.
    #[arg(long, env = "AW_KEK_FILE")]
    pub(crate) kek_file: PathBuf,
    /// Folder for snapshots of large workshops, which are then loaded faster; without it there are none.
    ///
    /// It is made where it is missing, and not used where others may write to it. Everything in it
    /// may be removed at any time.
    #[arg(long, env = "AW_CACHE_FOLDER")]
    pub(crate) cache_folder: Option<PathBuf>,
    /// The most bytes that all snapshots may have together; those not used for long go first.
    #[arg(long, env = "AW_CACHE_MAX_BYTES", default_value_t = 2 << 30)]
    pub(crate) cache_max_bytes: u64,
}

impl Settings for Config {
    fn process(&self) -> &ProcessArgs {
        &self.process
    }

    fn public(&self) -> Option<&PublicArgs> {
        Some(&self.public)
    }
}
