//! Makes the stream, the roles and the databases, or checks that what is there is right.
//!
//! The same for `cargo stack up`, the tests and production (`stack provision`).

use std::time::Duration;

use async_nats::ConnectOptions;
use serde_json::{Map, Value};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::error::{Cause, Error, Result};
use crate::nats;
use crate::secret::PostgresPasswords;
use crate::wait;

/// Name of the log's stream.
pub const STREAM: &str = "AW_LOG";
/// Name of the stream with the bytes of documents: an object store.
pub const DOCUMENTS: &str = "OBJ_AW_DOCUMENTS";

/// The streams with their definitions.
const STREAMS: [(&str, &str); 2] = [
    (STREAM, include_str!("../../../deploy/nats/stream.json")),
    (
        DOCUMENTS,
        include_str!("../../../deploy/nats/documents.json"),
    ),
];
const ROLES: &str = include_str!("../../../deploy/postgres/roles.sql");
const DATABASE_VAULT: &str = include_str!("../../../deploy/postgres/database-vault.sql");
const DATABASE_READ_MODEL: &str = include_str!("../../../deploy/postgres/database-readmodel.sql");

const PATIENCE: Duration = Duration::from_secs(30);
const ONE_ANSWER: Duration = Duration::from_secs(2);

/// What a server answers while it cannot act, e.g. during an election.
const UNAVAILABLE: u64 = 503;

/// What a server answers where a stream is not there.
const STREAM_NOT_FOUND: u64 = 10_059;

/// Settings a server fills in by itself or that say where a stream lies, not what it keeps.
const INDIFFERENT: [&str; 4] = [
    "duplicate_window",
    "consumer_limits",
    "metadata",
    "placement",
];

/// Makes the streams with this many replicas, or refuses if one that is there differs in any setting.
pub async fn streams(url: &str, replicas: u8) -> Result<()> {
    let client = connect(url).await?;
    for (name, text) in STREAMS {
        let wanted = definition(text, replicas);
        match ask(&client, (name, "INFO"), &Value::Null).await? {
            Ok(found) => compare(&wanted, &found["config"])?,
            Err(error) if error["err_code"] == STREAM_NOT_FOUND => {
                create(&client, name, &wanted).await?;
            }
            Err(error) => return Err(refused("look for the stream", name, &error)),
        }
    }
    Ok(())
}

/// Returns what the server says about the log's stream.
pub(crate) async fn stream_info(url: &str) -> Result<Value> {
    let client = connect(url).await?;
    let answer = ask(&client, (STREAM, "INFO"), &Value::Null).await?;
    answer.map_err(|error| refused("look for the stream", STREAM, &error))
}

fn definition(text: &str, replicas: u8) -> Value {
    let mut wanted: Value =
        serde_json::from_str(text).expect("the definition is JSON, a test says so");
    wanted["num_replicas"] = replicas.into();
    wanted
}

async fn connect(url: &str) -> Result<async_nats::Client> {
    nats::connect(url, ConnectOptions::new().request_timeout(Some(ONE_ANSWER))).await
}

/// Asks for one thing about a stream; the inner error is the server's own.
///
/// A cluster that is electing answers nothing or that it is unavailable; then it is asked again. Everything that is
/// asked here may be asked twice.
async fn ask(
    client: &async_nats::Client,
    (stream, verb): (&str, &str),
    body: &Value,
) -> Result<Result<Value, Value>> {
    let subject = format!("$JS.API.STREAM.{verb}.{stream}");
    let payload = if body.is_null() {
        Vec::new()
    } else {
        body.to_string().into_bytes()
    };
    wait::until(PATIENCE, || ask_once(client, &subject, &payload))
        .await
        .map_err(|said| Error::Nats {
            doing: format!("ask nats-server for STREAM.{verb}"),
            said,
        })
}

