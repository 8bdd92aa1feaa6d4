//! Parts of what is sent (RFC 9110, section 14): one range of bytes.

use axum::http::{HeaderMap, HeaderValue, header};
use http_range_header::parse_range_header;

use crate::{answer::Tag, library::Span};

/// What is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it: nothing else was asked for, or nothing that can be read.
    Whole,
    /// A span of it.
    Span(Span),
    /// A range was asked for that is not inside.
    Outside,
}

/// Reads which part is asked for; of bytes that are not those the caller has, the whole.
pub(crate) fn asked(headers: &HeaderMap, tag: &Tag, size: u64) -> Part {
    let Some(range) = headers.get(header::RANGE) else {
        return Part::Whole;
    };
    // The comparison is the strong one; a date is never the same.
    let same = headers
        .get(header::IF_RANGE)
        .is_none_or(|given| *given == tag.header());
    let range = range.to_str().ok().filter(|_| same);
    let Some(Ok(range)) = range.map(parse_range_header) else {
        return Part::Whole;
    };
    match range.validate(size).as_deref() {
        Ok([one]) => Part::Span(Span {
            from: *one.start(),
            to: one.end() + 1,
        }),
        Ok(_) => Part::Whole,
        Err(_) => Part::Outside,
    }
}

/// Gives the span of all there is.
pub(crate) fn whole(size: u64) -> Span {
    Span { from: 0, to: size }
}

/// Says which part is sent.
pub(crate) fn range(span: Span, size: u64) -> HeaderValue {
    let text = format!("bytes {}-{}/{size}", span.from, span.to.saturating_sub(1));
    HeaderValue::try_from(text).expect("digits are a header value")
}

/// Says how much there is where nothing is sent.
pub(crate) fn nowhere(size: u64) -> HeaderValue {
    HeaderValue::try_from(format!("bytes */{size}")).expect("digits are a header value")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(range: &'static str, condition: Option<HeaderValue>) -> Part {
        let tag = Tag::of_page(b"bytes");
        let range = (header::RANGE, HeaderValue::from_static(range));
        let condition = condition.map(|value| (header::IF_RANGE, value));
        let headers = [range].into_iter().chain(condition).collect();
        asked(&headers, &tag, 100)
    }

    fn span(from: u64, to: u64) -> Part {
        Part::Span(Span { from, to })
    }

    #[test]
    fn one_range_is_a_span_and_what_cannot_be_read_is_the_whole() {
        assert_eq!(of("bytes=0-0", None), span(0, 1));
        assert_eq!(of("bytes=10-19", None), span(10, 20));
        assert_eq!(of("bytes=90-", None), span(90, 100));
        assert_eq!(of("bytes=90-1000", None), span(90, 100));
        assert_eq!(of("bytes=-5", None), span(95, 100));
        for odd in [
            "",
            "bytes=",
            "lines=1-2",
            "bytes=a-b",
            "10-20",
            "bytes=0-1,5-6",
        ] {
            assert_eq!(of(odd, None), Part::Whole, "{odd}");
        }
        let nothing = asked(&HeaderMap::new(), &Tag::of_page(b""), 100);
        assert_eq!(nothing, Part::Whole);
    }

    #[test]
    fn a_range_beyond_the_end_is_outside() {
        for range in ["bytes=100-", "bytes=100-200"] {
            assert_eq!(of(range, None), Part::Outside, "{range}");
        }
    }

    #[test]
    fn a_range_of_other_bytes_is_the_whole() {
        let tag = Tag::of_page(b"bytes").header();
        assert_eq!(of("bytes=0-0", Some(tag)), span(0, 1));
        let other = Tag::of_page(b"other").header();
        assert_eq!(of("bytes=0-0", Some(other)), Part::Whole);
        let date = HeaderValue::from_static("Tue, 15 Nov 1994 12:45:26 GMT");
        assert_eq!(of("bytes=0-0", Some(date)), Part::Whole);
    }

    #[test]
    fn a_part_says_where_it_belongs() {
        assert_eq!(range(Span { from: 10, to: 20 }, 100), "bytes 10-19/100");
        assert_eq!(range(whole(1), 1), "bytes 0-0/1");
        assert_eq!(nowhere(100), "bytes */100");
    }
}
