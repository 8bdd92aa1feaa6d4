//! Closed lists of words in answers.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::{
    program::Kind,
    workshop::{DocumentKind, MediaType, Reason, Status},
};
use anmeldewerk_read_model::RegistrationState;
use serde_json::Value;
use utoipa::openapi::{
    Object, ObjectBuilder,
    schema::{SchemaType, Type},
};

/// What state a registration is in.
pub(crate) fn state() -> Object {
    one_of(&RegistrationState::ALL.map(RegistrationState::name))
}

/// How far a workshop is.
pub(crate) fn status() -> Object {
    one_of(&Status::ALL.map(Status::name))
}

/// What a document is.
pub(crate) fn document_kind() -> Object {
    one_of(&DocumentKind::ALL.map(DocumentKind::name))
}

/// In which form a document is.
pub(crate) fn media_type() -> Object {
    one_of(&MediaType::ALL.map(MediaType::name))
}

/// By which way a registration came in.
pub(crate) fn channel() -> Object {
    one_of(&["office", "api", "web", "import", "feed"])
}

/// How a registration came to its seat or its offer, if it has.
pub(crate) fn maybe_cause() -> Object {
    nullable(&[
        "admitted",
        "seat_passed",
        "by_hand",
        "approved",
        "offer_accepted",
        "override",
    ])
}

/// Why something was done, where a reason was given.
pub(crate) fn maybe_reason() -> Object {
    nullable(&Reason::ALL.map(Reason::name))
}

/// What a municipality is.
pub(crate) fn municipality_kind() -> Object {
    one_of(&Kind::ALL.map(Kind::name))
}

/// Who gave a registration back; with a workshop that is cancelled all are.
pub(crate) const CANCELLERS: [&str; 5] = [
    "office",
    "feeder",
    "participant",
    "offer_declined",
    "workshop",
];

/// Who gave a registration back.
pub(crate) fn canceller() -> Object {
    one_of(&CANCELLERS)
}

/// Whether people meet.
pub(crate) fn format() -> Object {
    one_of(&["presence", "online", "hybrid"])
}

/// Who may register.
pub(crate) fn sign_up() -> Object {
    one_of(&["programs", "public", "public_confirmed"])
}

/// In which order people are admitted.
pub(crate) fn admission() -> Object {
    one_of(&["first_come", "lottery"])
}

/// What happens to those for whom there is no seat.
pub(crate) fn waitlist() -> Object {
    one_of(&["off", "skip_blocked", "strict_head"])
}

/// Whether the members of a group take seats only together.
pub(crate) fn policy() -> Object {
    one_of(&["all_or_nothing", "partial"])
}

/// What bounds seats, or keeps somebody waiting.
pub(crate) fn bucket() -> Object {
    one_of(&[
        "workshop",
        "program",
        "municipality",
        "guarantee",
        "reserved",
        "queue",
        "group",
        "promotion_stopped",
    ])
}

/// The code of a refusal, if there is one.
pub(crate) fn maybe_code() -> Object {
    let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    nullable(&codes)
}

fn one_of(words: &[&str]) -> Object {
    let words = words.iter().copied().map(Value::from);
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(words))
        .build()
}

fn nullable(words: &[&str]) -> Object {
    let words = words.iter().copied().map(Value::from);
    ObjectBuilder::new()
        .schema_type(SchemaType::Array(vec![Type::String, Type::Null]))
        .enum_values(Some(words.chain([Value::Null])))
        .build()
}
