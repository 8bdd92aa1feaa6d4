//! Solving runs that assign topics: beside the writer, on the state as the log has it.

use std::sync::Arc;

use anmeldewerk_domain::{
    Boundary, InputHash, ProgramId, RegistrationId, RunId, State, TopicCode,
    assignment::{self, Allocation, Extent, Input},
    workshop::{self, AssignmentDraft, AssignmentResult, Slot, Solved, Workshop},
};
use anmeldewerk_journal::JetStream;
use ring::digest::{SHA256, digest};
use tokio::sync::Semaphore;

use crate::{
    snapshot::Shelf,
    writer::{LoadError, look},
};

/// How many runs are solved at once: each keeps a core busy.
const AT_ONCE: usize = 1;

/// Solves runs, one after another. A clone shares it.
#[derive(Clone)]
pub(crate) struct Solver {
    journal: JetStream,
    shelf: Shelf,
    places: Arc<Semaphore>,
}

/// A run that was solved.
pub(crate) struct Solution {
    pub(crate) input: Input,
    pub(crate) solved: Solved,
    pub(crate) allocation: Allocation,
}

/// What a run is to be solved with.
#[derive(Clone, Copy)]
pub(crate) struct Question {
    pub(crate) run: RunId,
    pub(crate) extent: Extent,
    pub(crate) seed: [u8; 32],
}

impl Solver {
    pub(crate) fn new(journal: JetStream, shelf: Shelf) -> Self {
        Self {
            journal,
            shelf,
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    pub(crate) fn journal(&self) -> &JetStream {
        &self.journal
    }

    /// Reads a workshop as the log has it, if there is one that this program hosts.
    ///
    /// Whoever may not have a run solved does not make anybody calculate.
    pub(crate) async fn hosted(
        &self,
        boundary: &Boundary,
        host: &ProgramId,
    ) -> Result<Option<Box<Workshop>>, LoadError> {
        let state = look(&self.journal, &self.shelf, boundary).await?;
        Ok(existing(state).filter(|workshop| workshop.host == *host))
    }

    /// Reads a workshop as the log has it, if a program sees it.
    pub(crate) async fn seen(
        &self,
        boundary: &Boundary,
        program: &ProgramId,
    ) -> Result<Option<Box<Workshop>>, LoadError> {
        let state = look(&self.journal, &self.shelf, boundary).await?;
        let seen = |workshop: &Workshop| workshop.published || workshop.host == *program;
        Ok(existing(state).filter(|workshop| seen(workshop)))
    }

    /// Solves a run on a workshop as it is.
    pub(crate) async fn solve(&self, workshop: &Workshop, question: Question) -> Solution {
        let input = workshop.assignment_input(question.extent);
        let pins = workshop.pins();
        // The semaphore is never closed.
        let _place = self.places.acquire().await;
        let solving = tokio::task::spawn_blocking(move || solve(input, pins, question));
        match solving.await {
            Ok(solution) => solution,
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// Gives the workshop of a state, if it is one that exists.
pub(crate) fn existing(state: State) -> Option<Box<Workshop>> {
    match state {
        State::Workshop(workshop::State::Exists(workshop)) => Some(workshop),
        State::Workshop(workshop::State::Unborn) | State::Program(_) | State::Catalogue(_) => None,
    }
}

/// Solves a run on an input.
pub(crate) fn solve(
    input: Input,
    pins: Vec<(RegistrationId, Slot, TopicCode)>,
    question: Question,
) -> Solution {
    let Question { run, extent, seed } = question;
    let allocation = if input.people.len() > assignment::MOST_PEOPLE {
        // It will be refused; nobody waits for what nobody gets.
        Allocation::default()
    } else {
        assignment::solve(&input, &seed)
    };
    let solved = Solved {
        run,
        extent,
        algorithm: assignment::ALGORITHM,
        seed,
        ranks: u8::try_from(input.longest()).unwrap_or(u8::MAX),
        input: hash(&input),
        pins,
    };
    Solution {
        input,
        solved,
        allocation,
    }
}

/// Answers for whoever may not have anything solved; it is refused where commands are decided.
pub(crate) fn nothing(question: Question) -> Solution {
    let input = Input {
        extent: question.extent,
        topics: Vec::new(),
        people: Vec::new(),
    };
    solve(input, Vec::new(), question)
}

/// Names an input by the SHA-256 of its bytes.
pub(crate) fn hash(input: &Input) -> InputHash {
    let digest = digest(&SHA256, &input.canonical());
    let bytes = digest.as_ref().try_into();
    InputHash(bytes.expect("SHA-256 gives 32 bytes"))
}

impl Solution {
    /// Gives the command that drafts it.
    pub(crate) fn draft(&self) -> workshop::Command {
        let slots = self.input.topics.iter().map(|topic| topic.slot);
        let placed = slots.map(|slot| (slot, self.placed(slot)));
        workshop::Command::DraftAssignment {
            draft: Box::new(AssignmentDraft {
                solved: self.solved.clone(),
                people: u32::try_from(self.input.people.len()).unwrap_or(u32::MAX),
                placed: placed.collect(),
            }),
            basis: Box::new(self.input.clone()),
        }
    }

    /// Gives the command that lets it hold.
    pub(crate) fn publication(&self) -> workshop::Command {
        workshop::Command::PublishAssignment {
            result: Box::new(AssignmentResult {
                solved: self.solved.clone(),
                places: self.allocation.places.clone(),
                closed: self.allocation.closed.clone(),
            }),
            basis: Box::new(self.input.clone()),
        }
    }

    fn placed(&self, slot: Slot) -> u32 {
        let people = self.allocation.places.values();
        let placed = people.filter(|of| of.contains_key(&slot)).count();
        u32::try_from(placed).unwrap_or(u32::MAX)
    }
}
