//! Exports: everybody who was asked for, as of one position, written while it is sent.
//!
//! Rows come from the database as the client takes them, persons are opened a page at a time, and nothing is ever whole
//! in memory. An export that ends early is cut, so that nobody takes a part of it for the whole.

mod lines;
mod separated;
mod table;
mod workbook;

use std::{sync::Arc, time::Duration};

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_read_model::{
    Fault,
    query::{Export, Exported},
};
use anmeldewerk_service::{
    lifecycle::Shutdown,
    outlet::{self, Outlet, Stopped},
    problem::Problem,
    server::Connection,
};
use axum::body::Body;
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::{
    fs::File,
    io::AsyncReadExt,
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    task::{JoinHandle, spawn_blocking},
    time::timeout,
};

pub(crate) use separated::Dialect;
pub(crate) use table::{state, zone};
pub(crate) use workbook::MOST_ROWS;

use crate::{
    answer::Refused,
    ask::Viewer,
    desk::Desk,
    disclosure::{Disclosed, Held, open},
};
use lines::Lines;
use table::{Cell, Table};
use workbook::About;

/// How many exports are written at a time; one more is refused. Each holds a connection of its caller's, who has more.
const PLACES: usize = 3;

/// After how many seconds it is worth trying again.
const RETRY_S: u32 = 10;

/// How long an export may take; until then it holds a snapshot of the database.
const LONGEST: Duration = Duration::from_mins(15);

/// How much of a workbook's file is sent at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// What stands for itself in the name of a file (RFC 8187, section 3.2.1).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// Writes the name of a file as a header has it.
pub(crate) fn long_name(name: &str) -> String {
    utf8_percent_encode(name, PLAIN).to_string()
}

/// In which form registrations are exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Separated values.
    Csv(Dialect),
    /// One JSON object a line.
    Ndjson,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// Gives how the names of such files end.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Csv(_) => "csv",
            Self::Ndjson => "ndjson",
            Self::Xlsx => "xlsx",
        }
    }

    /// Gives the media type.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Csv(_) => "text/csv; charset=utf-8; header=present",
            Self::Ndjson => "application/x-ndjson",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// The exports that are being written. Clones count together.
#[derive(Clone, Debug)]
pub(crate) struct Exports {
    places: Arc<Semaphore>,
    shutdown: Shutdown,
}

impl Exports {
    pub(crate) fn new(shutdown: Shutdown) -> Self {
        let places = Arc::new(Semaphore::new(PLACES));
        Self { places, shutdown }
    }

    /// Takes a place, or says that there is none.
    pub(crate) fn enter(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        place.map_err(|_| Problem::new(Code::Unavailable).retry_after_s(RETRY_S))
    }
}

/// What is to be exported, for whom, and how.
pub(crate) struct Order {
    pub(crate) desk: Desk,
    pub(crate) viewer: Viewer,
    pub(crate) format: Format,
    pub(crate) rows: Export,
    pub(crate) stand: Stand,
    /// Held until the last byte was taken.
    pub(crate) place: OwnedSemaphorePermit,
}

