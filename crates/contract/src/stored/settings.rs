//! Stored forms of what a host states about a workshop.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_domain::{
    MunicipalityKey, ProgramId, Prose, TopicCode,
    workshop::{Deadlines, Event, Guarantee, OfferedTopic, Schedule, Settings, Venue, WishPolicy},
};
use serde::{Deserialize, Serialize};

#[cfg(test)]
use super::form;
use super::{
    policy::{AdmissionV1, FormatV1, SignUpV1, WaitlistV1, offer_hours, offers},
    schedule::{CutoffV1, HoursV1, ScheduleV1, maybe_cutoff},
    value::{is_default, line, maybe_line, municipality, owned, program},
    venue::{TopicV1, VenueV1},
};
use crate::ValueError;

/// `workshop.created.v1` and `workshop.amended.v1`: all settings, side by side.
///
/// What was not there in the first version is left out where it says what its absence says.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsV1 {
    /// Stands in `workshop.created.v1`, and there alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<form::Program>"))]
    host: Option<String>,
    #[cfg_attr(test, schemars(with = "form::Topic"))]
    slug: String,
    #[cfg_attr(test, schemars(with = "form::Line"))]
    title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, schemars(with = "Option<form::Line>"))]
    subtitle: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[cfg_attr(test, schemars(with = "form::Text"))]
    description: String,
    #[cfg_attr(test, schemars(with = "form::Day"))]
    first_day: String,
    #[cfg_attr(test, schemars(with = "form::Day"))]
    last_day: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hours: Option<HoursV1>,
    #[cfg_attr(test, schemars(with = "form::Line"))]
    time_zone: String,
    #[cfg_attr(test, schemars(with = "form::At"))]
    begins: String,
    #[cfg_attr(test, schemars(with = "form::At"))]
    ends: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    venue: Option<VenueV1>,
    format: FormatV1,
    #[cfg_attr(test, schemars(with = "Vec<form::Program>"))]
    participating: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    registration_opens: Option<CutoffV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    registration_closes: Option<CutoffV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cancel_until: Option<CutoffV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    substitute_until: Option<CutoffV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    wishes_until: Option<CutoffV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    promotion_stops: Option<CutoffV1>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min_participants: Option<u32>,
    /// `null` is unlimited, so it is always written.
    #[cfg_attr(test, schemars(with = "form::Unlimited"))]
    capacity: Option<u32>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    program_caps: BTreeMap<String, u32>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    municipality_caps: BTreeMap<String, u32>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    guarantees: BTreeMap<String, GuaranteeV1>,
    #[serde(default, skip_serializing_if = "is_default")]
    sign_up: SignUpV1,
    #[serde(default, skip_serializing_if = "is_default")]
    admission: AdmissionV1,
    #[serde(default, skip_serializing_if = "is_default")]
    approval: bool,
    waitlist: WaitlistV1,
    /// Absent where seats pass on without a question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    offer_hours: Option<u16>,
    ranks: u8,
    vetoes: u8,
    topics: Vec<TopicV1>,
    /// Stands in `workshop.amended.v1` where it is true, and there alone.
    #[serde(default, skip_serializing_if = "is_default")]
    guarantees_restated: bool,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct GuaranteeV1 {
    seats: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    release: Option<CutoffV1>,
}

impl SettingsV1 {
    pub(super) fn created(host: &ProgramId, settings: &Settings) -> Box<Self> {
        let mut form = Box::new(Self::from(settings));
        form.host = Some(host.to_string());
        form
    }

    pub(super) fn amended(settings: &Settings, guarantees_restated: bool) -> Box<Self> {
        let mut form = Box::new(Self::from(settings));
        form.guarantees_restated = guarantees_restated;
        form
    }

    pub(super) fn into_created(self) -> Result<Event, ValueError> {
        if self.guarantees_restated {
            return Err(ValueError("guarantees_restated"));
        }
        let host = self.host.as_deref().ok_or(ValueError("host"))?;
        Ok(Event::Created {
            host: program(host, "host")?,
            settings: Box::new(self.settings()?),
        })
    }

    pub(super) fn into_amended(self) -> Result<Event, ValueError> {
        if self.host.is_some() {
            return Err(ValueError("host"));
        }
        Ok(Event::SettingsAmended {
            settings: Box::new(self.settings()?),
            guarantees_restated: self.guarantees_restated,
        })
    }
}

