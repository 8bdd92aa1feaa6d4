//! What a user would pick instead, beside ours of the same run.
//!
//! The peers are a program of their own, built apart from the workspace: their libraries are none of ours.

use std::{path::Path, process::Stdio};

use anmeldewerk_stack::{folder::Folder, postgres::Postgres};
use anyhow::Context;
use serde_json::Value;
use tokio::process::Command;

use crate::table::Table;

/// Runs the peers on a PostgreSQL of their own and adds what they measured.
pub(crate) async fn measure(table: &mut Table, program: &Path) -> anyhow::Result<()> {
    let folder = Folder::for_postgres("peers")?;
    let postgres = Postgres::start(&folder.join("postgres")).await?;
    let mut peers = Command::new(program);
    peers.arg("--database-url").arg(postgres.admin_url());
    // What they tell meanwhile is for who waits; only the figures come here.
    peers.stdout(Stdio::piped()).kill_on_drop(true);
    let running = peers.spawn();
    let running = running.with_context(|| format!("run {}", program.display()))?;
    let done = running.wait_with_output().await?;
    anyhow::ensure!(done.status.success(), "the peers failed: {}", done.status);
    let rows: Vec<Value> = serde_json::from_slice(&done.stdout).context("read their figures")?;
    rows.iter().try_for_each(|row| add(table, row))
}

fn add(table: &mut Table, row: &Value) -> anyhow::Result<()> {
    let rate = row["per_second"].as_f64().context("a rate")?;
    let what = what(row).with_context(|| format!("read {row}"))?;
    let figure = times(row).map_or_else(
        || format!("{rate:.0}/s"),
        |times| format!("{rate:.0}/s, {times}"),
    );
    table.add(&what, figure, beside(table, row, rate));
    Ok(())
}

fn what(row: &Value) -> Option<String> {
    let (peer, what) = (row["peer"].as_str()?, row["what"].as_str()?);
    let (clients, decided) = (row["clients"].as_u64()?, row["decided"].as_u64()?);
    let (unanswered, conflicts) = (row["unanswered"].as_u64()?, row["conflicts"].as_u64()?);
    Some(match what {
        "contended" => format!(
            "peer: {peer}: {clients} clients for {} seats: {decided} decided, {} confirmed, \
             {unanswered} unanswered, {conflicts} conflicts",
            row["seats"].as_u64()?,
            row["confirmed"].as_u64()?
        ),
        "ordinary" => format!(
            "peer: {peer}: {clients} clients, each in workshops of its own: {decided} decided, {conflicts} conflicts"
        ),
        _ => format!("peer: {peer}: {what}: {decided} events"),
    })
}

fn times(row: &Value) -> Option<String> {
    Some(format!(
        "p50 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms",
        row["p50_ms"].as_f64()?,
        row["p99_ms"].as_f64()?,
        row["p999_ms"].as_f64()?
    ))
}

/// Our own rate with as many clients, where it was measured before, and what is wrong with the peer.
fn beside(table: &Table, row: &Value, rate: f64) -> String {
    let ours = match row["what"].as_str() {
        Some("contended") => table.noted(&format!("rush-{}", row["clients"])),
        Some("ordinary") | None => None,
        // A history that is folded again.
        Some(_) => table.noted("rebuild"),
    };
    let ours = ours.map(|ours| format!("ours is {:.1} × this", ours / rate));
    let wrong = row["wrong"].as_str().map(|wrong| format!("wrong: {wrong}"));
    let words: Vec<String> = ours.into_iter().chain(wrong).collect();
    words.join("; ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_contended_row_stands_beside_ours_with_as_many_clients() {
        let mut table = Table::default();
        table.note("rush-64", 600.0);
        let row = json!({
            "peer": "cqrs-es", "what": "contended", "clients": 64, "seats": 500, "decided": 90,
            "unanswered": 1, "confirmed": 90, "conflicts": 7, "per_second": 30.0, "wrong": "one twice",
        });
        assert_eq!(
            beside(&table, &row, 30.0),
            "ours is 20.0 × this; wrong: one twice"
        );
        let words = what(&row).expect("a whole row");
        assert!(words.contains("64 clients for 500 seats"), "{words}");
        assert_eq!(times(&row), None);
    }

    #[test]
    fn a_replay_stands_beside_our_rebuild_and_other_rows_alone() {
        let mut table = Table::default();
        table.note("rush-16", 600.0);
        table.note("rebuild", 900.0);
        let replay = json!({"what": "replay", "clients": 1});
        assert_eq!(beside(&table, &replay, 30.0), "ours is 30.0 × this");
        let row = json!({"what": "ordinary", "clients": 16, "wrong": null});
        assert_eq!(beside(&table, &row, 30.0), "");
        add(&mut table, &json!({"per_second": 1.0})).expect_err("half a row");
    }
}
