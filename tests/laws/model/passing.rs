//! To whom seats pass on, and who is passed over.

use super::{
    Entry, Full, Hour, Id, Lack, Model, Standing, Waitlist,
    rules::passed,
    seats::{Whence, whence},
};

/// Those who were passed over because the same was full for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Over {
    pub(crate) full: Full,
    pub(crate) amount: u32,
    pub(crate) first: u32,
    pub(crate) last: u32,
}

/// When it was the turn of somebody who waits, or of a group that wants to come as a whole.
struct Turn {
    party: Vec<Entry>,
    /// What they found full; nothing where they have seats now.
    lack: Option<Lack>,
}

/// Those whom the same buckets bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Alike {
    Group(Id),
    People(u8, Option<u8>),
}

impl Lack {
    /// Gives what is told where several are full.
    fn first(&self) -> Full {
        *self.full.iter().min().expect("something is full")
    }
}

impl Model {
    /// Gives those who wait, each alone or with the group that wants to come as a whole; a group
    /// stands where the first of it stands.
    pub(super) fn parties(&self, spared: Option<Id>) -> Vec<Vec<Entry>> {
        let mut parties: Vec<Vec<Entry>> = Vec::new();
        let mut waiting = self.waiting();
        waiting.retain(|entry| Some(entry.id) != spared);
        for entry in waiting {
            let whole = |party: &&mut Vec<Entry>| {
                matches!(entry.group, Some((_, true))) && party[0].group == entry.group
            };
            match parties.iter_mut().find(whole) {
                Some(party) => party.push(entry),
                None => parties.push(vec![entry]),
            }
        }
        parties
    }

    /// Lets those who wait have their turn, as if nothing stopped it.
    fn turns(&self, spared: Option<Id>) -> Vec<Turn> {
        let mut trial = self.clone();
        let mut turns = Vec::new();
        for party in self.parties(spared) {
            let all: Vec<Whence> = party.iter().map(whence).collect();
            let lack = trial.no_room(&all).map(|(_, lack)| lack);
            let stop = lack.is_some() && self.rules.waitlist == Waitlist::Strict;
            if lack.is_none() {
                for entry in &party {
                    trial.put(entry.id, Standing::Confirmed);
                }
            }
            turns.push(Turn { party, lack });
            if stop {
                break;
            }
        }
        turns
    }

    /// Gives those to whom seats would pass now, in order, if nothing stopped it.
    pub(super) fn next_ones(&self) -> Vec<Id> {
        lucky(&self.turns(None))
    }

    /// Forgets to whom seats passed on before.
    pub(crate) fn nothing_passes(&mut self) {
        self.lucky.clear();
        self.over.clear();
    }

    /// Passes seats on to those who wait, if nothing stops it, but not to the one that is spared.
    pub(super) fn pass_on(&mut self, spared: Option<Id>) {
        self.nothing_passes();
        if self.draft || passed(self.rules.stops, self.now) {
            return;
        }
        let turns = self.turns(spared);
        self.over = self.passed_over(&turns);
        self.lucky = lucky(&turns);
        for id in self.lucky.clone() {
            let standing = match (self.seat_for(id), self.rules.offers) {
                (Standing::Confirmed, Some(hours)) => {
                    Standing::Offered(self.now + Hour::from(hours))
                }
                (standing, _) => standing,
            };
            self.put(id, standing);
        }
    }

    /// Gives by what was full how many were passed by somebody, and between which places.
    fn passed_over(&self, turns: &[Turn]) -> Vec<Over> {
        let served = turns.iter().rposition(|turn| turn.lack.is_none());
        let mut all: Vec<Over> = Vec::new();
        let mut told: Vec<(Alike, Full)> = Vec::new();
        let Some(served) = served else {
            return all;
        };
        for turn in &turns[..served] {
            let Some(lack) = &turn.lack else {
                continue;
            };
            let alike = self.alike(&turn.party[0]);
            let before = told.iter().find(|(other, _)| *other == alike);
            let full = before.map_or_else(|| lack.first(), |(_, full)| *full);
            told.push((alike, full));
            // A group stands where the first of it stands.
            let last = turns[served].party[0].place;
            let ahead = turn.party.iter().filter(|entry| entry.place < last);
            for place in ahead.map(|entry| self.place(entry)) {
                match all.iter_mut().find(|over| over.full == full) {
                    Some(over) => over.add(place),
                    None => all.push(Over::one(full, place)),
                }
            }
        }
        all.sort();
        all
    }

    /// Gives what somebody has in common with all for whom the same is full, so that one of them
    /// tells for all.
    fn alike(&self, entry: &Entry) -> Alike {
        if let Some((group, true)) = entry.group {
            return Alike::Group(group);
        }
        let capped = self.rules.towns[usize::from(entry.town)];
        Alike::People(entry.program, capped.map(|_| entry.town))
    }

    /// Gives the place of somebody among those who wait, counted from 1.
    fn place(&self, entry: &Entry) -> u32 {
        let waiting = self.waiting();
        let ahead = waiting.iter().filter(|other| other.place < entry.place);
        u32::try_from(ahead.count()).expect("few people") + 1
    }

    /// Does what is due: all lapses, then all releases, then one passing on.
    pub(crate) fn settle(&mut self, now: Hour) {
        self.now = now;
        self.nothing_passes();
        if self.draft || self.called_off {
            return;
        }
        for entry in &mut self.people {
            entry.standing = match (entry.standing, entry.standing.ends()) {
                (Standing::Offered(_), Some(end)) if now >= end => Standing::OfferLapsed(end),
                (Standing::Resting(_), Some(end)) if now >= end => Standing::EmailLapsed(end),
                (standing, _) => standing,
            };
        }
        for program in 0..3 {
            let kept = self.rules.kept[usize::from(program)];
            if kept.is_some_and(|(_, release)| passed(release, now)) {
                self.released.insert(program);
            }
        }
        self.pass_on(None);
    }
}

impl Over {
    fn one(full: Full, place: u32) -> Self {
        Self {
            full,
            amount: 1,
            first: place,
            last: place,
        }
    }

    fn add(&mut self, place: u32) {
        self.amount += 1;
        self.first = self.first.min(place);
        self.last = self.last.max(place);
    }
}

fn lucky(turns: &[Turn]) -> Vec<Id> {
    let lucky = turns.iter().filter(|turn| turn.lack.is_none());
    lucky
        .flat_map(|turn| turn.party.iter().map(|entry| entry.id))
        .collect()
}
