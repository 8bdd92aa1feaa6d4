//! Reading a file segment by segment.

use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
};

use anmeldewerk_contract::Position;

use super::{
    flaw::Flaw,
    origin::Origin,
    segment::{DIGEST, End, HEAD, Head, Link},
};

/// The segments of a file from some offset on.
///
/// The file is read as far as it reached when it was opened; what somebody appends meanwhile is not
/// seen. A segment that is not there whole ends it: it was being written, or its writer was killed.
pub(super) struct Segments {
    file: BufReader<File>,
    length: u64,
    end: End,
}

impl Segments {
    /// Opens a file that must be of this origin.
    pub(super) fn open(mut file: File, origin: &Origin) -> Result<Self, Flaw> {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(0))?;
        let mut file = BufReader::new(file);
        origin.expect(&mut file)?;
        let end = End {
            offset: origin.length(),
            link: origin.link(),
            position: Position::START,
            message: [0; 32],
        };
        Ok(Self { file, length, end })
    }

    /// Gives where the last segment that was read ends.
    pub(super) fn end(&self) -> End {
        self.end
    }

    /// Reads the next whole segment and verifies its digest.
    pub(super) fn next(&mut self, payload: &mut Vec<u8>) -> Result<Option<Head>, Flaw> {
        let Some((bytes, head)) = self.head()? else {
            return Ok(None);
        };
        payload.resize(head.length(), 0);
        self.file.read_exact(payload)?;
        let link = self.link()?;
        if link != self.end.link.next(&bytes, payload) {
            return Err(Flaw::Digest);
        }
        self.pass(&head, link);
        Ok(Some(head))
    }

    /// Goes to the end over all whole segments and verifies the last one's digest alone.
    ///
    /// It is enough to go on writing there: whoever loads the file verifies all of it.
    pub(super) fn last(&mut self) -> Result<End, Flaw> {
        let mut before = self.end;
        while let Some((_, head)) = self.head()? {
            before = self.end;
            self.file.seek_relative(i64::from(head.length))?;
            let link = self.link()?;
            self.pass(&head, link);
        }
        if before.offset != self.end.offset {
            self.file.seek(SeekFrom::Start(before.offset))?;
            self.end = before;
            self.next(&mut Vec::new())?;
        }
        Ok(self.end)
    }

    /// Reads a head, unless the segment is not there whole.
    fn head(&mut self) -> Result<Option<([u8; HEAD], Head)>, Flaw> {
        let left = self.length.saturating_sub(self.end.offset);
        if left < (HEAD + DIGEST) as u64 {
            return Ok(None);
        }
        let mut bytes = [0; HEAD];
        self.file.read_exact(&mut bytes)?;
        let head = Head::read(&bytes, self.end.position)?;
        Ok((head.whole() <= left).then_some((bytes, head)))
    }

    fn link(&mut self) -> io::Result<Link> {
        let mut link = Link([0; DIGEST]);
        self.file.read_exact(&mut link.0)?;
        Ok(link)
    }

    fn pass(&mut self, head: &Head, link: Link) {
        self.end = End {
            offset: self.end.offset.saturating_add(head.whole()),
            link,
            position: head.last,
            message: head.message,
        };
    }
}
