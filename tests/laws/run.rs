//! Asks the rules and the model the same, one thing after another, and looks whether they agree.

use anmeldewerk_domain::{
    Command, Event, Instant, State, decide, due, evolve, settle,
    workshop::{self, Presence, Session, Slot, Status, TakeAttendance, Workshop},
};

use crate::{
    agree, aim,
    asks::{Ask, Step},
    model::{Hour, Id, Model, No, Rules},
    sound, words,
};

/// Settling takes at most so many decisions here.
const ROUNDS: usize = 10;

/// So many people at most, so that nobody has the number of anybody else.
const MOST_PEOPLE: Id = 800;

/// A decision as it went into the log.
#[derive(Clone, Debug)]
pub(crate) struct Decided {
    pub(crate) at: Instant,
    pub(crate) events: Vec<Event>,
}

/// The rules and the model of one workshop, side by side.
pub(crate) struct Run {
    pub(crate) state: State,
    pub(crate) log: Vec<Decided>,
    model: Model,
    now: Hour,
}

/// Asks everything in turn; panics where the rules and the model differ.
pub(crate) fn run(rules: &Rules, steps: &[Step]) -> Run {
    let mut run = Run::new(rules);
    for (wait, ask) in steps {
        run.step(*wait, ask);
    }
    run
}

/// Asks everything in turn of a workshop that is not published yet.
pub(crate) fn drafted(rules: &Rules, steps: &[Step]) {
    let mut run = Run::draft(rules);
    for (wait, ask) in steps {
        run.step(*wait, ask);
    }
}

/// Gives a workshop without people in a status, so many hours after it was made.
pub(crate) fn brought(rules: &Rules, status: Status, now: Hour) -> Run {
    let mut run = Run::draft(rules);
    if status != Status::Draft {
        run.host(workshop::Command::Publish);
    }
    if status == Status::Cancelled {
        let called_off = run.model.call_off();
        called_off.expect("the host may do it");
        run.host(run.command(&Ask::CallOff));
    }
    run.now = now;
    run
}

impl Run {
    fn new(rules: &Rules) -> Self {
        let mut run = Self::draft(rules);
        run.host(workshop::Command::Publish);
        run.model.publish().expect("the host may do it");
        run
    }

    fn draft(rules: &Rules) -> Self {
        let mut run = Self {
            state: words::boundary().unborn(),
            log: Vec::new(),
            model: Model::new(rules.clone()),
            now: 0,
        };
        let create = workshop::Command::Create {
            host: words::program(0),
            settings: Box::new(words::settings(rules)),
        };
        run.host(create);
        run
    }

    /// Lets the host do what they may.
    fn host(&mut self, command: workshop::Command) {
        let events = decide(&self.state, self.at(), &Command::Workshop(command));
        self.fold(events.expect("the host may do it"));
    }

    /// Takes attendance of one in two sessions, in the first so many of which they were there, and closes it.
    pub(crate) fn attended(mut self, who: Id, present: usize) -> Self {
        let schedule = self.workshop().settings.schedule.clone();
        self.now = words::hour(schedule.ends);
        for (index, slot) in [Slot::First, Slot::Second].into_iter().enumerate() {
            let presence = if index < present {
                Presence::Present { minutes: None }
            } else {
                Presence::Absent
            };
            self.host(workshop::Command::TakeAttendance(TakeAttendance {
                session: Session {
                    day: schedule.first_day,
                    slot,
                },
                begins: schedule.begins,
                entries: vec![(words::registration(who), Some(presence))],
                reason: None,
                alone: true,
            }));
        }
        let days = Some([schedule.first_day].into());
        self.host(workshop::Command::CloseAttendance { days });
        self
    }

    /// Gives the instant of the last step.
    pub(crate) fn at(&self) -> Instant {
        words::at(self.now)
    }

    /// Gives the command that asks for it now.
    pub(crate) fn command(&self, ask: &Ask) -> workshop::Command {
        words::command(ask, &self.model, self.next())
    }

    /// Gives the command with every number aimed at somebody whom it fits.
    pub(crate) fn named(&self, ask: &Ask) -> Command {
        Command::Workshop(self.command(&aim::aimed(&self.model, ask)))
    }

    fn step(&mut self, wait: Hour, ask: &Ask) {
        sound::due_is_true(&self.state, self.at(), words::at(self.now + wait));
        self.now += wait;
        self.settle();
        let ask = aim::aimed(&self.model, ask);
        if self.next() < MOST_PEOPLE {
            self.ask(&ask);
        }
    }

    /// Does what is due by now, and asks the model to do the same.
    fn settle(&mut self) {
        let decisions = self.finish();
        self.model.settle(self.now);
        agree::passed_on(&self.model, &decisions);
        agree::agree(&self.model, self.workshop());
        sound::settled(self.workshop(), self.at());
    }

