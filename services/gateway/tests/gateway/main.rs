//! The gateway's router over real sockets, before a registration service that each test makes up.
//!
//! There are no databases here: what needs rows is tested with the whole stack in `tests/flows`.

mod asking;
mod bounds;
mod document;
mod door;
mod passing;
mod several;
