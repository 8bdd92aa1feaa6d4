//! A load of requests by many clients at once, bounded in number.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use tokio::task::JoinSet;

use crate::table::Times;

/// What came of a load.
pub(crate) struct Outcome {
    pub(crate) times: Times,
    pub(crate) took: Duration,
}

/// Lets `clients` send `count` requests as fast as they are answered.
///
/// `request` makes the request with a number; an answer other than a success ends the load.
pub(crate) async fn run(
    clients: usize,
    count: usize,
    request: impl Fn(usize) -> reqwest::RequestBuilder + Send + Sync + 'static,
) -> anyhow::Result<Outcome> {
    let (next, request) = (Arc::new(AtomicUsize::new(0)), Arc::new(request));
    let start = Instant::now();
    let mut set = JoinSet::new();
    for _ in 0..clients {
        let (next, request) = (Arc::clone(&next), Arc::clone(&request));
        set.spawn(async move {
            let mut times = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= count {
                    return anyhow::Ok(times);
                }
                let begun = Instant::now();
                let answer = request(number).send().await?;
                let status = answer.status();
                let body = answer.text().await?;
                anyhow::ensure!(status.is_success(), "{status}: {body}");
                times.push(begun.elapsed());
            }
        });
    }
    let mut times = Vec::with_capacity(count);
    while let Some(done) = set.join_next().await {
        times.extend(done.context("a client panicked")??);
    }
    let took = start.elapsed();
    Ok(Outcome {
        times: Times::new(times),
        took,
    })
}
