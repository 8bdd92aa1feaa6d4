//! What all commands share, beside what the registration service says of each.

use serde_json::{Map, Value, json};

use super::{query, refusal};

/// Completes what the registration service says of one command.
pub(super) fn complete(_: &str, operation: &mut Map<String, Value>) {
    let language = "The language of refusals: `de` or `en`.";
    let language = super::parameter::header("Accept-Language", language);
    query::extend_parameters(operation, vec![language]);
    let conditional = takes(operation, "If-Match");
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    refusal::add(responses, refusal::OF_COMMANDS);
    if conditional {
        refusal::add(responses, &[412]);
    }
    let roles = query::words(operation.get("x-roles").cloned());
    operation.insert("security".to_owned(), query::security(&roles));
}

fn takes(operation: &Map<String, Value>, name: &str) -> bool {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let mut parameters = parameters.into_iter().flatten();
    parameters.any(|parameter| parameter["name"] == name)
}
