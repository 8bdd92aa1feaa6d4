//! Seats as callers see them: what bounds them, how far that is used up, and what keeps somebody waiting.

use std::collections::BTreeMap;

use anmeldewerk_domain::workshop::Bucket;
use anmeldewerk_read_model::query::{BucketScope, BucketUse, Guarantee, WaitsFor};
use serde::Serialize;
use utoipa::ToSchema;

use super::workshop::DeadlineBody;
use crate::document::words;

/// Seats kept for a program.
#[derive(Serialize, ToSchema)]
#[schema(as = Guarantee)]
pub(super) struct GuaranteeBody<'w> {
    program: &'w str,
    seats: u32,
    release: Option<DeadlineBody<'w>>,
    released: bool,
}

/// How a bucket is filled.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Bucket)]
pub(super) struct BucketBody<'w> {
    #[serde(flatten)]
    named: Named<'w>,
    /// Nothing is unlimited.
    size: Option<u32>,
    /// How many seats are held.
    used: u64,
    free: Option<u64>,
    /// How many are still kept, where it is a guarantee.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    kept: Option<u64>,
}

/// What keeps somebody waiting.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = WaitsFor)]
pub(super) struct WaitsForBody<'r> {
    #[serde(flatten)]
    named: Named<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    size: Option<u32>,
}

/// A bucket by its name.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = BucketName)]
struct Named<'b> {
    #[schema(schema_with = words::bucket)]
    scope: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    program: Option<&'b str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    municipality: Option<&'b str>,
}

/// Shows the guarantees of a workshop.
pub(super) fn guarantees(kept: &BTreeMap<String, Guarantee>) -> Vec<GuaranteeBody<'_>> {
    let shown = kept.iter().map(|(program, kept)| GuaranteeBody {
        program,
        seats: kept.seats,
        release: kept.release.as_ref().map(Into::into),
        released: kept.released,
    });
    shown.collect()
}

impl<'b> Named<'b> {
    fn of(scope: &'static str) -> Self {
        Self {
            scope,
            program: None,
            municipality: None,
        }
    }

    fn program(scope: &'static str, program: &'b str) -> Self {
        Self {
            program: Some(program),
            ..Self::of(scope)
        }
    }

    fn municipality(municipality: &'b str) -> Self {
        Self {
            municipality: Some(municipality),
            ..Self::of("municipality")
        }
    }
}

impl<'w> From<&'w BucketUse> for BucketBody<'w> {
    fn from(bucket: &'w BucketUse) -> Self {
        Self {
            named: match &bucket.scope {
                BucketScope::Workshop => Named::of("workshop"),
                BucketScope::Program(program) => Named::program("program", program),
                BucketScope::Municipality(key) => Named::municipality(key),
                BucketScope::Guarantee(program) => Named::program("guarantee", program),
            },
            size: bucket.size,
            used: bucket.used,
            free: bucket.free(),
            kept: bucket.kept,
        }
    }
}

impl<'r> From<&'r WaitsFor> for WaitsForBody<'r> {
    fn from(waits_for: &'r WaitsFor) -> Self {
        let (named, size) = match waits_for {
            WaitsFor::Bucket(bucket) => of_bucket(bucket),
            WaitsFor::Group => (Named::of("group"), None),
            WaitsFor::PromotionStopped => (Named::of("promotion_stopped"), None),
        };
        Self { named, size }
    }
}

fn of_bucket(bucket: &Bucket) -> (Named<'_>, Option<u32>) {
    match bucket {
        Bucket::Workshop { size } => (Named::of("workshop"), Some(*size)),
        Bucket::Reserved => (Named::of("reserved"), None),
        Bucket::Queue => (Named::of("queue"), None),
        Bucket::Program { program, size } => {
            (Named::program("program", program.as_str()), Some(*size))
        }
        Bucket::Municipality { municipality, size } => {
            (Named::municipality(municipality.as_str()), Some(*size))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anmeldewerk_domain::{MunicipalityKey, ProgramId};
    use serde_json::{Value, json};

    fn shown(waits_for: &WaitsFor) -> Value {
        serde_json::to_value(WaitsForBody::from(waits_for)).expect("a body serializes")
    }

    #[test]
    fn who_waits_is_told_the_bucket_that_is_full() {
        let program = ProgramId::new("sh").expect("a slug");
        let municipality = MunicipalityKey::new("01053").expect("a key");
        for (bucket, expected) in [
            (
                Bucket::Workshop { size: 20 },
                json!({"scope": "workshop", "size": 20}),
            ),
            (
                Bucket::Program { program, size: 5 },
                json!({"scope": "program", "program": "sh", "size": 5}),
            ),
            (
                Bucket::Municipality {
                    municipality,
                    size: 1,
                },
                json!({"scope": "municipality", "municipality": "01053", "size": 1}),
            ),
            (Bucket::Reserved, json!({"scope": "reserved"})),
            (Bucket::Queue, json!({"scope": "queue"})),
        ] {
            assert_eq!(shown(&WaitsFor::Bucket(bucket)), expected);
        }
        assert_eq!(shown(&WaitsFor::Group), json!({"scope": "group"}));
        let stopped = json!({"scope": "promotion_stopped"});
        assert_eq!(shown(&WaitsFor::PromotionStopped), stopped);
    }

    #[test]
    fn a_bucket_is_shown_with_what_is_left_of_it() {
        let bucket = BucketUse {
            scope: BucketScope::Guarantee("mv".to_owned()),
            size: Some(3),
            used: 1,
            kept: Some(2),
        };
        let expected = json!({
            "scope": "guarantee", "program": "mv", "size": 3, "used": 1, "free": 2, "kept": 2,
        });
        let body = serde_json::to_value(BucketBody::from(&bucket)).expect("a body serializes");
        assert_eq!(body, expected);
        let unlimited = BucketUse {
            scope: BucketScope::Workshop,
            size: None,
            used: 7,
            kept: None,
        };
        let expected = json!({"scope": "workshop", "size": null, "used": 7, "free": null});
        let body = serde_json::to_value(BucketBody::from(&unlimited)).expect("a body serializes");
        assert_eq!(body, expected);
    }
}
