use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    time::Duration,
};

use tokio::time::Instant;

/// Remembers a bounded number of values for a bounded time, the oldest leaving first.
///
/// The time is given by the caller. What leaves is dropped at once.
pub(crate) struct Cache<K, V> {
    values: HashMap<K, (V, Instant)>,
    /// Every insertion in order; one that was overwritten or forgotten names nothing any more.
    order: VecDeque<(K, Instant)>,
    capacity: usize,
    lifetime: Duration,
}

impl<K: Clone + Eq + Hash, V> Cache<K, V> {
    pub(crate) fn new(capacity: usize, lifetime: Duration) -> Self {
        Self {
            values: HashMap::new(),
            order: VecDeque::new(),
            capacity,
            lifetime,
        }
    }

    /// Returns a value that is not older than the lifetime.
    pub(crate) fn get(&mut self, key: &K, now: Instant) -> Option<&V> {
        self.expire(now);
        self.values.get(key).map(|(value, _)| value)
    }

    /// Remembers a value that was true at the given time.
    pub(crate) fn insert(&mut self, key: K, value: V, at: Instant) {
        self.values.insert(key.clone(), (value, at));
        self.order.push_back((key, at));
        while self.order.len() > self.capacity {
            self.leave();
        }
    }

    /// Forgets a value.
    pub(crate) fn remove(&mut self, key: &K) {
        self.values.remove(key);
    }

    fn expire(&mut self, now: Instant) {
        let lifetime = self.lifetime;
        while self
            .order
            .front()
            .is_some_and(|(_, at)| now.saturating_duration_since(*at) >= lifetime)
        {
            self.leave();
        }
    }

    fn leave(&mut self) {
        let Some((key, at)) = self.order.pop_front() else {
            return;
        };
        if self.values.get(&key).is_some_and(|(_, since)| *since == at) {
            self.values.remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{rc::Rc, time::Duration};

    use tokio::time::Instant;

    use super::Cache;

    const LIFETIME: Duration = Duration::from_mins(1);

    #[test]
    fn a_value_is_remembered_for_less_than_its_lifetime() {
        let start = Instant::now();
        let mut cache = Cache::new(10, LIFETIME);
        cache.insert("a", 1, start);
        let almost = start + LIFETIME.saturating_sub(Duration::from_nanos(1));
        assert_eq!(cache.get(&"a", almost), Some(&1));
        assert_eq!(cache.get(&"a", start + LIFETIME), None);
    }

    #[test]
    fn a_value_that_expired_is_dropped_when_any_other_is_asked_for() {
        let start = Instant::now();
        let value = Rc::new(());
        let mut cache = Cache::new(10, LIFETIME);
        cache.insert("a", Rc::clone(&value), start);
        assert_eq!(Rc::strong_count(&value), 2);
        cache.get(&"b", start + LIFETIME);
        assert_eq!(Rc::strong_count(&value), 1);
    }

    #[test]
    fn a_value_that_was_read_again_lives_from_then_on() {
        let start = Instant::now();
        let later = start + Duration::from_secs(30);
        let mut cache = Cache::new(10, LIFETIME);
        cache.insert("a", 1, start);
        cache.insert("a", 2, later);
        assert_eq!(cache.get(&"a", start + LIFETIME), Some(&2));
        assert_eq!(cache.get(&"a", later + LIFETIME), None);
    }

    #[test]
    fn the_oldest_leaves_when_there_is_no_room() {
        let start = Instant::now();
        let mut cache = Cache::new(2, LIFETIME);
        for (second, key) in ["a", "b", "c"].into_iter().enumerate() {
            cache.insert(key, second, start + Duration::from_secs(second as u64));
        }
        assert_eq!(cache.get(&"a", start), None);
        assert_eq!(cache.get(&"b", start), Some(&1));
        assert_eq!(cache.get(&"c", start), Some(&2));
    }

    #[test]
    fn overwriting_one_value_for_ever_takes_no_room() {
        let start = Instant::now();
        let mut cache = Cache::new(3, LIFETIME);
        for nanos in 0..100 {
            cache.insert("a", nanos, start + Duration::from_nanos(nanos));
        }
        assert_eq!(cache.get(&"a", start), Some(&99));
        assert!(cache.order.len() <= 3);
    }

    #[test]
    fn a_forgotten_value_is_gone() {
        let start = Instant::now();
        let mut cache = Cache::new(3, LIFETIME);
        cache.insert("a", 1, start);
        cache.remove(&"a");
        assert_eq!(cache.get(&"a", start), None);
    }
}
