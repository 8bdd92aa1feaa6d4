#![doc = include_str!("../README.md")]

pub mod assignment;
pub mod boundary;
pub mod catalogue;
mod chance;
mod id;
mod number;
pub mod program;
mod text;
mod time;
pub mod workshop;

pub use boundary::{Boundary, Command, Event, Rejection, State, decide, due, evolve, settle};
pub use id::{
    GroupId, InputHash, LandCode, LinkHash, MunicipalityKey, PersonId, ProgramId, ReferenceHash,
    RegistrationId, ReportingId, RunId, TopicCode, WorkshopId,
};
pub use number::Number;
pub use text::{Prose, TextLine};
pub use time::{Cutoff, Date, Instant, LocalTime, Stated};
