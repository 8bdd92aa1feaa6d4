//! How long the address of a request may be.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_service::problem::Problem;
use axum::http::Uri;

use super::count;

/// The longest query of an address, in bytes.
const QUERY_BYTES: usize = 4096;

/// Refuses an address whose query is too long to be read.
pub(super) fn check(uri: &Uri) -> Result<(), Problem> {
    if uri.query().is_none_or(|query| query.len() <= QUERY_BYTES) {
        return Ok(());
    }
    count("length");
    Err(Problem::new(Code::InvalidQuery)
        .detail(
            format!("Die Suchparameter sind länger als {QUERY_BYTES} Bytes."),
            format!("The query parameters are longer than {QUERY_BYTES} bytes."),
        )
        .with("limit_bytes", QUERY_BYTES))
}
