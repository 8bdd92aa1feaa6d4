//! The registry: which versions there are, and which one is asked.

use std::fmt;

use anmeldewerk_contract::{Position, hex};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, PgPool, Postgres, Row, Transaction,
    postgres::{PgPoolOptions, PgRow},
};

use super::{Kind, SHAPE, SchemaName, Stage, Version, reporting, shape};
use crate::{Digest, Fault, connect_options, sql, table};

/// The path of connections that deal with versions, not with rows.
const PATH: &str = "registry";

/// For how many seconds a version that was live is kept.
pub(super) const KEEP_RETIRED_S: f64 = 7.0 * 86_400.0;

/// How long one who exchanges versions may stand still before the database gives up on them.
const FROZEN_MS: &str = "10000";

/// How long a lock is waited for: who reads a version for long must not hold up everybody else.
const LOCK_MS: &str = "5000";

/// As of when a version is to stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsOf {
    /// As of this position.
    Position(Position),
    /// As of the last position up to which no decision was made later than this.
    Time(Timestamp),
}

/// Makes, lists, exchanges and drops versions. Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    pool: PgPool,
    url: String,
}

impl fmt::Debug for Registry {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address holds a password.
        formatter.debug_struct("Registry").finish_non_exhaustive()
    }
}

impl Registry {
    /// Makes a registry at the address of the projection's role; it connects when it is first asked.
    pub fn connect(url: &str) -> Result<Self, Fault> {
        let options = connect_options(url, PATH)?.options([
            ("idle_in_transaction_session_timeout", FROZEN_MS),
            ("lock_timeout", LOCK_MS),
        ]);
        let pool = PgPoolOptions::new()
            .max_connections(2)
            .acquire_timeout(std::time::Duration::from_secs(5))
            .connect_lazy_with(options);
        Ok(Self {
            pool,
            url: url.to_owned(),
        })
    }

    pub(super) fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Gives the address it was made with.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Lists all versions, the oldest first.
    pub async fn list(&self) -> Result<Vec<Version>, Fault> {
        let rows = sqlx::query(sql::VERSION_LIST).fetch_all(&self.pool).await;
        let rows = rows.map_err(Fault::database("listing versions"))?;
        rows.iter().map(read).collect()
    }

    /// Finds a version by its schema.
    pub async fn find(&self, schema: &SchemaName) -> Result<Option<Version>, Fault> {
        let mut all = self.list().await?.into_iter();
        Ok(all.find(|version| version.schema == *schema))
    }

    /// Gives the version that is asked, of whatever shape.
    pub async fn live(&self) -> Result<Option<Version>, Fault> {
        let mut all = self.list().await?.into_iter();
        Ok(all.find(|version| version.stage == Stage::Live))
    }

    /// Gives the version of our shape that is being built to be the next one, or begins one.
    pub async fn begin_current(&self) -> Result<Version, Fault> {
        let mut transaction = self.locked().await?;
        let begun = versions(&mut transaction)
            .await?
            .into_iter()
            .find(|version| {
                let usable = matches!(version.stage, Stage::Building | Stage::Ready);
                version.kind == Kind::Current && usable && version.has_our_shape()
            });
        let version = if let Some(version) = begun {
            version
        } else {
            let schema = next(&mut transaction).await?;
            make(&mut transaction, &schema, None).await?
        };
        commit(transaction).await?;
        Ok(version)
    }

    /// Gives the version with this name that is being built, or begins one that may be dropped after `keep_s` seconds.
    pub async fn begin_as_of(
        &self,
        schema: &SchemaName,
        wanted: AsOf,
        keep_s: Option<f64>,
    ) -> Result<Version, Fault> {
        let mut transaction = self.locked().await?;
        let mut all = versions(&mut transaction).await?.into_iter();
        let version = match all.find(|version| version.schema == *schema) {
            Some(begun) if is_the_same(&begun, wanted) => begun,
            Some(_) => return Err(Fault::VersionTaken(schema.clone())),
            None => {
                let made = make(&mut transaction, schema, Some((wanted, keep_s)));
                made.await?
            }
        };
        commit(transaction).await?;
        Ok(version)
    }

