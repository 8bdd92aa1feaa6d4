//! A body on its way: bounded, knowing how far it has come, and given back if it never set out.

use std::{
    mem,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, ready},
};

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use hyper::body::{Frame, SizeHint};

use super::failure::Failure;

/// How far a body has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Some of it is still with the client.
    Sending,
    /// All of it was handed on.
    Sent,
    /// It was cut off because it is too large.
    TooLarge,
    /// The client cut it off.
    Broken,
}

/// Shows the stage of a body that somebody else sends, and gets it back if nobody did.
#[derive(Clone, Debug)]
pub(super) struct Progress(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    stage: AtomicU8,
    unsent: Mutex<Option<Body>>,
}

/// The body of a request to the registration service.
#[derive(Debug)]
pub(super) struct Outgoing {
    body: Body,
    left_bytes: u64,
    is_whole: bool,
    progress: Progress,
}

/// Says why a body ends before its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum Cut {
    /// It is larger than allowed.
    #[error("the body is too large")]
    TooLarge,
    /// The client stopped sending.
    #[error("the client's body broke off")]
    Broken(#[source] axum::Error),
}

impl Progress {
    /// Gives the stage.
    pub(super) fn get(&self) -> Stage {
        let stages = [Stage::Sending, Stage::Sent, Stage::TooLarge, Stage::Broken];
        let stored = self.0.stage.load(Ordering::Relaxed);
        stages
            .into_iter()
            .find(|stage| *stage as u8 == stored)
            .unwrap_or(Stage::Sending)
    }

    fn set(&self, stage: Stage) {
        self.0.stage.store(stage as u8, Ordering::Relaxed);
    }

    /// Gives the body back, where it was dropped before any of it was asked for.
    ///
    /// Of a body without content nothing is ever asked for; whether the request itself set out, it does not know.
    pub(super) fn unsent(&self) -> Option<Body> {
        let mut unsent = self.0.unsent.lock().unwrap_or_else(PoisonError::into_inner);
        unsent.take()
    }
}

impl Outgoing {
    /// Takes a body of at most `limit` bytes.
    pub(super) fn new(body: Body, limit: u64) -> Result<Self, Failure> {
        if body.size_hint().lower() > limit {
            return Err(Failure::TooLarge { limit });
        }
        let stage = if body.is_end_stream() {
            Stage::Sent
        } else {
            Stage::Sending
        };
        Ok(Self {
            body,
            left_bytes: limit,
            is_whole: true,
            progress: Progress(Arc::new(Shared {
                stage: AtomicU8::new(stage as u8),
                unsent: Mutex::new(None),
            })),
        })
    }

    /// Gives a view on how far it has come.
    pub(super) fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn take_in(&mut self, frame: Frame<Bytes>) -> Result<Frame<Bytes>, Cut> {
        let bytes = frame.data_ref().map_or(0, Bytes::len);
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let Some(left) = self.left_bytes.checked_sub(bytes) else {
            self.progress.set(Stage::TooLarge);
            return Err(Cut::TooLarge);
        };
        self.left_bytes = left;
        if self.body.is_end_stream() {
            self.progress.set(Stage::Sent);
        }
        Ok(frame)
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        if self.is_whole {
            let shared = &self.progress.0;
            let mut unsent = shared.unsent.lock().unwrap_or_else(PoisonError::into_inner);
            *unsent = Some(mem::take(&mut self.body));
        }
    }
}

impl HttpBody for Outgoing {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        self.is_whole = false;
        let frame = match ready!(Pin::new(&mut self.body).poll_frame(context)) {
            Some(Ok(frame)) => Some(self.take_in(frame)),
            Some(Err(error)) => {
                self.progress.set(Stage::Broken);
                Some(Err(Cut::Broken(error)))
            }
            None => {
                self.progress.set(Stage::Sent);
                None
            }
        };
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;
    use http_body_util::BodyExt;

    type Chunk = Result<&'static str, std::io::Error>;

    async fn send(chunks: Vec<Chunk>, limit: u64) -> (Option<Bytes>, Stage) {
        let body = Body::from_stream(stream::iter(chunks));
        let outgoing = Outgoing::new(body, limit).expect("nothing is known of its size");
        let progress = outgoing.progress();
        assert_eq!(progress.get(), Stage::Sending);
        let sent = outgoing.collect().await.ok();
        (
            sent.map(http_body_util::Collected::to_bytes),
            progress.get(),
        )
    }

    #[tokio::test]
    async fn a_body_up_to_the_limit_is_sent_whole() {
        let (sent, stage) = send(vec![Ok("abc"), Ok("de")], 5).await;
        assert_eq!((sent.as_deref(), stage), (Some(&b"abcde"[..]), Stage::Sent));
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_cut_off() {
        let sent = send(vec![Ok("abc"), Ok("def")], 5).await;
        assert_eq!(sent, (None, Stage::TooLarge));
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_known_to_have_done_so() {
        let broken = Err(std::io::Error::other("gone"));
        let sent = send(vec![Ok("abc"), broken], 5).await;
        assert_eq!(sent, (None, Stage::Broken));
    }

    #[tokio::test]
    async fn a_body_that_nobody_asked_for_is_given_back_whole() {
        let body = Body::from_stream(stream::iter(vec![Chunk::Ok("abc"), Ok("de")]));
        let outgoing = Outgoing::new(body, 5).expect("nothing is known of its size");
        let progress = outgoing.progress();
        assert!(progress.unsent().is_none(), "it may still be sent");
        drop(outgoing);
        let unsent = progress.unsent().expect("it was not sent");
        let again = Outgoing::new(unsent, 5).expect("nothing is known of its size");
        let sent = again.collect().await.expect("it is whole").to_bytes();
        assert_eq!(sent, "abcde");
    }

    #[tokio::test]
    async fn a_body_of_which_anything_was_asked_for_is_not_given_back() {
        let body = Body::from_stream(stream::pending::<Chunk>());
        let mut outgoing = Outgoing::new(body, 5).expect("nothing is known of its size");
        let progress = outgoing.progress();
        assert!(futures_util::FutureExt::now_or_never(outgoing.frame()).is_none());
        drop(outgoing);
        assert!(progress.unsent().is_none());
    }

    #[test]
    fn a_body_of_known_size_is_refused_before_it_is_sent() {
        assert!(Outgoing::new(Body::from("abcdef"), 5).is_err());
        let nothing = Outgoing::new(Body::empty(), 5).expect("it is small");
        assert_eq!(nothing.progress().get(), Stage::Sent);
    }
}
