//! Writing behind a file's end. Appending a segment is the only way in which a file grows.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{self, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use anmeldewerk_contract::{DecodeError, Message, Position, bare, decode};
use anmeldewerk_journal::message_hash;

use super::{
    flaw::Flaw,
    origin::Origin,
    segment::{End, Head, put},
    segments::Segments,
};

/// From so many bytes on a segment is complete.
const ENOUGH: usize = 1 << 20;

/// Why nothing more could be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum PenError {
    /// The folder or the disk does not take it.
    #[error("a snapshot could not be written")]
    Io(#[from] io::Error),
    /// A message of the log is not known to this version.
    #[error("message at {at} is not known to this version")]
    Unknown {
        /// Where it stands.
        at: Position,
        #[source]
        source: DecodeError,
    },
}

/// A file that is open for appending. Nobody else has a pen for it, in no process.
pub(super) struct Pen {
    file: File,
    origin: Origin,
    end: End,
}

impl Pen {
    /// Opens a file, or makes it, and goes to its end; nothing where somebody else is writing.
    ///
    /// An end that is torn is cut off. What is not of this origin, or is odd, is begun anew.
    pub(super) fn open(path: &Path, origin: Origin) -> io::Result<Option<Self>> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).mode(0o600);
        let file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        let end = Segments::open(file.try_clone()?, &origin).and_then(|mut all| all.last());
        let empty = file.metadata()?.len() == 0;
        let mut pen = Self {
            file,
            end: beginning(&origin),
            origin,
        };
        match end {
            Ok(end) => pen.go_to(end)?,
            Err(_) if empty => pen.begin_anew()?,
            Err(flaw) => pen.give_up(&flaw)?,
        }
        Ok(Some(pen))
    }

    /// Gives where the file ends.
    pub(super) fn end(&self) -> End {
        self.end
    }

    /// Forgets all that the file holds, and says so.
    pub(super) fn give_up(&mut self, flaw: &Flaw) -> io::Result<()> {
        super::shelf::note_thrown_away(flaw);
        self.begin_anew()
    }

    fn begin_anew(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(self.origin.header())?;
        self.end = beginning(&self.origin);
        Ok(())
    }

    fn go_to(&mut self, end: End) -> io::Result<()> {
        self.file.set_len(end.offset)?;
        self.file.seek(SeekFrom::Start(end.offset))?;
        self.end = end;
        Ok(())
    }

    /// Appends messages that stand in the log right behind the file's last.
    ///
    /// What could not be written whole is taken back, as far as the disk lets it be.
    pub(super) fn append(&mut self, messages: &[Message]) -> Result<(), PenError> {
        let mut segment = Draft::default();
        for message in messages {
            segment.put(message)?;
            if segment.payload.len() >= ENOUGH {
                self.write(&std::mem::take(&mut segment))?;
            }
        }
        self.write(&segment)
    }

    fn write(&mut self, segment: &Draft) -> Result<(), PenError> {
        let Some(head) = segment.head() else {
            return Ok(());
        };
        let bytes = head.bytes();
        let link = self.end.link.next(&bytes, &segment.payload);
        let whole = [&bytes, &segment.payload, &link.0[..]].concat();
        if let Err(error) = self.file.write_all(&whole) {
            // Whoever opens the file next cuts it off, if it cannot be done now.
            let _ = self.go_to(self.end);
            return Err(error.into());
        }
        self.end = End {
            offset: self.end.offset.saturating_add(head.whole()),
            link,
            position: head.last,
            message: head.message,
        };
        Ok(())
    }
}

fn beginning(origin: &Origin) -> End {
    End {
        offset: origin.length(),
        link: origin.link(),
        position: Position::START,
        message: [0; 32],
    }
}

/// A segment that is being made.
#[derive(Default)]
struct Draft {
    payload: Vec<u8>,
    decisions: u32,
    first: Option<Position>,
    last: Option<(Position, [u8; 32])>,
}

impl Draft {
    fn put(&mut self, message: &Message) -> Result<(), PenError> {
        let at = message.position;
        let recorded = decode(message).map_err(|source| PenError::Unknown { at, source })?;
        put(&mut self.payload, &bare::encode(recorded));
        self.decisions = self.decisions.saturating_add(1);
        self.first.get_or_insert(at);
        self.last = Some((at, message_hash(message)));
        Ok(())
    }

    /// Says what it holds, if anything.
    fn head(&self) -> Option<Head> {
        let (last, message) = self.last?;
        Some(Head {
            first: self.first?,
            last,
            decisions: self.decisions,
            length: u32::try_from(self.payload.len()).ok()?,
            message,
        })
    }
}
