//! Callers: who asks, proven by a token or by the secret of one registration.
//!
//! `Authorization: Bearer <JWT>` makes a [`Caller`] with a program and roles; `Authorization: Participant <secret>` makes
//! the hash of a secret that one registration knows. Sessions, cookies and headers of proxies prove nothing here.

use std::collections::BTreeSet;
use std::fmt;

use anmeldewerk_contract::problem::Code;
use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::problem::Problem;

mod believed;
mod crypto;
mod keys;
mod participant;
mod verifier;

pub use crypto::install_crypto;
pub use keys::KeysError;
pub use participant::{ParticipantHash, ParticipantSecret};
pub use verifier::{Error, TokenError, Verifier};

/// The audience every token must name.
pub const AUDIENCE: &str = "anmeldewerk";

/// What a caller with a token may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Sends registrations from a system of the program.
    Feeder,
    /// Runs the program's workshops and participants.
    Coordinator,
    /// Reads figures without persons.
    Reporter,
    /// Reads history, replays and proofs with pseudonyms.
    Auditor,
    /// Runs programs, catalogue and projections; sees no persons.
    Operator,
}

impl Role {
    /// Lists every role.
    pub const ALL: [Self; 5] = [
        Self::Feeder,
        Self::Coordinator,
        Self::Reporter,
        Self::Auditor,
        Self::Operator,
    ];

    /// Gives the name in the claim `roles`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Feeder => "feeder",
            Self::Coordinator => "coordinator",
            Self::Reporter => "reporter",
            Self::Auditor => "auditor",
            Self::Operator => "operator",
        }
    }

    /// Finds the role of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// A caller with a verified token; an extractor where the state gives a [`Verifier`].
///
/// `Debug` leaves out the subject, which may name a human.
#[derive(Clone, PartialEq, Eq)]
pub struct Caller {
    /// The subject at its issuer.
    pub sub: String,
    /// The issuer.
    pub issuer: String,
    /// The program the caller works for; operators and auditors have none.
    pub program: Option<String>,
    /// The roles; names of roles that are not ours were left out.
    pub roles: BTreeSet<Role>,
}

impl Caller {
    /// Says whether the caller has one of the roles.
    #[must_use]
    pub fn has(&self, any_of: &[Role]) -> bool {
        any_of.iter().any(|role| self.roles.contains(role))
    }

    /// Refuses with 403 `forbidden` unless the caller has one of the roles.
    pub fn require(&self, any_of: &[Role]) -> Result<(), Problem> {
        if self.has(any_of) {
            Ok(())
        } else {
            Err(Code::Forbidden.into())
        }
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("program", &self.program)
            .field("roles", &self.roles)
            .finish_non_exhaustive()
    }
}

/// What a request says about who sends it; an extractor where the state gives a [`Verifier`].
///
/// Absent is [`Credentials::Anonymous`]; present but not valid is 401 `token_invalid`, never anonymous.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// A verified token.
    Bearer(Caller),
    /// The secret of one registration, hashed; whether it exists is for the registration to say.
    Participant(ParticipantHash),
    /// Nothing.
    Anonymous,
}

impl Credentials {
    /// Gives the caller with a token, or refuses: 401 without credentials, 403 with a participant's secret.
    pub fn into_caller(self) -> Result<Caller, Problem> {
        match self {
            Self::Bearer(caller) => Ok(caller),
            Self::Participant(_) => Err(Code::Forbidden.into()),
            Self::Anonymous => Err(Code::TokenMissing.into()),
        }
    }

    /// Reads the credentials of a request.
    pub fn of(headers: &HeaderMap, verifier: &Verifier) -> Result<Self, Problem> {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let value = match (values.next(), values.next()) {
            (None, _) => return Ok(Self::Anonymous),
            (Some(value), None) => value.to_str().map_err(|_| TokenError::Malformed)?,
            (Some(_), Some(_)) => return Err(TokenError::Malformed.into()),
        };
        let (scheme, credentials) = value.split_once(' ').ok_or(TokenError::Malformed)?;
        match scheme.to_ascii_lowercase().as_str() {
            "bearer" => Ok(Self::Bearer(verifier.verify(credentials)?)),
            "participant" => Ok(Self::Participant(
                ParticipantHash::of_text(credentials).ok_or(TokenError::Malformed)?,
            )),
            _ => Err(TokenError::Malformed.into()),
        }
    }
}

impl<S> FromRequestParts<S> for Credentials
where
    S: Sync,
    Verifier: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Self::of(&parts.headers, &Verifier::from_ref(state))
    }
}

impl<S> FromRequestParts<S> for Caller
where
    S: Sync,
    Verifier: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Credentials::of(&parts.headers, &Verifier::from_ref(state))?.into_caller()
    }
}
