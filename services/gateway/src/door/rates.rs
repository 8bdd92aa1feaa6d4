//! How many requests one token and one address may make.
//!
//! Buckets that fill evenly (the generic cell rate algorithm): as many requests at once as the bucket holds, then as
//! many a second as flow in. Who is counted is no more than a number here: a token by a keyed hash that changes with
//! each process, an address without its last 64 bits where it is one of IPv6.

use std::{
    hash::{BuildHasher, Hash, RandomState},
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    time::Duration,
};

use anmeldewerk_contract::problem::Code;
use anmeldewerk_service::problem::Problem;
use axum::http::{HeaderMap, HeaderValue, header};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, DefaultClock},
    middleware::NoOpMiddleware,
    state::keyed::DashMapStateStore,
};
use tokio::time::{MissedTickBehavior, interval};

use super::count;

/// How often buckets that are full again are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(5);

/// The largest rate, and the largest bucket.
pub(crate) const MOST: u32 = 1_000_000;

/// How long a bucket takes to fill at most; a larger one is cut to that, so that none is kept for long.
const FULL_WITHIN_S: u32 = 60;

/// How many requests are let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second for long; 0 lets all of them in.
    pub per_s: u32,
    /// Requests at once, after a pause.
    pub burst: u32,
}

impl Rate {
    /// What one token may ask in production: a program's own system that feeds in its registrations.
    pub const PER_TOKEN: Self = Self {
        per_s: 50,
        burst: 500,
    };

    /// What may come from one address in production: whole authorities stand behind one.
    pub const PER_ADDRESS: Self = Self {
        per_s: 200,
        burst: 2_000,
    };

    fn quota(self) -> Option<Quota> {
        let per_s = NonZeroU32::new(self.per_s)?;
        let longest = self.per_s.saturating_mul(FULL_WITHIN_S);
        let burst = NonZeroU32::new(self.burst.min(longest)).unwrap_or(NonZeroU32::MIN);
        Some(Quota::per_second(per_s).allow_burst(burst))
    }
}

/// The buckets of all tokens and addresses.
#[derive(Debug)]
pub(super) struct Rates<C: Clock = DefaultClock> {
    tokens: Buckets<u64, C>,
    addresses: Buckets<IpAddr, C>,
    hasher: RandomState,
}

/// One bucket for each key; none where everything is let in.
#[derive(Debug)]
struct Buckets<K: Hash + Eq + Clone, C: Clock>(Option<Limiter<K, C>>);

type Limiter<K, C> = RateLimiter<K, DashMapStateStore<K>, C, NoOpMiddleware<<C as Clock>::Instant>>;

impl Rates {
    pub(super) fn new(per_token: Rate, per_address: Rate) -> Self {
        Self::by_clock(per_token, per_address, &DefaultClock::default())
    }

    pub(super) async fn forget_again_and_again(&self) {
        let mut interval = interval(FORGET_EVERY);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            interval.tick().await;
            self.forget();
        }
    }
}

impl<C: Clock + Clone> Rates<C> {
    fn by_clock(per_token: Rate, per_address: Rate, clock: &C) -> Self {
        Self {
            tokens: Buckets::new(per_token, clock),
            addresses: Buckets::new(per_address, clock),
            hasher: RandomState::new(),
        }
    }

    /// Lets a request in, or says when one more may come.
    ///
    /// The address comes first, so that whoever is refused by it fills no bucket of tokens they made up.
    pub(super) fn admit(&self, address: IpAddr, headers: &HeaderMap) -> Result<(), Problem> {
        let address = self.addresses.take(&network(address));
        address.map_err(|wait| refused("address", wait))?;
        let token = match self.token(headers) {
            Some(token) => self.tokens.take(&token),
            None => Ok(()),
        };
        token.map_err(|wait| refused("token", wait))
    }

    /// Forgets buckets that are full again: they are like those of whoever has never knocked.
    fn forget(&self) {
        self.tokens.forget();
        self.addresses.forget();
    }

    /// Tells tokens apart, good or not: whether one is good is found out later, and costs more than this.
    fn token(&self, headers: &HeaderMap) -> Option<u64> {
        let mut values = headers.get_all(header::AUTHORIZATION).iter().peekable();
        values.peek()?;
        let values: Vec<&[u8]> = values.map(HeaderValue::as_bytes).collect();
        Some(self.hasher.hash_one(values))
    }
}

impl<K: Hash + Eq + Clone, C: Clock + Clone> Buckets<K, C> {
    fn new(rate: Rate, clock: &C) -> Self {
        let quota = rate.quota();
        Self(quota.map(|quota| RateLimiter::dashmap_with_clock(quota, clock.clone())))
    }

    /// Takes one out of a bucket, or says how long it is empty.
    fn take(&self, key: &K) -> Result<(), Duration> {
        let Some(limiter) = &self.0 else {
            return Ok(());
        };
        let empty = limiter.check_key(key);
        empty.map_err(|until| until.wait_time_from(limiter.clock().now()))
    }

    fn forget(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

/// Gives the part of an address that one client cannot change at will.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => {
            Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into()
        }
    }
}

