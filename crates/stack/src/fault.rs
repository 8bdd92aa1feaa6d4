//! A bad network between a client and a server.

use std::io;
use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::error::{IoContext, Result};

/// What the proxy does with the bytes that pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Lets everything through.
    Pass,
    /// Lets requests through and withholds answers until it passes again: the server acts, the client never knows.
    HoldReplies,
    /// Breaks every connection and accepts none.
    Cut,
}

/// A proxy on loopback in front of one port; stops when dropped.
#[derive(Debug)]
pub struct FaultProxy {
    port: u16,
    mode: watch::Sender<Mode>,
    accepting: JoinHandle<()>,
}

impl FaultProxy {
    /// Listens on a free port and passes everything on to `target`, a port on loopback.
    pub async fn start(target: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .doing(|| "listen for the fault proxy".to_owned())?;
        let address = listener
            .local_addr()
            .doing(|| "ask for the fault proxy's port".to_owned())?;
        let (mode, seen) = watch::channel(Mode::Pass);
        Ok(Self {
            port: address.port(),
            mode,
            accepting: tokio::spawn(accept(listener, target, seen)),
        })
    }

    /// Returns the port clients connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Changes what happens, for open connections too.
    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }
}

impl Drop for FaultProxy {
    fn drop(&mut self) {
        self.set(Mode::Cut);
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, target: u16, mode: watch::Receiver<Mode>) {
    while let Ok((client, _)) = listener.accept().await {
        if *mode.borrow() != Mode::Cut {
            tokio::spawn(connect(client, target, mode.clone()));
        }
    }
}

/// Serves one connection until either side or the mode ends it.
async fn connect(client: TcpStream, target: u16, mut mode: watch::Receiver<Mode>) {
    let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, target)).await else {
        return;
    };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let replies = mode.clone();
    tokio::select! {
        _ = requests(from_client, to_server) => {}
        _ = answers(from_server, to_client, replies) => {}
        _ = mode.wait_for(|mode| *mode == Mode::Cut) => {}
    }
}

async fn requests(mut from: OwnedReadHalf, mut to: OwnedWriteHalf) -> io::Result<()> {
    tokio::io::copy(&mut from, &mut to).await?;
    Ok(())
}

async fn answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut mode: watch::Receiver<Mode>,
) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = from.read(&mut buffer).await?;
        if read == 0 {
            return Ok(());
        }
        let passes = mode.wait_for(|mode| *mode == Mode::Pass).await;
        passes.map_err(io::Error::other)?;
        to.write_all(&buffer[..read]).await?;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Answers each byte with the next one.
    async fn counter() -> (u16, watch::Receiver<u8>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("loopback");
        let port = listener.local_addr().expect("it is bound").port();
        let (sender, seen) = watch::channel(0);
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.expect("loopback");
            while let Ok(byte) = stream.read_u8().await {
                sender.send_replace(byte);
                stream.write_u8(byte + 1).await.expect("the proxy reads");
            }
        });
        (port, seen)
    }

    #[tokio::test]
    async fn held_replies_come_later_while_the_request_went_through() {
        let (port, mut seen) = counter().await;
        let proxy = FaultProxy::start(port).await.expect("loopback");
        let mut stream = TcpStream::connect(("127.0.0.1", proxy.port()))
            .await
            .expect("loopback");
        stream.write_u8(1).await.expect("it passes");
        assert_eq!(stream.read_u8().await.expect("it passes"), 2);
        proxy.set(Mode::HoldReplies);
        stream.write_u8(7).await.expect("requests pass");
        seen.wait_for(|byte| *byte == 7)
            .await
            .expect("the server saw it");
        let early = tokio::time::timeout(Duration::from_millis(100), stream.read_u8()).await;
        assert!(early.is_err());
        proxy.set(Mode::Pass);
        assert_eq!(stream.read_u8().await.expect("it passes again"), 8);
    }

    #[tokio::test]
    async fn a_cut_breaks_what_is_open_and_accepts_nothing_until_it_passes() {
        let (port, _seen) = counter().await;
        let proxy = FaultProxy::start(port).await.expect("loopback");
        let mut stream = TcpStream::connect(("127.0.0.1", proxy.port()))
            .await
            .expect("loopback");
        stream.write_u8(1).await.expect("it passes");
        assert_eq!(stream.read_u8().await.expect("it passes"), 2);
        proxy.set(Mode::Cut);
        stream.read_u8().await.expect_err("it was cut");
        let mut late = TcpStream::connect(("127.0.0.1", proxy.port()))
            .await
            .expect("loopback");
        late.read_u8().await.expect_err("nothing is served");
    }
}
