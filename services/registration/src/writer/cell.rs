//! A boundary in memory: its folded state, and what is needed to write behind it.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    mem,
};

use anmeldewerk_contract::{CommandId, Decision, Fingerprint, Position, Recorded};
use anmeldewerk_domain::{
    Boundary, Event, Instant, RegistrationId, State, evolve,
    program::Program,
    workshop::{self, Situation, Workshop},
};

use crate::snapshot::{self, Shelf};

/// About how many bytes a cell takes, without registrations and commands.
const EMPTY: usize = 2_048;
/// How many each registration adds: itself, its entries in the indexes, its mark.
const EACH_REGISTRATION: usize = 1_000;
/// How many each municipality adds that a program has listed.
const EACH_MUNICIPALITY: usize = 300;
/// How many each topic of the catalogue adds.
const EACH_TOPIC: usize = 2_000;
/// How many each command of the ledger adds.
const EACH_COMMAND: usize = 130;

/// One boundary in memory.
#[cfg_attr(test, derive(PartialEq))]
pub(super) struct Cell {
    /// The fold of everything decided so far.
    pub(super) state: State,
    /// Where its last decision stands; the append proves it.
    pub(super) tail: Position,
    /// When its last decision was made; no later one is earlier.
    pub(super) decided_at: Instant,
    /// Where the decision stands that last changed the program or the workshop itself.
    settings_version: Position,
    /// Where the decision stands that last changed all registrations at once.
    all_version: Position,
    /// Where each registration's decisions stand.
    marks: HashMap<RegistrationId, Mark>,
    /// What decisions have changed that do not stand in the log yet.
    pending: Pending,
    /// Every command that was ever accepted.
    ledger: HashMap<CommandId, Known>,
    /// How many of its decisions its snapshot does not hold.
    pub(super) unshelved: u64,
}

/// Where a registration's decisions stand.
#[derive(Clone, Copy, Default)]
#[cfg_attr(test, derive(PartialEq))]
struct Mark {
    /// The last one that changed it.
    version: Position,
    /// The last one that carried its personal data.
    sealed: Position,
}

#[derive(Default)]
#[cfg_attr(test, derive(PartialEq))]
struct Pending {
    settings: bool,
    registrations: BTreeSet<RegistrationId>,
    /// Who changes with each event that does not tell it itself.
    untold: VecDeque<Vec<RegistrationId>>,
}

/// A command that was accepted before.
#[derive(Clone, Copy)]
#[cfg_attr(test, derive(PartialEq))]
pub(super) struct Known {
    pub(super) fingerprint: Fingerprint,
    pub(super) position: Position,
}

impl Cell {
    /// Makes a cell to which nothing has happened.
    pub(super) fn new(boundary: &Boundary) -> Self {
        Self {
            state: boundary.unborn(),
            tail: Position::START,
            decided_at: Instant::from_micros(i64::MIN),
            settings_version: Position::START,
            all_version: Position::START,
            marks: HashMap::new(),
            pending: Pending::default(),
            ledger: HashMap::new(),
            unshelved: 0,
        }
    }

    /// Gives the workshop, if it is one that exists.
    pub(super) fn workshop(&self) -> Option<&Workshop> {
        match &self.state {
            State::Workshop(workshop::State::Exists(workshop)) => Some(workshop),
            State::Workshop(workshop::State::Unborn) | State::Program(_) | State::Catalogue(_) => {
                None
            }
        }
    }

    /// Tells about how many bytes a program's list of municipalities takes, or the catalogue.
    fn listed(&self) -> usize {
        match &self.state {
            State::Program(Program::Registered(known)) => {
                known.municipalities.len() * EACH_MUNICIPALITY
            }
            State::Catalogue(catalogue) => catalogue.topics.len() * EACH_TOPIC,
            State::Program(Program::Unknown) | State::Workshop(_) => 0,
        }
    }

    /// Takes in a decision that stands in the log.
    pub(super) fn replay(&mut self, recorded: &Recorded) {
        self.fold(&recorded.decision);
        self.stored(&recorded.decision, recorded.position);
    }

