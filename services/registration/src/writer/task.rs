//! The task: takes what waits, and does not answer before the log has it.
//!
//! Three things go on at once: boundaries are read that are not in memory, the persons of one
//! drain are found or made, and what the drain before has decided is appended. Deciding itself is
//! done here, in the order of arrival, and only on states of which everything is stored.

use std::{collections::VecDeque, sync::Arc};

use anmeldewerk_journal::Journal;
use anmeldewerk_service::clock::Stopwatch;
use anmeldewerk_vault::Vault;
use tokio::{
    sync::{Semaphore, mpsc},
    task::{JoinHandle, JoinSet},
    time::Instant,
};

use super::{
    Desk, Job, PLACES,
    answer::answer_repeat,
    cells::{Cells, Regressed},
    draft::{Draft, draft},
    flight::{Flight, Landed},
    gather::Gathering,
    landing,
    loading::{LoadError, Loaded, Loading},
    need::{Need, need},
    plan::{Plan, Written},
    prepare::{Needing, prepare},
    pulse::{Pulse, count},
};
use crate::snapshot::Shelf;

/// The most commands whose persons are looked for at once.
const DRAIN: usize = 1_000;

/// From so many on it pays to look for persons while the drain before is appended.
const OVERLAP: usize = 64;

/// The writer's task and what it holds.
pub(crate) struct Writer<J> {
    pub(super) journal: J,
    pub(super) vault: Arc<Vault>,
    pub(super) cells: Cells,
    queue: mpsc::Receiver<Job>,
    /// Those whose boundary is or will be in memory, and whose needs are not known yet.
    pub(super) arrived: VecDeque<Job>,
    /// Those for whom everything is found out, in the order in which they are decided.
    ready: VecDeque<Job>,
    pub(super) loading: Loading,
    preparing: Option<JoinHandle<Vec<Job>>>,
    gathering: Gathering,
    flight: Option<Flight>,
    /// Those whose answer needs no more of the writer.
    pub(super) answering: JoinSet<()>,
    pub(super) pulse: Arc<Pulse>,
    places: Arc<Semaphore>,
}

/// What the writer waited for.
enum Happened {
    Arrived(Vec<Job>),
    Closed,
    Loaded(Box<Loaded>),
    Prepared(Vec<Job>),
    Landed(Landed),
    Gathered,
    Answered,
}

impl<J: Journal> Writer<J> {
    /// Makes the task and the desk where commands are handed in.
    ///
    /// The task ends when the last desk is gone and everything handed in is answered.
    pub(crate) fn new(journal: J, vault: Arc<Vault>, shelf: Shelf) -> (Self, Desk) {
        let (sender, queue) = mpsc::channel(PLACES);
        let (places, pulse) = (Arc::new(Semaphore::new(PLACES)), Arc::default());
        let writer = Self {
            journal,
            vault,
            cells: Cells::default(),
            queue,
            arrived: VecDeque::new(),
            ready: VecDeque::new(),
            loading: Loading::new(shelf),
            preparing: None,
            gathering: Gathering::default(),
            flight: None,
            answering: JoinSet::new(),
            pulse: Arc::clone(&pulse),
            places: Arc::clone(&places),
        };
        let desk = Desk {
            queue: sender,
            places,
            pulse,
        };
        (writer, desk)
    }

    /// Works until every desk is gone.
    ///
    /// Fails where the log has regressed: what it acknowledges then must not be believed.
    pub(crate) async fn run(mut self) -> Result<(), Regressed> {
        let mut open = true;
        while open || !self.is_idle() {
            self.load();
            self.decide();
            self.prepare();
            self.decide();
            // Whose boundary was forgotten meanwhile waits for it from now on: nothing else wakes them.
            self.load();
            match self.happened(open).await {
                Happened::Arrived(jobs) => self.arrived.extend(jobs),
                Happened::Closed => open = false,
                Happened::Loaded(loaded) => self.take_in(*loaded),
                Happened::Prepared(jobs) => {
                    self.preparing = None;
                    self.ready.extend(jobs);
                }
                Happened::Landed(landed) => self.land(landed)?,
                Happened::Gathered | Happened::Answered => {}
            }
        }
        Ok(())
    }

