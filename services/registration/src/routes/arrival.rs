//! What all commands share: who asks, when, under which key.

use std::time::Duration;

use anmeldewerk_contract::{ClockKind, CommandId, Fingerprint, problem::Code};
use anmeldewerk_domain::{Boundary, Instant, LinkHash, ProgramId};
use anmeldewerk_service::{
    auth::{Caller, Credentials, Role},
    clock::Clock,
    idempotency::{IdempotencyKey, command_id, fingerprint},
    problem::Problem,
    telemetry::chain,
    trace::Trace,
};
use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, request::Parts},
};
use ring::digest::{Context, SHA256};
use uuid::Uuid;

use super::{Office, condition};
use crate::{
    access::Asker,
    fresh,
    writer::{Asked, Wish},
};

/// How long the vault may take to name somebody.
const VAULT_PATIENCE: Duration = Duration::from_secs(5);

/// A command's circumstances; extracted before its body is read.
pub(super) struct Arrival {
    credentials: Credentials,
    /// Its key and its condition; whoever may not ask is told so and no more, whatever they state.
    headers: HeaderMap,
    trace: Trace,
    stamp: Stamp,
}

/// When something arrived, and by which clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    pub(crate) at: Instant,
    clock: ClockKind,
}

impl Stamp {
    /// Takes the time.
    pub(crate) fn now(clock: &Clock) -> Self {
        let now = clock.now();
        Self {
            at: Instant::from_micros(now.at.as_microsecond()),
            clock: if now.simulated {
                ClockKind::Simulated
            } else {
                ClockKind::Real
            },
        }
    }
}

/// Who sends commands.
#[derive(Clone)]
pub(crate) struct Sender {
    asker: Asker,
    /// Their random id in the log.
    actor: Uuid,
    traceparent: String,
    stamp: Stamp,
}

impl Sender {
    /// The same, at another time.
    pub(crate) fn at(&self, stamp: Stamp) -> Self {
        Self {
            stamp,
            ..self.clone()
        }
    }

    /// Makes a command of theirs; without a key it is one of its own.
    pub(crate) fn asked(
        self,
        (boundary, wish): (Boundary, Wish),
        key: Option<Uuid>,
        content: &Content<'_>,
    ) -> Asked {
        let key = key.unwrap_or_else(fresh::random_id);
        Asked {
            command: CommandId(command_id(&scope(&self.asker, &boundary), key)),
            fingerprint: Fingerprint(fingerprint(key, &content.bytes())),
            boundary,
            wish,
            condition: None,
            received_at: self.stamp.at,
            clock: self.stamp.clock,
            decision: fresh::ordered_id(self.stamp.at),
            actor: self.actor,
            traceparent: Some(self.traceparent),
            asker: self.asker,
        }
    }
}

impl FromRequestParts<Office> for Arrival {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, office: &Office) -> Result<Self, Problem> {
        let stamp = Stamp::now(&office.clock);
        let credentials = Credentials::of(&parts.headers, &office.verifier)?;
        let Ok(trace) = Trace::from_request_parts(parts, office).await;
        Ok(Self {
            credentials,
            headers: parts.headers.clone(),
            trace,
            stamp,
        })
    }
}

/// What a command is, for its fingerprint: the same key for anything else is refused.
pub(crate) struct Content<'a> {
    /// The command's name.
    pub(super) kind: &'a str,
    /// What it is about, where the body does not say so.
    pub(super) target: &'a str,
    /// The body in its canonical form.
    pub(super) canonical: &'a [u8],
}

impl Arrival {
    /// Says when it arrived.
    pub(super) fn at(&self) -> Instant {
        self.stamp.at
    }

    /// Gives the asker, if one of the roles allows them to ask at all.
    pub(super) fn asker(&self, allowed: &[Role]) -> Result<Asker, Problem> {
        let caller = match &self.credentials {
            Credentials::Bearer(caller) => caller,
            Credentials::Participant(_) => return Err(Code::Forbidden.into()),
            Credentials::Anonymous => return Err(Code::TokenMissing.into()),
        };
        caller.require(allowed)?;
        as_asker(caller, allowed)
    }

    /// Gives the asker where a participant may ask, too.
    pub(super) fn asker_or_participant(&self, allowed: &[Role]) -> Result<Asker, Problem> {
        match &self.credentials {
            Credentials::Participant(secret) => Ok(Asker::Participant(LinkHash(secret.0))),
            Credentials::Bearer(_) | Credentials::Anonymous => self.asker(allowed),
        }
    }

    /// Gives the asker where anybody may ask, and whoever has a token by their role.
    pub(super) fn asker_or_public(&self, allowed: &[Role]) -> Result<Asker, Problem> {
        match &self.credentials {
            Credentials::Anonymous => Ok(Asker::Public),
            Credentials::Bearer(_) | Credentials::Participant(_) => self.asker(allowed),
        }
    }

    /// Refuses a command without a key, where one is needed.
    pub(super) fn key_required(&self) -> Result<Uuid, Problem> {
        self.key()?
            .ok_or_else(|| Code::IdempotencyKeyMissing.into())
    }

