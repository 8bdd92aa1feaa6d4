//! A decision as a message, there and back.

use anmeldewerk_domain::{Boundary, Instant};
use uuid::Uuid;

use crate::{
    Decision, MAX_DECISION_BYTES, MAX_DECISION_EVENTS, Position, Recorded, Subject, ValueError,
    header, hex, instant_from_text, instant_text,
    stored::{self, StoredDecision},
};

/// The type of every message that holds a workshop's decision.
const WORKSHOP_DECIDED: &str = "de.anmeldewerk.workshop.decided.v1";
/// The type of every message that holds a program's decision.
const PROGRAM_DECIDED: &str = "de.anmeldewerk.program.decided.v1";

/// The type of every message that holds a decision about the catalogue.
const CATALOGUE_DECIDED: &str = "de.anmeldewerk.catalogue.decided.v1";

/// Header names and values, in the order in which they are written.
pub type Headers = Vec<(String, String)>;

/// A message of the log as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its place.
    pub position: Position,
    /// Its subject.
    pub subject: Subject,
    /// Its headers.
    pub headers: Headers,
    /// Its payload, JSON.
    pub payload: Vec<u8>,
}

impl Message {
    /// Gives a header's value; names are case-sensitive, as in NATS.
    pub fn header(&self, name: &str) -> Option<&str> {
        value_of(&self.headers, name)
    }
}

fn value_of<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    let found = headers.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value.as_str())
}

/// Why a decision cannot become a message.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// It has more events than one decision may have.
    #[error("a decision of {0} events is over the limit of {MAX_DECISION_EVENTS}")]
    TooManyEvents(usize),
    /// It is larger than one decision may be.
    #[error("a decision of {0} bytes is over the limit of {MAX_DECISION_BYTES}")]
    TooLarge(usize),
}

/// Why a message is not a decision that this version knows.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The subject belongs to no known boundary.
    #[error("subject {0} belongs to no known boundary")]
    Subject(Subject),
    /// A header is missing or has an unknown form.
    #[error("header {0} is missing or malformed")]
    Header(&'static str),
    /// The message's type is of another kind or version.
    #[error("message type {0} is not known")]
    Type(String),
    /// The payload is not a decision, or has an event of an unknown type or version.
    #[error("payload is not a known decision")]
    Payload(#[source] serde_json::Error),
    /// A value lies outside the contract.
    #[error("payload holds a value outside the contract")]
    Value(#[from] ValueError),
}

/// Writes a decision as headers and payload.
pub fn encode(decision: &Decision) -> Result<(Headers, Vec<u8>), EncodeError> {
    if decision.events.len() > MAX_DECISION_EVENTS {
        return Err(EncodeError::TooManyEvents(decision.events.len()));
    }
    let payload = serde_json::to_vec(&StoredDecision::from(decision))
        .expect("a stored form has string keys and finite numbers only");
    if payload.len() > MAX_DECISION_BYTES {
        return Err(EncodeError::TooLarge(payload.len()));
    }
    Ok((headers(decision), payload))
}

fn headers(decision: &Decision) -> Headers {
    let (kind, subject) = match &decision.boundary {
        Boundary::Program(id) => (PROGRAM_DECIDED, format!("program/{id}")),
        Boundary::Workshop(id) => (
            WORKSHOP_DECIDED,
            format!("workshop/{}", Uuid::from_u128(id.0)),
        ),
        Boundary::Catalogue => (CATALOGUE_DECIDED, "catalogue".to_owned()),
    };
    let schema = kind.trim_start_matches(header::CE_TYPE_PREFIX);
    let schema = schema.trim_end_matches(".v1");
    let fixed = [
        (header::SPEC_VERSION, "1.0".to_owned()),
        (header::ID, decision.id.to_string()),
        (header::TYPE, kind.to_owned()),
        (header::SOURCE, header::SOURCE_VALUE.to_owned()),
        (header::SUBJECT, subject),
        (header::TIME, instant_text(decision.decided_at)),
        (header::DATA_SCHEMA, format!("/schemas/{schema}/1")),
        (header::CAUSATION_ID, hex(&decision.command.id.0)),
    ];
    let trace = decision.traceparent.clone();
    let trace = trace.map(|value| (header::TRACE_PARENT, value));
    let due = decision.due.map(|due| (header::DUE, instant_text(due)));
    fixed
        .into_iter()
        .chain(trace)
        .chain(due)
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Reads a decision from a message of the log.
pub fn decode(message: &Message) -> Result<Recorded, DecodeError> {
    let boundary = message
        .subject
        .boundary()
        .ok_or_else(|| DecodeError::Subject(message.subject.clone()))?;
    known_type(&boundary, required(message, header::TYPE)?)?;
    let id = Uuid::try_parse(required(message, header::ID)?)
        .map_err(|_| DecodeError::Header(header::ID))?;
    let decided_at = instant_from_text(required(message, header::TIME)?)
        .ok_or(DecodeError::Header(header::TIME))?;
    let stored: StoredDecision =
        serde_json::from_slice(&message.payload).map_err(DecodeError::Payload)?;
    let traceparent = message.header(header::TRACE_PARENT).map(str::to_owned);
    let envelope = stored::Envelope {
        id,
        boundary,
        decided_at,
        traceparent,
        due: due_of(&message.headers)?,
    };
    Ok(Recorded {
        position: message.position,
        decision: stored.into_decision(envelope)?,
    })
}

/// Reads from headers alone when something of the boundary is due next; a payload is not needed.
pub fn due_of(headers: &[(String, String)]) -> Result<Option<Instant>, DecodeError> {
    let read = |text| instant_from_text(text).ok_or(DecodeError::Header(header::DUE));
    value_of(headers, header::DUE).map(read).transpose()
}

fn required<'m>(message: &'m Message, name: &'static str) -> Result<&'m str, DecodeError> {
    message.header(name).ok_or(DecodeError::Header(name))
}

fn known_type(boundary: &Boundary, found: &str) -> Result<(), DecodeError> {
    let expected = match boundary {
        Boundary::Program(_) => PROGRAM_DECIDED,
        Boundary::Workshop(_) => WORKSHOP_DECIDED,
        Boundary::Catalogue => CATALOGUE_DECIDED,
    };
    if found == expected {
        Ok(())
    } else {
        Err(DecodeError::Type(found.to_owned()))
    }
}
