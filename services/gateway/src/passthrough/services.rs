//! The registration services, and which of them can be reached.

use std::{
    collections::VecDeque,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
    vec,
};

use super::{
    origin::{Origin, Origins},
    rendezvous::Rendezvous,
};

/// How long a service that could not be connected to is asked only when all others have failed.
const REST: Duration = Duration::from_secs(1);

/// All of them.
#[derive(Debug)]
pub(super) struct Services {
    all: Vec<Service>,
    rendezvous: Rendezvous,
    started: Instant,
}

/// One of them.
#[derive(Debug)]
pub(super) struct Service {
    origin: Origin,
    rest: Rest,
}

/// Until when a service rests, in milliseconds; 0 while it can be reached.
#[derive(Debug, Default)]
struct Rest(AtomicU64);

impl Rest {
    /// True if it may be asked now.
    ///
    /// When the rest is over, one command is let through to see; the others keep away until it knows, so that a
    /// service that does not even refuse costs one command a time-out, and not all.
    fn is_over(&self, now_ms: u64) -> bool {
        let until_ms = self.0.load(Ordering::Relaxed);
        until_ms == 0 || (until_ms <= now_ms && self.goes_on(until_ms, now_ms))
    }

    /// True for the first one who asks.
    fn goes_on(&self, until_ms: u64, now_ms: u64) -> bool {
        let later_ms = now_ms + millis(REST);
        let order = Ordering::Relaxed;
        self.0
            .compare_exchange(until_ms, later_ms, order, order)
            .is_ok()
    }

    /// Begins, and says whether it was up before.
    fn begin(&self, now_ms: u64) -> bool {
        self.0.swap(now_ms + millis(REST), Ordering::Relaxed) == 0
    }

    /// Ends, and says whether it had begun.
    fn end(&self) -> bool {
        // Nearly always there is nothing to end, and nothing to write.
        self.0.load(Ordering::Relaxed) != 0 && self.0.swap(0, Ordering::Relaxed) != 0
    }
}

impl Services {
    pub(super) fn new(origins: Origins) -> Self {
        let origins = origins.into_vec();
        Self {
            rendezvous: Rendezvous::of(origins.iter().map(Origin::name)),
            all: origins
                .into_iter()
                .map(|origin| Service {
                    origin,
                    rest: Rest::default(),
                })
                .collect(),
            started: Instant::now(),
        }
    }

    /// Gives each service once, in the order in which they are to be asked; those that rest come last.
    pub(super) fn turns(&self, key: impl FnOnce() -> String) -> Turns<'_> {
        let order = match self.all.len() {
            1 => vec![0],
            _ => self.rendezvous.order(&key()),
        };
        Turns {
            services: self,
            waiting: order.into_iter(),
            resting: VecDeque::new(),
        }
    }

    /// Takes note that no connection could be made.
    pub(super) fn unreachable(&self, service: &Service) {
        if service.rest.begin(self.now_ms()) {
            let registration = service.origin.name();
            tracing::warn!(registration, "a registration service cannot be reached");
        }
    }

    fn now_ms(&self) -> u64 {
        millis(self.started.elapsed())
    }
}

impl Service {
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Takes note that a connection was made.
    pub(super) fn reached(&self) {
        if self.rest.end() {
            let registration = self.origin.name();
            tracing::info!(registration, "a registration service can be reached again");
        }
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Who is asked one after another for one command.
///
/// Whether a service rests is seen when its turn comes, not before.
#[derive(Debug)]
pub(super) struct Turns<'a> {
    services: &'a Services,
    waiting: vec::IntoIter<usize>,
    resting: VecDeque<usize>,
}

impl<'a> Iterator for Turns<'a> {
    type Item = &'a Service;

    fn next(&mut self) -> Option<&'a Service> {
        let all = &self.services.all;
        for service in self.waiting.by_ref() {
            if all[service].rest.is_over(self.services.now_ms()) {
                return Some(&all[service]);
            }
            self.resting.push_back(service);
        }
        self.resting.pop_front().map(|service| &all[service])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services() -> Services {
        Services::new("http://a,http://b,http://c".parse().expect("origins"))
    }

    fn names(turns: Turns<'_>) -> Vec<String> {
        turns.map(|service| service.origin.name()).collect()
    }

    fn order(services: &Services) -> Vec<String> {
        names(services.turns(|| "workshop/1".to_owned()))
    }

    #[test]
    fn each_service_has_its_turn_once_and_who_rests_comes_last() {
        let services = services();
        let before = order(&services);
        assert_eq!(before.len(), 3);
        let first = services.turns(|| "workshop/1".to_owned()).next();
        services.unreachable(first.expect("there are three"));
        let after = order(&services);
        assert_eq!(after[..2], before[1..]);
        assert_eq!(after[2], before[0]);
        first.expect("there are three").reached();
        assert_eq!(order(&services), before);
    }

    #[test]
    fn when_all_rest_all_are_asked() {
        let services = services();
        let before = order(&services);
        services.all.iter().for_each(|it| services.unreachable(it));
        assert_eq!(order(&services), before);
    }

    #[test]
    fn the_only_service_is_always_asked() {
        let services = Services::new("http://a".parse().expect("an origin"));
        services.unreachable(&services.all[0]);
        let turns = services.turns(|| unreachable!("there is nothing to choose"));
        assert_eq!(names(turns), ["a:80"]);
    }

    #[test]
    fn after_the_rest_one_command_goes_to_see_and_the_others_keep_away() {
        let rest = Rest::default();
        assert!(rest.is_over(5));
        assert!(rest.begin(5), "it was up");
        assert!(!rest.begin(5), "it was not");
        assert!(!rest.is_over(1_004));
        assert!(rest.is_over(1_005), "one goes");
        assert!(!rest.is_over(1_005), "the others do not");
        assert!(rest.is_over(2_005), "and one again, should the first hang");
        assert!(rest.end(), "it is up again");
        assert!(!rest.end(), "nothing new");
        assert!(rest.is_over(2_006) && rest.is_over(2_006));
    }
}
