#![doc = include_str!("../README.md")]

pub mod admin;
pub mod auth;
pub mod body;
pub mod clock;
pub mod config;
pub mod headers;
pub mod health;
pub mod idempotency;
pub mod layers;
pub mod lifecycle;
mod linger;
pub mod problem;
pub mod process;
pub mod server;
pub mod telemetry;
pub mod trace;

pub use process::{App, Process, Sockets, main, run};
