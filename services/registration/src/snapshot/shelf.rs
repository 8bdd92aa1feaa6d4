//! The shelf: where the files stand, and how one is taken from it.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::PathBuf,
    sync::Arc,
};

use anmeldewerk_contract::{Recorded, Subject};
use anmeldewerk_domain::{Boundary, Instant};
use anmeldewerk_journal::{Journal, ReadError};
use anmeldewerk_service::{clock::Stopwatch, telemetry::chain};
use data_encoding::HEXLOWER;
use tokio::sync::mpsc;

use super::{
    Keeper,
    flaw::Flaw,
    load::{Folding, is_proven},
    origin::Origin,
    room::{ENDING, Room},
    segment::Link,
};

/// So many decisions behind a snapshot are worth extending it: fewer are read from the log in about
/// a tenth of a second, and a rush is not held up by snapshots of itself.
const WORTH: u64 = 10_000;
/// How many wishes may wait; one more is dropped.
const WISHES: usize = 64;

/// Says whether a boundary with so many decisions that its snapshot does not hold is to be extended.
pub(crate) fn is_due(decisions_since_snapshot: u64) -> bool {
    decisions_since_snapshot >= WORTH
}

/// Where snapshots are kept, and of which log.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The folder.
    pub(crate) folder: PathBuf,
    /// The most bytes that all files in it may have together.
    pub(crate) most_bytes: u64,
    /// The name of the stream that is the log.
    pub(crate) stream: String,
}

impl Place {
    /// Names a boundary's file, from which nobody sees the boundary.
    pub(super) fn file(&self, subject: &Subject) -> PathBuf {
        let Link(digest) = Link::of(&[subject.as_str().as_bytes()]);
        let name = HEXLOWER.encode(&digest);
        self.folder.join(format!("{name}.{ENDING}"))
    }

    pub(super) fn origin(&self, created: Instant, subject: &Subject) -> Origin {
        Origin::new(&self.stream, created, subject)
    }

    pub(super) fn room(&self) -> Room {
        Room {
            folder: self.folder.clone(),
            most_bytes: self.most_bytes,
        }
    }

    /// Makes the folder, if it is not there; one that others may write to is not used.
    ///
    /// Digests tell accidents, not forgeries: who can write a file could make up a history for it.
    fn prepare(&self) -> io::Result<()> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700).create(&self.folder)?;
        let mode = fs::metadata(&self.folder)?.permissions().mode();
        if mode & 0o022 == 0 {
            return Ok(());
        }
        let open = "others may write to the folder";
        Err(io::Error::new(io::ErrorKind::PermissionDenied, open))
    }
}

/// Where snapshots are taken from and wished for; clones are the same shelf.
#[derive(Clone, Default)]
pub(crate) struct Shelf(Option<Open>);

#[derive(Clone)]
struct Open {
    place: Arc<Place>,
    wishes: mpsc::Sender<Boundary>,
}

impl Shelf {
    /// Gives a shelf on which nothing stands and nothing is put.
    pub(crate) fn none() -> Self {
        Self::default()
    }

    /// Opens a shelf, and makes the task that extends what stands on it.
    ///
    /// Where the folder cannot be used, that is logged, and nothing stands on the shelf.
    pub(crate) fn open(place: Place) -> (Self, Keeper) {
        let (wishes, heard) = mpsc::channel(WISHES);
        let usable = place.prepare();
        let place = Arc::new(place);
        let keeper = Keeper::new(Arc::clone(&place), heard);
        match usable {
            Ok(()) => (Self(Some(Open { place, wishes })), keeper),
            Err(error) => {
                tracing::error!(%error, "no snapshots: the cache folder cannot be used");
                (Self::none(), keeper)
            }
        }
    }

    /// Wishes that a boundary's snapshot is brought up to the log's end; says whether that was heard.
    pub(crate) fn wish(&self, boundary: &Boundary) -> bool {
        let open = self.0.as_ref();
        open.is_none_or(|open| open.wishes.try_send(boundary.clone()).is_ok())
    }

    /// Folds a boundary's snapshot into `fresh`; gives nothing where there is none to be trusted.
    ///
    /// What is given is right up to the last decision that was folded, as the log's leader has said
    /// just now. What stands in the log behind it is the caller's to read.
    pub(crate) async fn load<J: Journal, T: Send + 'static>(
        &self,
        journal: &J,
        boundary: &Boundary,
        (fresh, fold): (T, impl FnMut(&mut T, &Recorded) + Send + 'static),
    ) -> Option<T> {
        let place = &self.0.as_ref()?.place;
        let folding = Folding {
            path: place.file(&Subject::from(boundary)),
            boundary: boundary.clone(),
            into: fresh,
            fold,
        };
        place.load(journal, folding).await
    }
}

impl Place {
    async fn load<J, T, F>(&self, journal: &J, folding: Folding<T, F>) -> Option<T>
    where
        J: Journal,
        T: Send + 'static,
        F: FnMut(&mut T, &Recorded) + Send + 'static,
    {
        let path = folding.path.clone();
        if !tokio::fs::try_exists(&path).await.unwrap_or(true) {
            return None;
        }
        let took = Stopwatch::start();
        match self.trusted(journal, folding).await {
            Ok(loaded) => {
                metrics::histogram!("snapshot_load_seconds").record(took.elapsed().as_secs_f64());
                loaded
            }
            Err(NotTrusted::Flaw(flaw)) => {
                note_thrown_away(&flaw);
                if let Err(error) = tokio::fs::remove_file(&path).await {
                    tracing::warn!(%error, "a snapshot could not be removed");
                }
                None
            }
            Err(NotTrusted::Log(error)) => {
                tracing::warn!(error = %chain(&error), "a snapshot could not be proven");
                None
            }
        }
    }

    async fn trusted<J, T, F>(
        &self,
        journal: &J,
        folding: Folding<T, F>,
    ) -> Result<Option<T>, NotTrusted>
    where
        J: Journal,
        T: Send + 'static,
        F: FnMut(&mut T, &Recorded) + Send + 'static,
    {
        let subject = Subject::from(&folding.boundary);
        let created = journal.state().await?.created;
        let folded = folding.run(self.origin(created, &subject)).await?;
        let Some((loaded, end)) = folded else {
            return Ok(None);
        };
        if is_proven(journal, &subject, &end).await? {
            Ok(Some(loaded))
        } else {
            Err(Flaw::Log.into())
        }
    }
}

/// Why a file is not used.
#[derive(Debug, thiserror::Error)]
enum NotTrusted {
    /// It is thrown away.
    #[error(transparent)]
    Flaw(#[from] Flaw),
    /// The log could not be asked; the file may be right.
    #[error("log could not be read")]
    Log(#[from] ReadError),
}

/// Counts and logs a file that is thrown away.
pub(super) fn note_thrown_away(flaw: &Flaw) {
    metrics::counter!("snapshots_thrown_away_total", "flaw" => flaw.name()).increment(1);
    tracing::warn!(flaw = %chain(flaw), "a snapshot was thrown away");
}
