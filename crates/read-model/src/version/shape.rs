//! What every version of this code looks like.

use std::{fmt::Write, sync::LazyLock};

use sha2::{Digest, Sha256};

/// Raised by hand when the same events are folded into other rows, so that old rows are folded anew.
const FOLD: u32 = 1;

const TABLES: &str = include_str!("../../shape/tables.sql");
const REPORTING: &str = include_str!("../../shape/reporting.sql");
const INDEXES: &str = include_str!("../../shape/indexes.sql");

/// The hash of tables, those for dashboards too, indexes and fold. Code reads and writes only versions of its own shape.
pub static SHAPE: LazyLock<String> = LazyLock::new(|| {
    let mut hasher = Sha256::new();
    hasher.update(FOLD.to_be_bytes());
    for script in [TABLES, REPORTING, INDEXES] {
        let lines = script.lines().filter(|line| !line.starts_with("--"));
        for line in lines {
            hasher.update(line.as_bytes());
            hasher.update(b"\n");
        }
    }
    let hash = hasher.finalize();
    hash.iter().take(8).fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
});

/// Gives the statements that make the tables in the schema that the connection speaks to.
pub(super) fn tables(schema: &str) -> String {
    TABLES.replace(":schema", schema)
}

/// Gives the statements that make the tables for dashboards in the schema that the connection speaks to.
pub(super) fn reporting() -> &'static str {
    REPORTING
}

/// Gives the statements that make the indexes.
pub(super) fn indexes() -> &'static str {
    INDEXES
}
