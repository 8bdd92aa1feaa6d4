//! What the parameters of queries mean, by their names.

use std::collections::BTreeSet;

use anmeldewerk_contract::{Position, problem::Code, schema};
use anmeldewerk_domain::workshop::{DocumentKind, MOST_VERSIONS, Reason};
use anmeldewerk_read_model::query::{MAX_LIMIT, Oddity};
use serde_json::{Value, json};

use super::words;
use crate::{
    ask::{CURSOR_PATTERN, DEFAULT_LIMIT},
    report::Report,
};

/// A program's slug.
pub(super) const PROGRAM: &str = "^[a-z0-9][a-z0-9-]{0,30}[a-z0-9]$";
/// A topic's code.
const TOPIC: &str = "^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$";
/// Up to ten words.
const WORDS: &str = r"^[^\s\u0000-\u001f\u007f-\u009f]+( [^\s\u0000-\u001f\u007f-\u009f]+){0,9}$";
/// A municipality's official key, or that of a Kreis.
const MUNICIPALITY: &str = "^([0-9]{5}|[0-9]{8})$";

/// Gives the parts of an address in braces.
pub(super) fn of_address(route: &str) -> Vec<Value> {
    let parts = route.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?;
        name.strip_suffix('}')
    });
    parts.map(of_path).collect()
}

fn of_path(name: &str) -> Value {
    let schema = match name {
        "program" => json!({"type": "string", "pattern": PROGRAM}),
        "topic" => json!({"type": "string", "pattern": TOPIC}),
        "report" => json!({"type": "string", "enum": Report::ALL.map(Report::name)}),
        "kind" => json!({"type": "string", "enum": DocumentKind::ALL.map(DocumentKind::name)}),
        "number" => json!({"type": "integer", "minimum": 1, "maximum": MOST_VERSIONS}),
        "code" => json!({"type": "string", "enum": Code::ALL}),
        "type" => json!({"type": "string", "enum": kinds()}),
        "version" => json!({"type": "integer", "minimum": 1, "maximum": 99}),
        _ => json!({"type": "string", "format": "uuid"}),
    };
    json!({"name": name, "in": "path", "required": true, "schema": schema})
}

/// Gives the types that have a schema.
fn kinds() -> BTreeSet<&'static str> {
    schema::ALL.iter().map(|known| known.kind).collect()
}

/// Gives a parameter of a query by its name; without a description where nobody has described it.
pub(super) fn of_query(name: &str) -> Value {
    let (description, schema) = described(name);
    json!({"name": name, "in": "query", "required": false, "description": description, "schema": schema})
}

fn described(name: &str) -> (&'static str, Value) {
    match name {
        "min_position" => (
            "The position that the answer is to cover. With `Prefer: wait=<seconds>` it is waited for.",
            json!({"type": "integer", "format": "int64", "minimum": 0, "maximum": Position::MAX.0}),
        ),
        "limit" => (
            "How many items are given at most.",
            json!({"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}),
        ),
        "after" => (
            "Where the list goes on: `next` of the part before. Opaque.",
            json!({"type": "string", "pattern": CURSOR_PATTERN}),
        ),
        "state" => ("Only those in this state.", json!(words::state())),
        "program" => (
            "Only those of this program.",
            json!({"type": "string", "pattern": PROGRAM}),
        ),
        "municipality" => (
            "Only those of this municipality.",
            json!({"type": "string", "pattern": MUNICIPALITY}),
        ),
        "district" => (
            "Only those of this Kreis: municipalities whose keys begin with these five digits.",
            json!({"type": "string", "pattern": "^[0-9]{5}$"}),
        ),
        "land" => (
            "Only those of this Land: municipalities whose keys begin with these two digits.",
            json!({"type": "string", "pattern": "^[0-9]{2}$"}),
        ),
        "topic" => (
            "Only those who wish for this topic.",
            json!({"type": "string", "pattern": TOPIC}),
        ),
        "assigned" => (
            "Only those who have this topic.",
            json!({"type": "string", "pattern": TOPIC}),
        ),
        "q" => (
            "Only those in whose name or organisation every word of it is found.",
            json!({"type": "string", "maxLength": 100, "pattern": WORDS}),
        ),
        "sort" => (
            "In which order; `position` is that of arrival.",
            json!({"type": "string", "enum": ["name", "place", "position"]}),
        ),
        "person" => (
            "Only those about this person.",
            json!({"type": "string", "format": "uuid"}),
        ),
        "workshop" => (
            "Only those of this workshop.",
            json!({"type": "string", "format": "uuid"}),
        ),
        _ => of_reports(name),
    }
}

fn of_reports(name: &str) -> (&'static str, Value) {
    let day = || json!({"type": "string", "format": "date"});
    match name {
        "from" => ("Workshops whose first day is not before this one.", day()),
        "to" => ("Workshops whose first day is not behind this one.", day()),
        "day" => ("Only events of this day.", day()),
        "dialect" => (
            "Of CSV only: `excel-de` is what a German Excel opens.",
            json!({"type": "string", "enum": ["excel-de"]}),
        ),
        "audience" => (
            "For whom: `public` masks small figures.",
            json!({"type": "string", "enum": ["internal", "public"]}),
        ),
        "granted" => (
            "Only those who have the topic, by such a wish.",
            json!({"type": "string", "pattern": "^(rank_([1-9]|1[0-9]|20)|other|unwished)$"}),
        ),
        "event" => (
            "Only events of this kind.",
            json!({"type": "string", "pattern": "^[a-z_]{1,40}$"}),
        ),
        "slot" => (
            "Only wishes for this slot.",
            json!({"type": "integer", "minimum": 1, "maximum": 2}),
        ),
        "rank" => (
            "Only wishes of this rank; 0 for vetoes.",
            json!({"type": "integer", "minimum": 0, "maximum": 20}),
        ),
        "by" => (
            "Only those that this one has cancelled.",
            json!({
                "type": "string",
                "enum": ["office", "feeder", "participant", "offer_declined", "workshop"],
            }),
        ),
        "reason" => (
            "Only those with this reason; `none` for those without.",
            json!({"type": "string", "enum": reasons()}),
        ),
        "oddity" => (
            "Only those with this oddity.",
            json!({"type": "string", "enum": Oddity::ALL.map(Oddity::name)}),
        ),
        _ => ("", json!({"type": "string"})),
    }
}

fn reasons() -> Vec<&'static str> {
    let reasons = Reason::ALL.into_iter().map(Reason::name);
    reasons.chain(["none"]).collect()
}

/// Gives a header of a request.
pub(super) fn header(name: &str, description: &str) -> Value {
    let schema = json!({"type": "string"});
    json!({"name": name, "in": "header", "required": false, "description": description, "schema": schema})
}
