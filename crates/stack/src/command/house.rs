use std::sync::Arc;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::child::Child;
use crate::error::Error;
use crate::home::Servers;
use crate::nats::Nats;
use crate::service::{Kind, Service};

/// Everything that runs, in the order it was started.
pub(crate) struct House {
    pub(crate) services: Vec<Service>,
    pub(crate) servers: Servers,
}

/// Children of one kind, and how many of them the house cannot do without.
struct Part {
    what: &'static str,
    needed: usize,
    children: Vec<Arc<Child>>,
}

impl House {
    /// Waits until one of the children ends by itself that the house cannot do without.
    pub(crate) async fn death(&self) -> Error {
        let mut services: Vec<Part> = Kind::ALL.map(|kind| self.services_of(kind)).into();
        services.extend(self.servers.parts());
        first_loss(services).await
    }

    fn services_of(&self, kind: Kind) -> Part {
        let of_kind = self.services.iter().filter(|it| it.kind() == kind);
        Part {
            what: kind.name(),
            needed: 1,
            children: of_kind.map(Service::child).collect(),
        }
    }

    /// The services first, the public one before those behind it, then the servers.
    pub(crate) async fn stop(&self) {
        for service in self.services.iter().rev() {
            service.stop().await;
        }
        self.servers.stop().await;
    }
}

impl Servers {
    /// Waits until one of the servers ends by itself that the others cannot do without.
    pub(crate) async fn death(&self) -> Error {
        first_loss(self.parts().into()).await
    }

    /// More than half of the log's servers must be there to keep anything.
    fn parts(&self) -> [Part; 2] {
        let nodes = self.nats.nodes();
        let log = Part {
            what: "nats-server",
            needed: nodes.len() / 2 + 1,
            children: nodes.iter().map(Nats::child).collect(),
        };
        let databases = Part {
            what: "postgres",
            needed: 1,
            children: vec![self.postgres.child()],
        };
        [log, databases]
    }
}

/// Where enough of a kind are left, its loss is told and the rest goes on.
async fn first_loss(mut parts: Vec<Part>) -> Error {
    let ends = parts.iter().enumerate().flat_map(|(part, it)| {
        it.children.iter().cloned().map(move |child| async move {
            child.exited().await;
            (part, child)
        })
    });
    let mut ends: FuturesUnordered<_> = ends.collect();
    while let Some((part, gone)) = ends.next().await {
        let part = &mut parts[part];
        part.children.retain(|child| child.pid() != gone.pid());
        let (what, left) = (part.what, part.children.len());
        if left < part.needed {
            return gone.obituary();
        }
        eprintln!(
            "{}\nThe house goes on; {what}: {left} left.",
            gone.obituary()
        );
    }
    unreachable!("a house has children, and cannot do without the last of a kind")
}
