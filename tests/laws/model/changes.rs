//! What the host changes about the workshop itself.

use super::{Hour, Model, No, Patch, Standing};

impl Model {
    /// Changes the rules; what people have they keep.
    pub(crate) fn patch(&mut self, patch: Patch) -> Result<(), No> {
        if self.called_off {
            return Err(No::WrongState);
        }
        let rules = self.rules.patched(patch);
        let restated = matches!(patch, Patch::Kept(..));
        let kept = (0_u8..).zip(rules.kept).filter_map(|(program, kept)| {
            let counts = restated || !self.released.contains(&program);
            kept.filter(|_| counts).map(|(seats, _)| seats)
        });
        let too_many = rules.seats.is_some_and(|seats| kept.sum::<u32>() > seats);
        let redrawn = self.drawn && rules.lottery != self.rules.lottery;
        if rules.odd() || too_many || redrawn {
            return Err(No::Settings);
        }
        self.rules = rules;
        if restated {
            self.released.clear();
        }
        self.pass_on(None);
        Ok(())
    }

    /// Lets people see it and register.
    pub(crate) fn publish(&mut self) -> Result<(), No> {
        if self.called_off {
            return Err(No::WrongState);
        }
        self.draft = false;
        self.pass_on(None);
        Ok(())
    }

    /// Lets the seats kept for a program fall free.
    pub(crate) fn release(&mut self, program: u8) -> Result<(), No> {
        let kept = self.rules.kept.get(usize::from(program)).copied().flatten();
        kept.ok_or(No::NotFound)?;
        if self.called_off {
            return Err(No::WrongState);
        }
        self.released.insert(program);
        self.pass_on(None);
        Ok(())
    }

    /// Lets the workshop not take place.
    pub(crate) fn call_off(&mut self) -> Result<(), No> {
        if self.called_off {
            return Err(No::WrongState);
        }
        self.called_off = true;
        for entry in &mut self.people {
            if entry.standing.live() {
                entry.standing = Standing::Cancelled;
            }
        }
        Ok(())
    }

    /// Moves the workshop to another time.
    pub(crate) fn postpone(&mut self, begins: Hour) -> Result<(), No> {
        if self.called_off {
            return Err(No::WrongState);
        }
        let mut rules = self.rules.clone();
        rules.begins = begins;
        rules.ends = begins + 100;
        if rules.odd() {
            return Err(No::Settings);
        }
        self.rules = rules;
        self.pass_on(None);
        Ok(())
    }
}