impl From<&Settings> for SettingsV1 {
    fn from(settings: &Settings) -> Self {
        let schedule = ScheduleV1::from(&settings.schedule);
        let deadlines = &settings.deadlines;
        let participating = settings.participating.iter();
        Self {
            host: None,
            slug: settings.slug.as_str().to_owned(),
            title: settings.title.as_str().to_owned(),
            subtitle: owned(settings.subtitle.as_ref()),
            kind: owned(settings.kind.as_ref()),
            description: settings.description.as_str().to_owned(),
            first_day: schedule.first_day,
            last_day: schedule.last_day,
            hours: schedule.hours,
            time_zone: schedule.time_zone,
            begins: schedule.begins,
            ends: schedule.ends,
            venue: settings.venue.as_ref().map(VenueV1::from),
            format: settings.format.into(),
            participating: participating.map(ToString::to_string).collect(),
            contact: owned(settings.contact.as_ref()),
            registration_opens: deadlines.opens.map(CutoffV1::from),
            registration_closes: deadlines.closes.map(CutoffV1::from),
            cancel_until: deadlines.cancel_until.map(CutoffV1::from),
            substitute_until: deadlines.substitute_until.map(CutoffV1::from),
            wishes_until: deadlines.wishes_until.map(CutoffV1::from),
            promotion_stops: deadlines.promotion_stops.map(CutoffV1::from),
            min_participants: settings.min_participants,
            capacity: settings.capacity,
            program_caps: keyed(&settings.program_caps, ProgramId::as_str),
            municipality_caps: keyed(&settings.municipality_caps, MunicipalityKey::as_str),
            guarantees: keyed(&settings.guarantees, ProgramId::as_str),
            sign_up: settings.sign_up.into(),
            admission: settings.admission.into(),
            approval: settings.approval,
            waitlist: settings.waitlist.into(),
            offer_hours: offer_hours(settings.offers),
            ranks: settings.wishes.ranks,
            vetoes: settings.wishes.vetoes,
            topics: settings.topics.iter().map(TopicV1::from).collect(),
            guarantees_restated: false,
        }
    }
}

/// Writes what stands under a key as it stands under the key's text.
fn keyed<K, V: Copy, F: From<V>>(
    map: &BTreeMap<K, V>,
    text: impl Fn(&K) -> &str,
) -> BTreeMap<String, F> {
    map.iter()
        .map(|(key, value)| (text(key).to_owned(), F::from(*value)))
        .collect()
}

impl From<Guarantee> for GuaranteeV1 {
    fn from(guarantee: Guarantee) -> Self {
        Self {
            seats: guarantee.seats,
            release: guarantee.release.map(CutoffV1::from),
        }
    }
}

impl TryFrom<&GuaranteeV1> for Guarantee {
    type Error = ValueError;

    fn try_from(stored: &GuaranteeV1) -> Result<Self, ValueError> {
        Ok(Self {
            seats: stored.seats,
            release: maybe_cutoff(stored.release.as_ref())?,
        })
    }
}

impl SettingsV1 {
    fn settings(&self) -> Result<Settings, ValueError> {
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
            deadlines: self.deadlines()?,
            min_participants: self.min_participants,
            capacity: self.capacity,
            program_caps: self.program_caps()?,
            municipality_caps: self.municipality_caps()?,
            guarantees: self.guarantees()?,
            sign_up: (&self.sign_up).into(),
            admission: (&self.admission).into(),
            approval: self.approval,
            waitlist: (&self.waitlist).into(),
            offers: offers(self.offer_hours),
            wishes: WishPolicy {
                ranks: self.ranks,
                vetoes: self.vetoes,
            },
            topics: self.topics()?,
        })
    }

    fn schedule(&self) -> Result<Schedule, ValueError> {
        let form = ScheduleV1 {
            first_day: self.first_day.clone(),
            last_day: self.last_day.clone(),
            hours: self.hours.clone(),
            time_zone: self.time_zone.clone(),
            begins: self.begins.clone(),
            ends: self.ends.clone(),
        };
        Schedule::try_from(&form)
    }

    fn deadlines(&self) -> Result<Deadlines, ValueError> {
        Ok(Deadlines {
            opens: maybe_cutoff(self.registration_opens.as_ref())?,
            closes: maybe_cutoff(self.registration_closes.as_ref())?,
            cancel_until: maybe_cutoff(self.cancel_until.as_ref())?,
            substitute_until: maybe_cutoff(self.substitute_until.as_ref())?,
            wishes_until: maybe_cutoff(self.wishes_until.as_ref())?,
            promotion_stops: maybe_cutoff(self.promotion_stops.as_ref())?,
        })
    }

    fn participating(&self) -> Result<BTreeSet<ProgramId>, ValueError> {
        let slugs = self.participating.iter();
        slugs.map(|slug| program(slug, "participating")).collect()
    }

    fn program_caps(&self) -> Result<BTreeMap<ProgramId, u32>, ValueError> {
        let caps = self.program_caps.iter();
        caps.map(|(slug, cap)| Ok((program(slug, "program_caps")?, *cap)))
            .collect()
    }

    fn municipality_caps(&self) -> Result<BTreeMap<MunicipalityKey, u32>, ValueError> {
        let caps = self.municipality_caps.iter();
        caps.map(|(key, cap)| Ok((municipality(key, "municipality_caps")?, *cap)))
            .collect()
    }

    fn guarantees(&self) -> Result<BTreeMap<ProgramId, Guarantee>, ValueError> {
        let kept = self.guarantees.iter();
        kept.map(|(slug, kept)| Ok((program(slug, "guarantees")?, kept.try_into()?)))
            .collect()
    }

    fn topics(&self) -> Result<Vec<OfferedTopic>, ValueError> {
        self.topics.iter().map(OfferedTopic::try_from).collect()
    }
}
