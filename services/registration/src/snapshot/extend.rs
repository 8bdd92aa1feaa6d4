//! Extending: bring a file up to the log's present end.

use anmeldewerk_contract::Subject;
use anmeldewerk_domain::Boundary;
use anmeldewerk_journal::{Journal, ReadError};
use tokio::task::{JoinError, spawn_blocking};

use super::{
    flaw::Flaw,
    load::is_proven,
    pen::{Pen, PenError},
    room,
    shelf::Place,
};

/// How many messages are read from the log at once.
const PAGE: usize = 1_000;

/// Why a file was not brought up to the log's end. What it holds is right all the same.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExtendError {
    /// The log could not be read.
    #[error("log could not be read")]
    Log(#[from] ReadError),
    /// It could not be written.
    #[error(transparent)]
    Pen(#[from] PenError),
    /// It would be larger than all files together may be.
    #[error("it would be larger than the folder may be")]
    TooLarge,
    /// The thread that wrote it panicked.
    #[error("writing has panicked")]
    Panicked(#[from] JoinError),
}

impl Place {
    /// Brings a boundary's file up to the log's present end; does nothing where somebody else does.
    pub(super) async fn extend<J: Journal>(
        &self,
        journal: &J,
        boundary: &Boundary,
    ) -> Result<(), ExtendError> {
        let subject = Subject::from(boundary);
        let state = journal.state().await?;
        let (path, origin) = (self.file(&subject), self.origin(state.created, &subject));
        let opened = spawn_blocking(move || Pen::open(&path, origin)).await?;
        let Some(mut pen) = opened.map_err(PenError::Io)? else {
            return Ok(());
        };
        let end = pen.end();
        if end.position.0 > 0 && !is_proven(journal, &subject, &end).await? {
            pen.give_up(&Flaw::Log).map_err(PenError::Io)?;
        }
        loop {
            let page = journal.page(&subject, pen.end().position, PAGE).await?;
            let Some(last) = page.last().map(|message| message.position) else {
                return Ok(());
            };
            let more = page.len() == PAGE && last < state.last;
            let (room, path) = (self.room(), self.file(&subject));
            pen = spawn_blocking(move || {
                let bytes = page.iter().map(|message| message.payload.len()).sum();
                if !room::make(&room, &path, bytes).map_err(PenError::Io)? {
                    return Err(ExtendError::TooLarge);
                }
                pen.append(&page)?;
                Ok(pen)
            })
            .await??;
            if !more {
                return Ok(());
            }
        }
    }
}

impl ExtendError {
    /// Says whether another file would fare no better at the moment.
    pub(super) fn is_of_the_folder(&self) -> bool {
        matches!(self, Self::Pen(PenError::Io(_)))
    }
}
