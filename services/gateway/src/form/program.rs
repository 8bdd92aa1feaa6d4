//! A program as callers see it.

use anmeldewerk_contract::Position;
use anmeldewerk_read_model::query::Program;
use serde::Serialize;
use utoipa::ToSchema;

/// A program.
#[derive(Serialize, ToSchema)]
#[schema(as = Program)]
pub(crate) struct ProgramBody<'p> {
    id: &'p str,
    name: &'p str,
    /// The Land's two digits in the official municipality key.
    land: &'p str,
    carrier: Option<&'p str>,
    contact: Option<&'p str>,
    #[schema(value_type = u64)]
    version: Position,
}

impl<'p> From<&'p Program> for ProgramBody<'p> {
    fn from(program: &'p Program) -> Self {
        Self {
            id: &program.id,
            name: &program.name,
            land: &program.land,
            carrier: program.carrier.as_deref(),
            contact: program.contact.as_deref(),
            version: program.version,
        }
    }
}
