//! A small model of seats, written without a look at the rules' own code.

use std::collections::BTreeMap;

/// Where somebody stands in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Seated,
    Waiting,
    Gone,
}

/// A workshop as a list of people in the order in which they came.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    seats: Option<usize>,
    waitlist: bool,
    people: Vec<(u8, u8, Standing)>,
}

impl Model {
    pub(crate) fn new(seats: Option<u32>, waitlist: bool) -> Self {
        let seats = seats.map(|seats| seats as usize);
        Self {
            seats,
            waitlist,
            people: Vec::new(),
        }
    }

    fn count(&self, standing: Standing) -> usize {
        self.people.iter().filter(|(.., s)| *s == standing).count()
    }

    /// Lets registration `id` of `person` in; says where it stands, or nothing where it is refused.
    pub(crate) fn submit(&mut self, id: u8, person: u8) -> Option<Standing> {
        let live =
            |(_, who, standing): &(u8, u8, Standing)| *who == person && *standing != Standing::Gone;
        if self.people.iter().any(live) {
            return None;
        }
        let room = self
            .seats
            .is_none_or(|seats| self.count(Standing::Seated) < seats);
        let standing = match (room && self.count(Standing::Waiting) == 0, self.waitlist) {
            (true, _) => Standing::Seated,
            (false, true) => Standing::Waiting,
            (false, false) => return None,
        };
        self.people.push((id, person, standing));
        Some(standing)
    }

    /// Lets registration `id` go; says whether it could.
    pub(crate) fn cancel(&mut self, id: u8) -> bool {
        let found = self.people.iter_mut().find(|(mine, ..)| *mine == id);
        let Some((.., standing)) = found.filter(|(.., s)| *s != Standing::Gone) else {
            return false;
        };
        let was_seated = *standing == Standing::Seated;
        *standing = Standing::Gone;
        if was_seated {
            let first = self
                .people
                .iter_mut()
                .find(|(.., s)| *s == Standing::Waiting);
            if let Some((.., standing)) = first {
                *standing = Standing::Seated;
            }
        }
        true
    }

    /// Everybody and where they stand.
    pub(crate) fn standings(&self) -> BTreeMap<u8, Standing> {
        self.people
            .iter()
            .map(|(id, _, standing)| (*id, *standing))
            .collect()
    }

    /// Those who wait, the first first.
    pub(crate) fn queue(&self) -> Vec<u8> {
        let waiting = self.people.iter().filter(|(.., s)| *s == Standing::Waiting);
        waiting.map(|(id, ..)| *id).collect()
    }
}
