//! Schemas of answers: whatever may be null is there.

use serde_json::{Map, Value, json};

/// Marks a property that is absent from some answers although it may be null in others.
const MAY_BE_ABSENT: &str = "x-may-be-absent";

/// Names in `required` every property that may be null, here and below.
pub(super) fn complete(schema: &mut Value) {
    match schema {
        Value::Array(parts) => parts.iter_mut().for_each(complete),
        Value::Object(members) => {
            members.values_mut().for_each(complete);
            require_nullables(members);
        }
        _ => {}
    }
}

fn require_nullables(schema: &mut Map<String, Value>) {
    let Some(Value::Object(properties)) = schema.get_mut("properties") else {
        return;
    };
    let mut present = Vec::new();
    for (name, property) in properties {
        let marked = property
            .as_object_mut()
            .and_then(|property| property.remove(MAY_BE_ABSENT));
        if marked.is_none() && may_be_null(property) {
            present.push(json!(name));
        }
    }
    let required = schema.entry("required").or_insert_with(|| json!([]));
    if let Value::Array(required) = required {
        for name in present {
            if !required.contains(&name) {
                required.push(name);
            }
        }
    }
}

fn may_be_null(schema: &Value) -> bool {
    let null = json!("null");
    let listed = |types: &Value| types.as_array().is_some_and(|types| types.contains(&null));
    let alternatives = schema["oneOf"].as_array().into_iter().flatten();
    schema["type"] == null || listed(&schema["type"]) || alternatives.into_iter().any(may_be_null)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completed(mut schema: Value) -> Value {
        complete(&mut schema);
        schema
    }

    #[test]
    fn what_may_be_null_is_there_unless_it_says_otherwise() {
        let schema = completed(json!({
            "type": "object",
            "required": ["id"],
            "properties": {
                "id": {"type": "string"},
                "subtitle": {"type": ["string", "null"]},
                "venue": {"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Venue"}]},
                "notice": {"type": "string"},
                "needs": {"type": ["string", "null"], "x-may-be-absent": true},
            },
        }));
        assert_eq!(schema["required"], json!(["id", "subtitle", "venue"]));
        assert_eq!(
            schema["properties"]["needs"],
            json!({"type": ["string", "null"]})
        );
    }

    #[test]
    fn parts_of_a_schema_are_completed_too() {
        let part = json!({"type": "object", "properties": {"a": {"type": ["integer", "null"]}}});
        let schema = completed(json!({"allOf": [part]}));
        assert_eq!(schema["allOf"][0]["required"], json!(["a"]));
    }
}
