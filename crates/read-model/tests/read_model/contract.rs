//! What dashboards rely on: the tables of `reporting`, as the database describes them.

use std::collections::BTreeSet;

use anmeldewerk_domain::workshop::Reason;
use anmeldewerk_read_model::RegistrationState;
use sqlx::{AssertSqlSafe, Row};

use crate::{
    house::House,
    moelln::moelln,
    story::{Log, amended, cancelled, confirmed, created, submitted, substituted},
};

/// Each table with its key.
const TABLES: [(&str, &str); 15] = [
    ("attendances", "registration,day,slot"),
    ("daily_events", "workshop,day,program,event"),
    ("freshness", "contract_version"),
    ("lands", "land"),
    ("municipalities", "municipality"),
    ("program_municipalities", "program,municipality"),
    ("programs", "program"),
    ("reasons", "reason"),
    ("registration_counts", "workshop,program,municipality,state"),
    ("registrations", "registration"),
    ("seat_buckets", "workshop,scope,bucket"),
    ("topic_demand", "workshop,slot,topic,program,vetoed,rank"),
    ("topics", "workshop,slot,topic"),
    ("workshop_programs", "workshop,program"),
    ("workshops", "workshop"),
];

/// Columns by which a row refers to another one, and to which table.
const REFERENCES: [(&str, &str); 9] = [
    ("cancel_reason", "reasons"),
    ("host", "programs"),
    ("land", "lands"),
    ("municipality", "municipalities"),
    ("override_reason", "reasons"),
    ("program", "programs"),
    ("reason", "reasons"),
    ("registration", "registrations"),
    ("workshop", "workshops"),
];

/// What can happen to a registration that brings it somewhere.
const EVENTS: [&str; 13] = [
    "cancelled",
    "confirmed",
    "declined",
    "email_confirmed",
    "held",
    "lapsed",
    "merged",
    "moved_to_waitlist",
    "offered",
    "reinstated",
    "submitted",
    "substituted",
    "waitlisted",
];

struct Column {
    table: String,
    name: String,
    kind: String,
}

async fn columns(house: &House) -> Vec<Column> {
    let rows = sqlx::query(
        "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod)
         FROM pg_attribute a
         JOIN pg_class c ON c.oid = a.attrelid
         WHERE c.relnamespace = 'reporting'::regnamespace AND c.relkind = 'r' AND a.attnum > 0
         ORDER BY 1, a.attnum",
    )
    .fetch_all(&house.owner)
    .await
    .expect("columns");
    let column = |row: &sqlx::postgres::PgRow| Column {
        table: row.get(0),
        name: row.get(1),
        kind: row.get(2),
    };
    rows.iter().map(column).collect()
}

/// Reads each declared relation: its table, its columns, and what they refer to.
async fn relations(house: &House) -> Vec<[String; 4]> {
    let rows = sqlx::query(
        "SELECT c.conrelid::regclass::text,
             (SELECT string_agg(quote_ident(a.attname), ',' ORDER BY k.n)
              FROM unnest(c.conkey) WITH ORDINALITY AS k (number, n)
              JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number),
             c.confrelid::regclass::text,
             (SELECT string_agg(quote_ident(a.attname), ',' ORDER BY k.n)
              FROM unnest(c.confkey) WITH ORDINALITY AS k (number, n)
              JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.number)
         FROM pg_constraint c
         WHERE c.contype = 'f' AND c.connamespace = 'reporting'::regnamespace
         ORDER BY 1, 2",
    )
    .fetch_all(&house.owner)
    .await
    .expect("relations");
    let texts = |row: &sqlx::postgres::PgRow| [0, 1, 2, 3].map(|at| row.get::<String, _>(at));
    rows.iter().map(texts).collect()
}

/// Insists that whatever a row refers to is there.
pub(crate) async fn assert_no_orphans(house: &House) {
    for [table, columns, other, others] in relations(house).await {
        let count = format!(
            "SELECT count(*) FROM {table} t
             WHERE num_nulls({columns}) = 0
                 AND ({columns}) NOT IN (SELECT {others} FROM {other})"
        );
        let orphans: i64 = sqlx::query_scalar(AssertSqlSafe(count))
            .fetch_one(&house.owner)
            .await
            .expect("a count");
        assert_eq!(orphans, 0, "{table} ({columns}) refers to {other}");
    }
}

/// People come and go, and one of them is wished away from where they came.
async fn eventful() -> House {
    let house = moelln().await;
    let mut log = crate::moelln::log();
    log.list("sh", &["01053", "01053090"], &[])
        .list("sh", &["01053091"], &["01053090"])
        .workshop(1, vec![amended(12)])
        .workshop(1, vec![substituted(12, 16)])
        .workshop(2, vec![submitted(21, "bb", &["rolle"]), confirmed(21)])
        .workshop(2, vec![cancelled(21)]);
    house.apply(log.entries()[11..].to_vec()).await;
    house
}

