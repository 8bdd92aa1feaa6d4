//! What the gateway must be told.

use std::path::PathBuf;

use anmeldewerk_service::config::{ProcessArgs, PublicArgs, Secret, Settings};

use crate::{
    door::{Bounds, MOST, Proxies, Rate, WebOrigins},
    passthrough::Origins,
    public_url::PublicUrl,
};

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
    /// Address under which outsiders reach this house, such as `https://a.example`; without it calendars point nowhere.
    #[arg(long, env = "AW_PUBLIC_URL")]
    pub(crate) public_url: Option<PublicUrl>,
    #[command(flatten)]
    pub(crate) door: DoorArgs,
}

/// What bounds those who knock.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct DoorArgs {
    /// Requests a second that one token, or one participant's secret, may make for long; 0 lets all of them in.
    #[arg(long, env = "AW_RATE_PER_TOKEN_PER_S", default_value_t = Rate::PER_TOKEN.per_s, value_parser = number(0))]
    rate_per_token_per_s: u32,
    /// Requests that it may make at once after a pause; at most as many as in a minute.
    #[arg(long, env = "AW_RATE_PER_TOKEN_BURST", default_value_t = Rate::PER_TOKEN.burst, value_parser = number(1))]
    rate_per_token_burst: u32,
    /// Requests a second that may come from one address (IPv6: from one network of 64 bits) for long; 0 lets all of
    /// them in.
    #[arg(long, env = "AW_RATE_PER_ADDRESS_PER_S", default_value_t = Rate::PER_ADDRESS.per_s, value_parser = number(0))]
    rate_per_address_per_s: u32,
    /// Requests that may come from it at once after a pause; at most as many as in a minute.
    #[arg(long, env = "AW_RATE_PER_ADDRESS_BURST", default_value_t = Rate::PER_ADDRESS.burst, value_parser = number(1))]
    rate_per_address_burst: u32,
    /// Addresses and networks of the proxies before this process, separated by commas; their `X-Forwarded-For` says
    /// from whom a request comes.
    #[arg(long, env = "AW_TRUSTED_PROXIES", default_value = "")]
    trusted_proxies: Proxies,
    /// Origins of the pages that may ask by themselves (CORS), such as `https://a.example`, separated by commas.
    #[arg(long, env = "AW_CORS_ORIGINS", default_value = "")]
    cors_origins: WebOrigins,
    /// How long browsers shall insist on TLS, in seconds (`Strict-Transport-Security`); 0 says nothing about it.
    #[arg(long, env = "AW_HSTS_MAX_AGE_S", default_value_t = 0)]
    hsts_max_age_s: u32,
}

impl From<DoorArgs> for Bounds {
    fn from(args: DoorArgs) -> Self {
        Self {
            per_token: Rate {
                per_s: args.rate_per_token_per_s,
                burst: args.rate_per_token_burst,
            },
            per_address: Rate {
                per_s: args.rate_per_address_per_s,
                burst: args.rate_per_address_burst,
            },
            proxies: args.trusted_proxies,
            web_origins: args.cors_origins,
            hsts_max_age_s: args.hsts_max_age_s,
            ..Self::default()
        }
    }
}

fn number(least: u32) -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(i64::from(least)..=i64::from(MOST))
}

impl Settings for Config {
    fn process(&self) -> &ProcessArgs {
        &self.process
    }

    fn public(&self) -> Option<&PublicArgs> {
        Some(&self.public)
    }
}
