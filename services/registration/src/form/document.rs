//! A document that is sent: what is said of it, and whether its bytes can be what they are said to be.

use anmeldewerk_contract::{
    hex,
    problem::{Code, FieldError},
};
use anmeldewerk_domain::{
    TextLine,
    workshop::{ContentHash, Document, DocumentKind, MOST_DOCUMENT_BYTES, MediaType},
};
use anmeldewerk_service::{body, problem::Problem, query::Parameters};
use axum::http::HeaderMap;
use ring::digest::{SHA256, digest};
use serde_json::json;

use super::time::date;

/// The largest document, in bytes.
pub(crate) const DOCUMENT_BYTES: usize = MOST_DOCUMENT_BYTES as usize;

/// Says whether a parameter is one of a document's.
pub(crate) fn is_known(name: &str) -> bool {
    ["kind", "title", "valid_from", "note"].contains(&name)
}

/// What is said of a document before it is sent.
#[derive(Debug)]
pub(crate) struct Announced {
    kind: DocumentKind,
    media_type: MediaType,
    title: TextLine,
    valid_from: Option<anmeldewerk_domain::Date>,
    note: Option<TextLine>,
}

impl Announced {
    pub(crate) fn of(parameters: Parameters<'_>, headers: &HeaderMap) -> Result<Self, Problem> {
        body::refuse_encodings(headers)?;
        let media_type = body::media_type(headers);
        let media_type = media_type.and_then(|name| MediaType::parse(&name));
        Ok(Self {
            kind: parameters.need("kind", DocumentKind::parse)?,
            media_type: media_type.ok_or_else(other_form)?,
            title: parameters.need("title", TextLine::new)?,
            valid_from: parameters.get("valid_from", date)?,
            note: parameters.get("note", TextLine::new)?,
        })
    }

    /// Takes the bytes, if they are some and begin as they should.
    pub(crate) fn with(self, bytes: &[u8]) -> Result<Document, Problem> {
        if bytes.is_empty() {
            return Err(refused("empty"));
        }
        if !self.media_type.fits(bytes) {
            return Err(refused("other_form"));
        }
        let hash = digest(&SHA256, bytes);
        let hash = hash.as_ref().try_into();
        Ok(Document {
            kind: self.kind,
            content: ContentHash(hash.expect("SHA-256 gives 32 bytes")),
            media_type: self.media_type,
            size: u32::try_from(bytes.len()).map_err(|_| refused("too_large"))?,
            title: self.title,
            valid_from: self.valid_from,
            note: self.note,
        })
    }
}

/// Writes what a document is in the one form that repetitions are compared by.
pub(crate) fn canonical(document: &Document) -> Vec<u8> {
    let said = json!({
        "kind": document.kind.name(),
        "media_type": document.media_type.name(),
        "note": document.note.as_ref().map(TextLine::as_str),
        "sha256": hex(&document.content.0),
        "title": document.title.as_str(),
        "valid_from": document.valid_from.map(|day| day.to_string()),
    });
    said.to_string().into_bytes()
}

fn refused(code: &str) -> Problem {
    Problem::new(Code::InvalidBody).errors([FieldError::new("", code)])
}

fn other_form() -> Problem {
    let names = MediaType::ALL.map(MediaType::name).join(", ");
    Problem::new(Code::UnsupportedMediaType).detail(
        format!("Erwartet wird eines von {names}, nicht komprimiert; Text in UTF-8."),
        format!("One of {names} is expected, not compressed; text in UTF-8."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use anmeldewerk_service::query::pairs;
    use axum::http::{HeaderValue, header};

    fn announced(query: &str, media_type: &'static str) -> Result<Announced, Problem> {
        let pairs = pairs(&format!("/?{query}").parse().expect("an address"))?;
        let value = HeaderValue::from_static(media_type);
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, value)]);
        Announced::of(Parameters::of(&pairs, is_known)?, &headers)
    }

    fn code<T>(of: Result<T, Problem>) -> Code {
        match of {
            Ok(_) => panic!("it was not refused"),
            Err(problem) => problem.code(),
        }
    }

    const PDF: &str = "application/pdf";
    const NOTICE: &str = "kind=privacy_notice&title=Hinweise%20zum%20Datenschutz";

    #[test]
    fn what_is_said_of_a_document_is_read_by_name() {
        let query = format!("{NOTICE}&valid_from=2019-10-01&note=Neue%20Anschrift");
        let announced = announced(&query, PDF).expect("it is read");
        let document = announced.with(b"%PDF-1.7 and so on").expect("a document");
        assert_eq!(document.kind, DocumentKind::PrivacyNotice);
        assert_eq!(document.size, 18);
        assert_eq!(document.title.as_str(), "Hinweise zum Datenschutz");
        let said = String::from_utf8(canonical(&document)).expect("text");
        assert!(
            said.contains("2019-10-01") && said.contains("Neue Anschrift"),
            "{said}"
        );
        assert!(said.contains(&hex(&document.content.0)), "{said}");
    }

    #[test]
    fn what_is_unknown_missing_or_unreadable_is_refused() {
        for query in [
            "",
            "kind=agenda",
            "title=x",
            "kind=program&title=x",
            "kind=agenda&title=%20",
            "kind=agenda&title=x&valid_from=2019-13-01",
            "kind=agenda&title=x&valid_from=2019-1-1",
            "kind=agenda&title=x&note=",
            "kind=agenda&title=x&number=1",
            "kind=agenda&kind=agenda&title=x",
        ] {
            assert_eq!(code(announced(query, PDF)), Code::InvalidQuery, "{query}");
        }
        for form in [
            "text/html",
            "application/zip",
            "text/plain; charset=iso-8859-1",
            "",
        ] {
            assert_eq!(
                code(announced(NOTICE, form)),
                Code::UnsupportedMediaType,
                "{form}"
            );
        }
        assert!(announced(NOTICE, "text/plain; charset=utf-8").is_ok());
    }

    #[test]
    fn bytes_begin_as_their_form_does() {
        let forms: [(&'static str, &[u8], &[u8]); 6] = [
            (PDF, b"%PDF-1.7", b"<html>"),
            ("text/plain", "Mölln".as_bytes(), b"M\xf6lln"),
            ("image/png", b"\x89PNG\r\n\x1a\n...", b"\x89PNG"),
            ("image/jpeg", b"\xff\xd8\xff\xe0", b"%PDF-"),
            (MediaType::Docx.name(), b"PK\x03\x04", b"\xd0\xcf\x11\xe0"),
            (MediaType::Odt.name(), b"PK\x03\x04", b"PK"),
        ];
        for (form, good, bad) in forms {
            let with = |bytes| announced(NOTICE, form).and_then(|it| it.with(bytes));
            assert!(with(good).is_ok(), "{form}");
            assert_eq!(code(with(bad)), Code::InvalidBody, "{form}");
            assert_eq!(code(with(b"")), Code::InvalidBody, "{form}");
        }
        let with = |bytes| announced(NOTICE, "text/plain").and_then(|it| it.with(bytes));
        assert_eq!(code(with(b"a\0b")), Code::InvalidBody);
    }
}
