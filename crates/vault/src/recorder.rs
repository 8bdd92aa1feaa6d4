//! Records of accesses, written together: whoever comes while some are being written goes with the next ones.

use std::mem;

use sqlx::PgPool;
use tokio::sync::{mpsc, oneshot};

use crate::{
    access::{self, AccessRecord},
    fault::Fault,
};

/// How many wait for the writer before others wait for a place.
const WAITING: usize = 1_024;
/// How many records one statement stores, and from how many persons on no more are taken along.
const RECORDS: usize = 256;
const PERSONS: usize = 20_000;

/// Stores records, many with one commit.
///
/// There is one writer; while it waits for the disk, those who come gather behind it. A record alone is written at
/// once, so nobody waits for company.
pub(crate) struct Recorder {
    pool: PgPool,
    queue: mpsc::Sender<Asked>,
}

struct Asked {
    record: AccessRecord,
    answer: oneshot::Sender<Result<(), Fault>>,
}

impl Recorder {
    /// Starts the writer; it ends with the recorder.
    pub(crate) fn start(pool: PgPool) -> Self {
        let (queue, asked) = mpsc::channel(WAITING);
        tokio::spawn(write(pool.clone(), asked));
        Self { pool, queue }
    }

    /// Returns when the record is stored. One that nobody waits for any more may be left out.
    pub(crate) async fn record(&self, record: AccessRecord) -> Result<(), Fault> {
        if record.persons.len() > PERSONS {
            // So large a one keeps nobody waiting.
            return access::insert(&self.pool, &[record]).await;
        }
        let (answer, answered) = oneshot::channel();
        let asked = Asked { record, answer };
        let ended = || Fault::ended(access::RECORDING);
        self.queue.send(asked).await.map_err(|_| ended())?;
        answered.await.map_err(|_| ended())?
    }
}

async fn write(pool: PgPool, mut queue: mpsc::Receiver<Asked>) {
    while let Some(first) = queue.recv().await {
        let (mut persons, mut asked) = (first.record.persons.len(), vec![first]);
        while asked.len() < RECORDS && persons < PERSONS {
            let Ok(next) = queue.try_recv() else { break };
            persons += next.record.persons.len();
            asked.push(next);
        }
        asked.retain(|asked| !asked.answer.is_closed());
        store(&pool, asked).await;
    }
}

/// Stores records and answers for each; what the database refuses is not refused to those beside it.
async fn store(pool: &PgPool, mut asked: Vec<Asked>) {
    let records = asked.iter_mut().map(|asked| mem::take(&mut asked.record));
    let records: Vec<AccessRecord> = records.collect();
    let together = access::insert(pool, &records).await;
    let alone = asked.len() > 1 && together.as_ref().is_err_and(|fault| !fault.is_retryable());
    for (asked, record) in asked.into_iter().zip(records) {
        let stored = match &together {
            Ok(()) => Ok(()),
            Err(_) if alone => access::insert(pool, &[record]).await,
            Err(fault) => Err(fault.again()),
        };
        // Who does not wait any more is not told.
        drop(asked.answer.send(stored));
    }
}
