//! Feeds: many registrations of one workshop in one request, row by row, each under its reference.
//!
//! Rows are read as they come in and handed to the writer in their order; as many are in hand as a window holds, and
//! the sender waits for the rest. Answers go out in the order of the rows. Nothing of a row is kept here: whoever was
//! cut off sends the rows again, and what was registered under a reference is found under it.

mod dry;
mod lines;
mod told;

use std::sync::Arc;

use anmeldewerk_contract::problem::{Code, FieldError, Language};
use anmeldewerk_domain::{Boundary, workshop::Channel};
use anmeldewerk_journal::JetStream;
use anmeldewerk_service::{
    auth::ParticipantSecret,
    body::{self, COMMAND_BYTES, StrictJson},
    clock::Clock,
    lifecycle::Shutdown,
    outlet::{Outlet, Stopped},
    problem::Problem,
};
use anmeldewerk_vault::Vault;
use axum::body::Body;
use futures_util::{FutureExt, Stream, StreamExt, stream, stream::FuturesOrdered};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    form::registration::RegistrationBody,
    routes::{Sender, Stamp, put_by_reference as put},
    snapshot::Shelf,
    writer::{Asked, Desk, Pending, Place},
};
use lines::{Line, Lines};
pub(crate) use told::first;
use told::{Became, Summary, Told};
#[cfg(test)]
pub(crate) use told::{LastBody, RowBody};

/// The most rows of one feed.
pub(crate) const MOST_ROWS: u32 = 100_000;

/// The most lines of a body, those counted that say nothing.
const MOST_LINES: u32 = 1_000_000;

/// How many rows of a feed are in hand at a time.
const WINDOW: usize = 512;

/// How many feeds are taken at a time; one more is refused. Together they leave half of the writer to others.
const AT_ONCE: usize = 4;

/// After how many seconds it is worth trying again.
const RETRY_S: u32 = 5;

/// How many bytes of answers wait for a sender that reads them only in the end: those of a whole feed.
pub(crate) const ANSWERS_BYTES: u32 = 64 * 1024 * 1024;

/// The status of what may be answered in a moment.
const UNAVAILABLE: u16 = 503;

/// How many bytes of answers are sent at once, where so many are there.
const PAGE_BYTES: usize = 32 * 1024;

/// Where feeds are taken in. A clone shares it.
#[derive(Clone)]
pub(crate) struct Intake {
    desk: Desk,
    stage: Stage,
    clock: Clock,
    shutdown: Shutdown,
    places: Arc<Semaphore>,
}

/// What a rehearsal needs.
#[derive(Clone)]
pub(crate) struct Stage {
    pub(crate) journal: JetStream,
    pub(crate) shelf: Shelf,
    pub(crate) vault: Arc<Vault>,
}

/// A place for one feed.
pub(crate) struct Entrance {
    intake: Intake,
    _permit: OwnedSemaphorePermit,
}

/// Whose feed it is, for what, and how it is answered.
pub(crate) struct Feed {
    pub(crate) boundary: Boundary,
    pub(crate) sender: Sender,
    pub(crate) channel: Channel,
    pub(crate) language: Language,
}

/// A row as it was read.
pub(crate) struct Row {
    number: u32,
    /// The reference, as far as it could be read.
    reference: Option<String>,
    content: Content,
}

