//! Names of the headers: `CloudEvents` 1.0 in NATS binary mode, exactly lower case, and our own.

/// The version of `CloudEvents`.
pub const SPEC_VERSION: &str = "ce-specversion";
/// The decision's id, a UUID v7 made with the command.
pub const ID: &str = "ce-id";
/// What kind of message it is.
pub const TYPE: &str = "ce-type";
/// Who wrote it.
pub const SOURCE: &str = "ce-source";
/// The boundary.
pub const SUBJECT: &str = "ce-subject";
/// The decision's time, RFC 3339.
pub const TIME: &str = "ce-time";
/// Where the payload's schema is found.
pub const DATA_SCHEMA: &str = "ce-dataschema";
/// The id of the command that led to it, in hexadecimal.
pub const CAUSATION_ID: &str = "ce-causationid";
/// The W3C trace context of the request.
pub const TRACE_PARENT: &str = "traceparent";
/// When something of the boundary is due next, RFC 3339; absent where nothing is.
pub const DUE: &str = "Aw-Due";

/// What every `ce-type` of ours begins with.
pub const CE_TYPE_PREFIX: &str = "de.anmeldewerk.";
/// What this system calls itself in `ce-source`.
pub const SOURCE_VALUE: &str = "/anmeldewerk/registration";
