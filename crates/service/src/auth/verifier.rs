//! Verifies tokens against a key set in a file.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use anmeldewerk_contract::problem::Code;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};
use ring::digest::{SHA256, digest};
use serde::Deserialize;

use super::believed::{Belief, Believed, TokenName};
use super::keys::{Keys, KeysError};
use super::{AUDIENCE, Caller, Role};
use crate::clock::{Clock, Stopwatch};
use crate::problem::Problem;

/// How long a verified token is believed without looking again, in seconds; also how often the file is looked at.
const BELIEF_S: i64 = 60;

/// How far an issuer's clock may be ahead of ours (`nbf`), in seconds.
const LEEWAY_S: i64 = 60;

const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Verifies access tokens; cheap to clone, all clones share keys and cache.
///
/// Accepted: `EdDSA` (Ed25519) and RS256, each only by a key of that type; `exp`, `aud` = [`AUDIENCE`], `iss` and `sub` are
/// required, `nbf` is heeded. The key set is read again when its file changes, at most every 60 s; a set that cannot be
/// read leaves the present keys in force. A verified token is believed until it expires, at most 60 s.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    path: PathBuf,
    clock: Clock,
    look_every: Duration,
    ed_dsa: Validation,
    rs256: Validation,
    keys: RwLock<Loaded>,
    believed: Mutex<Believed>,
}

struct Loaded {
    keys: Arc<Keys>,
    stamp: Stamp,
    looked: Stopwatch,
}

/// When a file was written and how long it is.
type Stamp = (SystemTime, u64);

/// Says why the keys could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read.
    #[error("could not read the key set {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file holds no usable key set.
    #[error("could not use the key set {path}")]
    Keys {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: KeysError,
    },
}

/// The rule a token breaks; a problem `token_invalid` with the member `rule`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token, or without a required claim.
    #[error("malformed")]
    Malformed,
    /// Signed with an algorithm that is not allowed.
    #[error("algorithm")]
    Algorithm,
    /// No key of ours made the signature.
    #[error("signature")]
    Signature,
    /// Past its `exp`.
    #[error("expired")]
    Expired,
    /// Before its `nbf`.
    #[error("not_yet_valid")]
    NotYetValid,
    /// For somebody else.
    #[error("audience")]
    Audience,
    /// From somebody else.
    #[error("issuer")]
    Issuer,
}

impl TokenError {
    const fn words(self) -> [&'static str; 2] {
        match self {
            Self::Malformed => [
                "Das Zugangstoken ist nicht lesbar",
                "the access token cannot be read",
            ],
            Self::Algorithm => [
                "Das Signaturverfahren ist nicht zugelassen",
                "the signature algorithm is not allowed",
            ],
            Self::Signature => ["Die Signatur stimmt nicht", "the signature does not match"],
            Self::Expired => [
                "Das Zugangstoken ist abgelaufen",
                "the access token has expired",
            ],
            Self::NotYetValid => [
                "Das Zugangstoken gilt noch nicht",
                "the access token is not valid yet",
            ],
            Self::Audience => [
                "Das Zugangstoken ist für einen anderen Dienst",
                "the access token is for another service",
            ],
            Self::Issuer => [
                "Das Zugangstoken kommt von einer fremden Stelle",
                "the access token is from another issuer",
            ],
        }
    }
}

impl From<TokenError> for Problem {
    fn from(error: TokenError) -> Self {
        let [german, english] = error.words();
        Problem::new(Code::TokenInvalid)
            .detail(german, english)
            .with("rule", error.to_string())
    }
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    exp: i64,
    nbf: Option<i64>,
    program: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
}

impl Verifier {
    /// Loads the key set of a file; tokens of other issuers are refused.
    pub fn open(path: impl Into<PathBuf>, issuer: &str, clock: Clock) -> Result<Self, Error> {
        Self::open_looking_every(
            path,
            issuer,
            clock,
            Duration::from_secs(BELIEF_S.unsigned_abs()),
        )
    }

    /// Like [`Verifier::open`], but looks for a changed file as often as given.
    pub fn open_looking_every(
        path: impl Into<PathBuf>,
        issuer: &str,
        clock: Clock,
        every: Duration,
    ) -> Result<Self, Error> {
        super::install_crypto();
        let path = path.into();
        let keys = RwLock::new(load(&path)?);
        let [ed_dsa, rs256] =
            [Algorithm::EdDSA, Algorithm::RS256].map(|algorithm| validation(algorithm, issuer));
        let believed = Mutex::default();
        Ok(Self(Arc::new(Inner {
            path,
            clock,
            look_every: every,
            ed_dsa,
            rs256,
            keys,
            believed,
        })))
    }

