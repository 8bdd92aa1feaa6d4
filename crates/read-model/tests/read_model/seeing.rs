//! The second line: what a connection of the gateway sees at all, whatever the statement.

use anmeldewerk_read_model::{STATEMENTS, connect_options};
use anmeldewerk_stack::postgres::Role;
use sqlx::{AssertSqlSafe, PgPool, postgres::PgPoolOptions};

use crate::{house::House, moelln::moelln};

/// Tables whose rows not everybody sees.
const TABLES: [&str; 11] = [
    "workshop",
    "offered_topic",
    "bucket",
    "registration",
    "group_registration",
    "wish",
    "note",
    "history",
    "tally",
    "demand",
    "timeline",
];

/// A connection of the gateway, bound to a scope as its pools are.
async fn bound(house: &House, scope: &[(&str, &str)]) -> PgPool {
    let url = house.databases.read_model_url(Role::Gateway);
    let options = connect_options(&url, "rm_1").expect("an address");
    let pool = PgPoolOptions::new().max_connections(1);
    let options = options.options(scope.iter().copied());
    pool.connect_with(options).await.expect("a connection")
}

async fn count(pool: &PgPool, table: &str) -> i64 {
    let asked = format!("SELECT count(*) FROM {table}");
    let counted = sqlx::query_scalar(AssertSqlSafe(asked))
        .fetch_one(pool)
        .await;
    counted.expect(table)
}

#[tokio::test]
async fn a_connection_sees_the_rows_of_its_scope_whatever_it_asks() {
    let house = moelln().await;
    let of = |scope, program| vec![("app.scope", scope), ("app.program", program)];
    let only = |scope| vec![("app.scope", scope)];
    for (scope, expected) in [
        //                             workshops, registrations, wishes, history
        (of("program", "sh"), [2, 5, 11, 17]),
        (of("program", "mv"), [1, 3, 7, 11]),
        (of("program", "bb"), [1, 0, 0, 4]),
        (of("feeder", "sh"), [2, 2, 4, 10]),
        (of("feeder", "mv"), [1, 3, 7, 11]),
        (only("auditor"), [2, 5, 11, 17]),
        (only("operator"), [1, 0, 0, 4]),
        (only("public"), [1, 0, 0, 4]),
        // Found by the hash of their own secret alone.
        (only("participant"), [1, 5, 11, 16]),
        (vec![], [1, 0, 0, 4]),
        (of("", ""), [1, 0, 0, 4]),
    ] {
        let pool = bound(&house, &scope).await;
        let mut seen = [0; 4];
        let tables = ["workshop", "registration", "wish", "history"];
        for (seen, table) in seen.iter_mut().zip(tables) {
            *seen = count(&pool, table).await;
        }
        assert_eq!(seen, expected, "{scope:?}");
        let takes_part = matches!(scope.as_slice(), [_, (_, "sh" | "mv")] | [(_, "auditor")]);
        let figures = count(&pool, "demand").await > 0 && count(&pool, "timeline").await > 0;
        assert_eq!(figures, takes_part, "{scope:?}");
        pool.close().await;
    }
}

#[tokio::test]
async fn every_table_with_people_has_a_policy_that_binds_the_gateway() {
    let house = House::open().await;
    let secured: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c
         WHERE c.relnamespace = 'rm_1'::regnamespace AND c.relkind = 'r' AND c.relrowsecurity
         ORDER BY c.relname",
    )
    .fetch_all(&house.owner)
    .await
    .expect("tables");
    let mut expected = TABLES.to_vec();
    expected.extend(["assignment_run", "attendance", "closed_session", "document"]);
    expected.sort_unstable();
    assert_eq!(secured, expected);
    // Neither owns the tables nor passes policies by.
    let bound: bool = sqlx::query_scalar(
        "SELECT NOT r.rolbypassrls AND NOT r.rolsuper
             AND NOT EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid)
             AND NOT EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid)
         FROM pg_roles r WHERE r.rolname = 'aw_gateway'",
    )
    .fetch_one(&house.owner)
    .await
    .expect("the gateway's role");
    assert!(bound);
    let open: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c
         WHERE c.relnamespace = 'rm_1'::regnamespace AND NOT c.relrowsecurity
             AND has_table_privilege('aw_gateway', c.oid, 'SELECT') AND c.relkind IN ('r', 'v')
         ORDER BY c.relname",
    )
    .fetch_all(&house.owner)
    .await
    .expect("tables");
    let public = [
        "attendance_count",
        "catalogue_topic",
        "checkpoint",
        "granted_topic",
        "last_decision",
        "municipality",
        "parked",
        "parked_subject",
        "program",
        "registration_topics",
        "standing_still",
        "waiting_line",
    ];
    assert_eq!(
        open, public,
        "a new table or view needs a policy, or a place in this list"
    );
}

#[test]
fn no_statement_sets_a_scope() {
    for (name, statement) in STATEMENTS {
        assert!(!statement.contains("app."), "{name}");
    }
}
