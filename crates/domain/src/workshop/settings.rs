//! What the host states about a workshop.

use std::collections::{BTreeMap, BTreeSet};

use super::SettingsFault;
use crate::{
    Cutoff, Date, Instant, LocalTime, MunicipalityKey, ProgramId, Prose, TextLine, TopicCode,
};

/// A workshop's settings, as stated by its host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// A readable name for addresses; it identifies nothing.
    pub slug: TopicCode,
    /// The title.
    pub title: TextLine,
    /// The line below the title.
    pub subtitle: Option<TextLine>,
    /// The kind of event (Art), where the host names one.
    pub kind: Option<TextLine>,
    /// What it is about.
    pub description: Prose,
    /// When it takes place.
    pub schedule: Schedule,
    /// Where it takes place; online workshops have none.
    pub venue: Option<Venue>,
    /// In presence, online or both.
    pub format: Format,
    /// The programs whose people may register; the host is one of them.
    pub participating: BTreeSet<ProgramId>,
    /// A function mailbox.
    pub contact: Option<TextLine>,
    /// The limits in time.
    pub deadlines: Deadlines,
    /// How many must come for it to take place; told to people, never decided on.
    pub min_participants: Option<u32>,
    /// All seats; nothing means unlimited, zero means closed.
    pub capacity: Option<u32>,
    /// At most so many of a program; who is not named has no limit, zero means closed.
    pub program_caps: BTreeMap<ProgramId, u32>,
    /// At most so many of a municipality, likewise.
    pub municipality_caps: BTreeMap<MunicipalityKey, u32>,
    /// Seats that are kept for a program.
    pub guarantees: BTreeMap<ProgramId, Guarantee>,
    /// Whether people may register without a program's help.
    pub sign_up: SignUp,
    /// In which order people are admitted.
    pub admission: Admission,
    /// Whether an office must approve of each registration.
    pub approval: bool,
    /// What happens to those for whom no seat is left.
    pub waitlist: WaitlistPolicy,
    /// How a seat passes on to somebody who waits.
    pub offers: Offers,
    /// How wishes may be stated.
    pub wishes: WishPolicy,
    /// The topics offered.
    pub topics: Vec<OfferedTopic>,
}

impl Settings {
    /// The most topics a workshop may offer.
    pub const MAX_TOPICS: usize = 100;
    /// The most programs that may take part.
    pub const MAX_PROGRAMS: usize = 32;
    /// The most caps of programs that all topics together may have.
    pub const MAX_TOPIC_CAPS: usize = 1_000;
    /// The longest that titles, rooms and speakers of all topics may be together, in bytes.
    pub const MAX_TOPIC_TEXT: usize = 56 * 1024;
    /// The most municipalities that may have a cap.
    pub const MAX_MUNICIPALITY_CAPS: usize = 1_000;

    /// Says what contradicts itself in these settings of a workshop hosted by `host`.
    pub fn fault(&self, host: &ProgramId) -> Option<SettingsFault> {
        let schedule = &self.schedule;
        if schedule.last_day < schedule.first_day || schedule.ends <= schedule.begins {
            return Some(SettingsFault::EndsBeforeItBegins);
        }
        if self
            .deadlines
            .opens
            .is_some_and(|opens| opens.instant >= self.closing().instant)
        {
            return Some(SettingsFault::ClosesBeforeItOpens);
        }
        if !self.participating.contains(host) {
            return Some(SettingsFault::HostDoesNotTakePart);
        }
        if self.participating.len() > Self::MAX_PROGRAMS {
            return Some(SettingsFault::TooManyPrograms);
        }
        if self.topics.len() > Self::MAX_TOPICS {
            return Some(SettingsFault::TooManyTopics);
        }
        if let Some(fault) = self.bucket_fault() {
            return Some(fault);
        }
        self.topic_fault()
    }

