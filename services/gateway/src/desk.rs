//! What every query has at hand.

use anmeldewerk_read_model::{Fault, ReadModel, query::AsOf};
use anmeldewerk_service::{Process, auth::Verifier, clock::Clock, lifecycle::Shutdown};
use axum::extract::FromRef;

use crate::{
    answer::Refused, ask::Wanted, export::Exports, library::Library, live::Newsroom,
    public_url::PublicUrl, vault::Vault, watermark::Watermark,
};

/// What every query has at hand. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Desk {
    pub(crate) read_model: ReadModel,
    pub(crate) vault: Vault,
    pub(crate) verifier: Verifier,
    pub(crate) clock: Clock,
    pub(crate) watermark: Watermark,
    pub(crate) newsroom: Newsroom,
    pub(crate) shutdown: Shutdown,
    /// Under which address outsiders know this house, where that was said.
    pub(crate) public_url: Option<PublicUrl>,
    pub(crate) exports: Exports,
    pub(crate) library: Library,
}

impl Desk {
    /// Makes a desk whose vault is not opened yet.
    pub fn new(read_model: ReadModel, verifier: Verifier, process: &Process) -> Self {
        Self {
            watermark: Watermark::new(read_model.clone(), process.shutdown.clone()),
            vault: Vault::default(),
            newsroom: Newsroom::default(),
            shutdown: process.shutdown.clone(),
            clock: process.clock.clone(),
            read_model,
            verifier,
            public_url: None,
            exports: Exports::new(process.shutdown.clone()),
            library: Library::default(),
        }
    }

    /// Notes under which address outsiders know this house.
    pub(crate) fn known_as(self, public_url: Option<PublicUrl>) -> Self {
        Self { public_url, ..self }
    }

    /// Asks the read model, once it has come as far as is wanted.
    pub(crate) async fn ask<T>(
        &self,
        wanted: Wanted,
        query: impl Future<Output = Result<AsOf<T>, Fault>>,
    ) -> Result<AsOf<T>, Refused> {
        if let Some(position) = wanted.position {
            self.watermark.reached(position, wanted.patience).await;
        }
        let answer = query.await?;
        wanted.check(&answer)?;
        Ok(answer)
    }
}

impl FromRef<Desk> for Verifier {
    fn from_ref(desk: &Desk) -> Self {
        desk.verifier.clone()
    }
}