/// What a row says.
enum Content {
    Stated(Box<StrictJson<RegistrationBody>>),
    Refused(Problem),
    /// It is about nobody, for this reason.
    PassedOver(&'static str),
}

/// Why there are no more rows, where it is not their end; and from which line on they are to be sent again.
struct Ending {
    line: u32,
    problem: Problem,
}

impl Intake {
    pub(crate) fn new((desk, stage): (Desk, Stage), clock: Clock, shutdown: Shutdown) -> Self {
        Self {
            desk,
            stage,
            clock,
            shutdown,
            places: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Makes the command of a row.
    fn command(
        &self,
        feed: &Feed,
        (reference, body): (Option<&str>, &StrictJson<RegistrationBody>),
    ) -> Result<(Asked, ParticipantSecret), Problem> {
        let reference = reference.ok_or_else(missing)?;
        let stamp = Stamp::now(&self.clock);
        let (wish, secret) = put::wish((reference, &body.value), feed.channel, stamp.at)?;
        let content = put::content(reference, &body.canonical);
        let sender = feed.sender.at(stamp);
        let asked = sender.asked((feed.boundary.clone(), wish), None, &content);
        Ok((asked, secret))
    }

    /// Takes a place; whoever finds none is told so before they have sent anything.
    pub(crate) fn enter(&self) -> Result<Entrance, Problem> {
        let permit = Arc::clone(&self.places).try_acquire_owned();
        let permit =
            permit.map_err(|_| Problem::new(Code::TooManyRequests).retry_after_s(RETRY_S))?;
        Ok(Entrance {
            intake: self.clone(),
            _permit: permit,
        })
    }
}

impl Entrance {
    /// Takes a feed in, and writes the answers.
    pub(crate) async fn take(
        self,
        feed: Feed,
        rows: impl Stream<Item = Result<Row, Problem>>,
        outlet: Outlet,
    ) {
        metrics::gauge!("feeds_under_way").increment(1);
        let run = Run {
            intake: &self.intake,
            feed: &feed,
            outlet: &outlet,
            summary: Summary::default(),
            last: 0,
            ending: None,
        };
        let ended = run.run(rows).await;
        metrics::gauge!("feeds_under_way").decrement(1);
        if let Err(stopped) = ended {
            tracing::warn!(reason = %stopped, "a feed's answers broke off");
            outlet.break_off();
        }
    }
}

struct Run<'f> {
    intake: &'f Intake,
    feed: &'f Feed,
    outlet: &'f Outlet,
    summary: Summary,
    /// The line of the last row that was handed in.
    last: u32,
    ending: Option<Ending>,
}

impl Run<'_> {
    async fn run(mut self, rows: impl Stream<Item = Result<Row, Problem>>) -> Result<(), Stopped> {
        let mut rows = std::pin::pin!(rows);
        let mut answers = FuturesOrdered::new();
        let (mut place, mut reading) = (None, true);
        loop {
            let may_read = reading && self.ending.is_none();
            tokio::select! {
                biased;
                Some(told) = answers.next() => self.answer(told, &mut answers).await?,
                () = self.intake.shutdown.requested(), if may_read => {
                    self.end(self.last + 1, Code::Unavailable.into());
                }
                free = self.intake.desk.place(), if may_read && place.is_none() && answers.len() < WINDOW => {
                    place = Some(free);
                }
                row = rows.next(), if may_read && place.is_some() => match row {
                    Some(Ok(row)) => if let Some(place) = place.take() {
                        answers.push_back(self.hand_in(row, place).told());
                    },
                    Some(Err(problem)) => self.end(self.last + 1, problem),
                    None => reading = false,
                },
                else => break,
            }
        }
        let ending = self.ending.as_ref();
        let ending = ending.map(|ending| (ending.line, ending.problem.to_json(self.feed.language)));
        self.outlet.send(self.summary.line(ending)).await?;
        self.outlet.finish().await
    }

    /// Reads no more; the rows from this line on are to be sent again.
    fn end(&mut self, line: u32, problem: Problem) {
        match &mut self.ending {
            Some(ending) => ending.line = ending.line.min(line),
            None => self.ending = Some(Ending { line, problem }),
        }
    }

    /// Hands a row to the writer, behind those before.
    fn hand_in(&mut self, row: Row, place: Place) -> InHand {
        let Row {
            number,
            reference,
            content,
        } = row;
        self.last = number;
        let handed = match content {
            Content::PassedOver(reason) => Handed::PassedOver(reason),
            Content::Refused(problem) => Handed::Refused(problem),
            Content::Stated(body) => match self.ask((reference.as_deref(), &body), place) {
                Ok((pending, secret)) => Handed::Asked(pending, secret),
                Err(problem) => Handed::Refused(problem),
            },
        };
        InHand {
            number,
            reference,
            handed,
        }
    }