    fn topic_fault(&self) -> Option<SettingsFault> {
        let topics = || self.topics.iter();
        let offered: BTreeSet<_> = topics().map(|t| (t.slot, &t.code)).collect();
        if offered.len() < self.topics.len() {
            return Some(SettingsFault::TopicTwice);
        }
        if topics().any(|t| t.max.is_some_and(|max| max < t.min)) {
            return Some(SettingsFault::TopicMinOverMax);
        }
        let mut caps = topics().flat_map(|t| t.program_caps.keys());
        if caps.any(|program| !self.participating.contains(program)) {
            return Some(SettingsFault::TopicCapOfForeignProgram);
        }
        if topics().map(|t| t.program_caps.len()).sum::<usize>() > Self::MAX_TOPIC_CAPS {
            return Some(SettingsFault::TooManyTopicCaps);
        }
        if topics().any(|t| t.speakers.len() > OfferedTopic::MAX_SPEAKERS) {
            return Some(SettingsFault::TooManySpeakers);
        }
        let texts = topics().flat_map(|t| [&t.title].into_iter().chain(&t.room).chain(&t.speakers));
        let length: usize = texts.map(|text| text.as_str().len()).sum();
        (length > Self::MAX_TOPIC_TEXT).then_some(SettingsFault::TopicTextsTooLong)
    }

    fn bucket_fault(&self) -> Option<SettingsFault> {
        let foreign = |program: &ProgramId| !self.participating.contains(program);
        if self.program_caps.keys().any(foreign) {
            return Some(SettingsFault::CapOfForeignProgram);
        }
        if self.guarantees.keys().any(foreign) {
            return Some(SettingsFault::GuaranteeOfForeignProgram);
        }
        (self.municipality_caps.len() > Self::MAX_MUNICIPALITY_CAPS)
            .then_some(SettingsFault::TooManyCaps)
    }

    /// Says whether the guarantees that are not `released` fit into all seats.
    pub fn guarantees_fit(&self, released: &BTreeSet<ProgramId>) -> bool {
        let kept = self.guarantees.iter();
        let kept = kept.filter(|(program, _)| !released.contains(*program));
        let sum: u64 = kept.map(|(_, kept)| u64::from(kept.seats)).sum();
        self.capacity
            .is_none_or(|capacity| sum <= u64::from(capacity))
    }

    /// Gives the first instant at which registration is closed, and what people are told of it.
    ///
    /// Registration closes when the workshop begins, if no earlier deadline was stated.
    pub fn closing(&self) -> Cutoff {
        let begin = Cutoff {
            stated: self.schedule.stated_begin(),
            instant: self.schedule.begins,
        };
        self.deadlines
            .closes
            .filter(|closes| closes.instant <= begin.instant)
            .unwrap_or(begin)
    }

    /// Says whether `topic` is offered in `slot`.
    pub fn offers(&self, slot: Slot, topic: &TopicCode) -> bool {
        self.topics
            .iter()
            .any(|offered| offered.slot == slot && offered.code == *topic)
    }
}

/// When a workshop takes place: what people see, and the instants it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The first day.
    pub first_day: Date,
    /// The last day, itself included.
    pub last_day: Date,
    /// Whole days, or from a time to a time.
    pub hours: Hours,
    /// The IANA name of the time zone.
    pub time_zone: TextLine,
    /// The instant it begins.
    pub begins: Instant,
    /// The first instant after it.
    pub ends: Instant,
}

impl Schedule {
    /// Gives every day, from the first to the last.
    pub fn days(&self) -> impl Iterator<Item = crate::Date> {
        let last = self.last_day;
        let next = |day: &crate::Date| day.tomorrow();
        std::iter::successors(Some(self.first_day), next).take_while(move |day| *day <= last)
    }

    fn stated_begin(&self) -> crate::Stated {
        match self.hours {
            Hours::AllDay => crate::Stated::Day(self.first_day),
            Hours::Clock { start, .. } => crate::Stated::Minute(start),
        }
    }
}

/// Whether a workshop has hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hours {
    /// Whole days: dates, not instants.
    AllDay,
    /// From a local time to a local time.
    Clock {
        /// On the first day.
        start: LocalTime,
        /// On the last day.
        end: LocalTime,
    },
}

