//! Roles for dashboards: of each program one, which reads the schema `reporting` and nothing else.

use std::fmt;

use anmeldewerk_domain::ProgramId;
use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use uuid::Uuid;

use crate::{Fault, sql};

/// A program's role for dashboards; it sees the rows of its program and of the workshops that its program hosts.
#[derive(Clone, PartialEq, Eq)]
pub struct BiRole {
    /// The name to log in with, `bi_<program>`.
    pub name: String,
    /// The password, which stands nowhere else.
    pub password: String,
}

impl fmt::Debug for BiRole {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("BiRole");
        shown.field("name", &self.name).finish_non_exhaustive()
    }
}

/// How often the password is hashed: the least that RFC 7677 allows, for nobody can guess 244 random bits.
const ROUNDS: u32 = 4096;

/// Makes the role of a program, or gives it a new password.
///
/// `admin_url` is the address of somebody who may make roles, as whom no service enters. The password is not sent:
/// the server gets what it checks it by, so no log of its statements holds it.
pub async fn bi_role(admin_url: &str, program: &ProgramId) -> Result<BiRole, Fault> {
    const DOING: &str = "making a role for dashboards";
    let role = BiRole {
        name: format!("bi_{program}"),
        password: password(),
    };
    let connected = PgConnection::connect(admin_url).await;
    let mut connection = connected.map_err(Fault::database("connecting"))?;
    let there: bool = sqlx::query_scalar(sql::REPORTER_THERE)
        .bind(&role.name)
        .fetch_one(&mut connection)
        .await
        .map_err(Fault::database(DOING))?;
    sqlx::raw_sql(AssertSqlSafe(statements(&role, there)))
        .execute(&mut connection)
        .await
        .map_err(Fault::database(DOING))?;
    let closed = connection.close().await;
    closed.map_err(Fault::database(DOING))?;
    Ok(role)
}

/// Gives the statements, which take effect all at once. A slug and a verifier have nothing that would need quoting.
///
/// The settings are where a session begins, and it can change them; what it may read it cannot.
fn statements(role: &BiRole, there: bool) -> String {
    let name = format!("\"{}\"", role.name);
    let create = if there {
        String::new()
    } else {
        format!("CREATE ROLE {name};")
    };
    let verifier = verifier(&role.password, random().as_bytes());
    format!(
        "{create}
         ALTER ROLE {name} LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
             CONNECTION LIMIT 10 PASSWORD '{verifier}';
         ALTER ROLE {name} SET search_path = reporting;
         ALTER ROLE {name} SET default_transaction_read_only = on;
         ALTER ROLE {name} SET statement_timeout = '60s';
         ALTER ROLE {name} SET idle_in_transaction_session_timeout = '60s';
         GRANT aw_reporting TO {name} WITH ADMIN FALSE, INHERIT TRUE, SET FALSE;"
    )
}

fn password() -> String {
    format!("{}{}", random().simple(), random().simple())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a password is no id, and no command brings it"
)]
fn random() -> Uuid {
    Uuid::new_v4()
}

/// Gives what the server keeps of a password: RFC 5803, with the keys of RFC 5802 for SHA-256.
///
/// The password is ASCII, so nothing need be normalised.
fn verifier(password: &str, salt: &[u8]) -> String {
    let salted = salted(password.as_bytes(), salt);
    let stored = Sha256::digest(hmac(&salted, &[b"Client Key"]));
    let server = hmac(&salted, &[b"Server Key"]);
    format!(
        "SCRAM-SHA-256${ROUNDS}:{}${}:{}",
        BASE64.encode(salt),
        BASE64.encode(&stored),
        BASE64.encode(&server)
    )
}

/// Hashes a password again and again: the first block of PBKDF2, RFC 8018.
fn salted(password: &[u8], salt: &[u8]) -> [u8; 32] {
    let mut last = hmac(password, &[salt, &1_u32.to_be_bytes()]);
    let mut salted = last;
    for _ in 1..ROUNDS {
        last = hmac(password, &[&last]);
        for (byte, next) in salted.iter_mut().zip(last) {
            *byte ^= next;
        }
    }
    salted
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
