//! Stored forms of what happens to programs and workshops.

use std::collections::BTreeSet;

use anmeldewerk_domain::{
    Cutoff, LandCode, ProgramId, Prose, TextLine, TopicCode, program,
    workshop::{
        Deadlines, Event, Format, Hours, OfferedTopic, Schedule, Settings, Venue, WaitlistPolicy,
        WishPolicy,
    },
};
use serde::{Deserialize, Serialize};

use super::registration::{slot, slot_number};
use crate::{
    ValueError, instant_from_text, instant_text, stated_text,
    text::{date, local_time, stated},
};

/// `program.registered.v1` and `program.amended.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProgramV1 {
    name: String,
    land: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    carrier: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
}

impl From<&program::Details> for ProgramV1 {
    fn from(details: &program::Details) -> Self {
        Self {
            name: details.name.as_str().to_owned(),
            land: details.land.to_string(),
            carrier: owned(details.carrier.as_ref()),
            contact: owned(details.contact.as_ref()),
        }
    }
}

impl TryFrom<ProgramV1> for program::Details {
    type Error = ValueError;

    fn try_from(stored: ProgramV1) -> Result<Self, ValueError> {
        Ok(Self {
            name: line(&stored.name, "name")?,
            land: LandCode::new(&stored.land).ok_or(ValueError("land"))?,
            carrier: maybe_line(stored.carrier.as_deref(), "carrier")?,
            contact: maybe_line(stored.contact.as_deref(), "contact")?,
        })
    }
}

/// `workshop.published.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PublishedV1 {}

