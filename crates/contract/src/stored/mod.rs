//! Stored forms: what the bytes in the log mean, version by version.
//!
//! A stored form never changes once it has been written. A change is a new variant with the
//! next version; the old one stays and is read into today's event (upcasting): the conversion
//! from [`event::StoredEvent`] into the domain's event names every version there ever was.

mod decision;
mod event;
mod registration;
mod workshop;

pub(crate) use decision::{Envelope, StoredDecision};
pub use event::event_type;
