//! What operators do with versions.

use anmeldewerk_contract::hex;
use anmeldewerk_read_model::{Digest, Registry, SchemaName, Snapshot, Version};
use serde_json::{Value, json};

use super::{At, Shown, Wrong};
use crate::engine::{Accepted, Engine, Failed, Promoted};

const DAY_S: f64 = 86_400.0;

pub(super) async fn list(registry: &Registry) -> Result<Shown, Wrong> {
    let mut rows = Vec::new();
    let mut items = Vec::new();
    for version in registry.list().await? {
        // One that is dropped at this moment, or of a shape without such a table, has no position.
        let snapshot = Snapshot::open(registry.url(), &version).await.ok();
        let position = snapshot.map(|snapshot| snapshot.position().0);
        rows.push(row(&version, position));
        items.push(value(&version, position));
    }
    let shown = Shown::new(json!({ "versions": items }));
    let head = [
        "version",
        "stage",
        "position",
        "as of",
        "shape",
        "digest",
        "accepted",
        "made",
        "drop after",
    ];
    Ok(if rows.is_empty() {
        shown.line("There is no version yet.")
    } else {
        shown.rows(&head, rows)
    })
}

fn row(version: &Version, position: Option<u64>) -> Vec<String> {
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    let as_of = match (version.as_of_time, version.as_of) {
        (Some(time), _) => Some(time.to_string()),
        (None, at) => at.map(|at| at.to_string()),
    };
    let digest = version.digest.as_ref();
    vec![
        version.schema.to_string(),
        version.stage.to_string(),
        or_dash(position.map(|position| position.to_string())),
        or_dash(as_of),
        if version.has_our_shape() {
            "ours".to_owned()
        } else {
            version.shape.clone()
        },
        or_dash(digest.map(|(digest, at)| format!("{} @{at}", digest.get(..12).unwrap_or(digest)))),
        or_dash((!version.differs.is_empty()).then(|| version.differs.join(", "))),
        version.made_at.to_string(),
        or_dash(version.drop_after.map(|after| after.to_string())),
    ]
}

fn value(version: &Version, position: Option<u64>) -> Value {
    json!({
        "version": version.schema.as_str(),
        "kind": version.kind.name(),
        "stage": version.stage.name(),
        "position": position,
        "as_of": version.as_of.map(|at| at.0),
        "as_of_time": version.as_of_time.map(|time| time.to_string()),
        "shape": version.shape,
        "our_shape": version.has_our_shape(),
        "digest": version.digest.as_ref().map(|(digest, _)| digest),
        "digest_at": version.digest.as_ref().map(|(_, at)| at.0),
        "accepted": version.differs,
        "made_at": version.made_at.to_string(),
        "changed_at": version.changed_at.to_string(),
        "drop_after": version.drop_after.map(|after| after.to_string()),
    })
}

pub(super) async fn drop_version(
    registry: &Registry,
    version: &SchemaName,
) -> Result<Shown, Wrong> {
    registry.drop_version(version).await?;
    let shown = Shown::new(json!({ "dropped": version.as_str() }));
    Ok(shown.line(format!("{version} is dropped.")))
}

pub(super) async fn digest(
    registry: &Registry,
    schema: Option<&SchemaName>,
) -> Result<Shown, Wrong> {
    let found = match schema {
        Some(schema) => {
            let found = registry.find(schema).await?;
            found.ok_or_else(|| Failed::NoSuchVersion(schema.clone()))?
        }
        None => registry.live().await?.ok_or_else(nothing_live)?,
    };
    if !found.has_our_shape() {
        return Err(Failed::OtherShape(found.schema).into());
    }
    let digest = Digest::take(registry.url(), &found).await?;
    let left_out = registry.skips().await?.len();
    let mut value = digest_value(&digest);
    value["version"] = found.schema.as_str().into();
    value["left_out"] = left_out.into();
    let shown = digest_table(Shown::new(value), &digest);
    let shown = shown.line(format!(
        "{} as of position {}: {}",
        found.schema,
        digest.position,
        hex(&digest.whole())
    ));
    Ok(if left_out > 0 {
        shown.line(format!(
            "{left_out} messages are left out; projection park list names them."
        ))
    } else {
        shown
    })
}

