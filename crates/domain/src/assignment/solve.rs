//! Slot by slot, pass by pass, and closing what too few would come to.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Allocation, Closed, Extent, Input, Obstacle, Person, Topic, Unplaced,
    cost::Cost,
    network::{Choice, Door, Network},
};
use crate::{MunicipalityKey, ProgramId, TopicCode, chance::Chance, workshop::Slot};

/// Below this bound chance is drawn for each person and topic.
const TIES: u64 = 1 << 20;

/// Finds the best allocation, with costs of `N` numbers.
pub(super) fn solve<const N: usize>(input: &Input, seed: &[u8; 32]) -> Allocation {
    let mut chance = Chance::of(seed);
    let mut allocation = Allocation::default();
    for slot in [Slot::First, Slot::Second] {
        let round = Round::<N>::new(input, slot, &allocation, &mut chance);
        // A slot without topics is none.
        if !round.topics.is_empty() {
            round.run(&mut allocation);
        }
    }
    allocation
}

/// The assignment of one slot.
struct Round<'i, const N: usize> {
    input: &'i Input,
    slot: Slot,
    topics: Vec<&'i Topic>,
    /// The most wishes that anybody stated.
    ranks: usize,
    /// The topics that are still open.
    open: BTreeSet<usize>,
    /// Those who have no topic in this slot yet.
    seekers: Vec<Seeker<'i>>,
    closed: Vec<Closed>,
}

/// Somebody without a topic.
struct Seeker<'i> {
    person: &'i Person,
    /// What chance says of each topic of the slot.
    ties: Vec<i64>,
    /// The topic they have in the other slot.
    elsewhere: Option<TopicCode>,
}

impl Seeker<'_> {
    fn has_wishes(&self, slot: Slot) -> bool {
        !self.person.ranked(slot).is_empty()
    }
}

/// Who is where after both passes.
struct Seated {
    /// The topic of each seeker.
    of: Vec<Option<usize>>,
    /// How many each topic has.
    sizes: Vec<u32>,
    full: Vec<bool>,
    full_gates: BTreeSet<Gate>,
}

/// What bounds a topic for some.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Gate {
    Program(usize, ProgramId),
    Municipality(usize, ProgramId, MunicipalityKey),
}

impl<'i, const N: usize> Round<'i, N> {
    fn new(input: &'i Input, slot: Slot, before: &Allocation, chance: &mut Chance) -> Self {
        let topics: Vec<&Topic> = input.topics.iter().filter(|t| t.slot == slot).collect();
        let seekers = input.people.iter().filter_map(|person| {
            // Chance is drawn for everybody, so that nobody's depends on who is fixed.
            let ties = topics.iter().map(|_| tie(chance)).collect();
            let free = !person.fixed.contains_key(&slot);
            let other = other(slot);
            let elsewhere = before.topic(person.registration, other);
            let elsewhere = elsewhere.or_else(|| person.fixed.get(&other)).cloned();
            free.then_some(Seeker {
                person,
                ties,
                elsewhere,
            })
        });
        let seekers = seekers.collect();
        Self {
            input,
            slot,
            ranks: input.longest(),
            open: (0..topics.len()).collect(),
            topics,
            seekers,
            closed: Vec::new(),
        }
    }

    fn run(mut self, allocation: &mut Allocation) {
        let mut first = self.network();
        self.seat(&mut first, true);
        let seated = loop {
            let seated = self.second_pass(&first);
            let Some(topic) = self.undersized(&seated) else {
                break seated;
            };
            self.close(topic, seated.sizes[topic]);
            first.network.close(first.doors[topic]);
        };
        self.tell(&seated, allocation);
    }

    /// Makes the network of the topics that are open, with those who are fixed in it.
    fn network(&self) -> Lobby<N> {
        let mut network = Network::new();
        let topics = self.topics.iter();
        let doors = topics.map(|topic| network.topic(topic.max)).collect();
        let mut lobby = Lobby {
            network,
            doors,
            gates: BTreeMap::new(),
            seekers: Vec::new(),
        };
        for person in &self.input.people {
            let fixed = person.fixed.get(&self.slot);
            let at = fixed.and_then(|code| self.topics.iter().position(|t| t.code == *code));
            if let Some(at) = at {
                let door = lobby.entry(at, self.topics[at], person);
                lobby.network.fix(door);
            }
        }
        lobby
    }