    /// Decides what is due until nothing is, and gives the decisions.
    fn finish(&mut self) -> Vec<Vec<Event>> {
        let mut decisions = Vec::new();
        loop {
            let events = settle(&self.state, self.at());
            if events.is_empty() {
                return decisions;
            }
            assert_eq!(due(&self.state, self.at()), Some(self.at()));
            self.fold(events.clone());
            decisions.push(events);
            assert!(decisions.len() < ROUNDS, "settling does not settle");
        }
    }

    fn ask(&mut self, ask: &Ask) {
        let next = self.next();
        let command = Command::Workshop(self.command(ask));
        let before = self.workshop().clone();
        let decided = decide(&self.state, self.at(), &command);
        assert_eq!(
            decided,
            decide(&self.state.clone(), self.at(), &command),
            "the same question has the same answer"
        );
        sound::admitted(&self.state, self.at(), &command, &decided);
        let expected = self.ask_model(ask, next, decided.as_deref().unwrap_or_default());
        agree::same_answer(&self.model, ask, &decided, &expected);
        if let Ok(events) = decided {
            sound::caused(ask, &events);
            self.fold(events.clone());
            // Who was moved to the waitlist is served later, but all others now.
            let more = if agree::at_the_limit(&events) {
                self.finish()
            } else {
                Vec::new()
            };
            let decisions = [vec![events], more].concat();
            agree::passed_on(&self.model, &decisions);
        }
        agree::agree(&self.model, self.workshop());
        sound::no_seat_too_many(&before, self.workshop(), ask);
        sound::nobody_is_lost(&before, self.workshop());
    }

    /// Asks the model; what is drawn by lot it takes as drawn.
    fn ask_model(&mut self, ask: &Ask, next: Id, events: &[Event]) -> Result<(), No> {
        let mut model = self.model.clone();
        model.nothing_passes();
        let answer = if let Ask::Draw(_) = ask {
            model.may_draw().map(|()| {
                let places = drawn(events);
                sound::is_an_order(&places, model.in_the_drum().len());
                model.draw(&places);
            })
        } else {
            put_to(&mut model, next, ask)
        };
        if answer.is_ok() {
            self.model = model;
        }
        answer
    }

    /// Gives the smallest number that no registration has.
    fn next(&self) -> Id {
        let ids = self.model.people.iter().map(|entry| entry.id + 1);
        ids.max().unwrap_or(0)
    }

    fn fold(&mut self, events: Vec<Event>) {
        for event in &events {
            let state = std::mem::replace(&mut self.state, words::boundary().unborn());
            self.state = evolve(state, event);
            sound::place_is_true(&self.state, event);
        }
        if !events.is_empty() {
            let at = self.at();
            self.log.push(Decided { at, events });
        }
    }

    pub(crate) fn workshop(&self) -> &Workshop {
        existing(&self.state)
    }
}

/// Gives the workshop of a state.
pub(crate) fn existing(state: &State) -> &Workshop {
    match state {
        State::Workshop(workshop::State::Exists(workshop)) => workshop,
        other => panic!("the workshop exists: {other:?}"),
    }
}

fn drawn(events: &[Event]) -> Vec<u32> {
    let mut draws = events.iter().filter_map(|event| match event {
        Event::Workshop(workshop::Event::DrawHeld { places, .. }) => Some(places.clone()),
        _ => None,
    });
    draws.next().unwrap_or_default()
}

fn put_to(model: &mut Model, next: Id, ask: &Ask) -> Result<(), No> {
    match ask {
        Ask::Submit(form) => model.submit(next, *form),
        Ask::Group { together, members } => model.submit_group(next, *together, members),
        Ask::ConfirmEmail(id) => model.confirm_email(*id),
        Ask::Approve(id) => model.approve(*id),
        Ask::Decline(id) => model.decline(*id),
        Ask::Offer(id) => model.offer(*id),
        Ask::Promote(id) => model.promote(*id),
        Ask::Accept(id) => model.accept(*id),
        Ask::DeclineOffer(id) => model.decline_offer(*id),
        Ask::Cancel(id, by) => model.cancel(*id, *by),
        Ask::ToWaitlist(id) => model.move_to_waitlist(*id),
        Ask::Reinstate { id, overriding } => model.reinstate(*id, *overriding),
        Ask::Amend(id, amending) => model.amend(*id, *amending),
        Ask::Substitute(id, replacing) => model.substitute(*id, next, *replacing),
        Ask::Merge { id, into } => model.merge(*id, *into),
        Ask::NewLink(id) => model.new_link(*id),
        Ask::Patch(patch) => model.patch(*patch),
        Ask::Release(program) => model.release(*program),
        Ask::Postpone(begins) => model.postpone(*begins),
        Ask::Publish => model.publish(),
        Ask::CallOff => model.call_off(),
        Ask::Draw(_) => model.may_draw(),
        Ask::Settle => Ok(()),
    }
}

/// Gives when something is due next, if it is after `at`.
pub(crate) fn due_after(state: &State, at: Instant) -> Option<Instant> {
    due(state, at).filter(|due| *due > at)
}
