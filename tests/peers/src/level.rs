//! The loads that every peer gets.

use crate::{
    Arguments,
    load::{Bounds, Ticket},
};

/// Tasks of the ordinary load, each in workshops of its own.
const TASKS: usize = 16;
/// Registrations of an ordinary workshop.
const ORDINARY: usize = 50;
/// Workshops each task fills.
const WORKSHOPS: usize = 5;

/// One load.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    pub(crate) what: &'static str,
    pub(crate) bounds: Bounds,
    /// Of each workshop.
    pub(crate) seats: u32,
    own: bool,
}

impl Level {
    /// Gives the contended levels, and the ordinary one last.
    pub(crate) fn all(arguments: &Arguments) -> Vec<Self> {
        let clients = arguments.clients.iter();
        let contended = clients.map(|clients| Self::contended(arguments, *clients));
        contended.chain([Self::ordinary(arguments)]).collect()
    }

    fn contended(arguments: &Arguments, clients: usize) -> Self {
        let bounds = Bounds {
            clients,
            commands: arguments.submissions,
            time: arguments.time(),
        };
        Self {
            what: "contended",
            bounds,
            seats: arguments.seats,
            own: false,
        }
    }

    fn ordinary(arguments: &Arguments) -> Self {
        let bounds = Bounds {
            clients: TASKS,
            commands: TASKS * WORKSHOPS * ORDINARY,
            time: arguments.time(),
        };
        Self {
            what: "ordinary",
            bounds,
            seats: arguments.seats,
            own: true,
        }
    }

    /// Names a schema for this level of a peer.
    pub(crate) fn schema(self, peer: &str) -> String {
        format!("{peer}_{}_{}", self.what, self.bounds.clients)
    }

    /// Names the workshops to open beforehand.
    pub(crate) fn workshops(self) -> Vec<String> {
        if !self.own {
            return vec!["rush".to_owned()];
        }
        let of_task = |task| (0..WORKSHOPS).map(move |workshop| name(task, workshop));
        (0..TASKS).flat_map(of_task).collect()
    }

    /// Names the workshop that a command is for.
    pub(crate) fn workshop(self, ticket: Ticket) -> String {
        if !self.own {
            return "rush".to_owned();
        }
        name(ticket.client, ticket.turn / ORDINARY % WORKSHOPS)
    }
}

fn name(task: usize, workshop: usize) -> String {
    format!("ordinary-{task}-{workshop}")
}
