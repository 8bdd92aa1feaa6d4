//! How refusals look, by status.

use std::collections::BTreeMap;

use anmeldewerk_contract::problem::{Code, Language};
use serde_json::{Map, Value, json};

/// What any query may be answered besides what it is about.
pub(super) const OF_QUERIES: &[u16] = &[400, 401, 429, 500, 503];
/// What any command may be answered besides what it is about.
pub(super) const OF_COMMANDS: &[u16] =
    &[400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 503];
/// What any page may be answered.
pub(super) const OF_PAGES: &[u16] = &[429, 500, 503];

/// Points to the refusals with these statuses.
pub(super) fn add(responses: &mut Value, statuses: &[u16]) {
    for status in statuses {
        let reference = format!("#/components/responses/{}", name(*status));
        responses[status.to_string()] = json!({"$ref": reference});
    }
}

/// Gives the answers that are refusals.
pub(super) fn responses() -> Value {
    let responses = by_status().into_iter().map(|(status, codes)| {
        let name = name(status);
        let said = json!({"$ref": format!("#/components/schemas/{name}")});
        let mut response = json!({
            "description": described(&codes),
            "content": {"application/problem+json": {"schema": said}},
            "headers": {"Content-Language": {"schema": {"type": "string", "enum": ["de", "en"]}}},
        });
        if matches!(status, 429 | 503) {
            response["headers"]["Retry-After"] = json!({
                "description": "After how many seconds it is worth trying again.",
                "schema": {"type": "integer", "minimum": 0},
            });
        }
        (name, response)
    });
    Value::Object(responses.collect())
}

/// Gives the schemas of problems: one for all, and one for each status with its codes.
pub(super) fn schemas() -> Value {
    let mut schemas = Map::new();
    schemas.insert("Problem".to_owned(), problem());
    for (status, codes) in by_status() {
        let codes: Vec<_> = codes.iter().map(|code| code.as_str()).collect();
        let narrowed = json!({
            "type": "object",
            "properties": {"status": {"const": status}, "code": {"enum": codes}},
        });
        let all = json!({"allOf": [{"$ref": "#/components/schemas/Problem"}, narrowed]});
        schemas.insert(name(status), all);
    }
    Value::Object(schemas)
}

fn name(status: u16) -> String {
    format!("Problem{status}")
}

fn by_status() -> BTreeMap<u16, Vec<Code>> {
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in Code::ALL {
        by_status.entry(code.status()).or_default().push(*code);
    }
    by_status
}

fn described(codes: &[Code]) -> String {
    let lines = codes
        .iter()
        .map(|code| format!("`{code}`: {}", code.title(Language::English)));
    lines.collect::<Vec<_>>().join("; ")
}

fn problem() -> Value {
    json!({
        "type": "object",
        "description": "Why a request was refused or failed (RFC 9457).",
        "required": ["type", "title", "status", "code"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"},
            "code": {"type": "string"},
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["pointer", "code"],
                    "properties": {
                        "pointer": {"type": "string", "format": "json-pointer"},
                        "code": {"type": "string"},
                    },
                },
            },
            "trace_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
        },
    })
}