    /// Takes in what was decided, before it stands in the log.
    pub(super) fn fold(&mut self, decision: &Decision) {
        self.decided_at = self.decided_at.max(decision.decided_at);
        for event in &decision.events {
            self.note_untold(event);
            let state = mem::replace(&mut self.state, State::Workshop(workshop::State::Unborn));
            self.state = evolve(state, event);
            let touched = Touched::by(event);
            self.pending.settings |= touched.settings;
            self.pending
                .registrations
                .extend(touched.registrations(event));
        }
    }

    /// Notes where a decision stands that was folded before.
    pub(super) fn stored(&mut self, decision: &Decision, position: Position) {
        let known = Known {
            fingerprint: decision.command.fingerprint,
            position,
        };
        self.ledger.insert(decision.command.id, known);
        self.tail = position;
        self.unshelved = self.unshelved.saturating_add(1);
        for event in &decision.events {
            self.mark(event, position);
        }
    }

    /// Notes who changes with an event that does not tell it itself.
    fn note_untold(&mut self, event: &Event) {
        let Some(workshop) = self.workshop() else {
            return;
        };
        if let Some(changing) = untold(workshop, event) {
            self.pending.registrations.extend(&changing);
            self.pending.untold.push_back(changing);
        }
    }

    fn mark(&mut self, event: &Event, position: Position) {
        let touched = Touched::by(event);
        if touched.settings {
            self.settings_version = position;
            self.pending.settings = false;
        }
        if touched.all {
            self.all_version = position;
        }
        let changed = is_untold(event).then(|| self.pending.untold.pop_front());
        let changed = changed.flatten().unwrap_or_default();
        for registration in touched.registrations(event).chain(changed) {
            self.marks.entry(registration).or_default().version = position;
            self.pending.registrations.remove(&registration);
        }
        if let Some(registration) = touched.sealed {
            self.marks.entry(registration).or_default().sealed = position;
        }
    }

    /// Gives where the program or the workshop itself was last changed; nothing while that is not stored.
    pub(super) fn settings_version(&self) -> Option<Position> {
        (!self.pending.settings).then_some(self.settings_version)
    }

    /// Gives where a registration was last changed; nothing while that is not stored.
    pub(super) fn version(&self, registration: RegistrationId) -> Option<Position> {
        let version = self.stored_mark(registration)?.version;
        Some(version.max(self.all_version))
    }

    /// Gives where a registration's personal data stands; nothing while that is not stored.
    pub(super) fn sealed_at(&self, registration: RegistrationId) -> Option<Position> {
        Some(self.stored_mark(registration)?.sealed)
    }

    fn stored_mark(&self, registration: RegistrationId) -> Option<Mark> {
        let pending = self.pending.registrations.contains(&registration);
        let mark = self.marks.get(&registration).copied();
        mark.filter(|_| !pending)
    }

    /// Wishes for a snapshot, if it has gone on for long without.
    pub(super) fn wish_for_snapshot(&mut self, boundary: &Boundary, snapshots: &Shelf) {
        if snapshot::is_due(self.unshelved) && snapshots.wish(boundary) {
            self.unshelved = 0;
        }
    }

    /// Tells about how many bytes it takes.
    pub(super) fn weight(&self) -> usize {
        let registrations = self.workshop().map_or(0, |w| w.registrations.len());
        EMPTY + registrations * EACH_REGISTRATION + self.listed() + self.ledger.len() * EACH_COMMAND
    }

    /// Looks for a command that was accepted before.
    pub(super) fn known(&self, command: CommandId) -> Option<Known> {
        self.ledger.get(&command).copied()
    }
}

/// Says whether an event changes registrations that it does not name.
fn is_untold(event: &Event) -> bool {
    use workshop::Event as E;
    matches!(
        event,
        Event::Workshop(E::SettingsAmended { .. } | E::AttendanceClosed { .. })
    )
}

