//! Request bodies: JSON that means one thing only.
//!
//! Refused are other media types and compressed bodies (415), large bodies (413), slow bodies (408), and with 422
//! `invalid_body` whatever leaves room for two readings: unknown fields, keys given twice at any depth, NUL characters,
//! invalid UTF-8, numbers that a double cannot hold exactly, an array for an object, deep nesting. Errors name places and rules, never values.

use std::time::Duration;

use anmeldewerk_contract::problem::{Code, FieldError};
use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use crate::problem::Problem;

mod document;
mod typed;

/// The largest body of a command, in bytes.
pub const COMMAND_BYTES: usize = 64 * 1024;

/// How long a client may take to send a body.
const BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// A JSON body that was read without any doubt about its meaning; an axum extractor, at most `LIMIT` bytes.
///
/// It has no `Debug`: bodies hold personal data.
pub struct StrictJson<T, const LIMIT: usize = COMMAND_BYTES> {
    /// What the body says.
    pub value: T,
    /// The body in its canonical form (RFC 8785), for fingerprints.
    pub canonical: Vec<u8>,
}

/// Like [`StrictJson`], but no body at all is read as `{}`.
pub struct OptionalJson<T, const LIMIT: usize = COMMAND_BYTES> {
    /// What the body says.
    pub value: T,
    /// The body in its canonical form (RFC 8785), for fingerprints.
    pub canonical: Vec<u8>,
}

impl<T, S, const LIMIT: usize> FromRequest<S> for StrictJson<T, LIMIT>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        check_media_type(request.headers())?;
        let bytes = read(request, LIMIT).await?;
        parse(&bytes).map_err(invalid)
    }
}

impl<T, S, const LIMIT: usize> FromRequest<S> for OptionalJson<T, LIMIT>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let media_type = check_media_type(request.headers());
        let bytes = read(request, LIMIT).await?;
        let bytes = if bytes.is_empty() {
            Bytes::from_static(b"{}")
        } else {
            media_type.map(|()| bytes)?
        };
        let StrictJson { value, canonical } = parse::<_, LIMIT>(&bytes).map_err(invalid)?;
        Ok(Self { value, canonical })
    }
}

/// Reads one JSON document from bytes, for instance one row of a bulk body, by the same rules.
///
/// ```
/// use anmeldewerk_service::body::{self, StrictJson};
///
/// #[derive(serde::Deserialize)]
/// struct Wish {
///     slot: u8,
/// }
///
/// let read: StrictJson<Wish> = body::parse(br#"{ "slot": 1 }"#).ok().expect("well formed");
/// assert_eq!((read.value.slot, read.canonical.as_slice()), (1, br#"{"slot":1}"#.as_slice()));
///
/// let twice = body::parse::<Wish, { body::COMMAND_BYTES }>(br#"{"slot": 1, "slot": 2}"#).err().expect("refused");
/// assert_eq!((twice[0].pointer.as_str(), twice[0].code.as_str()), ("/slot", "duplicate_key"));
/// ```
pub fn parse<T: DeserializeOwned, const LIMIT: usize>(
    bytes: &[u8],
) -> Result<StrictJson<T, LIMIT>, Vec<FieldError>> {
    let text = std::str::from_utf8(bytes).map_err(|_| vec![FieldError::new("", "invalid_utf8")])?;
    let document = document::check(text)?;
    let value = typed::read(&document)?;
    let canonical = serde_json_canonicalizer::to_vec(&document)
        .expect("a checked document has finite numbers only");
    Ok(StrictJson { value, canonical })
}

/// Gives the media type without its parameters; nothing where it names another alphabet than UTF-8.
pub fn media_type(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (value, None) = (values.next()?, values.next()) else {
        return None;
    };
    let value = value.to_str().ok()?.to_ascii_lowercase();
    let mut parts = value.split(';').map(str::trim);
    let form = parts.next()?.to_owned();
    let utf8 = |part: &str| match part.strip_prefix("charset=") {
        Some(alphabet) => matches!(alphabet, "utf-8" | "\"utf-8\""),
        None => true,
    };
    parts.all(utf8).then_some(form)
}

/// Reads a whole body of at most `limit` bytes.
pub async fn read(request: Request, limit: usize) -> Result<Bytes, Problem> {
    if content_length(request.headers()).is_some_and(|length| length > limit as u64) {
        return Err(too_large(limit));
    }
    let body = tokio::time::timeout(BODY_TIMEOUT, collect(request.into_body(), limit)).await;
    body.unwrap_or_else(|_| Err(Problem::new(Code::RequestTimeout)))
}

async fn collect(body: Body, limit: usize) -> Result<Bytes, Problem> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large(limit)),
        Err(_) => {
            Err(Problem::new(Code::BadRequest).detail("Der Inhalt brach ab", "the body broke off"))
        }
    }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    refuse_encodings(headers)?;
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let is_json = match (
        values.next().and_then(|value| value.to_str().ok()),
        values.next(),
    ) {
        (Some(value), None) => is_json(value),
        _ => false,
    };
    if is_json {
        return Ok(());
    }
    Err(Problem::new(Code::UnsupportedMediaType).detail(
        "Erwartet wird application/json",
        "application/json is expected",
    ))
}

/// Refuses a body that says it is compressed, before anything is unpacked.
pub fn refuse_encodings(headers: &HeaderMap) -> Result<(), Problem> {
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    if encodings.all(|value| value.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Ok(());
    }
    Err(Problem::new(Code::UnsupportedMediaType).detail(
        "Komprimierte Inhalte werden nicht angenommen",
        "compressed bodies are not accepted",
    ))
}

/// Accepts `application/json` and `application/*+json`; a charset, if given, is UTF-8.
fn is_json(media_type: &str) -> bool {
    let mut parts = media_type
        .split(';')
        .map(|part| part.trim().to_ascii_lowercase());
    let essence = parts.next().unwrap_or_default();
    let json = essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"));
    json && parts.all(|parameter| match parameter.strip_prefix("charset=") {
        Some(charset) => matches!(charset, "utf-8" | "\"utf-8\""),
        None => true,
    })
}

fn too_large(limit: usize) -> Problem {
    Problem::new(Code::BodyTooLarge).with("limit_bytes", limit as u64)
}

fn invalid(errors: Vec<FieldError>) -> Problem {
    Problem::new(Code::InvalidBody).errors(errors)
}

#[cfg(test)]
mod tests;