    /// Makes counts and indexes of a version whose rows are there, and says that it is ready: all at once.
    pub async fn complete(&self, version: &Version) -> Result<(), Fault> {
        const DOING: &str = "making indexes";
        if version.stage != Stage::Building {
            return Ok(());
        }
        let mut connection = self.detached(&version.path()).await?;
        let mut transaction = connection.begin().await.map_err(Fault::database(DOING))?;
        script(
            &mut transaction,
            DOING,
            "SET LOCAL maintenance_work_mem = '128MB'".to_owned(),
        )
        .await?;
        table::count_all(&mut transaction).await?;
        script(&mut transaction, DOING, shape::indexes().to_owned()).await?;
        let said = sqlx::query(sql::VERSION_READY).bind(version.schema.as_str());
        said.execute(&mut *transaction)
            .await
            .map_err(Fault::database(DOING))?;
        commit(transaction).await?;
        let analyzed = analyze(&mut connection).await;
        let closed = connection.close().await.map_err(Fault::database(DOING));
        analyzed.and(closed)
    }

    /// Drops a version with all its rows; not the one that is asked.
    pub async fn drop_version(&self, schema: &SchemaName) -> Result<(), Fault> {
        const DOING: &str = "dropping a version";
        let mut transaction = self.locked().await?;
        let deleted = sqlx::query(sql::VERSION_DELETE)
            .bind(schema.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(Fault::database(DOING))?;
        if deleted.rows_affected() == 0 {
            return Err(Fault::VersionInUse(schema.clone()));
        }
        for schema in [schema.to_string(), schema.reporting()] {
            let statement = format!("DROP SCHEMA IF EXISTS {schema} CASCADE");
            script(&mut transaction, DOING, statement).await?;
        }
        commit(transaction).await
    }

    /// Drops what may be dropped by now, and gives what it was.
    pub async fn drop_expired(&self, now: Timestamp) -> Result<Vec<SchemaName>, Fault> {
        let mut dropped = Vec::new();
        for version in self.list().await? {
            let expired = version.drop_after.is_some_and(|after| after < now);
            if expired && version.stage != Stage::Live {
                self.drop_version(&version.schema).await?;
                dropped.push(version.schema);
            }
        }
        Ok(dropped)
    }

    /// Makes an empty version live where there is none, for whoever has no log to build it from.
    pub async fn ensure_live(&self) -> Result<Version, Fault> {
        match self.live().await? {
            Some(live) if live.has_our_shape() => return Ok(live),
            live => {
                let green = self.begin_current().await?;
                self.complete(&green).await?;
                let nothing_to_catch_up = async |_| Ok(());
                self.flip((&green.schema, live.as_ref()), false, nothing_to_catch_up)
                    .await?;
            }
        }
        let live = self.live().await?;
        live.ok_or(Fault::NoVersion)
    }

    /// Has the version `to` asked in the place of `from`, in one transaction.
    ///
    /// Nobody writes `from` meanwhile. `catch_up` brings `to` as far as `from` has come, so that no answer goes back;
    /// whoever wrote either of them before is fenced off.
    /// Where `other_log` says that `from` was made of another log, its position means nothing.
    pub async fn flip<E: From<Fault>>(
        &self,
        (to, from): (&SchemaName, Option<&Version>),
        other_log: bool,
        catch_up: impl AsyncFnOnce(Position) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut transaction = self.locked().await?;
        let all = versions(&mut transaction).await?;
        let live = all.iter().find(|version| version.stage == Stage::Live);
        let expected = from.map(|from| &from.schema);
        if live.map(|live| &live.schema) != expected {
            return Err(Fault::NotAlone.into());
        }
        let target = all.iter().find(|version| version.schema == *to);
        let fits = |to: &Version| {
            to.kind == Kind::Current && matches!(to.stage, Stage::Ready | Stage::Retired)
        };
        if !target.is_some_and(fits) {
            return Err(Fault::NotReady(to.clone()).into());
        }
        if let Some(from) = live {
            let reached = take_fence(&mut transaction, &from.schema).await?;
            catch_up(reached).await?;
            let position = take_fence(&mut transaction, to).await?;
            if position < reached && !other_log {
                return Err(Fault::NotReady(to.clone()).into());
            }
            let kept = Some(KEEP_RETIRED_S);
            stage(&mut transaction, &from.schema, Stage::Retired, kept).await?;
        }
        reporting::exchange(&mut transaction, expected, to).await?;
        stage(&mut transaction, to, Stage::Live, None).await?;
        commit(transaction).await?;
        Ok(())
    }

    /// Notes as of which position a version stands that was asked for by time.
    pub async fn stands_as_of(&self, schema: &SchemaName, at: Position) -> Result<(), Fault> {
        let noted = sqlx::query(sql::VERSION_AS_OF)
            .bind(schema.as_str())
            .bind(at.as_i64())
            .execute(&self.pool)
            .await;
        noted
            .map(drop)
            .map_err(Fault::database("noting a position"))
    }

    /// Notes the digest by which a version was compared, and which differences were accepted.
    pub async fn compared(
        &self,
        schema: &SchemaName,
        digest: &Digest,
        differs: &[String],
    ) -> Result<(), Fault> {
        let noted = sqlx::query(sql::VERSION_COMPARED)
            .bind(schema.as_str())
            .bind(hex(&digest.whole()))
            .bind(digest.position.as_i64())
            .bind(differs)
            .execute(&self.pool)
            .await;
        noted.map(drop).map_err(Fault::database("noting a digest"))
    }

    /// Begins a transaction in which nobody else makes, drops or exchanges versions.
    async fn locked(&self) -> Result<Transaction<'static, Postgres>, Fault> {
        const DOING: &str = "taking the registry";
        let mut transaction = self.pool.begin().await.map_err(Fault::database(DOING))?;
        let locked = sqlx::query(sql::VERSION_LOCK)
            .execute(&mut *transaction)
            .await;
        locked.map_err(Fault::database(DOING))?;
        Ok(transaction)
    }