    fn is_idle(&self) -> bool {
        self.arrived.is_empty()
            && self.ready.is_empty()
            && self.loading.is_empty()
            && self.preparing.is_none()
            && self.flight.is_none()
            && self.answering.is_empty()
    }

    async fn happened(&mut self, open: bool) -> Happened {
        let (mut jobs, gathers) = (Vec::new(), self.may_prepare());
        if gathers && !self.gathering.waits() {
            // More have arrived than one drain takes, and nothing of it is on its way.
            return Happened::Gathered;
        }
        tokio::select! {
            landed = landed(&mut self.flight) => Happened::Landed(landed),
            prepared = prepared(&mut self.preparing) => Happened::Prepared(prepared),
            loaded = self.loading.next() => Happened::Loaded(Box::new(loaded)),
            amount = self.queue.recv_many(&mut jobs, PLACES), if open => match amount {
                0 => Happened::Closed,
                _ => Happened::Arrived(jobs),
            },
            () = self.gathering.ended(), if gathers => Happened::Gathered,
            Some(answered) = self.answering.join_next() => match answered {
                Ok(()) => Happened::Answered,
                Err(error) => std::panic::resume_unwind(error.into_panic()),
            },
        }
    }

    /// Lets those wait whose boundary is not in memory; it is read meanwhile.
    fn load(&mut self) {
        let missing = |job: &Job| {
            let boundary = &job.asked.boundary;
            self.loading.reads(boundary) || !self.cells.holds(boundary)
        };
        if !self.arrived.iter().any(missing) {
            return;
        }
        for job in std::mem::take(&mut self.arrived) {
            let boundary = &job.asked.boundary;
            if self.loading.reads(boundary) || !self.cells.holds(boundary) {
                self.loading.park(&self.journal, job);
            } else {
                self.arrived.push_back(job);
            }
        }
    }

    /// Takes in a boundary that was read, and those who waited for it before all others.
    fn take_in(&mut self, loaded: Loaded) {
        let error = match loaded.cell {
            Ok(mut cell) => {
                cell.wish_for_snapshot(&loaded.boundary, &self.loading.shelf);
                self.cells.insert(loaded.boundary, cell);
                self.make_room();
                for job in loaded.jobs.into_iter().rev() {
                    self.arrived.push_front(job);
                }
                return;
            }
            Err(error) => error,
        };
        let error_chain = anmeldewerk_service::telemetry::chain(&error);
        tracing::error!(error = %error_chain, "a boundary could not be loaded");
        for job in loaded.jobs {
            match error {
                // The log may only be away for a while, and its answer is worth waiting for.
                LoadError::Read(_) if job.in_doubt => self.again(job),
                LoadError::Read(_) | LoadError::Unknown { .. } => job.hinder(),
            }
        }
    }

    /// Decides a job anew, unless that was done too often or for too long.
    pub(super) fn again(&mut self, mut job: Job) {
        job.rounds += 1;
        if job.is_late() || job.is_exhausted() {
            job.hinder();
        } else {
            self.arrived.push_back(job);
        }
    }

    /// Says whether there is anybody to be prepared, and room for it.
    ///
    /// While a drain is on its way, a few wait until it has landed, and so do those who come after
    /// somebody who is ready: more come together meanwhile, and one large statement and one large
    /// append cost less than several small ones.
    fn may_prepare(&self) -> bool {
        let few = self.arrived.len() < OVERLAP || !self.ready.is_empty();
        let waits = self.flight.is_some() && few;
        self.preparing.is_none() && !self.arrived.is_empty() && !waits
    }

