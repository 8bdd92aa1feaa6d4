//! Loading: verify, fold, and prove against the log.

use std::{
    fs::File,
    io,
    path::PathBuf,
    sync::mpsc::{SyncSender, sync_channel},
    thread,
};

use anmeldewerk_contract::{Message, Position, Recorded, Subject, bare};
use anmeldewerk_domain::Boundary;
use anmeldewerk_journal::{Journal, ReadError, message_hash};
use rustix::fs::{Timespec, Timestamps, UTIME_NOW, UTIME_OMIT, futimens};
use tokio::task::spawn_blocking;

use super::{
    flaw::Flaw,
    origin::Origin,
    segment::{End, Head, take},
    segments::Segments,
};

/// So many segments are read ahead of what is folded.
const AHEAD: usize = 2;

/// What is loaded, and how a decision is taken into it.
pub(super) struct Folding<T, F> {
    pub(super) path: PathBuf,
    pub(super) boundary: Boundary,
    pub(super) into: T,
    pub(super) fold: F,
}

impl<T, F> Folding<T, F>
where
    T: Send + 'static,
    F: FnMut(&mut T, &Recorded) + Send + 'static,
{
    /// Folds a whole file on a thread where it may take its time; nothing where there is no file.
    pub(super) async fn run(self, origin: Origin) -> Result<Option<(T, End)>, Flaw> {
        let folded = spawn_blocking(move || self.fold_file(&origin)).await;
        // It can only have panicked, which is logged; the file had better go.
        folded.unwrap_or_else(|error| Err(Flaw::Io(io::Error::other(error))))
    }

    /// Folds on this thread what another one reads and verifies: each takes about half of the time.
    fn fold_file(mut self, origin: &Origin) -> Result<Option<(T, End)>, Flaw> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        note_use(&file);
        let segments = Segments::open(file, origin)?;
        let boundary = &self.boundary;
        let end = thread::scope(|scope| {
            let (sender, read) = sync_channel(AHEAD);
            let reading = scope.spawn(move || read_all(segments, boundary, &sender));
            for recorded in read.into_iter().flatten() {
                (self.fold)(&mut self.into, &recorded);
            }
            let panicked = |_| Err(Flaw::Io(io::Error::other("reading has panicked")));
            reading.join().unwrap_or_else(panicked)
        })?;
        Ok((end.position > Position::START).then_some((self.into, end)))
    }
}

/// Reads all segments one after another and gives where the last one ends.
fn read_all(
    mut segments: Segments,
    boundary: &Boundary,
    to: &SyncSender<Vec<Recorded>>,
) -> Result<End, Flaw> {
    let mut payload = Vec::new();
    loop {
        let after = segments.end().position;
        let Some(head) = segments.next(&mut payload)? else {
            return Ok(segments.end());
        };
        let decisions = read_segment(boundary, &head, &payload, after)?;
        if to.send(decisions).is_err() {
            return Err(Flaw::Io(io::Error::other("folding has ended")));
        }
    }
}

/// Reads the decisions of a segment, which must be those that its head says.
fn read_segment(
    boundary: &Boundary,
    head: &Head,
    mut payload: &[u8],
    after: Position,
) -> Result<Vec<Recorded>, Flaw> {
    let mut decisions: Vec<Recorded> = Vec::new();
    let mut last = after;
    while !payload.is_empty() {
        let decision = take(&mut payload)?;
        let recorded = bare::decode(boundary, decision).map_err(Flaw::Decision)?;
        if recorded.position <= last {
            return Err(Flaw::Shape);
        }
        last = recorded.position;
        decisions.push(recorded);
    }
    let first = decisions.first().map(|recorded| recorded.position);
    let count = u32::try_from(decisions.len()).ok();
    let whole = (first, last, count) == (Some(head.first), head.last, Some(head.decisions));
    if whole {
        Ok(decisions)
    } else {
        Err(Flaw::Shape)
    }
}

/// Notes that the file was used: those that were not for long go first.
fn note_use(file: &File) {
    let now = |tv_nsec| Timespec { tv_sec: 0, tv_nsec };
    let times = Timestamps {
        last_access: now(UTIME_OMIT),
        last_modification: now(UTIME_NOW),
    };
    // Where it cannot be noted, the file merely seems older than it is.
    let _ = futimens(file, &times);
}

/// Says whether the log's leader has, where a file ends, the message it was made from.
pub(super) async fn is_proven<J: Journal>(
    journal: &J,
    subject: &Subject,
    end: &End,
) -> Result<bool, ReadError> {
    let found = journal.at(end.position).await?;
    let same = |m: Message| m.subject == *subject && message_hash(&m) == end.message;
    Ok(found.is_some_and(same))
}
