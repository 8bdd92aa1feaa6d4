use std::sync::PoisonError;

use sha2::{Digest, Sha256};
use tokio::time::Instant;
use uuid::Uuid;

use crate::{fault::Fault, vault::Vault};

/// Finds the actor or makes one. Yields no row if another transaction makes the
/// same actor at this moment; the next attempt then finds it.
const FIND_OR_MAKE: &str = "
WITH found AS (
    SELECT id FROM actor WHERE issuer = $1 AND subject = $2
), made AS (
    INSERT INTO actor (issuer, subject)
    SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM found)
    ON CONFLICT (issuer, subject) DO NOTHING
    RETURNING id
)
SELECT id FROM found UNION ALL SELECT id FROM made";

impl Vault {
    /// Returns the random id under which the log names somebody who acts, made on first use.
    pub async fn actor(&self, issuer: &str, subject: &str) -> Result<Uuid, Fault> {
        let name = hash(issuer, subject);
        if let Some(id) = self.remembered_actor(&name) {
            return Ok(id);
        }
        // Actors are never deleted, so the second attempt finds whoever came first.
        let id = loop {
            if let Some(id) = self.find_or_make_actor(issuer, subject).await? {
                break id;
            }
        };
        self.actors
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(name, id, Instant::now());
        Ok(id)
    }

    fn remembered_actor(&self, name: &[u8; 32]) -> Option<Uuid> {
        self.actors
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(name, Instant::now())
            .copied()
    }

    async fn find_or_make_actor(&self, issuer: &str, subject: &str) -> Result<Option<Uuid>, Fault> {
        sqlx::query_scalar(FIND_OR_MAKE)
            .bind(issuer)
            .bind(subject)
            .fetch_optional(&self.pool)
            .await
            .map_err(Fault::while_doing("finding an actor"))
    }
}

fn hash(issuer: &str, subject: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update((issuer.len() as u64).to_be_bytes())
        .chain_update(issuer)
        .chain_update(subject)
        .finalize()
        .into()
}
