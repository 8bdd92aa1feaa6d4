//! What texts, numbers and lists of bodies look like, for the document; each as its parser demands it.

use std::{borrow::Cow, marker::PhantomData};

use anmeldewerk_domain::{Prose, TextLine, program::Kind, workshop::MOST_MINUTES};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::json;

use super::wish::SlotBody;

/// Any number of characters of a line: no control characters, and none that turn the direction of writing.
const PLAIN: &str = r"[^\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]*";
/// Characters of an address before the last `@`, and between the dots behind it.
const LOCAL: &str = r"[!#-+\--:=?-~\p{L}\p{N}]+";
const LABEL: &str = r"[!#-+\-/-:=?A-~\p{L}\p{N}]+";

fn line() -> String {
    format!(r"{PLAIN}[\p{{L}}\p{{N}}]{PLAIN}")
}

fn whole(inner: &str) -> String {
    format!("^{inner}$")
}

fn maybe(inner: &str) -> String {
    format!("^( *|{inner})$")
}

/// A year, a month and a day that there is; from the year 1000 on, so that no digit is missing.
fn day() -> String {
    let days = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8])";
    let leap = "([1-9][0-9](0[48]|[2468][048]|[13579][26])|([2468][048]|[13579][26])00)-02-29";
    format!("([1-9][0-9]{{3}}-({days})|{leap})")
}

macro_rules! shapes {
    ($($(#[$doc:meta])* $name:ident $schema:tt)*) => {
        $(
            $(#[$doc])*
            pub(crate) struct $name;

            impl JsonSchema for $name {
                fn inline_schema() -> bool {
                    true
                }

                fn schema_name() -> Cow<'static, str> {
                    stringify!($name).into()
                }

                fn json_schema(_: &mut SchemaGenerator) -> Schema {
                    json_schema!($schema)
                }
            }
        )*
    };
}

shapes! {
    /// A line with something to read in it.
    Line { "type": "string", "maxLength": (TextLine::MAX_CHARS), "pattern": (whole(&line())) }
    /// The same, or nothing.
    MaybeLine { "type": "string", "maxLength": (TextLine::MAX_CHARS), "pattern": (maybe(&line())) }
    /// Lines with something to read in each.
    Lines {
        "type": "array", "maxItems": 10,
        "items": {"type": "string", "maxLength": (TextLine::MAX_CHARS), "pattern": (whole(&line()))}
    }
    /// A file number, or nothing.
    MaybeReference { "type": "string", "maxLength": 100, "pattern": (maybe(&line())) }
    /// Running text.
    Text { "type": "string", "maxLength": (Prose::MAX_CHARS), "pattern": (PROSE) }
    /// What is said about needs, or about a reason.
    Said { "type": "string", "maxLength": 2_000, "pattern": (PROSE) }
    /// An address of e-mail, or nothing.
    Email { "type": "string", "maxLength": 254, "pattern": (maybe(&format!(r"{LOCAL}@{LABEL}(\.{LABEL})+"))) }
    /// A program's slug.
    Program { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,30}[a-z0-9]$" }
    /// A slug of a topic or a workshop.
    Topic { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$" }
    /// Topics, the dearest first.
    Topics {
        "type": "array", "maxItems": 100,
        "items": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$"}
    }
    /// A municipality's official key (AGS), or that of a Kreis.
    Municipality { "type": "string", "pattern": "^([0-9]{5}|[0-9]{8})$" }
    /// What a municipality is.
    MunicipalityKind { "type": "string", "enum": (Kind::ALL.map(Kind::name)) }
    /// A Land's two digits.
    Land { "type": "string", "pattern": "^(0[1-9]|1[0-6])$" }
    /// The version of the privacy notice that was shown.
    Notice { "type": "integer", "minimum": 1, "maximum": (u32::MAX) }
    /// A day.
    Day { "type": "string", "format": "date" }
    /// A day, or a minute of one in the workshop's time zone.
    Stated {
        "anyOf": [
            {"type": "string", "format": "date"},
            {"type": "string", "pattern": (format!("^{}T([01][0-9]|2[0-3]):[0-5][0-9]$", day()))}
        ]
    }
    /// A time of day.
    Clock { "type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" }
    /// An IANA name with a region.
    ZoneName { "type": "string", "maxLength": 64, "pattern": "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)+$" }
    /// Hours to answer an offer.
    Hours { "type": "integer", "minimum": 1, "maximum": 8_760 }
    /// How many wishes or vetoes.
    Few { "type": "integer", "minimum": 0, "maximum": 20 }
    /// 32 bytes in lower-case hexadecimal.
    Seed { "type": "string", "pattern": "^[0-9a-f]{64}$" }
    /// A slot for topics.
    Minutes { "type": "integer", "minimum": 0, "maximum": (MOST_MINUTES) }
    Slot { "type": "integer", "minimum": 1, "maximum": 2 }
    /// An instant in UTC.
    At { "type": "string", "format": "date-time" }
    /// What state a registration is in.
    State {
        "type": "string",
        "enum": [
            "submitted", "pending_approval", "confirmed", "waitlisted", "offered",
            "declined", "lapsed", "cancelled", "transferred", "merged",
            "attended", "partially_attended", "no_show",
        ]
    }
    /// Why a member of a group did not come in.
    RefusedCode { "type": "string", "enum": ["queue", "quota_exhausted"] }
    /// What is full.
    Bucket {
        "type": "object",
        "required": ["scope"],
        "properties": {
            "scope": {
                "type": "string",
                "enum": ["workshop", "reserved", "queue", "program", "municipality"]
            },
            "size": {"type": "integer", "minimum": 0},
            "program": {"type": "string"},
            "municipality": {"type": "string"}
        }
    }
}

const PROSE: &str = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$";

/// Wishes: topics for the first slot, or all wishes slot by slot.
pub(crate) struct Wishes;

impl JsonSchema for Wishes {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Wishes".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let topic = Topic::json_schema(generator);
        let slot = generator.subschema_for::<SlotBody>();
        json_schema!({
            "type": "array",
            "maxItems": 100,
            "anyOf": [{"items": topic}, {"items": slot}],
        })
    }
}

/// Seats by key; null takes a cap away.
pub(crate) struct Caps<K>(PhantomData<K>);

impl<K: JsonSchema> JsonSchema for Caps<K> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Caps".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let seats = json!({"type": ["integer", "null"], "minimum": 0, "maximum": u32::MAX});
        json_schema!({
            "type": "object",
            "maxProperties": 2_000,
            "propertyNames": (K::json_schema(generator)),
            "additionalProperties": seats,
        })
    }
}

/// A list of so many.
pub(crate) struct List<T, const LEAST: usize, const MOST: usize>(PhantomData<T>);

impl<T: JsonSchema, const LEAST: usize, const MOST: usize> JsonSchema for List<T, LEAST, MOST> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "List".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let items = generator.subschema_for::<T>();
        json_schema!({"type": "array", "minItems": LEAST, "maxItems": MOST, "items": items})
    }
}
