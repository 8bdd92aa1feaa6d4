//! Those who come: alone, as a group, again, and out of a draw.

use super::{
    Entry, Id, Lack, Model, No, Person, Public, Standing, Waitlist, Wish,
    rules::passed,
    seats::{Whence, whence},
};

/// The way somebody comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Office,
    Api,
    Web,
}

/// What somebody writes who wants to come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    pub(crate) person: Person,
    /// `N.N.` instead of the person.
    pub(crate) nobody: bool,
    /// The fourth takes no part.
    pub(crate) program: u8,
    pub(crate) town: u8,
    pub(crate) way: Way,
    pub(crate) email: bool,
    pub(crate) reference: Option<u8>,
    /// Another person of the program who may be the same.
    pub(crate) alike: Option<Person>,
    pub(crate) overriding: bool,
    pub(crate) wish: Wish,
}

impl Form {
    fn whence(&self) -> Whence {
        (self.program, self.town)
    }
}

impl Model {
    /// Lets somebody in under `id`.
    pub(crate) fn submit(&mut self, id: Id, form: Form) -> Result<(), No> {
        self.admissible(&form)?;
        self.unknown(&form)?;
        let standing = self.first_standing(&form)?;
        self.enter(id, &form, standing);
        self.pass_on(None);
        Ok(())
    }

    /// Lets a group in under the ids from `first` on; those for whom there is nothing left are
    /// left out where the group does not come as a whole.
    pub(crate) fn submit_group(
        &mut self,
        first: Id,
        together: bool,
        forms: &[Form],
    ) -> Result<(), No> {
        let mut names = self.clone();
        for ((index, form), id) in (0..).zip(forms).zip(first..) {
            // Who is known already is told so first, and then who comes twice.
            let fine = self.admissible(form).and_then(|()| self.unknown(form));
            let fine = fine.and_then(|()| names.unknown(form));
            let refused = |no| match no {
                No::Duplicate(other) | No::ReferenceTaken(other) if other >= first => {
                    No::TwiceInGroup(usize::from(other - first))
                }
                no => no,
            };
            fine.map_err(|no| No::Member(index, Box::new(refused(no))))?;
            names.enter(id, form, Standing::Resting(None));
        }
        if together {
            self.enter_together(first, forms)?;
        } else {
            self.enter_one_by_one(first, forms)?;
        }
        self.pass_on(None);
        Ok(())
    }

    fn enter_together(&mut self, first: Id, forms: &[Form]) -> Result<(), No> {
        let all: Vec<Whence> = forms.iter().map(Form::whence).collect();
        let standing = match self.closed_to(&all) {
            None => Ok(self.newcomers_seat()),
            Some((index, lack)) => {
                let refusal = |no| No::Member(index, Box::new(no));
                self.no_seat(lack).map_err(refusal)
            }
        };
        for (form, id) in forms.iter().zip(first..) {
            let standing = match self.rest(form) {
                Some(rest) => rest,
                None => standing.clone()?,
            };
            self.enter(id, form, standing);
            // Each confirms their own address, and comes when they have.
            let together = !self.must_confirm(form);
            self.change(id, |entry| entry.group = Some((first, together)));
        }
        Ok(())
    }

    fn enter_one_by_one(&mut self, first: Id, forms: &[Form]) -> Result<(), No> {
        let mut refusal = None;
        let mut entered = false;
        for (form, id) in forms.iter().zip(first..) {
            match self.first_standing(form) {
                Ok(standing) => {
                    self.enter(id, form, standing);
                    self.change(id, |entry| entry.group = Some((first, false)));
                    entered = true;
                }
                Err(no) => refusal = refusal.or(Some(no)),
            }
        }
        match refusal {
            Some(no) if !entered => Err(no),
            _ => Ok(()),
        }
    }

    /// Notes that an e-mail address is confirmed.
    pub(crate) fn confirm_email(&mut self, id: Id) -> Result<(), No> {
        let entry = self.asked(id)?;
        match entry.standing {
            Standing::Resting(Some(_)) => {}
            // Asked twice.
            Standing::Resting(None) => return Ok(()),
            Standing::EmailLapsed(_) => return Err(No::ConfirmationExpired),
            _ => return Err(No::WrongState),
        }
        let standing = if self.lots_to_come() {
            Standing::Resting(None)
        } else {
            self.outcome(whence(&entry), self.newcomers_seat())?
        };
        let place = self.last_place();
        self.change(id, |entry| {
            entry.place = place;
            entry.standing = standing;
        });
        self.pass_on(None);
        Ok(())
    }

    /// Lets a registration that has ended go on, as a newcomer approved of.
    pub(crate) fn reinstate(&mut self, id: Id, overriding: bool) -> Result<(), No> {
        let ended = |standing| {
            matches!(
                standing,
                Standing::Cancelled
                    | Standing::Declined
                    | Standing::OfferLapsed(_)
                    | Standing::EmailLapsed(_)
            )
        };
        let entry = self.standing_so(id, ended)?;
        let known = [Some(entry.person), entry.also].into_iter().flatten();
        let mut live = known.filter_map(|person| self.live_of(entry.program, person));
        if let Some(other) = live.next()
            && !entry.nobody
        {
            return Err(No::Duplicate(other));
        }
        let standing = if overriding {
            Standing::Confirmed
        } else if self.lots_to_come() {
            Standing::Resting(None)
        } else {
            self.outcome(whence(&entry), Standing::Confirmed)?
        };
        let place = self.last_place();
        self.change(id, |entry| {
            entry.place = place;
            entry.approved = true;
            entry.standing = standing;
        });
        self.pass_on(None);
        Ok(())
    }