async fn ask_once(
    client: &async_nats::Client,
    subject: &str,
    payload: &[u8],
) -> Result<Result<Value, Value>, String> {
    let answer = client
        .request(subject.to_owned(), payload.to_vec().into())
        .await
        .map_err(|error| error.to_string())?;
    let answer: Value =
        serde_json::from_slice(&answer.payload).map_err(|error| error.to_string())?;
    match answer.get("error") {
        None => Ok(Ok(answer)),
        Some(error) if error["code"] == UNAVAILABLE => Err(error["description"].to_string()),
        Some(error) => Ok(Err(error.clone())),
    }
}

async fn create(client: &async_nats::Client, name: &str, wanted: &Value) -> Result<()> {
    match ask(client, (name, "CREATE"), wanted).await? {
        Ok(made) => compare(wanted, &made["config"]),
        Err(error) => Err(refused("make the stream", name, &error)),
    }
}

fn refused(doing: &str, name: &str, error: &Value) -> Error {
    let said = error["description"].as_str().unwrap_or("no reason given");
    Error::Nats {
        doing: format!("{doing} {name}"),
        said: said.to_owned(),
    }
}

/// Every setting we ask for must be so, and nothing we did not ask for may be switched on.
fn compare(wanted: &Value, found: &Value) -> Result<()> {
    let name = wanted["name"].as_str().unwrap_or_default();
    let none = Map::new();
    let wanted = wanted.as_object().unwrap_or(&none);
    let found = found.as_object().unwrap_or(&none);
    for (setting, value) in wanted
        .iter()
        .filter(|(setting, _)| *setting != "description")
    {
        let there = found.get(setting).unwrap_or(&Value::Null);
        if !same(value, there) {
            return Err(differs((name, setting), value, there));
        }
    }
    let known = |setting: &str| wanted.contains_key(setting) || INDIFFERENT.contains(&setting);
    match found
        .iter()
        .find(|(setting, value)| !known(setting) && !is_off(value))
    {
        None => Ok(()),
        Some((setting, value)) => Err(differs((name, setting), &Value::Null, value)),
    }
}

/// A server leaves out what is off.
fn same(wanted: &Value, found: &Value) -> bool {
    wanted == found || (is_off(wanted) && is_off(found))
}

fn is_off(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty() || text == "none",
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}

fn differs((stream, setting): (&str, &str), wanted: &Value, found: &Value) -> Error {
    Error::Setting {
        stream: stream.to_owned(),
        setting: setting.to_owned(),
        found: found.to_string(),
        wanted: wanted.to_string(),
    }
}

/// Which of the two databases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// Persons and keys.
    Vault,
    /// Rows made from the log.
    ReadModel,
}

impl Database {
    /// Returns its name where there is one of each.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vault => "vault",
            Self::ReadModel => "readmodel",
        }
    }

    fn grants(self) -> &'static str {
        match self {
            Self::Vault => DATABASE_VAULT,
            Self::ReadModel => DATABASE_READ_MODEL,
        }
    }
}

/// Makes the roles and sets the passwords of those that services use.
pub async fn roles(admin_url: &str, passwords: &PostgresPasswords) -> Result<()> {
    let mut admin = admin(admin_url).await?;
    let script = ROLES
        .replace(":'owner_password'", &literal(&passwords.owner))
        .replace(
            ":'registration_password'",
            &literal(&passwords.registration),
        )
        .replace(":'projection_password'", &literal(&passwords.projection))
        .replace(":'gateway_password'", &literal(&passwords.gateway));
    run(&mut admin, "make the roles", script).await
}

/// Makes one database under this name, where it is not there, and says who may enter it.
pub async fn database(admin_url: &str, kind: Database, name: &str) -> Result<()> {
    let mut admin = admin(admin_url).await?;
    let doing = || format!("make the database {name}");
    let is_there: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
            .bind(name)
            .fetch_one(&mut admin)
            .await
            .map_err(|source| sql(&doing(), source))?;
    if !is_there {
        let create = format!("CREATE DATABASE {} OWNER aw_owner", identifier(name));
        run(&mut admin, &doing(), create).await?;
    }
    let variable = format!(":\"{}\"", kind.name());
    let grants = kind.grants().replace(&variable, &identifier(name));
    run(&mut admin, &doing(), grants).await
}

