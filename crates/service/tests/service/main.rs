//! The crate as services use it: a real router behind the common layers, real tokens, real sockets.

mod admin;
mod auth;
mod cutting;
mod http;
mod lifecycle;
mod support;
