//! What the host states.

use super::Hour;

/// A workshop's rules, as far as seats depend on them. There are three programs and three towns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) seats: Option<u32>,
    pub(crate) caps: [Option<u32>; 3],
    pub(crate) towns: [Option<u32>; 3],
    /// Seats kept for a program, and the hour at which they fall free.
    pub(crate) kept: [Option<(u32, Option<Hour>)>; 3],
    pub(crate) public: Public,
    pub(crate) lottery: bool,
    pub(crate) approval: bool,
    pub(crate) waitlist: Waitlist,
    /// Hours to answer an offer; without them seats pass on directly.
    pub(crate) offers: Option<u16>,
    pub(crate) opens: Option<Hour>,
    pub(crate) closes: Option<Hour>,
    pub(crate) cancel_until: Option<Hour>,
    pub(crate) substitute_until: Option<Hour>,
    pub(crate) wishes_until: Option<Hour>,
    pub(crate) stops: Option<Hour>,
    pub(crate) begins: Hour,
    pub(crate) ends: Hour,
    /// So many of four topics are offered.
    pub(crate) topics: u8,
}

/// What somebody wishes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// One topic.
    Topic(u8),
    /// The same slot twice.
    SlotTwice,
    /// More topics than may be ranked.
    TooManyRanked,
    /// More topics than may be ruled out.
    TooManyVetoes,
    /// One topic, and not that topic.
    TopicTwice,
    /// A topic in a slot that it is not offered in.
    OtherSlot,
}

/// What people may do themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Public {
    Closed,
    Open,
    Confirmed,
}

/// What happens to those for whom no seat is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Waitlist {
    Off,
    Skip,
    Strict,
}

/// What the host changes later.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Patch {
    Seats(Option<u32>),
    Cap(u8, Option<u32>),
    Town(u8, Option<u32>),
    Kept(u8, Option<(u32, Option<Hour>)>),
    Public(Public),
    Lottery(bool),
    Approval(bool),
    Waitlist(Waitlist),
    Offers(Option<u16>),
    Opens(Option<Hour>),
    Closes(Option<Hour>),
    CancelUntil(Option<Hour>),
    Stops(Option<Hour>),
    Topics(u8),
}

impl Default for Rules {
    /// No limit of any kind, with a waitlist.
    fn default() -> Self {
        Self {
            seats: None,
            caps: [None; 3],
            towns: [None; 3],
            kept: [None; 3],
            public: Public::Open,
            lottery: false,
            approval: false,
            waitlist: Waitlist::Skip,
            offers: None,
            opens: None,
            closes: None,
            cancel_until: None,
            substitute_until: None,
            wishes_until: None,
            stops: None,
            begins: 500,
            ends: 600,
            topics: 4,
        }
    }
}

impl Rules {
    /// Gives the rules as they are after a change.
    pub(crate) fn patched(&self, patch: Patch) -> Self {
        let mut rules = self.clone();
        match patch {
            Patch::Seats(seats) => rules.seats = seats,
            Patch::Cap(program, cap) => rules.caps[usize::from(program)] = cap,
            Patch::Town(town, cap) => rules.towns[usize::from(town)] = cap,
            Patch::Kept(program, kept) => rules.kept[usize::from(program)] = kept,
            Patch::Public(public) => rules.public = public,
            Patch::Lottery(lottery) => rules.lottery = lottery,
            Patch::Approval(approval) => rules.approval = approval,
            Patch::Waitlist(waitlist) => rules.waitlist = waitlist,
            Patch::Offers(offers) => rules.offers = offers,
            Patch::Opens(opens) => rules.opens = opens,
            Patch::Closes(closes) => rules.closes = closes,
            Patch::CancelUntil(until) => rules.cancel_until = until,
            Patch::Stops(stops) => rules.stops = stops,
            Patch::Topics(topics) => rules.topics = topics,
        }
        rules
    }

    /// Gives the hour from which on nobody may register.
    pub(crate) fn closing(&self) -> Hour {
        self.closes.unwrap_or(self.begins).min(self.begins)
    }

    /// Says whether somebody may wish for this.
    pub(crate) fn grants(&self, wish: Wish) -> bool {
        matches!(wish, Wish::Topic(topic) if topic < self.topics)
    }

    /// Says whether the rules contradict themselves.
    pub(crate) fn odd(&self) -> bool {
        self.ends <= self.begins || self.opens.is_some_and(|opens| opens >= self.closing())
    }
}

/// Says whether a limit has come.
pub(super) fn passed(limit: Option<Hour>, now: Hour) -> bool {
    limit.is_some_and(|limit| now >= limit)
}
