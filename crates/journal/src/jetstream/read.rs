//! Reading single messages and pages.

use std::time::Duration;

use anmeldewerk_contract::{Message, Position, Subject};
use anmeldewerk_domain::Instant;
use async_nats::{
    HeaderMap,
    jetstream::{
        ErrorCode,
        message::StreamMessage,
        stream::{LastRawMessageErrorKind, RawMessageErrorKind},
    },
};
use futures_util::StreamExt;
use serde_json::json;

use super::{JetStream, written_headers};
use crate::{LogState, ReadError};

/// How long the next message of a page is waited for.
const PAGE_TIMEOUT: Duration = Duration::from_secs(2);

pub(super) async fn state(log: &JetStream) -> Result<LogState, ReadError> {
    let info = log.stream.get_info().await;
    let info = info.map_err(|error| ReadError::unavailable("asking for the stream", &error))?;
    let micros = info.created.unix_timestamp_nanos() / 1_000;
    Ok(LogState {
        created: Instant::from_micros(i64::try_from(micros).unwrap_or(i64::MAX)),
        last: Position(info.state.last_sequence),
    })
}

pub(super) async fn last(log: &JetStream, subject: &Subject) -> Result<Option<Message>, ReadError> {
    match log
        .stream
        .get_last_raw_message_by_subject(subject.as_str())
        .await
    {
        Ok(message) => Ok(Some(stored(&message))),
        Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
        Err(error) => Err(ReadError::unavailable(
            "reading a subject's last message",
            &error,
        )),
    }
}

pub(super) async fn at(log: &JetStream, position: Position) -> Result<Option<Message>, ReadError> {
    match log.stream.get_raw_message(position.0).await {
        Ok(message) => Ok(Some(stored(&message))),
        Err(error) => match error.kind() {
            RawMessageErrorKind::NoMessageFound => Ok(None),
            RawMessageErrorKind::JetStream(code)
                if code.error_code() == ErrorCode::NO_MESSAGE_FOUND =>
            {
                Ok(None)
            }
            _ => Err(ReadError::unavailable("reading a message", &error)),
        },
    }
}

fn stored(message: &StreamMessage) -> Message {
    Message {
        position: Position(message.sequence),
        subject: Subject::literal(message.subject.as_str()),
        headers: written_headers(&message.headers),
        payload: message.payload.to_vec(),
    }
}

/// Reads a page by one direct get that the server answers with many messages.
pub(super) async fn page(
    log: &JetStream,
    subject: &Subject,
    after: Position,
    limit: usize,
) -> Result<Vec<Message>, ReadError> {
    let failed = |error: String| ReadError::unavailable("reading a page", error.as_str());
    let inbox = log.client.new_inbox();
    let subscribed = log.client.subscribe(inbox.clone()).await;
    let mut answers = subscribed.map_err(|error| failed(error.to_string()))?;
    let ask = json!({"next_by_subj": subject.as_str(), "seq": after.next().0, "batch": limit});
    let direct = format!("$JS.API.DIRECT.GET.{}", log.name);
    let asked = log
        .client
        .publish_with_reply(direct, inbox, ask.to_string().into());
    asked.await.map_err(|error| failed(error.to_string()))?;
    let mut page = Vec::new();
    loop {
        let answer = tokio::time::timeout(PAGE_TIMEOUT, answers.next()).await;
        let answer = answer.map_err(|_| failed("no answer in time".to_owned()))?;
        let answer = answer.ok_or_else(|| failed("the connection was lost".to_owned()))?;
        match answer.status.map(|status| status.as_u16()) {
            None => page.push(
                direct_message(&answer)
                    .ok_or_else(|| failed("an answer without its place".to_owned()))?,
            ),
            // 204: the end of the batch; 404: nothing is there.
            Some(204 | 404) => return Ok(page),
            Some(status) => return Err(failed(format!("status {status}"))),
        }
    }
}

fn direct_message(answer: &async_nats::Message) -> Option<Message> {
    let headers = answer.headers.as_ref()?;
    Some(Message {
        position: Position(header(headers, "Nats-Sequence")?.parse().ok()?),
        subject: Subject::literal(header(headers, "Nats-Subject")?),
        headers: written_headers(headers),
        payload: answer.payload.to_vec(),
    })
}

fn header<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).map(async_nats::HeaderValue::as_str)
}
