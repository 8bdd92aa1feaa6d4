#![doc = include_str!("../README.md")]

pub mod bare;
mod decision;
pub mod header;
mod limit;
mod message;
pub mod openapi;
mod position;
pub mod problem;
pub mod schema;
mod stored;
mod subject;
mod text;

pub use decision::{
    ClockKind, CommandId, Decision, Fingerprint, IssuedCommand, Recorded, SETTLED_BY,
};
pub use limit::{MAX_DECISION_BYTES, MAX_DECISION_EVENTS, MIN_SERVER_PAYLOAD_BYTES};
pub use message::{DecodeError, EncodeError, Headers, Message, decode, due_of, encode};
pub use position::Position;
pub use stored::event_type;
pub use subject::{LIVE_PREFIX, LOG_SUBJECTS, Subject, watermark};
pub use text::{
    ValueError, hex, instant_from_text, instant_text, jiff_timestamp, parse_hex32, stated_text,
};
