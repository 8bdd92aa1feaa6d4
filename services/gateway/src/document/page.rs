//! Pages that describe the interface: the same for everybody, and kept by whoever likes.

use std::sync::Arc;

use anmeldewerk_contract::{problem::Code, schema};
use anmeldewerk_service::problem::Problem;
use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::{parameter, query, refusal, roles};
use crate::answer::{Known, Tag};

/// Where the document is found.
pub(super) const OPENAPI: &str = "/openapi.json";
/// How long a page is kept without asking again.
pub(super) const CACHED: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// All pages.
pub(super) struct Library {
    pub(super) openapi: Page,
}

/// A page that stays the same while the process runs.
pub(super) struct Page {
    content_type: HeaderValue,
    tag: Tag,
    body: Bytes,
}

impl Page {
    /// Makes a page of JSON.
    pub(super) fn json(content: &Value) -> Self {
        let body = Bytes::from(content.to_string());
        Self {
            content_type: HeaderValue::from_static("application/json"),
            tag: Tag::of_page(&body),
            body,
        }
    }

    fn of_schema(schema: &'static str) -> Self {
        let body = Bytes::from_static(schema.as_bytes());
        Self {
            content_type: HeaderValue::from_static("application/schema+json"),
            tag: Tag::of_page(&body),
            body,
        }
    }

    /// Answers with the page, or says that the client has it.
    pub(super) fn answer(&self, headers: &HeaderMap) -> Response {
        let tag = [
            (header::ETAG, self.tag.header()),
            (header::CACHE_CONTROL, CACHED),
        ];
        if Known::of(headers).has(&self.tag) {
            return (StatusCode::NOT_MODIFIED, tag).into_response();
        }
        let content_type = [(header::CONTENT_TYPE, self.content_type.clone())];
        (tag, content_type, self.body.clone()).into_response()
    }
}

/// Gives this document.
#[utoipa::path(
    get,
    path = OPENAPI,
    operation_id = "get_openapi",
    tag = "documents",
    responses((status = 200, body = Value)),
    extensions(("x-roles" = json!(roles::EVERYBODY))),
)]
pub(super) async fn openapi(State(library): State<Arc<Library>>, headers: HeaderMap) -> Response {
    library.openapi.answer(&headers)
}

/// Gives the JSON Schema of what is stored: of an event, or of the payload of a message.
///
/// `ce-dataschema` of every message of the log names such an address.
#[utoipa::path(
    get,
    path = "/schemas/{type}/{version}",
    operation_id = "get_schema",
    tag = "documents",
    responses((status = 200, body = Value, content_type = "application/schema+json")),
    extensions(("x-roles" = json!(roles::EVERYBODY))),
)]
pub(super) async fn schema(
    Path((kind, version)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let schema = schema::schema(&kind, &version).ok_or(Code::NotFound)?;
    Ok(Page::of_schema(schema).answer(&headers))
}

/// Says what is served of problems, which every process serves alike.
pub(super) fn problems() -> Value {
    let text = json!({
        "type": "object", "required": ["de", "en"],
        "properties": {"de": {"type": "string"}, "en": {"type": "string"}},
    });
    let explained = json!({
        "type": "object", "required": ["code", "status", "title", "meaning", "advice"],
        "properties": {
            "code": {"type": "string"}, "status": {"type": "integer"},
            "title": text, "meaning": text, "advice": text,
        },
    });
    let reference = json!({"$ref": "#/components/schemas/ProblemGuide"});
    let list = json!({
        "type": "object", "required": ["items"],
        "properties": {"items": {"type": "array", "items": reference}},
    });
    let page = |id: &str, summary: &str, schema: &Value| {
        let content = json!({"application/json": {"schema": schema}, "text/html": {"schema": {"type": "string"}}});
        json!({"get": {
            "operationId": id, "summary": summary, "tags": ["documents"], "x-roles": roles::EVERYBODY,
            "responses": {"200": {"content": content}},
        }})
    };
    json!({
        "paths": {
            "/problems": page("list_problems", "Explains every code of a refusal.", &list),
            "/problems/{code}": page("get_problem", "Explains one code of a refusal.", &reference),
        },
        "components": {"schemas": {"ProblemGuide": explained}},
    })
}

/// Completes what a page of problems says of itself: it has no tag, and depends on what its reader reads.
pub(super) fn complete_problems(route: &str, operation: &mut Map<String, Value>) {
    let language = parameter::header("Accept-Language", "The language of the page: `de` or `en`.");
    let mut given = parameter::of_address(route);
    given.push(language);
    query::extend_parameters(operation, given);
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    responses["200"]["description"] = json!("The page, or the same as JSON.");
    refuse(route, operation);
}

fn refuse(route: &str, operation: &mut Map<String, Value>) {
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    refusal::add(responses, refusal::OF_PAGES);
    if route.contains('{') {
        refusal::add(responses, &[400, 404]);
    }
    operation.insert("security".to_owned(), json!([{}]));
}

/// Completes what one page says of itself.
pub(super) fn complete(route: &str, operation: &mut Map<String, Value>) {
    let mut given = parameter::of_address(route);
    let tags = "The tags of the answers that the caller has.";
    given.push(parameter::header("If-None-Match", tags));
    query::extend_parameters(operation, given);
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    let tag = json!({"ETag": {"required": true, "schema": {"type": "string"}}});
    responses["200"]["description"] = json!("The page.");
    responses["200"]["headers"] = tag.clone();
    responses["304"] = json!({"description": "The caller has this page already.", "headers": tag});
    refuse(route, operation);
}