    /// Says whether lots may be drawn.
    pub(crate) fn may_draw(&self) -> Result<(), No> {
        let nobody_rests = self.in_the_drum().is_empty();
        if self.draft || self.called_off || self.drawn || (!self.rules.lottery && nobody_rests) {
            return Err(No::WrongState);
        }
        if self.now < self.rules.closing() {
            return Err(No::StillOpen);
        }
        Ok(())
    }

    /// Gives those for whom lots are drawn, in the order in which they came.
    pub(crate) fn in_the_drum(&self) -> Vec<Id> {
        let resting = self.people.iter();
        let mut resting: Vec<&Entry> = resting
            .filter(|entry| entry.standing == Standing::Resting(None))
            .collect();
        resting.sort_by_key(|entry| entry.place);
        resting.iter().map(|entry| entry.id).collect()
    }

    /// Lets all who rest wait in the order drawn, and seats pass on to them.
    pub(crate) fn draw(&mut self, places: &[u32]) {
        let behind = self.came;
        for (id, place) in self.in_the_drum().into_iter().zip(places) {
            self.change(id, |entry| {
                entry.place = (1, behind + 1 + place);
                entry.standing = Standing::Waiting;
            });
        }
        self.came += u32::try_from(places.len()).expect("few people");
        self.drawn = true;
        self.pass_on(None);
    }

    fn lots_to_come(&self) -> bool {
        self.rules.lottery && !self.drawn
    }

    /// Says whether somebody may ask at all.
    fn admissible(&self, form: &Form) -> Result<(), No> {
        if form.program > 2 {
            return Err(No::TakesNoPart);
        }
        if !self.rules.grants(form.wish) {
            return Err(No::Wishes);
        }
        if self.must_confirm(form) && !form.email {
            return Err(No::EmailRequired);
        }
        if self.called_off {
            return Err(No::WrongState);
        }
        if self.draft {
            return Err(No::NotOpen);
        }
        if form.overriding {
            return Ok(());
        }
        if self.rules.opens.is_some_and(|opens| self.now < opens) {
            return Err(No::NotOpen);
        }
        if passed(Some(self.rules.closing()), self.now) {
            return Err(No::Late);
        }
        Ok(())
    }

    /// Says whether reference and person are new.
    fn unknown(&self, form: &Form) -> Result<(), No> {
        let taken = form
            .reference
            .and_then(|reference| self.references.get(&reference));
        if let Some(other) = taken {
            return Err(No::ReferenceTaken(*other));
        }
        match self.live_of(form.program, form.person) {
            Some(other) if !form.nobody => Err(No::Duplicate(other)),
            _ => Ok(()),
        }
    }

    fn must_confirm(&self, form: &Form) -> bool {
        form.way == Way::Web && self.rules.public == Public::Confirmed
    }

    /// Gives where a newcomer rests, if they do.
    fn rest(&self, form: &Form) -> Option<Standing> {
        if self.must_confirm(form) {
            return Some(Standing::Resting(Some(self.now + 48)));
        }
        (self.lots_to_come() && !form.overriding).then_some(Standing::Resting(None))
    }

    fn first_standing(&self, form: &Form) -> Result<Standing, No> {
        if form.overriding {
            return Ok(Standing::Confirmed);
        }
        match self.rest(form) {
            Some(rest) => Ok(rest),
            None => self.outcome(form.whence(), self.newcomers_seat()),
        }
    }

    fn newcomers_seat(&self) -> Standing {
        if self.rules.approval {
            Standing::Pending
        } else {
            Standing::Confirmed
        }
    }

    /// Gives where a newcomer stands: with this seat, or without one.
    fn outcome(&self, whence: Whence, seat: Standing) -> Result<Standing, No> {
        match self.closed_to(&[whence]) {
            None => Ok(seat),
            Some((_, lack)) => self.no_seat(lack),
        }
    }

    fn no_seat(&self, lack: Lack) -> Result<Standing, No> {
        match self.rules.waitlist {
            Waitlist::Off => Err(No::Full(lack)),
            Waitlist::Skip | Waitlist::Strict => Ok(Standing::Waiting),
        }
    }

    fn enter(&mut self, id: Id, form: &Form, standing: Standing) {
        let place = self.last_place();
        let alike = form.alike.filter(|_| !form.nobody);
        let alike = alike.and_then(|person| self.live_of(form.program, person));
        self.people.push(Entry {
            id,
            number: self.number(id),
            person: if form.nobody { 100 + id } else { form.person },
            also: None,
            nobody: form.nobody,
            program: form.program,
            town: form.town,
            wish: form.wish,
            notice: 1,
            group: None,
            alike: alike.into_iter().collect(),
            place,
            approved: form.overriding,
            standing,
        });
        if let Some(reference) = form.reference {
            self.references.insert(reference, id);
        }
    }
}
