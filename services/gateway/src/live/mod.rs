//! The live feed: what changes, to everybody who listens, as they may see it.
//!
//! All who see the same share a [`Channel`], which reads each part of the log once and keeps the end of it. Who comes
//! from further back, or has fallen behind it, reads the feed of changes by themselves until they are there. So
//! nobody misses anything, and what is kept does not grow with the number of those who listen.

mod channel;
mod reader;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::ask::Viewer;

pub(crate) use channel::Channel;
pub(crate) use reader::Reader;

/// How many listen at a time; one more is told to come again.
pub(crate) const MAX_READERS: usize = 2_000;

/// Where the live feeds are made. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Newsroom(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    places: Arc<Semaphore>,
    channels: Mutex<HashMap<Viewer, Weak<Channel>>>,
}

impl Default for Newsroom {
    fn default() -> Self {
        Self(Arc::new(Inner {
            places: Arc::new(Semaphore::new(MAX_READERS)),
            channels: Mutex::default(),
        }))
    }
}

impl Newsroom {
    /// Takes a place among those who listen, if one is free.
    pub(crate) fn enter(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.0.places).try_acquire_owned().ok()
    }

    /// Gives the channel of those who see the same as `viewer`; it ends with the last of them.
    pub(crate) fn channel(&self, viewer: &Viewer) -> Arc<Channel> {
        let channels = self.0.channels.lock();
        let mut channels = channels.unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = channels.get(viewer).and_then(Weak::upgrade) {
            return channel;
        }
        channels.retain(|_, channel| channel.strong_count() > 0);
        let channel = Arc::new(Channel::new(viewer.clone()));
        channels.insert(viewer.clone(), Arc::downgrade(&channel));
        channel
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sees_the_same_shares_a_channel_that_ends_with_the_last_of_them() {
        let newsroom = Newsroom::default();
        let one = newsroom.channel(&Viewer::Auditor);
        assert!(Arc::ptr_eq(&one, &newsroom.channel(&Viewer::Auditor)));
        let other = newsroom.channel(&Viewer::Operator);
        assert!(!Arc::ptr_eq(&one, &other));
        drop(other);
        let _third = newsroom.channel(&Viewer::Stranger);
        let channels = newsroom.0.channels.lock().expect("nobody panicked");
        assert!(!channels.contains_key(&Viewer::Operator));
    }

    #[test]
    fn there_are_so_many_places_and_no_more() {
        let newsroom = Newsroom::default();
        let mut taken: Vec<_> = std::iter::from_fn(|| newsroom.enter()).collect();
        assert_eq!(taken.len(), MAX_READERS);
        drop(taken.pop());
        assert!(newsroom.enter().is_some());
    }
}
