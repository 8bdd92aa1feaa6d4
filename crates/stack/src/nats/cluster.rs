use std::path::{Path, PathBuf};

use super::{Cluster, Nats, PATIENCE, Settings, TEST_FILE_STORE, User};
use crate::error::{Error, Result};
use crate::port::Port;
use crate::secret::NatsPasswords;
use crate::{provision, wait};

/// Three servers on loopback that keep the log together.
#[derive(Debug)]
pub struct NatsCluster {
    nodes: Vec<Nats>,
}

/// How three servers are run.
#[derive(Clone, Debug)]
pub struct ClusterSettings {
    /// The folder in which each has one of its own: `n1`, `n2`, `n3`.
    pub folder: PathBuf,
    /// The ports of each.
    pub ports: [NodePorts; 3],
    /// The passwords of their users.
    pub passwords: NatsPasswords,
    /// The most the log may take on the disk of each, in bytes.
    pub max_file_store_bytes: u64,
}

/// The ports of one of three servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodePorts {
    /// For clients.
    pub clients: u16,
    /// For the monitoring pages.
    pub monitor: u16,
    /// For the other servers.
    pub routes: u16,
}

impl ClusterSettings {
    fn of(&self, index: usize) -> Settings {
        let name = format!("n{}", index + 1);
        let ports = self.ports[index];
        Settings {
            folder: self.folder.join(&name),
            name,
            port: ports.clients,
            monitor_port: ports.monitor,
            passwords: self.passwords.clone(),
            max_file_store_bytes: self.max_file_store_bytes,
            cluster: Some(Cluster {
                port: ports.routes,
                all: self.ports.map(|ports| ports.routes).to_vec(),
            }),
        }
    }
}

/// Reserves the ports of one server.
fn reserve() -> Result<(NodePorts, Vec<Port>)> {
    let reserved = vec![Port::reserve()?, Port::reserve()?, Port::reserve()?];
    let ports = NodePorts {
        clients: reserved[0].number(),
        monitor: reserved[1].number(),
        routes: reserved[2].number(),
    };
    Ok((ports, reserved))
}

impl NatsCluster {
    /// Starts three servers on free ports, each with a folder of its own in `folder`.
    pub async fn start(folder: &Path) -> Result<Self> {
        let (one, first) = reserve()?;
        let (two, second) = reserve()?;
        let (three, third) = reserve()?;
        let settings = ClusterSettings {
            folder: folder.to_owned(),
            ports: [one, two, three],
            passwords: NatsPasswords::generate(),
            max_file_store_bytes: TEST_FILE_STORE,
        };
        Self::run(&settings, [first, second, third]).await
    }

    /// Starts three servers as they are told.
    pub async fn start_with(settings: &ClusterSettings) -> Result<Self> {
        Self::run(settings, [const { Vec::new() }; 3]).await
    }

    /// All are started before one is waited for, because each waits for another one.
    async fn run(settings: &ClusterSettings, reserved: [Vec<Port>; 3]) -> Result<Self> {
        let mut nodes = Vec::new();
        for (index, reserved) in reserved.into_iter().enumerate() {
            nodes.push(Nats::spawn(settings.of(index), reserved)?);
        }
        let cluster = Self { nodes };
        for node in &cluster.nodes {
            node.ready().await?;
        }
        Ok(cluster)
    }

    /// Returns the servers.
    pub fn nodes(&self) -> &[Nats] {
        &self.nodes
    }

    /// Returns the addresses of all servers, separated by commas.
    pub fn url(&self, user: User) -> String {
        let urls: Vec<String> = self.nodes.iter().map(|node| node.url(user)).collect();
        urls.join(",")
    }

    /// Makes the streams and returns when all three keep the log.
    pub async fn provision(&self) -> Result<()> {
        let url = self.url(User::Provision);
        provision::streams(&url, 3).await?;
        wait::until(PATIENCE, || async {
            let info = provision::stream_info(&url).await;
            let info = info.map_err(|error| error.to_string())?;
            let followers = info
                .pointer("/cluster/replicas")
                .and_then(|all| all.as_array());
            let current = followers
                .into_iter()
                .flatten()
                .filter(|one| one["current"] == true);
            let count = current.count();
            (count == 2)
                .then_some(())
                .ok_or_else(|| format!("{count} of 2 followers are current"))
        })
        .await
        .map_err(|said| Error::Nats {
            doing: "keep the stream on three servers".to_owned(),
            said,
        })
    }

    /// Finds the server that leads the stream, waiting for an election to end.
    pub async fn leader(&self) -> Result<&Nats> {
        wait::until(PATIENCE, || async {
            let info = provision::stream_info(&self.url(User::Provision)).await;
            let info = info.map_err(|error| error.to_string())?;
            let leader = info
                .pointer("/cluster/leader")
                .and_then(|name| name.as_str());
            let found = self.nodes.iter().find(|node| Some(node.name()) == leader);
            found.ok_or_else(|| "nobody leads".to_owned())
        })
        .await
        .map_err(|said| Error::Nats {
            doing: "find the leader of the stream".to_owned(),
            said,
        })
    }
}
