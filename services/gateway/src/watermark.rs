//! How far the read model has come, and waiting until it has come further.
//!
//! The projection tells on core NATS how far it is. A message may be lost, so who waits also looks into the
//! read model every [`POLL`]; without NATS waiting takes a little longer and nothing else is different.

use std::{convert::Infallible, sync::Arc, time::Duration};

use anmeldewerk_contract::Position;
use anmeldewerk_read_model::{Fault, PROJECTION, ReadModel};
use anmeldewerk_service::lifecycle::Shutdown;
use async_nats::{Client, SubscribeError};
use futures_util::StreamExt;
use tokio::{
    sync::{Mutex, watch},
    time::{MissedTickBehavior, interval, timeout},
};

/// How often somebody who waits looks by themselves.
pub(crate) const POLL: Duration = Duration::from_millis(250);
/// The pause after the subscription was lost for good.
const RESUBSCRIBE_PAUSE: Duration = Duration::from_secs(1);

/// Knows how far the read model has come. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Watermark(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    heard: watch::Sender<Position>,
    read_model: ReadModel,
    /// Held by the one who looks, so that many who wait are not many who look.
    looking: Mutex<()>,
    shutdown: Shutdown,
}

impl Watermark {
    pub(crate) fn new(read_model: ReadModel, shutdown: Shutdown) -> Self {
        Self(Arc::new(Inner {
            heard: watch::Sender::new(Position::START),
            read_model,
            looking: Mutex::new(()),
            shutdown,
        }))
    }

    /// Takes note that the read model has come so far; it never goes back.
    pub(crate) fn hear(&self, position: Position) {
        self.0.heard.send_if_modified(|heard| {
            let news = position > *heard;
            *heard = position.max(*heard);
            news
        });
    }

    /// Looks into the read model.
    pub(crate) async fn look(&self) -> Result<(), Fault> {
        self.hear(self.0.read_model.position().await?);
        Ok(())
    }

    /// Tells how far the read model has come, as far as is known.
    pub(crate) fn heard(&self) -> Position {
        *self.0.heard.borrow()
    }

    /// Waits until the read model has come to `position`, but no longer than `patience`.
    ///
    /// Whether it has, the answer to the query itself says.
    pub(crate) async fn reached(&self, position: Position, patience: Duration) {
        if patience.is_zero() || *self.0.heard.borrow() >= position {
            return;
        }
        tokio::select! {
            _ = timeout(patience, self.wait(position)) => {}
            () = self.0.shutdown.requested() => {}
        }
    }

    /// Waits until the read model has come further than `position`, and says whether it has before `patience` was over.
    pub(crate) async fn passes(&self, position: Position, patience: Duration) -> bool {
        self.reached(Position(position.0 + 1), patience).await;
        *self.0.heard.borrow() > position
    }

    async fn wait(&self, position: Position) {
        let mut heard = self.0.heard.subscribe();
        tokio::select! {
            _ = heard.wait_for(|heard| *heard >= position) => {}
            () = self.keep_looking() => {}
        }
    }

    async fn keep_looking(&self) {
        let mut period = interval(POLL);
        period.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            period.tick().await;
            self.look_unless_somebody_does().await;
        }
    }

    async fn look_unless_somebody_does(&self) {
        let Ok(_looking) = self.0.looking.try_lock() else {
            return;
        };
        if let Err(fault) = self.look().await {
            tracing::debug!(%fault, "the position could not be read");
        }
    }
}

/// Listens to the projection until the process is asked to stop.
pub(crate) async fn listen(
    client: Client,
    watermark: Watermark,
    shutdown: Shutdown,
) -> Result<(), Infallible> {
    let mut pause = interval(RESUBSCRIBE_PAUSE);
    pause.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            _ = pause.tick() => {}
        }
        tokio::select! {
            () = shutdown.requested() => return Ok(()),
            ended = follow(&client, &watermark) => {
                let reason = ended.err().map(|error| error.to_string());
                tracing::warn!(reason, "the subscription to the watermark ended");
            }
        }
    }
}

async fn follow(client: &Client, watermark: &Watermark) -> Result<(), SubscribeError> {
    let subject = anmeldewerk_contract::watermark(PROJECTION);
    let mut told = client.subscribe(subject).await?;
    while let Some(message) = told.next().await {
        if let Some((position, live)) = told_of(&message.payload) {
            if let Err(fault) = watermark.0.read_model.hear_of(live).await {
                tracing::debug!(%fault, "the live version could not be looked for");
            }
            watermark.hear(position);
        }
    }
    Ok(())
}

/// Reads a position in decimal digits, and the version that has come so far.
fn told_of(payload: &[u8]) -> Option<(Position, &str)> {
    let (position, live) = std::str::from_utf8(payload).ok()?.split_once(' ')?;
    Some((Position(position.parse().ok()?), live))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A read model that nobody can reach.
    fn watermark(shutdown: &Shutdown) -> Watermark {
        let read_model = ReadModel::connect("postgres://nobody@127.0.0.1:1/none", 1);
        Watermark::new(read_model.expect("an address"), shutdown.clone())
    }

    #[tokio::test]
    async fn who_waits_is_woken_by_what_is_heard() {
        let watermark = watermark(&Shutdown::default());
        let waiting = watermark.reached(Position(7), Duration::from_mins(1));
        let telling = async {
            watermark.hear(Position(6));
            watermark.hear(Position(7));
        };
        let both = async { tokio::join!(waiting, telling) };
        let woken = timeout(Duration::from_secs(30), both).await;
        assert!(woken.is_ok(), "nobody was woken");
    }

    #[tokio::test]
    async fn who_waits_is_sent_home_when_the_process_stops() {
        let shutdown = Shutdown::default();
        let watermark = watermark(&shutdown);
        let waiting = watermark.reached(Position(7), Duration::from_mins(1));
        let stopping = async { shutdown.request() };
        let both = async { tokio::join!(waiting, stopping) };
        let woken = timeout(Duration::from_secs(30), both).await;
        assert!(woken.is_ok(), "the wait outlived the process");
    }

    #[tokio::test]
    async fn patience_ends() {
        let watermark = watermark(&Shutdown::default());
        let patience = Duration::from_millis(20);
        let waiting = watermark.reached(Position(7), patience);
        let ended = timeout(Duration::from_secs(30), waiting).await;
        assert!(ended.is_ok(), "the wait outlived its patience");
    }

    #[tokio::test]
    async fn the_watermark_never_goes_back() {
        let watermark = watermark(&Shutdown::default());
        watermark.hear(Position(9));
        watermark.hear(Position(3));
        assert_eq!(*watermark.0.heard.borrow(), Position(9));
    }

    #[test]
    fn a_position_is_told_in_digits_with_the_version() {
        assert_eq!(told_of(b"48211 rm_2"), Some((Position(48211), "rm_2")));
        let odd = [
            &b""[..],
            b"7",
            b"-1 rm_1",
            b"7  rm_1x\xff",
            b" rm_1",
            b"99999999999999999999 rm_1",
        ];
        for odd in odd {
            assert_eq!(told_of(odd), None, "{odd:?}");
        }
    }
}
