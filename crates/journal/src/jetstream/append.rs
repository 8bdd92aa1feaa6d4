//! What is sent to the server, and how its answers are read.

use anmeldewerk_contract::{Position, Subject};
use async_nats::{HeaderMap, Request, RequestErrorKind};
use serde::Deserialize;

use super::{JetStream, read};
use crate::{AppendError, Entry};

const EXPECTED_STREAM: &str = "Nats-Expected-Stream";
const EXPECTED_LAST: &str = "Nats-Expected-Last-Subject-Sequence";
const BATCH_ID: &str = "Nats-Batch-Id";
const BATCH_SEQUENCE: &str = "Nats-Batch-Sequence";
const BATCH_COMMIT: &str = "Nats-Batch-Commit";

/// The two codes by which a server says that a subject has moved on.
const WRONG_LAST: [u64; 2] = [10071, 10164];

/// The code by which a server says that storing failed, and not how far it came.
const STORE_FAILED: u64 = 10077;

/// The server's answer to a publish.
#[derive(Deserialize)]
struct Ack {
    #[serde(default)]
    seq: u64,
    error: Option<AckError>,
}

#[derive(Deserialize)]
struct AckError {
    #[serde(default)]
    err_code: u64,
    #[serde(default)]
    description: String,
}

/// Appends all entries or none: one as a publish, several as one atomic batch.
pub(super) async fn whole(
    log: &JetStream,
    entries: &[Entry],
) -> Result<Vec<Position>, AppendError> {
    refuse_unconnected(log)?;
    let Some((last, before)) = entries.split_last() else {
        return Ok(Vec::new());
    };
    let mut headers = headers(log, last);
    if !before.is_empty() {
        let id = stage(log, before).await?;
        mark(&mut headers, &id, entries.len());
        headers.insert(BATCH_COMMIT, "1");
    }
    let acknowledged = publish(log, last, headers).await;
    match (acknowledged, before.first()) {
        (Err(AppendError::Unavailable { reason }), Some(first)) => {
            Err(whole_or_unknown(log, &first.subject, first.expected, reason).await)
        }
        (acknowledged, _) => Ok(positions(acknowledged?, entries.len())),
    }
}

/// Publishes one entry, standing behind `expected`.
pub(super) async fn one(
    log: &JetStream,
    entry: &Entry,
    expected: Option<Position>,
) -> Result<Position, AppendError> {
    refuse_unconnected(log)?;
    let mut headers = headers(log, entry);
    if let Some(expected) = expected {
        headers.insert(EXPECTED_LAST, expected.to_string());
    }
    publish(log, entry, headers).await.map(Position)
}

fn refuse_unconnected(log: &JetStream) -> Result<(), AppendError> {
    if log.is_connected() {
        return Ok(());
    }
    Err(AppendError::Unavailable {
        reason: "not connected".to_owned(),
    })
}

/// Finds out whether a batch that was refused left something behind.
///
/// A server that comes to a limit in the middle of a batch keeps what it has stored before.
async fn whole_or_unknown(
    log: &JetStream,
    subject: &Subject,
    expected: Option<Position>,
    reason: String,
) -> AppendError {
    let last = read::last(log, subject).await;
    let last = last.map(|message| message.map_or(Position::START, |message| message.position));
    match last {
        Ok(last) if Some(last) == expected => AppendError::Unavailable { reason },
        Ok(_) | Err(_) => AppendError::Unknown { reason },
    }
}

/// A batch is stored in one piece, so its positions end with the acknowledged one.
fn positions(last: u64, count: usize) -> Vec<Position> {
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    let first = last.saturating_sub(count.saturating_sub(1));
    (first..=last).map(Position).collect()
}

/// Sends all entries of a batch but the last, and gives the batch's id.
///
/// The server abandons a batch whose commit never comes: then nothing is stored.
async fn stage(log: &JetStream, entries: &[Entry]) -> Result<String, AppendError> {
    let inbox = log.client.new_inbox();
    let id = inbox.rsplit('.').next().unwrap_or(&inbox).to_owned();
    for (index, entry) in entries.iter().enumerate() {
        let mut headers = headers(log, entry);
        mark(&mut headers, &id, index + 1);
        let subject = entry.subject.as_str().to_owned();
        let payload = entry.payload.clone();
        let sent = log.client.publish_with_headers(subject, headers, payload);
        sent.await.map_err(|error| AppendError::Unavailable {
            reason: error.to_string(),
        })?;
    }
    Ok(id)
}

