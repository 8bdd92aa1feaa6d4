//! What operators do with subjects that stand still.

use anmeldewerk_contract::{Message, Position, Subject, hex};
use anmeldewerk_journal::{Journal, Regression, message_hash};
use anmeldewerk_read_model::{Entry, Pointer, Registry, Replayed, Skips, Version, Writer};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;

use super::{Shown, Wrong};
use crate::engine::{Engine, Failed};

/// How many messages are asked for at a time.
const AT_ONCE: usize = 32;

/// How often a subject is tried to which messages come meanwhile.
const TRIES: usize = 10;

pub(super) async fn list(registry: &Registry) -> Result<Shown, Wrong> {
    let standing = match live(registry).await? {
        None => Vec::new(),
        Some(live) => Writer::connect(registry.url(), &live)?.standing().await?,
    };
    let skips = registry.skip_list().await?;
    let parked = standing.iter().map(|one| {
        json!({"subject": one.subject, "since": one.since.0, "code": one.code, "messages": one.messages})
    });
    let left_out = skips.iter().map(|skip| {
        json!({
            "position": skip.position.0, "subject": skip.subject, "message_hash": hex(&skip.hash),
            "reason": skip.reason, "skipped_at": skip.skipped_at.to_string(),
        })
    });
    let value = json!({
        "parked": parked.collect::<Vec<_>>(),
        "left_out": left_out.collect::<Vec<_>>(),
    });
    let of_standing = standing.iter().map(|one| {
        vec![
            one.subject.clone(),
            one.since.to_string(),
            one.code.clone(),
            one.messages.to_string(),
        ]
    });
    let of_skips = skips.iter().map(|skip| {
        vec![
            skip.subject.clone(),
            skip.position.to_string(),
            "left out".to_owned(),
            skip.reason.clone(),
        ]
    });
    let rows: Vec<Vec<String>> = of_standing.chain(of_skips).collect();
    let shown = Shown::new(value);
    Ok(if rows.is_empty() {
        shown.line("Nothing stands still, and nothing is left out.")
    } else {
        shown.rows(
            &[
                "subject",
                "position",
                "why",
                "messages that wait, or reason",
            ],
            rows,
        )
    })
}

pub(super) async fn retry(engine: &Engine, subject: Option<&str>) -> Result<Shown, Wrong> {
    let writer = writer(engine).await?;
    let mut standing = writer.standing().await?;
    if let Some(subject) = subject {
        standing.retain(|one| one.subject == subject);
        if standing.is_empty() {
            return Err(Wrong::Refused(format!("{subject} does not stand still")));
        }
    }
    let mut items = Vec::new();
    let mut rows = Vec::new();
    for one in standing {
        let replayed = replay(engine, &writer, &one.subject).await?;
        let (row, item) = told(&one.subject, &replayed);
        rows.push(row);
        items.push(item);
    }
    let shown = Shown::new(json!({ "retried": items }));
    Ok(if rows.is_empty() {
        shown.line("Nothing stands still.")
    } else {
        shown.rows(&["subject", "folded", "still stands at", "why"], rows)
    })
}

fn told(subject: &str, replayed: &Replayed) -> (Vec<String>, serde_json::Value) {
    let still = replayed.still.as_ref();
    let since = still.map(|still| still.since);
    let code = still.map(|still| still.poison.code());
    let row = vec![
        subject.to_owned(),
        replayed.folded.to_string(),
        since.map_or_else(|| "–".to_owned(), |since| since.to_string()),
        code.unwrap_or("flows again").to_owned(),
    ];
    let item = json!({
        "subject": subject, "folded": replayed.folded,
        "since": since.map(|since| since.0), "code": code,
    });
    (row, item)
}

