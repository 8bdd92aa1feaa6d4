//! What the service must be told.

use anmeldewerk_service::config::{ProcessArgs, Secret, Settings};

/// Follows the log and keeps the read model.
#[derive(Clone, Debug, clap::Parser)]
#[command(
    name = "anmeldewerk-projection",
    version,
    after_help = "Operators' commands, beside a running service: anmeldewerk-projection help"
)]
pub struct Config {
    #[command(flatten)]
    pub(crate) process: ProcessArgs,
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
    /// Address of the read model's database.
    #[arg(long, env = "AW_READ_MODEL_DATABASE_URL")]
    pub(crate) read_model_database_url: Secret,
}

impl Settings for Config {
    fn process(&self) -> &ProcessArgs {
        &self.process
    }
}
