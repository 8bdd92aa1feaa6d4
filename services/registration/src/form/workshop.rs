//! A workshop's settings as a body states them: all of them when it is made, some of them later.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_domain::{
    Date, Instant, MunicipalityKey, ProgramId, Prose, TextLine, TopicCode,
    workshop::{
        Admission, Deadlines, Format, Hours, Offers, Schedule, Settings, SignUp, WaitlistPolicy,
        WishPolicy,
    },
};
use anmeldewerk_service::problem::Problem;
use serde::Deserialize;

#[cfg(test)]
use super::shape;
use super::{
    Faults,
    bucket::{GuaranteeBody, Keys, Limit, guarantees},
    patch::Patch,
    place::{self, TopicBody, VenueBody},
    policy::{AdmissionBody, FormatBody, SignUpBody, WaitlistBody},
    schedule::Days,
    time,
};

const TIME_ZONE: &str = "Europe/Berlin";
const RANKS: u8 = 3;
const VETOES: u8 = 1;
/// More ranks or vetoes in one slot than anybody would fill in.
const MOST_WISHES: u8 = 20;
/// The most hours to answer an offer: a year.
const MOST_HOURS: u16 = 8_760;

/// What a body says about a workshop.
#[derive(Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "WorkshopNew"))]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
pub(crate) struct WorkshopBody {
    #[cfg_attr(test, schemars(with = "shape::Topic"))]
    slug: Patch<String>,
    #[cfg_attr(test, schemars(with = "shape::Line"))]
    title: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    subtitle: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    kind: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::Text>"))]
    description: Patch<String>,
    #[cfg_attr(test, schemars(with = "shape::Day"))]
    first_day: Patch<String>,
    #[cfg_attr(test, schemars(with = "shape::Day"))]
    last_day: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::Clock>"))]
    start: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::Clock>"))]
    end: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::ZoneName>"))]
    time_zone: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<VenueBody>"))]
    venue: Patch<VenueBody>,
    #[cfg_attr(test, schemars(with = "FormatBody"))]
    format: Patch<FormatBody>,
    #[cfg_attr(test, schemars(with = "Vec<shape::Program>"))]
    participating: Patch<Vec<String>>,
    #[cfg_attr(test, schemars(with = "Option<shape::MaybeLine>"))]
    contact: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::Stated>"))]
    registration_opens: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::Stated>"))]
    registration_closes: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::Stated>"))]
    cancel_until: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::Stated>"))]
    substitute_until: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::Stated>"))]
    wishes_until: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<shape::Stated>"))]
    promotion_stops: Patch<String>,
    #[cfg_attr(test, schemars(with = "Option<u32>"))]
    min_participants: Patch<u32>,
    #[cfg_attr(test, schemars(with = "Option<u32>"))]
    capacity: Patch<u32>,
    #[cfg_attr(test, schemars(with = "Option<shape::Caps<shape::Program>>"))]
    program_caps: Patch<BTreeMap<String, Option<u32>>>,
    #[cfg_attr(test, schemars(with = "Option<shape::Caps<shape::Municipality>>"))]
    municipality_caps: Patch<BTreeMap<String, Option<u32>>>,
    #[cfg_attr(test, schemars(with = "Option<Vec<GuaranteeBody>>"))]
    guarantees: Patch<Vec<GuaranteeBody>>,
    #[cfg_attr(test, schemars(with = "Option<SignUpBody>"))]
    sign_up: Patch<SignUpBody>,
    #[cfg_attr(test, schemars(with = "Option<AdmissionBody>"))]
    admission: Patch<AdmissionBody>,
    #[cfg_attr(test, schemars(with = "Option<bool>"))]
    approval: Patch<bool>,
    #[cfg_attr(test, schemars(with = "Option<WaitlistBody>"))]
    waitlist: Patch<WaitlistBody>,
    #[cfg_attr(test, schemars(with = "Option<shape::Hours>"))]
    offer_hours: Patch<u16>,
    #[cfg_attr(test, schemars(with = "Option<shape::Few>"))]
    ranks: Patch<u8>,
    #[cfg_attr(test, schemars(with = "Option<shape::Few>"))]
    vetoes: Patch<u8>,
    #[cfg_attr(test, schemars(with = "Option<Vec<TopicBody>>"))]
    topics: Patch<Vec<TopicBody>>,
}

/// Settings as they shall be.
pub(crate) struct Restated {
    pub(crate) settings: Settings,
    /// Whether the guarantees were among what was stated.
    pub(crate) guarantees: bool,
}

impl WorkshopBody {
    /// Reads the settings of a new workshop, or says everything that is wrong with them.
    pub(crate) fn settings(&self) -> Result<Settings, Problem> {
        let mut faults = Faults::default();
        let mut settings = self.begin(&mut faults);
        // What else is wrong is named, too, whatever is missing.
        let scratch = &mut scratch();
        self.restate(&mut faults, settings.as_mut().unwrap_or(scratch));
        faults.finish(settings)
    }