pub(super) async fn skip(
    engine: &Engine,
    position: Position,
    reason: &str,
) -> Result<Shown, Wrong> {
    if !(3..=500).contains(&reason.trim().chars().count()) {
        return Err(Wrong::Refused(
            "a reason has 3 to 500 characters: it is all that auditors will read about it"
                .to_owned(),
        ));
    }
    let message = message(engine, position).await?;
    let (subject, hash) = (subject_of(&message), message_hash(&message));
    let live = live(&engine.registry).await?;
    let blocks = match &live {
        None => true,
        Some(live) => {
            let writer = Writer::connect(engine.registry.url(), live)?;
            let first = writer.waiting(subject.as_str()).await?.into_iter().next();
            first.is_some_and(|first| first.position == position)
                || Entry::read(&message, hash).decided_at().is_none()
        }
    };
    if !blocks {
        return Err(Wrong::Refused(format!(
            "message {position} can be folded, or waits behind another one; only what stands in the way is left out"
        )));
    }
    let why = (hash, reason.trim());
    engine
        .registry
        .skip(position, subject.as_str(), why)
        .await?;
    let mut value = json!({
        "position": position.0, "subject": subject.as_str(), "message_hash": hex(&hash), "reason": reason.trim(),
    });
    let shown = |value| {
        Shown::new(value).line(format!(
            "Message {position} of {subject} is left out of every version from now on."
        ))
    };
    let Some(live) = live else {
        return Ok(shown(value));
    };
    let writer = Writer::connect(engine.registry.url(), &live)?;
    if writer.waiting(subject.as_str()).await?.is_empty() {
        return Ok(shown(value));
    }
    let replayed = replay(engine, &writer, subject.as_str()).await?;
    let (row, item) = told(subject.as_str(), &replayed);
    value["retried"] = item;
    Ok(shown(value).rows(&["subject", "folded", "still stands at", "why"], vec![row]))
}

async fn live(registry: &Registry) -> Result<Option<Version>, Wrong> {
    let live = registry.live().await?;
    Ok(live.filter(Version::has_our_shape))
}

async fn writer(engine: &Engine) -> Result<Writer, Wrong> {
    let live = live(&engine.registry).await?;
    let live = live.ok_or_else(|| Wrong::Refused("there is no live version".to_owned()))?;
    Ok(Writer::connect(engine.registry.url(), &live)?)
}

/// Tries what waits for a subject; once more where messages came meanwhile.
async fn replay(engine: &Engine, writer: &Writer, subject: &str) -> Result<Replayed, Wrong> {
    let skips = engine.registry.skips().await?;
    let mut tries = 1;
    loop {
        let waiting = writer.waiting(subject).await?;
        if waiting.is_empty() {
            return Ok(Replayed {
                folded: 0,
                still: None,
            });
        }
        let entries = entries(engine, waiting, &skips).await?;
        let subject = Subject::literal(subject.to_owned());
        match writer.replay(&subject, entries).await {
            Err(anmeldewerk_read_model::Fault::NotAlone) if tries < TRIES => tries += 1,
            outcome => return Ok(outcome?),
        }
    }
}

/// Reads messages from the log again; each must be the one that was parked.
async fn entries(
    engine: &Engine,
    waiting: Vec<Pointer>,
    skips: &Skips,
) -> Result<Vec<Entry>, Failed> {
    stream::iter(waiting)
        .map(async |pointer| {
            let message = message(engine, pointer.position).await?;
            let hash = message_hash(&message);
            if hash != pointer.hash {
                let at = pointer.position;
                return Err(Failed::Regressed(Regression::OtherMessage { at }));
            }
            Ok(Entry::read_unless_skipped(&message, hash, skips))
        })
        .buffered(AT_ONCE)
        .try_collect()
        .await
}

async fn message(engine: &Engine, position: Position) -> Result<Message, Failed> {
    let found = engine.log.at(position).await?;
    found.ok_or(Failed::Regressed(Regression::Missing { at: position }))
}

/// Gives the subject under which a message is parked.
fn subject_of(message: &Message) -> Subject {
    match message.subject.boundary() {
        Some(boundary) => Subject::from(&boundary),
        None => message.subject.clone(),
    }
}
