//! The read model built again from a long log, beside reading, decoding and copying alone.

use std::time::{Duration, Instant};

use anmeldewerk_contract::{Message, decode};
use anmeldewerk_journal::{JetStream, Journal};
use anmeldewerk_stack::{
    database::Databases,
    folder::Folder,
    nats::{Nats, User},
    postgres::{Postgres, Role},
    service::{Kind, binary},
};
use anyhow::{Context, ensure};
use futures_util::TryStreamExt;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::process::Command;

use crate::{
    history::{self, Templates},
    table::{Table, per_second},
    usage::{self, Meter, Named},
};

/// A log and a PostgreSQL of their own.
pub(crate) struct Ground {
    pub(crate) nats: Nats,
    databases: Databases,
    pub(crate) postgres: Postgres,
    pub(crate) log: JetStream,
    _folders: [Folder; 2],
}

impl Ground {
    pub(crate) async fn open() -> anyhow::Result<Self> {
        let folders = [
            Folder::new("rebuild")?,
            Folder::for_postgres("rebuild-postgres")?,
        ];
        let nats = Nats::start(&folders[0].join("nats")).await?;
        nats.provision().await?;
        let postgres = Postgres::start(&folders[1].join("postgres")).await?;
        let databases = Databases::create_in(&postgres).await?;
        let log = JetStream::connect(&nats.url(User::Registration), "AW_LOG", &[]).await?;
        Ok(Self {
            nats,
            databases,
            postgres,
            log,
            _folders: folders,
        })
    }

