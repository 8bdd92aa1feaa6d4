//! A migrated database of its own for each test, and words for what the tests do.

use std::{
    fs::OpenOptions,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use anmeldewerk_stack::{database::Databases, postgres::Role};
use anmeldewerk_vault::{
    Identity, KeyEncryption, Likeness, Noted, Opener, PersonQuery, Place, Reindex, Resolved,
    Sealed, SealedBlock, Vault,
};
use sqlx::{Connection, PgConnection, PgExecutor, PgPool, postgres::PgPoolOptions};
use uuid::Uuid;

pub(crate) const DECISION: Uuid = Uuid::from_u128(0xdec1);

/// Is a database with the vault's tables, reachable as each of its roles.
pub(crate) struct House {
    pub(crate) owner: PgPool,
    databases: Databases,
}

impl House {
    /// Makes and migrates a database of its own.
    pub(crate) async fn build() -> Self {
        let databases = Databases::create().await.expect("a server can be had");
        let owner = PgPoolOptions::new()
            .max_connections(2)
            .connect(&databases.vault_url(Role::Owner))
            .await
            .expect("the owner may connect");
        anmeldewerk_vault::migrate(&owner)
            .await
            .expect("the tables can be made");
        Self { owner, databases }
    }

    pub(crate) fn url(&self, role: Role) -> String {
        self.databases.vault_url(role)
    }

    pub(crate) async fn vault(&self) -> Vault {
        self.vault_with(kek(&[1])).await
    }

    pub(crate) async fn vault_with(&self, kek: Arc<KeyEncryption>) -> Vault {
        Vault::connect(&self.url(Role::Registration), 8, kek)
            .await
            .expect("the registration service may connect")
    }

    pub(crate) async fn opener(&self) -> Opener {
        self.opener_with(kek(&[1])).await
    }

    pub(crate) async fn opener_with(&self, kek: Arc<KeyEncryption>) -> Opener {
        Opener::connect(&self.url(Role::Gateway), 2, kek)
            .await
            .expect("the gateway may connect")
    }

    /// Connects as a role without the library in between.
    pub(crate) async fn connection(&self, role: Role) -> PgConnection {
        PgConnection::connect(&self.url(role))
            .await
            .expect("the role may connect")
    }

    pub(crate) async fn count(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement)
            .fetch_one(&self.owner)
            .await
            .expect("the statement counts")
    }

    /// Destroys the keys of a person and leaves the tombstone.
    pub(crate) async fn erase(&self, person: Uuid) {
        erase_by(&self.owner, person).await;
    }

    /// Lets days pass over all notes that stand there.
    pub(crate) async fn let_days_pass(&self, days: i32) {
        sqlx::query("UPDATE person_registration SET noted_at = noted_at - $1 * interval '1 day'")
            .bind(days)
            .execute(&self.owner)
            .await
            .expect("the owner may turn the clock");
    }

    /// Returns once somebody waits in this database for what somebody else has locked.
    pub(crate) async fn somebody_waits(&self) {
        let waiting = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
                       WHERE NOT granted AND datname = current_database()";
        let until_one_waits = async {
            while self.count(waiting).await == 0 {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), until_one_waits)
            .await
            .expect("somebody waits for a lock");
    }
}

/// Destroys the keys of a person by whatever runs the statement.
pub(crate) async fn erase_by(owner: impl PgExecutor<'_>, person: Uuid) {
    let done = sqlx::query(
        "UPDATE person SET contact_key = NULL, identity_key = NULL, evidence_key = NULL,
                free_text_key = NULL, strong = NULL, soft = NULL,
                destroyed_at = '2019-10-01T10:20:30.123456Z'
         WHERE id = $1",
    )
    .bind(person)
    .execute(owner)
    .await
    .expect("the owner may erase");
    assert_eq!(done.rows_affected(), 1);
}

/// Loads a key file that holds the given generations.
pub(crate) fn kek(generations: &[u8]) -> Arc<KeyEncryption> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("vault-kek-{}-{number}", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&path)
        .expect("the temporary folder is writable");
    for generation in generations {
        let hex = format!("{generation:02x}").repeat(32);
        writeln!(file, "{generation} {hex}").expect("the file is ours");
    }
    let kek = KeyEncryption::load(&path).expect("the key file is right");
    std::fs::remove_file(&path).expect("the file is ours");
    Arc::new(kek)
}

/// Asks for Anke Heide of Lauenburg, with fresh ids of their own for each number.
pub(crate) fn anke(number: u128) -> PersonQuery {
    PersonQuery {
        program: "sh".into(),
        name: "Anke Heide".into(),
        municipality: "01053".into(),
        email: Some("anke@example.org".into()),
        fresh_id: Uuid::from_u128(0xa000_0000 + number),
        workshop: Uuid::from_u128(0xb000_0000),
        registration: Uuid::from_u128(0xc000_0000 + number),
        placeholder: false,
    }
}

/// Asks for Anke Heide with something changed.
pub(crate) fn anke_but(number: u128, change: impl FnOnce(&mut PersonQuery)) -> PersonQuery {
    let mut query = anke(number);
    change(&mut query);
    query
}

/// Resolves one query.
pub(crate) async fn resolve(vault: &Vault, query: PersonQuery) -> Resolved {
    let resolved = vault.resolve(&[query]).await.expect("the vault answers");
    let [one] = <[Resolved; 1]>::try_from(resolved).expect("one query has one answer");
    one
}

/// Names the note that a query leaves.
pub(crate) fn note(person: Uuid, query: &PersonQuery) -> Noted {
    Noted {
        person,
        workshop: query.workshop,
        registration: query.registration,
    }
}

/// Looks one query up.
pub(crate) async fn look_up(vault: &Vault, query: PersonQuery) -> Likeness {
    let likenesses = vault.lookup(&[query]).await.expect("the vault answers");
    let [one] = <[Likeness; 1]>::try_from(likenesses).expect("one query has one answer");
    one
}

/// Says that a person's data is that of a query by now.
pub(crate) fn change(person: Uuid, query: PersonQuery) -> Reindex {
    Reindex { person, query }
}

/// Reindexes all at once.
pub(crate) async fn reindex(vault: &Vault, changes: &[Reindex]) {
    let done = vault.reindex(changes).await;
    done.expect("the vault answers");
}

pub(crate) fn identity(family_name: &str) -> Identity {
    Identity {
        salutation: None,
        title: None,
        given_name: None,
        family_name: Some(family_name.to_owned()),
        function: None,
        organisation: None,
    }
}

pub(crate) fn place(person: Uuid) -> Place<'static> {
    Place {
        program: "sh",
        person,
        decision: DECISION,
    }
}

/// Seals a family name for a resolved person.
pub(crate) fn seal(resolved: &Resolved, family_name: &str) -> SealedBlock {
    resolved
        .keys
        .seal(&identity(family_name), place(resolved.person))
        .expect("there is randomness")
        .expect("the part is not empty")
}

pub(crate) fn sealed<'a>(place: Place<'a>, block: &'a SealedBlock) -> Sealed<'a> {
    Sealed {
        place,
        class: block.class,
        bytes: &block.bytes,
        commit: block.commit,
    }
}