/// Where a workshop takes place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Venue {
    /// The house.
    pub name: TextLine,
    /// Street and number.
    pub street: Option<TextLine>,
    /// The postcode, as text.
    pub postcode: Option<TextLine>,
    /// The town.
    pub town: TextLine,
    /// What people should know about steps, lifts and hearing aids.
    pub accessibility: Option<TextLine>,
}

/// How people come together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// In presence (Präsenz).
    Presence,
    /// Online.
    Online,
    /// Both at once.
    Hybrid,
}

/// The limits in time that a host may state; a missing one is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deadlines {
    /// From this instant on registration is open.
    pub opens: Option<Cutoff>,
    /// From this instant on registration is closed.
    pub closes: Option<Cutoff>,
    /// From this instant on only an office may cancel.
    pub cancel_until: Option<Cutoff>,
    /// From this instant on only the host's office may put somebody in another's place.
    pub substitute_until: Option<Cutoff>,
    /// From this instant on only an office may change wishes.
    pub wishes_until: Option<Cutoff>,
    /// From this instant on no seat passes on by itself; a day stops with its start.
    pub promotion_stops: Option<Cutoff>,
}

/// Seats that are kept for one program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guarantee {
    /// How many.
    pub seats: u32,
    /// From when on they are free for all; nothing means until they are released by hand.
    pub release: Option<Cutoff>,
}

/// Whether people may register themselves, without a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SignUp {
    /// Programs register their people.
    #[default]
    Programs,
    /// Everybody may.
    Public,
    /// Everybody may, and rests until their e-mail address is confirmed.
    PublicConfirmed,
}

/// In which order people are admitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Admission {
    /// As they come.
    #[default]
    FirstCome,
    /// All rest until lots are drawn, after registration has closed.
    Lottery,
}

/// How a seat passes on to somebody who waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Offers {
    /// They have it.
    #[default]
    Directly,
    /// They are asked, and have so many hours to answer.
    Hours(u16),
}

impl Offers {
    /// How many hours there are to answer where nothing else was stated.
    pub const DEFAULT_HOURS: u16 = 72;

    /// Gives the hours to answer an offer.
    pub fn hours(self) -> u16 {
        match self {
            Self::Directly => Self::DEFAULT_HOURS,
            Self::Hours(hours) => hours,
        }
    }
}

/// What happens to those for whom no seat is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitlistPolicy {
    /// They are refused.
    Off,
    /// They wait; people whose own bucket is full are passed over.
    SkipBlocked,
    /// They wait; nobody passes the first.
    StrictHead,
}

/// How wishes may be stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WishPolicy {
    /// The most ranked wishes per slot.
    pub ranks: u8,
    /// The most vetoes per slot.
    pub vetoes: u8,
}

/// A part of the workshop in which one topic is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// The first, and mostly the only one.
    First,
    /// The second.
    Second,
}

/// A topic that a workshop offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferedTopic {
    /// Its code.
    pub code: TopicCode,
    /// Its title.
    pub title: TextLine,
    /// The slot in which it is offered.
    pub slot: Slot,
    /// How many it needs to take place.
    pub min: u32,
    /// How many it takes; nothing means any number, zero means closed.
    pub max: Option<u32>,
    /// How many it takes of a program; who is not named has no limit.
    pub program_caps: BTreeMap<ProgramId, u32>,
    /// How many it takes of one municipality of one program.
    pub municipality_cap: Option<u32>,
    /// Where it takes place.
    pub room: Option<TextLine>,
    /// Who speaks, published by the host in clear.
    pub speakers: Vec<TextLine>,
}

impl OfferedTopic {
    /// The most speakers of a topic.
    pub const MAX_SPEAKERS: usize = 10;

    /// Offers a topic that takes any number.
    pub fn new(slot: Slot, code: TopicCode, title: TextLine) -> Self {
        Self {
            code,
            title,
            slot,
            min: 0,
            max: None,
            program_caps: BTreeMap::new(),
            municipality_cap: None,
            room: None,
            speakers: Vec::new(),
        }
    }
}
