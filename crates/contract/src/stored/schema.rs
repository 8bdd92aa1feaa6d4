//! The schemas of what is stored, made from the very types that are written, and compared with the files.

use std::{collections::BTreeMap, fs, path::PathBuf};

use boon::{Compiler, SchemaIndex, Schemas};
use schemars::{
    Schema,
    generate::SchemaSettings,
    transform::{Transform, transform_subschemas},
};
use serde_json::{Map, Value, json};

use super::{decision::StoredDecision, event::StoredEvent};
use crate::schema::{ALL, schema};

/// Rewrites the files when it is set.
const REWRITE: &str = "AW_REWRITE";

/// Takes away what the stored form never writes: null where a field is left out, and formats of Rust.
#[derive(Clone)]
struct AsWritten;

impl Transform for AsWritten {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        schema.remove("default");
        let foreign = |format: &Value| format.as_str().is_some_and(|text| text.contains("int"));
        if schema.get("format").is_some_and(foreign) {
            schema.remove("format");
        }
        let required = schema.get("required").cloned().unwrap_or_default();
        let required = |name: &String| {
            let mut names = required.as_array().into_iter().flatten();
            names.any(|other| other == name)
        };
        if let Some(Value::Object(properties)) = schema.get_mut("properties") {
            let optional = properties.iter_mut().filter(|(name, _)| !required(name));
            optional.for_each(|(_, property)| never_null(property));
        }
    }
}

fn never_null(property: &mut Value) {
    let null = json!("null");
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|kind| *kind != null);
        if let [only] = types.as_slice() {
            property["type"] = only.clone();
        }
    }
    if let Some(Value::Array(choices)) = property.get_mut("anyOf") {
        choices.retain(|choice| choice["type"] != null);
        if let [only] = choices.as_slice() {
            *property = only.clone();
        }
    }
}

/// Makes every schema: one for each type of event, one for the payload of each type of message.
fn generated() -> BTreeMap<String, Value> {
    let settings = SchemaSettings::draft2020_12().with_transform(AsWritten);
    let events = settings
        .clone()
        .into_generator()
        .into_root_schema_for::<StoredEvent>();
    let events = events.to_value();
    let mut all: BTreeMap<String, Value> = choices(&events)
        .map(|event| {
            let name = event["properties"]["type"]["const"]
                .as_str()
                .expect("a type");
            let mut schema = event.clone();
            schema["$defs"] = used(&events["$defs"], event);
            (name.to_owned(), schema)
        })
        .collect();
    let payload = settings
        .into_generator()
        .into_root_schema_for::<StoredDecision>();
    for boundary in ["catalogue", "program", "workshop"] {
        let of_it = |name: &str| boundary_of(name) == boundary;
        let payload = of_boundary(payload.clone().to_value(), &of_it);
        all.insert(format!("{boundary}.decided.v1"), payload);
    }
    for (name, schema) in &mut all {
        schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
        schema["$id"] = json!(address(name));
        schema["title"] = json!(name);
    }
    all
}

/// Says to what a type of event happens.
fn boundary_of(name: &str) -> &'static str {
    match name.split('.').next() {
        Some("topic") => "catalogue",
        Some("program" | "municipalities") => "program",
        _ => "workshop",
    }
}

fn choices(events: &Value) -> impl Iterator<Item = &Value> {
    events["oneOf"]
        .as_array()
        .expect("the types of events")
        .iter()
}

/// Keeps of a payload the events of one boundary.
fn of_boundary(mut payload: Value, of_it: &dyn Fn(&str) -> bool) -> Value {
    let events = &mut payload["$defs"]["StoredEvent"]["oneOf"];
    let kept = |event: &Value| {
        event["properties"]["type"]["const"]
            .as_str()
            .is_some_and(of_it)
    };
    if let Value::Array(events) = events {
        events.retain(kept);
    }
    let mut root = payload.clone();
    root["$defs"] = json!({});
    payload["$defs"] = used(&payload["$defs"], &root);
    payload
}

/// Gives the definitions that a schema refers to, also by way of each other.
fn used(all: &Value, by: &Value) -> Value {
    let mut found = Map::new();
    let mut open = vec![by];
    while let Some(next) = open.pop() {
        match next {
            Value::Array(items) => open.extend(items),
            Value::Object(members) => {
                let name = members.get("$ref").and_then(Value::as_str);
                if let Some(name) = name.and_then(|name| name.strip_prefix("#/$defs/"))
                    && !found.contains_key(name)
                {
                    found.insert(name.to_owned(), all[name].clone());
                    open.push(&all[name]);
                }
                open.extend(members.values());
            }
            _ => {}
        }
    }
    Value::Object(found)
}

