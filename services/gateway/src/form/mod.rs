//! What answers look like: from rows to JSON.

mod attendance;
mod bucket;
mod calendar;
mod document;
mod group;
mod happening;
mod municipality;
mod program;
mod registration;
mod run;
mod seen;
mod topic;
mod workshop;
mod zone;

#[cfg(test)]
pub(crate) mod example;

pub(crate) use attendance::SessionsBody;
pub(crate) use calendar::calendar;
pub(crate) use document::{DocumentBody, documents};
pub(crate) use group::{GroupBody, ShownGroup};
pub(crate) use happening::HappeningBody;
pub(crate) use municipality::{MunicipalityBody, MunicipalityEntry};
pub(crate) use program::ProgramBody;
pub(crate) use registration::{RegistrationBody, Shown};
pub(crate) use run::RunBody;
pub(crate) use seen::notice;
pub(crate) use topic::{CatalogueTopicBody, TopicBody, TopicOfferBody, TopicPageBody, topics};
pub(crate) use workshop::WorkshopBody;