    /// Finds a topic for those with wishes, or for those without.
    fn seat(&self, lobby: &mut Lobby<N>, wishes: bool) {
        for (at, seeker) in self.seekers.iter().enumerate() {
            if seeker.has_wishes(self.slot) == wishes {
                let choices = self.choices(lobby, seeker);
                let number = lobby.network.seat(choices);
                lobby.seekers.push((at, number));
            }
        }
    }

    fn choices(&self, lobby: &mut Lobby<N>, seeker: &Seeker<'_>) -> Vec<Choice<N>> {
        let mut choices = Vec::with_capacity(self.open.len());
        for at in &self.open {
            let topic = self.topics[*at];
            if self.unwanted(seeker, topic).is_none() {
                choices.push(Choice {
                    door: lobby.entry(*at, topic, seeker.person),
                    cost: self.cost(seeker, topic).with_tie(seeker.ties[*at]),
                });
            }
        }
        choices
    }

    fn cost(&self, seeker: &Seeker<'_>, topic: &Topic) -> Cost<N> {
        match seeker.person.rank(self.slot, &topic.code) {
            Some(rank) => Cost::wish(rank, self.ranks),
            None if seeker.has_wishes(self.slot) => Cost::fallback(),
            None => Cost::ZERO,
        }
    }

    fn unwanted(&self, seeker: &Seeker<'_>, topic: &Topic) -> Option<Obstacle> {
        if seeker.person.vetoes(self.slot, &topic.code) {
            Some(Obstacle::Vetoed)
        } else if seeker.elsewhere.as_ref() == Some(&topic.code) {
            Some(Obstacle::OtherSlot)
        } else {
            None
        }
    }

    /// Seats those without wishes where those with wishes leave room, and says who is where.
    fn second_pass(&self, first: &Lobby<N>) -> Seated {
        let mut lobby = self.network();
        let mut of = vec![None; self.seekers.len()];
        for (at, number) in &first.seekers {
            let topic = first.topic_of(*number);
            of[*at] = topic;
            let person = self.seekers[*at].person;
            for open in &self.open {
                // What keeps somebody out is a door, too, though nobody goes through it.
                let door = lobby.entry(*open, self.topics[*open], person);
                if topic == Some(*open) {
                    lobby.network.fix(door);
                }
            }
        }
        self.seat(&mut lobby, false);
        for (at, number) in &lobby.seekers {
            of[*at] = lobby.topic_of(*number);
        }
        let doors = lobby.doors.iter();
        let gates = lobby.gates.iter();
        let full_gates = gates.filter(|(_, door)| lobby.network.is_full(**door));
        Seated {
            of,
            sizes: doors
                .clone()
                .map(|door| lobby.network.used(*door))
                .collect(),
            full: doors.map(|door| lobby.network.is_full(*door)).collect(),
            full_gates: full_gates.map(|(gate, _)| gate.clone()).collect(),
        }
    }

    /// Gives the topic that is to be closed next: the one that lacks most, and that fewest wish for.
    fn undersized(&self, seated: &Seated) -> Option<usize> {
        if self.input.extent == Extent::Repair || self.open.len() < 2 {
            return None;
        }
        let small = self.open.iter().copied();
        let small = small.filter(|at| seated.sizes[*at] < self.topics[*at].min);
        let small = small.filter(|at| !self.holds_fixed(self.topics[*at]));
        small.max_by_key(|at| {
            let lacks = self.topics[*at].min.saturating_sub(seated.sizes[*at]);
            let wished = self.wished(self.topics[*at]);
            (lacks, std::cmp::Reverse(wished), std::cmp::Reverse(*at))
        })
    }

    fn holds_fixed(&self, topic: &Topic) -> bool {
        let mut fixed = self.input.people.iter();
        fixed.any(|person| person.fixed.get(&self.slot) == Some(&topic.code))
    }

    fn wished(&self, topic: &Topic) -> usize {
        let all = self.input.people.iter();
        all.filter(|person| person.ranked(self.slot).contains(&topic.code))
            .count()
    }

