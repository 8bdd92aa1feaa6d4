//! Documents of a workshop in their versions; the bytes are in the object store.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{
    WorkshopId,
    workshop::{ContentHash, DocumentKind, MediaType},
};
use jiff::{Timestamp, civil::Date};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{AsOf, ReadModel, Scope, row, workshop::count};
use crate::{Fault, sql, value};

/// A version of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// The how manieth of its kind, from 1 on.
    pub number: u32,
    /// SHA-256 of its bytes.
    pub content: ContentHash,
    /// In which form they are.
    pub media_type: MediaType,
    /// How many there are.
    pub size: u64,
    /// What it is called.
    pub title: String,
    /// From which day on it holds, where that is said.
    pub valid_from: Option<Date>,
    /// What else is said about it.
    pub note: Option<String>,
    /// When it was added.
    pub added_at: Timestamp,
    /// The decision that added it.
    pub version: Position,
}

/// Versions of a workshop's documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documents {
    /// What the workshop is called in addresses.
    pub slug: String,
    /// The versions, by kind, the first first.
    pub versions: Vec<Document>,
}

impl ReadModel {
    /// Reads all versions of a workshop's documents; nothing where the caller does not see it.
    pub async fn documents(
        &self,
        scope: &Scope,
        workshop: WorkshopId,
    ) -> Result<AsOf<Option<Documents>>, Fault> {
        self.versions(scope, workshop, None).await
    }

    /// Reads one version of one document; nothing where the caller does not see it.
    pub async fn document(
        &self,
        scope: &Scope,
        workshop: WorkshopId,
        version: (DocumentKind, u32),
    ) -> Result<AsOf<Option<(String, Document)>>, Fault> {
        let found = self.versions(scope, workshop, Some(version)).await?;
        let one = found.value.and_then(|mut documents| {
            let version = documents.versions.pop()?;
            Some((documents.slug, version))
        });
        Ok(AsOf {
            position: found.position,
            parked_at: found.parked_at,
            value: one,
        })
    }

    async fn versions(
        &self,
        scope: &Scope,
        workshop: WorkshopId,
        version: Option<(DocumentKind, u32)>,
    ) -> Result<AsOf<Option<Documents>>, Fault> {
        let rows = sqlx::query(sql::DOCUMENTS)
            .bind(scope.program())
            .bind(scope.sees_all())
            .bind(Uuid::from_u128(workshop.0))
            .bind(version.map(|(kind, _)| kind.name()))
            .bind(version.map(|(_, number)| value::version_number(number)))
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("reading documents"))?;
        let first = rows.first();
        let slug: Option<Option<String>> = first.map(|row| row::get(row, "slug")).transpose()?;
        let versions = rows.iter().map(one).filter_map(Result::transpose);
        let versions = versions.collect::<Result<Vec<_>, _>>()?;
        let documents = slug.flatten().map(|slug| Documents { slug, versions });
        row::as_of(&rows, documents)
    }
}

fn one(row: &PgRow) -> Result<Option<Document>, Fault> {
    let Some(kind) = row::get::<Option<&str>>(row, "kind")? else {
        return Ok(None);
    };
    let content: Vec<u8> = row::get(row, "sha256")?;
    let number: i32 = row::get(row, "number")?;
    let form: &str = row::get(row, "media_type")?;
    Ok(Some(Document {
        kind: DocumentKind::parse(kind).ok_or(Fault::Value("kind"))?,
        number: u32::try_from(number).unwrap_or(0),
        content: ContentHash(content.try_into().map_err(|_| Fault::Value("sha256"))?),
        media_type: MediaType::parse(form).ok_or(Fault::Value("media_type"))?,
        size: count(row::get(row, "size")?),
        title: row::get(row, "title")?,
        valid_from: row::maybe_date(row, "valid_from")?,
        note: row::get(row, "note")?,
        added_at: row::instant(row, "added_at")?,
        version: row::position(row, "version")?,
    }))
}