    /// Reads what shall be other than in `before`, or says everything that is wrong with it.
    pub(crate) fn patched(&self, before: &Settings) -> Result<Restated, Problem> {
        let mut faults = Faults::default();
        let moved = [
            ("/first_day", &self.first_day),
            ("/last_day", &self.last_day),
            ("/start", &self.start),
            ("/end", &self.end),
            ("/time_zone", &self.time_zone),
        ];
        for (pointer, stated) in moved {
            if stated.is_stated() {
                faults.add(pointer, "not_allowed");
            }
        }
        let mut settings = before.clone();
        self.name_and_place(&mut faults, &mut settings);
        self.restate(&mut faults, &mut settings);
        let guarantees = self.guarantees.is_stated();
        faults.finish(Some(Restated {
            settings,
            guarantees,
        }))
    }

    /// Reads the settings as far as no workshop can be without them.
    fn begin(&self, faults: &mut Faults) -> Option<Settings> {
        let slug = self.slug.required(faults, "/slug");
        let title = self.title.required(faults, "/title");
        let first_day = self.first_day.required(faults, "/first_day");
        let last_day = self.last_day.required(faults, "/last_day");
        let format = self.format.required(faults, "/format");
        let participating = self.participating.required(faults, "/participating");
        let slug = faults.need("/slug", TopicCode::new(slug?), "invalid_slug");
        let title = faults.line("/title", title?);
        let zone_name = self.time_zone.value().map_or(TIME_ZONE, String::as_str);
        let zone = time::is_zone_name(zone_name).then(|| time::zone(zone_name));
        let zone = faults
            .need("/time_zone", zone, "invalid_time_zone")
            .flatten();
        let zone = faults.need("/time_zone", zone, "unknown_time_zone");
        let days = Days {
            first_day: first_day?,
            last_day: last_day?,
            start: self.start.value().map(String::as_str),
            end: self.end.value().map(String::as_str),
        };
        let schedule = zone.and_then(|zone| days.read(faults, zone_name, &zone));
        let participating = programs(faults, participating?);
        let basics = Basics {
            slug: slug?,
            title: title?,
            schedule: schedule?,
            format: (*format?).into(),
            participating,
        };
        Some(basics.settings())
    }

    /// Changes what a workshop has from the beginning.
    fn name_and_place(&self, faults: &mut Faults, settings: &mut Settings) {
        if let Some(slug) = self.slug.unless_null(faults, "/slug") {
            let slug = faults.need("/slug", TopicCode::new(slug), "invalid_slug");
            settings.slug = slug.unwrap_or_else(|| settings.slug.clone());
        }
        if let Some(title) = self.title.unless_null(faults, "/title") {
            let title = faults.line("/title", title);
            settings.title = title.unwrap_or_else(|| settings.title.clone());
        }
        if let Some(format) = self.format.unless_null(faults, "/format") {
            settings.format = (*format).into();
        }
        if let Some(slugs) = self.participating.unless_null(faults, "/participating") {
            settings.participating = programs(faults, slugs);
        }
    }

    /// Sets everything else that was stated.
    fn restate(&self, faults: &mut Faults, settings: &mut Settings) {
        self.subtitle
            .line(faults, "/subtitle", &mut settings.subtitle);
        self.kind.line(faults, "/kind", &mut settings.kind);
        self.contact.line(faults, "/contact", &mut settings.contact);
        if self.description.is_stated() {
            let text = self.description.value().map_or("", String::as_str);
            let text = faults.prose("/description", text);
            settings.description = text.unwrap_or_default();
        }
        if self.venue.is_stated() {
            let before = settings.venue.as_ref();
            let venue = self.venue.value().map(|venue| venue.read(faults, before));
            settings.venue = venue.flatten();
        }
        if self.topics.is_stated() {
            let topics = self.topics.value().map_or(&[][..], Vec::as_slice);
            settings.topics = place::topics(faults, topics);
        }
        self.policies(faults, settings);
        self.buckets(faults, settings);
        self.deadlines(faults, settings);
    }

    fn policies(&self, faults: &mut Faults, settings: &mut Settings) {
        let or_default = |stated: &Patch<u8>, default| stated.value().copied().unwrap_or(default);
        if self.ranks.is_stated() {
            settings.wishes.ranks = bounded(faults, "/ranks", or_default(&self.ranks, RANKS));
        }
        if self.vetoes.is_stated() {
            settings.wishes.vetoes = bounded(faults, "/vetoes", or_default(&self.vetoes, VETOES));
        }
        if self.waitlist.is_stated() {
            let waitlist = self.waitlist.value().copied();
            settings.waitlist = waitlist.unwrap_or(WaitlistBody::SkipBlocked).into();
        }
        if self.sign_up.is_stated() {
            settings.sign_up = self
                .sign_up
                .value()
                .copied()
                .map(Into::into)
                .unwrap_or_default();
        }
        if self.admission.is_stated() {
            let admission = self.admission.value().copied();
            settings.admission = admission.map(Into::into).unwrap_or_default();
        }
        if self.approval.is_stated() {
            settings.approval = self.approval.value().copied().unwrap_or_default();
        }
        if self.offer_hours.is_stated() {
            settings.offers = offers(faults, self.offer_hours.value().copied());
        }
    }

