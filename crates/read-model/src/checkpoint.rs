//! How far the read model has come, and who may move it on.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::Instant;
use sqlx::{Row, postgres::PgRow};

use crate::Fault;

/// How far the log has been folded, and what the log looked like there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The last position that was folded.
    pub position: Position,
    /// The hash of the message there; nothing at the start.
    pub message_hash: Option<[u8; 32]>,
    /// When the stream was created; nothing at the start.
    pub stream_created: Option<Instant>,
}

/// The right to move the checkpoint. Whoever takes a newer one ends the older ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fence(pub(crate) i64);

pub(crate) fn read(row: &PgRow) -> Result<(Checkpoint, Fence), Fault> {
    let column = |name| Fault::database(name);
    let hash: Option<Vec<u8>> = row.try_get("message_hash").map_err(column("reading it"))?;
    let created: Option<jiff_sqlx::Timestamp> = row
        .try_get("stream_created")
        .map_err(column("reading it"))?;
    let position = row.try_get("position").map_err(column("reading it"))?;
    let fence = row.try_get("fence").map_err(column("reading it"))?;
    let hash = hash.map(|hash| hash.try_into().map_err(|_| Fault::Value("message_hash")));
    let checkpoint = Checkpoint {
        position: Position::from_i64(position),
        message_hash: hash.transpose()?,
        stream_created: created.map(|at| Instant::from_micros(at.to_jiff().as_microsecond())),
    };
    Ok((checkpoint, Fence(fence)))
}
