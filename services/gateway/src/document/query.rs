//! What all queries share.

use anmeldewerk_contract::Position;
use serde_json::{Map, Value, json};

use super::{parameter, refusal, roles};
use crate::ask::{PURPOSE_CHARS, PURPOSE_PATTERN};

/// Completes what one query says of itself.
pub(super) fn complete(route: &str, operation: &mut Map<String, Value>) {
    let takes = words(operation.remove("x-takes"));
    let roles = words(operation.get("x-roles").cloned());
    let is_list = takes.iter().any(|name| name == "limit");

    let content = operation
        .get("responses")
        .map(|responses| &responses["200"]["content"]);
    let is_in = |kind: &str| content.is_some_and(|content| content[kind].is_object());
    // What is written while it is sent has no tag; what may also be JSON is whole.
    let streams =
        ["text/event-stream", "text/csv"].into_iter().any(is_in) && !is_in("application/json");

    let mut given = parameter::of_address(route);
    given.extend(takes.iter().map(|name| parameter::of_query(name)));
    given.push(parameter::of_query("min_position"));
    given.extend(headers(&roles));
    if !streams {
        let tags = "The tags of the answers that the caller has.";
        given.push(parameter::header("If-None-Match", tags));
    }
    extend_parameters(operation, given);

    let mut statuses = refusal::OF_QUERIES.to_vec();
    if roles != roles::EVERYBODY {
        statuses.push(403);
    }
    let names_one = route.contains('{') || takes.iter().any(|name| name == "workshop");
    if is_list || names_one {
        statuses.push(404);
    }
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    if responses.get("422").is_some() {
        statuses.push(422);
    }
    if responses.get("416").is_some() {
        statuses.push(416);
    }
    // What is sent bit by bit has no schema as a whole.
    if let Some(events) = responses.pointer_mut("/200/content/text~1event-stream") {
        *events = json!({});
    }
    responses["200"]["description"] = json!("As of the position in `Log-Position`.");
    responses["200"]["headers"] = answer_headers(is_list, streams);
    if !streams {
        responses["304"] = json!({
            "description": "The caller has this answer already.",
            "headers": answer_headers(is_list, streams),
        });
    }
    refusal::add(responses, &statuses);
    operation.insert("security".to_owned(), security(&roles));
}

fn headers(roles: &[String]) -> Vec<Value> {
    let mut headers = vec![
        parameter::header(
            "Prefer",
            "`wait=<seconds>`: how long `min_position` is waited for, at most 10 s (RFC 7240).",
        ),
        parameter::header("Accept-Language", "The language of refusals: `de` or `en`."),
    ];
    if shows_persons(roles) {
        headers.push(json!({
            "name": "Aw-Purpose", "in": "header", "required": false,
            "description": "What personal data is opened for; it is recorded.",
            "schema": {"type": "string", "maxLength": PURPOSE_CHARS, "pattern": PURPOSE_PATTERN},
        }));
    }
    headers
}

/// Says whether an answer is for those only who see persons.
fn shows_persons(roles: &[String]) -> bool {
    roles == roles::PERSONS || roles == roles::PERSONS_AND_PARTICIPANT
}

/// Says of a parameter that was declared what is so of all of them: it may be absent and is never null, and an integer
/// of 64 bits is a position.
fn plain(parameter: &mut Value) {
    let schema = &mut parameter["schema"];
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            schema["type"] = only.clone();
        }
    }
    if schema["format"] == "int64" && schema.get("maximum").is_none() {
        schema["maximum"] = json!(Position::MAX);
    }
}

/// Adds parameters to those that the operation declares itself, which are kept.
pub(super) fn extend_parameters(operation: &mut Map<String, Value>, more: Vec<Value>) {
    let declared = operation.entry("parameters").or_insert_with(|| json!([]));
    let Value::Array(declared) = declared else {
        return;
    };
    declared.iter_mut().for_each(plain);
    for parameter in more {
        let is_same =
            |other: &Value| other["name"] == parameter["name"] && other["in"] == parameter["in"];
        if !declared.iter().any(is_same) {
            declared.push(parameter);
        }
    }
}

/// Gives the ways to authenticate for these roles; an empty one where nobody needs to.
pub(super) fn security(roles: &[String]) -> Value {
    let has = |name: &str| roles.iter().any(|role| role == name);
    let mut ways = Vec::new();
    if roles
        .iter()
        .any(|role| role != "participant" && role != "public")
    {
        ways.push(json!({"bearer": []}));
    }
    if has("participant") {
        ways.push(json!({"participant": []}));
    }
    if has("public") {
        ways.push(json!({}));
    }
    Value::Array(ways)
}

fn answer_headers(is_list: bool, streams: bool) -> Value {
    let mut headers = json!({
        "Log-Position": {
            "description": "The position as of which the answer speaks.",
            "required": true,
            "schema": {"type": "integer", "format": "int64", "minimum": 0},
        },
        "Cache-Control": {"schema": {"type": "string"}},
    });
    if !streams {
        headers["ETag"] = json!({
            "description": "The state that is shown; strong for one entity, weak for a list.",
            "required": true,
            "schema": {"type": "string", "pattern": "^(W/)?\"[^\"]+\"$"},
        });
    }
    if is_list {
        headers["Link"] = json!({
            "description": "The next part, `rel=\"next\"`, if there is one (RFC 8288).",
            "schema": {"type": "string"},
        });
    }
    headers
}

pub(super) fn words(list: Option<Value>) -> Vec<String> {
    let list = list.and_then(|list| serde_json::from_value(list).ok());
    list.unwrap_or_default()
}
