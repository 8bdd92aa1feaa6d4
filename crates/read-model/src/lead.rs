//! Who works and who stands by: an advisory lock on a connection of its own.

use sqlx::{ConnectOptions, Connection, PgConnection, Row};

use crate::{Fault, connect_options, sql};

/// How long the holder may be silent before the database ends its connection, and with it the lock.
///
/// So a process that was stopped without dying gives the lead away. The fence keeps it harmless afterwards.
pub const MAX_SILENCE_MS: u32 = 3000;

/// The lead among processes that could do the same; given back when dropped.
#[derive(Debug)]
pub struct Lead {
    connection: PgConnection,
}

impl Lead {
    /// Takes the lead in something, where nobody has it.
    pub async fn try_take(url: &str, what: &str) -> Result<Option<Self>, Fault> {
        const DOING: &str = "taking the lead";
        let silence = MAX_SILENCE_MS.to_string();
        let options =
            connect_options(url, "registry")?.options([("idle_session_timeout", silence)]);
        let connected = options.connect().await;
        let mut connection = connected.map_err(Fault::database(DOING))?;
        let row = sqlx::query(sql::LEAD_TRY)
            .bind(what)
            .fetch_one(&mut connection)
            .await
            .map_err(Fault::database(DOING))?;
        let held: bool = row.try_get("held").map_err(Fault::database(DOING))?;
        if held {
            return Ok(Some(Self { connection }));
        }
        connection.close().await.map_err(Fault::database(DOING))?;
        Ok(None)
    }

    /// Proves that the lead is still held; to be called well within [`MAX_SILENCE_MS`].
    pub async fn keep(&mut self) -> Result<(), Fault> {
        let asked = sqlx::query(sql::LEAD_PING)
            .execute(&mut self.connection)
            .await;
        asked.map(drop).map_err(Fault::database("keeping the lead"))
    }

    /// Gives the lead back; afterwards somebody else can have it at once.
    pub async fn give_back(mut self) -> Result<(), Fault> {
        const DOING: &str = "giving the lead back";
        // Not by closing alone: the database notices that only a moment later.
        let unlocked = sqlx::query(sql::LEAD_GIVE_BACK).execute(&mut self.connection);
        unlocked.await.map_err(Fault::database(DOING))?;
        let closed = self.connection.close().await;
        closed.map_err(Fault::database(DOING))
    }
}
