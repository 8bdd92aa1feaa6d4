//! Taking away what nothing names, and what a process left that ended in the middle.

use std::{
    collections::HashSet,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use async_nats::jetstream::{
    context::PublishErrorKind,
    message::PublishMessage,
    object_store::ObjectInfo,
    stream::{LastRawMessageErrorKind, Stream},
};
use futures_util::TryStreamExt;

use crate::{
    Key, Store,
    store::{BUCKET, Fault, within},
};

/// What replaces everything that was said on a subject before.
const ROLLUP: (&str, &str) = ("Nats-Rollup", "sub");

/// Bytes that have been kept for a while.
#[derive(Clone, Debug)]
pub struct Stale {
    /// Whose, and which.
    pub key: Key,
    info: ObjectInfo,
    /// Where it is said that they are kept.
    sequence: u64,
}

impl Store {
    /// Lists what was kept longer ago than this, and not anew since.
    pub async fn stale(&self, age: Duration) -> Result<Vec<Stale>, Fault> {
        let stream = self.stream().await?;
        let mut stale = Vec::new();
        let listed = self.list().await?;
        for key in listed.iter().filter_map(|info| Key::parse(&info.name)) {
            let said = said(&stream, key).await?;
            stale.extend(
                said.filter(|(_, at)| is_older(*at, age))
                    .map(|(stale, _)| stale),
            );
        }
        Ok(stale)
    }

    /// Takes bytes away, unless they were kept anew since; says whether it did.
    pub async fn remove(&self, stale: &Stale) -> Result<bool, Fault> {
        const DOING: &str = "taking bytes away";
        let gone = ObjectInfo {
            size: 0,
            chunks: 0,
            deleted: true,
            ..stale.info.clone()
        };
        let gone = serde_json::to_vec(&gone).map_err(Fault::while_doing(DOING))?;
        let message = PublishMessage::build()
            .header(ROLLUP.0, ROLLUP.1)
            .expected_last_subject_sequence(stale.sequence)
            .payload(gone.into());
        let said = self
            .context()
            .send_publish(stale.key.subject(), message)
            .await;
        let said = said.map_err(Fault::while_doing(DOING))?;
        match within(DOING, said.into_future()).await? {
            Ok(_) => {}
            Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => return Ok(false),
            Err(error) => return Err(Fault::while_doing(DOING)(error)),
        }
        let chunks = chunks(&stale.info.nuid);
        self.purge(&chunks).await?;
        Ok(true)
    }

    /// Takes away chunks that no object has and that are older than this; gives how many objects they would have been.
    pub async fn remove_orphans(&self, age: Duration) -> Result<usize, Fault> {
        const DOING: &str = "looking for chunks";
        let stream = self.stream().await?;
        // Chunks first: what is said to be kept after that is seen below.
        let all = stream.info_with_subjects(chunks("*")).await;
        let all = all.map_err(Fault::while_doing(DOING))?;
        let all: Vec<(String, usize)> = within(DOING, all.try_collect())
            .await?
            .map_err(Fault::while_doing(DOING))?;
        let listed = self.list().await?;
        let kept: HashSet<String> = listed.iter().map(|info| chunks(&info.nuid)).collect();
        let mut removed = 0;
        for (subject, _) in all.iter().filter(|(subject, _)| !kept.contains(subject)) {
            let last = stream.get_last_raw_message_by_subject(subject).await;
            let old = match last {
                Ok(last) => is_older(last.time.unix_timestamp(), age),
                Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => false,
                Err(error) => return Err(Fault::while_doing(DOING)(error)),
            };
            if old {
                self.purge(subject).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }

    /// Lists all that is kept, whoever keeps it.
    async fn list(&self) -> Result<Vec<ObjectInfo>, Fault> {
        const DOING: &str = "listing what is kept";
        let listed = self.bucket().await?.list().await;
        let listed = listed.map_err(Fault::while_doing(DOING))?;
        let listed = within(DOING, listed.try_collect()).await?;
        listed.map_err(Fault::while_doing(DOING))
    }

    async fn stream(&self) -> Result<Stream, Fault> {
        let stream = self.context().get_stream(format!("OBJ_{BUCKET}")).await;
        stream.map_err(Fault::while_doing("asking for the store"))
    }

    async fn purge(&self, subject: &str) -> Result<(), Fault> {
        const DOING: &str = "taking chunks away";
        let stream = self.stream().await?;
        let purged = within(DOING, stream.purge().filter(subject).into_future()).await?;
        purged.map(drop).map_err(Fault::while_doing(DOING))
    }
}

/// Reads what was said last of some bytes, and when, as the leader sees it; nothing where they are gone.
async fn said(stream: &Stream, key: Key) -> Result<Option<(Stale, i64)>, Fault> {
    const DOING: &str = "reading what is kept";
    let message = match stream.get_last_raw_message_by_subject(&key.subject()).await {
        Ok(message) => message,
        Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => return Ok(None),
        Err(error) => return Err(Fault::while_doing(DOING)(error)),
    };
    let info: ObjectInfo =
        serde_json::from_slice(&message.payload).map_err(Fault::while_doing(DOING))?;
    if info.deleted {
        return Ok(None);
    }
    let sequence = message.sequence;
    let stale = Stale {
        key,
        info,
        sequence,
    };
    Ok(Some((stale, message.time.unix_timestamp())))
}

fn chunks(nuid: &str) -> String {
    format!("$O.{BUCKET}.C.{nuid}")
}

#[expect(
    clippy::disallowed_methods,
    reason = "the server says by the real clock when something was kept"
)]
fn is_older(unix_s: i64, age: Duration) -> bool {
    let at = u64::try_from(unix_s).unwrap_or(0);
    let at = UNIX_EPOCH + Duration::from_secs(at);
    SystemTime::now()
        .duration_since(at)
        .is_ok_and(|since| since >= age)
}
