//! Who holds seats, and for whom there is room.

use super::{Entry, Full, Id, Lack, Model, Standing, Waitlist, Wish};

/// A program and a town: all that seats ask of somebody.
pub(super) type Whence = (u8, u8);

impl Model {
    fn used(&self, counts: impl Fn(&Entry) -> bool) -> u32 {
        let seated = self.people.iter().filter(|entry| entry.standing.seated());
        u32::try_from(seated.filter(|entry| counts(entry)).count()).expect("few people")
    }

    /// Gives how many seats are held.
    pub(crate) fn used_all(&self) -> u32 {
        self.used(|_| true)
    }

    /// Gives how many seats a program holds.
    pub(crate) fn used_by(&self, program: u8) -> u32 {
        self.used(|entry| entry.program == program)
    }

    /// Gives how many seats a town holds.
    pub(crate) fn used_in(&self, town: u8) -> u32 {
        self.used(|entry| entry.town == town)
    }

    /// Gives how many seats are kept for a program and not yet taken by it.
    fn reserve(&self, program: u8) -> u32 {
        let kept = self.rules.kept[usize::from(program)].map_or(0, |(seats, _)| seats);
        if self.released.contains(&program) {
            return 0;
        }
        kept.saturating_sub(self.used_by(program))
    }

    /// Names everything that is full for somebody.
    pub(super) fn full(&self, (program, town): Whence) -> Vec<Full> {
        let mut full = Vec::new();
        let others = (0..3).filter(|other| *other != program);
        let kept: u32 = others.map(|other| self.reserve(other)).sum();
        match self.rules.seats {
            Some(seats) if self.used_all() >= seats => full.push(Full::Workshop(seats)),
            Some(seats) if self.used_all() + kept >= seats => full.push(Full::Reserved),
            _ => {}
        }
        match self.rules.caps[usize::from(program)] {
            Some(cap) if self.used_by(program) >= cap => full.push(Full::Program(program, cap)),
            _ => {}
        }
        full.extend(self.full_town(town));
        full
    }

    /// Says whether a town's own bucket is full.
    pub(super) fn full_town(&self, town: u8) -> Option<Full> {
        let cap = self.rules.towns[usize::from(town)]?;
        (self.used_in(town) >= cap).then_some(Full::Town(town, cap))
    }

    /// Names the first of these who finds no room when they sit down one after another, and why.
    pub(super) fn no_room(&self, all: &[Whence]) -> Option<(usize, Lack)> {
        let mut trial = self.clone();
        for (index, whence) in all.iter().enumerate() {
            let full = trial.full(*whence);
            if !full.is_empty() {
                return Some((index, trial.lack(full)));
            }
            trial.sit_somebody(*whence);
        }
        None
    }

    /// Adds how many seats the workshop has left.
    pub(super) fn lack(&self, full: Vec<Full>) -> Lack {
        let left = self.rules.seats;
        let left = left.map(|seats| seats.saturating_sub(self.used_all()));
        Lack { full, left }
    }

    fn sit_somebody(&mut self, (program, town): Whence) {
        self.people.push(Entry {
            id: Id::MAX,
            number: u64::MAX,
            person: 0,
            also: None,
            nobody: true,
            program,
            town,
            wish: Wish::Topic(0),
            notice: 1,
            group: None,
            alike: [].into(),
            place: (1, 0),
            approved: true,
            standing: Standing::Confirmed,
        });
    }

    /// Says whether there are seats for all of a party.
    pub(super) fn fits(&self, party: &[Entry]) -> bool {
        let all: Vec<Whence> = party.iter().map(whence).collect();
        self.no_room(&all).is_none()
    }

    /// Names the first of newcomers who want to come together who finds no seat, and why.
    pub(super) fn closed_to(&self, newcomers: &[Whence]) -> Option<(usize, Lack)> {
        let first = self.first_kept_out(newcomers)?;
        if let Some((_, lack)) = self.no_room(&newcomers[..=first]) {
            return Some((first, lack));
        }
        let mut trial = self.clone();
        for before in &newcomers[..first] {
            trial.sit_somebody(*before);
        }
        Some((first, trial.lack(vec![Full::Queue])))
    }

    /// Gives the first newcomer for whom nothing is left by those who wait.
    fn first_kept_out(&self, newcomers: &[Whence]) -> Option<usize> {
        if self.rules.waitlist == Waitlist::Strict && !self.waiting().is_empty() {
            return Some(0);
        }
        let mut later = self.clone();
        for id in self.next_ones() {
            later.put(id, Standing::Confirmed);
        }
        later.no_room(newcomers).map(|(first, _)| first)
    }

    /// Gives the seat somebody gets who needs no question any more, but perhaps approval.
    pub(super) fn seat_for(&self, id: Id) -> Standing {
        let approved = self.entry(id).is_some_and(|entry| entry.approved);
        if self.rules.approval && !approved {
            Standing::Pending
        } else {
            Standing::Confirmed
        }
    }
}

pub(super) fn whence(entry: &Entry) -> Whence {
    (entry.program, entry.town)
}
