//! What the host states about a workshop.

use std::collections::BTreeSet;

use super::SettingsFault;
use crate::{Cutoff, Date, Instant, LocalTime, ProgramId, Prose, TextLine, TopicCode};

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
    /// All seats; nothing means unlimited, zero means closed.
    pub capacity: Option<u32>,
    /// What happens to those for whom no seat is left.
    pub waitlist: WaitlistPolicy,
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
        let offered: BTreeSet<_> = self.topics.iter().map(|t| (t.slot, &t.code)).collect();
        (offered.len() < self.topics.len()).then_some(SettingsFault::TopicTwice)
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
}