/// Gives who changes with an event that does not name them: who loses a topic, or who is confirmed when attendance is
/// closed.
fn untold(workshop: &Workshop, event: &Event) -> Option<Vec<RegistrationId>> {
    use workshop::Event as E;
    match event {
        Event::Workshop(E::SettingsAmended { settings, .. }) => {
            Some(workshop.losing_topics(settings))
        }
        Event::Workshop(E::AttendanceClosed { .. }) => {
            let all = workshop.registrations.iter();
            let confirmed = all.filter(|(_, of)| of.situation == Situation::Confirmed);
            Some(confirmed.map(|(id, _)| *id).collect())
        }
        Event::Workshop(_) | Event::Program(_) | Event::Catalogue(_) => None,
    }
}

/// What an event changes, as far as versions go.
#[derive(Default)]
struct Touched {
    settings: bool,
    all: bool,
    registrations: [Option<RegistrationId>; 2],
    sealed: Option<RegistrationId>,
}

impl Touched {
    fn by(event: &Event) -> Self {
        match event {
            Event::Program(_) | Event::Catalogue(_) => Self::settings(),
            Event::Workshop(event) => Self::by_workshop(event),
        }
    }

    fn by_workshop(event: &workshop::Event) -> Self {
        use workshop::Event as E;
        match event {
            E::Created { .. }
            | E::SettingsAmended { .. }
            | E::Published
            | E::Postponed { .. }
            | E::GuaranteeReleased { .. } => Self::settings(),
            E::CalledOff { .. } | E::DrawHeld { .. } => Self {
                all: true,
                ..Self::settings()
            },
            E::PassedOver(_)
            | E::GroupSubmitted(_)
            | E::AssignmentDrafted(_)
            | E::AssignmentPublished(_)
            | E::AttendanceTaken(_)
            | E::AttendanceClosed { .. }
            | E::DocumentAdded(_) => Self::default(),
            E::Submitted(submitted) => Self::sealed(submitted.registration),
            E::Amended(amended) if amended.data.is_some() => Self::sealed(amended.registration),
            E::Amended(amended) => Self::one(amended.registration),
            E::Substituted(substituted) => Self {
                registrations: [Some(substituted.registration), Some(substituted.successor)],
                ..Self::sealed(substituted.successor)
            },
            E::TopicAssigned(assigned) => Self::one(assigned.registration),
            E::Merged {
                registration, into, ..
            } => Self {
                registrations: [Some(*registration), Some(*into)],
                ..Self::default()
            },
            E::EmailConfirmed { registration }
            | E::Held { registration, .. }
            | E::Confirmed { registration, .. }
            | E::Waitlisted { registration, .. }
            | E::Offered { registration, .. }
            | E::Declined { registration, .. }
            | E::Lapsed { registration, .. }
            | E::Cancelled { registration, .. }
            | E::Reinstated { registration, .. }
            | E::MovedToWaitlist { registration, .. }
            | E::Noted { registration, .. }
            | E::LinkRenewed { registration, .. } => Self::one(*registration),
        }
    }

    /// Gives every registration that changes: some events name many, all others at most two.
    fn registrations(&self, event: &Event) -> impl Iterator<Item = RegistrationId> {
        let many: Vec<RegistrationId> = match event {
            Event::Workshop(workshop::Event::AssignmentPublished(result)) => {
                result.places.keys().copied().collect()
            }
            Event::Workshop(workshop::Event::AttendanceTaken(taken)) => {
                taken.entries.iter().map(|(id, _)| *id).collect()
            }
            Event::Workshop(_) | Event::Program(_) | Event::Catalogue(_) => Vec::new(),
        };
        self.registrations.into_iter().flatten().chain(many)
    }

    fn settings() -> Self {
        Self {
            settings: true,
            ..Self::default()
        }
    }

    fn one(registration: RegistrationId) -> Self {
        Self {
            registrations: [Some(registration), None],
            ..Self::default()
        }
    }

    fn sealed(registration: RegistrationId) -> Self {
        Self {
            sealed: Some(registration),
            ..Self::one(registration)
        }
    }
}