    /// Gives what the projection is told.
    pub(crate) fn environment(&self) -> [(&'static str, String); 3] {
        [
            ("AW_NATS_URL", self.nats.url(User::Projection)),
            ("AW_NATS_MONITOR_URL", self.nats.monitor_url()),
            (
                "AW_READ_MODEL_DATABASE_URL",
                self.databases.read_model_url(Role::Projection),
            ),
        ]
    }

    async fn connect(&self) -> anyhow::Result<PgConnection> {
        let url = self.databases.read_model_url(Role::Projection);
        Ok(PgConnection::connect(&url).await?)
    }

    /// Runs an operator's command as its user would; gives its answer and how long it took.
    async fn operate(
        &self,
        table: &mut Table,
        words: &[&str],
    ) -> anyhow::Result<(Value, Duration)> {
        let start = Instant::now();
        let mut command = Command::new(binary(Kind::Projection)?);
        command
            .env_clear()
            .envs(self.environment())
            .arg("--json")
            .args(words)
            .stdout(std::process::Stdio::piped())
            .kill_on_drop(true);
        let running = command.spawn()?;
        let watching = tokio::spawn(usage::watch(running.id().context("it runs")?));
        let servers = [
            ("nats-server", self.nats.pid()),
            ("PostgreSQL", self.postgres.pid()),
        ];
        let named = servers.map(|(name, pid)| Named {
            name,
            pids: vec![pid],
        });
        let meter = Meter::start(named.into(), &[]);
        let done = running.wait_with_output().await?;
        let took = start.elapsed();
        let servers = meter.stop();
        ensure!(done.status.success(), "{words:?} failed");
        let seen = watching.await?;
        let count = figure(usize::try_from(self.log.state().await?.last.0)?);
        let mut tell = |name: &str, cpu: Duration, peak_mib: u64| {
            table.add(
                &format!("… {name}"),
                format!(
                    "{:.1} µs of processor a decision, peak {peak_mib} MiB",
                    cpu.as_secs_f64() * 1e6 / count
                ),
                String::new(),
            );
        };
        tell(words[0], seen.cpu, seen.peak_mib);
        for server in servers {
            tell(server.name, server.cpu, server.peak_mib);
        }
        Ok((serde_json::from_slice(&done.stdout)?, took))
    }
}

/// Builds the read model of a log that is made of what the house has written.
pub(crate) async fn measure(
    table: &mut Table,
    written: &[Message],
    count: usize,
) -> anyhow::Result<()> {
    let templates = Templates::of(written)?;
    let ground = Ground::open().await?;
    let rate = history::append(&ground.log, &templates, count).await?;
    table.rate("a log of ours, appended in batches of 1000", rate, None);
    let (replay_s, decode_s) = read_and_decode(table, &ground, count).await?;

    let mut connection = ground.connect().await?;
    let before = wal(&mut connection).await?;
    let (built, took) = ground.operate(table, &["rebuild", "--no-flip"]).await?;
    let after = wal(&mut connection).await?;
    let schema = built["version"].as_str().context("a version")?.to_owned();
    let (copy_s, copied_wal) = copy(&mut connection, &schema).await?;
    table.rate(
        "limit: COPY of the very same rows, with indexes",
        rate_of(count, copy_s),
        None,
    );
    let bound = rate_of(count, replay_s + decode_s + copy_s);
    let what = format!("rebuild of {count} decisions into all read models, ready to be asked");
    let rebuilt = per_second(count, took);
    table.rate(&what, rebuilt, Some(("replay + decode + COPY", bound)));
    table.note("rebuild", rebuilt);
    let a_decision = |bytes: f64| format!("{:.0} bytes a decision", bytes / figure(count));
    table.add(
        "its WAL",
        a_decision(after - before),
        format!("the COPY alone: {}", a_decision(copied_wal)),
    );
    let (flipped, took) = ground.operate(table, &["flip", &schema]).await?;
    ensure!(flipped["version"] == schema.as_str(), "it went live");
    table.add(
        "making it live",
        format!("{:.2} s", took.as_secs_f64()),
        String::new(),
    );
    let (digest, took) = ground.operate(table, &["digest"]).await?;
    let rows: u64 = digest["tables"]
        .as_array()
        .context("tables")?
        .iter()
        .filter_map(|one| one["rows"].as_u64())
        .sum();
    let rows = usize::try_from(rows)?;
    table.rate(
        &format!("digest of {rows} rows"),
        per_second(rows, took),
        None,
    );
    let (rebuilt, took) = ground.operate(table, &["rebuild"]).await?;
    ensure!(
        rebuilt["compared"]["sha256"] == digest["sha256"],
        "it is the same again"
    );
    let what = "rebuild beside a live version, compared with it, and exchanged";
    table.rate(
        what,
        per_second(count, took),
        Some(("replay + decode + COPY", bound)),
    );
    Ok(())
}

async fn read_and_decode(
    table: &mut Table,
    ground: &Ground,
    count: usize,
) -> anyhow::Result<(f64, f64)> {
    let start = Instant::now();
    let messages = history::read(&ground.log).await?;
    let replay = start.elapsed();
    ensure!(messages.len() == count, "the whole log was read");
    table.rate("limit: replay alone", per_second(count, replay), None);
    let bytes: usize = messages.iter().map(|message| message.payload.len()).sum();
    table.add(
        "a decision of it",
        format!("{} bytes of payload", bytes / count.max(1)),
        String::new(),
    );
    let start = Instant::now();
    for message in &messages {
        std::hint::black_box(decode(message)?);
    }
    let decoding = start.elapsed();
    table.rate("limit: decode alone", per_second(count, decoding), None);
    Ok((replay.as_secs_f64(), decoding.as_secs_f64()))
}

/// Copies the rows that were built into empty tables of the same shape; gives seconds and bytes of WAL.
async fn copy(connection: &mut PgConnection, schema: &str) -> anyhow::Result<(f64, f64)> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables
         WHERE schemaname IN ($1, replace($1, 'rm_', 'reporting_')) ORDER BY 1",
    )
    .bind(schema)
    .fetch_all(&mut *connection)
    .await?;
    run(connection, "CREATE SCHEMA bench".to_owned()).await?;
    let (mut took, mut written) = (0.0, 0.0);
    for (number, table) in tables.iter().enumerate() {
        let out = format!("COPY {table} TO STDOUT (FORMAT binary)");
        let rows = read_all(connection, &out).await?;
        run(
            connection,
            format!("CREATE TABLE bench.copy_{number} (LIKE {table} INCLUDING ALL)"),
        )
        .await?;
        let into = format!("COPY bench.copy_{number} FROM STDIN (FORMAT binary)");
        let before = wal(connection).await?;
        let start = Instant::now();
        let mut writing = connection.copy_in_raw(&into).await?;
        for part in rows.chunks(1 << 20) {
            writing.send(part).await?;
        }
        writing.finish().await?;
        took += start.elapsed().as_secs_f64();
        written += wal(connection).await? - before;
    }
    run(connection, "DROP SCHEMA bench CASCADE".to_owned()).await?;
    Ok((took, written))
}

async fn run(connection: &mut PgConnection, statement: String) -> anyhow::Result<()> {
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(connection)
        .await?;
    Ok(())
}

/// Tells how many bytes of WAL the server has written.
async fn wal(connection: &mut PgConnection) -> anyhow::Result<f64> {
    let bytes = "SELECT (pg_current_wal_lsn() - '0/0')::float8";
    Ok(sqlx::query_scalar(bytes).fetch_one(connection).await?)
}

async fn read_all(connection: &mut PgConnection, statement: &str) -> anyhow::Result<Vec<u8>> {
    let mut stream = connection.copy_out_raw(statement).await?;
    let mut rows = Vec::new();
    while let Some(part) = stream.try_next().await? {
        rows.extend_from_slice(&part);
    }
    Ok(rows)
}

fn rate_of(count: usize, seconds: f64) -> f64 {
    figure(count) / seconds.max(1e-9)
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn figure(count: usize) -> f64 {
    count as f64
}