#[tokio::test]
async fn every_table_and_column_is_explained_in_german_and_english() {
    let house = House::open().await;
    let rows = sqlx::query(
        "SELECT c.relname || coalesce('.' || a.attname, ''),
             CASE WHEN a.attnum IS NULL THEN obj_description(c.oid, 'pg_class')
                 ELSE col_description(c.oid, a.attnum) END
         FROM pg_class c
         CROSS JOIN LATERAL (
             SELECT attname, attnum FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0
             UNION ALL SELECT NULL, NULL
         ) a
         WHERE c.relnamespace = 'reporting'::regnamespace AND c.relkind = 'r'",
    )
    .fetch_all(&house.owner)
    .await
    .expect("comments");
    assert!(rows.len() > 80, "{}", rows.len());
    for row in &rows {
        let (what, comment): (String, Option<String>) = (row.get(0), row.get(1));
        let comment = comment.unwrap_or_default();
        let both = comment
            .strip_prefix("de: ")
            .and_then(|rest| rest.split_once(" | en: "));
        let (german, english) = both.unwrap_or_else(|| panic!("{what}: {comment:?}"));
        assert!(german.len() > 2 && english.len() > 2, "{what}: {comment:?}");
        assert!(!comment.contains('\n'), "{what}");
    }
}

#[tokio::test]
async fn every_table_has_its_key() {
    let house = House::open().await;
    let rows = sqlx::query(
        "SELECT c.relname::text,
             (SELECT string_agg(a.attname, ',' ORDER BY k.n)
              FROM pg_index i, unnest(i.indkey) WITH ORDINALITY AS k (number, n)
              JOIN pg_attribute a ON a.attnum = k.number
              WHERE i.indrelid = c.oid AND i.indisprimary AND a.attrelid = c.oid)
         FROM pg_class c
         WHERE c.relnamespace = 'reporting'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p')
         ORDER BY 1",
    )
    .fetch_all(&house.owner)
    .await
    .expect("keys");
    let found: Vec<(String, Option<String>)> =
        rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let expected = TABLES.map(|(table, key)| (table.to_owned(), Some(key.to_owned())));
    assert_eq!(found, expected);
}

#[tokio::test]
async fn every_relation_is_declared() {
    let house = House::open().await;
    let declared = relations(&house).await;
    let declared: BTreeSet<(&str, &str, &str)> = declared
        .iter()
        .map(|[table, columns, other, _]| (table.as_str(), columns.as_str(), other.as_str()))
        .collect();
    let columns = columns(&house).await;
    let mut expected: BTreeSet<(&str, &str, &str)> = columns
        .iter()
        .filter_map(|column| {
            let mut references = REFERENCES.iter();
            let (name, other) = references.find(|(name, _)| *name == column.name)?;
            Some((column.table.as_str(), *name, *other))
        })
        .filter(|(table, _, other)| table != other)
        .collect();
    expected.insert(("topic_demand", "workshop,slot,topic", "topics"));
    assert_eq!(declared, expected);
}

#[tokio::test]
async fn every_column_is_of_a_plain_type_and_every_instant_has_its_local_day() {
    const PLAIN: [&str; 9] = [
        "bigint",
        "boolean",
        "date",
        "integer",
        "smallint",
        "text",
        "timestamp with time zone",
        "timestamp without time zone",
        "uuid",
    ];
    let house = House::open().await;
    let columns = columns(&house).await;
    for column in &columns {
        let Column { table, name, kind } = column;
        assert!(PLAIN.contains(&kind.as_str()), "{table}.{name} is {kind}");
        let Some(stem) = name.strip_suffix("_at") else {
            assert_ne!(kind, "timestamp with time zone", "{table}.{name}");
            continue;
        };
        let local = match stem {
            "begins" => "first_day".to_owned(),
            "ends" => "last_day".to_owned(),
            stem => format!("{stem}_on"),
        };
        let mut same_table = columns.iter().filter(|other| other.table == *table);
        let day = same_table.find(|other| other.name == local);
        assert_eq!(day.map(|day| day.kind.as_str()), Some("date"), "{local}");
    }
}

