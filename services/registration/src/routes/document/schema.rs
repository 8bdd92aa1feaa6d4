//! Schemas of bodies and answers, as components of the document.

use schemars::{
    JsonSchema, Schema, SchemaGenerator,
    generate::SchemaSettings,
    transform::{Transform, transform_subschemas},
};
use serde_json::{Map, Value, json};

/// Collects schemas: bodies as they are read, answers as they are written.
pub(super) struct Schemas {
    read: SchemaGenerator,
    written: SchemaGenerator,
    own: Map<String, Value>,
}

impl Default for Schemas {
    fn default() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| {
            settings.definitions_path = "/components/schemas".into();
        });
        Self {
            read: settings.clone().into_generator(),
            written: settings.for_serialize().into_generator(),
            own: Map::new(),
        }
    }
}

impl Schemas {
    /// Gives the schema of a body.
    pub(super) fn body<T: JsonSchema>(&mut self) -> Value {
        self.read.subschema_for::<T>().to_value()
    }

    /// Gives the schema of an answer.
    pub(super) fn answer<T: JsonSchema>(&mut self) -> Value {
        self.written.subschema_for::<T>().to_value()
    }

    /// Gives the schema of a body that is read like `T` and is narrower.
    pub(super) fn narrower<T: JsonSchema>(&mut self, name: &str, narrow: fn(&mut Value)) -> Value {
        let mut schema = T::json_schema(&mut self.read).to_value();
        narrow(&mut schema);
        self.own.insert(name.to_owned(), schema);
        json!({"$ref": format!("#/components/schemas/{name}")})
    }

    pub(super) fn into_components(mut self) -> Value {
        let mut components = self.read.take_definitions(false);
        for (name, mut schema) in self.written.take_definitions(false) {
            strip_null(&mut schema);
            let same = components.get(&name).is_none_or(|other| *other == schema);
            assert!(same, "{name} is read and written in different ways");
            components.insert(name, schema);
        }
        for (name, schema) in self.own {
            assert!(!components.contains_key(&name), "{name} stands there twice");
            components.insert(name, schema);
        }
        let mut components = Value::Object(components);
        tidy(&mut components);
        if let Some(person) = components.get_mut("PersonNew") {
            name_or_nobody(person);
        }
        components
    }
}

/// Replaces Rust's formats of numbers by bounds, and takes away defaults, which are the code's own.
fn tidy(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Object(members) => {
            members.values_mut().for_each(tidy);
            bound(members);
        }
        _ => {}
    }
}

fn bound(schema: &mut Map<String, Value>) {
    let largest = match schema.get("format").and_then(Value::as_str) {
        Some("uint8") => u64::from(u8::MAX),
        Some("uint16") => u64::from(u16::MAX),
        Some("uint32") => u64::from(u32::MAX),
        Some("uint64") => {
            schema.insert("format".to_owned(), json!("int64"));
            return;
        }
        _ => return,
    };
    schema.remove("format");
    schema.insert("maximum".to_owned(), json!(largest));
}

/// In answers what may be absent is never null.
fn strip_null(schema: &mut Value) {
    let Ok(parsed) = <&mut Schema>::try_from(&mut *schema) else {
        return;
    };
    NeverNull.transform(parsed);
}

#[derive(Clone)]
struct NeverNull;

impl Transform for NeverNull {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        let required = schema.get("required").cloned().unwrap_or_default();
        let Some(Value::Object(properties)) = schema.get_mut("properties") else {
            return;
        };
        for (name, property) in properties {
            let present = required
                .as_array()
                .is_some_and(|names| names.contains(&json!(name)));
            if let (false, Some(Value::Array(types))) = (present, property.get_mut("type")) {
                types.retain(|kind| kind != "null");
                if let [only] = types.as_slice() {
                    property["type"] = only.clone();
                }
            }
        }
    }
}

/// Somebody has a given name, unless the seat is kept for nobody in particular yet.
fn name_or_nobody(person: &mut Value) {
    let mut given = person["properties"]["given_name"].clone();
    given["type"] = json!("string");
    given["pattern"] = person["properties"]["family_name"]["pattern"].clone();
    let nobody = json!({
        "properties": {
            "given_name": {"type": ["string", "null"], "maxLength": 0},
            "family_name": {"type": "string", "pattern": r"^[Nn]\.? ?[Nn]\.?$"},
        },
    });
    person["anyOf"] =
        json!([{"required": ["given_name"], "properties": {"given_name": given}}, nobody]);
}

/// A new workshop, with all that none can be without.
pub(super) fn new_workshop(schema: &mut Value) {
    schema["required"] = json!([
        "slug",
        "title",
        "first_day",
        "last_day",
        "format",
        "participating"
    ]);
    let venue = json!({"$ref": "#/components/schemas/VenueNew"});
    let whole = json!({"allOf": [venue, {"required": ["name", "town"]}]});
    schema["properties"]["venue"] = json!({"anyOf": [whole, {"type": "null"}]});
}

/// Changes of a workshop: its days are moved by a postponement.
pub(super) fn changed_workshop(schema: &mut Value) {
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for moved in ["first_day", "last_day", "start", "end", "time_zone"] {
            properties.remove(moved);
        }
    }
}

/// A row of a feed, which is known by its reference.
pub(super) fn row(schema: &mut Value) {
    by_reference(schema);
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.push(json!("source_reference"));
    }
}

/// A registration under a reference, which bypasses no rules.
pub(super) fn by_reference(schema: &mut Value) {
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.remove("override");
    }
}
