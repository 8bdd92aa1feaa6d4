//! Folding a whole history at once.

use anmeldewerk_contract::{Position, Recorded};
use anmeldewerk_domain::Instant;

use crate::{
    Fault, Outcome, Writer,
    batch::{Batch, Entry},
};

/// Folds a history into an empty read model, `size` decisions at a time, and gives the last position.
///
/// A decision that cannot be folded ends it. The checkpoint it leaves has no hash that a log could be
/// resumed by: this is for comparing digests and for measuring.
pub async fn rebuild(
    writer: &Writer,
    history: impl IntoIterator<Item = Recorded>,
    size: usize,
) -> Result<Position, Fault> {
    let (fence, checkpoint) = writer.take_fence().await?;
    if checkpoint.position != Position::START {
        return Err(Fault::NotEmpty(checkpoint.position));
    }
    let mut history = history
        .into_iter()
        .map(|decided| Entry::of(decided, [0; 32]));
    let mut from = Position::START;
    loop {
        let entries: Vec<Entry> = history.by_ref().take(size.max(1)).collect();
        if entries.is_empty() {
            return Ok(from);
        }
        let batch = Batch::new(from, Instant::from_micros(0), entries);
        match writer.apply(fence, &batch).await? {
            Outcome::Moved(written) => whole(&written.newly_parked)?,
            Outcome::AlreadyThere | Outcome::SomeoneAhead | Outcome::FencedOff => {
                return Err(Fault::NotAlone);
            }
        }
        from = batch.to();
    }
}

fn whole(parked: &[crate::ParkedSubject]) -> Result<(), Fault> {
    match parked.first() {
        None => Ok(()),
        Some(first) => Err(Fault::Poison {
            position: first.since,
            code: first.poison.code(),
        }),
    }
}
