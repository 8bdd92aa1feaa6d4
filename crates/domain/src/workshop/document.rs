//! Documents of a workshop (Programm, Einladung, Datenschutzhinweis): which versions there are.
//!
//! Their bytes lie elsewhere, under their hash.

use super::Workshop;
use crate::{Date, TextLine};

/// The most versions of one kind that a workshop has.
pub const MOST_VERSIONS: u32 = 100;
/// The most bytes of one version: 20 MiB.
pub const MOST_DOCUMENT_BYTES: u32 = 20 << 20;

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DocumentKind {
    /// What happens when (Programm).
    Agenda,
    /// Who is asked to come (Einladung).
    Invitation,
    /// What is done with personal data (Datenschutzhinweis).
    PrivacyNotice,
}

impl DocumentKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Agenda, Self::Invitation, Self::PrivacyNotice];

    /// Gives the name used in addresses, answers, tables and the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Agenda => "agenda",
            Self::Invitation => "invitation",
            Self::PrivacyNotice => "privacy_notice",
        }
    }

    /// Finds the kind with a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// In which form the bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MediaType {
    /// PDF.
    Pdf,
    /// Text in UTF-8.
    Text,
    /// An image, PNG.
    Png,
    /// An image, JPEG.
    Jpeg,
    /// A text of an office program (Office Open XML).
    Docx,
    /// The same (Open Document).
    Odt,
}

impl MediaType {
    /// Every form.
    pub const ALL: [Self; 6] = [
        Self::Pdf,
        Self::Text,
        Self::Png,
        Self::Jpeg,
        Self::Docx,
        Self::Odt,
    ];

    /// Gives the registered name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Odt => "application/vnd.oasis.opendocument.text",
        }
    }

    /// Finds the form with a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.name() == name)
    }

    /// Gives how the name of such a file ends.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Text => "txt",
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Docx => "docx",
            Self::Odt => "odt",
        }
    }

    /// Says whether bytes begin as this form does.
    pub fn fits(self, bytes: &[u8]) -> bool {
        match self {
            Self::Pdf => bytes.starts_with(b"%PDF-"),
            Self::Text => !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok(),
            Self::Png => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => bytes.starts_with(b"\xff\xd8\xff"),
            Self::Docx | Self::Odt => bytes.starts_with(b"PK\x03\x04"),
        }
    }
}

/// The SHA-256 of a document's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentHash(pub [u8; 32]);

/// A version of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// The hash of its bytes.
    pub content: ContentHash,
    /// In which form they are.
    pub media_type: MediaType,
    /// How many there are, up to [`MOST_DOCUMENT_BYTES`].
    pub size: u32,
    /// What it is called.
    pub title: TextLine,
    /// From which day on it holds, where that is said.
    pub valid_from: Option<Date>,
    /// What else is said about this version.
    pub note: Option<TextLine>,
}

/// A version that was added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentAdded {
    /// The how manieth of its kind, from 1 on.
    pub number: u32,
    /// The version.
    pub document: Document,
}

impl Workshop {
    /// Gives the versions of one kind, the first first.
    pub fn versions(&self, kind: DocumentKind) -> &[Document] {
        self.documents.get(&kind).map_or(&[], Vec::as_slice)
    }

    /// Gives the number of the newest version of one kind; 0 where there is none.
    pub fn newest(&self, kind: DocumentKind) -> u32 {
        u32::try_from(self.versions(kind).len()).unwrap_or(u32::MAX)
    }

    /// Says whether any version has these bytes.
    pub fn keeps(&self, content: ContentHash) -> bool {
        let mut all = self.documents.values().flatten();
        all.any(|document| document.content == content)
    }

    /// Says whether a version of the privacy notice can have been seen; any, until there is one.
    pub fn has_notice(&self, number: u32) -> bool {
        let newest = self.newest(DocumentKind::PrivacyNotice);
        newest == 0 || (1..=newest).contains(&number)
    }
}
