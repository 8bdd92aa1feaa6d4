//! Figures by municipality, beside what programs say of theirs.

use jiff::civil;
use sqlx::postgres::PgRow;

use anmeldewerk_domain::program::Kind;

use super::{
    AsOf, FigureFilter, Figures, MAX_FIGURES, ReadModel, Scope,
    figures::{amount, figure, state},
    municipality::kind,
    row,
};
use crate::{Fault, RegistrationState, sql};

/// How many registrations from a municipality are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MunicipalityFigure {
    /// The program.
    pub program: String,
    /// The municipality's key.
    pub municipality: String,
    /// The state.
    pub state: RegistrationState,
    /// How many.
    pub amount: u64,
    /// The Land of the program; nothing where the program is not known.
    pub land: Option<String>,
    /// What the program's list says of the key on the workshop's first day.
    pub status: KeyStatus,
    /// The municipality's name, if the program has listed it.
    pub name: Option<String>,
    /// What it is, if the program has listed it.
    pub kind: Option<Kind>,
    /// The name of its Kreis, if the program has listed that.
    pub district_name: Option<String>,
}

/// What a program's list says of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStatus {
    /// It is listed.
    Known,
    /// It is not listed.
    Unknown,
    /// It is listed and was not valid any more.
    Abolished,
}

impl KeyStatus {
    /// Gives its code.
    pub fn name(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Unknown => "unknown",
            Self::Abolished => "abolished",
        }
    }
}

/// A program's list on a day, and how much of it nobody comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFigure {
    /// The program.
    pub program: String,
    /// Entries that are valid on the day.
    pub listed: u64,
    /// Those of them from which nobody holds a seat.
    pub white: u64,
}

/// An entry of a program's list from which nobody holds a seat (weißer Fleck).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhiteSpot {
    /// The program that has listed it.
    pub program: String,
    /// Its key.
    pub municipality: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The name of its Kreis, if the program has listed that.
    pub district_name: Option<String>,
}

/// The rows of the report about municipalities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MunicipalityFigures {
    /// What is counted.
    pub counted: Figures<MunicipalityFigure>,
    /// The day on which lists are looked at: the workshop's first one, or that of the last decision.
    pub day: Option<civil::Date>,
    /// The lists of the programs that take part, as far as they have one.
    pub lists: Vec<ListFigure>,
    /// The white spots, by program and key.
    pub white_spots: Vec<WhiteSpot>,
}

impl ReadModel {
    /// Counts registrations by municipality and state, and lists from where nobody comes; nothing where there are more
    /// than [`MAX_FIGURES`] of either.
    pub async fn municipality_figures(
        &self,
        scope: &Scope,
        filter: &FigureFilter,
    ) -> Result<AsOf<Option<MunicipalityFigures>>, Fault> {
        let asked = (sql::FIGURES_MUNICIPALITIES, filter);
        let rows = self.counted_rows(scope, asked).await?;
        let first = rows.first().ok_or(Fault::NoCheckpoint)?;
        let mut figures = MunicipalityFigures {
            counted: Figures {
                decided_at: row::maybe_instant(first, "decided_at")?,
                rows: Vec::new(),
            },
            day: row::maybe_date(first, "day")?,
            lists: Vec::new(),
            white_spots: Vec::new(),
        };
        for row in &rows {
            figures.take(row)?;
        }
        let most = figures.counted.rows.len().max(figures.white_spots.len());
        row::as_of(&rows, (most <= MAX_FIGURES).then_some(figures))
    }
}

impl MunicipalityFigures {
    fn take(&mut self, row: &PgRow) -> Result<(), Fault> {
        match row::get::<Option<i32>>(row, "sort")? {
            None => {}
            Some(0) => self.counted.rows.extend(figure(row, municipality_figure)?),
            Some(1) => self.lists.push(ListFigure {
                program: row::get(row, "program")?,
                listed: amount(row, "amount")?,
                white: amount(row, "white")?,
            }),
            Some(_) => self.white_spots.push(WhiteSpot {
                program: row::get(row, "program")?,
                municipality: row::get(row, "municipality")?,
                name: row::get(row, "name")?,
                kind: kind(row::get(row, "kind")?)?,
                district_name: row::get(row, "district_name")?,
            }),
        }
        Ok(())
    }
}

fn municipality_figure(row: &PgRow) -> Result<Option<MunicipalityFigure>, Fault> {
    let listed: bool = row::get(row, "listed")?;
    let abolished: bool = row::get(row, "abolished")?;
    let found: Option<&str> = row::get(row, "kind")?;
    Ok(Some(MunicipalityFigure {
        program: row::get(row, "program")?,
        municipality: row::get(row, "municipality")?,
        state: state(row::get(row, "state")?)?,
        amount: amount(row, "amount")?,
        land: row::get(row, "land")?,
        status: match (listed, abolished) {
            (false, _) => KeyStatus::Unknown,
            (true, true) => KeyStatus::Abolished,
            (true, false) => KeyStatus::Known,
        },
        name: row::get(row, "name")?,
        kind: found.map(kind).transpose()?,
        district_name: row::get(row, "district_name")?,
    }))
}
