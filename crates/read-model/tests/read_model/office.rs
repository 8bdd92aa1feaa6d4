//! What an office wishes besides: topics for everybody, and who was there.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_domain::{
    InputHash, RegistrationId, RunId,
    assignment::{self, Extent},
    workshop::{
        AssignTopic, AssignmentDraft, AssignmentResult, Command, Presence, Reason, Session,
        Situation, Slot, Solved, State, TakeAttendance,
    },
};
use proptest::prelude::*;

use crate::{life::Life, story::topic};

/// A topic that is given by hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Choice {
    second: bool,
    topic: u8,
    overriding: bool,
}

pub(crate) fn presence() -> impl Strategy<Value = Presence> {
    prop_oneof![
        4 => prop::option::of(0_u16..200).prop_map(|minutes| Presence::Present { minutes }),
        1 => Just(Presence::Absent),
        1 => Just(Presence::Excused),
    ]
}

pub(crate) fn choice() -> impl Strategy<Value = Choice> {
    (any::<bool>(), 0_u8..4, any::<bool>()).prop_map(|(second, topic, overriding)| Choice {
        second,
        topic,
        overriding,
    })
}

impl Life {
    /// Drafts a run, the first for everybody and later ones for those without a topic, and publishes it if so said.
    pub(crate) fn run(&mut self, published: bool) {
        let run = RunId(self.next());
        if let Some((draft, publication)) = self.solved(run) {
            self.ask(&draft);
            if published {
                self.ask(&publication);
            }
        }
    }

    /// Attendance is taken from the workshop's first day on, of those who may come; a presence of 13 minutes is taken
    /// back.
    pub(crate) fn attendance(
        &mut self,
        people: &[(usize, Presence)],
        session: u8,
    ) -> Option<Command> {
        let schedule = self.workshop_settings()?.schedule.clone();
        let there = self.there();
        if self.made() > 6 && !there.is_empty() {
            self.at = self.at.max(schedule.begins);
        }
        let days: Vec<_> = schedule.days().take(2).collect();
        let mut entries = BTreeMap::new();
        for (n, presence) in people {
            let back = presence.minutes() == Some(13);
            let id = there.get(n % there.len().max(1))?;
            entries.insert(*id, (!back).then_some(*presence));
        }
        Some(Command::TakeAttendance(TakeAttendance {
            session: Session {
                day: days[usize::from(session / 2) % days.len()],
                slot: slot(session.is_multiple_of(3)),
            },
            begins: schedule.begins,
            entries: entries.into_iter().collect(),
            reason: session.is_multiple_of(4).then_some(Reason::Mistake),
            alone: false,
        }))
    }

    /// Gives those whose attendance can be taken.
    fn there(&self) -> Vec<RegistrationId> {
        let State::Exists(workshop) = &self.state else {
            return Vec::new();
        };
        let all = workshop.registrations.iter();
        let there =
            all.filter(|(_, of)| of.situation == Situation::Confirmed || of.situation.is_closed());
        there.map(|(id, _)| *id).collect()
    }

    /// Attendance is closed when the workshop is over, for the first day alone or for all.
    pub(crate) fn closing(&mut self, first: bool) -> Option<Command> {
        let schedule = self.workshop_settings()?.schedule.clone();
        let taken = self.at >= schedule.begins;
        if taken {
            self.at = self.at.max(schedule.ends);
        }
        let days = first.then(|| BTreeSet::from([schedule.first_day]));
        Some(Command::CloseAttendance { days })
    }

    fn solved(&self, run: RunId) -> Option<(Command, Command)> {
        let State::Exists(workshop) = &self.state else {
            return None;
        };
        let extent = if workshop.runs.values().any(|run| run.published) {
            Extent::Repair
        } else {
            Extent::Whole
        };
        let basis = Box::new(workshop.assignment_input(extent));
        let seed = [7; 32];
        let allocation = assignment::solve(&basis, &seed);
        let solved = Solved {
            run,
            extent,
            algorithm: assignment::ALGORITHM,
            seed,
            ranks: 2,
            input: InputHash([3; 32]),
            pins: workshop.pins(),
        };
        let draft = AssignmentDraft {
            solved: solved.clone(),
            people: u32::try_from(basis.people.len()).ok()?,
            placed: BTreeMap::from([(Slot::First, 1)]),
        };
        let result = AssignmentResult {
            solved,
            places: allocation.places,
            closed: allocation.closed,
        };
        let draft = Command::DraftAssignment {
            draft: Box::new(draft),
            basis: basis.clone(),
        };
        let result = Box::new(result);
        Some((draft, Command::PublishAssignment { result, basis }))
    }
}

impl Choice {
    pub(crate) fn of(self, registration: RegistrationId) -> AssignTopic {
        let codes = ["rolle", "diskurs", "legitimation"];
        let code = codes.get(usize::from(self.topic));
        AssignTopic {
            registration,
            slot: slot(self.second),
            topic: code.map(|code| topic(code)),
            reason: Reason::Organisation,
            overriding: self.overriding,
        }
    }
}

pub(crate) fn slot(second: bool) -> Slot {
    if second { Slot::Second } else { Slot::First }
}
