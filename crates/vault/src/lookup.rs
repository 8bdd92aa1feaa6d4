use std::collections::BTreeSet;

use sqlx::PgPool;
use uuid::Uuid;

use crate::{fault::Fault, index::Indexes, resolve::PersonQuery, vault::Vault};

const LOOK_UP: &str = "
WITH asked AS MATERIALIZED (
    SELECT *
    FROM unnest($1::text[], $2::bytea[], $3::bytea[])
      WITH ORDINALITY AS asked (program, strong, soft, n)
)
SELECT same.id AS same, ARRAY(
    SELECT other.id
    FROM person AS other
    WHERE other.program = asked.program AND other.soft = asked.soft
      AND other.id IS DISTINCT FROM same.id
    ORDER BY other.id DESC
    LIMIT 100
) AS look_alikes
FROM asked
LEFT JOIN person AS same ON same.program = asked.program AND same.strong = asked.strong
ORDER BY n";

/// Holds whom the vault knows under some data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Likeness {
    /// The living person of the program with this name, municipality and e-mail.
    pub same: Option<Uuid>,
    /// Other living persons of the program with this name and municipality, in order, at most 100.
    pub look_alikes: Vec<Uuid>,
}

#[derive(sqlx::FromRow)]
struct Row {
    same: Option<Uuid>,
    look_alikes: Vec<Uuid>,
}

impl Vault {
    /// Tells whom the vault knows under the data of each query, in order, in one
    /// statement; makes and notes nobody.
    ///
    /// The ids of a query are not looked at. Whoever asks for a known person's new
    /// data may find that very person, as the same or among the look-alikes, as long
    /// as their indexes are the old ones.
    pub async fn lookup(&self, queries: &[PersonQuery]) -> Result<Vec<Likeness>, Fault> {
        if queries.is_empty() {
            return Ok(Vec::new());
        }
        let indexes = self.indexes_of(queries.iter()).await?;
        let rows = look_up(&self.pool, queries, &indexes).await?;
        Ok(rows.into_iter().map(Likeness::from).collect())
    }
}

impl From<Row> for Likeness {
    fn from(row: Row) -> Self {
        let look_alikes: BTreeSet<Uuid> = row.look_alikes.into_iter().collect();
        Self {
            same: row.same,
            look_alikes: look_alikes.into_iter().collect(),
        }
    }
}

async fn look_up(
    pool: &PgPool,
    queries: &[PersonQuery],
    indexes: &[Indexes],
) -> Result<Vec<Row>, Fault> {
    sqlx::query_as(LOOK_UP)
        .bind(queries.iter().map(|q| &*q.program).collect::<Vec<_>>())
        .bind(indexes.iter().map(|i| i.strong).collect::<Vec<_>>())
        .bind(indexes.iter().map(|i| i.soft).collect::<Vec<_>>())
        .fetch_all(pool)
        .await
        .map_err(Fault::while_doing("looking persons up"))
}
