//! What a log must be set to, so that nothing acknowledged can be lost.

use std::time::Duration;

use anmeldewerk_contract::{LOG_SUBJECTS, MIN_SERVER_PAYLOAD_BYTES};
use async_nats::{
    ServerInfo,
    jetstream::stream::{Config, DiscardPolicy, RetentionPolicy, StorageType},
};
use serde::Deserialize;

use super::ConnectError;

/// The oldest server on which an atomic batch shares one fsync.
const MIN_SERVER: (u64, u64) = (2, 15);

/// A setting that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{setting} must be {must}, but is {is}")]
pub struct Requirement {
    /// The setting's name, as the server spells it.
    pub setting: &'static str,
    /// What it must be.
    pub must: String,
    /// What it is.
    pub is: String,
}

fn must<T: PartialEq + std::fmt::Debug>(
    setting: &'static str,
    must: &T,
    is: &T,
) -> Result<(), Requirement> {
    if must == is {
        return Ok(());
    }
    Err(Requirement {
        setting,
        must: format!("{must:?}"),
        is: format!("{is:?}"),
    })
}

/// Refuses a server that is too old or takes too little in one message.
pub(super) fn check_server(info: &ServerInfo) -> Result<(), Requirement> {
    let mut parts = info
        .version
        .split('.')
        .map(|part| part.parse().unwrap_or(0));
    let version = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if version < MIN_SERVER {
        return Err(Requirement {
            setting: "server version",
            must: format!("{}.{} or newer", MIN_SERVER.0, MIN_SERVER.1),
            is: info.version.clone(),
        });
    }
    if info.max_payload < MIN_SERVER_PAYLOAD_BYTES {
        return Err(Requirement {
            setting: "max_payload",
            must: format!("{MIN_SERVER_PAYLOAD_BYTES} or more"),
            is: info.max_payload.to_string(),
        });
    }
    Ok(())
}

/// Refuses a stream that could forget, or let others delete.
pub(super) fn check_stream(config: &Config) -> Result<(), Requirement> {
    let sorted = |subjects: &[String]| {
        let mut subjects = subjects.to_vec();
        subjects.sort();
        subjects
    };
    let ours = LOG_SUBJECTS.map(str::to_owned);
    must("subjects", &sorted(&ours), &sorted(&config.subjects))?;
    must("storage", &StorageType::File, &config.storage)?;
    must("retention", &RetentionPolicy::Limits, &config.retention)?;
    must("discard", &DiscardPolicy::New, &config.discard)?;
    must("max_age", &Duration::ZERO, &config.max_age)?;
    must("max_msgs", &true, &(config.max_messages <= 0))?;
    must(
        "max_msgs_per_subject",
        &true,
        &(config.max_messages_per_subject <= 0),
    )?;
    must("deny_delete", &true, &config.deny_delete)?;
    must("deny_purge", &true, &config.deny_purge)?;
    must("allow_atomic", &true, &config.allow_atomic_publish)?;
    must("allow_direct", &true, &config.allow_direct)?;
    must("allow_rollup_hdrs", &false, &config.allow_rollup)?;
    must("allow_msg_ttl", &false, &config.allow_message_ttl)?;
    must("no_ack", &false, &config.no_ack)?;
    must("sealed", &false, &config.sealed)
}

#[derive(Deserialize)]
struct Monitored {
    config: Option<MonitoredConfig>,
}

#[derive(Deserialize)]
struct MonitoredConfig {
    #[serde(default)]
    sync_always: bool,
}

/// Refuses a server that acknowledges before its disk has the message.
pub(super) async fn check_sync(monitor: &str) -> Result<(), ConnectError> {
    let page = format!("{}/jsz", monitor.trim_end_matches('/'));
    let answer = reqwest::get(page).await.map_err(ConnectError::Monitor)?;
    let monitored: Monitored = answer.json().await.map_err(ConnectError::Monitor)?;
    let is = monitored.config.is_some_and(|config| config.sync_always);
    Ok(must("sync_interval: always (sync_always)", &true, &is)?)
}