    fn ask(
        &self,
        (reference, body): (Option<&str>, &StrictJson<RegistrationBody>),
        place: Place,
    ) -> Result<(Pending, ParticipantSecret), Problem> {
        let (asked, secret) = self.intake.command(self.feed, (reference, body))?;
        Ok((self.intake.desk.hand_in(asked, place), secret))
    }

    /// Writes an answer, and with it those that are there already.
    async fn answer(
        &mut self,
        first: Told,
        answers: &mut FuturesOrdered<impl Future<Output = Told>>,
    ) -> Result<(), Stopped> {
        let mut page = Vec::with_capacity(PAGE_BYTES);
        let mut next = Some(first);
        while let Some(told) = next {
            self.note(&told);
            told.write(self.feed.language, &mut page);
            let full = page.len() >= PAGE_BYTES;
            next = if full {
                None
            } else {
                answers.next().now_or_never().flatten()
            };
        }
        self.outlet.send(page).await
    }

    /// Counts an answer; where log or vault are away, it is no use to go on.
    fn note(&mut self, told: &Told) {
        self.summary.count(told);
        if let Became::Not(problem) = &told.became
            && problem.code().status() == UNAVAILABLE
        {
            self.end(told.number, problem.clone());
        }
    }
}

/// A row in the writer's hands.
struct InHand {
    number: u32,
    reference: Option<String>,
    handed: Handed,
}

enum Handed {
    Asked(Pending, ParticipantSecret),
    Refused(Problem),
    PassedOver(&'static str),
}

impl InHand {
    /// Waits for its answer.
    async fn told(self) -> Told {
        let became = match self.handed {
            Handed::PassedOver(reason) => Became::PassedOver(reason),
            Handed::Refused(problem) => Became::Not(problem),
            Handed::Asked(pending, secret) => {
                let reply = pending.reply().await.map_err(Problem::from);
                match reply.and_then(|answer| put::told(answer, &secret)) {
                    Ok(accepted) => Became::Put(Box::new(accepted)),
                    Err(problem) => Became::Not(problem),
                }
            }
        };
        Told {
            number: self.number,
            reference: self.reference,
            became,
        }
    }
}

/// Reads the rows of a body of lines, each a registration as JSON.
pub(crate) fn rows(body: Body) -> impl Stream<Item = Result<Row, Problem>> {
    let lines = Lines::of(body, COMMAND_BYTES);
    let rows = stream::try_unfold((lines, 0), |(mut lines, before)| async move {
        let Some(line) = lines.next().await? else {
            return Ok(None);
        };
        if before == MOST_ROWS || line.number > MOST_LINES {
            return Err(too_many());
        }
        Ok(Some((Row::of(line), (lines, before + 1))))
    });
    rows.fuse()
}

fn too_many() -> Problem {
    Problem::new(Code::BodyTooLarge).with("limit_rows", MOST_ROWS)
}

fn missing() -> Problem {
    let error = FieldError::new("/source_reference", "missing_field");
    Problem::new(Code::InvalidBody).errors([error])
}

impl Row {
    fn of(line: Line) -> Self {
        let limit = Problem::new(Code::BodyTooLarge).with("limit_bytes", COMMAND_BYTES as u64);
        match line.text {
            None => Self::refused(line.number, None, limit),
            Some(text) => Self::stated(line.number, &text),
        }
    }

    /// Reads a registration as JSON.
    pub(crate) fn stated(number: u32, text: &[u8]) -> Self {
        match body::parse::<RegistrationBody, COMMAND_BYTES>(text) {
            Err(errors) => {
                let problem = Problem::new(Code::InvalidBody).errors(errors);
                Self::refused(number, None, problem)
            }
            Ok(stated) => Self {
                number,
                reference: stated.value.source_reference().map(str::to_owned),
                content: Content::Stated(Box::new(stated)),
            },
        }
    }

    /// Makes a row that cannot be taken.
    pub(crate) fn refused(number: u32, reference: Option<String>, problem: Problem) -> Self {
        Self {
            number,
            reference,
            content: Content::Refused(problem),
        }
    }

    /// Makes a row that is about nobody.
    pub(crate) fn passed_over(number: u32, reason: &'static str) -> Self {
        Self {
            number,
            reference: None,
            content: Content::PassedOver(reason),
        }
    }
}
