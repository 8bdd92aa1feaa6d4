//! Stored forms of when a workshop takes place, and of its limits in time.

use anmeldewerk_domain::{
    Cutoff,
    workshop::{Event, Hours, Schedule},
};
use serde::{Deserialize, Serialize};

#[cfg(test)]
use super::form;
use super::value::{instant, line};
use crate::{
    ValueError, instant_text, stated_text,
    text::{date, local_time, stated},
};

/// `workshop.postponed.v1`; settings have the same fields among their own.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct ScheduleV1 {
    #[cfg_attr(test, schemars(with = "form::Day"))]
    pub(super) first_day: String,
    #[cfg_attr(test, schemars(with = "form::Day"))]
    pub(super) last_day: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) hours: Option<HoursV1>,
    #[cfg_attr(test, schemars(with = "form::Line"))]
    pub(super) time_zone: String,
    #[cfg_attr(test, schemars(with = "form::At"))]
    pub(super) begins: String,
    #[cfg_attr(test, schemars(with = "form::At"))]
    pub(super) ends: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct HoursV1 {
    #[cfg_attr(test, schemars(with = "form::Minute"))]
    start: String,
    #[cfg_attr(test, schemars(with = "form::Minute"))]
    end: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct CutoffV1 {
    #[cfg_attr(test, schemars(with = "form::Stated"))]
    stated: String,
    #[cfg_attr(test, schemars(with = "form::At"))]
    instant: String,
}

impl ScheduleV1 {
    pub(super) fn into_event(self) -> Result<Event, ValueError> {
        let schedule = Box::new(Schedule::try_from(&self)?);
        Ok(Event::Postponed { schedule })
    }
}

impl From<&Schedule> for ScheduleV1 {
    fn from(schedule: &Schedule) -> Self {
        Self {
            first_day: schedule.first_day.to_string(),
            last_day: schedule.last_day.to_string(),
            hours: hours_form(schedule.hours),
            time_zone: schedule.time_zone.as_str().to_owned(),
            begins: instant_text(schedule.begins),
            ends: instant_text(schedule.ends),
        }
    }
}

impl TryFrom<&ScheduleV1> for Schedule {
    type Error = ValueError;

    fn try_from(stored: &ScheduleV1) -> Result<Self, ValueError> {
        Ok(Self {
            first_day: date(&stored.first_day).ok_or(ValueError("first_day"))?,
            last_day: date(&stored.last_day).ok_or(ValueError("last_day"))?,
            hours: hours(stored.hours.as_ref())?,
            time_zone: line(&stored.time_zone, "time_zone")?,
            begins: instant(&stored.begins, "begins")?,
            ends: instant(&stored.ends, "ends")?,
        })
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
            instant: instant(&stored.instant, "instant")?,
        })
    }
}

/// Reads a limit that may be absent.
pub(super) fn maybe_cutoff(stored: Option<&CutoffV1>) -> Result<Option<Cutoff>, ValueError> {
    stored.map(Cutoff::try_from).transpose()
}
