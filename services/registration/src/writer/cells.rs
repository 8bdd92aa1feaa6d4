//! The cells in memory: loaded from the log when asked for, dropped when in doubt.

use std::collections::HashMap;

use anmeldewerk_contract::{DecodeError, Message, Position, Subject, decode};
use anmeldewerk_domain::Boundary;
use anmeldewerk_journal::{Journal, ReadError};

use super::{attempt::Failure, cell::Cell};
use crate::snapshot::{self, Shelf};

/// How many boundaries are kept in memory.
const MOST: usize = 1_000;
/// How many messages are read at once.
const PAGE: usize = 1_000;

/// Why a boundary could not be loaded.
#[derive(Debug, thiserror::Error)]
pub(super) enum LoadError {
    /// The log could not be read.
    #[error("log could not be read")]
    Read(#[from] ReadError),
    /// A message of the boundary is not known to this version.
    #[error("message at {at} is not known to this version")]
    Unknown {
        at: Position,
        #[source]
        source: DecodeError,
    },
}

/// The cells in memory.
#[derive(Default)]
pub(super) struct Cells {
    shelf: Shelf,
    loaded: HashMap<Boundary, Cell>,
    drains: u64,
    /// The last position that was given to a decision of ours.
    highest: Position,
}

impl Cells {
    /// Makes cells that are loaded with the help of what stands on a shelf.
    pub(super) fn new(shelf: Shelf) -> Self {
        Self {
            shelf,
            ..Self::default()
        }
    }

    /// Notes the positions of an append; the log must have gone on since the one before.
    pub(super) fn proceed_to(&mut self, positions: &[Position]) -> Result<(), Failure> {
        let (Some(first), Some(last)) = (positions.first(), positions.last()) else {
            return Ok(());
        };
        if *first <= self.highest {
            return Err(Failure::Regressed);
        }
        self.highest = *last;
        Ok(())
    }

    /// Begins a drain: cells that were not used for long are dropped, and empty ones at once.
    pub(super) fn begin_drain(&mut self) {
        self.drains = self.drains.wrapping_add(1);
        self.loaded.retain(|_, cell| cell.tail > Position::START);
        self.wish_for_snapshots();
        while self.loaded.len() >= MOST {
            let idle = self.loaded.iter().min_by_key(|(_, cell)| cell.used);
            let Some(idle) = idle.map(|(boundary, _)| boundary.clone()) else {
                return;
            };
            self.loaded.remove(&idle);
        }
    }

    /// Wishes for snapshots of those that have gone on for long without.
    fn wish_for_snapshots(&mut self) {
        for (boundary, cell) in &mut self.loaded {
            if snapshot::is_due(cell.unshelved) && self.shelf.wish(boundary) {
                cell.unshelved = 0;
            }
        }
    }

    /// Loads a boundary, unless it is in memory.
    pub(super) async fn load<J: Journal>(
        &mut self,
        journal: &J,
        boundary: &Boundary,
    ) -> Result<(), LoadError> {
        if !self.loaded.contains_key(boundary) {
            let cell = read(journal, &self.shelf, boundary).await?;
            self.loaded.insert(boundary.clone(), cell);
        }
        if let Some(cell) = self.loaded.get_mut(boundary) {
            cell.used = self.drains;
        }
        Ok(())
    }

    /// Gives a loaded boundary.
    pub(super) fn get(&self, boundary: &Boundary) -> Option<&Cell> {
        self.loaded.get(boundary)
    }

    /// Gives a loaded boundary to change.
    pub(super) fn get_mut(&mut self, boundary: &Boundary) -> Option<&mut Cell> {
        self.loaded.get_mut(boundary)
    }

    /// Gives a loaded boundary away.
    #[cfg(test)]
    pub(super) fn take(&mut self, boundary: &Boundary) -> Option<Cell> {
        self.loaded.remove(boundary)
    }

    /// Forgets a boundary, which is then read anew.
    pub(super) fn drop(&mut self, boundary: &Boundary) {
        self.loaded.remove(boundary);
    }
}

async fn read<J: Journal>(
    journal: &J,
    shelf: &Shelf,
    boundary: &Boundary,
) -> Result<Cell, LoadError> {
    let subject = Subject::from(boundary);
    let fresh = (Cell::new(boundary), Cell::replay);
    let shelved = shelf.load(journal, boundary, fresh).await;
    let mut cell = shelved.unwrap_or_else(|| Cell::new(boundary));
    cell.unshelved = 0;
    loop {
        let page = journal.page(&subject, cell.tail, PAGE).await?;
        let read = page.len();
        for message in page {
            replay(&mut cell, &message)?;
        }
        if read < PAGE {
            return Ok(cell);
        }
    }
}

fn replay(cell: &mut Cell, message: &Message) -> Result<(), LoadError> {
    let at = message.position;
    let recorded = decode(message).map_err(|source| LoadError::Unknown { at, source })?;
    cell.replay(&recorded);
    Ok(())
}
