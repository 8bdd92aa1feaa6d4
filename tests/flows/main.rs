//! From HTTP to HTTP: every test starts a house of its own, with real servers and real processes.
#![allow(
    clippy::too_many_arguments,
    clippy::too_many_lines,
    clippy::similar_names,
    reason = "a test reads from top to bottom, and its helpers take what a request is made of"
)]

mod access;
mod attendance;
mod calendar;
mod cluster;
mod demo;
mod documents;
mod examples;
mod exports;
mod feeds;
mod house;
mod idempotency;
mod imports;
mod kills;
mod municipalities;
mod nasty;
mod privacy;
mod questions;
mod replay;
mod routes;
mod rush;
mod seats;
mod standby;
mod sweep;
mod topics;
mod versions;
mod waiting;
