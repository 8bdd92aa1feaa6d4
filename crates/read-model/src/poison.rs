//! Why a message cannot be folded, as stable codes.

use anmeldewerk_contract::DecodeError;

/// Why a message is parked. Stable: it stands in the table of parked messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poison {
    /// Its subject belongs to no known boundary.
    SubjectUnknown,
    /// A header is missing or malformed.
    HeaderMalformed,
    /// Its type is of another kind or version.
    TypeUnknown,
    /// Its payload is no known decision.
    PayloadUnreadable,
    /// A value lies outside the contract.
    ValueOutsideContract,
    /// It has more events than a decision may have.
    TooManyEvents,
    /// It makes something that exists already, or changes something that does not exist.
    ///
    /// One code for both: which of the two is noticed first depends on how messages came together.
    DoesNotFit,
    /// An earlier message of its subject is parked.
    SubjectParked,
}

impl Poison {
    /// Gives the code.
    pub fn code(self) -> &'static str {
        match self {
            Self::SubjectUnknown => "subject_unknown",
            Self::HeaderMalformed => "header_malformed",
            Self::TypeUnknown => "type_unknown",
            Self::PayloadUnreadable => "payload_unreadable",
            Self::ValueOutsideContract => "value_outside_contract",
            Self::TooManyEvents => "too_many_events",
            Self::DoesNotFit => "does_not_fit",
            Self::SubjectParked => "subject_parked",
        }
    }
}

impl From<&DecodeError> for Poison {
    fn from(error: &DecodeError) -> Self {
        match error {
            DecodeError::Subject(_) => Self::SubjectUnknown,
            DecodeError::Header(_) => Self::HeaderMalformed,
            DecodeError::Type(_) => Self::TypeUnknown,
            DecodeError::Payload(_) => Self::PayloadUnreadable,
            DecodeError::Value(_) => Self::ValueOutsideContract,
        }
    }
}
