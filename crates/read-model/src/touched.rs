//! What a batch makes and what it relies on: by this, what does not fit is noticed.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_domain::{GroupId, RegistrationId, RunId, WorkshopId};

/// A change that does not fit what came before it in the batch.
pub(crate) struct Misfit;

/// Every key that a batch touches, with the entry that touched it first.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched {
    pub(crate) workshops: BTreeMap<WorkshopId, Touch>,
    pub(crate) groups: BTreeMap<(WorkshopId, GroupId), usize>,
    pub(crate) registrations: BTreeMap<RegistrationId, (WorkshopId, Touch)>,
    /// Runs that assign topics.
    pub(crate) runs: BTreeMap<RunId, (WorkshopId, Touch)>,
    /// Workshops that must have been there before the batch, because people came in before they were made.
    relied_on: BTreeSet<WorkshopId>,
}

/// How something was touched first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Touch {
    /// By which entry.
    pub(crate) entry: usize,
    /// Whether that one made it; else it must have been there.
    pub(crate) made: bool,
}

impl Touched {
    pub(crate) fn make_workshop(&mut self, entry: usize, id: WorkshopId) -> Result<(), Misfit> {
        let known = self.relied_on.contains(&id) || self.workshops.contains_key(&id);
        if known {
            return Err(Misfit);
        }
        let made = true;
        self.workshops.insert(id, Touch { entry, made });
        Ok(())
    }

    pub(crate) fn touch_workshop(&mut self, entry: usize, id: WorkshopId) {
        let made = false;
        self.workshops.entry(id).or_insert(Touch { entry, made });
    }

    pub(crate) fn make_group(
        &mut self,
        entry: usize,
        id: (WorkshopId, GroupId),
    ) -> Result<(), Misfit> {
        self.rely_on(id.0);
        match self.groups.insert(id, entry) {
            None => Ok(()),
            Some(_) => Err(Misfit),
        }
    }

    pub(crate) fn make_registration(
        &mut self,
        entry: usize,
        workshop: WorkshopId,
        id: RegistrationId,
    ) -> Result<(), Misfit> {
        self.rely_on(workshop);
        let made = true;
        let touch = (workshop, Touch { entry, made });
        match self.registrations.insert(id, touch) {
            None => Ok(()),
            Some(_) => Err(Misfit),
        }
    }

    pub(crate) fn touch_registration(
        &mut self,
        entry: usize,
        workshop: WorkshopId,
        id: RegistrationId,
    ) -> Result<(), Misfit> {
        let made = false;
        let first = (workshop, Touch { entry, made });
        let (home, _) = self.registrations.entry(id).or_insert(first);
        if *home == workshop {
            Ok(())
        } else {
            Err(Misfit)
        }
    }

    pub(crate) fn make_run(
        &mut self,
        entry: usize,
        workshop: WorkshopId,
        id: RunId,
    ) -> Result<(), Misfit> {
        self.touch_workshop(entry, workshop);
        let made = true;
        match self.runs.insert(id, (workshop, Touch { entry, made })) {
            None => Ok(()),
            Some(_) => Err(Misfit),
        }
    }

    pub(crate) fn touch_run(
        &mut self,
        entry: usize,
        workshop: WorkshopId,
        id: RunId,
    ) -> Result<(), Misfit> {
        self.touch_workshop(entry, workshop);
        let made = false;
        let first = (workshop, Touch { entry, made });
        let (home, _) = self.runs.entry(id).or_insert(first);
        if *home == workshop {
            Ok(())
        } else {
            Err(Misfit)
        }
    }

    fn rely_on(&mut self, workshop: WorkshopId) {
        if !self.workshops.contains_key(&workshop) {
            self.relied_on.insert(workshop);
        }
    }
}
