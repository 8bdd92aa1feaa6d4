//! The vault, which may be opened later than the door.

use std::sync::{Arc, OnceLock};

use anmeldewerk_service::config::Secret;
use anmeldewerk_vault::{Fault, KeyEncryption, Opener};

/// How many connections to the vault are held at most.
const CONNECTIONS: u32 = 8;

/// The vault's side that opens, once there is a connection. Clones share it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vault(Arc<OnceLock<Opener>>);

impl Vault {
    /// Gives the vault, if it has been reached.
    pub(crate) fn opener(&self) -> Option<&Opener> {
        self.0.get()
    }

    /// Connects, unless that has been done.
    pub(crate) async fn connect(
        &self,
        url: &Secret,
        kek: &Arc<KeyEncryption>,
    ) -> Result<(), Fault> {
        if self.0.get().is_none() {
            let opener = Opener::connect(url.expose(), CONNECTIONS, Arc::clone(kek)).await?;
            // Whoever was faster holds the same.
            let _ = self.0.set(opener);
        }
        Ok(())
    }
}
