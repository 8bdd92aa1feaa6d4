//! Everybody at once for the seats of one workshop, some of them twice, and what came of it checked against the log.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anmeldewerk_contract::{Position, decode};
use anmeldewerk_domain::{Event, workshop};
use anmeldewerk_journal::{JetStream, Journal};
use anyhow::{Context, ensure};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::table::Times;

/// How long one client goes on trying the same command.
const PATIENCE: Duration = Duration::from_mins(2);
/// The pause before a client tries again.
const PAUSE: Duration = Duration::from_millis(200);

/// How many, of what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crowd {
    pub(crate) clients: usize,
    /// Distinct submissions.
    pub(crate) submissions: usize,
    /// How many of them are sent a second time.
    pub(crate) repeats: usize,
    pub(crate) seats: usize,
}

/// An answer to one request.
struct Answered {
    who: usize,
    body: Value,
    took: Duration,
}

/// What came of a rush.
pub(crate) struct Outcome {
    pub(crate) times: Times,
    pub(crate) took: Duration,
    /// How often a client had to try again.
    pub(crate) retries: usize,
    answers: Vec<Answered>,
}

/// Makes the request of a submission, the same each time but for what carries it.
pub(crate) type Request = Arc<dyn Fn(usize) -> reqwest::RequestBuilder + Send + Sync>;

