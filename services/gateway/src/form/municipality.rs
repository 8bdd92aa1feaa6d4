//! A program's municipalities as callers see them; what is written here is read back by `PUT`.

use anmeldewerk_contract::Position;
use anmeldewerk_read_model::query::Municipality;
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::document::words;

/// A municipality that a program has listed.
#[derive(Serialize, ToSchema)]
#[schema(as = Municipality)]
pub(crate) struct MunicipalityBody<'m> {
    #[serde(flatten)]
    entry: MunicipalityEntry<'m>,
    #[schema(value_type = u64)]
    version: Position,
}

/// The same as it was stated.
#[derive(Serialize, ToSchema)]
pub(crate) struct MunicipalityEntry<'m> {
    /// The official key (AGS), or that of a Kreis.
    pub(crate) key: &'m str,
    pub(crate) name: &'m str,
    #[schema(schema_with = words::municipality_kind)]
    pub(crate) kind: &'static str,
    /// The key of what it belongs to.
    pub(crate) parent: Option<&'m str>,
    /// The first day on which it exists.
    #[schema(value_type = Option<String>, format = Date)]
    pub(crate) valid_from: Option<Date>,
    /// The last day on which it exists.
    #[schema(value_type = Option<String>, format = Date)]
    pub(crate) valid_until: Option<Date>,
}

impl<'m> From<&'m Municipality> for MunicipalityBody<'m> {
    fn from(municipality: &'m Municipality) -> Self {
        Self {
            entry: municipality.into(),
            version: municipality.version,
        }
    }
}

impl<'m> From<&'m Municipality> for MunicipalityEntry<'m> {
    fn from(municipality: &'m Municipality) -> Self {
        Self {
            key: municipality.key.as_str(),
            name: &municipality.name,
            kind: municipality.kind.name(),
            parent: municipality.parent.as_deref(),
            valid_from: municipality.valid_from,
            valid_until: municipality.valid_until,
        }
    }
}