/// Brings the tables of one database to the newest version, as its owner.
pub async fn migrate(kind: Database, owner_url: &str) -> Result<()> {
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect(owner_url)
        .await
        .map_err(|source| sql(&format!("connect to {} as its owner", kind.name()), source))?;
    let migrated = match kind {
        Database::Vault => anmeldewerk_vault::migrate(&pool).await.map_err(Into::into),
        Database::ReadModel => anmeldewerk_read_model::migrate(&pool)
            .await
            .map_err(Into::into),
    };
    pool.close().await;
    migrated.map_err(|source: Cause| Error::Migrate {
        database: kind.name(),
        source,
    })
}

/// Drops a database with everybody in it.
pub(crate) async fn drop_database(admin_url: &str, name: &str) -> Result<()> {
    let mut admin = admin(admin_url).await?;
    let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", identifier(name));
    run(&mut admin, &format!("drop the database {name}"), statement).await
}

async fn admin(url: &str) -> Result<PgConnection> {
    PgConnection::connect(url)
        .await
        .map_err(|source| sql("connect to PostgreSQL as its administrator", source))
}

async fn run(connection: &mut PgConnection, doing: &str, script: String) -> Result<()> {
    connection
        .execute(sqlx::raw_sql(AssertSqlSafe(script)))
        .await
        .map_err(|source| sql(doing, source))?;
    Ok(())
}

fn sql(doing: &str, source: sqlx::Error) -> Error {
    Error::Sql {
        doing: doing.to_owned(),
        source,
    }
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn identifier(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn log(replicas: u8) -> Value {
        definition(STREAMS[0].1, replicas)
    }

    #[test]
    fn the_definition_is_what_documents_need() {
        let wanted = definition(STREAMS[1].1, 3);
        assert_eq!(wanted["name"], DOCUMENTS);
        assert_eq!(wanted["num_replicas"], 3);
        assert_eq!(wanted["allow_rollup_hdrs"], true);
    }

    #[test]
    fn the_definition_is_what_the_log_needs() {
        let wanted = log(3);
        assert_eq!(wanted["name"], STREAM);
        assert_eq!(wanted["num_replicas"], 3);
        for guard in ["deny_delete", "deny_purge", "allow_atomic", "allow_direct"] {
            assert_eq!(wanted[guard], true, "{guard}");
        }
    }

    #[test]
    fn a_differing_setting_is_named() {
        let wanted = log(1);
        let mut found = wanted.clone();
        found["max_msgs"] = 5.into();
        let line = compare(&wanted, &found)
            .expect_err("it differs")
            .to_string();
        assert!(line.contains("max_msgs = 5, but -1"), "{line}");
    }

    #[test]
    fn a_setting_nobody_asked_for_is_refused_when_it_is_on() {
        let wanted = log(1);
        let mut found = wanted.clone();
        found["mirror_direct"] = false.into();
        found["duplicate_window"] = 120_000_000_000_u64.into();
        found["metadata"] = json!({"_nats.ver": "2.15.1"});
        compare(&wanted, &found).expect("servers fill these in");
        found["allow_msg_ttl"] = true.into();
        let line = compare(&wanted, &found).expect_err("it is on").to_string();
        assert!(line.contains("allow_msg_ttl"), "{line}");
    }

    #[test]
    fn what_is_off_may_be_left_out() {
        let wanted = log(1);
        let mut found = wanted.clone();
        let fields = found.as_object_mut().expect("it is an object");
        fields.remove("sealed");
        fields.remove("compression");
        compare(&wanted, &found).expect("the server leaves out what is off");
    }

    #[test]
    fn quotes_in_names_and_passwords_do_not_end_them() {
        assert_eq!(literal("a'b"), "'a''b'");
        assert_eq!(identifier("a\"b"), "\"a\"\"b\"");
    }
}