fn nothing_live() -> Wrong {
    Wrong::Refused("there is no live version yet; the projection service builds one".to_owned())
}

fn digest_value(digest: &Digest) -> Value {
    let tables = digest.tables.iter().map(
        |table| json!({"table": table.table, "rows": table.rows, "sha256": hex(&table.sha256)}),
    );
    json!({
        "position": digest.position.0,
        "sha256": hex(&digest.whole()),
        "tables": tables.collect::<Vec<_>>(),
    })
}

fn digest_table(shown: Shown, digest: &Digest) -> Shown {
    let rows = digest.tables.iter().map(|table| {
        vec![
            table.table.to_owned(),
            table.rows.to_string(),
            hex(&table.sha256),
        ]
    });
    shown.rows(&["table", "rows", "sha256"], rows.collect())
}

pub(super) async fn build(engine: &Engine) -> Result<Shown, Wrong> {
    let version = engine.build().await?;
    let schema = version.schema;
    let shown = Shown::new(json!({ "version": schema.as_str(), "stage": version.stage.name() }));
    Ok(shown.line(format!(
        "{schema} is complete; projection flip {schema} compares it with the live one and has it asked."
    )))
}

pub(super) async fn rebuild(engine: &Engine, accept: &[String]) -> Result<Shown, Wrong> {
    let accepted = Accepted::new(accept.iter().cloned());
    Ok(promoted(&engine.rebuild(&accepted).await?))
}

pub(super) async fn flip(
    engine: &Engine,
    version: &SchemaName,
    accept: &[String],
) -> Result<Shown, Wrong> {
    let accepted = Accepted::new(accept.iter().cloned());
    Ok(promoted(&engine.flip(version, &accepted).await?))
}

fn promoted(promoted: &Promoted) -> Shown {
    let compared = promoted.compared.as_ref();
    let value = json!({
        "version": promoted.version.as_str(),
        "before": promoted.before.as_ref().map(SchemaName::as_str),
        "position": promoted.position.0,
        "compared": compared.map(digest_value),
        "accepted": promoted.differs,
    });
    let mut shown = Shown::new(value);
    if let Some(digest) = compared {
        shown = digest_table(shown, digest);
    }
    let told = match (compared, &promoted.before) {
        (Some(digest), Some(before)) if promoted.differs.is_empty() => format!(
            "{} equals {before} at position {}: {}",
            promoted.version,
            digest.position,
            hex(&digest.whole())
        ),
        (_, Some(before)) if !promoted.differs.is_empty() => format!(
            "{} differs from {before}, which was accepted: {}",
            promoted.version,
            promoted.differs.join(", ")
        ),
        (_, Some(before)) => format!("{} was not compared with {before}", promoted.version),
        (_, None) => format!("{} is the first version", promoted.version),
    };
    let shown = shown.line(told).line(format!(
        "{} is live as of position {}.",
        promoted.version, promoted.position
    ));
    match &promoted.before {
        None => shown,
        Some(before) => shown.line(format!(
            "{before} is kept for 7 days; projection flip {before} goes back to it."
        )),
    }
}

pub(super) async fn as_of(
    engine: &Engine,
    At(wanted): At,
    (name, keep_days): (&str, u16),
) -> Result<Shown, Wrong> {
    let schema = SchemaName::as_of(name).map_err(|odd| Wrong::Refused(format!("{name} {odd}")))?;
    let keep_s = (keep_days > 0).then(|| f64::from(keep_days) * DAY_S);
    let frozen = engine.as_of(&schema, wanted, keep_s).await?;
    let mut value = value(&frozen.version, Some(frozen.digest.position.0));
    value["compared"] = digest_value(&frozen.digest);
    let shown = digest_table(Shown::new(value), &frozen.digest).line(format!(
        "{schema} stands as of position {}: {}",
        frozen.digest.position,
        hex(&frozen.digest.whole())
    ));
    Ok(match frozen.version.drop_after {
        None => shown,
        Some(after) => shown.line(format!("It may be dropped after {after}.")),
    })
}
