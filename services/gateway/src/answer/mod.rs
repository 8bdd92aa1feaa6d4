//! How every query answers: as of a position, with a tag, and refusals with a code.

mod refused;
mod reply;
mod tag;

pub(crate) use refused::{Refused, found, unavailable};
pub(crate) use reply::{Audience, List, Reply, json};
pub(crate) use tag::{Known, Tag};

use axum::http::HeaderName;

/// Names the header with the position as of which an answer speaks.
pub(crate) const LOG_POSITION: HeaderName = HeaderName::from_static("log-position");
