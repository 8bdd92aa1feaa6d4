//! `GET /v1/workshops/{workshop}/documents/{kind}/{number}`: the bytes of one version, or a part of them.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_documents::Key;
use anmeldewerk_domain::workshop::{DocumentKind, MediaType};
use anmeldewerk_read_model::query::{AsOf, Document};
use anmeldewerk_service::{problem::Problem, server::Connection};
use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use data_encoding::BASE64;

use crate::{
    answer::{LOG_POSITION, Refused, Tag, found},
    ask::{Question, digits, workshop_id},
    desk::Desk,
    document::roles,
    export::long_name,
    part::{self, Part},
};

const ROUTE: &str = "/v1/workshops/{workshop}/documents/{kind}/{number}";

/// Gives a version of a document, whole or in part (RFC 9110, section 14).
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "get_document",
    tag = "documents",
    params(
        ("Range" = Option<String>, Header, description = "One range of bytes; several are answered as if none were asked for."),
        ("If-Range" = Option<String>, Header, description = "The tag of the bytes that the range is to be of."),
    ),
    responses(
        (status = 200, content(
            (Vec<u8> = "application/pdf"),
            (String = "text/plain"),
            (Vec<u8> = "image/png"),
            (Vec<u8> = "image/jpeg"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
            (Vec<u8> = "application/vnd.oasis.opendocument.text"),
        )),
        (status = 206, description = "The part that was asked for; `Content-Range` says which."),
        (status = 416, description = "The range is not inside the bytes."),
    ),
    extensions(("x-roles" = json!(roles::EVERYBODY))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    Path((workshop, kind, number)): Path<(String, String, String)>,
    (connection, method, asked): (Connection, Method, HeaderMap),
    question: Question,
) -> Result<Response, Refused> {
    let parameters = question.parameters(&[])?;
    let wanted = question.wanted(&parameters)?;
    let workshop = workshop_id(&workshop)?;
    let version = version(&kind, &number).ok_or_else(|| Problem::new(Code::NotFound))?;
    let scope = question.viewer.scope();
    let query = desk.read_model.document(&scope, workshop, version);
    let AsOf {
        position,
        value: (slug, document),
        ..
    } = found(desk.ask(wanted, query).await?)?;
    let tag = Tag::of_content(&document.content);
    let always = always(position, &tag);
    if question.known.has(&tag) {
        return Ok((StatusCode::NOT_MODIFIED, always).into_response());
    }
    let part = part::asked(&asked, &tag, document.size);
    let (status, span) = match part {
        _ if method == Method::HEAD => (StatusCode::OK, part::whole(document.size)),
        Part::Whole => (StatusCode::OK, part::whole(document.size)),
        Part::Span(span) => (StatusCode::PARTIAL_CONTENT, span),
        Part::Outside => return Ok(outside(always, document.size)),
    };
    let mut headers = described(&slug, &document);
    headers.insert(
        header::CONTENT_LENGTH,
        HeaderValue::from(span.to - span.from),
    );
    if status == StatusCode::PARTIAL_CONTENT {
        headers.insert(header::CONTENT_RANGE, part::range(span, document.size));
    }
    if method == Method::HEAD {
        return Ok((status, always, headers, Body::empty()).into_response());
    }
    let key = Key {
        workshop,
        content: document.content,
    };
    let loan = desk.library.lend(key, document.size).await?;
    let body = loan.send(span, connection);
    Ok((status, always, headers, body).into_response())
}

fn version(kind: &str, number: &str) -> Option<(DocumentKind, u32)> {
    let number = u32::try_from(digits(number)?).ok()?;
    Some((DocumentKind::parse(kind)?, number))
}

/// What is said with every answer about these bytes.
fn always(position: Position, tag: &Tag) -> HeaderMap {
    HeaderMap::from_iter([
        (LOG_POSITION, HeaderValue::from(position.0)),
        (header::ETAG, tag.header()),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (header::VARY, HeaderValue::from_static("Authorization")),
    ])
}

/// What is said of the bytes themselves.
fn described(slug: &str, document: &Document) -> HeaderMap {
    let form = document.media_type;
    let content_type = match form {
        MediaType::Text => "text/plain; charset=utf-8",
        other => other.name(),
    };
    let digest = format!("sha-256=:{}:", BASE64.encode(&document.content.0));
    let named = HeaderValue::try_from(disposition(slug, document)).ok();
    let digest = HeaderValue::try_from(digest).ok();
    let both = [
        (header::CONTENT_DISPOSITION, named),
        (header::HeaderName::from_static("repr-digest"), digest),
    ];
    let both = both
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    [(header::CONTENT_TYPE, HeaderValue::from_static(content_type))]
        .into_iter()
        .chain(both)
        .collect()
}

/// What browsers show is shown by them, and the rest is a file.
fn disposition(slug: &str, document: &Document) -> String {
    let way = match document.media_type {
        MediaType::Pdf | MediaType::Text | MediaType::Png | MediaType::Jpeg => "inline",
        MediaType::Docx | MediaType::Odt => "attachment",
    };
    let word = match document.kind {
        DocumentKind::Agenda => "programm",
        DocumentKind::Invitation => "einladung",
        DocumentKind::PrivacyNotice => "datenschutzhinweis",
    };
    let (number, extension) = (document.number, document.media_type.extension());
    let plain = format!("{slug}-{word}-{number}.{extension}");
    let long = long_name(&format!("{}.{extension}", document.title));
    format!("{way}; filename=\"{plain}\"; filename*=UTF-8''{long}")
}

fn outside(always: HeaderMap, size: u64) -> Response {
    let problem = Problem::new(Code::RangeNotSatisfiable).with("size", size);
    let mut response = (always, problem).into_response();
    let range = [(header::CONTENT_RANGE, part::nowhere(size))];
    response.headers_mut().extend(range);
    response
}