    fn close(&mut self, at: usize, size: u32) {
        let topic = self.topics[at];
        self.open.remove(&at);
        self.closed.push(Closed {
            slot: self.slot,
            code: topic.code.clone(),
            size,
            min: topic.min,
        });
    }

    /// Writes down who has what.
    fn tell(self, seated: &Seated, allocation: &mut Allocation) {
        let slot = self.slot;
        for person in &self.input.people {
            if let Some(code) = person.fixed.get(&slot) {
                let places = allocation.places.entry(person.registration).or_default();
                places.insert(slot, code.clone());
            }
        }
        for (seeker, topic) in self.seekers.iter().zip(&seated.of) {
            let registration = seeker.person.registration;
            if let Some(topic) = topic {
                let places = allocation.places.entry(registration).or_default();
                places.insert(slot, self.topics[*topic].code.clone());
            } else {
                allocation.unplaced.push(Unplaced {
                    registration,
                    slot,
                    obstacles: self.obstacles(seeker, seated),
                });
            }
        }
        let undersized = self.open.iter().copied();
        let undersized = undersized.filter(|at| seated.sizes[*at] < self.topics[*at].min);
        let undersized = undersized.map(|at| (slot, self.topics[at].code.clone()));
        allocation.undersized.extend(undersized);
        allocation.closed.extend(self.closed);
    }

    fn obstacles(&self, seeker: &Seeker<'_>, seated: &Seated) -> Vec<(TopicCode, Obstacle)> {
        let topics = self.topics.iter().enumerate();
        let obstacles = topics.filter_map(|(at, topic)| {
            let obstacle = self.obstacle(seeker, at, seated)?;
            Some((topic.code.clone(), obstacle))
        });
        obstacles.collect()
    }

    fn obstacle(&self, seeker: &Seeker<'_>, at: usize, seated: &Seated) -> Option<Obstacle> {
        let person = seeker.person;
        let program = Gate::Program(at, person.program.clone());
        let municipality =
            Gate::Municipality(at, person.program.clone(), person.municipality.clone());
        let unwanted = self.unwanted(seeker, self.topics[at]);
        unwanted.or_else(|| {
            if !self.open.contains(&at) {
                Some(Obstacle::Closed)
            } else if seated.full[at] {
                Some(Obstacle::Full)
            } else if seated.full_gates.contains(&program) {
                Some(Obstacle::ProgramFull)
            } else if seated.full_gates.contains(&municipality) {
                Some(Obstacle::MunicipalityFull)
            } else {
                None
            }
        })
    }
}

fn tie(chance: &mut Chance) -> i64 {
    i64::try_from(chance.below(TIES)).unwrap_or(0)
}

fn other(slot: Slot) -> Slot {
    match slot {
        Slot::First => Slot::Second,
        Slot::Second => Slot::First,
    }
}

/// A network with its doors by name.
struct Lobby<const N: usize> {
    network: Network<N>,
    /// The door of each topic.
    doors: Vec<Door>,
    gates: BTreeMap<Gate, Door>,
    /// Who was let in, by place among the seekers and number in the network.
    seekers: Vec<(usize, usize)>,
}

impl<const N: usize> Lobby<N> {
    /// Gives the first door on somebody's way to a topic: a gate is there only where something bounds it.
    fn entry(&mut self, at: usize, topic: &Topic, person: &Person) -> Door {
        let mut door = self.doors[at];
        if let Some(cap) = topic.program_caps.get(&person.program) {
            door = self.gate(Gate::Program(at, person.program.clone()), door, *cap);
        }
        if let Some(cap) = topic.municipality_cap {
            let (program, municipality) = (person.program.clone(), person.municipality.clone());
            door = self.gate(Gate::Municipality(at, program, municipality), door, cap);
        }
        door
    }

    fn gate(&mut self, gate: Gate, next: Door, cap: u32) -> Door {
        if let Some(door) = self.gates.get(&gate) {
            return *door;
        }
        let door = self.network.gate(next, cap);
        self.gates.insert(gate, door);
        door
    }

    /// Gives the topic that somebody has.
    fn topic_of(&self, number: usize) -> Option<usize> {
        let topic = self.network.topic_behind(self.network.door_of(number)?);
        self.doors.iter().position(|door| *door == topic)
    }
}
