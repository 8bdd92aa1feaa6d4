//! How large a decision may become.

/// The most events in one decision; what touches everybody is one collective event.
pub const MAX_DECISION_EVENTS: usize = 500;

/// The most bytes of one decision's payload (256 KiB).
pub const MAX_DECISION_BYTES: usize = 256 * 1024;

/// What the NATS server must take in one message at least (4 MiB).
pub const MIN_SERVER_PAYLOAD_BYTES: usize = 4 * 1024 * 1024;
