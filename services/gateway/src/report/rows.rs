//! From counts to the rows of each report.

use anmeldewerk_domain::program::Kind;
use anmeldewerk_read_model::query::{
    AttendanceFigure, CancellationFigure, DayFigure, Figure, Grant, HoursFigure,
    MunicipalityFigure, ProgramFigure, QualityFigure, TopicCount, TopicCountKind, TopicFigure,
    WaitlistFigure,
};
use serde_json::json;

use super::{
    Entry, Report,
    places::{district, land, land_name},
};

/// Where a figure is opened: in which report's rows, with which parameters.
type Behind = (Report, Vec<(&'static str, String)>);

/// Registrations by program and state, with what bounds them.
pub(crate) fn programs(figures: &[Figure<ProgramFigure>]) -> Vec<Entry> {
    let opened = |entry: Entry| entry.open(|state| by_state(Report::Programs, state), &["program"]);
    figures.iter().map(program).map(opened).collect()
}

pub(super) fn by_state(report: Report, state: &str) -> Behind {
    (report, vec![("state", state.to_owned())])
}

fn program(figure: &Figure<ProgramFigure>) -> Entry {
    let ProgramFigure {
        program,
        states,
        cap,
        guarantee,
        release,
        released,
    } = &figure.value;
    let mut entry = Entry::of(figure, &[("program", program)]);
    for (state, amount) in states {
        entry.add(state.name(), *amount);
        entry.add_to_all(*amount);
    }
    let held = states.iter().filter(|(state, _)| state.holds_seat());
    let held: u64 = held.map(|(_, amount)| amount).sum();
    entry.tell(
        "seats",
        json!({"used": held, "cap": cap, "guarantee": guarantee}),
    );
    let release = release.as_ref().map(|release| {
        json!({"stated": release.stated, "instant": release.instant, "released": released})
    });
    entry.tell(
        "release",
        release.unwrap_or_else(|| json!({"released": released})),
    );
    entry
}

/// What has happened, by day and cumulated.
pub(crate) fn timeline(figures: &[Figure<DayFigure>]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let series = figures.chunk_by(|one, other| series(one) == series(other));
    for days in series {
        let all: u64 = days.iter().map(|day| day.value.amount).sum();
        let mut sum = 0;
        for day in days {
            sum += day.value.amount;
            entries.push(one_day(day, sum, all));
        }
    }
    entries
}

fn series(figure: &Figure<DayFigure>) -> (uuid::Uuid, &str, &str) {
    let DayFigure { program, event, .. } = &figure.value;
    (figure.workshop, program, event)
}

fn one_day(figure: &Figure<DayFigure>, cumulated: u64, all: u64) -> Entry {
    let DayFigure {
        program,
        day,
        event,
        amount,
    } = &figure.value;
    let day = day.to_string();
    let about = [
        ("program", program.as_str()),
        ("event", event.as_str()),
        ("day", day.as_str()),
    ];
    let mut entry = Entry::of(figure, &about);
    entry.add("amount", *amount);
    entry.tell("cumulated", cumulated);
    entry.add_to_all(all);
    entry.open(
        |_| (Report::Timeline, Vec::new()),
        &["program", "event", "day"],
    )
}

/// Registrations by municipality and state.
pub(crate) fn municipalities(figures: &[Figure<MunicipalityFigure>]) -> Vec<Entry> {
    let rows = figures.chunk_by(|one, other| place(one) == place(other));
    rows.filter_map(municipality).collect()
}

fn place(figure: &Figure<MunicipalityFigure>) -> (uuid::Uuid, &str, &str) {
    let value = &figure.value;
    (figure.workshop, &value.program, &value.municipality)
}

fn municipality(states: &[Figure<MunicipalityFigure>]) -> Option<Entry> {
    let first = states.first()?;
    let MunicipalityFigure {
        program,
        municipality,
        land: programs_land,
        ..
    } = &first.value;
    let about = [
        ("program", program.as_str()),
        ("municipality", municipality.as_str()),
    ];
    let mut entry = Entry::of(first, &about);
    let outside = programs_land
        .as_deref()
        .is_some_and(|land| !municipality.starts_with(land));
    entry.tell("land", land(municipality));
    entry.tell("land_name", land_name(municipality));
    entry.tell("district", district(municipality));
    entry.tell("district_name", first.value.district_name.as_deref());
    entry.tell("municipality_name", first.value.name.as_deref());
    entry.tell("municipality_kind", first.value.kind.map(Kind::name));
    entry.tell("municipality_status", first.value.status.name());
    entry.tell("municipality_outside_land", outside);
    for figure in states {
        entry.add(figure.value.state.name(), figure.value.amount);
        entry.add_to_all(figure.value.amount);
    }
    let behind = |state: &str| by_state(Report::Municipalities, state);
    Some(entry.open(behind, &["program", "municipality"]))
}

/// Wishes by topic, program and rank.
pub(crate) fn topics(figures: &[Figure<TopicFigure>]) -> Vec<Entry> {
    let rows = figures.chunk_by(|one, other| wished(one) == wished(other));
    rows.filter_map(topic).collect()
}

fn wished(figure: &Figure<TopicFigure>) -> (uuid::Uuid, u8, &str, Option<&str>) {
    let value = &figure.value;
    let program = value.counted.as_ref().map(|of| of.program.as_str());
    (figure.workshop, value.slot, &value.code, program)
}

fn topic(counts: &[Figure<TopicFigure>]) -> Option<Entry> {
    let first = counts.first()?;
    let (_, slot, code, program) = wished(first);
    let slot = slot.to_string();
    let mut entry = Entry::of(first, &[("slot", &slot), ("topic", code)]);
    entry.tell("topic_title", first.value.title.as_str());
    entry.tell("program", program);
    let counts = counts.iter().filter_map(|of| of.value.counted.as_ref());
    for TopicCount { kind, amount, .. } in counts {
        match kind {
            TopicCountKind::Ranked(rank) => {
                entry.add(&format!("rank_{rank}"), *amount);
                entry.add_to_all(*amount);
            }
            TopicCountKind::Vetoed => entry.add("vetoes", *amount),
            TopicCountKind::Granted(Grant::Wish(rank)) => {
                entry.add(&format!("granted_rank_{rank}"), *amount);
            }
            TopicCountKind::Granted(Grant::Other) => entry.add("granted_other", *amount),
            TopicCountKind::Granted(Grant::Unwished) => entry.add("granted_unwished", *amount),
        }
    }
    let behind = |figure: &str| {
        let narrowed = match figure.strip_prefix("granted_") {
            Some(grant) => ("granted", grant.to_owned()),
            // A veto is a wish of no rank.
            None => (
                "rank",
                figure.strip_prefix("rank_").unwrap_or("0").to_owned(),
            ),
        };
        (Report::Topics, vec![narrowed])
    };
    Some(entry.open(behind, &["slot", "topic", "program"]))
}

/// Those who wait.
pub(crate) fn waitlist(figures: &[Figure<WaitlistFigure>]) -> Vec<Entry> {
    figures.iter().map(waiting).collect()
}

fn waiting(figure: &Figure<WaitlistFigure>) -> Entry {
    let value = &figure.value;
    let mut entry = Entry::of(figure, &[("program", &value.program)]);
    for (name, amount) in [
        ("waiting", value.waiting),
        ("offered", value.offered),
        ("joined", value.joined),
        ("moved", value.moved),
        ("offers", value.offers),
        ("lapsed", value.lapsed),
    ] {
        entry.add(name, amount);
    }
    entry.add_to_all(value.registrations);
    entry.open(behind_waiting, &["program"])
}

/// Those who wait now are registrations; what became of others is events.
fn behind_waiting(figure: &str) -> Behind {
    let event = |event: &str| (Report::Timeline, vec![("event", event.to_owned())]);
    match figure {
        "waiting" => by_state(Report::Waitlist, "waitlisted"),
        "joined" => event("waitlisted"),
        "moved" => event("moved_to_waitlist"),
        "offers" => event("offered"),
        "lapsed" => event("lapsed"),
        now => by_state(Report::Waitlist, now),
    }
}

/// Cancellations by who cancelled and why.
pub(crate) fn cancellations(figures: &[Figure<CancellationFigure>]) -> Vec<Entry> {
    figures.iter().map(cancellation).collect()
}

fn cancellation(figure: &Figure<CancellationFigure>) -> Entry {
    let value = &figure.value;
    let program = ("program", value.program.as_str());
    let mut entry = match &value.cancelled {
        None => Entry::of(figure, &[program]),
        Some(cancelled) => {
            // Without a reason is a reason of its own.
            let reason = cancelled.reason.as_deref().unwrap_or("none");
            let about = [program, ("by", cancelled.by.as_str()), ("reason", reason)];
            Entry::of(figure, &about)
        }
    };
    let amount = value
        .cancelled
        .as_ref()
        .map_or(0, |cancelled| cancelled.amount);
    entry.add("cancelled", amount);
    entry.add_to_all(value.registrations);
    entry.open(
        |_| (Report::Cancellations, Vec::new()),
        &["program", "by", "reason"],
    )
}

/// What is odd.
pub(crate) fn data_quality(figures: &[Figure<QualityFigure>]) -> Vec<Entry> {
    figures.iter().map(quality).collect()
}

fn quality(figure: &Figure<QualityFigure>) -> Entry {
    let value = &figure.value;
    let mut entry = Entry::of(figure, &[("program", &value.program)]);
    for (name, amount) in [
        ("possible_duplicate", value.look_alikes),
        ("placeholder", value.placeholders),
        ("municipality_outside_land", value.outside_land),
        ("overridden", value.overridden),
    ] {
        entry.add(name, amount);
    }
    entry.add_to_all(value.live);
    let behind = |oddity: &str| (Report::DataQuality, vec![("oddity", oddity.to_owned())]);
    entry.open(behind, &["program"])
}

/// Who attended.
pub(crate) fn attendance(figures: &[Figure<AttendanceFigure>]) -> Vec<Entry> {
    let rows = figures.iter().map(|figure| {
        let value = &figure.value;
        let mut entry = Entry::of(figure, &[("program", &value.program)]);
        for (state, amount) in [
            ("attended", value.attended),
            ("partially_attended", value.partially),
            ("no_show", value.no_show),
        ] {
            entry.add(state, amount);
            entry.add_to_all(amount);
        }
        entry.open(|state| by_state(Report::Attendance, state), &["program"])
    });
    rows.collect()
}

/// How long people were there.
pub(crate) fn hours(figures: &[Figure<HoursFigure>]) -> Vec<Entry> {
    let rows = figures.iter().map(|figure| {
        let value = &figure.value;
        let mut entry = Entry::of(figure, &[("program", &value.program)]);
        entry.add("presences", value.presences);
        entry.add("minutes", value.minutes);
        entry.add("hours", value.minutes / 60);
        entry.add("without_minutes", value.unmeasured);
        entry.add_to_all(value.presences);
        // Behind each of them stand the same people.
        entry.open(|_| (Report::ParticipantHours, Vec::new()), &["program"])
    });
    rows.collect()
}

impl Entry {
    /// Gives the figure of one state, which is none where nothing was counted.
    #[cfg(test)]
    fn figure(&self, name: &str) -> u64 {
        self.figures
            .get(name)
            .and_then(serde_json::Value::as_u64)
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anmeldewerk_read_model::{RegistrationState, query::KeyStatus};
    use jiff::civil::{Date, date};
    use uuid::Uuid;

    fn figure<R>(value: R) -> Figure<R> {
        Figure {
            workshop: Uuid::from_u128(1),
            title: "Wandel".to_owned(),
            first_day: date(2019, 10, 22),
            host: "sh".to_owned(),
            value,
        }
    }

    fn day(program: &str, day: Date, amount: u64) -> Figure<DayFigure> {
        figure(DayFigure {
            program: program.to_owned(),
            day,
            event: "submitted".to_owned(),
            amount,
        })
    }

    #[test]
    fn days_are_added_up_within_their_own_series() {
        let rows = timeline(&[
            day("mv", date(2019, 8, 1), 2),
            day("mv", date(2019, 8, 3), 5),
            day("sh", date(2019, 8, 3), 1),
        ]);
        let told: Vec<_> = rows
            .iter()
            .map(|row| (row.figure("amount"), row.about["cumulated"].clone(), row.of))
            .collect();
        let expected = [
            (2, json!(2), Some(7)),
            (5, json!(7), Some(7)),
            (1, json!(1), Some(1)),
        ];
        assert_eq!(told, expected);
        let address = &rows[1].rows["amount"];
        assert!(
            address.ends_with("&program=mv&event=submitted&day=2019-08-03"),
            "{address}"
        );
    }

    #[test]
    fn seats_are_those_that_are_held() {
        let rows = programs(&[figure(ProgramFigure {
            program: "mv".to_owned(),
            states: vec![
                (RegistrationState::Cancelled, 9),
                (RegistrationState::Confirmed, 4),
                (RegistrationState::Offered, 2),
                (RegistrationState::Waitlisted, 7),
            ],
            cap: Some(10),
            guarantee: None,
            release: None,
            released: false,
        })]);
        assert_eq!(
            rows[0].about["seats"],
            json!({"used": 6, "cap": 10, "guarantee": null})
        );
        assert_eq!((rows[0].figure("confirmed"), rows[0].of), (4, Some(22)));
    }

    #[test]
    fn a_municipality_is_one_row_with_all_its_states() {
        let of = |municipality: &str, state, amount| {
            figure(MunicipalityFigure {
                program: "mv".to_owned(),
                municipality: municipality.to_owned(),
                state,
                amount,
                land: Some("13".to_owned()),
                status: KeyStatus::Abolished,
                name: Some("Rechlin".to_owned()),
                kind: Some(Kind::Municipality),
                district_name: None,
            })
        };
        let rows = municipalities(&[
            of("01053", RegistrationState::Confirmed, 1),
            of("13071107", RegistrationState::Cancelled, 2),
            of("13071107", RegistrationState::Confirmed, 3),
        ]);
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].about["municipality_outside_land"], json!(true));
        assert_eq!(
            (
                rows[1].figure("confirmed"),
                rows[1].figure("cancelled"),
                rows[1].of
            ),
            (3, 2, Some(5))
        );
        assert_eq!(rows[1].about["district"], json!("13071"));
        assert_eq!(rows[1].about["land_name"], json!("Mecklenburg-Vorpommern"));
        assert_eq!(rows[1].about["municipality_name"], json!("Rechlin"));
        assert_eq!(rows[1].about["municipality_status"], json!("abolished"));
    }
}
