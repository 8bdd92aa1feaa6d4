//! The rows that neighbouring changes lead to, folded per key, so that each row is written once.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{
    GroupId, LinkHash, MunicipalityKey, ProgramId, RegistrationId, TopicCode, WorkshopId,
    catalogue,
    program::{Change as ListChange, Details, Municipality},
    workshop::{Amended, Blocks, DocumentKind, Schedule, Settings, Status, Submitted, Wishes},
};
use uuid::Uuid;

use crate::change::{Arrived, Documented, Grouped, News, Noted, Restatement, Step};

/// For each table the rows by key, in the order of the keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Rows<'b> {
    pub(crate) programs: BTreeMap<&'b ProgramId, ProgramRow<'b>>,
    pub(crate) municipalities: BTreeMap<ListKey<'b>, Listed<'b>>,
    pub(crate) topics: BTreeMap<&'b TopicCode, TopicRow<'b>>,
    pub(crate) workshops: BTreeMap<WorkshopId, WorkshopRow<'b>>,
    pub(crate) documents: BTreeMap<(WorkshopId, DocumentKind, u32), Documented<'b>>,
    pub(crate) groups: BTreeMap<(WorkshopId, GroupId), Grouped<'b>>,
    pub(crate) registrations: BTreeMap<RegistrationId, RegistrationRow<'b>>,
    pub(crate) notes: Vec<Noted<'b>>,
}

impl<'b> Rows<'b> {
    /// Takes what is other in a program's list than before.
    pub(crate) fn list(&mut self, program: &'b ProgramId, change: &'b ListChange, at: Position) {
        for key in &change.removed {
            self.municipalities.insert((program, key), Listed::No);
        }
        for stated in &change.stated {
            let row = Listed::As(stated, at);
            self.municipalities.insert((program, &stated.key), row);
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ProgramRow<'b> {
    pub(crate) details: &'b Details,
    pub(crate) version: Position,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TopicRow<'b> {
    pub(crate) details: &'b catalogue::Details,
    pub(crate) version: Position,
}

/// A program, and a key that is or was in its list.
pub(crate) type ListKey<'b> = (&'b ProgramId, &'b MunicipalityKey);

/// What becomes of an entry of a program's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Listed<'b> {
    /// It says this, since that decision.
    As(&'b Municipality, Position),
    /// It is not in the list any more.
    No,
}

/// What becomes of a workshop; what is absent stays.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct WorkshopRow<'b> {
    /// The host where it is made; else the row must be there.
    pub(crate) made: Option<&'b ProgramId>,
    pub(crate) settings: Option<Cow<'b, Settings>>,
    /// When it takes place, where the settings are not stated.
    pub(crate) schedule: Option<&'b Schedule>,
    pub(crate) status: Option<Status>,
    /// Whether it is published now.
    pub(crate) published: bool,
    /// Whether lots are drawn now.
    pub(crate) drawn: bool,
    /// Whether no guarantee is released but those of `released`.
    pub(crate) none_released: bool,
    /// The programs whose guarantee is released now.
    pub(crate) released: BTreeSet<&'b ProgramId>,
    pub(crate) version: Position,
}

impl<'b> WorkshopRow<'b> {
    pub(crate) fn made(host: &'b ProgramId, settings: &'b Settings, version: Position) -> Self {
        Self {
            made: Some(host),
            settings: Some(Cow::Borrowed(settings)),
            status: Some(Status::Draft),
            version,
            ..Self::default()
        }
    }

    pub(crate) fn take(&mut self, news: News<'b>) {
        match news {
            News::Published => {
                self.status = Some(Status::Published);
                self.published = true;
            }
            News::Settings {
                settings,
                guarantees_restated,
            } => self.restate(settings, guarantees_restated),
            News::Postponed(schedule) => self.postpone(schedule),
            News::Released(program) => drop(self.released.insert(program)),
        }
    }

    fn restate(&mut self, settings: &'b Settings, guarantees_restated: bool) {
        self.settings = Some(Cow::Borrowed(settings));
        self.schedule = None;
        if guarantees_restated {
            self.none_released = true;
            self.released.clear();
        }
    }

    fn postpone(&mut self, schedule: &'b Schedule) {
        match &mut self.settings {
            Some(settings) => settings.to_mut().schedule = schedule.clone(),
            None => self.schedule = Some(schedule),
        }
    }
}

/// What becomes of a registration; what is absent stays.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RegistrationRow<'b> {
    pub(crate) workshop: WorkshopId,
    /// What was submitted where it is made; else the row must be there.
    pub(crate) arrived: Option<Arrived<'b>>,
    pub(crate) step: Option<Step>,
    pub(crate) facts: Option<Facts<'b>>,
    pub(crate) version: Position,
}

impl<'b> RegistrationRow<'b> {
    /// Begins with a row that is there.
    pub(crate) fn there(workshop: WorkshopId) -> Self {
        Self {
            workshop,
            arrived: None,
            step: None,
            facts: None,
            version: Position::START,
        }
    }

    pub(crate) fn made(arrived: Arrived<'b>, step: Step) -> Self {
        Self {
            workshop: arrived.workshop,
            arrived: Some(arrived),
            step: Some(step),
            facts: Some(Facts::submitted(arrived.submitted, arrived.decision)),
            version: step.version,
        }
    }

    pub(crate) fn step(&mut self, step: Step) {
        self.step = Some(match self.step {
            Some(earlier) => earlier.then(step),
            None => step,
        });
        self.version = step.version;
    }

    pub(crate) fn restate(&mut self, restatement: Restatement<'b>, version: Position) {
        let facts = self.facts.get_or_insert_default();
        match restatement {
            Restatement::Amended { amended, decision } => facts.amend(amended, decision),
            Restatement::Link(link) => facts.link = Some(link),
        }
        self.version = version;
    }
}

/// What is known of a registration; what is absent stays.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Facts<'b> {
    pub(crate) municipality: Option<&'b MunicipalityKey>,
    pub(crate) wishes: Option<&'b [Wishes]>,
    pub(crate) privacy_notice: Option<u32>,
    pub(crate) link: Option<LinkHash>,
    pub(crate) person: Option<PersonFacts<'b>>,
    /// Those that are marked, where the person was stated; they replace the ones that were.
    pub(crate) look_alikes: BTreeSet<RegistrationId>,
}

/// What was stated about a person, all at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PersonFacts<'b> {
    pub(crate) placeholder: bool,
    pub(crate) blocks: &'b Blocks,
    /// The decision that carried the blocks.
    pub(crate) decision: Uuid,
}

impl<'b> Facts<'b> {
    fn submitted(submitted: &'b Submitted, decision: Uuid) -> Self {
        Self {
            municipality: Some(&submitted.municipality),
            wishes: Some(&submitted.wishes),
            privacy_notice: Some(submitted.privacy_notice),
            link: Some(submitted.link),
            person: Some(PersonFacts {
                placeholder: submitted.placeholder,
                blocks: &submitted.blocks,
                decision,
            }),
            look_alikes: submitted.look_alikes.iter().copied().collect(),
        }
    }

    fn amend(&mut self, amended: &'b Amended, decision: Uuid) {
        self.municipality = amended.municipality.as_ref().or(self.municipality);
        self.wishes = amended.wishes.as_deref().or(self.wishes);
        self.privacy_notice = amended.privacy_notice.or(self.privacy_notice);
        if let Some(data) = &amended.data {
            self.person = Some(PersonFacts {
                placeholder: data.placeholder,
                blocks: &data.blocks,
                decision,
            });
            self.look_alikes = data.look_alikes.iter().copied().collect();
        }
    }
}
