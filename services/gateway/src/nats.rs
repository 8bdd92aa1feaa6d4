//! The connection to NATS: how far the read model has come is heard on it, and documents are read through it.

use std::time::Duration;

use anmeldewerk_service::config::Secret;
use async_nats::{Client, ConnectError, ConnectErrorKind, ConnectOptions, Event, ServerAddr};

/// What the server lets it listen to for answers.
const INBOX: &str = "_INBOX_gateway";
const PING: Duration = Duration::from_secs(10);

/// Connects in the background: a server that is not there yet is tried again.
pub(crate) async fn connect(url: &Secret) -> Result<Client, ConnectError> {
    metrics::gauge!("gateway_watermark_connected").set(0.0);
    let servers = servers(url)?;
    let mut options = ConnectOptions::new()
        .name("anmeldewerk-gateway")
        .custom_inbox_prefix(INBOX)
        .ping_interval(PING)
        .retry_on_initial_connect()
        .event_callback(|event| {
            note(&event);
            std::future::ready(())
        });
    // The client does not take them from the address by itself.
    let first = servers.first();
    if let Some((user, password)) =
        first.and_then(|first| Some((first.username()?, first.password()?)))
    {
        options = options.user_and_password(user.to_owned(), password.to_owned());
    }
    options.connect(servers).await
}

fn servers(url: &Secret) -> Result<Vec<ServerAddr>, ConnectError> {
    let parsed: Result<_, std::io::Error> = url.expose().split(',').map(str::parse).collect();
    parsed.map_err(|error| ConnectError::with_source(ConnectErrorKind::ServerParse, error))
}

fn note(event: &Event) {
    let connected = metrics::gauge!("gateway_watermark_connected");
    match event {
        Event::Connected => connected.set(1.0),
        Event::Disconnected | Event::Closed => connected.set(0.0),
        _ => {}
    }
    tracing::info!(%event, "NATS connection");
}