    /// Begins to find out what those need who have arrived, all at once.
    fn prepare(&mut self) {
        if !self.may_prepare() {
            return;
        }
        let arrived = count(self.arrived.len());
        if !self.gathering.is_over(arrived, Instant::now()) {
            return;
        }
        self.gathering.begun(arrived);
        let amount = self.arrived.len().min(DRAIN);
        let mut needing: Vec<Needing> = Vec::with_capacity(amount);
        let mut nothing = true;
        for job in self.arrived.drain(..amount) {
            let cell = self.cells.get(&job.asked.boundary);
            let need = cell.map_or(Need::Nothing, |cell| need(&job, cell));
            nothing &= matches!(need, Need::Nothing);
            needing.push((job, need));
        }
        if nothing {
            self.ready.extend(needing.into_iter().map(|(job, _)| job));
            return;
        }
        let (journal, vault) = (self.journal.clone(), Arc::clone(&self.vault));
        let preparing = async move { prepare(needing, &journal, &vault).await };
        self.preparing = Some(tokio::spawn(preparing));
    }

    /// Decides those who are ready, and sends off what was decided.
    fn decide(&mut self) {
        if self.flight.is_some() || self.ready.is_empty() {
            return;
        }
        let since = Stopwatch::start();
        let (mut plan, mut drafted) = (Plan::default(), Vec::new());
        while let Some(job) = self.ready.pop_front() {
            if let Some(full) = self.draft(job, &mut plan, &mut drafted) {
                self.ready.push_front(full);
                break;
            }
        }
        if drafted.is_empty() && plan.entries.is_empty() {
            return;
        }
        metrics::histogram!("writer_drain_commands").record(count(drafted.len()));
        let in_hand = PLACES.saturating_sub(self.places.available_permits());
        metrics::gauge!("writer_queue_depth").set(count(in_hand));
        let unproven = landing::unproven(&mut self.cells, &drafted, &plan);
        self.flight = Some(Flight::start(
            &self.journal,
            (plan, drafted),
            unproven,
            since,
        ));
    }

    /// Decides one; gives it back where the drain has no room for it.
    fn draft(&mut self, job: Job, plan: &mut Plan, drafted: &mut Vec<(Job, Draft)>) -> Option<Job> {
        if job.is_forsaken() {
            metrics::counter!("writer_forsaken_total").increment(1);
            return None;
        }
        if job.is_late() {
            let in_hand = PLACES.saturating_sub(self.places.available_permits());
            job.turn_away(self.pulse.retry_after_s(in_hand));
            return None;
        }
        let Some(cell) = self.cells.get_mut(&job.asked.boundary) else {
            self.arrived.push_back(job);
            return None;
        };
        match draft(&job, cell, plan) {
            Draft::NoRoom => return Some(job),
            Draft::Hindered => job.hinder(),
            Draft::Repeat(position) => {
                let (journal, vault) = (self.journal.clone(), Arc::clone(&self.vault));
                let answer = answer_repeat(journal, vault, job, position);
                self.answering.spawn(answer);
            }
            draft => drafted.push((job, draft)),
        }
        None
    }

    /// Moves the cells on to where the log is, and answers.
    fn land(&mut self, landed: Landed) -> Result<(), Regressed> {
        let Some(flight) = self.flight.take() else {
            return Ok(());
        };
        let (took, amount) = (flight.took(), flight.drafted.len());
        metrics::histogram!("writer_drain_seconds").record(took.as_secs_f64());
        self.settle(flight, landed)?;
        self.pulse.beat(amount, took);
        self.make_room();
        Ok(())
    }

    fn make_room(&mut self) {
        let nothing = Written::new();
        let flight = self.flight.as_ref();
        let written = flight.map_or(&nothing, |flight| &flight.written);
        self.cells.make_room(written);
        let (cells, bytes) = self.cells.size();
        metrics::gauge!("writer_cells").set(count(cells));
        metrics::gauge!("writer_cells_bytes").set(count(bytes));
    }
}

/// Waits until what is on its way has landed; with nothing on its way for ever.
async fn landed(flight: &mut Option<Flight>) -> Landed {
    match flight {
        Some(flight) => flight.landed().await,
        None => std::future::pending().await,
    }
}

/// Waits until a drain is prepared; with none being prepared for ever.
async fn prepared(preparing: &mut Option<JoinHandle<Vec<Job>>>) -> Vec<Job> {
    let Some(preparing) = preparing else {
        return std::future::pending().await;
    };
    match preparing.await {
        Ok(jobs) => jobs,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
