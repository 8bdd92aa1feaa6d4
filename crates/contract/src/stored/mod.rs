//! Stored forms: what the bytes in the log mean, version by version.
//!
//! What has been written reads as before for ever. A version may gain optional fields, which are
//! left out where they say what their absence says; any other change is a new variant with the
//! next version, and the old one stays and is read into today's event (upcasting): the conversion
//! from [`event::StoredEvent`] into the domain's event names every version there ever was.

mod assignment;
mod attendance;
mod bare;
mod block;
mod bucket;
mod catalogue;
mod change;
mod decision;
mod document;
mod event;
#[cfg(test)]
mod form;
mod group;
mod municipality;
mod outcome;
mod policy;
mod program;
mod registration;
mod schedule;
#[cfg(test)]
mod schema;
mod settings;
mod value;
mod venue;
mod waitlist;
mod workshop;

pub(crate) use bare::BareDecision;
pub(crate) use decision::{Envelope, StoredDecision};
pub use event::event_type;
