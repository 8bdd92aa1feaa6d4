//! A small model of the rules of seats, written from what offices agreed on, without a look at the
//! rules' own code: a list of people, and everything counted anew for each question.
//!
//! It is slow on purpose. Time is counted in hours, ids are small, so that they collide.

mod answers;
mod changes;
mod desk;
mod newcomers;
mod passing;
mod rules;
mod seats;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use desk::{Amending, By, Replacer, Replacing, Who};
pub(crate) use newcomers::{Form, Way};
pub(crate) use passing::Over;
pub(crate) use rules::{Patch, Public, Rules, Waitlist, Wish};

/// A registration, by its small number.
pub(crate) type Id = u16;

/// Somebody, as one program knows them.
pub(crate) type Person = u16;

/// Hours since the beginning of everything.
pub(crate) type Hour = i64;

/// Where a registration stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Until its e-mail address is confirmed, or lots are drawn.
    Resting(Option<Hour>),
    /// With a seat, until an office has approved.
    Pending,
    /// With a seat.
    Confirmed,
    /// Without one.
    Waiting,
    /// With a seat, until that hour.
    Offered(Hour),
    /// An office said no.
    Declined,
    /// The offer was not answered by that hour.
    OfferLapsed(Hour),
    /// The e-mail address was not confirmed by that hour.
    EmailLapsed(Hour),
    /// It was given back.
    Cancelled,
    /// Another one came in its place.
    Transferred(Id),
    /// It went on as another one.
    Merged(Id),
}

impl Standing {
    /// Says whether a seat is held.
    pub(crate) fn seated(self) -> bool {
        matches!(self, Self::Pending | Self::Confirmed | Self::Offered(_))
    }

    /// Says whether it may still come to something.
    pub(crate) fn live(self) -> bool {
        self.seated() || matches!(self, Self::Resting(_) | Self::Waiting)
    }

    /// Gives the hour at which it lapses.
    fn ends(self) -> Option<Hour> {
        match self {
            Self::Resting(until) => until,
            Self::Offered(until) => Some(until),
            _ => None,
        }
    }
}

/// A registration as an office would keep it on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) id: Id,
    pub(crate) number: u64,
    /// Whom the program knows under this number.
    pub(crate) person: Person,
    /// Whom the program knows by the newest data, where that is somebody else.
    pub(crate) also: Option<Person>,
    /// `N.N.`
    pub(crate) nobody: bool,
    pub(crate) program: u8,
    pub(crate) town: u8,
    pub(crate) wish: Wish,
    pub(crate) notice: u32,
    /// The group, and whether it comes as a whole.
    pub(crate) group: Option<(Id, bool)>,
    /// Those it may be the same as.
    pub(crate) alike: BTreeSet<Id>,
    /// 0 for those who had to give up a seat, 1 for all others; then who came first.
    pub(crate) place: (u8, u32),
    pub(crate) approved: bool,
    pub(crate) standing: Standing,
}

/// Why the model says no.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum No {
    NotFound,
    HostOnly,
    Settings,
    Wishes,
    ReasonRequired,
    EmailRequired,
    NotTheirs,
    Member(usize, Box<No>),
    WrongState,
    TakesNoPart,
    NotOpen,
    StillOpen,
    Late,
    ConfirmationExpired,
    OfferExpired,
    ReferenceTaken(Id),
    Duplicate(Id),
    /// The person or the reference of this other member, who has no number yet.
    TwiceInGroup(usize),
    NotAlike,
    /// One of these is full.
    Full(Lack),
    /// Somebody ahead could take it.
    Ahead,
}

/// What is missing for somebody, when all who come before them in the same breath sit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lack {
    /// What is full.
    pub(crate) full: Vec<Full>,
    /// How many seats the workshop has left.
    pub(crate) left: Option<u32>,
}

/// What is full, and how large it is; where several are, the first of these is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Full {
    Workshop(u32),
    Program(u8, u32),
    Town(u8, u32),
    /// Room there is, but kept for others.
    Reserved,
    /// Room there is, but for others.
    Queue,
}

/// A workshop and everybody who ever came.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) rules: Rules,
    /// Only the host knows of it.
    pub(crate) draft: bool,
    pub(crate) called_off: bool,
    pub(crate) drawn: bool,
    pub(crate) released: BTreeSet<u8>,
    pub(crate) people: Vec<Entry>,
    pub(crate) references: BTreeMap<u8, Id>,
    /// Those to whom seats have passed on of late, in order.
    pub(crate) lucky: Vec<Id>,
    /// Those who were passed over then.
    pub(crate) over: Vec<Over>,
    now: Hour,
    came: u32,
}

impl Model {
    pub(crate) fn new(rules: Rules) -> Self {
        Self {
            rules,
            draft: true,
            called_off: false,
            drawn: false,
            released: BTreeSet::new(),
            people: Vec::new(),
            references: BTreeMap::new(),
            lucky: Vec::new(),
            over: Vec::new(),
            now: 0,
            came: 0,
        }
    }

    /// Gives a registration.
    pub(crate) fn entry(&self, id: Id) -> Option<&Entry> {
        self.people.iter().find(|entry| entry.id == id)
    }

    /// Gives a registration that is asked about, or says why it cannot be.
    fn asked(&self, id: Id) -> Result<Entry, No> {
        let entry = self.entry(id).ok_or(No::NotFound)?.clone();
        if self.called_off {
            return Err(No::WrongState);
        }
        Ok(entry)
    }

    /// Gives a registration that stands where it may be asked for this.
    fn standing_so(&self, id: Id, fits: impl Fn(Standing) -> bool) -> Result<Entry, No> {
        let entry = self.asked(id)?;
        if fits(entry.standing) {
            Ok(entry)
        } else {
            Err(No::WrongState)
        }
    }

    fn change(&mut self, id: Id, change: impl FnOnce(&mut Entry)) {
        let entry = self.people.iter_mut().find(|entry| entry.id == id);
        change(entry.expect("it was found before"));
    }

    fn put(&mut self, id: Id, standing: Standing) {
        self.change(id, |entry| entry.standing = standing);
    }

    /// Gives the first of the numbers drawn for a registration that nobody has.
    fn number(&self, id: Id) -> u64 {
        let taken = |number: &u64| self.people.iter().any(|entry| entry.number == *number);
        let mut free = candidates(id).into_iter().filter(|number| !taken(number));
        free.next()
            .expect("three registrations share three numbers")
    }

    /// Gives the next place at the end of the order.
    fn last_place(&mut self) -> (u8, u32) {
        self.came += 1;
        (1, self.came)
    }

    /// Gives the live registration of somebody, if it is not nobody's.
    fn live_of(&self, program: u8, person: Person) -> Option<Id> {
        let mut same = self.people.iter().filter(|entry| {
            let known = entry.person == person || entry.also == Some(person);
            entry.program == program && known && !entry.nobody && entry.standing.live()
        });
        same.next().map(|entry| entry.id)
    }

    /// Gives those who wait, the first first.
    pub(crate) fn waiting(&self) -> Vec<Entry> {
        let waiting = self.people.iter();
        let mut waiting: Vec<Entry> = waiting
            .filter(|entry| entry.standing == Standing::Waiting)
            .cloned()
            .collect();
        waiting.sort_by_key(|entry| entry.place);
        waiting
    }
}

/// Gives the numbers drawn for a registration: three in a row share them, so that they collide.
pub(crate) fn candidates(id: Id) -> [u64; 3] {
    [0, 1_000, 2_000].map(|n| n + u64::from(id / 3))
}
