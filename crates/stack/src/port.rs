//! Ports: fixed ones for people, reserved ones for tests.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

use crate::error::{Error, Result};
use crate::lock::Lock;
use crate::nats::NodePorts;
use crate::place;
use crate::shape::{LogServers, Shape};

/// Below what the system hands out for outgoing connections, so that a server that was killed finds its port again.
const FROM: u16 = 20_000;
const TO: u16 = 32_000;

/// A port that no other process of this checkout takes while this value lives.
///
/// It stays reserved while nothing listens on it, so a server can be killed and started again.
#[derive(Debug)]
pub struct Port {
    number: u16,
    _lock: Lock,
}

impl Port {
    /// Reserves a port on loopback that is free now.
    pub fn reserve() -> Result<Self> {
        let folder = place::folder().join("ports");
        place::make_open(&folder)?;
        for _ in FROM..TO {
            let number = next();
            if let Some(lock) = Lock::try_take(&folder.join(number.to_string()))?
                && is_free(number)
            {
                return Ok(Self {
                    number,
                    _lock: lock,
                });
            }
        }
        Err(Error::NoPort { from: FROM, to: TO })
    }

    /// Returns the number.
    pub fn number(&self) -> u16 {
        self.number
    }
}

/// Starts at a place that differs from process to process and walks on from there.
fn next() -> u16 {
    static STEP: AtomicU16 = AtomicU16::new(0);
    let spread = u16::try_from(std::process::id() % 1_000).unwrap_or_default() * 12;
    let step = STEP.fetch_add(1, Ordering::Relaxed);
    FROM + spread.wrapping_add(step) % (TO - FROM)
}

/// True if nothing listens on this port of the loopback address.
pub fn is_free(number: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, number)).is_ok()
}

/// The fixed ports of `cargo stack up`, counted from one base.
#[derive(Clone, Copy, Debug)]
pub struct Fixed {
    /// The number all ports are counted from; 7000 unless asked otherwise.
    pub base: u16,
}

impl Fixed {
    /// The public address of the gateway.
    pub fn gateway(self) -> u16 {
        self.base + 80
    }

    /// The registration services behind it, counted from 0.
    pub fn registration(self, index: u16) -> u16 {
        self.base + 81 + index
    }

    /// The gateway's admin port.
    pub fn gateway_admin(self) -> u16 {
        self.base + 90
    }

    /// The registration services' admin ports; between the first two lies the projection service's.
    pub fn registration_admin(self, index: u16) -> u16 {
        self.base + 91 + index + u16::from(index > 0)
    }

    /// The projection service's admin port.
    pub fn projection_admin(self) -> u16 {
        self.base + 92
    }

    /// nats-server for clients.
    pub fn nats(self) -> u16 {
        self.base + 422
    }

    /// nats-server's monitoring pages.
    pub fn nats_monitor(self) -> u16 {
        self.base + 423
    }

    /// The ports of three nats-servers.
    pub fn nodes(self) -> [NodePorts; 3] {
        [1, 2, 3].map(|node| NodePorts {
            clients: self.base + 440 + node,
            monitor: self.base + 450 + node,
            routes: self.base + 460 + node,
        })
    }

    /// PostgreSQL.
    pub fn postgres(self) -> u16 {
        self.base + 432
    }

    /// Refuses if any of the ports is taken that a house of this shape needs, naming the first one.
    pub fn check(self, shape: Shape) -> Result<()> {
        let wanted = self.of_services(shape.registrations);
        let mut wanted = wanted.chain(self.of_log(shape.log));
        match wanted.find(|(port, _)| !is_free(*port)) {
            None => Ok(()),
            Some((port, wanted_by)) => Err(Error::PortBusy {
                port,
                wanted_by,
                base: self.base,
            }),
        }
    }

    fn of_services(self, registrations: usize) -> impl Iterator<Item = (u16, &'static str)> {
        let one = [
            (self.gateway(), "the gateway"),
            (self.gateway_admin(), "the gateway's admin port"),
            (
                self.projection_admin(),
                "the projection service's admin port",
            ),
            (self.postgres(), "PostgreSQL"),
        ];
        let each = (0..).take(registrations).flat_map(move |index| {
            [
                (self.registration(index), "a registration service"),
                (
                    self.registration_admin(index),
                    "a registration service's admin port",
                ),
            ]
        });
        one.into_iter().chain(each)
    }

    fn of_log(self, servers: LogServers) -> Vec<(u16, &'static str)> {
        match servers {
            LogServers::One => vec![
                (self.nats(), "nats-server"),
                (self.nats_monitor(), "nats-server's monitoring"),
            ],
            LogServers::Three => self.nodes().into_iter().flat_map(of_node).collect(),
        }
    }
}

fn of_node(ports: NodePorts) -> [(u16, &'static str); 3] {
    [
        (ports.clients, "one of three nats-servers"),
        (ports.monitor, "the monitoring of one of three nats-servers"),
        (ports.routes, "one of three nats-servers, for the others,"),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::shape::MOST_REGISTRATIONS;

    #[test]
    fn reserved_ports_differ_while_they_are_held() {
        let ports: Vec<Port> = (0..8)
            .map(|_| Port::reserve().expect("there are free ports"))
            .collect();
        let numbers: BTreeSet<u16> = ports.iter().map(Port::number).collect();
        assert_eq!(numbers.len(), 8);
    }

    #[test]
    fn a_busy_port_is_named_with_who_wants_it_and_how_to_move() {
        let port = Port::reserve().expect("there are free ports");
        let fixed = Fixed {
            base: port.number() - 423,
        };
        let _listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port.number()))
            .expect("a reserved port can be bound");
        let refused = fixed.check(Shape::default());
        let line = refused.expect_err("one port is taken").to_string();
        assert!(
            line.contains(&format!("port {} is in use", port.number())),
            "{line}"
        );
        assert!(line.contains("nats-server's monitoring"), "{line}");
        assert!(line.contains("--port-base"), "{line}");
        assert_eq!(line.lines().count(), 1);
    }

    #[test]
    fn no_port_is_wanted_twice_in_the_largest_house() {
        let fixed = Fixed { base: 7000 };
        let services = fixed.of_services(MOST_REGISTRATIONS.into());
        let servers = [LogServers::One, LogServers::Three].map(|log| fixed.of_log(log));
        let all = services.chain(servers.concat());
        let ports: Vec<u16> = all.map(|(port, _)| port).collect();
        let different: BTreeSet<u16> = ports.iter().copied().collect();
        assert_eq!(different.len(), ports.len());
        assert_eq!(ports.len(), 4 + 2 * usize::from(MOST_REGISTRATIONS) + 2 + 9);
        assert!(different.iter().all(|port| *port < 7500));
    }
}