    /// Reads a key where it has no meaning: what is repeated is known by its reference.
    pub(super) fn key_unneeded(&self) -> Result<(), Problem> {
        self.key().map(drop)
    }

    fn key(&self) -> Result<Option<Uuid>, Problem> {
        let key = IdempotencyKey::stated(&self.headers)?;
        Ok(key.map(|IdempotencyKey(key)| key))
    }

    /// Refuses a command without a key, unless anybody may ask.
    pub(super) fn key_required_of(&self, asker: &Asker) -> Result<(), Problem> {
        match asker {
            Asker::Public => Ok(()),
            _ => self.key_required().map(drop),
        }
    }

    /// Refuses a condition where there is nothing yet that it could be about.
    pub(super) fn no_condition(&self) -> Result<(), Problem> {
        match condition::of(&self.headers)? {
            None => Ok(()),
            Some(_) => Err(Problem::new(Code::InvalidHeader).detail(
                "If-Match hat hier keine Bedeutung.",
                "If-Match has no meaning here.",
            )),
        }
    }

    /// Makes the command that is handed in.
    pub(super) async fn asked(
        &self,
        office: &Office,
        command: (Boundary, Asker, Wish),
        content: Content<'_>,
    ) -> Result<Asked, Problem> {
        let (boundary, asker, wish) = command;
        let (key, condition) = (self.key()?, condition::of(&self.headers)?);
        let sender = self.sender(office, asker).await?;
        let command = sender.asked((boundary, wish), key, &content);
        Ok(Asked {
            condition,
            ..command
        })
    }

    /// Says who sends commands, be it one or many.
    pub(super) async fn sender(&self, office: &Office, asker: Asker) -> Result<Sender, Problem> {
        Ok(Sender {
            actor: self.actor(office, &asker).await?,
            asker,
            traceparent: self.trace.traceparent(),
            stamp: self.stamp,
        })
    }

    /// Finds the random id under which the log knows who asks.
    async fn actor(&self, office: &Office, asker: &Asker) -> Result<Uuid, Problem> {
        let caller = match (&self.credentials, asker) {
            (_, Asker::Participant(link)) => return Ok(participant_actor(link)),
            (_, Asker::Public) => return Ok(derived_actor(b"aw/actor/public", &[])),
            (Credentials::Bearer(caller), _) => caller,
            (Credentials::Participant(_) | Credentials::Anonymous, _) => {
                return Err(Code::TokenMissing.into());
            }
        };
        let named = office.vault.actor(&caller.issuer, &caller.sub);
        match tokio::time::timeout(VAULT_PATIENCE, named).await {
            Ok(Ok(actor)) => Ok(actor),
            Ok(Err(fault)) => {
                tracing::error!(error = %chain(&fault), "an actor could not be named");
                Err(unavailable())
            }
            Err(_) => Err(unavailable()),
        }
    }
}

impl Content<'_> {
    fn bytes(&self) -> Vec<u8> {
        [self.kind.as_bytes(), self.target.as_bytes(), self.canonical].join(&0)
    }
}

fn unavailable() -> Problem {
    Problem::new(Code::LogUnavailable).retry_after_s(2)
}

/// Names a participant by the hash of their secret, which the log holds already.
///
/// No row is made for them: anybody can send secrets, and a row would stay for ever.
fn participant_actor(link: &LinkHash) -> Uuid {
    derived_actor(b"aw/actor/participant", &link.0)
}

fn derived_actor(kind: &[u8], of: &[u8]) -> Uuid {
    let mut context = Context::new(&SHA256);
    context.update(kind);
    context.update(of);
    let digest = context.finish();
    let (bytes, _) = digest
        .as_ref()
        .split_first_chunk::<16>()
        .expect("SHA-256 gives 32 bytes");
    uuid::Builder::from_custom_bytes(*bytes).into_uuid()
}

/// Reads the body, once it is known that the asker may ask.
pub(super) async fn body<B: FromRequest<(), Rejection = Problem>>(
    request: Request,
) -> Result<B, Problem> {
    B::from_request(request, &()).await
}

fn as_asker(caller: &Caller, allowed: &[Role]) -> Result<Asker, Problem> {
    let may = |role| allowed.contains(&role) && caller.has(&[role]);
    if may(Role::Operator) {
        return Ok(Asker::Operator);
    }
    let program = caller.program.as_deref().and_then(ProgramId::new);
    let program = program.ok_or(Code::Forbidden)?;
    Ok(if may(Role::Coordinator) {
        Asker::Office(program)
    } else {
        Asker::Feeder(program)
    })
}

/// Inside which a key names one command: the asker's program, or the participant's registration.
fn scope(asker: &Asker, boundary: &Boundary) -> String {
    let who = match asker {
        Asker::Operator => "operator".to_owned(),
        Asker::Office(program) | Asker::Feeder(program) => program.to_string(),
        Asker::Participant(link) => anmeldewerk_contract::hex(&link.0),
        Asker::Public | Asker::Clock => "public".to_owned(),
    };
    match boundary {
        Boundary::Program(program) => format!("{who}/program/{program}"),
        Boundary::Workshop(workshop) => format!("{who}/workshop/{}", Uuid::from_u128(workshop.0)),
        Boundary::Catalogue => format!("{who}/catalogue"),
    }
}
