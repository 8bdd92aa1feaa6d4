//! A body as lines, one after the other as they come in.

use std::time::Duration;

use anmeldewerk_contract::problem::Code;
use anmeldewerk_service::problem::Problem;
use axum::body::{Body, BodyDataStream, Bytes};
use bytes::BytesMut;
use futures_util::StreamExt;
use tokio::time::timeout;

/// What some programs write in front, to say no more than that this is UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// How long a client may send nothing.
const STILL: Duration = Duration::from_secs(30);

/// Lines of a body, of which no more than one is held.
pub(crate) struct Lines {
    body: BodyDataStream,
    held: BytesMut,
    /// How much of what is held was looked through for an end.
    seen: usize,
    /// How many lines have ended.
    number: u32,
    /// The rest of a line that is too long is passed over.
    passing: bool,
    ended: bool,
    most_bytes: usize,
    still: Duration,
}

/// A line, with its number from 1 on.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) number: u32,
    /// Nothing where it is longer than a line may be.
    pub(crate) text: Option<Bytes>,
}

impl Lines {
    /// Begins to read a body, whose lines have at most so many bytes.
    pub(crate) fn of(body: Body, most_bytes: usize) -> Self {
        Self {
            body: body.into_data_stream(),
            held: BytesMut::new(),
            seen: 0,
            number: 0,
            passing: false,
            ended: false,
            most_bytes,
            still: STILL,
        }
    }

    /// Gives the next line that says anything; nothing behind the last. It may be asked again where it was not
    /// waited for.
    ///
    /// Fails where the body broke off, or its sender sends nothing for half a minute.
    pub(crate) async fn next(&mut self) -> Result<Option<Line>, Problem> {
        loop {
            while let Some(line) = self.complete() {
                if line.text.as_deref().is_none_or(|text| !is_blank(text)) {
                    return Ok(Some(line));
                }
            }
            if self.ended {
                return Ok(None);
            }
            let chunk = timeout(self.still, self.body.next()).await;
            match chunk.map_err(|_| Code::RequestTimeout)? {
                Some(Ok(chunk)) => self.held.extend_from_slice(&chunk),
                Some(Err(_)) => {
                    return Err(Problem::new(Code::BadRequest)
                        .detail("Der Inhalt brach ab", "the body broke off"));
                }
                None => self.ended = true,
            }
        }
    }

    /// Takes a line off what is held, if there is a whole one.
    fn complete(&mut self) -> Option<Line> {
        let end = self.held[self.seen..]
            .iter()
            .position(|byte| *byte == b'\n');
        if let Some(end) = end {
            let line = self.held.split_to(self.seen + end + 1);
            self.seen = 0;
            return Some(self.end(&line.freeze()));
        }
        self.seen = self.held.len();
        if self.seen > self.most_bytes + MARK.len() {
            // It is no longer of use; its end is.
            self.held.clear();
            self.seen = 0;
            self.passing = true;
        }
        let last = self.ended && (self.passing || !self.held.is_empty());
        last.then(|| {
            self.seen = 0;
            let rest = self.held.split().freeze();
            self.end(&rest)
        })
    }

    fn end(&mut self, line: &Bytes) -> Line {
        self.number = self.number.saturating_add(1);
        let text = line.strip_suffix(b"\n").map_or(line.len(), <[u8]>::len);
        let start = match self.number {
            1 if line.starts_with(MARK) => MARK.len(),
            _ => 0,
        };
        let text = line.slice(start.min(text)..text);
        let whole = !std::mem::take(&mut self.passing) && text.len() <= self.most_bytes;
        Line {
            number: self.number,
            text: whole.then_some(text),
        }
    }
}

/// Says whether a line holds blanks alone.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;

    fn lines_of(chunks: &[&'static [u8]]) -> Lines {
        let chunks: Vec<Result<Bytes, std::io::Error>> = chunks
            .iter()
            .map(|chunk| Ok(Bytes::from_static(chunk)))
            .collect();
        Lines::of(Body::from_stream(stream::iter(chunks)), 8)
    }

    async fn read(chunks: &[&'static [u8]]) -> Vec<(u32, Option<String>)> {
        let mut lines = lines_of(chunks);
        let mut read = Vec::new();
        while let Some(line) = lines.next().await.expect("a body") {
            let text = line
                .text
                .map(|text| String::from_utf8_lossy(&text).into_owned());
            read.push((line.number, text));
        }
        read
    }

    fn said(number: u32, text: &str) -> (u32, Option<String>) {
        (number, Some(text.to_owned()))
    }

    #[tokio::test]
    async fn lines_come_out_as_they_are_however_they_came_in() {
        let expected = [said(1, "a"), said(2, "bc\r"), said(4, "d"), said(5, "e")];
        let whole: &[u8] = b"\xef\xbb\xbfa\nbc\r\n \t\r\nd\ne";
        assert_eq!(read(&[whole]).await, expected);
        for at in 0..whole.len() {
            let (one, other) = whole.split_at(at);
            assert_eq!(read(&[one, other]).await, expected, "cut at {at}");
        }
        let single: Vec<&'static [u8]> = whole.chunks(1).collect();
        assert_eq!(read(&single).await, expected);
    }

    #[tokio::test]
    async fn a_line_that_is_too_long_is_passed_over_and_the_next_one_is_read() {
        let whole: &[u8] = b"12345678\n123456789\n1\n1234567890123456789012345";
        let expected = [said(1, "12345678"), (2, None), said(3, "1"), (4, None)];
        assert_eq!(read(&[whole]).await, expected);
        for size in [1, 3, 9] {
            let chunks: Vec<&'static [u8]> = whole.chunks(size).collect();
            assert_eq!(read(&chunks).await, expected, "in pieces of {size}");
        }
    }

    #[tokio::test]
    async fn of_nothing_there_are_no_lines() {
        for nothing in [&b""[..], b"\n\n", b" ", b"\xef\xbb\xbf"] {
            assert_eq!(read(&[nothing]).await, [], "{nothing:?}");
        }
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_or_stands_still_is_said_to() {
        let broken: [Result<Bytes, std::io::Error>; 2] = [
            Ok(Bytes::from_static(b"a\nb")),
            Err(std::io::Error::other("gone")),
        ];
        let mut lines = Lines::of(Body::from_stream(stream::iter(broken)), 8);
        assert_eq!(
            lines.next().await.expect("a line").map(|line| line.number),
            Some(1)
        );
        let broken = lines.next().await.expect_err("it broke off");
        assert_eq!(broken.code(), Code::BadRequest);

        let still = stream::pending::<Result<Bytes, std::io::Error>>();
        let mut lines = Lines::of(Body::from_stream(still), 8);
        lines.still = Duration::from_millis(20);
        let slow = lines.next().await.expect_err("nothing comes");
        assert_eq!(slow.code(), Code::RequestTimeout);
    }
}
