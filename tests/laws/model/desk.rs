//! What an office writes anew: about a person, or in whose place they come.

use super::{Entry, Id, Model, No, Person, Standing, Wish, rules::passed};

/// Somebody, or nobody in particular.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Person(Person),
    /// `N.N.`
    Nobody,
}

impl Who {
    pub(crate) fn person(self) -> Option<Person> {
        match self {
            Self::Person(person) => Some(person),
            Self::Nobody => None,
        }
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Office,
    Feeder,
    Participant,
}

/// What shall be known of somebody.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Amending {
    pub(crate) by: By,
    pub(crate) town: Option<u8>,
    pub(crate) wish: Option<Wish>,
    /// The version of the privacy notice.
    pub(crate) notice: Option<u32>,
    /// Whom the program knows by the new data.
    pub(crate) data: Option<Who>,
    /// Another person who may be the same by the new data.
    pub(crate) alike: Option<Person>,
}

/// Who shall come in another's place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Replacing {
    pub(crate) by: Replacer,
    pub(crate) who: Who,
    pub(crate) town: u8,
}

impl Amending {
    /// Gives what is other than before.
    fn beyond(self, known: &Entry) -> Self {
        Self {
            town: self.town.filter(|town| *town != known.town),
            wish: self.wish.filter(|wish| *wish != known.wish),
            notice: self.notice.filter(|notice| *notice != known.notice),
            ..self
        }
    }
}

/// Who lets somebody come in another's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replacer {
    Participant,
    Office,
    Host { reason: bool },
}

impl Model {
    /// States anew what is known of somebody.
    pub(crate) fn amend(&mut self, id: Id, amending: Amending) -> Result<(), No> {
        let known = self.entry(id).ok_or(No::NotFound)?.clone();
        let amending = amending.beyond(&known);
        let Amending {
            by,
            town,
            wish,
            notice,
            data,
            alike,
        } = amending;
        if by == By::Participant && (town.is_some() || notice.is_some()) {
            return Err(No::NotTheirs);
        }
        if wish.is_some_and(|wish| !self.rules.grants(wish)) {
            return Err(No::Wishes);
        }
        if town.is_none() && notice.is_none() && data.is_none() && wish.is_none() {
            return Ok(());
        }
        let entry = self.standing_so(id, Standing::live)?;
        self.in_time_to_amend(amending)?;
        self.nobody_else(&entry, data)?;
        self.room_in_town(&entry, town.unwrap_or(entry.town))?;
        let alike = alike.filter(|_| matches!(data, Some(Who::Person(_))));
        let alike = alike.and_then(|person| self.live_of(entry.program, person));
        let alike = alike.filter(|other| *other != id);
        self.change(id, |entry| {
            entry.town = town.unwrap_or(entry.town);
            entry.wish = wish.unwrap_or(entry.wish);
            entry.notice = notice.unwrap_or(entry.notice);
            entry.nobody = data.map_or(entry.nobody, |data| data == Who::Nobody);
            if let Some(who) = data {
                entry.alike = alike.into_iter().collect();
                entry.also = who.person().filter(|person| *person != entry.person);
            }
        });
        self.pass_on(None);
        Ok(())
    }

    /// Neither whom the program knows by the new data nor who it was before is live elsewhere.
    fn nobody_else(&self, entry: &Entry, data: Option<Who>) -> Result<(), No> {
        let Some(Who::Person(person)) = data else {
            return Ok(());
        };
        let elsewhere = |person| {
            let live = self.live_of(entry.program, person);
            live.filter(|other| *other != entry.id)
        };
        let other = elsewhere(person).or_else(|| elsewhere(entry.person));
        other.map_or(Ok(()), |other| Err(No::Duplicate(other)))
    }

