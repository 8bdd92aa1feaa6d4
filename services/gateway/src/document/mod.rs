//! The OpenAPI 3.1 document: made from the code, completed in one place, served at `/openapi.json`.
//!
//! **How a query is documented.** Its handler bears `#[utoipa::path]` with what is special to it and nothing else:
//!
//! ```text
//! /// Lists the groups of a workshop in the order of their arrival, each with its members.
//! ///
//! /// What else a reader has to know.
//! #[utoipa::path(
//!     get,
//!     path = ROUTE,
//!     operation_id = "list_groups",
//!     tag = "registrations",
//!     responses((status = 200, body = List<GroupBody>)),
//!     extensions(("x-roles" = json!(roles::PERSONS)), ("x-takes" = json!(PARAMETERS))),
//! )]
//! ```
//!
//! and stands in `routes::queries`. The rest is added here:
//!
//! - `x-roles` says who is answered, by one of the lists in [`roles`]; the ways to authenticate follow from it, and
//!   whether `403` is among the answers.
//! - `x-takes` names the query's parameters: the very list that the handler reads them by. What a name means stands
//!   in [`parameter`]; so do the parts of an address in braces. What a route declares by `params(…)` itself is kept.
//! - Every query takes `min_position`, `Prefer`, `If-None-Match` and `Accept-Language`, answers `304` and the refusals
//!   that all share, and names its headers; a list, which is what takes `limit`, has `Link`; what answers
//!   `text/event-stream` has no tag. A `422` of its own is declared with a description, and worded here.
//! - A schema's name is the word of the domain, `#[schema(as = Group)]`, and unique in the document. Words of a closed
//!   list are in [`words`]. A position is `#[schema(value_type = u64)]`.
//! - In answers whatever may be null is there. What may be absent instead is never null and says so by
//!   `#[schema(nullable = false)]` beside its `skip_serializing_if`; what may be both bears the extension
//!   `x-may-be-absent`.
//!
//! A page that is not of the read model, such as the document itself, is completed by `page` instead.

mod answer;
mod command;
mod frame;
mod page;
mod parameter;
mod query;
mod reader;
mod refusal;
pub(crate) mod roles;
pub(crate) mod words;

use std::collections::BTreeMap;

use anmeldewerk_contract::openapi;
use axum::{Router, routing::MethodFilter};
use serde_json::{Map, Value};
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use page::{Library, Page};

/// How an operation is completed, given its address.
type Complete = fn(&str, &mut Map<String, Value>);

/// Serves the document of these queries.
pub(crate) fn router(queries: &OpenApi) -> Router {
    let pages = OpenApiRouter::default()
        .routes(routes!(page::openapi))
        .routes(routes!(page::schema));
    let (router, pages) = pages.split_for_parts();
    let document = document(queries, &pages);
    let library = Library {
        openapi: Page::json(&document),
    };
    router.with_state(library.into()).merge(reader::router())
}

/// Puts the document together.
fn document(queries: &OpenApi, pages: &OpenApi) -> Value {
    let mut document = frame::frame();
    add(&mut document, &written(queries), query::complete);
    add(&mut document, &written(pages), page::complete);
    add(&mut document, &page::problems(), page::complete_problems);
    add(&mut document, &committed(), command::complete);
    prune(&mut document);
    document
}

/// Takes away schemas that stand, whole, in those of lists and are named nowhere else.
fn prune(document: &mut Value) {
    loop {
        let text = document.to_string();
        let Some(schemas) = document["components"]["schemas"].as_object_mut() else {
            return;
        };
        let before = schemas.len();
        schemas.retain(|name, _| text.contains(&format!("\"#/components/schemas/{name}\"")));
        if schemas.len() == before {
            return;
        }
    }
}

/// Gives the methods of the documented commands, by address.
pub(crate) fn commands() -> BTreeMap<String, MethodFilter> {
    let committed = committed();
    let routes = members(&committed["paths"]);
    let each = routes.filter_map(|(route, item)| {
        let methods = members(item).filter_map(|(method, _)| filter(method));
        Some((route.clone(), methods.reduce(MethodFilter::or)?))
    });
    each.collect()
}

fn filter(method: &str) -> Option<MethodFilter> {
    match method {
        "post" => Some(MethodFilter::POST),
        "put" => Some(MethodFilter::PUT),
        "patch" => Some(MethodFilter::PATCH),
        "delete" => Some(MethodFilter::DELETE),
        _ => None,
    }
}

/// Reads the commands' half.
fn committed() -> Value {
    serde_json::from_str(openapi::COMMANDS)
        .expect("the committed half is JSON, because a test compares it with what was written")
}

/// Writes a part that was made from the code.
fn written(part: &OpenApi) -> Value {
    let mut part = serde_json::to_value(part).expect("a document has string keys");
    let schemas = part["components"]["schemas"].as_object_mut();
    schemas
        .into_iter()
        .flat_map(Map::values_mut)
        .for_each(answer::complete);
    part
}

fn add(document: &mut Value, part: &Value, complete: Complete) {
    for (route, item) in members(&part["paths"]) {
        for (method, operation) in members(item) {
            let Value::Object(mut operation) = operation.clone() else {
                continue;
            };
            complete(route, &mut operation);
            document["paths"][route][method] = Value::Object(operation);
        }
    }
    for (name, schema) in members(&part["components"]["schemas"]) {
        let before = document["components"]["schemas"]
            .as_object_mut()
            .and_then(|schemas| schemas.insert(name.clone(), schema.clone()));
        debug_assert!(before.is_none(), "{name} names two schemas");
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}