    /// Verifies a token.
    ///
    /// Expiry goes by the real time even where the clock is simulated: tokens are made in the real world.
    pub fn verify(&self, token: &str) -> Result<Caller, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Malformed);
        }
        self.0.look_for_new_keys();
        let now = self.0.clock.wall().as_second();
        let name: TokenName = digest(&SHA256, token.as_bytes())
            .as_ref()
            .try_into()
            .expect("SHA-256 gives 32 bytes");
        if let Some(caller) = self.0.believed().get(&name, now) {
            return Ok(caller);
        }
        let claims = self.0.check(token, now)?;
        let until = claims.exp.min(now.saturating_add(BELIEF_S));
        let caller = Caller::from(claims);
        self.0.believed().put(
            name,
            Belief {
                caller: caller.clone(),
                until,
            },
            now,
        );
        Ok(caller)
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier")
            .field("path", &self.0.path)
            .finish_non_exhaustive()
    }
}

impl From<Claims> for Caller {
    fn from(claims: Claims) -> Self {
        let roles = claims
            .roles
            .iter()
            .filter_map(|name| Role::parse(name))
            .collect();
        Self {
            sub: claims.sub,
            issuer: claims.iss,
            program: claims.program,
            roles,
        }
    }
}

impl Inner {
    fn check(&self, token: &str, now: i64) -> Result<Claims, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Malformed)?;
        // RFC 7515, section 4.1.11: an extension we do not know must be refused, and we know none.
        if header.crit.is_some() {
            return Err(TokenError::Malformed);
        }
        let validation = match header.alg {
            Algorithm::EdDSA => &self.ed_dsa,
            Algorithm::RS256 => &self.rs256,
            _ => return Err(TokenError::Algorithm),
        };
        let keys = Arc::clone(
            &self
                .keys
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .keys,
        );
        for key in keys.candidates(header.alg, header.kid.as_deref()) {
            match jsonwebtoken::decode::<Claims>(token, &key.public, validation) {
                Ok(decoded) => return in_time(decoded.claims, now),
                Err(error) if matches!(error.kind(), ErrorKind::InvalidSignature) => {}
                Err(error) => return Err(rule(error.kind())),
            }
        }
        Err(TokenError::Signature)
    }

    fn believed(&self) -> std::sync::MutexGuard<'_, Believed> {
        self.believed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn look_for_new_keys(&self) {
        let due = |loaded: &Loaded| loaded.looked.elapsed() >= self.look_every;
        if !due(&self.keys.read().unwrap_or_else(PoisonError::into_inner)) {
            return;
        }
        let mut loaded = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if !due(&loaded) {
            return;
        }
        loaded.looked = Stopwatch::start();
        if stamp(&self.path).is_ok_and(|stamp| stamp == loaded.stamp) {
            return;
        }
        match load(&self.path) {
            Ok(fresh) => {
                *loaded = fresh;
                *self.believed() = Believed::default();
                tracing::info!("the key set was read again");
            }
            Err(error) => {
                tracing::error!(error = %error, "the key set cannot be read, the present keys stay in force");
            }
        }
    }
}

fn validation(algorithm: Algorithm, issuer: &str) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_issuer(&[issuer]);
    // Judged by `in_time` on our clock.
    validation.validate_exp = false;
    validation
}

fn in_time(claims: Claims, now: i64) -> Result<Claims, TokenError> {
    if claims.exp <= now {
        return Err(TokenError::Expired);
    }
    if claims
        .nbf
        .is_some_and(|nbf| nbf > now.saturating_add(LEEWAY_S))
    {
        return Err(TokenError::NotYetValid);
    }
    if claims.sub.is_empty() || claims.program.as_deref() == Some("") {
        return Err(TokenError::Malformed);
    }
    Ok(claims)
}

fn rule(kind: &ErrorKind) -> TokenError {
    match kind {
        ErrorKind::InvalidAudience => TokenError::Audience,
        ErrorKind::InvalidIssuer => TokenError::Issuer,
        ErrorKind::InvalidAlgorithm | ErrorKind::UnsupportedAlgorithm => TokenError::Algorithm,
        _ => TokenError::Malformed,
    }
}

fn load(path: &Path) -> Result<Loaded, Error> {
    let read = || Ok((stamp(path)?, fs::read_to_string(path)?));
    let (stamp, text) = read().map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })?;
    let keys = Keys::parse(&text).map_err(|source| Error::Keys {
        path: path.to_owned(),
        source,
    })?;
    Ok(Loaded {
        keys: Arc::new(keys),
        stamp,
        looked: Stopwatch::start(),
    })
}

fn stamp(path: &Path) -> io::Result<Stamp> {
    let metadata = fs::metadata(path)?;
    Ok((metadata.modified()?, metadata.len()))
}
