//! Real servers, and a log that writes with the writer's user and follows with the follower's.

use anmeldewerk_contract::{Message, Position, Subject};
use anmeldewerk_journal::{AppendError, Entry, Follower, JetStream, Journal, LogState, ReadError};
use anmeldewerk_stack::{
    folder::Folder,
    nats::{Nats, NatsCluster, User},
};

const STREAM: &str = "AW_LOG";

/// Both connections that a house has to the log.
#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) writer: JetStream,
    pub(crate) reader: JetStream,
}

impl Journal for Pair {
    async fn append(&self, entries: Vec<Entry>) -> Result<Vec<Position>, AppendError> {
        self.writer.append(entries).await
    }

    async fn page(
        &self,
        subject: &Subject,
        after: Position,
        limit: usize,
    ) -> Result<Vec<Message>, ReadError> {
        self.writer.page(subject, after, limit).await
    }

    async fn last(&self, subject: &Subject) -> Result<Option<Message>, ReadError> {
        self.writer.last(subject).await
    }

    async fn at(&self, position: Position) -> Result<Option<Message>, ReadError> {
        self.reader.at(position).await
    }

    async fn state(&self) -> Result<LogState, ReadError> {
        self.reader.state().await
    }

    async fn follow(&self, after: Position) -> Result<Follower, ReadError> {
        self.reader.follow(after).await
    }
}

pub(crate) async fn connect(url: &str, monitors: &[String]) -> JetStream {
    JetStream::connect(url, STREAM, monitors)
        .await
        .expect("the log is safe")
}

/// One server with a fresh log.
pub(crate) struct Single {
    pub(crate) nats: Nats,
    pub(crate) folder: Folder,
}

impl Single {
    pub(crate) async fn start() -> Self {
        let folder = Folder::new("journal").expect("a folder");
        let nats = Nats::start(&folder.join("nats")).await.expect("a server");
        nats.provision().await.expect("a stream");
        Self { nats, folder }
    }

    pub(crate) async fn log(&self) -> Pair {
        let monitors = [self.nats.monitor_url()];
        Pair {
            writer: connect(&self.nats.url(User::Registration), &monitors).await,
            reader: connect(&self.nats.url(User::Projection), &monitors).await,
        }
    }
}

/// Three servers that keep one log together.
pub(crate) struct Three {
    cluster: NatsCluster,
    _folder: Folder,
}

impl Three {
    pub(crate) async fn start() -> Self {
        let folder = Folder::new("journal-r3").expect("a folder");
        let cluster = NatsCluster::start(folder.path()).await.expect("servers");
        cluster.provision().await.expect("a stream");
        cluster.leader().await.expect("a leader");
        Self {
            cluster,
            _folder: folder,
        }
    }

    pub(crate) async fn log(&self) -> Pair {
        let monitors: Vec<String> = self.cluster.nodes().iter().map(Nats::monitor_url).collect();
        Pair {
            writer: connect(&self.cluster.url(User::Registration), &monitors).await,
            reader: connect(&self.cluster.url(User::Projection), &monitors).await,
        }
    }
}
