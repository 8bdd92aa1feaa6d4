use std::slice;

use futures_util::future::{join_all, try_join_all};

use super::{Nats, NatsCluster, User};
use crate::error::Result;
use crate::shape::LogServers;

/// The servers that keep the log: one, or three together.
///
/// What can be done to one server is done to all of them.
#[derive(Debug)]
pub enum Log {
    /// One server.
    One(Box<Nats>),
    /// Three servers.
    Three(NatsCluster),
}

impl Log {
    /// Returns the servers.
    pub fn nodes(&self) -> &[Nats] {
        match self {
            Self::One(server) => slice::from_ref(server),
            Self::Three(cluster) => cluster.nodes(),
        }
    }

    /// Returns how many there are.
    pub fn servers(&self) -> LogServers {
        match self {
            Self::One(_) => LogServers::One,
            Self::Three(_) => LogServers::Three,
        }
    }

    /// Returns the addresses of all servers, separated by commas.
    pub fn url(&self, user: User) -> String {
        self.joined(|node| node.url(user))
    }

    /// Returns the addresses of all monitoring pages, separated by commas.
    pub fn monitor_url(&self) -> String {
        self.joined(Nats::monitor_url)
    }

    fn joined(&self, part: impl Fn(&Nats) -> String) -> String {
        let parts: Vec<String> = self.nodes().iter().map(part).collect();
        parts.join(",")
    }

    /// Makes the streams, or checks those that are there.
    pub async fn provision(&self) -> Result<()> {
        match self {
            Self::One(server) => server.provision().await,
            Self::Three(cluster) => cluster.provision().await,
        }
    }

    /// Ends all of them as `kill -9` does.
    pub fn kill(&self) {
        self.nodes().iter().for_each(Nats::kill);
    }

    /// Starts all of them again on the same ports and stores; kills those that still run.
    pub async fn restart(&self) -> Result<()> {
        // Together, because each of three waits for another one.
        try_join_all(self.nodes().iter().map(Nats::restart)).await?;
        Ok(())
    }

    /// Stops all of them softly.
    pub async fn stop(&self) {
        join_all(self.nodes().iter().map(Nats::stop)).await;
    }
}
