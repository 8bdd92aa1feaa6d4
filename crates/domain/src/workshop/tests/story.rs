//! What is given, when something is asked, and what follows then.

use super::*;

/// What has happened so far, and what time it is.
#[derive(Clone)]
pub(super) struct Story {
    pub(super) state: State,
    pub(super) at: Instant,
}

/// What a command is answered with.
pub(super) struct Answer(pub(super) Result<Vec<Event>, Rejection>);

/// Begins with a published workshop and plays commands one after another; each must be accepted.
pub(super) fn given(settings: Settings, commands: impl IntoIterator<Item = Command>) -> Story {
    draft(settings).and([Command::Publish]).and(commands)
}

pub(super) fn draft(settings: Settings) -> Story {
    let nothing = Story {
        state: State::Unborn,
        at: OPEN,
    };
    nothing.and([create(settings)])
}

impl Story {
    /// Plays more commands.
    pub(super) fn and(mut self, commands: impl IntoIterator<Item = Command>) -> Self {
        for command in commands {
            self.play(&command);
        }
        self
    }

    /// Settles what is due, as is done before each command, then decides, and folds both.
    pub(super) fn play(&mut self, command: &Command) -> Vec<Event> {
        let state = std::mem::take(&mut self.state);
        self.state = settled(state, self.at);
        let decided = decide(&self.state, self.at, command);
        let events = decided.unwrap_or_else(|refusal| panic!("{command:?}: {refusal:?}"));
        self.fold(&events);
        events
    }

    pub(super) fn fold(&mut self, events: &[Event]) {
        let state = std::mem::take(&mut self.state);
        self.state = events.iter().fold(state, evolve);
    }

    /// Goes on at another time.
    pub(super) fn then_at(mut self, at: Instant) -> Self {
        self.at = at;
        self
    }

    pub(super) fn hours_later(self, hours: u16) -> Self {
        let at = self.at.hours_later(hours);
        self.then_at(at)
    }

    /// Asks something, on the settled state; the story itself stays where it is.
    pub(super) fn when(&self, command: &Command) -> Answer {
        let state = settled(self.state.clone(), self.at);
        Answer(decide(&state, self.at, command))
    }

    /// Gives the first part of what is due by itself.
    pub(super) fn settles(&self) -> Vec<Event> {
        settle(&self.state, self.at)
    }

    pub(super) fn due(&self) -> Option<Instant> {
        due(&self.state, self.at)
    }

    pub(super) fn workshop(&self) -> &Workshop {
        match &self.state {
            State::Exists(workshop) => workshop,
            State::Unborn => panic!("every story has a workshop"),
        }
    }

    pub(super) fn registration(&self, who: u32) -> &Registration {
        &self.workshop().registrations[&id(who)]
    }

    /// Gives how many seats are held.
    pub(super) fn taken(&self) -> u32 {
        self.workshop().taken.total
    }

    /// Gives who waits, the first first.
    pub(super) fn queue(&self) -> Vec<RegistrationId> {
        self.workshop().queue.in_order().into_values().collect()
    }
}

impl Answer {
    /// Says that exactly these events were decided.
    #[track_caller]
    pub(super) fn then<const N: usize>(self, events: [Event; N]) {
        assert_eq!(self.0, Ok(Vec::from(events)));
    }

    /// Says that something was decided.
    #[track_caller]
    pub(super) fn accepted(self) {
        assert!(
            matches!(&self.0, Ok(events) if !events.is_empty()),
            "{:?}",
            self.0
        );
    }

    #[track_caller]
    pub(super) fn refused(self, rejection: Rejection) {
        assert_eq!(self.0, Err(rejection));
    }
}
