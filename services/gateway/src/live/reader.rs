//! Somebody who listens: events sent by the server (HTML Standard, section 9.2), each with its position as its id.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anmeldewerk_contract::Position;
use anmeldewerk_service::{lifecycle::Shutdown, server::Connection};
use axum::response::sse::Event;
use futures_util::{Stream, StreamExt, stream};
use tokio::{
    sync::OwnedSemaphorePermit,
    time::{Instant, MissedTickBehavior, interval},
};

use super::{Channel, channel::News};
use crate::desk::Desk;

/// How long nothing is said at most; then at least how far it was looked through.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How long somebody may take to read what was written, before they are cut.
pub(crate) const SLOWEST: Duration = Duration::from_secs(30);
/// How often it is looked whether somebody reads.
const LOOK: Duration = Duration::from_secs(5);
/// The pause after the read model gave no answer.
const PAUSE: Duration = Duration::from_secs(1);
/// After how many milliseconds a client connects again.
const RECONNECT: Duration = Duration::from_secs(2);

/// Somebody who listens from a position on.
pub(crate) struct Reader {
    desk: Desk,
    channel: Arc<Channel>,
    after: Position,
    pending: VecDeque<News>,
    begun: bool,
    written: Arc<Written>,
    _place: OwnedSemaphorePermit,
}

/// When something was written that may not have been read yet.
#[derive(Debug, Default)]
struct Written {
    since: Mutex<Option<Instant>>,
    ended: AtomicBool,
}

impl Written {
    fn set(&self, since: Option<Instant>) {
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }

    fn waits(&self, now: Instant) -> Duration {
        let since = *self.since.lock().unwrap_or_else(PoisonError::into_inner);
        since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.written.ended.store(true, Ordering::Relaxed);
        metrics::gauge!("gateway_live_readers").decrement(1);
    }
}

impl Reader {
    /// Seats somebody who listens from behind `after` on, and cuts their connection where they do not read.
    pub(crate) fn seat(
        desk: &Desk,
        (channel, place): (Arc<Channel>, OwnedSemaphorePermit),
        after: Position,
        connection: Connection,
    ) -> Self {
        metrics::gauge!("gateway_live_readers").increment(1);
        let written = Arc::<Written>::default();
        tokio::spawn(cut_if_slow(Arc::clone(&written), connection));
        Self {
            desk: desk.clone(),
            channel,
            after,
            pending: VecDeque::new(),
            begun: false,
            written,
            _place: place,
        }
    }

    /// Gives the events until the process is asked to stop.
    pub(crate) fn events(self) -> impl Stream<Item = Result<Event, Infallible>> {
        stream::unfold(self, |mut reader| async {
            // Whoever asks for the next event has taken the one before.
            reader.written.set(None);
            let event = reader.next().await?;
            reader.written.set(Some(Instant::now()));
            Some((Ok(event), reader))
        })
        // Who packs an answer asks once more behind its end.
        .fuse()
    }

    async fn next(&mut self) -> Option<Event> {
        if !std::mem::replace(&mut self.begun, true) {
            // Says at once that it was understood, and from where on.
            return Some(self.mark().retry(RECONNECT));
        }
        let quiet_until = Instant::now() + HEARTBEAT;
        loop {
            if self.desk.shutdown.is_requested() {
                return None;
            }
            if let Some(news) = self.pending.pop_front() {
                self.after = news.position;
                return Some(tell(&news));
            }
            let looked = self.look().await;
            if !self.pending.is_empty() {
                continue;
            }
            let left = quiet_until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Some(self.mark());
            }
            self.wait(looked, left).await;
        }
    }

    /// Looks for what came behind; says whether there was an answer.
    async fn look(&mut self) -> bool {
        let heard = self.desk.watermark.heard();
        let read_model = &self.desk.read_model;
        match self.channel.behind(read_model, self.after, heard).await {
            Ok(part) => {
                if part.news.is_empty() {
                    self.after = part.reached;
                }
                self.pending.extend(part.news);
                true
            }
            Err(fault) => {
                tracing::warn!(%fault, "a live feed waits for the read model");
                false
            }
        }
    }

    /// Waits for news, for the process to stop, or until `left` is over.
    async fn wait(&self, looked: bool, left: Duration) {
        if looked {
            self.desk.watermark.passes(self.after, left).await;
        } else {
            pause(&self.desk.shutdown, left.min(PAUSE)).await;
        }
    }

    /// Says up to where it was looked through; clients keep the id and show nothing.
    fn mark(&self) -> Event {
        Event::default().id(self.after.to_string()).comment("")
    }
}

fn tell(news: &News) -> Event {
    let id = news.position.to_string();
    Event::default().id(id).event("decision").data(&*news.text)
}

async fn pause(shutdown: &Shutdown, time: Duration) {
    let _ = tokio::time::timeout(time, shutdown.requested()).await;
}

/// Cuts a connection on which nobody reads.
async fn cut_if_slow(written: Arc<Written>, connection: Connection) {
    let mut period = interval(LOOK);
    period.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !written.ended.load(Ordering::Relaxed) {
        period.tick().await;
        if written.waits(Instant::now()) > SLOWEST {
            metrics::counter!("gateway_live_readers_cut_total").increment(1);
            connection.cut();
            return;
        }
    }
}
