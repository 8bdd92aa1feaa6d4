//! The same statements without us: overheard at the database while the gateway asks, and sent again by pgbench.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    path::PathBuf,
    time::Duration,
};

use anmeldewerk_stack::{
    fetch::Servers,
    postgres::{Postgres, Role},
};
use anyhow::{Context, ensure};
use sqlx::{Connection, Executor, PgConnection};
use tokio::process::Command;

/// How long the server's processes may take to hear of a setting.
const HEARD: Duration = Duration::from_millis(500);
/// Statements are logged whole, with their values: here there is nobody whose data they could be.
const TALKATIVE: [&str; 3] = [
    "ALTER SYSTEM SET log_min_duration_statement = 0",
    "ALTER SYSTEM SET log_parameter_max_length = -1",
    "ALTER SYSTEM SET log_error_verbosity = 'default'",
];
/// How long each statement is sent again.
const SECONDS: &str = "5";

/// Overhears what is asked of the read model, and asks it again.
pub(crate) struct Spy<'p> {
    postgres: &'p Postgres,
    admin: PgConnection,
    /// Where the read model is, for the gateway.
    url: String,
    /// What binds a connection as the gateway's connections are bound.
    options: String,
}

impl<'p> Spy<'p> {
    /// Prepares; `settings` are those of the gateway's connections.
    pub(crate) async fn new(
        postgres: &'p Postgres,
        url: String,
        settings: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let options = settings
            .iter()
            .map(|(name, value)| format!("-c {name}={value}"));
        Ok(Self {
            postgres,
            admin: PgConnection::connect(&postgres.admin_url()).await?,
            url,
            options: options.collect::<Vec<_>>().join(" "),
        })
    }

    /// Gives the longest statement that is executed while something is done, but for the record of who asked.
    pub(crate) async fn overhear(
        &mut self,
        doing: impl Future<Output = anyhow::Result<()>>,
    ) -> anyhow::Result<String> {
        let begun = fs::metadata(self.log())?.len();
        for setting in TALKATIVE {
            self.admin.execute(setting).await?;
        }
        self.reload().await?;
        let done = doing.await;
        self.admin.execute("ALTER SYSTEM RESET ALL").await?;
        self.reload().await?;
        done?;
        let mut log = File::open(self.log())?;
        log.seek(SeekFrom::Start(begun))?;
        let mut told = Vec::new();
        log.read_to_end(&mut told)?;
        let statements = executed(&String::from_utf8_lossy(&told));
        let asked = statements
            .into_iter()
            .filter(|statement| !statement.contains("access_record"));
        asked
            .max_by_key(String::len)
            .context("the gateway asked the read model")
    }

    fn log(&self) -> PathBuf {
        self.postgres.data().with_file_name("postgres.log")
    }

    async fn reload(&mut self) -> anyhow::Result<()> {
        self.admin.execute("SELECT pg_reload_conf()").await?;
        super::pause(HEARD).await;
        Ok(())
    }

    /// Lets pgbench send a statement, prepared, by so many clients; gives how often a second it was answered.
    pub(crate) async fn again(&self, statement: &str, clients: usize) -> anyhow::Result<f64> {
        let script = self.postgres.data().with_file_name("again.sql");
        fs::write(&script, format!("{statement};\n"))?;
        let clients = clients.to_string();
        let mut command = Command::new(Servers::find()?.pg_bin.join("pgbench"));
        command
            .args(["--no-vacuum", "--protocol", "prepared", "--jobs", "1"])
            .args(["--client", &clients, "--time", SECONDS, "--file"])
            .arg(&script)
            .arg(&self.url)
            .env("PGOPTIONS", &self.options)
            .kill_on_drop(true);
        let output = command.output().await?;
        let (told, faults) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        ensure!(output.status.success(), "pgbench: {faults}");
        ensure!(!faults.contains("ERROR"), "pgbench: {faults}");
        let rate = told.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate.and_then(|rate| rate.split(' ').next());
        Ok(rate.context("a rate")?.parse()?)
    }
}

/// Gives the address for the gateway's role.
pub(crate) fn url(databases: &anmeldewerk_stack::database::Databases) -> String {
    databases.read_model_url(Role::Gateway)
}

/// Reads the statements that were executed from the server's log, with their values in them.
fn executed(log: &str) -> Vec<String> {
    let mut statements: Vec<String> = Vec::new();
    let mut open = false;
    for line in log.lines() {
        if let Some((_, told)) = line.split_once("LOG:  duration: ") {
            let statement = told
                .split_once("  execute ")
                .and_then(|(_, named)| named.split_once(": "));
            open = statement.is_some();
            statements.extend(statement.map(|(_, text)| text.to_owned()));
        } else if let Some((_, told)) = line.split_once("DETAIL:  Parameters: ") {
            if open && let Some(last) = statements.last_mut() {
                *last = filled(last, told);
            }
            open = false;
        } else if open && let Some(last) = statements.last_mut() {
            last.push('\n');
            last.push_str(line);
        }
    }
    statements
}

/// Puts values in the places of parameters: `$1 = 'sh', $2 = NULL`.
fn filled(statement: &str, parameters: &str) -> String {
    let mut values = Vec::new();
    let mut rest = parameters;
    while let Some((_, behind)) = rest.split_once(" = ") {
        let end = if behind.starts_with('\'') {
            text_end(behind)
        } else {
            behind.find(',')
        };
        let end = end.unwrap_or(behind.len());
        values.push(&behind[..end]);
        rest = &behind[end..];
    }
    // The last ones first: `$12` begins like `$1`.
    let numbered = values.iter().enumerate().rev();
    numbered.fold(statement.to_owned(), |filled, (index, value)| {
        filled.replace(&format!("${}", index + 1), value)
    })
}

/// Finds the end of a text in quotation marks, in which such a mark stands twice.
fn text_end(text: &str) -> Option<usize> {
    let mut marks = text
        .match_indices('\'')
        .skip(1)
        .map(|(at, _)| at)
        .peekable();
    while let Some(at) = marks.next() {
        if marks.peek() == Some(&(at + 1)) {
            marks.next();
        } else {
            return Some(at + 1);
        }
    }
    None
}
