//! AES-256-GCM on buffers in place, and the system's generator.

use aes_gcm::{AeadInOut, Aes256Gcm};
use ring::rand::{SecureRandom, SystemRandom};

use crate::fault::Fault;

pub(crate) const NONCE: usize = 12;
pub(crate) const TAG: usize = 16;

/// Joins a key with what its ciphertexts are bound to.
pub(crate) struct Bond<'a> {
    pub(crate) cipher: &'a Aes256Gcm,
    pub(crate) bound_to: &'a [u8],
}

impl Bond<'_> {
    /// Encrypts the buffer in place and returns the tag.
    pub(crate) fn encrypt(&self, nonce: [u8; NONCE], buffer: &mut [u8]) -> [u8; TAG] {
        self.cipher
            .encrypt_inout_detached(&nonce.into(), self.bound_to, buffer.into())
            .expect("keys and blocks are far below 64 GiB")
            .into()
    }

    /// Decrypts the buffer in place; `None`, and the buffer untouched, if it is not authentic.
    pub(crate) fn decrypt(
        &self,
        nonce: [u8; NONCE],
        buffer: &mut [u8],
        tag: [u8; TAG],
    ) -> Option<()> {
        self.cipher
            .decrypt_inout_detached(&nonce.into(), self.bound_to, buffer.into(), &tag.into())
            .ok()
    }
}

/// Fills the buffer from the system's generator.
pub(crate) fn fill_random(buffer: &mut [u8]) -> Result<(), Fault> {
    SystemRandom::new()
        .fill(buffer)
        .map_err(|_| Fault::NoRandom)
}

/// Draws a nonce.
pub(crate) fn nonce() -> Result<[u8; NONCE], Fault> {
    let mut nonce = [0; NONCE];
    fill_random(&mut nonce)?;
    Ok(nonce)
}
