//! Tokens for development: signed by a key of the stack's own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use jiff::Timestamp;
use ring::digest;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde::Serialize;

use crate::error::{Error, IoContext, Result};
use crate::secret::{self, open_or_make};

/// The issuer of the stack's tokens; `.invalid` is never anybody's.
pub const ISSUER: &str = "https://stack.anmeldewerk.invalid";
/// The audience of every token.
pub const AUDIENCE: &str = "anmeldewerk";

/// What a caller may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sends a program's registrations.
    Feeder,
    /// Plans workshops and looks after participants.
    Coordinator,
    /// Reads figures.
    Reporter,
    /// Reads history and proofs.
    Auditor,
    /// Looks after programs and projections.
    Operator,
}

/// Who a token speaks for.
#[derive(Clone, Debug)]
pub struct Bearer<'a> {
    /// The program, absent for operators and auditors.
    pub program: Option<&'a str>,
    /// What the bearer may do.
    pub roles: &'a [Role],
    /// Who it is.
    pub subject: &'a str,
}

/// Signs tokens with an Ed25519 key that stays in one folder.
#[derive(Debug)]
pub struct Signer {
    key: Ed25519KeyPair,
    jwks: PathBuf,
}

#[derive(Serialize)]
struct Header<'a> {
    alg: &'static str,
    typ: &'static str,
    kid: &'a str,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'static str,
    aud: &'static str,
    sub: &'a str,
    exp: i64,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    program: Option<&'a str>,
    roles: &'a [Role],
}

impl Signer {
    /// Reads the key in this folder or makes one, and writes its public half to `jwks.json` beside it.
    pub fn open(folder: &Path) -> Result<Self> {
        let path = folder.join("signing-key.pk8");
        let document = open_or_make(&path, || {
            let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new())
                .expect("the system's generator does not fail once it is seeded");
            made.as_ref().to_vec()
        })?;
        let key = Ed25519KeyPair::from_pkcs8(&document).map_err(|_| Error::Malformed {
            path,
            what: "an Ed25519 key (PKCS#8)",
        })?;
        let signer = Self {
            key,
            jwks: folder.join("jwks.json"),
        };
        signer.write_jwks()?;
        Ok(signer)
    }

    /// Names the file with the public key as a JSON Web Key Set (RFC 7517, RFC 8037).
    pub fn jwks_file(&self) -> &Path {
        &self.jwks
    }

    /// Signs a token that is valid from now on for `lifetime`.
    ///
    /// It carries no `iat` and no `nbf`: it also holds on services whose clock is simulated.
    pub fn token(&self, bearer: &Bearer<'_>, lifetime: Duration) -> String {
        let expires = now()
            .as_second()
            .saturating_add_unsigned(lifetime.as_secs());
        let kid = self.kid();
        let header = Header {
            alg: "EdDSA",
            typ: "JWT",
            kid: &kid,
        };
        let claims = Claims {
            iss: ISSUER,
            aud: AUDIENCE,
            sub: bearer.subject,
            exp: expires,
            jti: HEXLOWER.encode(&secret::random::<16>()),
            program: bearer.program,
            roles: bearer.roles,
        };
        let signed = format!("{}.{}", part(&header), part(&claims));
        let signature = BASE64URL_NOPAD.encode(self.key.sign(signed.as_bytes()).as_ref());
        format!("{signed}.{signature}")
    }

    /// Names the key by its public half.
    fn kid(&self) -> String {
        let hash = digest::digest(&digest::SHA256, self.key.public_key().as_ref());
        HEXLOWER.encode(&hash.as_ref()[..8])
    }

    fn write_jwks(&self) -> Result<()> {
        let set = serde_json::json!({"keys": [{
            "kty": "OKP",
            "crv": "Ed25519",
            "alg": "EdDSA",
            "use": "sig",
            "kid": self.kid(),
            "x": BASE64URL_NOPAD.encode(self.key.public_key().as_ref()),
        }]});
        let text = format!("{set:#}\n");
        if std::fs::read_to_string(&self.jwks).is_ok_and(|found| found == text) {
            return Ok(());
        }
        std::fs::write(&self.jwks, text).doing(|| format!("write {}", self.jwks.display()))
    }
}

fn part(value: &impl Serialize) -> String {
    let json = serde_json::to_vec(value).expect("strings and numbers are always JSON");
    BASE64URL_NOPAD.encode(&json)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a token's lifetime is counted on the real clock"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

#[cfg(test)]
mod tests {
    use ring::signature::{ED25519, UnparsedPublicKey};
    use serde_json::Value;

    use super::*;
    use crate::folder::Folder;

    fn decode(part: &str) -> Value {
        let bytes = BASE64URL_NOPAD.decode(part.as_bytes()).expect("base64url");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    #[test]
    fn a_token_verifies_under_the_published_key_and_says_who_bears_it() {
        let folder = Folder::new("token").expect("a test folder can be made");
        let signer = Signer::open(&folder.join("secrets")).expect("a key can be made");
        let bearer = Bearer {
            program: Some("sh"),
            roles: &[Role::Coordinator, Role::Feeder],
            subject: "office",
        };
        let token = signer.token(&bearer, Duration::from_mins(1));
        let parts: Vec<&str> = token.split('.').collect();
        let [header, claims, signature] = parts[..] else {
            panic!("a token has three parts");
        };
        assert_eq!(decode(header)["alg"], "EdDSA");
        assert_eq!(decode(claims)["program"], "sh");
        assert_eq!(
            decode(claims)["roles"],
            serde_json::json!(["coordinator", "feeder"])
        );
        let jwks = std::fs::read(signer.jwks_file()).expect("it was written");
        let jwks: Value = serde_json::from_slice(&jwks).expect("JSON");
        let key = jwks["keys"][0]["x"].as_str().expect("a key");
        assert_eq!(jwks["keys"][0]["kid"], decode(header)["kid"]);
        let key = BASE64URL_NOPAD.decode(key.as_bytes()).expect("base64url");
        let signature = BASE64URL_NOPAD
            .decode(signature.as_bytes())
            .expect("base64url");
        UnparsedPublicKey::new(&ED25519, key)
            .verify(format!("{header}.{claims}").as_bytes(), &signature)
            .expect("the signature is the key's");
    }

    #[test]
    fn an_operator_bears_no_program_and_the_key_stays_the_same() {
        let folder = Folder::new("token").expect("a test folder can be made");
        let first = Signer::open(&folder.join("secrets")).expect("a key can be made");
        let again = Signer::open(&folder.join("secrets")).expect("the key is read");
        assert_eq!(first.kid(), again.kid());
        let bearer = Bearer {
            program: None,
            roles: &[Role::Operator],
            subject: "operator",
        };
        let token = again.token(&bearer, Duration::from_mins(1));
        let claims = decode(token.split('.').nth(1).expect("three parts"));
        assert_eq!(claims.get("program"), None);
    }
}
