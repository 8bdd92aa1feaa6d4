//! The schemas of what is stored (JSON Schema 2020-12), by the addresses under which messages name them.

/// A type in one version, and its schema.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// The type, such as `registration.submitted`; `workshop.decided` is the payload of a message.
    pub kind: &'static str,
    /// Its version, such as `1`.
    pub version: &'static str,
    /// The schema, JSON.
    pub schema: &'static str,
}

macro_rules! known {
    ($($kind:literal $version:literal)*) => {
        &[$(Known {
            kind: $kind,
            version: $version,
            schema: include_str!(concat!("../schemas/", $kind, ".v", $version, ".json")),
        }),*]
    };
}

/// Every type in every version that was ever written.
pub const ALL: &[Known] = known! {
    "assignment.drafted" "1"
    "assignment.published" "1"
    "attendance.closed" "1"
    "attendance.taken" "1"
    "catalogue.decided" "1"
    "document.added" "1"
    "draw.held" "1"
    "group.submitted" "1"
    "guarantee.released" "1"
    "municipalities.listed" "1"
    "program.amended" "1"
    "program.decided" "1"
    "program.registered" "1"
    "registration.amended" "1"
    "registration.cancelled" "1"
    "registration.confirmed" "1"
    "registration.declined" "1"
    "registration.email_confirmed" "1"
    "registration.held" "1"
    "registration.lapsed" "1"
    "registration.link_renewed" "1"
    "registration.merged" "1"
    "registration.moved_to_waitlist" "1"
    "registration.noted" "1"
    "registration.offered" "1"
    "registration.reinstated" "1"
    "registration.submitted" "1"
    "registration.substituted" "1"
    "registration.topic_assigned" "1"
    "registration.waitlisted" "1"
    "topic.stated" "1"
    "waitlist.passed_over" "1"
    "workshop.amended" "1"
    "workshop.cancelled" "1"
    "workshop.created" "1"
    "workshop.decided" "1"
    "workshop.postponed" "1"
    "workshop.published" "1"
};

/// Finds the schema of a type in one version.
///
/// ```
/// use anmeldewerk_contract::schema::schema;
///
/// assert!(schema("registration.submitted", "1").is_some());
/// assert!(schema("registration.submitted", "99").is_none());
/// ```
#[must_use]
pub fn schema(kind: &str, version: &str) -> Option<&'static str> {
    let known = ALL
        .iter()
        .find(|known| known.kind == kind && known.version == version);
    known.map(|known| known.schema)
}