    /// Opens a connection of its own, whose path does not stay behind in the pool.
    async fn detached(&self, path: &str) -> Result<PgConnection, Fault> {
        let options = connect_options(&self.url, path)?;
        let connected = PgConnection::connect_with(&options).await;
        connected.map_err(Fault::database("connecting"))
    }
}

fn is_the_same(begun: &Version, wanted: AsOf) -> bool {
    let same = match wanted {
        AsOf::Position(position) => begun.as_of == Some(position) && begun.as_of_time.is_none(),
        AsOf::Time(time) => begun.as_of_time == Some(time),
    };
    same && begun.stage == Stage::Building && begun.has_our_shape()
}

async fn versions(connection: &mut PgConnection) -> Result<Vec<Version>, Fault> {
    let rows = sqlx::query(sql::VERSION_LIST).fetch_all(connection).await;
    let rows = rows.map_err(Fault::database("listing versions"))?;
    rows.iter().map(read).collect()
}

async fn next(connection: &mut PgConnection) -> Result<SchemaName, Fault> {
    let number: i64 = sqlx::query_scalar(sql::VERSION_NEXT)
        .fetch_one(connection)
        .await
        .map_err(Fault::database("numbering a version"))?;
    let number = u32::try_from(number).map_err(|_| Fault::Value("number"))?;
    Ok(SchemaName::current(number))
}

/// Makes a schema with its tables, and notes it.
async fn make(
    connection: &mut PgConnection,
    schema: &SchemaName,
    as_of: Option<(AsOf, Option<f64>)>,
) -> Result<Version, Fault> {
    const DOING: &str = "making a version";
    let (kind, keep_s) = match as_of {
        None => (Kind::Current, None),
        Some((_, keep_s)) => (Kind::AsOf, keep_s),
    };
    let (position, time) = match as_of {
        None => (None, None),
        Some((AsOf::Position(position), _)) => (Some(position.as_i64()), None),
        Some((AsOf::Time(time), _)) => (None, Some(time.to_sqlx())),
    };
    sqlx::query(sql::VERSION_INSERT)
        .bind(schema.as_str())
        .bind(kind.name())
        .bind(SHAPE.as_str())
        .bind(position)
        .bind(time)
        .bind(keep_s)
        .execute(&mut *connection)
        .await
        .map_err(Fault::database(DOING))?;
    let tables = shape::tables(schema.as_str());
    let statements = format!(
        "CREATE SCHEMA {schema};
         GRANT USAGE ON SCHEMA {schema} TO aw_gateway;
         SET LOCAL search_path = {schema};
         {tables}"
    );
    script(connection, DOING, statements).await?;
    reporting::make(connection, schema).await?;
    script(connection, DOING, format!("SET LOCAL search_path = {PATH}")).await?;
    let made = versions(connection).await?;
    let made = made.into_iter().find(|version| version.schema == *schema);
    made.ok_or(Fault::NoVersion)
}