/// Gives the address of a type, `registration.submitted.v1`.
fn address(name: &str) -> String {
    let (kind, version) = name.rsplit_once(".v").expect("a version");
    format!("/schemas/{kind}/{version}")
}

fn file(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas");
    folder.join(format!("{name}.json"))
}

fn text(schema: &Value) -> String {
    let mut text = serde_json::to_string_pretty(schema).expect("a schema serializes");
    text.push('\n');
    text
}

#[test]
fn the_files_say_what_is_written() {
    for (name, schema) in generated() {
        let path = file(&name);
        let made = text(&schema);
        if std::env::var_os(REWRITE).is_some() {
            fs::write(&path, &made).expect("a file");
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            found == made,
            "{} differs; {REWRITE}=1 writes it anew, if what was written before is still read",
            path.display()
        );
    }
}

#[test]
fn every_schema_is_given_out_and_no_other() {
    let generated: Vec<String> = generated().into_keys().collect();
    let mut given: Vec<String> = ALL
        .iter()
        .map(|known| format!("{}.v{}", known.kind, known.version))
        .collect();
    given.sort();
    assert_eq!(given, generated);
    for known in ALL {
        let text = schema(known.kind, known.version).expect("it is known");
        let value: Value = serde_json::from_str(text).expect("JSON");
        let address = format!("/schemas/{}/{}", known.kind, known.version);
        assert_eq!(value["$id"], address);
    }
    assert_eq!(schema("registration.submitted", "2"), None);
    assert_eq!(schema("registration", "1"), None);
}

/// Checks values against all schemas.
struct Judge {
    schemas: Schemas,
    by_name: BTreeMap<String, SchemaIndex>,
}

impl Judge {
    fn new() -> Self {
        let mut schemas = Schemas::new();
        let mut compiler = Compiler::new();
        compiler.enable_format_assertions();
        let mut by_name = BTreeMap::new();
        for (name, schema) in generated() {
            let address = format!("https://anmeldewerk.invalid{}", address(&name));
            compiler.add_resource(&address, schema).expect("an address");
            let index = compiler.compile(&address, &mut schemas);
            by_name.insert(name, index.expect("a schema"));
        }
        Self { schemas, by_name }
    }

    fn judge(&self, name: &str, value: &Value) -> Result<(), String> {
        let verdict = self.schemas.validate(value, self.by_name[name]);
        verdict.map_err(|error| format!("{name}: {error}"))
    }
}

fn golden_files() -> Vec<(PathBuf, Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden");
    let files = fs::read_dir(folder).expect("golden files");
    let paths = files.map(|entry| entry.expect("a file").path());
    let of_json = |path: &PathBuf| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    };
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a text");
        (path, serde_json::from_str(&text).expect("JSON"))
    };
    paths.filter(of_json).map(read).collect()
}

fn type_of(event: &Value) -> &str {
    event["type"].as_str().expect("a type")
}

#[test]
fn every_golden_file_is_as_its_schema_says() {
    let judge = Judge::new();
    let files = golden_files();
    assert!(files.len() > 30, "{} golden files", files.len());
    for (path, payload) in files {
        let events = payload["events"].as_array().expect("events");
        let boundary = boundary_of(type_of(&events[0]));
        let decided = judge.judge(&format!("{boundary}.decided.v1"), &payload);
        assert_eq!(decided, Ok(()), "{}", path.display());
        for event in events {
            let verdict = judge.judge(type_of(event), event);
            assert_eq!(verdict, Ok(()), "{}", path.display());
        }
    }
}

#[test]
fn what_is_not_in_a_schema_is_not_allowed() {
    let judge = Judge::new();
    for (path, payload) in golden_files() {
        for event in payload["events"].as_array().into_iter().flatten() {
            let mut more = event.clone();
            more["unheard_of"] = json!(1);
            let verdict = judge.judge(type_of(event), &more);
            assert!(verdict.is_err(), "{}", path.display());
        }
        let mut more = payload.clone();
        more["unheard_of"] = json!(1);
        assert!(judge.judge("workshop.decided.v1", &more).is_err());
    }
}
