//! The keys that sign tokens, as a JSON Web Key Set (RFC 7517).

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;

/// More keys than this are a mistake: two live ones suffice for rotation.
const MAX_KEYS: usize = 16;

/// The fewest bytes of an RSA modulus: 2048 bits.
const MIN_RSA_BYTES: usize = 256;

/// Says why a key set cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeysError {
    /// Not a JSON Web Key Set.
    #[error("not a JSON Web Key Set")]
    Malformed(#[source] serde_json::Error),
    /// A key holds a private or symmetric part, which must not lie with those who verify.
    #[error("key {0} holds a private or symmetric part")]
    Private(usize),
    /// The numbers of a key are not what its type wants.
    #[error("key {0} is not a usable public key")]
    Unusable(usize),
    /// No key is for verifying `EdDSA` (Ed25519) or RS256.
    #[error("no key is for EdDSA (Ed25519) or RS256")]
    Empty,
    /// Too many keys.
    #[error("more than 16 keys")]
    TooMany,
}

/// The usable keys of a set.
pub(super) struct Keys(Vec<Key>);

/// One key and the one algorithm it is for.
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) public: DecodingKey,
    kid: Option<String>,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: Option<String>,
    alg: Option<String>,
    r#use: Option<String>,
    kid: Option<String>,
    x: Option<String>,
    n: Option<String>,
    e: Option<String>,
    d: Option<serde::de::IgnoredAny>,
    k: Option<serde::de::IgnoredAny>,
}

impl Keys {
    /// Reads a set; keys for other purposes or algorithms are left out.
    pub(super) fn parse(text: &str) -> Result<Self, KeysError> {
        let set: Set = serde_json::from_str(text).map_err(KeysError::Malformed)?;
        if set.keys.len() > MAX_KEYS {
            return Err(KeysError::TooMany);
        }
        let mut keys = Vec::new();
        for (index, jwk) in set.keys.into_iter().enumerate() {
            if jwk.d.is_some() || jwk.k.is_some() {
                return Err(KeysError::Private(index));
            }
            if let Some(algorithm) = jwk.algorithm() {
                let public = jwk.key(algorithm).ok_or(KeysError::Unusable(index))?;
                keys.push(Key {
                    algorithm,
                    public,
                    kid: jwk.kid,
                });
            }
        }
        if keys.is_empty() {
            Err(KeysError::Empty)
        } else {
            Ok(Self(keys))
        }
    }

    /// Gives the keys a token may have been signed with: of its algorithm, and of its key id if both have one.
    pub(super) fn candidates<'k>(
        &'k self,
        algorithm: Algorithm,
        kid: Option<&'k str>,
    ) -> impl Iterator<Item = &'k Key> {
        self.0.iter().filter(move |key| {
            let same_kid = match (kid, key.kid.as_deref()) {
                (Some(wanted), Some(kid)) => wanted == kid,
                _ => true,
            };
            key.algorithm == algorithm && same_kid
        })
    }
}

impl Jwk {
    /// Gives the algorithm by the key's type, never by what a token says.
    fn algorithm(&self) -> Option<Algorithm> {
        if self
            .r#use
            .as_deref()
            .is_some_and(|purpose| purpose != "sig")
        {
            return None;
        }
        match (self.kty.as_str(), self.crv.as_deref(), self.alg.as_deref()) {
            ("OKP", Some("Ed25519"), None | Some("EdDSA" | "Ed25519")) => Some(Algorithm::EdDSA),
            ("RSA", None, None | Some("RS256")) => Some(Algorithm::RS256),
            _ => None,
        }
    }

    fn key(&self, algorithm: Algorithm) -> Option<DecodingKey> {
        if algorithm == Algorithm::EdDSA {
            let point = bytes(self.x.as_deref()?).filter(|point| point.len() == 32)?;
            return Some(DecodingKey::from_ed_der(&point));
        }
        let (n, e) = (integer(self.n.as_deref()?)?, integer(self.e.as_deref()?)?);
        (n.len() >= MIN_RSA_BYTES && !e.is_empty())
            .then(|| DecodingKey::from_rsa_raw_components(&n, &e))
    }
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}

/// Decodes a big-endian integer; some issuers write leading zeros, which ring refuses.
fn integer(text: &str) -> Option<Vec<u8>> {
    let bytes = bytes(text)?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    Some(bytes[zeros..].to_vec())
}
