//! Health: whether the process can do its work, part by part.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use serde::Serialize;

/// Collects the state of the parts a process depends on; ready when all of them are.
///
/// Cheap to clone; all clones show the same state.
///
/// ```
/// use anmeldewerk_service::health::Health;
///
/// let health = Health::default();
/// let log = health.part("log");
/// assert!(!health.report().ready);
/// log.ready();
/// assert!(health.report().ready);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Health(Arc<RwLock<BTreeMap<&'static str, State>>>);

/// One part of a [`Health`], held by whoever knows how the part is doing.
#[derive(Clone, Debug)]
pub struct Part {
    name: &'static str,
    health: Health,
}

/// The state of one part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct State {
    /// Whether the part works.
    pub ready: bool,
    /// Why not; words of ours, no data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Cow<'static, str>>,
}

/// The state of the whole process and of its parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Whether all parts work.
    pub ready: bool,
    /// The parts by name.
    pub parts: BTreeMap<&'static str, State>,
}

impl Health {
    /// Adds a part, not ready yet because it is `starting`.
    #[must_use]
    pub fn part(&self, name: &'static str) -> Part {
        let part = Part {
            name,
            health: self.clone(),
        };
        part.unready("starting");
        part
    }

    /// Reports the present state.
    #[must_use]
    pub fn report(&self) -> Report {
        let parts = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        Report {
            ready: parts.values().all(|state| state.ready),
            parts,
        }
    }

    fn put(&self, name: &'static str, reason: Option<Cow<'static, str>>) {
        let ready = reason.is_none();
        let told = reason.clone();
        let mut parts = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = parts.insert(name, State { ready, reason });
        drop(parts);
        if before.is_some_and(|before| before.ready != ready || before.reason != told) {
            tracing::info!(
                part = name,
                ready,
                reason = told.as_deref(),
                "health changed"
            );
        }
    }
}

impl Part {
    /// Says that the part works.
    pub fn ready(&self) {
        self.health.put(self.name, None);
    }

    /// Says that the part does not work, and why.
    pub fn unready(&self, reason: impl Into<Cow<'static, str>>) {
        self.health.put(self.name, Some(reason.into()));
    }
}

#[cfg(test)]
mod tests {
    use super::Health;

    #[test]
    fn a_process_is_ready_when_every_part_is() {
        let health = Health::default();
        let (log, database) = (health.part("log"), health.part("database"));
        log.ready();
        assert!(!health.report().ready);
        database.ready();
        assert!(health.report().ready);
        log.unready("the connection is lost");
        let report = serde_json::to_value(health.report()).expect("a report serializes");
        let expected = serde_json::json!({
            "ready": false,
            "parts": {"database": {"ready": true}, "log": {"ready": false, "reason": "the connection is lost"}},
        });
        assert_eq!(report, expected);
    }

    #[test]
    fn a_process_without_parts_is_ready() {
        assert!(Health::default().report().ready);
    }
}
