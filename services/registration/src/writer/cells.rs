//! The cells in memory, those that were not used for longest leaving first.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::Boundary;
use lru::LruCache;

use super::{cell::Cell, plan::Written};
use crate::snapshot::Shelf;

/// About how many bytes all cells together may take.
const ROOM: usize = 128 << 20;

/// The log gave a position twice: it was restored, or cut off, while we were writing.
#[derive(Debug, thiserror::Error)]
#[error("log has regressed: it gave a position that it had given before")]
pub(crate) struct Regressed;

/// The cells in memory.
pub(super) struct Cells {
    loaded: LruCache<Boundary, Held>,
    room: usize,
    taken: usize,
    /// The last position that was given to a decision of ours.
    highest: Position,
}

struct Held {
    cell: Cell,
    weight: usize,
}

impl Default for Cells {
    fn default() -> Self {
        Self::of(ROOM)
    }
}

impl Cells {
    fn of(room: usize) -> Self {
        Self {
            loaded: LruCache::unbounded(),
            room,
            taken: 0,
            highest: Position::START,
        }
    }

    /// Notes the positions of an append; the log must have gone on since the one before.
    pub(super) fn proceed_to(
        &mut self,
        positions: impl Iterator<Item = Position> + Clone,
    ) -> Result<(), Regressed> {
        let (Some(first), Some(last)) = (positions.clone().min(), positions.max()) else {
            return Ok(());
        };
        if first <= self.highest {
            return Err(Regressed);
        }
        self.highest = last;
        Ok(())
    }

    /// Takes in a cell that was read.
    pub(super) fn insert(&mut self, boundary: Boundary, cell: Cell) {
        let weight = cell.weight();
        self.taken += weight;
        if let Some(before) = self.loaded.put(boundary, Held { cell, weight }) {
            self.taken -= before.weight;
        }
    }

    /// Lets the cells that were not used for longest go until the rest has room; the last one stays
    /// however large it is, and so do those that hold what is not stored yet.
    pub(super) fn make_room(&mut self, written: &Written) {
        let (mut staying, mut weight) = (Vec::new(), 0);
        while self.taken + weight > self.room
            && self.loaded.len() > 1
            && let Some((boundary, held)) = self.loaded.pop_lru()
        {
            self.taken -= held.weight;
            if written.contains(&boundary) {
                weight += held.weight;
                staying.push((boundary, held));
            }
        }
        for (boundary, held) in staying {
            self.taken += held.weight;
            self.loaded.put(boundary, held);
        }
    }

    /// Says whether a boundary is in memory.
    pub(super) fn holds(&self, boundary: &Boundary) -> bool {
        self.loaded.contains(boundary)
    }

    /// Gives a boundary that is in memory.
    pub(super) fn get(&mut self, boundary: &Boundary) -> Option<&Cell> {
        self.loaded.get(boundary).map(|held| &held.cell)
    }

    /// Gives a boundary that is in memory, to change it.
    pub(super) fn get_mut(&mut self, boundary: &Boundary) -> Option<&mut Cell> {
        self.loaded.get_mut(boundary).map(|held| &mut held.cell)
    }

    /// Weighs a boundary anew after it has changed, and wishes for a snapshot where it is worth one.
    pub(super) fn changed(&mut self, boundary: &Boundary, snapshots: &Shelf) {
        if let Some(held) = self.loaded.peek_mut(boundary) {
            self.taken -= held.weight;
            held.weight = held.cell.weight();
            self.taken += held.weight;
            held.cell.wish_for_snapshot(boundary, snapshots);
        }
    }

    /// Forgets a boundary, which is then read anew.
    pub(super) fn drop(&mut self, boundary: &Boundary) {
        if let Some(held) = self.loaded.pop(boundary) {
            self.taken -= held.weight;
        }
    }

    /// Tells how many cells there are, and about how many bytes they take.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.loaded.len(), self.taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anmeldewerk_domain::WorkshopId;

    fn workshop(id: u128) -> Boundary {
        Boundary::Workshop(WorkshopId(id))
    }

    fn three() -> Cells {
        let weight = Cell::new(&workshop(0)).weight();
        let mut cells = Cells::of(3 * weight);
        for id in 0..3 {
            cells.insert(workshop(id), Cell::new(&workshop(id)));
        }
        cells
    }

    #[test]
    fn the_cell_that_was_not_used_for_longest_leaves_first() {
        let mut cells = three();
        assert!(cells.get(&workshop(0)).is_some());
        cells.insert(workshop(3), Cell::new(&workshop(3)));
        cells.make_room(&Written::default());
        let held = [0, 1, 2, 3].map(|id| cells.holds(&workshop(id)));
        assert_eq!(held, [true, false, true, true]);
        assert_eq!(cells.size().0, 3);
    }

    #[test]
    fn a_cell_that_holds_what_is_not_stored_yet_stays() {
        let mut cells = three();
        cells.insert(workshop(3), Cell::new(&workshop(3)));
        cells.make_room(&[workshop(0), workshop(1)].into());
        let held = [0, 1, 2, 3].map(|id| cells.holds(&workshop(id)));
        assert_eq!(held, [true, true, false, true]);
    }

    #[test]
    fn what_is_dropped_or_replaced_weighs_nothing() {
        let mut cells = three();
        let (_, full) = cells.size();
        cells.insert(workshop(1), Cell::new(&workshop(1)));
        assert_eq!(cells.size(), (3, full));
        for id in 0..3 {
            cells.changed(&workshop(id), &Shelf::none());
            cells.drop(&workshop(id));
            cells.drop(&workshop(id));
        }
        assert_eq!(cells.size(), (0, 0));
    }

    #[test]
    fn positions_only_ever_go_on() {
        let mut cells = Cells::default();
        let positions = |all: &[u64]| all.iter().copied().map(Position).collect::<Vec<_>>();
        for good in [&[][..], &[2, 1], &[3], &[7, 5, 6]] {
            let good = positions(good).into_iter();
            assert!(cells.proceed_to(good).is_ok());
        }
        assert!(cells.proceed_to(positions(&[8, 7]).into_iter()).is_err());
    }
}
