//! Many who listen to what changes, beside a service that only passes events on.

use std::{
    collections::BTreeMap,
    convert::Infallible,
    future::IntoFuture,
    sync::Arc,
    time::{Duration, Instant},
};

use anmeldewerk_journal::Journal;
use anyhow::{Context, ensure};
use axum::{
    Router,
    response::sse::{Event, Sse},
    routing::get,
};
use futures_util::stream;
use tokio::{sync::broadcast, task::JoinSet, time::timeout};

use crate::{
    house::House,
    table::{Table, Times, per_second},
};

/// How many commands are answered one after another while all listen.
const LONE: usize = 50;
/// How many are sent at once then.
const CROWD: usize = 300;
/// How long a reader may wait for what was answered.
const PATIENCE: Duration = Duration::from_mins(5);
/// About the size of an event of the feed.
const EVENT: usize = 350;

/// When each position reached one reader.
type Heard = BTreeMap<u64, Instant>;

/// Lets so many listen to the house, and checks that each of them hears everything once and in order.
pub(crate) async fn measure(table: &mut Table, house: &House, count: usize) -> anyhow::Result<()> {
    let limit = bare(table, count).await?;
    let workshop = house.publish(1).await?;
    let begin = house.log().await?.state().await?.last.0;
    let url = house.url(&format!("/v1/live?after={begin}"));
    let mut readers = JoinSet::new();
    let last = begin + u64::try_from(LONE + CROWD)?;
    for _ in 0..count {
        let request = house.client().get(&url).bearer_auth(house.office());
        let answer = request.send().await?.error_for_status()?;
        readers.spawn(timeout(PATIENCE, listen(answer, last)));
    }
    let answered = house.submit(&workshop, ("lone", LONE), 1).await?;
    let start = Instant::now();
    let crowd = house.submit(&workshop, ("crowd", CROWD), 16).await?;
    let highest = crowd.keys().next_back().copied();
    ensure!(highest <= Some(last), "somebody else wrote, too");
    let (mut late, mut until) = (Vec::new(), start);
    while let Some(reader) = readers.join_next().await {
        let heard = reader?.context("a reader waits in vain")??;
        for position in answered.keys().chain(crowd.keys()) {
            ensure!(heard.contains_key(position), "{position} was not heard");
        }
        let delays = answered
            .iter()
            .map(|(position, when)| heard[position].saturating_duration_since(*when));
        late.extend(delays);
        until = until.max(heard.values().copied().max().unwrap_or(start));
    }
    let what =
        format!("answered to heard by each of {count} live readers, idle; all heard, checked");
    table.times(&what, &Times::new(late), String::new());
    let rate = per_second(CROWD * count, until.duration_since(start));
    let what = format!("events to {count} live readers while 16 clients submit");
    table.rate(&what, rate, Some(("a service that only passes on", limit)));
    Ok(())
}

/// Reads until the last position, and insists on the order.
async fn listen(mut answer: reqwest::Response, last: u64) -> anyhow::Result<Heard> {
    let (mut heard, mut line, mut before) = (Heard::new(), Vec::new(), 0);
    while before < last {
        let chunk = answer.chunk().await?.context("the stream ended")?;
        let now = Instant::now();
        for byte in chunk {
            if byte != b'\n' {
                line.push(byte);
                continue;
            }
            if let Some(id) = std::str::from_utf8(&line)?.strip_prefix("id:") {
                let id: u64 = id.trim().parse()?;
                ensure!(id >= before, "{id} after {before}");
                before = id;
                heard.entry(id).or_insert(now);
            }
            line.clear();
        }
    }
    Ok(heard)
}

/// The same number of readers at a service that gives everybody the same text.
async fn bare(table: &mut Table, count: usize) -> anyhow::Result<f64> {
    let (sender, _) = broadcast::channel::<Arc<str>>(CROWD);
    let news = sender.clone();
    let handle = async move || {
        let heard = stream::unfold(news.subscribe(), |mut news| async {
            let text = news.recv().await.ok()?;
            Some((
                Ok::<_, Infallible>(Event::default().id(text.len().to_string()).data(&*text)),
                news,
            ))
        });
        Sse::new(heard)
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let server =
        tokio::spawn(axum::serve(listener, Router::new().route("/", get(handle))).into_future());
    let client = reqwest::Client::new();
    let mut readers = JoinSet::new();
    for _ in 0..count {
        let answer = client.get(&url).send().await?.error_for_status()?;
        readers.spawn(timeout(PATIENCE, hear(answer)));
    }
    let start = Instant::now();
    for _ in 0..CROWD {
        sender
            .send("x".repeat(EVENT).into())
            .ok()
            .context("somebody listens")?;
    }
    while let Some(reader) = readers.join_next().await {
        reader?.context("a reader waits in vain")??;
    }
    let rate = per_second(CROWD * count, start.elapsed());
    server.abort();
    table.rate(
        &format!("limit: events to {count} readers of a service that only passes on"),
        rate,
        None,
    );
    Ok(rate)
}

/// Reads as many events as are sent; each ends with an empty line.
async fn hear(mut answer: reqwest::Response) -> anyhow::Result<()> {
    let (mut events, mut at_begin) = (0, true);
    while events < CROWD {
        let chunk = answer.chunk().await?.context("the stream ended")?;
        for byte in chunk {
            events += usize::from(byte == b'\n' && at_begin);
            at_begin = byte == b'\n';
        }
    }
    Ok(())
}
