//! Bytes as they are read.

use std::{fmt, time::Duration};

use async_nats::jetstream::object_store::Object;
use bytes::{Bytes, BytesMut};
use tokio::{io::AsyncReadExt, time::timeout};

use crate::store::Fault;

/// How many bytes are read at once.
const CHUNK_BYTES: usize = 64 * 1024;
/// How long the server may give nothing.
const STILL: Duration = Duration::from_secs(30);

/// What is kept, read once from its beginning.
pub struct Content {
    object: Object,
    left: u64,
}

impl Content {
    pub(crate) fn new(object: Object) -> Self {
        let left = u64::try_from(object.info.size).unwrap_or(u64::MAX);
        Self { object, left }
    }

    /// Gives how many bytes are left to be read.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// Reads the next bytes; nothing where there are no more. What ends before it should is a fault.
    pub async fn next(&mut self) -> Result<Option<Bytes>, Fault> {
        const DOING: &str = "reading bytes";
        if self.left == 0 {
            return Ok(None);
        }
        let mut chunk = BytesMut::with_capacity(CHUNK_BYTES);
        let read = timeout(STILL, self.object.read_buf(&mut chunk)).await;
        let read = read.map_err(Fault::while_doing(DOING))?;
        let read = read.map_err(Fault::while_doing(DOING))?;
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        if read == 0 || read > self.left {
            return Err(Fault::while_doing(DOING)(
                "they are not as many as they should be",
            ));
        }
        self.left -= read;
        Ok(Some(chunk.freeze()))
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = self.left;
        f.debug_struct("Content")
            .field("left", &left)
            .finish_non_exhaustive()
    }
}
