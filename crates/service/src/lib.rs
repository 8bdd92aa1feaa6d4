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
pub mod outlet;
pub mod problem;
pub mod process;
pub mod query;
pub mod server;
pub mod telemetry;
pub mod trace;

/// Every process of the house allocates with this one: a command makes and drops some hundred small
/// pieces, which the C library's allocator takes a third of its time for.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

pub use process::{App, Process, Sockets, main, run};
