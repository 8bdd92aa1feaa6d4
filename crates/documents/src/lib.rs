#![doc = include_str!("../README.md")]

mod content;
mod key;
mod store;
mod sweep;

pub use content::Content;
pub use key::Key;
pub use store::{BUCKET, Fault, Store};
pub use sweep::Stale;