/// What an export speaks of.
#[derive(Clone, Debug)]
pub(crate) struct Stand {
    pub(crate) position: Position,
    pub(crate) parked_at: Option<Position>,
    pub(crate) decided_at: Option<Timestamp>,
    /// How many wishes somebody has ranked at most, by slot.
    pub(crate) ranks: [u32; 2],
    /// What was asked for: names and values, as people read them.
    pub(crate) asked: Vec<(&'static str, String)>,
}

/// Why an export ends early.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Stopped(#[from] Stopped),
    #[error("the read model gave no rows")]
    Rows(#[from] Fault),
    #[error("no persons could be opened")]
    Persons,
    #[error(transparent)]
    Workbook(#[from] workbook::Broken),
    #[error("it took too long")]
    TooLong,
    #[error("the process stops")]
    Stopping,
}

impl From<Refused> for Failure {
    /// Why the vault refuses has been logged where it did.
    fn from(_: Refused) -> Self {
        Self::Persons
    }
}

/// Begins an export, and gives what its client reads.
pub(crate) fn start(order: Order, connection: Connection) -> Body {
    let (outlet, body) = outlet::body(connection, outlet::ROOM);
    tokio::spawn(run(order, outlet));
    body
}

async fn run(order: Order, outlet: Outlet) {
    let shutdown = order.desk.exports.shutdown.clone();
    let written = tokio::select! {
        written = timeout(LONGEST, write(order, &outlet)) => {
            written.unwrap_or(Err(Failure::TooLong))
        }
        () = shutdown.requested() => Err(Failure::Stopping),
    };
    let Err(failure) = written else {
        return;
    };
    let cause = std::error::Error::source(&failure).map(ToString::to_string);
    tracing::warn!(%failure, cause, "an export broke off");
    outlet.break_off();
}

async fn write(order: Order, outlet: &Outlet) -> Result<(), Failure> {
    let Order {
        desk,
        viewer,
        format,
        rows,
        stand,
        place,
    } = order;
    let form = Form::begin(format, stand, outlet).await?;
    let (sender, mut pages) = mpsc::channel(1);
    let reading = async { rows.send(sender).await.map_err(Failure::from) };
    let writing = async {
        while let Some(page) = pages.recv().await {
            let held: Vec<Held<'_>> = page.iter().map(|one| (&one.registration).into()).collect();
            let disclosed = open(&desk, &viewer, &held).await?;
            form.take(&page, &disclosed, outlet).await?;
        }
        Ok(())
    };
    tokio::try_join!(reading, writing)?;
    form.end(outlet).await?;
    outlet.finish().await?;
    drop(place);
    Ok(())
}

/// An export in its form, as far as it was written.
enum Form {
    Separated(Dialect, Table),
    Lines(Lines),
    Book {
        table: Table,
        rows: mpsc::Sender<Vec<Vec<Cell>>>,
        file: JoinHandle<Result<std::fs::File, workbook::Broken>>,
    },
}

impl Form {
    async fn begin(format: Format, stand: Stand, outlet: &Outlet) -> Result<Self, Stopped> {
        let table = Table::new(stand.position, stand.ranks);
        match format {
            Format::Csv(dialect) => {
                outlet.send(dialect.head(&table.heads())).await?;
                Ok(Self::Separated(dialect, table))
            }
            Format::Ndjson => Ok(Self::Lines(Lines {
                position: stand.position,
                parked_at: stand.parked_at,
            })),
            Format::Xlsx => Ok(Self::book(table, stand)),
        }
    }

    fn book(table: Table, stand: Stand) -> Self {
        let (rows, receiver) = mpsc::channel(1);
        let heads = table.heads();
        let about = About {
            position: stand.position,
            decided_at: stand.decided_at.map(|at| at.to_zoned(zone())),
            asked: stand.asked,
        };
        let file = spawn_blocking(move || workbook::write(&heads, receiver, &about));
        Self::Book { table, rows, file }
    }

    async fn take(
        &self,
        page: &[Exported],
        disclosed: &[Disclosed],
        outlet: &Outlet,
    ) -> Result<(), Failure> {
        let pairs = page.iter().zip(disclosed);
        match self {
            Self::Separated(dialect, table) => {
                let rows = cells(table, pairs);
                outlet.send(dialect.rows(&rows)).await?;
            }
            Self::Lines(lines) => outlet.send(lines.of(pairs)).await?,
            // Where nobody takes the rows any more, the file tells why.
            Self::Book { table, rows, .. } => drop(rows.send(cells(table, pairs)).await),
        }
        Ok(())
    }

    async fn end(self, outlet: &Outlet) -> Result<(), Failure> {
        let Self::Book { rows, file, .. } = self else {
            return Ok(());
        };
        drop(rows);
        let file = file.await.map_err(std::io::Error::other);
        let file = file.map_err(workbook::Broken::from)??;
        send_file(File::from_std(file), outlet).await
    }
}

fn cells<'r>(
    table: &Table,
    pairs: impl Iterator<Item = (&'r Exported, &'r Disclosed)>,
) -> Vec<Vec<Cell>> {
    pairs
        .map(|(exported, disclosed)| table.cells(exported, disclosed))
        .collect()
}

async fn send_file(mut file: File, outlet: &Outlet) -> Result<(), Failure> {
    loop {
        let mut chunk = Vec::with_capacity(CHUNK_BYTES);
        let read = file.read_buf(&mut chunk).await;
        if read.map_err(workbook::Broken::from)? == 0 {
            return Ok(());
        }
        outlet.send(chunk).await?;
    }
}
