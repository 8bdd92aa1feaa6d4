//! The waitlist: one order, kept in lanes of people whom the same buckets bound.

use std::collections::{BTreeMap, BTreeSet};

use super::Registration;
use crate::{GroupId, MunicipalityKey, ProgramId, RegistrationId};

/// A place in the order of those who wait; the smaller, the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Order {
    /// Who was moved back from a seat stands before all others.
    pub rank: Rank,
    /// The place in the order of arrival in the log.
    pub arrival: u64,
}

impl Order {
    /// Behind everybody.
    pub(super) const LAST: Self = Self {
        rank: Rank::Regular,
        arrival: u64::MAX,
    };
}

/// Whom the waitlist serves first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Who had a seat and was moved to the waitlist.
    Moved,
    /// Everybody else.
    Regular,
}

/// People among whom only the order decides: the same buckets are full or free for all of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// People of a program, and of a municipality where that has a cap.
    People(ProgramId, Option<MunicipalityKey>),
    /// A group that wants seats for all or none.
    Group(GroupId),
}

/// Those who wait.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Queue {
    lanes: BTreeMap<Lane, BTreeMap<Order, RegistrationId>>,
    len: usize,
}

impl Queue {
    /// Says how many wait.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Says whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Gives everybody who waits, the first first.
    pub fn in_order(&self) -> BTreeMap<Order, RegistrationId> {
        let lanes = self.lanes.values().flatten();
        lanes.map(|(order, id)| (*order, *id)).collect()
    }

    /// Gives the place that somebody with this order has or would get, counted from 1.
    pub fn place(&self, order: Order) -> u32 {
        let ahead = self.lanes.values().map(|lane| lane.range(..order).count());
        place(ahead.fold(0, usize::saturating_add))
    }

    /// Gives the place behind everybody, counted from 1.
    pub fn last_place(&self) -> u32 {
        place(self.len)
    }

    pub(super) fn lanes(&self) -> impl Iterator<Item = (&Lane, &BTreeMap<Order, RegistrationId>)> {
        self.lanes.iter()
    }

    pub(super) fn lane(&self, lane: &Lane) -> Option<&BTreeMap<Order, RegistrationId>> {
        self.lanes.get(lane)
    }

    pub(super) fn insert(&mut self, lane: Lane, order: Order, id: RegistrationId) {
        let before = self.lanes.entry(lane).or_default().insert(order, id);
        if before.is_none() {
            self.len = self.len.saturating_add(1);
        }
    }

    pub(super) fn remove(&mut self, lane: &Lane, order: Order) {
        let Some(people) = self.lanes.get_mut(lane) else {
            return;
        };
        if people.remove(&order).is_some() {
            self.len = self.len.saturating_sub(1);
        }
        if people.is_empty() {
            self.lanes.remove(lane);
        }
    }
}

/// Gives the lane in which a registration waits, where these municipalities have a cap.
pub(super) fn lane_of(
    registration: &Registration,
    capped: &BTreeMap<MunicipalityKey, u32>,
) -> Lane {
    match registration.group {
        Some(group) if group.together => Lane::Group(group.group),
        Some(_) | None => {
            let municipality = capped.get_key_value(&registration.municipality);
            let municipality = municipality.map(|(key, _)| key.clone());
            Lane::People(registration.program.clone(), municipality)
        }
    }
}

/// Puts those who wait into lanes anew.
pub(super) fn queue_of<'r>(
    waiting: impl Iterator<Item = (RegistrationId, &'r Registration)>,
    capped: &BTreeMap<MunicipalityKey, u32>,
) -> Queue {
    let mut queue = Queue::default();
    for (id, registration) in waiting {
        queue.insert(lane_of(registration, capped), registration.order, id);
    }
    queue
}

/// The registrations of a queue that are not to be served by a decision.
pub(super) type Away = BTreeSet<RegistrationId>;

fn place(ahead: usize) -> u32 {
    u32::try_from(ahead).map_or(u32::MAX, |ahead| ahead.saturating_add(1))
}
