#![doc = include_str!("../README.md")]

mod batch;
mod change;
mod checkpoint;
mod connect;
mod digest;
mod fault;
mod fold;
mod history;
mod lead;
mod misfit;
mod park;
mod poison;
mod project;
pub mod query;
mod reporter;
mod rows;
mod sql;
mod state;
mod step;
mod table;
mod touched;
mod value;
mod version;
mod writer;

#[cfg(test)]
mod fold_tests;

pub use batch::{Batch, Entry, Skips};
pub use change::{
    Arrival, Arrived, Change, Grouped, News, Next, Restatement, Step, Successor, Sweep, SweepKind,
};
pub use checkpoint::{Checkpoint, Fence};
pub use connect::{connect_options, migrate};
pub use digest::{Digest, Snapshot, TableDigest};
pub use fault::Fault;
pub use lead::{Lead, MAX_SILENCE_MS};
pub use park::{Pointer, Replayed, Standing};
pub use poison::Poison;
pub use project::project;
pub use query::ReadModel;
pub use reporter::{BiRole, bi_role};
pub use sql::STATEMENTS;
pub use state::RegistrationState;
pub use version::{AsOf, Kind, NoSchemaName, Registry, SHAPE, SchemaName, Skip, Stage, Version};
pub use writer::{
    MAX_PARKED_MESSAGES, MAX_PARKED_SUBJECTS, Outcome, PROJECTION, ParkedSubject, Writer, Written,
};
