//! What answers look like: from rows to JSON.

mod program;
mod registration;
mod topic;
mod workshop;

#[cfg(test)]
pub(crate) mod example;

pub(crate) use program::ProgramBody;
pub(crate) use registration::{RegistrationBody, Shown};
pub(crate) use topic::topics;
pub(crate) use workshop::WorkshopBody;
