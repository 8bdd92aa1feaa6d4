#![doc = include_str!("../README.md")]

mod access;
mod actor;
mod block;
mod cache;
mod cipher;
mod class;
mod data_key;
mod database;
mod fault;
mod found;
mod index;
mod key_encryption;
mod lookup;
mod normalise;
mod opener;
mod part;
mod recorder;
mod reindex;
mod resolve;
mod sweep;
mod vault;

pub use access::{AccessFilter, AccessRecord, Concerned, Recorded};
pub use block::{Place, Plain, Sealed, SealedBlock};
pub use class::Class;
pub use data_key::DataKeys;
pub use database::migrate;
pub use fault::{Cause, Fault};
pub use found::Found;
pub use key_encryption::{KeyEncryption, KeyFileError};
pub use lookup::Likeness;
pub use opener::{Opener, Opening};
pub use part::{Contact, Evidence, FreeText, Identity, Part};
pub use reindex::Reindex;
pub use resolve::{PersonQuery, Resolved};
pub use sweep::{Noted, SWEEP_AFTER, Settled};
pub use vault::Vault;
