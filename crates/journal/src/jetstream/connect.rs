//! Making the connection, and refusing a log that could lose decisions.

use std::{sync::Arc, time::Duration};

use async_nats::{Client, ConnectOptions, Event, ServerAddr, jetstream};
use tokio::sync::watch;

use super::{
    JetStream, Requirement,
    check::{check_server, check_stream, check_sync},
};

/// Why no connection was made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The server did not answer, or refused the user.
    #[error("NATS server could not be reached")]
    Server(#[source] async_nats::ConnectError),
    /// The stream could not be asked for.
    #[error("stream {name} could not be asked for: {reason}")]
    Stream {
        /// The stream's name.
        name: String,
        /// What the server said.
        reason: String,
    },
    /// The server's monitoring page could not be read.
    #[error("monitoring page of the NATS server could not be read")]
    Monitor(#[source] reqwest::Error),
    /// The log could lose decisions.
    #[error("log is not safe: {0}")]
    Requirement(#[from] Requirement),
}

/// How long an answer is waited for: longer than a busy disk takes, and not much longer than three
/// servers need to agree on a new leader, whose predecessor took the answer with it.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a pause is made before connecting again.
const RECONNECT_PAUSE: Duration = Duration::from_millis(50);

impl JetStream {
    /// Connects to the stream `name` and checks that it can be trusted.
    ///
    /// `url` may carry a user and a password, and name several servers, separated by commas. `monitors` are the base addresses of the servers'
    /// monitoring pages, from which `sync_always` is read; without any it is not checked.
    pub async fn connect(url: &str, name: &str, monitors: &[String]) -> Result<Self, ConnectError> {
        let (sender, losses) = watch::channel(0);
        let client = client(url, sender).await.map_err(ConnectError::Server)?;
        let mut context = jetstream::new(client.clone());
        context.set_timeout(REQUEST_TIMEOUT);
        let stream = context.get_stream(name).await;
        let stream = stream.map_err(|error| ConnectError::Stream {
            name: name.to_owned(),
            reason: error.to_string(),
        })?;
        check_server(&client.server_info())?;
        check_stream(&stream.cached_info().config)?;
        for monitor in monitors {
            check_sync(monitor).await?;
        }
        Ok(Self {
            client,
            stream,
            name: name.to_owned(),
            losses,
            pace: Arc::default(),
        })
    }
}

async fn client(url: &str, losses: watch::Sender<u64>) -> Result<Client, async_nats::ConnectError> {
    let servers = servers(url)?;
    let mut options = ConnectOptions::new()
        .request_timeout(Some(REQUEST_TIMEOUT))
        .connection_timeout(CONNECT_TIMEOUT)
        .reconnect_delay_callback(|attempts| {
            RECONNECT_PAUSE.saturating_mul(u32::try_from(attempts.min(20)).unwrap_or(20))
        })
        .event_callback(move |event| {
            if matches!(event, Event::Disconnected) {
                losses.send_modify(|count| *count = count.wrapping_add(1));
            }
            tracing::debug!(%event, "NATS connection");
            std::future::ready(())
        });
    // The client does not take them from the address by itself.
    let named = servers.first().and_then(|first| {
        let user = first.username()?.to_owned();
        Some((user, first.password().unwrap_or_default().to_owned()))
    });
    if let Some((user, password)) = named {
        options = options.user_and_password(user, password);
    }
    options.connect(servers).await
}

fn servers(url: &str) -> Result<Vec<ServerAddr>, async_nats::ConnectError> {
    let parsed = url.split(',').map(str::parse).collect::<Result<_, _>>();
    parsed.map_err(|error: std::io::Error| {
        async_nats::ConnectError::with_source(async_nats::ConnectErrorKind::ServerParse, error)
    })
}
