//! The figures by which one sees how the projection is doing.

use std::time::Duration;

use anmeldewerk_contract::Position;
use anmeldewerk_read_model::Written;

use crate::engine::Progress;

/// Shows from the start that all figures exist.
pub(crate) fn start() {
    leading(false);
    regressed(false);
    metrics::gauge!("projection_parked_subjects").set(0);
    metrics::gauge!("projection_parked_messages").set(0);
    metrics::counter!("projection_holes_total").absolute(0);
    metrics::counter!("projection_rows_total").absolute(0);
}

pub(crate) fn leading(leads: bool) {
    metrics::gauge!("projection_leading").set(if leads { 1.0 } else { 0.0 });
}

pub(crate) fn regressed(it_has: bool) {
    metrics::gauge!("projection_log_regressed").set(if it_has { 1.0 } else { 0.0 });
}

pub(crate) fn hole() {
    metrics::counter!("projection_holes_total").increment(1);
}

pub(crate) fn applied(decisions: usize, written: &Written, took: Duration) {
    metrics::histogram!("projection_batch_decisions").record(number(decisions));
    metrics::histogram!("projection_transaction_seconds").record(took);
    metrics::counter!("projection_rows_total").increment(written.rows);
    metrics::gauge!("projection_parked_subjects").set(number(written.parked_subjects));
    metrics::gauge!("projection_parked_messages").set(figure(written.parked_messages));
}

/// Shows how far a version is built; both are the same when it is.
pub(crate) fn build(progress: &Progress<'_>) {
    metrics::gauge!("projection_build_position").set(figure(progress.position.0));
    metrics::gauge!("projection_build_end").set(figure(progress.end.0));
}

/// Shows how far the read model is.
pub(crate) fn position(position: Position) {
    metrics::gauge!("projection_position").set(figure(position.0));
}

/// Shows how many decisions the read model is behind the end of the log.
pub(crate) fn lag(position: Position, head: Position) {
    let lag = head.0.saturating_sub(position.0);
    metrics::gauge!("projection_lag").set(figure(lag));
}

fn number(count: usize) -> f64 {
    figure(u64::try_from(count).unwrap_or(u64::MAX))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a figure for people; exact up to 2^53"
)]
fn figure(value: u64) -> f64 {
    value as f64
}
