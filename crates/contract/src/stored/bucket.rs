//! The stored form of a seat bucket.

use anmeldewerk_domain::workshop::Bucket;
use serde::{Deserialize, Serialize};

#[cfg(test)]
use super::form;
use super::value::{municipality, program};
use crate::ValueError;

/// A bucket, told apart by its scope.
///
/// A scope without fields is a struct all the same: so unknown fields are refused there, too.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "scope", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum BucketV1 {
    Workshop {
        size: u32,
    },
    Reserved {},
    Queue {},
    Program {
        #[cfg_attr(test, schemars(with = "form::Program"))]
        program: String,
        size: u32,
    },
    Municipality {
        #[cfg_attr(test, schemars(with = "form::Municipality"))]
        municipality: String,
        size: u32,
    },
}

impl From<&Bucket> for BucketV1 {
    fn from(bucket: &Bucket) -> Self {
        match bucket {
            Bucket::Workshop { size } => Self::Workshop { size: *size },
            Bucket::Reserved => Self::Reserved {},
            Bucket::Queue => Self::Queue {},
            Bucket::Program { program, size } => Self::Program {
                program: program.to_string(),
                size: *size,
            },
            Bucket::Municipality { municipality, size } => Self::Municipality {
                municipality: municipality.as_str().to_owned(),
                size: *size,
            },
        }
    }
}

impl TryFrom<BucketV1> for Bucket {
    type Error = ValueError;

    fn try_from(stored: BucketV1) -> Result<Self, ValueError> {
        Ok(match stored {
            BucketV1::Workshop { size } => Self::Workshop { size },
            BucketV1::Reserved {} => Self::Reserved,
            BucketV1::Queue {} => Self::Queue,
            BucketV1::Program {
                program: slug,
                size,
            } => {
                let program = program(&slug, "bucket.program")?;
                Self::Program { program, size }
            }
            BucketV1::Municipality {
                municipality: key,
                size,
            } => {
                let municipality = municipality(&key, "bucket.municipality")?;
                Self::Municipality { municipality, size }
            }
        })
    }
}
