//! Passing seats on to those who wait, in their order, as far as the buckets allow.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    ops::Bound::{self, Excluded, Included, Unbounded},
};

use super::{
    Bucket, Buckets, Cause, Event, Offers, Order, PassedOver, Queue, Registration, Settings,
    Situation, Status, WaitlistPolicy, Workshop,
    queue::{Away, Lane, lane_of},
};
use crate::{Instant, RegistrationId};

/// The most seats that pass on in one decision; the rest is due at once.
pub(super) const MOST_PASSED: usize = 200;
/// The most buckets that are named where people are passed over.
const MOST_NAMED: usize = 100;

/// The state as a decision leaves it, as far as seats and those who wait for them go.
///
/// Nothing is copied: it is the state before, and what the decision changes.
pub(super) struct After<'w> {
    workshop: &'w Workshop,
    settings: &'w Settings,
    pub(super) buckets: Buckets<'w>,
    pub(super) queue: Cow<'w, Queue>,
    /// Who does not wait any more, or is not to be served now.
    away: Away,
    /// Registrations that the decision changes.
    changed: BTreeMap<RegistrationId, Registration>,
}

/// Those who get a seat next: one, or a group that comes as a whole.
struct Unit {
    people: Vec<(Order, RegistrationId)>,
    lane: Lane,
}

impl<'w> After<'w> {
    /// Begins with the state as it is.
    pub(super) fn of(workshop: &'w Workshop) -> Self {
        Self {
            workshop,
            settings: &workshop.settings,
            buckets: workshop.buckets(),
            queue: Cow::Borrowed(&workshop.queue),
            away: Away::new(),
            changed: BTreeMap::new(),
        }
    }

    /// Takes other settings, and says which guarantees are released.
    pub(super) fn with_settings(
        workshop: &'w Workshop,
        settings: &'w Settings,
        released: &'w BTreeSet<crate::ProgramId>,
    ) -> Self {
        let lanes = &workshop.settings.municipality_caps;
        let queue = if lanes.keys().eq(settings.municipality_caps.keys()) {
            Cow::Borrowed(&workshop.queue)
        } else {
            Cow::Owned(requeued(workshop, settings))
        };
        Self {
            workshop,
            settings,
            buckets: Buckets::new(settings, released, &workshop.taken),
            queue,
            away: Away::new(),
            changed: BTreeMap::new(),
        }
    }

    /// Notes that a registration gives its seat back or waits no more.
    pub(super) fn leaves(&mut self, id: RegistrationId, registration: &Registration) {
        if registration.situation.holds_seat() {
            self.buckets
                .give_back(&registration.program, &registration.municipality);
        }
        self.away.insert(id);
    }

    /// Notes what a registration is from now on.
    pub(super) fn becomes(&mut self, id: RegistrationId, next: Registration) {
        if let Some(before) = self.workshop.registrations.get(&id) {
            self.leaves(id, before);
        }
        if next.situation.holds_seat() {
            self.buckets.take(&next.program, &next.municipality);
        }
        if next.situation == Situation::Waitlisted {
            let queue = self.queue.to_mut();
            if let Some(before) = self.workshop.registrations.get(&id) {
                let lane = lane_of(before, &self.settings.municipality_caps);
                queue.remove(&lane, before.order);
            }
            let lane = lane_of(&next, &self.settings.municipality_caps);
            queue.insert(lane, next.order, id);
            self.away.remove(&id);
        }
        self.changed.insert(id, next);
    }

    /// Notes that a registration gives up its seat and waits, but is not to be served now.
    pub(super) fn moves_back(&mut self, id: RegistrationId, next: Registration) {
        self.becomes(id, next);
        self.away.insert(id);
    }

    fn registration(&self, id: &RegistrationId) -> Option<&Registration> {
        let changed = self.changed.get(id);
        changed.or_else(|| self.workshop.registrations.get(id))
    }