    fn buckets(&self, faults: &mut Faults, settings: &mut Settings) {
        if self.min_participants.is_stated() {
            settings.min_participants = self.min_participants.value().copied();
        }
        if self.capacity.is_stated() {
            settings.capacity = self.capacity.value().copied();
        }
        let programs = Keys {
            pointer: "/program_caps",
            parse: ProgramId::new,
            code: "invalid_program",
        };
        self.program_caps
            .merge(faults, &mut settings.program_caps, &programs);
        let municipalities = Keys {
            pointer: "/municipality_caps",
            parse: MunicipalityKey::new,
            code: "invalid_municipality",
        };
        self.municipality_caps
            .merge(faults, &mut settings.municipality_caps, &municipalities);
        if self.guarantees.is_stated() {
            let stated = self.guarantees.value().map_or(&[][..], Vec::as_slice);
            let zone = time::zone(settings.schedule.time_zone.as_str());
            let zone = faults.need("/time_zone", zone, "unknown_time_zone");
            settings.guarantees = zone
                .map(|zone| guarantees(faults, stated, &zone))
                .unwrap_or_default();
        }
    }

    fn deadlines(&self, faults: &mut Faults, settings: &mut Settings) {
        let zone = time::zone(settings.schedule.time_zone.as_str());
        let Some(zone) = faults.need("/time_zone", zone, "unknown_time_zone") else {
            return;
        };
        let mut set = |pointer, stated: &Patch<String>, limit: Limit, field: &mut Option<_>| {
            if stated.is_stated() {
                let text = stated.value();
                *field = text.and_then(|text| limit.read(faults, (pointer, text), &zone));
            }
        };
        let limits = &mut settings.deadlines;
        set(
            "/registration_opens",
            &self.registration_opens,
            Limit::From,
            &mut limits.opens,
        );
        set(
            "/registration_closes",
            &self.registration_closes,
            Limit::Until,
            &mut limits.closes,
        );
        set(
            "/cancel_until",
            &self.cancel_until,
            Limit::Until,
            &mut limits.cancel_until,
        );
        set(
            "/substitute_until",
            &self.substitute_until,
            Limit::Until,
            &mut limits.substitute_until,
        );
        set(
            "/wishes_until",
            &self.wishes_until,
            Limit::Until,
            &mut limits.wishes_until,
        );
        set(
            "/promotion_stops",
            &self.promotion_stops,
            Limit::From,
            &mut limits.promotion_stops,
        );
    }
}

/// What no workshop can be without.
struct Basics {
    slug: TopicCode,
    title: TextLine,
    schedule: Schedule,
    format: Format,
    participating: BTreeSet<ProgramId>,
}

impl Basics {
    /// Gives settings that state nothing else.
    fn settings(self) -> Settings {
        Settings {
            slug: self.slug,
            title: self.title,
            subtitle: None,
            kind: None,
            description: Prose::default(),
            schedule: self.schedule,
            venue: None,
            format: self.format,
            participating: self.participating,
            contact: None,
            deadlines: Deadlines::default(),
            min_participants: None,
            capacity: None,
            program_caps: BTreeMap::new(),
            municipality_caps: BTreeMap::new(),
            guarantees: BTreeMap::new(),
            sign_up: SignUp::default(),
            admission: Admission::default(),
            approval: false,
            waitlist: WaitlistPolicy::SkipBlocked,
            offers: Offers::default(),
            wishes: WishPolicy {
                ranks: RANKS,
                vetoes: VETOES,
            },
            topics: Vec::new(),
        }
    }
}

/// Gives settings of no workshop, to read a body against that lacks what none can be without.
fn scratch() -> Settings {
    let day = Date::new(2000, 1, 1).expect("a day of the calendar");
    let midnight = Instant::from_micros(0);
    let basics = Basics {
        slug: TopicCode::new("none").expect("a slug"),
        title: TextLine::new("None").expect("a line"),
        schedule: Schedule {
            first_day: day,
            last_day: day,
            hours: Hours::AllDay,
            time_zone: TextLine::new(TIME_ZONE).expect("a line"),
            begins: midnight,
            ends: midnight,
        },
        format: Format::Online,
        participating: BTreeSet::new(),
    };
    basics.settings()
}

fn bounded(faults: &mut Faults, pointer: &str, stated: u8) -> u8 {
    if stated > MOST_WISHES {
        faults.add(pointer, "too_many");
    }
    stated
}

fn offers(faults: &mut Faults, hours: Option<u16>) -> Offers {
    match hours {
        None => Offers::Directly,
        Some(hours) => {
            if !(1..=MOST_HOURS).contains(&hours) {
                faults.add("/offer_hours", "out_of_range");
            }
            Offers::Hours(hours)
        }
    }
}

fn programs(faults: &mut Faults, slugs: &[String]) -> BTreeSet<ProgramId> {
    let mut programs = BTreeSet::new();
    for (index, slug) in slugs.iter().enumerate() {
        let pointer = format!("/participating/{index}");
        programs.extend(faults.need(&pointer, ProgramId::new(slug), "invalid_program"));
    }
    programs
}