async fn take_fence(connection: &mut PgConnection, schema: &SchemaName) -> Result<Position, Fault> {
    let statement = format!(
        "UPDATE {schema}.checkpoint SET fence = fence + 1 WHERE projection = 'attendees' RETURNING position"
    );
    let position: i64 = sqlx::query_scalar(AssertSqlSafe(statement))
        .fetch_one(connection)
        .await
        .map_err(Fault::database("taking a fence"))?;
    Ok(Position::from_i64(position))
}

async fn stage(
    connection: &mut PgConnection,
    schema: &SchemaName,
    stage: Stage,
    keep_s: Option<f64>,
) -> Result<(), Fault> {
    let said = sqlx::query(sql::VERSION_STAGE)
        .bind(schema.as_str())
        .bind(stage.name())
        .bind(keep_s)
        .execute(connection)
        .await;
    said.map(drop)
        .map_err(Fault::database("exchanging versions"))
}

async fn analyze(connection: &mut PgConnection) -> Result<(), Fault> {
    const DOING: &str = "analyzing";
    let tables: Vec<String> = sqlx::query_scalar(sql::VERSION_TABLES)
        .fetch_all(&mut *connection)
        .await
        .map_err(Fault::database(DOING))?;
    for table in tables {
        script(connection, DOING, format!("ANALYZE {table}")).await?;
    }
    Ok(())
}

/// Runs statements that no parameter could be bound into: names in them are [`SchemaName`]s or the database's own.
pub(super) async fn script(
    connection: &mut PgConnection,
    doing: &'static str,
    statements: String,
) -> Result<(), Fault> {
    let ran = sqlx::raw_sql(AssertSqlSafe(statements))
        .execute(connection)
        .await;
    ran.map(drop).map_err(Fault::database(doing))
}

async fn commit(transaction: Transaction<'_, Postgres>) -> Result<(), Fault> {
    transaction
        .commit()
        .await
        .map_err(Fault::database("committing"))
}

fn read(row: &PgRow) -> Result<Version, Fault> {
    let text = |column: &'static str| -> Result<String, Fault> {
        row.try_get(column).map_err(Fault::database(column))
    };
    let position = |column: &'static str| -> Result<Option<Position>, Fault> {
        let found: Option<i64> = row.try_get(column).map_err(Fault::database(column))?;
        Ok(found.map(Position::from_i64))
    };
    let instant = |column: &'static str| -> Result<Option<Timestamp>, Fault> {
        let found: Option<jiff_sqlx::Timestamp> =
            row.try_get(column).map_err(Fault::database(column))?;
        Ok(found.map(jiff_sqlx::Timestamp::to_jiff))
    };
    let kind = text("kind")?;
    let stage = text("stage")?;
    let digest: Option<String> = row.try_get("digest").map_err(Fault::database("digest"))?;
    let digest_at = position("digest_at")?;
    Ok(Version {
        schema: text("schema")?
            .parse()
            .map_err(|_| Fault::Value("schema"))?,
        kind: Kind::ALL
            .into_iter()
            .find(|known| known.name() == kind)
            .ok_or(Fault::Value("kind"))?,
        shape: text("shape")?,
        stage: Stage::ALL
            .into_iter()
            .find(|known| known.name() == stage)
            .ok_or(Fault::Value("stage"))?,
        as_of: position("as_of")?,
        as_of_time: instant("as_of_time")?,
        digest: digest.zip(digest_at),
        differs: row.try_get("differs").map_err(Fault::database("differs"))?,
        made_at: instant("made_at")?.ok_or(Fault::Value("made_at"))?,
        changed_at: instant("changed_at")?.ok_or(Fault::Value("changed_at"))?,
        drop_after: instant("drop_after")?,
    })
}
