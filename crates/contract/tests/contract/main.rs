//! The bytes in the log are a promise: golden files hold them.

mod assignments;
mod bare;
mod bounds;
mod decisions;
mod documents;
mod events;
mod golden;
mod headers;
mod municipalities;
mod registrations;
mod strictness;
mod workshops;