fn refused(whose: &'static str, wait: Duration) -> Problem {
    count(whose);
    let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
    Problem::new(Code::TooManyRequests).retry_after_s(seconds.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use governor::clock::FakeRelativeClock;

    const SMALL: Rate = Rate { per_s: 2, burst: 3 };
    const OFF: Rate = Rate { per_s: 0, burst: 3 };
    const HERE: &str = "192.0.2.1";

    struct Street {
        rates: Rates<FakeRelativeClock>,
        clock: FakeRelativeClock,
    }

    impl Street {
        fn new(per_token: Rate, per_address: Rate) -> Self {
            let clock = FakeRelativeClock::default();
            let rates = Rates::by_clock(per_token, per_address, &clock);
            Self { rates, clock }
        }

        fn knock(&self, address: &str, token: &'static str) -> Result<(), Problem> {
            let value = HeaderValue::from_static(token);
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value)]);
            self.rates
                .admit(address.parse().expect("an address"), &headers)
        }

        fn knock_without_token(&self, address: &str) -> Result<(), Problem> {
            let address = address.parse().expect("an address");
            self.rates.admit(address, &HeaderMap::new())
        }

        /// How many of many knocks are let in.
        fn let_in(&self, address: &str, token: &'static str) -> usize {
            (0..10)
                .filter(|_| self.knock(address, token).is_ok())
                .count()
        }

        fn kept(&self) -> [usize; 2] {
            let tokens = self.rates.tokens.0.as_ref().map_or(0, RateLimiter::len);
            let addresses = self.rates.addresses.0.as_ref().map_or(0, RateLimiter::len);
            [tokens, addresses]
        }
    }

    #[test]
    fn a_token_is_let_in_as_often_as_its_bucket_holds_and_then_as_it_fills() {
        let street = Street::new(SMALL, OFF);
        assert_eq!(street.let_in(HERE, "Bearer a"), 3);
        let refused = street.knock(HERE, "Bearer a");
        let expected = Problem::new(Code::TooManyRequests).retry_after_s(1);
        assert_eq!(refused, Err(expected));
        assert_eq!(street.let_in(HERE, "Bearer b"), 3, "another one");
        assert_eq!(street.let_in("192.0.2.2", "Bearer a"), 0, "from elsewhere");
        street.clock.advance(Duration::from_secs(1));
        assert_eq!(street.let_in(HERE, "Bearer a"), 2);
    }

    #[test]
    fn every_request_counts_for_its_address_with_whatever_tokens() {
        let street = Street::new(OFF, SMALL);
        assert_eq!(street.knock_without_token(HERE), Ok(()));
        assert_eq!(street.knock(HERE, "Bearer a"), Ok(()));
        assert_eq!(street.knock(HERE, "Participant b"), Ok(()));
        assert!(street.knock(HERE, "Bearer c").is_err());
        assert!(street.knock_without_token(HERE).is_err());
        assert_eq!(street.knock_without_token("192.0.2.2"), Ok(()));
    }

    #[test]
    fn an_address_of_ipv6_counts_by_its_network() {
        let street = Street::new(OFF, SMALL);
        assert_eq!(street.let_in("2001:db8::1", "Bearer a"), 3);
        assert_eq!(street.let_in("2001:db8::ffff:2", "Bearer a"), 0);
        assert_eq!(street.let_in("2001:db8:0:1::1", "Bearer a"), 3);
    }

    #[test]
    fn without_a_token_only_the_address_counts() {
        let street = Street::new(SMALL, OFF);
        let let_in = (0..10).filter(|_| street.knock_without_token(HERE).is_ok());
        assert_eq!(let_in.count(), 10);
    }

    #[test]
    fn a_rate_of_nothing_lets_everything_in() {
        assert_eq!(Street::new(OFF, OFF).let_in(HERE, "Bearer a"), 10);
    }

    #[test]
    fn whoever_is_refused_by_their_address_fills_no_bucket_of_tokens() {
        let street = Street::new(SMALL, SMALL);
        for token in ["a", "b", "c", "d", "e"] {
            let _ = street.knock(HERE, token);
        }
        assert_eq!(street.kept(), [3, 1]);
    }

    #[test]
    fn buckets_that_are_full_again_are_forgotten() {
        let street = Street::new(SMALL, SMALL);
        assert_eq!(street.let_in(HERE, "Bearer a"), 3);
        street.clock.advance(Duration::from_secs(1));
        street.rates.forget();
        assert_eq!(street.kept(), [1, 1], "they are not full yet");
        street.clock.advance(Duration::from_secs(1));
        street.rates.forget();
        assert_eq!(street.kept(), [0, 0]);
    }

    #[test]
    fn no_bucket_takes_longer_than_a_minute_to_fill() {
        let large = Rate {
            per_s: 2,
            burst: MOST,
        };
        let quota = large.quota().expect("a quota");
        assert_eq!(quota.burst_size().get(), 2 * FULL_WITHIN_S);
        let none = Rate { per_s: 2, burst: 0 };
        assert_eq!(none.quota().expect("a quota").burst_size().get(), 1);
    }
}
