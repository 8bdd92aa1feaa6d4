//! A decision: what one command led to, and who asked when.

use anmeldewerk_domain::{Boundary, Event, Instant};
use uuid::Uuid;

use crate::Position;

/// The actor of decisions that nobody asked for: what was due by itself. The nil UUID.
pub const SETTLED_BY: Uuid = Uuid::nil();

/// Names a command for ever: `SHA-256(scope ‖ key)` of its idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandId(pub [u8; 32]);

/// Tells whether a repeated key comes with the same body: `HMAC-SHA-256(key, canonical body)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 32]);

/// Which clock a decision was made under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockKind {
    /// The system's.
    Real,
    /// A simulated one, possible in development only.
    Simulated,
}

/// The command behind a decision, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuedCommand {
    /// Its id.
    pub id: CommandId,
    /// Its body's fingerprint.
    pub fingerprint: Fingerprint,
    /// Its name, such as `registration.submit`.
    pub kind: String,
    /// When the server received it.
    pub received_at: Instant,
}

/// What one command led to. It stands in the log as one message, whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Its id, a UUID v7.
    pub id: Uuid,
    /// Where it belongs.
    pub boundary: Boundary,
    /// When it was decided: the time of arrival, never before the boundary's last decision.
    pub decided_at: Instant,
    /// The command that led to it.
    pub command: IssuedCommand,
    /// The clock it was made under.
    pub clock: ClockKind,
    /// The random id of whoever asked, named in the vault; [`SETTLED_BY`] where nobody did.
    pub actor: Uuid,
    /// The W3C trace context of the request.
    pub traceparent: Option<String>,
    /// When something of this boundary is due next.
    pub due: Option<Instant>,
    /// What has happened, in order.
    pub events: Vec<Event>,
}

/// A decision at its place in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its place.
    pub position: Position,
    /// The decision.
    pub decision: Decision,
}
