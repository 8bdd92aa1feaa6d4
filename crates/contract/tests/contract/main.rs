//! The bytes in the log are a promise: golden files hold them.

mod decisions;
mod golden;
