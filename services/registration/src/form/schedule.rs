//! When a workshop takes place, as a body states it.

use anmeldewerk_domain::{
    Date,
    workshop::{Hours, Schedule},
};
use anmeldewerk_service::problem::Problem;
use jiff::tz::TimeZone;
use serde::Deserialize;

#[cfg(test)]
use super::shape;
use super::{Faults, time};

/// The body of a postponement.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Schedule"))]
#[serde(deny_unknown_fields)]
pub(crate) struct ScheduleBody {
    #[cfg_attr(test, schemars(with = "shape::Day"))]
    first_day: String,
    #[cfg_attr(test, schemars(with = "shape::Day"))]
    last_day: String,
    #[cfg_attr(test, schemars(with = "Option<shape::Clock>"))]
    start: Option<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::Clock>"))]
    end: Option<String>,
}

/// Days and hours as they were stated.
pub(super) struct Days<'b> {
    pub(super) first_day: &'b str,
    pub(super) last_day: &'b str,
    pub(super) start: Option<&'b str>,
    pub(super) end: Option<&'b str>,
}

impl ScheduleBody {
    /// Reads the new time of a workshop that has this time zone, or says everything that is wrong.
    pub(crate) fn schedule(&self, zone_name: &str) -> Result<Schedule, Problem> {
        let mut faults = Faults::default();
        let days = Days {
            first_day: &self.first_day,
            last_day: &self.last_day,
            start: self.start.as_deref(),
            end: self.end.as_deref(),
        };
        let zone = faults.need("/time_zone", time::zone(zone_name), "unknown_time_zone");
        let schedule = zone.and_then(|zone| days.read(&mut faults, zone_name, &zone));
        faults.finish(schedule)
    }
}

impl Days<'_> {
    pub(super) fn read(
        &self,
        faults: &mut Faults,
        zone_name: &str,
        zone: &TimeZone,
    ) -> Option<Schedule> {
        let first_day = faults.need("/first_day", time::date(self.first_day), "invalid_date");
        let last_day = faults.need("/last_day", time::date(self.last_day), "invalid_date");
        let (first_day, last_day) = (first_day?, last_day?);
        let (hours, begins, ends) = match (self.start, self.end) {
            (None, None) => {
                let begins = time::start_of(first_day, zone);
                (Hours::AllDay, begins, time::end_of(last_day, zone))
            }
            (start, end) => {
                let read =
                    |clock: Option<&str>, day: Date| time::local_time(&format!("{day}T{}", clock?));
                if start.is_none() || end.is_none() {
                    let missing = if start.is_none() { "/start" } else { "/end" };
                    faults.add(missing, "missing_field");
                    return None;
                }
                let start = faults.need("/start", read(start, first_day), "invalid_time")?;
                let end = faults.need("/end", read(end, last_day), "invalid_time")?;
                let hours = Hours::Clock { start, end };
                (hours, time::minute(start, zone), time::minute(end, zone))
            }
        };
        let (begin_place, end_place) = match hours {
            Hours::AllDay => ("/first_day", "/last_day"),
            Hours::Clock { .. } => ("/start", "/end"),
        };
        Some(Schedule {
            first_day,
            last_day,
            hours,
            time_zone: faults.line("/time_zone", zone_name)?,
            begins: faults.need(begin_place, begins, "no_such_time")?,
            ends: faults.need(end_place, ends, "no_such_time")?,
        })
    }
}