/// Lets the crowd in; `halfway` is run when half of it is answered.
pub(crate) async fn run(
    crowd: Crowd,
    request: Request,
    halfway: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<Outcome> {
    let order: Arc<[usize]> = order(crowd).into();
    let (next, answered) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for _ in 0..crowd.clients {
        clients.spawn(client(
            Arc::clone(&order),
            (Arc::clone(&next), Arc::clone(&answered)),
            Arc::clone(&request),
        ));
    }
    let half = order.len() / 2;
    let disturbing = async {
        while answered.load(Ordering::Relaxed) < half {
            pause(Duration::from_millis(2)).await;
        }
        halfway.await
    };
    let finishing = async {
        let (mut answers, mut retries) = (Vec::with_capacity(order.len()), 0);
        while let Some(client) = clients.join_next().await {
            let (mine, again) = client.context("a client panicked")??;
            answers.extend(mine);
            retries += again;
        }
        anyhow::Ok((answers, retries, start.elapsed()))
    };
    let ((answers, retries, took), ()) = tokio::try_join!(finishing, disturbing)?;
    Ok(Outcome {
        times: Times::new(answers.iter().map(|answer| answer.took).collect()),
        took,
        retries,
        answers,
    })
}

async fn pause(span: Duration) {
    #[expect(clippy::disallowed_methods, reason = "here we are the client")]
    tokio::time::sleep(span).await;
}

/// Spreads the repeats among the rest, each soon after its first: many while the first is still under way.
fn order(crowd: Crowd) -> Vec<usize> {
    let every = crowd
        .submissions
        .checked_div(crowd.repeats)
        .unwrap_or(usize::MAX);
    let mut order = Vec::with_capacity(crowd.submissions + crowd.repeats);
    for who in 0..crowd.submissions {
        order.push(who);
        if (who + 1) % every.max(1) == 0 {
            // Half of the repeats follow at once, half come late.
            let back = if (who / every).is_multiple_of(2) {
                0
            } else {
                who / 2
            };
            order.push(who - back);
        }
    }
    order
}

async fn client(
    order: Arc<[usize]>,
    (next, answered): (Arc<AtomicUsize>, Arc<AtomicUsize>),
    request: Request,
) -> anyhow::Result<(Vec<Answered>, usize)> {
    let (mut answers, mut retries) = (Vec::new(), 0);
    loop {
        let Some(who) = order.get(next.fetch_add(1, Ordering::Relaxed)).copied() else {
            return Ok((answers, retries));
        };
        let start = Instant::now();
        let body = loop {
            if let Some(body) = attempt(request(who)).await? {
                break body;
            }
            retries += 1;
            ensure!(start.elapsed() < PATIENCE, "submission {who} got no answer");
            pause(PAUSE).await;
        };
        answered.fetch_add(1, Ordering::Relaxed);
        answers.push(Answered {
            who,
            body,
            took: start.elapsed(),
        });
    }
}

/// Sends a request; nothing where it has to be sent again.
async fn attempt(request: reqwest::RequestBuilder) -> anyhow::Result<Option<Value>> {
    let Ok(answer) = request.send().await else {
        return Ok(None);
    };
    let status = answer.status();
    let Ok(text) = answer.text().await else {
        return Ok(None);
    };
    if status.is_server_error() {
        return Ok(None);
    }
    ensure!(status.is_success(), "{status}: {text}");
    Ok(Some(serde_json::from_str(&text)?))
}

/// What the log says of one workshop.
struct Logged {
    /// Each registration's position.
    submitted: BTreeMap<String, u64>,
    confirmed: usize,
}

/// Checks the answers against each other and against the log: exact seats, dense places, nothing lost or doubled.
pub(crate) async fn check(
    outcome: &Outcome,
    crowd: Crowd,
    (log, workshop): (&JetStream, &str),
) -> anyhow::Result<()> {
    let firsts = distinct(outcome)?;
    ensure!(
        firsts.len() == crowd.submissions,
        "{} answered",
        firsts.len()
    );
    let seats = crowd.seats.min(crowd.submissions);
    let state = |name: &str| firsts.values().filter(|b| b["state"] == name).count();
    ensure!(
        state("confirmed") == seats,
        "{} confirmed",
        state("confirmed")
    );
    ensure!(
        state("waitlisted") == crowd.submissions - seats,
        "the rest waits"
    );
    let places = firsts.values().filter_map(|b| b["waitlist_place"].as_u64());
    let places: BTreeSet<u64> = places.collect();
    let dense: BTreeSet<u64> = (1..=(crowd.submissions - seats) as u64).collect();
    ensure!(places == dense, "places are dense");
    let logged = logged(log, workshop).await?;
    ensure!(
        logged.submitted.len() == crowd.submissions,
        "each stands in the log once"
    );
    ensure!(
        logged.confirmed == seats,
        "{} confirmed in the log",
        logged.confirmed
    );
    for body in firsts.values() {
        let id = body["registration"].as_str().context("an id")?;
        let position = body["position"].as_u64().context("a position")?;
        ensure!(
            logged.submitted.get(id) == Some(&position),
            "{id} was acknowledged at {position}"
        );
    }
    Ok(())
}

/// Gives one answer for each submission, once repeats are seen to be answered alike.
fn distinct(outcome: &Outcome) -> anyhow::Result<HashMap<usize, Value>> {
    let mut firsts: HashMap<usize, Value> = HashMap::new();
    for answer in &outcome.answers {
        let mut body = answer.body.clone();
        if let Some(members) = body.as_object_mut() {
            // A repeat cannot be told the secret, of which only the hash was kept.
            members.remove("link_secret");
        }
        let first = firsts.entry(answer.who).or_insert_with(|| body.clone());
        ensure!(
            *first == body,
            "a repeat was answered otherwise: {first} {body}"
        );
    }
    Ok(firsts)
}

async fn logged(log: &JetStream, workshop: &str) -> anyhow::Result<Logged> {
    let head = log.state().await?.last;
    let mut follower = log.follow(Position::START).await?;
    let (mut at, mut commands) = (Position::START, BTreeSet::new());
    let mut logged = Logged {
        submitted: BTreeMap::new(),
        confirmed: 0,
    };
    while at < head {
        for message in follower.batch(2_000).await? {
            at = message.position;
            if !message.subject.as_str().ends_with(workshop) {
                continue;
            }
            let decision = decode(&message)?.decision;
            ensure!(
                commands.insert(decision.command.id.0),
                "a command stands twice"
            );
            for event in decision.events {
                logged.take_in(event, at)?;
            }
        }
    }
    Ok(logged)
}

impl Logged {
    fn take_in(&mut self, event: Event, at: Position) -> anyhow::Result<()> {
        match event {
            Event::Workshop(workshop::Event::Submitted(submitted)) => {
                let id = uuid::Uuid::from_u128(submitted.registration.0).to_string();
                let before = self.submitted.insert(id, at.0);
                ensure!(before.is_none(), "a registration was made twice");
            }
            Event::Workshop(workshop::Event::Confirmed { .. }) => self.confirmed += 1,
            _ => {}
        }
        Ok(())
    }
}