/// `workshop.created.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CreatedV1 {
    host: String,
    slug: String,
    title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subtitle: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    description: String,
    first_day: String,
    last_day: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hours: Option<HoursV1>,
    time_zone: String,
    begins: String,
    ends: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    venue: Option<VenueV1>,
    format: FormatV1,
    participating: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    registration_opens: Option<CutoffV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    registration_closes: Option<CutoffV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cancel_until: Option<CutoffV1>,
    /// `null` is unlimited, so it is always written.
    capacity: Option<u32>,
    waitlist: WaitlistV1,
    ranks: u8,
    vetoes: u8,
    topics: Vec<TopicV1>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HoursV1 {
    start: String,
    end: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VenueV1 {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    street: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    postcode: Option<String>,
    town: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accessibility: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FormatV1 {
    Presence,
    Online,
    Hybrid,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct CutoffV1 {
    stated: String,
    instant: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WaitlistV1 {
    Off,
    SkipBlocked,
    StrictHead,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicV1 {
    code: String,
    title: String,
    slot: u8,
}

impl CreatedV1 {
    pub(super) fn new(host: &ProgramId, settings: &Settings) -> Self {
        let schedule = &settings.schedule;
        let deadlines = &settings.deadlines;
        Self {
            host: host.to_string(),
            slug: settings.slug.as_str().to_owned(),
            title: settings.title.as_str().to_owned(),
            subtitle: owned(settings.subtitle.as_ref()),
            kind: owned(settings.kind.as_ref()),
            description: settings.description.as_str().to_owned(),
            first_day: schedule.first_day.to_string(),
            last_day: schedule.last_day.to_string(),
            hours: hours_form(schedule.hours),
            time_zone: schedule.time_zone.as_str().to_owned(),
            begins: instant_text(schedule.begins),
            ends: instant_text(schedule.ends),
            venue: settings.venue.as_ref().map(VenueV1::from),
            format: settings.format.into(),
            participating: settings
                .participating
                .iter()
                .map(ToString::to_string)
                .collect(),
            contact: owned(settings.contact.as_ref()),
            registration_opens: deadlines.opens.map(CutoffV1::from),
            registration_closes: deadlines.closes.map(CutoffV1::from),
            cancel_until: deadlines.cancel_until.map(CutoffV1::from),
            capacity: settings.capacity,
            waitlist: settings.waitlist.into(),
            ranks: settings.wishes.ranks,
            vetoes: settings.wishes.vetoes,
            topics: settings.topics.iter().map(TopicV1::from).collect(),
        }
    }

    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        Ok(Event::Created {
            host: ProgramId::new(&self.host).ok_or(ValueError("host"))?,
            settings: Box::new(self.settings()?),
        })
    }

    fn settings(&self) -> Result<Settings, ValueError> {
        let cutoff = |stored: &Option<CutoffV1>| stored.as_ref().map(Cutoff::try_from).transpose();
        Ok(Settings {
            slug: TopicCode::new(&self.slug).ok_or(ValueError("slug"))?,
            title: line(&self.title, "title")?,
            subtitle: maybe_line(self.subtitle.as_deref(), "subtitle")?,
            kind: maybe_line(self.kind.as_deref(), "kind")?,
            description: Prose::new(&self.description).ok_or(ValueError("description"))?,
            schedule: self.schedule()?,
            venue: self.venue.as_ref().map(Venue::try_from).transpose()?,
            format: (&self.format).into(),
            participating: self.participating()?,
            contact: maybe_line(self.contact.as_deref(), "contact")?,
            deadlines: Deadlines {
                opens: cutoff(&self.registration_opens)?,
                closes: cutoff(&self.registration_closes)?,
                cancel_until: cutoff(&self.cancel_until)?,
            },
            capacity: self.capacity,
            waitlist: (&self.waitlist).into(),
            wishes: WishPolicy {
                ranks: self.ranks,
                vetoes: self.vetoes,
            },
            topics: self
                .topics
                .iter()
                .map(OfferedTopic::try_from)
                .collect::<Result<_, _>>()?,
        })
    }

    fn schedule(&self) -> Result<Schedule, ValueError> {
        Ok(Schedule {
            first_day: date(&self.first_day).ok_or(ValueError("first_day"))?,
            last_day: date(&self.last_day).ok_or(ValueError("last_day"))?,
            hours: hours(self.hours.as_ref())?,
            time_zone: line(&self.time_zone, "time_zone")?,
            begins: instant_from_text(&self.begins).ok_or(ValueError("begins"))?,
            ends: instant_from_text(&self.ends).ok_or(ValueError("ends"))?,
        })
    }

    fn participating(&self) -> Result<BTreeSet<ProgramId>, ValueError> {
        let parse = |slug: &String| ProgramId::new(slug).ok_or(ValueError("participating"));
        self.participating.iter().map(parse).collect()
    }
}

fn hours_form(hours: Hours) -> Option<HoursV1> {
    match hours {
        Hours::AllDay => None,
        Hours::Clock { start, end } => Some(HoursV1 {
            start: start.to_string(),
            end: end.to_string(),
        }),
    }
}

fn hours(stored: Option<&HoursV1>) -> Result<Hours, ValueError> {
    let Some(HoursV1 { start, end }) = stored else {
        return Ok(Hours::AllDay);
    };
    Ok(Hours::Clock {
        start: local_time(start).ok_or(ValueError("hours.start"))?,
        end: local_time(end).ok_or(ValueError("hours.end"))?,
    })
}

impl From<&Venue> for VenueV1 {
    fn from(venue: &Venue) -> Self {
        Self {
            name: venue.name.as_str().to_owned(),
            street: owned(venue.street.as_ref()),
            postcode: owned(venue.postcode.as_ref()),
            town: venue.town.as_str().to_owned(),
            accessibility: owned(venue.accessibility.as_ref()),
        }
    }
}

impl TryFrom<&VenueV1> for Venue {
    type Error = ValueError;

    fn try_from(stored: &VenueV1) -> Result<Self, ValueError> {
        Ok(Self {
            name: line(&stored.name, "venue.name")?,
            street: maybe_line(stored.street.as_deref(), "venue.street")?,
            postcode: maybe_line(stored.postcode.as_deref(), "venue.postcode")?,
            town: line(&stored.town, "venue.town")?,
            accessibility: maybe_line(stored.accessibility.as_deref(), "venue.accessibility")?,
        })
    }
}

impl From<Format> for FormatV1 {
    fn from(format: Format) -> Self {
        match format {
            Format::Presence => Self::Presence,
            Format::Online => Self::Online,
            Format::Hybrid => Self::Hybrid,
        }
    }
}

impl From<&FormatV1> for Format {
    fn from(stored: &FormatV1) -> Self {
        match stored {
            FormatV1::Presence => Self::Presence,
            FormatV1::Online => Self::Online,
            FormatV1::Hybrid => Self::Hybrid,
        }
    }
}

impl From<Cutoff> for CutoffV1 {
    fn from(cutoff: Cutoff) -> Self {
        Self {
            stated: stated_text(cutoff.stated),
            instant: instant_text(cutoff.instant),
        }
    }
}

impl TryFrom<&CutoffV1> for Cutoff {
    type Error = ValueError;

    fn try_from(stored: &CutoffV1) -> Result<Self, ValueError> {
        Ok(Self {
            stated: stated(&stored.stated).ok_or(ValueError("stated"))?,
            instant: instant_from_text(&stored.instant).ok_or(ValueError("instant"))?,
        })
    }
}

impl From<WaitlistPolicy> for WaitlistV1 {
    fn from(policy: WaitlistPolicy) -> Self {
        match policy {
            WaitlistPolicy::Off => Self::Off,
            WaitlistPolicy::SkipBlocked => Self::SkipBlocked,
            WaitlistPolicy::StrictHead => Self::StrictHead,
        }
    }
}

impl From<&WaitlistV1> for WaitlistPolicy {
    fn from(stored: &WaitlistV1) -> Self {
        match stored {
            WaitlistV1::Off => Self::Off,
            WaitlistV1::SkipBlocked => Self::SkipBlocked,
            WaitlistV1::StrictHead => Self::StrictHead,
        }
    }
}

impl From<&OfferedTopic> for TopicV1 {
    fn from(topic: &OfferedTopic) -> Self {
        Self {
            code: topic.code.as_str().to_owned(),
            title: topic.title.as_str().to_owned(),
            slot: slot_number(topic.slot),
        }
    }
}

impl TryFrom<&TopicV1> for OfferedTopic {
    type Error = ValueError;

    fn try_from(stored: &TopicV1) -> Result<Self, ValueError> {
        Ok(Self {
            code: TopicCode::new(&stored.code).ok_or(ValueError("topics.code"))?,
            title: line(&stored.title, "topics.title")?,
            slot: slot(stored.slot)?,
        })
    }
}

fn owned(line: Option<&TextLine>) -> Option<String> {
    line.map(|line| line.as_str().to_owned())
}

fn line(text: &str, field: &'static str) -> Result<TextLine, ValueError> {
    TextLine::new(text).ok_or(ValueError(field))
}

fn maybe_line(text: Option<&str>, field: &'static str) -> Result<Option<TextLine>, ValueError> {
    text.map(|text| line(text, field)).transpose()
}
