//! Values that several events have, as they are stored.

use anmeldewerk_domain::{
    Instant, MunicipalityKey, Number, ProgramId, RegistrationId, TextLine,
    workshop::{Reason, Slot},
};
use uuid::Uuid;

use crate::{ValueError, instant_from_text, parse_hex32};

pub(super) fn id(registration: RegistrationId) -> Uuid {
    Uuid::from_u128(registration.0)
}

pub(super) fn registration(id: Uuid) -> RegistrationId {
    RegistrationId(id.as_u128())
}

pub(super) fn ids(registrations: &[RegistrationId]) -> Vec<Uuid> {
    registrations.iter().copied().map(id).collect()
}

pub(super) fn registrations(ids: Vec<Uuid>) -> Vec<RegistrationId> {
    ids.into_iter().map(registration).collect()
}

pub(super) fn program(slug: &str, field: &'static str) -> Result<ProgramId, ValueError> {
    ProgramId::new(slug).ok_or(ValueError(field))
}

pub(super) fn municipality(key: &str, field: &'static str) -> Result<MunicipalityKey, ValueError> {
    MunicipalityKey::new(key).ok_or(ValueError(field))
}

pub(super) fn number(text: &str) -> Result<Number, ValueError> {
    Number::parse(text).ok_or(ValueError("number"))
}

pub(super) fn reason(code: &str, field: &'static str) -> Result<Reason, ValueError> {
    Reason::parse(code).ok_or(ValueError(field))
}

pub(super) fn hash(text: &str, field: &'static str) -> Result<[u8; 32], ValueError> {
    parse_hex32(text).ok_or(ValueError(field))
}

pub(super) fn instant(text: &str, field: &'static str) -> Result<Instant, ValueError> {
    instant_from_text(text).ok_or(ValueError(field))
}

pub(super) fn line(text: &str, field: &'static str) -> Result<TextLine, ValueError> {
    TextLine::new(text).ok_or(ValueError(field))
}

pub(super) fn maybe_line(
    text: Option<&str>,
    field: &'static str,
) -> Result<Option<TextLine>, ValueError> {
    text.map(|text| line(text, field)).transpose()
}

pub(super) fn owned(line: Option<&TextLine>) -> Option<String> {
    line.map(|line| line.as_str().to_owned())
}

pub(super) fn slot_number(slot: Slot) -> u8 {
    match slot {
        Slot::First => 1,
        Slot::Second => 2,
    }
}

pub(super) fn slot(number: u8) -> Result<Slot, ValueError> {
    match number {
        1 => Ok(Slot::First),
        2 => Ok(Slot::Second),
        _ => Err(ValueError("slot")),
    }
}

/// Says whether a field is left out, because its absence is read as the same.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
