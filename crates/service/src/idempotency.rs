//! Idempotency: how a client's key becomes the identity of a command, without the key being kept.
//!
//! Bytes, for whoever reads the log without us (`‖` joins, `key` is the UUID's 16 bytes in network order):
//!
//! - command id = SHA-256(scope in UTF-8 ‖ `00` ‖ key)
//! - fingerprint = HMAC-SHA-256(key = key, message = canonical body, RFC 8785)

use anmeldewerk_contract::problem::Code;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use ring::{digest, hmac};
use uuid::Uuid;

use crate::problem::Problem;

/// Names the header.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The key a client chose for its command; an extractor.
///
/// As itself it is required (400 `idempotency_key_missing`), as `Option` it is not; malformed is 400 either way.
/// Accepted is a hyphenated UUID other than nil, bare or as a quoted structured-field string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(pub Uuid);

impl<S: Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::stated(&parts.headers)?.ok_or_else(|| Code::IdempotencyKeyMissing.into())
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Problem> {
        Self::stated(&parts.headers)
    }
}

impl IdempotencyKey {
    /// Reads the key that these headers state, if they state one.
    pub fn stated(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => {
                let key = value
                    .to_str()
                    .ok()
                    .and_then(key)
                    .ok_or(Code::IdempotencyKeyInvalid)?;
                Ok(Some(Self(key)))
            }
            (Some(_), Some(_)) => Err(Code::IdempotencyKeyInvalid.into()),
        }
    }
}

fn key(text: &str) -> Option<Uuid> {
    let bare = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text);
    let hyphenated = bare.len() == 36;
    Uuid::try_parse(bare)
        .ok()
        .filter(|key| hyphenated && !key.is_nil())
}

/// Computes the id of a command: the same scope and key always give the same id, and the id does not give the key.
///
/// The scope is the program, `public`, or the participant's registration; it holds no NUL character.
#[must_use]
pub fn command_id(scope: &str, key: Uuid) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(scope.as_bytes());
    context.update(&[0]);
    context.update(key.as_bytes());
    exactly(context.finish().as_ref())
}

/// Computes the fingerprint of a body, comparable only by those who know the key.
#[must_use]
pub fn fingerprint(key: Uuid, canonical_body: &[u8]) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    exactly(hmac::sign(&key, canonical_body).as_ref())
}

fn exactly(bytes: &[u8]) -> [u8; 32] {
    bytes.try_into().expect("SHA-256 gives 32 bytes")
}

#[cfg(test)]
mod tests {
    use anmeldewerk_contract::problem::Code;
    use axum::http::{HeaderMap, HeaderValue};
    use data_encoding::HEXLOWER;
    use uuid::{Uuid, uuid};

    use super::{IDEMPOTENCY_KEY, IdempotencyKey, command_id, fingerprint};

    const KEY: Uuid = uuid!("8e03978e-40d5-43dd-bc93-6894a57f9324");

    fn read(values: &[&'static str]) -> Result<Option<IdempotencyKey>, Code> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(IDEMPOTENCY_KEY, HeaderValue::from_static(value));
        }
        IdempotencyKey::stated(&headers).map_err(|problem| problem.code())
    }

    #[test]
    fn a_uuid_is_a_key_bare_or_quoted() {
        assert_eq!(
            read(&["8e03978e-40d5-43dd-bc93-6894a57f9324"]),
            Ok(Some(IdempotencyKey(KEY)))
        );
        assert_eq!(
            read(&["8E03978E-40D5-43DD-BC93-6894A57F9324"]),
            Ok(Some(IdempotencyKey(KEY)))
        );
        assert_eq!(
            read(&["\"8e03978e-40d5-43dd-bc93-6894a57f9324\""]),
            Ok(Some(IdempotencyKey(KEY)))
        );
        assert_eq!(read(&[]), Ok(None));
    }

    #[test]
    fn anything_else_is_invalid() {
        for value in [
            "",
            "1",
            "8e03978e40d543ddbc936894a57f9324",
            "{8e03978e-40d5-43dd-bc93-6894a57f9324}",
            "urn:uuid:8e03978e-40d5-43dd-bc93-6894a57f9324",
            "00000000-0000-0000-0000-000000000000",
            "\"8e03978e-40d5-43dd-bc93-6894a57f9324",
        ] {
            assert_eq!(read(&[value]), Err(Code::IdempotencyKeyInvalid), "{value}");
        }
        assert_eq!(
            read(&[
                "8e03978e-40d5-43dd-bc93-6894a57f9324",
                "8e03978e-40d5-43dd-bc93-6894a57f9324"
            ]),
            Err(Code::IdempotencyKeyInvalid)
        );
    }

    #[test]
    fn the_stored_forms_are_what_other_tools_compute() {
        // printf 'sh\0' and the key's bytes through `openssl dgst -sha256`
        assert_eq!(
            HEXLOWER.encode(&command_id("sh", KEY)),
            "a029e3ee1d53febdfe4bb6366dded14aed113ec1ce86c3b75b86f490d68bafcf"
        );
        // `openssl dgst -sha256 -mac HMAC -macopt hexkey:…` over {"slot":1}
        assert_eq!(
            HEXLOWER.encode(&fingerprint(KEY, br#"{"slot":1}"#)),
            "1c4885b5a6381148761f6e62bb88e61526b6764f9a00049b6943e9bb4596040d"
        );
    }

    #[test]
    fn scope_key_and_body_all_matter() {
        let other = uuid!("8e03978e-40d5-43dd-bc93-6894a57f9325");
        assert_ne!(command_id("sh", KEY), command_id("hh", KEY));
        assert_ne!(command_id("sh", KEY), command_id("sh", other));
        assert_ne!(fingerprint(KEY, b"{}"), fingerprint(KEY, b"[]"));
        assert_ne!(fingerprint(KEY, b"{}"), fingerprint(other, b"{}"));
    }
}