    fn in_time_to_amend(&self, amending: Amending) -> Result<(), No> {
        let closed = passed(Some(self.rules.closing()), self.now);
        let late = match amending.by {
            By::Office => false,
            By::Feeder => closed,
            By::Participant => {
                let wishes = amending.wish.is_some() && passed(self.rules.wishes_until, self.now);
                wishes || (amending.data.is_some() && closed)
            }
        };
        if late { Err(No::Late) } else { Ok(()) }
    }

    fn room_in_town(&self, entry: &Entry, town: u8) -> Result<(), No> {
        if entry.town == town || !entry.standing.seated() {
            return Ok(());
        }
        let full = self.full_town(town);
        full.map_or(Ok(()), |full| Err(No::Full(self.lack(vec![full]))))
    }

    /// Lets somebody come in another's place, under the id `successor`.
    pub(crate) fn substitute(
        &mut self,
        id: Id,
        successor: Id,
        replacing: Replacing,
    ) -> Result<(), No> {
        let known = self.entry(id).ok_or(No::NotFound)?.clone();
        self.may_replace(&known, replacing)?;
        let person = replacing.who.person();
        if let Some(other) = person.and_then(|person| self.live_of(known.program, person)) {
            return Err(No::Duplicate(other));
        }
        self.room_in_town(&known, replacing.town)?;
        self.put(id, Standing::Transferred(successor));
        self.people.push(Entry {
            id: successor,
            number: self.number(successor),
            person: person.unwrap_or(100 + successor),
            also: None,
            nobody: person.is_none(),
            town: replacing.town,
            alike: [].into(),
            notice: 1,
            ..known
        });
        self.pass_on(None);
        Ok(())
    }

    fn may_replace(&self, known: &Entry, replacing: Replacing) -> Result<(), No> {
        let across = known.town != replacing.town;
        let late = passed(self.rules.substitute_until, self.now);
        let reason = replacing.by == Replacer::Host { reason: true };
        let host = matches!(replacing.by, Replacer::Host { .. });
        if across && !host {
            return Err(No::HostOnly);
        }
        if (across || late) && host && !reason {
            return Err(No::ReasonRequired);
        }
        self.standing_so(known.id, |standing| standing == Standing::Confirmed)?;
        if late && !host { Err(No::Late) } else { Ok(()) }
    }

    /// Lets one registration go on as another one of the same person.
    pub(crate) fn merge(&mut self, id: Id, into: Id) -> Result<(), No> {
        let from = self.asked(id)?;
        let to = self.asked(into)?;
        self.standing_so(id, Standing::live)?;
        self.standing_so(into, Standing::live)?;
        let alike = from.alike.contains(&into) || to.alike.contains(&id);
        if id == into || from.nobody || to.nobody || !alike {
            return Err(No::NotAlike);
        }
        if better(from.standing) > better(to.standing) {
            self.room_in_town(&from, to.town)?;
        }
        self.put(id, Standing::Merged(into));
        self.change(into, |entry| {
            if better(from.standing) > better(to.standing) {
                entry.standing = from.standing;
            }
            entry.approved |= from.approved;
            entry.place = match (placed(from.standing), placed(to.standing)) {
                (true, false) => from.place,
                (true, true) => from.place.min(to.place),
                (false, _) => to.place,
            };
        });
        self.pass_on(None);
        Ok(())
    }

    /// Replaces the participant's secret.
    pub(crate) fn new_link(&self, id: Id) -> Result<(), No> {
        self.asked(id).map(|_| ())
    }
}

/// A seat is better than to wait, to wait is better than to rest for a draw, and that is better
/// than to have an e-mail address to confirm.
fn better(standing: Standing) -> u8 {
    match standing {
        Standing::Resting(Some(_)) => 0,
        Standing::Resting(None) => 1,
        Standing::Waiting => 2,
        _ => 3,
    }
}

/// Whoever has an e-mail address to confirm has no place in the order yet.
fn placed(standing: Standing) -> bool {
    !matches!(standing, Standing::Resting(Some(_)))
}
