//! Ports: fixed ones for people, reserved ones for tests.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU16, Ordering};

use crate::error::{Error, Result};
use crate::lock::Lock;
use crate::place;

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

    /// The registration service behind it.
    pub fn registration(self) -> u16 {
        self.base + 81
    }

    /// The gateway's admin port.
    pub fn gateway_admin(self) -> u16 {
        self.base + 90
    }

    /// The registration service's admin port.
    pub fn registration_admin(self) -> u16 {
        self.base + 91
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

    /// PostgreSQL.
    pub fn postgres(self) -> u16 {
        self.base + 432
    }

    /// Refuses if any of the ports is taken, naming the first one.
    pub fn check(self) -> Result<()> {
        let wanted = [
            (self.gateway(), "the gateway"),
            (self.registration(), "the registration service"),
            (self.gateway_admin(), "the gateway's admin port"),
            (
                self.registration_admin(),
                "the registration service's admin port",
            ),
            (
                self.projection_admin(),
                "the projection service's admin port",
            ),
            (self.nats(), "nats-server"),
            (self.nats_monitor(), "nats-server's monitoring"),
            (self.postgres(), "PostgreSQL"),
        ];
        match wanted.into_iter().find(|(port, _)| !is_free(*port)) {
            None => Ok(()),
            Some((port, wanted_by)) => Err(Error::PortBusy {
                port,
                wanted_by,
                base: self.base,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

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
        let line = fixed.check().expect_err("one port is taken").to_string();
        assert!(
            line.contains(&format!("port {} is in use", port.number())),
            "{line}"
        );
        assert!(line.contains("nats-server's monitoring"), "{line}");
        assert!(line.contains("--port-base"), "{line}");
        assert_eq!(line.lines().count(), 1);
    }
}
