//! Where people come from, by Kreis and by Land, and from where nobody comes.

use std::collections::BTreeMap;

use anmeldewerk_domain::LandCode;
use anmeldewerk_read_model::query::{ListFigure, MunicipalityFigures, WhiteSpot};
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Entry, Report, rows::by_state, totals};

/// What the report about municipalities says beside its rows.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportPlaces)]
pub(crate) struct Places {
    /// The rows by Kreis: the first five digits of the key.
    pub(crate) districts: Vec<Entry>,
    /// The rows by Land: the first two digits of the key.
    pub(crate) lands: Vec<Entry>,
    pub(crate) white_spots: WhiteSpots,
}

/// Municipalities that a program has listed and from which nobody holds a seat; of a Kreis: from all of it.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportWhiteSpots)]
pub(crate) struct WhiteSpots {
    /// The day on which they are valid: the first one of the workshop that was asked for, or that of the last decision.
    #[schema(value_type = Option<String>, format = Date)]
    day: Option<Date>,
    /// The lists that were looked at.
    programs: Vec<ListBody>,
    items: Vec<SpotBody>,
}

/// A program's list.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportWhiteProgram)]
struct ListBody {
    program: String,
    /// Entries from which nobody holds a seat.
    white: u64,
    /// All entries that are valid on the day.
    of: u64,
}

/// An entry from which nobody holds a seat.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportWhiteSpot)]
struct SpotBody {
    program: String,
    municipality: String,
    name: String,
    #[schema(schema_with = crate::document::words::municipality_kind)]
    kind: &'static str,
    district: Option<String>,
    district_name: Option<String>,
    land: Option<String>,
    land_name: Option<&'static str>,
}

impl Places {
    /// Adds the rows of a report up, masked as they are.
    pub(crate) fn of(rows: &[Entry], figures: &MunicipalityFigures) -> Self {
        Self {
            districts: roll_up(rows, &["district", "district_name", "land", "land_name"]),
            lands: roll_up(rows, &["land", "land_name"]),
            white_spots: WhiteSpots {
                day: figures.day,
                programs: figures.lists.iter().map(ListBody::from).collect(),
                items: figures.white_spots.iter().map(SpotBody::from).collect(),
            },
        }
    }
}

impl From<&ListFigure> for ListBody {
    fn from(figure: &ListFigure) -> Self {
        Self {
            program: figure.program.clone(),
            white: figure.white,
            of: figure.listed,
        }
    }
}

impl From<&WhiteSpot> for SpotBody {
    fn from(spot: &WhiteSpot) -> Self {
        Self {
            program: spot.program.clone(),
            municipality: spot.municipality.clone(),
            name: spot.name.clone(),
            kind: spot.kind.name(),
            district: district(&spot.municipality).map(str::to_owned),
            district_name: spot.district_name.clone(),
            land: land(&spot.municipality).map(str::to_owned),
            land_name: land_name(&spot.municipality),
        }
    }
}

/// Gives the key of the Kreis to which a key belongs.
pub(super) fn district(municipality: &str) -> Option<&str> {
    municipality.get(..5)
}

/// Gives the digits of the Land to which a key belongs.
pub(super) fn land(municipality: &str) -> Option<&str> {
    municipality.get(..2)
}

/// Gives the name of the Land to which a key belongs; nothing where there is none.
pub(super) fn land_name(municipality: &str) -> Option<&'static str> {
    land(municipality)
        .and_then(LandCode::new)
        .map(LandCode::name)
}

/// Adds up neighbouring rows of one workshop and program that have the first of `about` in common.
fn roll_up(rows: &[Entry], about: &[&str]) -> Vec<Entry> {
    let same = |one: &Entry, other: &Entry| {
        let along = [about[0], "program"];
        one.workshop == other.workshop
            && along
                .iter()
                .all(|name| one.about.get(*name) == other.about.get(*name))
    };
    rows.chunk_by(same)
        .filter_map(|rows| one(rows, about))
        .collect()
}

fn one(rows: &[Entry], about: &[&str]) -> Option<Entry> {
    let first = rows.first()?;
    let kept = first
        .about
        .iter()
        .filter(|(name, _)| *name == "program" || about.contains(&name.as_str()));
    let sums = totals(rows);
    let figures = sums.get("figures").and_then(Value::as_object);
    let entry = Entry {
        about: kept
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        figures: figures.cloned().unwrap_or_default(),
        of: sums.get("of").and_then(Value::as_u64),
        rows: BTreeMap::new(),
        masked: rows.iter().any(|row| row.masked),
        ..first.clone()
    };
    let behind = |state: &str| by_state(Report::Municipalities, state);
    Some(entry.open(behind, &["program", about[0]]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{mask, municipalities};
    use anmeldewerk_read_model::{
        RegistrationState,
        query::{Figure, KeyStatus, MunicipalityFigure},
    };
    use jiff::civil::date;
    use serde_json::json;
    use uuid::Uuid;

    fn figure(municipality: &str, amount: u64) -> Figure<MunicipalityFigure> {
        Figure {
            workshop: Uuid::from_u128(1),
            title: "Wandel".to_owned(),
            first_day: date(2019, 10, 22),
            host: "sh".to_owned(),
            value: MunicipalityFigure {
                program: "sh".to_owned(),
                municipality: municipality.to_owned(),
                state: RegistrationState::Confirmed,
                amount,
                land: Some("01".to_owned()),
                status: KeyStatus::Known,
                name: None,
                kind: None,
                district_name: Some("Herzogtum Lauenburg".to_owned()),
            },
        }
    }

    fn rows() -> Vec<Entry> {
        municipalities(&[
            figure("01053", 4),
            figure("01053090", 3),
            figure("01054001", 5),
            figure("13071107", 1),
        ])
    }

    #[test]
    fn a_kreis_is_its_own_office_and_all_its_municipalities() {
        let districts = roll_up(&rows(), &["district", "district_name"]);
        let found: Vec<_> = districts
            .iter()
            .map(|entry| {
                (
                    entry.about["district"].clone(),
                    entry.figures["confirmed"].clone(),
                    entry.of,
                )
            })
            .collect();
        let expected = [
            (json!("01053"), json!(7), Some(7)),
            (json!("01054"), json!(5), Some(5)),
            (json!("13071"), json!(1), Some(1)),
        ];
        assert_eq!(found, expected);
        let address = &districts[0].rows["confirmed"];
        assert!(
            address.ends_with("&program=sh&district=01053&state=confirmed"),
            "{address}"
        );
        assert_eq!(districts[0].about.get("municipality"), None);
    }

    #[test]
    fn a_land_is_named_and_what_is_masked_in_it_stays_masked() {
        let mut rows = rows();
        mask(&mut rows);
        let lands = roll_up(&rows, &["land", "land_name"]);
        let found: Vec<_> = lands
            .iter()
            .map(|entry| {
                (
                    entry.about["land_name"].clone(),
                    entry.figures["confirmed"].clone(),
                    entry.of,
                )
            })
            .collect();
        let expected = [
            (json!("Schleswig-Holstein"), json!(null), None),
            (json!("Mecklenburg-Vorpommern"), json!(null), None),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_key_of_no_land_has_no_name_of_one() {
        assert_eq!(land_name("99053"), None);
        assert_eq!(
            (land("99053"), district("99053")),
            (Some("99"), Some("99053"))
        );
    }
}
