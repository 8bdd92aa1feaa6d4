//! A read model that an older version has written goes on.

use std::borrow::Cow;

use anmeldewerk_read_model::migrate;
use sqlx::migrate::Migrator;

use crate::{house::House, moelln::moelln};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// The columns of a table.
const COLUMNS: &str = "SELECT string_agg(quote_ident(column_name), ', ')
    FROM information_schema.columns WHERE table_schema = 'rm_1' AND table_name = $1";

const TABLES: [&str; 8] = [
    "checkpoint",
    "program",
    "workshop",
    "offered_topic",
    "registration",
    "wish",
    "parked_subject",
    "parked",
];

async fn run(house: &House, statement: String) {
    let statement = sqlx::AssertSqlSafe(statement);
    let done = sqlx::raw_sql(statement).execute(&house.owner).await;
    done.expect("a statement that works");
}

/// Makes the schema anew as the first version had it, with the rows that are there.
async fn go_back(house: &House) {
    for table in TABLES {
        run(house, format!("ALTER TABLE {table} SET SCHEMA public")).await;
    }
    run(
        house,
        "DROP SCHEMA rm_1 CASCADE; CREATE SCHEMA rm_1".to_owned(),
    )
    .await;
    let first = Migrator {
        migrations: Cow::Owned(MIGRATIONS.iter().take(1).cloned().collect()),
        ..Migrator::DEFAULT
    };
    first.run(&house.owner).await.expect("the first version");
    run(house, "TRUNCATE checkpoint".to_owned()).await;
    for table in TABLES {
        let columns: String = sqlx::query_scalar(COLUMNS)
            .bind(table)
            .fetch_one(&house.owner)
            .await
            .expect("columns");
        let copied =
            format!("INSERT INTO rm_1.{table} ({columns}) SELECT {columns} FROM public.{table}");
        run(house, copied).await;
    }
}

#[tokio::test]
async fn rows_of_the_first_version_become_what_folding_them_anew_would_give() {
    let house = moelln().await;
    let folded = house.digest().await;
    go_back(&house).await;
    migrate(&house.owner).await.expect("the newest version");
    assert_eq!(house.digest().await, folded);
    let checkpoint = house.writer.checkpoint().await.expect("a checkpoint");
    assert_eq!(checkpoint.position.0, 11, "it stays where it was");
}
