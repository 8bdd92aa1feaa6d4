#![doc = include_str!("../README.md")]

mod cargo;
pub mod child;
pub mod command;
pub mod database;
pub mod demo;
pub mod door;
mod error;
pub mod fault;
pub mod fetch;
pub mod flow;
pub mod folder;
pub mod home;
mod http;
pub mod lock;
pub mod nats;
pub mod operator;
pub mod place;
pub mod port;
pub mod postgres;
pub mod provision;
pub mod secret;
pub mod service;
pub mod shape;
pub mod stale;
pub mod token;
mod tool;
pub mod wait;

pub use error::{Error, Result};
