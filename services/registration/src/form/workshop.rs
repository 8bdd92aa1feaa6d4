//! A workshop's settings as a body states them.

use std::collections::BTreeSet;

use anmeldewerk_domain::{
    Cutoff, ProgramId, TopicCode,
    workshop::{
        Deadlines, Format, Hours, OfferedTopic, Schedule, Settings, Slot, Venue, WaitlistPolicy,
        WishPolicy,
    },
};
use anmeldewerk_service::problem::Problem;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{Faults, time};

const TIME_ZONE: &str = "Europe/Berlin";
const RANKS: u8 = 3;
const VETOES: u8 = 1;
/// More ranks or vetoes in one slot than anybody would fill in.
const MOST_WISHES: u8 = 20;

/// The body of a workshop's creation.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkshopBody {
    slug: String,
    title: String,
    subtitle: Option<String>,
    kind: Option<String>,
    description: Option<String>,
    first_day: String,
    last_day: String,
    start: Option<String>,
    end: Option<String>,
    time_zone: Option<String>,
    venue: Option<VenueBody>,
    format: FormatBody,
    participating: Vec<String>,
    contact: Option<String>,
    registration_opens: Option<String>,
    registration_closes: Option<String>,
    cancel_until: Option<String>,
    capacity: Option<u32>,
    waitlist: Option<WaitlistBody>,
    ranks: Option<u8>,
    vetoes: Option<u8>,
    #[serde(default)]
    topics: Vec<TopicBody>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VenueBody {
    name: String,
    street: Option<String>,
    postcode: Option<String>,
    town: String,
    accessibility: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FormatBody {
    #[serde(alias = "praesenz")]
    Presence,
    Online,
    Hybrid,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WaitlistBody {
    Off,
    SkipBlocked,
    StrictHead,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicBody {
    code: String,
    title: String,
    slot: Option<u8>,
}

impl WorkshopBody {
    /// Reads the settings, or says everything that is wrong with them.
    pub(crate) fn settings(&self) -> Result<Settings, Problem> {
        let mut faults = Faults::default();
        let settings = self.read(&mut faults);
        faults.finish(settings)
    }

    /// Reads every field before it gives up, so that all faults are named at once.
    fn read(&self, faults: &mut Faults) -> Option<Settings> {
        let slug = faults.need("/slug", TopicCode::new(&self.slug), "invalid_slug");
        let title = faults.line("/title", &self.title);
        let subtitle = faults.maybe_line("/subtitle", self.subtitle.as_deref());
        let kind = faults.maybe_line("/kind", self.kind.as_deref());
        let contact = faults.maybe_line("/contact", self.contact.as_deref());
        let description = faults.prose("/description", self.description.as_deref().unwrap_or(""));
        let zone_name = self.time_zone.as_deref().unwrap_or(TIME_ZONE);
        let zone = faults.need("/time_zone", time::zone(zone_name), "unknown_time_zone");
        let schedule = zone
            .as_ref()
            .and_then(|zone| self.schedule(faults, zone_name, zone));
        let deadlines = zone.as_ref().map(|zone| self.deadlines(faults, zone));
        let participating = self.participating(faults);
        let venue = self.venue.as_ref().map(|venue| venue.read(faults));
        let topics = self.topics(faults);
        let wishes = self.wishes(faults);
        Some(Settings {
            slug: slug?,
            title: title?,
            subtitle,
            kind,
            description: description?,
            schedule: schedule?,
            venue: venue.flatten(),
            format: self.format.into(),
            participating,
            contact,
            deadlines: deadlines?,
            capacity: self.capacity,
            waitlist: self.waitlist.unwrap_or(WaitlistBody::SkipBlocked).into(),
            wishes,
            topics,
        })
    }

    fn schedule(&self, faults: &mut Faults, zone_name: &str, zone: &TimeZone) -> Option<Schedule> {
        let first_day = faults.need("/first_day", time::date(&self.first_day), "invalid_date");
        let last_day = faults.need("/last_day", time::date(&self.last_day), "invalid_date");
        let (first_day, last_day) = (first_day?, last_day?);
        let (hours, begins, ends) = match (&self.start, &self.end) {
            (None, None) => {
                let begins = time::start_of(first_day, zone);
                (Hours::AllDay, begins, time::end_of(last_day, zone))
            }
            (start, end) => {
                let read = |clock: &Option<String>, day: anmeldewerk_domain::Date| {
                    let clock = clock.as_deref()?;
                    time::local_time(&format!("{day}T{clock}"))
                };
                let start = faults.need("/start", read(start, first_day), "invalid_time")?;
                let end = faults.need("/end", read(end, last_day), "invalid_time")?;
                let hours = Hours::Clock { start, end };
                (hours, time::minute(start, zone), time::minute(end, zone))
            }
        };
        Some(Schedule {
            first_day,
            last_day,
            hours,
            time_zone: faults.line("/time_zone", zone_name)?,
            begins: faults.need("/first_day", begins, "no_such_time")?,
            ends: faults.need("/last_day", ends, "no_such_time")?,
        })
    }

    fn deadlines(&self, faults: &mut Faults, zone: &TimeZone) -> Deadlines {
        let mut read = |pointer: &str, text: &Option<String>, closes: bool| -> Option<Cutoff> {
            let text = text.as_deref()?;
            let stated = faults.need(pointer, time::stated(text), "invalid_date")?;
            let cutoff = if closes {
                time::deadline(stated, zone)
            } else {
                time::opening(stated, zone)
            };
            faults.need(pointer, cutoff, "no_such_time")
        };
        Deadlines {
            opens: read("/registration_opens", &self.registration_opens, false),
            closes: read("/registration_closes", &self.registration_closes, true),
            cancel_until: read("/cancel_until", &self.cancel_until, true),
        }
    }

    fn participating(&self, faults: &mut Faults) -> BTreeSet<ProgramId> {
        let mut programs = BTreeSet::new();
        for (index, slug) in self.participating.iter().enumerate() {
            let pointer = format!("/participating/{index}");
            programs.extend(faults.need(&pointer, ProgramId::new(slug), "invalid_program"));
        }
        programs
    }

    fn topics(&self, faults: &mut Faults) -> Vec<OfferedTopic> {
        let mut topics = Vec::new();
        for (index, topic) in self.topics.iter().enumerate() {
            topics.extend(topic.read(faults, &format!("/topics/{index}")));
        }
        topics
    }

    fn wishes(&self, faults: &mut Faults) -> WishPolicy {
        let mut bounded = |pointer: &str, stated: Option<u8>, default: u8| {
            let stated = stated.unwrap_or(default);
            if stated > MOST_WISHES {
                faults.add(pointer, "too_many");
            }
            stated
        };
        WishPolicy {
            ranks: bounded("/ranks", self.ranks, RANKS),
            vetoes: bounded("/vetoes", self.vetoes, VETOES),
        }
    }
}

impl VenueBody {
    fn read(&self, faults: &mut Faults) -> Option<Venue> {
        let name = faults.line("/venue/name", &self.name);
        let town = faults.line("/venue/town", &self.town);
        let street = faults.maybe_line("/venue/street", self.street.as_deref());
        let postcode = faults.maybe_line("/venue/postcode", self.postcode.as_deref());
        let accessibility = self.accessibility.as_deref();
        let accessibility = faults.maybe_line("/venue/accessibility", accessibility);
        Some(Venue {
            name: name?,
            street,
            postcode,
            town: town?,
            accessibility,
        })
    }
}

impl TopicBody {
    fn read(&self, faults: &mut Faults, pointer: &str) -> Option<OfferedTopic> {
        let code = TopicCode::new(&self.code);
        let code = faults.need(&format!("{pointer}/code"), code, "invalid_slug");
        let title = faults.line(&format!("{pointer}/title"), &self.title);
        let slot = slot(self.slot.unwrap_or(1));
        let slot = faults.need(&format!("{pointer}/slot"), slot, "invalid_slot");
        Some(OfferedTopic {
            code: code?,
            title: title?,
            slot: slot?,
        })
    }
}

/// Reads a slot's number.
pub(super) fn slot(number: u8) -> Option<Slot> {
    match number {
        1 => Some(Slot::First),
        2 => Some(Slot::Second),
        _ => None,
    }
}

impl From<FormatBody> for Format {
    fn from(format: FormatBody) -> Self {
        match format {
            FormatBody::Presence => Self::Presence,
            FormatBody::Online => Self::Online,
            FormatBody::Hybrid => Self::Hybrid,
        }
    }
}

impl From<WaitlistBody> for WaitlistPolicy {
    fn from(policy: WaitlistBody) -> Self {
        match policy {
            WaitlistBody::Off => Self::Off,
            WaitlistBody::SkipBlocked => Self::SkipBlocked,
            WaitlistBody::StrictHead => Self::StrictHead,
        }
    }
}