fn mark(headers: &mut HeaderMap, batch: &str, sequence: usize) {
    headers.insert(BATCH_ID, batch);
    headers.insert(BATCH_SEQUENCE, sequence.to_string());
}

fn headers(log: &JetStream, entry: &Entry) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in &entry.headers {
        headers.append(name.as_str(), value.as_str());
    }
    headers.insert(EXPECTED_STREAM, log.name.as_str());
    if let Some(expected) = entry.expected {
        headers.insert(EXPECTED_LAST, expected.to_string());
    }
    headers
}

/// Publishes and waits for the acknowledgement; a connection lost meanwhile ends the waiting.
async fn publish(log: &JetStream, entry: &Entry, headers: HeaderMap) -> Result<u64, AppendError> {
    let mut losses = log.losses.clone();
    losses.mark_unchanged();
    let request = Request::new()
        .headers(headers)
        .payload(entry.payload.clone());
    let answer = tokio::select! {
        answer = log.client.send_request(entry.subject.as_str().to_owned(), request) => answer,
        _ = losses.changed() => return Err(AppendError::Unknown {
            reason: "the connection was lost".to_owned(),
        }),
    };
    let message = answer.map_err(|error| match error.kind() {
        RequestErrorKind::NoResponders
        | RequestErrorKind::InvalidSubject
        | RequestErrorKind::MaxPayloadExceeded => AppendError::Unavailable {
            reason: error.to_string(),
        },
        RequestErrorKind::TimedOut | RequestErrorKind::Other => AppendError::Unknown {
            reason: error.to_string(),
        },
    })?;
    read_ack(&message.payload)
}

fn read_ack(payload: &[u8]) -> Result<u64, AppendError> {
    let ack: Ack = serde_json::from_slice(payload).map_err(|error| AppendError::Unknown {
        reason: format!("the answer is no acknowledgement: {error}"),
    })?;
    match ack.error {
        None if ack.seq > 0 => Ok(ack.seq),
        None => Err(AppendError::Unknown {
            reason: "the acknowledgement names no position".to_owned(),
        }),
        Some(error) if WRONG_LAST.contains(&error.err_code) => Err(AppendError::Conflict {
            code: error.err_code,
        }),
        Some(error) => {
            let reason = format!("{} ({})", error.description, error.err_code);
            Err(if error.err_code == STORE_FAILED {
                AppendError::Unknown { reason }
            } else {
                AppendError::Unavailable { reason }
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: u64) -> Result<u64, AppendError> {
        let error = format!(r#"{{"error":{{"code":400,"err_code":{code},"description":"x"}}}}"#);
        read_ack(error.as_bytes())
    }

    #[test]
    fn both_codes_for_a_subject_that_moved_on_are_conflicts() {
        for code in [10071, 10164] {
            assert!(matches!(refused(code), Err(AppendError::Conflict { code: c }) if c == code));
        }
    }

    #[test]
    fn any_other_code_is_a_clear_no_and_nonsense_is_unknown() {
        assert!(matches!(
            refused(10023),
            Err(AppendError::Unavailable { .. })
        ));
        assert!(matches!(
            refused(STORE_FAILED),
            Err(AppendError::Unknown { .. })
        ));
        assert!(matches!(read_ack(b""), Err(AppendError::Unknown { .. })));
        assert!(matches!(read_ack(b"{}"), Err(AppendError::Unknown { .. })));
        assert!(matches!(read_ack(br#"{"seq":7}"#), Ok(7)));
    }

    #[test]
    fn the_positions_of_a_batch_end_with_the_acknowledged_one() {
        assert_eq!(positions(7, 3), [Position(5), Position(6), Position(7)]);
        assert_eq!(positions(7, 1), [Position(7)]);
    }
}