    /// Lets those who wait take what they can, whether it may pass on or not: it is theirs before a newcomer's.
    pub(super) fn reserve_for_queue(&mut self) {
        if self.nobody_can_be_served() {
            return;
        }
        let mut serving = Serving::begin(self);
        while let Some(unit) = serving.next(self) {
            self.seat(&unit);
        }
    }

    /// Says whether a look at the lanes can be spared: nobody waits, or no seat at all is left.
    fn nobody_can_be_served(&self) -> bool {
        self.queue.is_empty() || self.buckets.free() == Some(0)
    }

    /// Gives what keeps somebody from a seat.
    pub(super) fn full(&self, registration: &Registration) -> Option<Bucket> {
        self.buckets
            .full(&registration.program, &registration.municipality)
    }

    /// Says whether somebody ahead of `order` could take a seat.
    pub(super) fn somebody_ahead_fits(&self, order: Order) -> bool {
        let ahead = self
            .queue
            .lanes()
            .filter_map(|(lane, _)| self.unit(lane, Unbounded));
        let mut ahead = ahead.filter(|unit| unit.order() < order);
        ahead.any(|unit| self.blocked(&unit).is_none())
    }

    /// Passes seats on at `at`: gives what happens to whom, at most for [`MOST_PASSED`].
    pub(super) fn pass_on(mut self, at: Instant) -> Vec<Event> {
        let stop = self.settings.deadlines.promotion_stops;
        let stopped = stop.is_some_and(|stop| stop.reached(at));
        let published = self.workshop.status == Status::Published;
        if stopped || !published || self.nobody_can_be_served() {
            return Vec::new();
        }
        let mut events = Vec::new();
        let mut last = None;
        let gone = self.gone();
        let mut serving = Serving::begin(&self);
        while let Some(unit) = serving.next(&self) {
            if events.len().saturating_add(unit.people.len()) > MOST_PASSED {
                break;
            }
            self.seat(&unit);
            last = Some(unit.order());
            let people = unit.people.iter();
            events.extend(people.filter_map(|(_, id)| self.seated(*id, at, Cause::SeatPassed)));
        }
        let passed_over = last.map(|last| self.passed_over(&serving.blocked, last, &gone));
        let passed_over = passed_over.filter(|passed| !passed.is_empty());
        events.extend(passed_over.map(Event::PassedOver));
        events
    }

    /// Says what becomes of somebody who waited and gets a seat.
    fn seated(&self, id: RegistrationId, at: Instant, cause: Cause) -> Option<Event> {
        let registration = self.registration(&id)?;
        Some(if self.settings.approval && !registration.approved {
            Event::Held {
                registration: id,
                cause,
            }
        } else if let Offers::Hours(hours) = self.settings.offers {
            Event::Offered {
                registration: id,
                expires: at.hours_later(hours),
                cause,
            }
        } else {
            Event::Confirmed {
                registration: id,
                cause,
            }
        })
    }

    fn seat(&mut self, unit: &Unit) {
        for (_, id) in &unit.people {
            let changed = self.changed.get(id);
            let registration = changed.or_else(|| self.workshop.registrations.get(id));
            if let Some(registration) = registration {
                self.buckets
                    .take(&registration.program, &registration.municipality);
            }
            self.away.insert(*id);
        }
    }

    /// Gives the first of a lane who may be served, from a place on.
    fn unit(&self, lane: &Lane, from: Bound<Order>) -> Option<Unit> {
        let people = self.queue.lane(lane)?;
        let mut waiting = people
            .range((from, Unbounded))
            .map(|(order, id)| (*order, *id))
            .filter(|(_, id)| !self.away.contains(id));
        let people: Vec<_> = match lane {
            Lane::People(..) => waiting.next().into_iter().collect(),
            Lane::Group(_) => waiting.collect(),
        };
        let lane = lane.clone();
        (!people.is_empty()).then_some(Unit { people, lane })
    }

    /// Gives what keeps a unit from its seats.
    fn blocked(&self, unit: &Unit) -> Option<Bucket> {
        let people = unit.people.iter();
        let registrations = people.filter_map(|(_, id)| self.registration(id));
        first_full(self.buckets.clone(), registrations)
    }

