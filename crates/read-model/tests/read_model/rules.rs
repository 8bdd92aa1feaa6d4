//! Settings of random workshops.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_domain::{
    Cutoff, Instant, Stated, TextLine,
    workshop::{
        Admission, Guarantee, OfferedTopic, Offers, Settings, SignUp, Slot, WaitlistPolicy,
    },
};
use proptest::prelude::*;

use crate::{
    life::municipality,
    story::{day, settings, slug, topic},
};

/// The settings that bound seats.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is one setting")]
pub(crate) struct Rules {
    capacity: Option<u32>,
    program_cap: Option<u32>,
    municipality_cap: Option<u32>,
    guarantee: Option<u32>,
    approval: bool,
    lottery: bool,
    offers: bool,
    waitlist: u8,
    public: u8,
    stops: bool,
}

pub(crate) fn rules() -> impl Strategy<Value = Rules> {
    let size = || prop::option::weighted(0.5, 0_u32..4);
    let sizes = (
        prop::option::weighted(0.9, 0_u32..7),
        size(),
        size(),
        size(),
    );
    let flags = (
        prop::bool::weighted(0.3),
        prop::bool::weighted(0.3),
        any::<bool>(),
        prop::bool::weighted(0.1),
    );
    (sizes, flags, 0_u8..5, 0_u8..3).prop_map(|(sizes, flags, waitlist, public)| {
        let (capacity, program_cap, municipality_cap, guarantee) = sizes;
        let (approval, lottery, offers, stops) = flags;
        Rules {
            capacity,
            program_cap,
            municipality_cap,
            guarantee,
            approval,
            lottery,
            offers,
            waitlist,
            public,
            stops,
        }
    })
}

impl Rules {
    pub(crate) fn settings(self) -> Settings {
        let mut rules = settings();
        rules.capacity = self.capacity;
        rules.program_caps = cap(self.program_cap, slug("sh"));
        rules.municipality_caps = cap(self.municipality_cap, municipality(0));
        rules.guarantees = cap(self.guarantee.map(|seats| self.kept(seats)), slug("mv"));
        rules.approval = self.approval;
        rules.offers = if self.offers {
            Offers::Hours(72)
        } else {
            Offers::Directly
        };
        rules.admission = if self.lottery {
            Admission::Lottery
        } else {
            Admission::FirstCome
        };
        rules.waitlist = match self.waitlist {
            0 => WaitlistPolicy::Off,
            1 => WaitlistPolicy::StrictHead,
            _ => WaitlistPolicy::SkipBlocked,
        };
        rules.sign_up =
            [SignUp::Programs, SignUp::Public, SignUp::PublicConfirmed][usize::from(self.public)];
        rules.deadlines.promotion_stops = self.stops.then(|| cutoff(9, 1, 1_567_288_800_000_000));
        rules.min_participants = self.capacity;
        rules.topics = self.topics(rules.topics);
        rules.participating = BTreeSet::from([slug("mv"), slug("sh")]);
        rules
    }

    /// Other rules offer other topics, and in one slot more or less.
    fn topics(self, mut offered: Vec<OfferedTopic>) -> Vec<OfferedTopic> {
        offered.truncate(if self.approval { 3 } else { 2 });
        offered[0].max = self.program_cap;
        offered[0].program_caps = cap(self.guarantee, slug("sh"));
        offered[1].municipality_cap = self.municipality_cap;
        offered[1].min = u32::from(self.waitlist);
        if self.public > 0 {
            let title = TextLine::new("Die eigene Rolle").expect("a line");
            offered.push(OfferedTopic::new(Slot::Second, topic("rolle"), title));
        }
        offered
    }

    fn kept(self, seats: u32) -> Guarantee {
        let seats = self.capacity.map_or(seats, |capacity| seats.min(capacity));
        let release = self.offers.then(|| cutoff(8, 20, 1_566_252_000_000_000));
        Guarantee { seats, release }
    }
}

fn cap<K: Ord, V>(size: Option<V>, key: K) -> BTreeMap<K, V> {
    size.map(|size| (key, size)).into_iter().collect()
}

fn cutoff(month: u8, of: u8, micros: i64) -> Cutoff {
    Cutoff {
        stated: Stated::Day(day(month, of)),
        instant: Instant::from_micros(micros),
    }
}
