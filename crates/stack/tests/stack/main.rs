//! The stack on real servers.

mod commands;
mod deploy;
mod permissions;
mod process;
mod servers;
mod stream;
