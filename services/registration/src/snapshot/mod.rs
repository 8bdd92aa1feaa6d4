//! Snapshots: what is known of a boundary's history, kept in a file, so that a large one is loaded fast.
//!
//! A file is not a dump of a state. It holds the boundary's own decisions from the first one on, in
//! order, without anything that is sealed ([`anmeldewerk_contract::bare`]); whoever loads it folds
//! them as they would fold the log. So there is no second description of a state that could differ
//! from the fold, and the price is a file, and a load, as long as the history.
//!
//! A file is a cache and never believed for its own sake: it was written by this very code, its
//! digests are right, and the log's leader has, at its last position, the very message it was made
//! from. Otherwise it is thrown away, and the log is read instead. Nothing that goes wrong here is
//! an error to anybody but the operator.
//!
//! Files are not synced: a crash may leave a torn or a wrong end, which the digests tell.

mod extend;
mod flaw;
mod keeper;
mod load;
mod origin;
mod pen;
mod room;
mod segment;
mod segments;
mod shelf;
#[cfg(test)]
pub(crate) mod tests;

pub(crate) use keeper::Keeper;
pub(crate) use shelf::{Place, Shelf, is_due};
