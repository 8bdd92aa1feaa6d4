//! Rows by `COPY`, where a version is built: the client library's own binary forms, without a statement's parameters.

use sqlx::{Encode, PgConnection, Postgres, encode::IsNull, postgres::PgArgumentBuffer};

use crate::Fault;

/// What every binary copy begins with: signature, flags, length of an extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// What it ends with: a row of -1 columns.
const TRAILER: [u8; 2] = (-1_i16).to_be_bytes();
/// The length of what is null.
const NULL: [u8; 4] = (-1_i32).to_be_bytes();

/// Rows on their way into a table.
#[derive(Debug)]
pub(super) struct Copy {
    buffer: PgArgumentBuffer,
    rows: usize,
    columns: i16,
}

impl Copy {
    /// Begins with a table of so many columns.
    pub(super) fn new(columns: i16) -> Self {
        let mut buffer = PgArgumentBuffer::default();
        buffer.extend_from_slice(HEADER);
        Self {
            buffer,
            rows: 0,
            columns,
        }
    }

    /// Begins a row; as many values follow as there are columns.
    pub(super) fn row(&mut self) -> &mut Self {
        self.rows += 1;
        let columns = self.columns.to_be_bytes();
        self.buffer.extend_from_slice(&columns);
        self
    }

    /// Adds a value to the row.
    pub(super) fn put<'q>(&mut self, value: impl Encode<'q, Postgres>) -> &mut Self {
        let at = self.buffer.len();
        self.buffer.extend_from_slice(&NULL);
        let begin = self.buffer.len();
        let encoded = value.encode(&mut self.buffer);
        let is_null = encoded.expect("values of these tables have a binary form");
        if matches!(is_null, IsNull::No) {
            let length = i32::try_from(self.buffer.len() - begin)
                .expect("a value is smaller than its decision, which is bounded");
            self.buffer[at..begin].copy_from_slice(&length.to_be_bytes());
        }
        self
    }

    /// Writes the rows; a key that is there already is [`Fault::Rows`], as where a statement wrote too few.
    pub(super) async fn send(
        mut self,
        connection: &mut PgConnection,
        (table, statement): (&'static str, &'static str),
    ) -> Result<u64, Fault> {
        if self.rows == 0 {
            return Ok(0);
        }
        self.buffer.extend_from_slice(&TRAILER);
        let copied = copy(connection, statement, &self.buffer).await;
        copied.map_err(|error| match error.as_database_error() {
            Some(said) if said.is_unique_violation() => Fault::Rows {
                table,
                expected: self.rows,
                found: 0,
            },
            Some(_) | None => Fault::database(table)(error),
        })
    }
}

async fn copy(
    connection: &mut PgConnection,
    statement: &str,
    rows: &[u8],
) -> Result<u64, sqlx::Error> {
    let mut copying = connection.copy_in_raw(statement).await?;
    copying.send(rows).await?;
    copying.finish().await
}
