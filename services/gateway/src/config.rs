//! What the gateway must be told.

use std::path::PathBuf;

use anmeldewerk_service::config::{ProcessArgs, PublicArgs, Secret, Settings};

use crate::passthrough::Origins;

/// The front door: answers queries, and passes commands through to the registration service.
#[derive(Clone, Debug, clap::Parser)]
#[command(name = "anmeldewerk-gateway", version)]
pub struct Config {
    #[command(flatten)]
    pub(crate) process: ProcessArgs,
    #[command(flatten)]
    pub(crate) public: PublicArgs,
    /// Base address of each registration service, such as `http://127.0.0.1:7081`, separated by commas; the same for
    /// every gateway.
    #[arg(long, env = "AW_REGISTRATION_URL")]
    pub(crate) registration_url: Origins,
    /// Address of the NATS server, with user and password.
    #[arg(long, env = "AW_NATS_URL")]
    pub(crate) nats_url: Secret,
    /// Address of the read model's database.
    #[arg(long, env = "AW_READ_MODEL_DATABASE_URL")]
    pub(crate) read_model_database_url: Secret,
    /// Address of the vault's database.
    #[arg(long, env = "AW_VAULT_DATABASE_URL")]
    pub(crate) vault_database_url: Secret,
    /// File with the key-encryption key, mode 600.
    #[arg(long, env = "AW_KEK_FILE")]
    pub(crate) kek_file: PathBuf,
}

impl Settings for Config {
    fn process(&self) -> &ProcessArgs {
        &self.process
    }

    fn public(&self) -> Option<&PublicArgs> {
        Some(&self.public)
    }
}
