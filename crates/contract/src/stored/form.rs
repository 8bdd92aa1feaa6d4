//! What texts and numbers of stored forms look like, for their schemas.

use std::borrow::Cow;

use anmeldewerk_domain::{
    Prose, TextLine,
    program::Kind,
    workshop::{
        DocumentKind as Document, MOST_DOCUMENT_BYTES, MOST_MINUTES, MOST_VERSIONS,
        MediaType as Media, Reason,
    },
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::json;

macro_rules! forms {
    ($($(#[$doc:meta])* $name:ident $schema:tt)*) => {
        $(
            $(#[$doc])*
            pub(super) struct $name;

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

forms! {
    /// 32 bytes in lower-case hexadecimal.
    Hash { "type": "string", "pattern": "^[0-9a-f]{64}$" }
    /// Bytes in the URL alphabet of base64, not padded.
    Base64 { "type": "string", "pattern": "^[A-Za-z0-9_-]*$" }
    /// An instant in UTC.
    At { "type": "string", "format": "date-time" }
    /// A day.
    Day { "type": "string", "format": "date" }
    /// A minute of a day, in the time zone that stands beside it.
    Minute { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}$" }
    /// A day, or a minute of one.
    Stated { "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2})?$" }
    /// A registration number.
    Number { "type": "string", "pattern": "^[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}$" }
    /// A program's slug.
    Program { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,30}[a-z0-9]$" }
    /// A slug of a topic or a workshop.
    Topic { "type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$" }
    /// A municipality's official key, or that of a Kreis.
    Municipality { "type": "string", "pattern": "^([0-9]{5}|[0-9]{8})$" }
    /// What a municipality is.
    MunicipalityKind { "enum": (Kind::ALL.map(Kind::name)) }
    /// A Land's two digits.
    Land { "type": "string", "pattern": "^(0[1-9]|1[0-6])$" }
    /// One line.
    Line { "type": "string", "minLength": 1, "maxLength": (TextLine::MAX_CHARS) }
    /// Running text.
    Text { "type": "string", "maxLength": (Prose::MAX_CHARS) }
    /// A reason.
    Code { "enum": (Reason::ALL.map(Reason::name)) }
    /// A slot for topics.
    Slot { "type": "integer", "minimum": 1, "maximum": 2 }
    /// Whether somebody was there.
    Presence { "enum": ["present", "absent", "excused"] }
    /// How long somebody was there.
    Minutes { "type": "integer", "minimum": 0, "maximum": (MOST_MINUTES) }
    /// What a document is.
    DocumentKind { "enum": (Document::ALL.map(Document::name)) }
    /// In which form a document is.
    MediaType { "enum": (Media::ALL.map(Media::name)) }
    /// The number of a document's version.
    DocumentNumber { "type": "integer", "minimum": 1, "maximum": (MOST_VERSIONS) }
    /// How many bytes a document has.
    DocumentSize { "type": "integer", "minimum": 1, "maximum": (MOST_DOCUMENT_BYTES) }
    /// A number of seats; null is unlimited, and always written.
    Unlimited { "type": ["integer", "null"], "minimum": 0, "maximum": (json!(u32::MAX)) }
}
