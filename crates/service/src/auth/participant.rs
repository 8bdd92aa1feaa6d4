//! The secret by which a participant reaches their own registration.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use ring::digest::{SHA256, digest};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretBox};

/// 256 random bits, shown once; written as 43 characters of base64url (RFC 4648, section 5, without padding).
pub struct ParticipantSecret(SecretBox<[u8; 32]>);

impl ParticipantSecret {
    /// Draws a secret from the system's generator.
    #[must_use]
    pub fn draw() -> Self {
        let mut bytes = Box::new([0; 32]);
        SystemRandom::new()
            .fill(&mut *bytes)
            .expect("the system's generator never fails after boot");
        Self(SecretBox::new(bytes))
    }

    /// Writes the secret out, for the one answer that shows it.
    #[must_use]
    pub fn to_text(&self) -> String {
        BASE64URL_NOPAD.encode(self.0.expose_secret())
    }

    /// Gives the hash that the log keeps.
    #[must_use]
    pub fn hash(&self) -> ParticipantHash {
        ParticipantHash::of_bytes(self.0.expose_secret())
    }
}

impl fmt::Debug for ParticipantSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// SHA-256 of a participant's 32 secret bytes (not of their text).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ParticipantHash(pub [u8; 32]);

impl ParticipantHash {
    /// Hashes the secret that a participant sent; nothing if it is not 43 characters of canonical base64url.
    #[must_use]
    pub fn of_text(text: &str) -> Option<Self> {
        let bytes: [u8; 32] = BASE64URL_NOPAD
            .decode(text.as_bytes())
            .ok()?
            .try_into()
            .ok()?;
        Some(Self::of_bytes(&bytes))
    }

    fn of_bytes(bytes: &[u8; 32]) -> Self {
        Self(
            digest(&SHA256, bytes)
                .as_ref()
                .try_into()
                .expect("SHA-256 gives 32 bytes"),
        )
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::{ParticipantHash, ParticipantSecret};

    #[test]
    fn a_secret_is_43_characters_and_leads_to_its_hash() {
        let secret = ParticipantSecret::draw();
        assert_eq!(secret.to_text().len(), 43);
        assert_eq!(
            ParticipantHash::of_text(&secret.to_text()),
            Some(secret.hash())
        );
        assert_ne!(secret.hash(), ParticipantSecret::draw().hash());
        assert_eq!(format!("{secret:?}"), "[redacted]");
    }

    #[test]
    fn the_hash_is_over_the_bytes() {
        let zeros = ParticipantHash::of_text(&"A".repeat(43)).expect("32 zero bytes");
        assert_eq!(
            HEXLOWER.encode(&zeros.0),
            "66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925"
        );
    }

    #[test]
    fn other_texts_are_no_secrets() {
        let (short, long, bits) = (
            "A".repeat(42),
            "A".repeat(44),
            format!("{}B", "A".repeat(42)),
        );
        for text in [
            "",
            &short,
            &long,
            &bits,
            &format!("{}=", "A".repeat(43)),
            &format!("{}+", "A".repeat(42)),
        ] {
            assert_eq!(ParticipantHash::of_text(text), None, "{text}");
        }
    }
}