    /// Gives the places that those had who wait no more by what was decided.
    fn gone(&self) -> BTreeSet<Order> {
        let away = self.away.iter();
        let before = away.filter_map(|id| self.workshop.registrations.get(id));
        let waited = before.filter(|of| of.situation == Situation::Waitlisted);
        waited.map(|of| of.order).collect()
    }

    /// Says who was passed over by the last one served, and which bucket kept them.
    fn passed_over(
        &self,
        blocked: &BTreeMap<Bucket, Vec<Lane>>,
        last: Order,
        gone: &BTreeSet<Order>,
    ) -> Vec<PassedOver> {
        let place = |order: Order| {
            let ahead = u32::try_from(gone.range(..order).count());
            let place = self.queue.place(order);
            place.saturating_sub(ahead.unwrap_or(u32::MAX))
        };
        let named = blocked.iter().filter_map(|(bucket, lanes)| {
            let lanes = lanes.iter().filter_map(|lane| self.queue.lane(lane));
            let ahead = lanes.flat_map(|people| people.range(..last));
            let ahead = ahead.filter(|(_, id)| !self.away.contains(id));
            let orders: BTreeSet<Order> = ahead.map(|(order, _)| *order).collect();
            Some(PassedOver {
                bucket: bucket.clone(),
                amount: u32::try_from(orders.len()).unwrap_or(u32::MAX),
                first_place: place(*orders.first()?),
                last_place: place(*orders.last()?),
            })
        });
        named.take(MOST_NAMED).collect()
    }
}

/// Gives the first bucket that is full when these take seats one after another.
fn first_full<'r>(
    mut buckets: Buckets<'_>,
    people: impl Iterator<Item = &'r Registration>,
) -> Option<Bucket> {
    for person in people {
        if let Some(bucket) = buckets.full(&person.program, &person.municipality) {
            return Some(bucket);
        }
        buckets.take(&person.program, &person.municipality);
    }
    None
}

fn requeued(workshop: &Workshop, settings: &Settings) -> Queue {
    let waiting = workshop.queue.in_order();
    let waiting = waiting
        .values()
        .filter_map(|id| Some((*id, workshop.registrations.get(id)?)));
    super::queue::queue_of(waiting, &settings.municipality_caps)
}

impl Unit {
    /// Gives its place in the order: that of its first.
    fn order(&self) -> Order {
        let first = self.people.first();
        first.map_or(Order::LAST, |(order, _)| *order)
    }
}

/// Goes through those who wait, the first first; whose bucket is full is left out from then on.
///
/// A seat that is taken never makes room for anybody, so a lane that is blocked stays so.
struct Serving {
    heads: BTreeSet<(Order, Lane)>,
    blocked: BTreeMap<Bucket, Vec<Lane>>,
    strict: bool,
}

impl Serving {
    fn begin(after: &After<'_>) -> Self {
        let lanes = after.queue.lanes();
        let units = lanes.filter_map(|(lane, _)| after.unit(lane, Unbounded));
        Self {
            heads: units.map(|unit| (unit.order(), unit.lane)).collect(),
            blocked: BTreeMap::new(),
            strict: after.settings.waitlist == WaitlistPolicy::StrictHead,
        }
    }

    /// Gives who is next and fits.
    fn next(&mut self, after: &After<'_>) -> Option<Unit> {
        while let Some((order, lane)) = self.heads.pop_first() {
            let Some(unit) = after.unit(&lane, Included(order)) else {
                continue;
            };
            match after.blocked(&unit) {
                None => {
                    let last = unit.people.last().map_or(order, |(order, _)| *order);
                    let next = after.unit(&lane, Excluded(last));
                    self.heads
                        .extend(next.map(|next| (next.order(), next.lane)));
                    return Some(unit);
                }
                Some(_) if self.strict => return None,
                Some(bucket) => self.blocked.entry(bucket).or_default().push(lane),
            }
        }
        None
    }
}
