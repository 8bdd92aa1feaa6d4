use std::path::Path;

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

impl NatsCluster {
    /// Starts three servers on free ports, each with a folder of its own in `folder`.
    pub async fn start(folder: &Path) -> Result<Self> {
        let routes = [Port::reserve()?, Port::reserve()?, Port::reserve()?];
        let all: Vec<u16> = routes.iter().map(Port::number).collect();
        let passwords = NatsPasswords::generate();
        let mut nodes = Vec::new();
        for (index, route) in routes.into_iter().enumerate() {
            let (port, monitor) = (Port::reserve()?, Port::reserve()?);
            let name = format!("n{}", index + 1);
            let settings = Settings {
                folder: folder.join(&name),
                name,
                port: port.number(),
                monitor_port: monitor.number(),
                passwords: passwords.clone(),
                max_file_store_bytes: TEST_FILE_STORE,
                cluster: Some(Cluster {
                    port: route.number(),
                    all: all.clone(),
                }),
            };
            nodes.push(Nats::spawn(settings, vec![port, monitor, route])?);
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

    /// Makes the stream `AW_LOG` and returns when all three keep it.
    pub async fn provision(&self) -> Result<()> {
        let url = self.url(User::Provision);
        provision::stream(&url, 3).await?;
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
