//! Following the stream by one unfiltered consumer.

use std::time::Duration;

use anmeldewerk_contract::{Message, Position, Subject};
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use futures_util::StreamExt;

use super::{JetStream, written_headers};
use crate::{Follower, ReadError, follow::Sighted};

/// How many messages are asked for at once.
const PULL: usize = 2_000;
/// After how long a silent server counts as lost, at half of it.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// After how long the server forgets a reader that went away.
const INACTIVE: Duration = Duration::from_secs(30);

/// What of each message is read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    Whole,
    /// Everything but the payload.
    Headers,
}

/// Positions are kept by the reader: nothing is acknowledged, and a lost reader makes a new
/// consumer from where it stands.
pub(super) async fn follow(
    log: &JetStream,
    after: Position,
    extent: Extent,
) -> Result<Follower, ReadError> {
    let config = pull::Config {
        headers_only: extent == Extent::Headers,
        deliver_policy: DeliverPolicy::ByStartSequence {
            start_sequence: after.next().0,
        },
        ack_policy: AckPolicy::None,
        memory_storage: true,
        num_replicas: 1,
        inactive_threshold: INACTIVE,
        ..pull::Config::default()
    };
    let failed =
        |error: &dyn ToString| ReadError::unavailable("making a reader", &error.to_string());
    let consumer = log.stream.create_consumer(config).await;
    let consumer = consumer.map_err(|error| failed(&error))?;
    let messages = consumer
        .stream()
        .max_messages_per_batch(PULL)
        .heartbeat(HEARTBEAT)
        .messages()
        .await;
    let messages = messages.map_err(|error| failed(&error))?;
    let source = messages.map(|next| match next {
        Ok(message) => read(&message),
        Err(error) => Err(ReadError::unavailable("following", &error)),
    });
    Ok(Follower::new(source, after))
}

fn read(message: &async_nats::jetstream::Message) -> Result<Sighted, ReadError> {
    let info = message.info();
    let info = info.map_err(|error| ReadError::unavailable("reading a message's place", &error))?;
    let behind = info.pending;
    let message = Message {
        position: Position(info.stream_sequence),
        subject: Subject::literal(message.subject.as_str()),
        headers: message
            .headers
            .as_ref()
            .map(written_headers)
            .unwrap_or_default(),
        payload: message.payload.to_vec(),
    };
    Ok(Sighted { message, behind })
}
