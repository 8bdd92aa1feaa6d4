//! The commands' half of the document, made from the very types that are read and answered, and compared with the
//! committed file that the gateway serves.

mod example;
mod operation;
mod schema;
mod standing;

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{commands, put_municipalities::NDJSON};
use operation::{Answer, Operation, operations};

/// Writes the file anew when it is set.
const REWRITE: &str = "AW_REWRITE";

fn document() -> Value {
    let mut schemas = schema::Schemas::default();
    let mut paths = Map::new();
    for operation in operations() {
        let item = paths.entry(operation.route).or_insert_with(|| json!({}));
        item[operation.method] = described(&operation, &mut schemas);
    }
    json!({"paths": paths, "components": {"schemas": schemas.into_components()}})
}

fn described(operation: &Operation, schemas: &mut schema::Schemas) -> Value {
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.tag],
        "x-roles": operation.roles,
        "parameters": parameters(operation),
        "responses": responses(operation, schemas),
    });
    if operation.id == "import_registrations" {
        described["requestBody"] = file(operation);
        return described;
    }
    if !operation.raw.is_empty() {
        described["requestBody"] = raw(operation);
        return described;
    }
    let schema = (operation.body)(schemas);
    if operation.answer == Answer::Lines {
        let lines = lines(&schema, &format!("{}\n", example::of(operation.id)));
        described["requestBody"] = json!({"required": operation.needs_body, "content": lines});
        return described;
    }
    let content = json!({"schema": schema, "example": example::of(operation.id)});
    let mut body =
        json!({"required": operation.needs_body, "content": {"application/json": content}});
    for form in operation.also {
        let text = json!({"schema": {"type": "string"}, "example": example::text(form)});
        body["content"][form] = text;
    }
    if operation.method == "patch" {
        body["content"]["application/merge-patch+json"] = content;
    }
    described["requestBody"] = body;
    described
}

/// Describes lines of JSON, each of which is as the schema says.
fn lines(schema: &Value, example: &str) -> Value {
    json!({NDJSON: {"schema": {"type": "string"}, "x-line": schema, "example": example}})
}

/// Describes a file that is told by what is in it.
fn file(operation: &Operation) -> Value {
    let forms = operation.raw.iter().map(|form| {
        let schema = json!({"type": "string", "contentMediaType": form, "minLength": 1});
        ((*form).to_owned(), json!({"schema": schema}))
    });
    let mut content: Map<String, Value> = forms.collect();
    content["text/csv"]["example"] = example::text("office").into();
    // What is sent as an example is the last form that has one.
    let csv = content.remove("text/csv");
    content.extend(csv.map(|csv| ("text/csv".to_owned(), csv)));
    json!({"required": operation.needs_body, "content": content})
}

/// Describes a body that is sent as it is.
fn raw(operation: &Operation) -> Value {
    let forms = operation.raw.iter().map(|form| {
        let schema = json!({"type": "string", "contentMediaType": form, "minLength": 1});
        ((*form).to_owned(), json!({"schema": schema}))
    });
    let mut content: Map<String, Value> = forms.collect();
    content["text/plain"] = json!({
        "schema": {"type": "string", "minLength": 1, "pattern": "^[^\\u0000]+$"},
        "example": example::text("text/plain"),
    });
    json!({"required": operation.needs_body, "content": content})
}

fn parameters(operation: &Operation) -> Vec<Value> {
    let parts = operation.route.split('/');
    let parts = parts.filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = parts.map(of_path).collect();
    parameters.extend(operation.queries.iter().cloned());
    let required = operation.method == "post" && operation.answer != Answer::Lines;
    let description = if operation.answer == Answer::Lines {
        "Has no meaning here: every row is known by its reference, however often it is sent."
    } else if required && operation.roles.contains(&"public") {
        "Needed with a token; without one it may be left out."
    } else {
        "The same key gives the same answer, however often it is sent."
    };
    parameters.push(json!({
        "name": "Idempotency-Key", "in": "header", "required": required,
        "description": description,
        "schema": {"type": "string", "format": "uuid", "not": {"const": Uuid::nil()}},
    }));
    if operation.takes_condition {
        parameters.push(json!({
            "name": "If-Match", "in": "header", "required": false,
            "description": "The version that the caller has seen: a strong tag, or several, or `*`.",
            "schema": {"type": "string", "pattern": r#"^(\*|(W/)?"[!#-+\--~]*"(, ?(W/)?"[!#-+\--~]*")*)$"#},
        }));
    }
    parameters
}

fn of_path(name: &str) -> Value {
    let schema = match name {
        "program" => json!({"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,30}[a-z0-9]$"}),
        "reference" => json!({
            "type": "string", "minLength": 1, "maxLength": 100,
            "pattern": r"^[\p{L}\p{N}]([ \p{L}\p{N}._:+()-]*[\p{L}\p{N}])?$",
        }),
        _ => json!({"type": "string", "format": "uuid"}),
    };
    json!({"name": name, "in": "path", "required": true, "schema": schema})
}

fn responses(operation: &Operation, schemas: &mut schema::Schemas) -> Value {
    let schema = (operation.answer_body)(schemas);
    if operation.answer == Answer::Lines {
        let description =
            "A line for each row, in their order, and one in the end that says that it is all.";
        let example = example::text("answers");
        return json!({"200": {"description": description, "content": lines(&schema, example)}});
    }
    let content = json!({"application/json": {"schema": schema}});
    let answers: &[(&str, &str)] = match operation.answer {
        Answer::Made => &[("201", "It is made.")],
        Answer::Done => &[("200", "It is done, or was done already.")],
        Answer::Lines => &[],
        Answer::MadeOrDone => &[
            ("201", "It is made."),
            ("200", "It was there, and is now as stated."),
        ],
    };
    let each = answers.iter().map(|(status, description)| {
        let mut headers = json!({
            "Log-Position": {
                "description": "Where the decision stands.", "required": true,
                "schema": {"type": "integer", "format": "int64", "minimum": 0},
            },
            "Idempotency-Replayed": {
                "description": "Stands there where the command had been accepted before.",
                "schema": {"type": "string", "enum": ["true"]},
            },
        });
        if *status == "201" {
            headers["Location"] = json!({
                "description": "Where what was made is found.", "required": true,
                "schema": {"type": "string", "format": "uri-reference"},
            });
        }
        let answer = json!({"description": description, "headers": headers, "content": content});
        ((*status).to_owned(), answer)
    });
    Value::Object(each.collect())
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../crates/contract/openapi/commands.json")
}

#[test]
fn the_committed_document_says_what_commands_take_and_answer() {
    let mut made = serde_json::to_string_pretty(&document()).expect("a document serializes");
    made.push('\n');
    let path = path();
    if std::env::var_os(REWRITE).is_some() {
        fs::write(&path, &made).expect("a file");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == made,
        "crates/contract/openapi/commands.json is not what the code says; {REWRITE}=1 cargo nextest run \
         --workspace -E 'test(the_committed_document)' writes it anew"
    );
}

#[test]
fn every_route_is_documented_and_nothing_else() {
    let routes: BTreeSet<_> = commands()
        .into_iter()
        .map(|command| (command.method, command.route))
        .collect();
    let documented: BTreeSet<_> = operations()
        .into_iter()
        .map(|operation| (operation.method, operation.route))
        .collect();
    assert_eq!(documented, routes);
}
