use std::path::PathBuf;

use crate::error::{Error, IoContext, Result};
use crate::postgres::Role;
use crate::provision::{self, Database};
use crate::secret::PostgresPasswords;

/// Makes the streams, the roles and the databases of a production system, or checks what is there.
///
/// What is not named is left alone. Asked twice it changes nothing but the roles' passwords; run it with every new
/// version, before the services start.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Addresses of the log's servers with the user `provision`, separated by commas.
    #[arg(long, env = "PROVISION_NATS_URL", hide_env_values = true)]
    nats_url: Option<String>,
    /// How many servers keep the log: 1 or 3.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=5))]
    replicas: u8,
    /// Administrator's address of the server with the vault, e.g. `postgres://postgres:…@host/postgres`.
    #[arg(long, env = "PROVISION_VAULT_ADMIN_URL", hide_env_values = true)]
    vault_admin_url: Option<String>,
    /// Administrator's address of the server with the read model.
    #[arg(long, env = "PROVISION_READ_MODEL_ADMIN_URL", hide_env_values = true)]
    read_model_admin_url: Option<String>,
    /// File with the roles' passwords: JSON with `admin`, `owner`, `registration`, `projection` and `gateway`.
    #[arg(
        long,
        env = "PROVISION_PASSWORDS_FILE",
        required_unless_present = "nats_url"
    )]
    passwords_file: Option<PathBuf>,
}

pub(crate) async fn run(arguments: &Arguments) -> Result<()> {
    if let Some(url) = &arguments.nats_url {
        provision::streams(url, arguments.replicas).await?;
        let (log, documents) = (provision::STREAM, provision::DOCUMENTS);
        println!("The streams {log} and {documents} are as they should be.");
    }
    let databases = [
        (Database::Vault, &arguments.vault_admin_url),
        (Database::ReadModel, &arguments.read_model_admin_url),
    ];
    for (kind, url) in databases {
        if let Some(url) = url {
            let passwords = passwords(arguments)?;
            database(kind, url, &passwords).await?;
            println!("The database {} is up to date.", kind.name());
        }
    }
    Ok(())
}

async fn database(kind: Database, admin_url: &str, passwords: &PostgresPasswords) -> Result<()> {
    provision::roles(admin_url, passwords).await?;
    provision::database(admin_url, kind, kind.name()).await?;
    let owner = owner_url(admin_url, kind, passwords)?;
    provision::migrate(kind, &owner).await
}

fn passwords(arguments: &Arguments) -> Result<PostgresPasswords> {
    let path = arguments.passwords_file.clone().unwrap_or_default();
    let text = std::fs::read(&path).doing(|| format!("read {}", path.display()))?;
    serde_json::from_slice(&text).map_err(|_| malformed(path, "the roles' passwords"))
}

/// The same server and options, as `aw_owner` in the database itself.
fn owner_url(admin_url: &str, kind: Database, passwords: &PostgresPasswords) -> Result<String> {
    let what = "postgres://user:password@host:port/postgres";
    let wrong = || malformed("--…-admin-url".into(), what);
    let mut url = reqwest::Url::parse(admin_url).map_err(|_| wrong())?;
    url.set_path(kind.name());
    url.set_username(Role::Owner.name()).map_err(|()| wrong())?;
    url.set_password(Some(&passwords.owner))
        .map_err(|()| wrong())?;
    Ok(url.into())
}

fn malformed(path: PathBuf, what: &'static str) -> Error {
    Error::Malformed { path, what }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_owner_enters_the_same_server_in_the_same_way() {
        let admin = "postgres://postgres:a@db.example.org:5433/postgres?sslmode=verify-full";
        let passwords = PostgresPasswords::all("s/ecret");
        let owner = owner_url(admin, Database::Vault, &passwords).expect("it is an address");
        let wanted = "postgres://aw_owner:s%2Fecret@db.example.org:5433/vault?sslmode=verify-full";
        assert_eq!(owner, wanted);
    }
}