#[tokio::test]
async fn nothing_that_identifies_a_person_is_told() {
    let house = eventful().await;
    for (table, _) in TABLES {
        let told = format!(
            "SELECT count(*) FROM (SELECT * FROM reporting.{table}) t
             JOIN registration r ON position(r.id::text IN t::text) > 0
                 OR position(r.person::text IN t::text) > 0
                 OR position(r.number IN t::text) > 0
                 OR position(r.decision::text IN t::text) > 0
                 OR position(encode(r.link_hash, 'hex') IN t::text) > 0"
        );
        let told: i64 = sqlx::query_scalar(AssertSqlSafe(told))
            .fetch_one(&house.owner)
            .await
            .expect("a count");
        assert_eq!(told, 0, "{table}");
        let texts = format!(
            "SELECT count(*) FROM (SELECT * FROM reporting.{table}) t
             WHERE t::text LIKE ANY (ARRAY['%Zwei Tage%', '%Landeskoordination%', '%Quellenhof%'])"
        );
        let texts: i64 = sqlx::query_scalar(AssertSqlSafe(texts))
            .fetch_one(&house.owner)
            .await
            .expect("a count");
        assert_eq!(texts, 0, "{table}");
    }
    let known: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM registrations t JOIN registration r ON r.reporting = t.registration",
    )
    .fetch_one(&house.owner)
    .await
    .expect("a count");
    assert_eq!(known, 7, "the random id is all that they have in common");
}

#[tokio::test]
async fn whatever_a_row_refers_to_is_there() {
    let house = eventful().await;
    assert!(relations(&house).await.len() > 20);
    assert_no_orphans(&house).await;
    sqlx::query("DELETE FROM municipalities WHERE municipality = '13071107'")
        .execute(&house.owner)
        .await
        .expect("nobody minds");
    let found = tokio::spawn(async move { assert_no_orphans(&house).await }).await;
    assert!(found.is_err(), "an orphan is noticed");
}

#[tokio::test]
async fn every_state_reason_and_event_has_a_german_name() {
    let house = House::open().await;
    let mut log = Log::default();
    log.workshop(1, vec![created()])
        .workshop(1, vec![submitted(1, "sh", &[]), confirmed(1)]);
    house.apply(log.entries()).await;
    for state in RegistrationState::ALL {
        for table in ["registrations", "registration_counts"] {
            let labelled =
                format!("UPDATE {table} SET state = $1 RETURNING state_label, holds_seat");
            let row = sqlx::query(AssertSqlSafe(labelled))
                .bind(state.name())
                .fetch_one(&house.owner)
                .await
                .expect("a label");
            assert_ne!(row.get::<String, _>(0), state.name());
            assert_eq!(row.get::<bool, _>(1), state.holds_seat(), "{state:?}");
        }
    }
    let reasons: Vec<String> = sqlx::query_scalar("SELECT reason FROM reasons ORDER BY 1")
        .fetch_all(&house.owner)
        .await
        .expect("reasons");
    let mut expected = Reason::ALL.map(Reason::name);
    expected.sort_unstable();
    assert_eq!(reasons, expected);
    let labels: Vec<(String, String)> = sqlx::query_as(
        "INSERT INTO daily_events (workshop, day, program, event, amount)
         SELECT gen_random_uuid(), '2019-08-01', 'sh', event, 1 FROM unnest($1::text[]) AS e (event)
         RETURNING event, event_label",
    )
    .bind(EVENTS)
    .fetch_all(&house.owner)
    .await
    .expect("labels");
    assert_eq!(labels.len(), EVENTS.len());
    assert!(
        labels.iter().all(|(event, label)| event != label),
        "{labels:?}"
    );
    let lands: i64 = sqlx::query_scalar("SELECT count(*) FROM lands")
        .fetch_one(&house.owner)
        .await
        .expect("a count");
    assert_eq!(lands, 16);
}

#[tokio::test]
async fn the_data_says_as_of_when_it_is() {
    let house = moelln().await;
    let fresh = async || {
        let row = sqlx::query(
            "SELECT contract_version, position, decided_at::text, decided_local::text, decided_on::text
             FROM freshness",
        )
        .fetch_one(&house.owner)
        .await
        .expect("one row");
        let text = |at: usize| row.get::<Option<String>, _>(at).unwrap_or_default();
        (
            row.get::<i32, _>(0),
            row.get::<i64, _>(1),
            [text(2), text(3), text(4)],
        )
    };
    let times = [
        "2019-08-01 09:00:11.123456+00",
        "2019-08-01 11:00:11.123456",
        "2019-08-01",
    ];
    assert_eq!(fresh().await, (1, 11, times.map(str::to_owned)));
    let mut log = crate::moelln::log();
    log.garbage(1);
    house.apply(log.entries()[11..].to_vec()).await;
    assert_eq!(
        fresh().await,
        (1, 12, times.map(str::to_owned)),
        "nothing was decided"
    );
}
