use std::{str::FromStr, time::Duration};

use sqlx::{
    Connection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::fault::Fault;

const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection that rested longer is asked whether it still lives; a busy one
/// is spared the round trip.
const TRUSTED_IDLE: Duration = Duration::from_secs(1);

/// Brings the vault's tables to the newest version.
///
/// To be run by the owner of the database; the roles `aw_registration` and
/// `aw_gateway` must exist.
pub async fn migrate(pool: &PgPool) -> Result<(), Fault> {
    sqlx::migrate!().run(pool).await.map_err(Fault::Migration)
}

/// Opens a pool and makes sure that a commit is on disk when it is acknowledged.
pub(crate) async fn connect(url: &str, connections: u32) -> Result<PgPool, Fault> {
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                if meta.idle_for > TRUSTED_IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .connect_with(options(url)?)
        .await
        .map_err(Fault::while_doing("connecting"))?;
    require_durable(&pool).await?;
    Ok(pool)
}

/// Asks the database for a sign of life.
pub(crate) async fn ping(pool: &PgPool) -> Result<(), Fault> {
    sqlx::query("SELECT 1")
        .execute(pool)
        .await
        .map(drop)
        .map_err(Fault::while_doing("asking for a sign of life"))
}

/// Bounds every wait. Plans are made for the sizes of the arrays at hand, since one
/// for unknown sizes may join a batch with itself row by row; and persons are always
/// found through their indexes, so a batch costs the same however many there are.
fn options(url: &str) -> Result<PgConnectOptions, Fault> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|_| Fault::Address)?
        .application_name("anmeldewerk-vault")
        .options([
            ("statement_timeout", "10s"),
            ("lock_timeout", "5s"),
            ("plan_cache_mode", "force_custom_plan"),
            ("enable_seqscan", "off"),
        ]);
    Ok(options)
}

async fn require_durable(pool: &PgPool) -> Result<(), Fault> {
    let settings = "SELECT current_setting('synchronous_commit'), current_setting('fsync')";
    let (setting, fsync): (String, String) = sqlx::query_as(settings)
        .fetch_one(pool)
        .await
        .map_err(Fault::while_doing("reading the server's settings"))?;
    match (setting.as_str(), fsync.as_str()) {
        ("on" | "remote_apply", "on") => Ok(()),
        ("on" | "remote_apply", _) => Err(Fault::NotDurable {
            setting: format!("fsync {fsync}"),
        }),
        _ => Err(Fault::NotDurable { setting }),
    }
}
