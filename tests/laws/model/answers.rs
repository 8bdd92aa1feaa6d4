//! What people and offices say to a registration.

use super::{By, Hour, Id, Model, No, Standing, Waitlist, rules::passed, seats::whence};

impl Model {
    /// Approves of somebody.
    pub(crate) fn approve(&mut self, id: Id) -> Result<(), No> {
        self.standing_so(id, |standing| standing == Standing::Pending)?;
        self.change(id, |entry| {
            entry.approved = true;
            entry.standing = Standing::Confirmed;
        });
        self.pass_on(None);
        Ok(())
    }

    /// Says no to somebody.
    pub(crate) fn decline(&mut self, id: Id) -> Result<(), No> {
        let asked = |standing| {
            matches!(
                standing,
                Standing::Resting(_) | Standing::Pending | Standing::Waiting
            )
        };
        self.standing_so(id, asked)?;
        self.put(id, Standing::Declined);
        self.pass_on(None);
        Ok(())
    }

    /// Asks somebody who waits whether they want a seat.
    pub(crate) fn offer(&mut self, id: Id) -> Result<(), No> {
        self.next_in_turn(id)?;
        let hours = Hour::from(self.rules.offers.unwrap_or(72));
        let standing = match self.seat_for(id) {
            Standing::Confirmed => Standing::Offered(self.now + hours),
            standing => standing,
        };
        self.put(id, standing);
        self.pass_on(None);
        Ok(())
    }

    /// Gives a seat to somebody who waits.
    pub(crate) fn promote(&mut self, id: Id) -> Result<(), No> {
        self.next_in_turn(id)?;
        self.put(id, self.seat_for(id));
        self.pass_on(None);
        Ok(())
    }

    /// Says whether there is room for somebody who waits, and nobody ahead who could take it.
    fn next_in_turn(&self, id: Id) -> Result<(), No> {
        let entry = self.standing_so(id, |standing| standing == Standing::Waiting)?;
        if let Some((_, lack)) = self.no_room(&[whence(&entry)]) {
            return Err(No::Full(lack));
        }
        let mut others = self.parties(None);
        others.retain(|party| party[0].place < entry.place);
        if others.iter().any(|party| self.fits(party)) {
            return Err(No::Ahead);
        }
        Ok(())
    }

    /// Takes the seat that was offered.
    pub(crate) fn accept(&mut self, id: Id) -> Result<(), No> {
        self.still_offered(id)?;
        self.put(id, Standing::Confirmed);
        self.pass_on(None);
        Ok(())
    }

    /// Does not take the seat that was offered.
    pub(crate) fn decline_offer(&mut self, id: Id) -> Result<(), No> {
        self.still_offered(id)?;
        self.put(id, Standing::Cancelled);
        self.pass_on(None);
        Ok(())
    }

    fn still_offered(&self, id: Id) -> Result<(), No> {
        match self.asked(id)?.standing {
            Standing::Offered(_) => Ok(()),
            Standing::OfferLapsed(_) => Err(No::OfferExpired),
            _ => Err(No::WrongState),
        }
    }

    /// Gives a place back.
    pub(crate) fn cancel(&mut self, id: Id, by: By) -> Result<(), No> {
        self.standing_so(id, Standing::live)?;
        if by != By::Office && passed(self.rules.cancel_until, self.now) {
            return Err(No::Late);
        }
        self.put(id, Standing::Cancelled);
        self.pass_on(None);
        Ok(())
    }

    /// Lets somebody who has a seat wait before all others; not they are the next in this turn.
    pub(crate) fn move_to_waitlist(&mut self, id: Id) -> Result<(), No> {
        self.standing_so(id, |standing| standing == Standing::Confirmed)?;
        if self.rules.waitlist == Waitlist::Off {
            return Err(No::WrongState);
        }
        self.change(id, |entry| {
            entry.place.0 = 0;
            entry.standing = Standing::Waiting;
        });
        self.pass_on(Some(id));
        Ok(())
    }
}
