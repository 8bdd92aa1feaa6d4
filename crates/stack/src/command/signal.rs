use tokio::signal::unix::{SignalKind, signal};

use crate::error::{IoContext, Result};

/// Waits for Ctrl-C, SIGTERM or the end of the terminal.
pub(crate) async fn asked_to_stop() -> Result<()> {
    let listen = |kind| signal(kind).doing(|| "listen for signals".to_owned());
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hangup = listen(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hangup.recv() => {}
    }
    Ok(())
}
