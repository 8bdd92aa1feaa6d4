//! Waiting for what nobody announces: by looking again, for a bounded time.
#![expect(
    clippy::disallowed_methods,
    reason = "the one place of the stack that sleeps, between two looks"
)]

use std::thread;
use std::time::{Duration, Instant};

const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Looks until `look` finds something, as long as `patience` lasts; then returns the last reason why not.
pub async fn until<T, F>(patience: Duration, mut look: impl FnMut() -> F) -> Result<T, String>
where
    F: Future<Output = Result<T, String>>,
{
    let start = Instant::now();
    loop {
        match look().await {
            Ok(found) => return Ok(found),
            Err(reason) if start.elapsed() >= patience => return Err(reason),
            Err(_) => tokio::time::sleep(LOOK_AGAIN).await,
        }
    }
}

/// The same where nothing is asynchronous; true if it came to hold.
pub(crate) fn until_holds(patience: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() >= patience {
            return false;
        }
        thread::sleep(LOOK_AGAIN);
    }
    true
}
