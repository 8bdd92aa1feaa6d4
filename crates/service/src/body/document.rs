//! The first reading of a body: is the document beyond doubt, whatever its type?

use std::fmt;

use anmeldewerk_contract::problem::FieldError;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// How deep arrays and objects may be nested.
const MAX_DEPTH: usize = 32;

/// How many errors are reported before the rest is left unsaid.
pub(super) const MAX_ERRORS: usize = 16;

/// The largest integer that a double holds exactly with all its neighbours (RFC 7493, section 2.2).
const MAX_SAFE: u64 = (1 << 53) - 1;

/// Reads a document and reports everything that leaves it in doubt.
pub(super) fn check(text: &str) -> Result<Value, Vec<FieldError>> {
    let mut findings = Findings::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Check(&mut findings)
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value));
    match read {
        Ok(value) if findings.errors.is_empty() => Ok(value),
        Ok(_) => Err(findings.errors),
        Err(_) => {
            if !findings.aborted {
                findings.add("malformed_json");
            }
            Err(findings.errors)
        }
    }
}

/// Words a JSON pointer (RFC 6901); a key nobody of ours could have chosen is cut short.
pub(super) fn pointer<'a>(steps: impl IntoIterator<Item = &'a str>) -> String {
    let mut pointer = String::new();
    for step in steps {
        pointer.push('/');
        let step: String = if step.chars().count() > 64 {
            "…".to_owned()
        } else {
            step.replace('~', "~0").replace('/', "~1")
        };
        pointer.push_str(&step);
    }
    pointer
}

#[derive(Default)]
struct Findings {
    path: Vec<String>,
    errors: Vec<FieldError>,
    aborted: bool,
}

impl Findings {
    fn add(&mut self, code: &str) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(FieldError::new(
                pointer(self.path.iter().map(String::as_str)),
                code,
            ));
        }
    }

    fn text(&mut self, text: &str) {
        if text.contains('\0') {
            self.add("nul_character");
        }
    }

    fn enter<E: de::Error>(&mut self, step: String) -> Result<(), E> {
        self.path.push(step);
        if self.path.len() <= MAX_DEPTH {
            return Ok(());
        }
        self.add("too_deep");
        self.aborted = true;
        Err(E::custom("too deep"))
    }

    fn leave(&mut self) {
        self.path.pop();
    }
}

struct Check<'f>(&'f mut Findings);

impl<'de> DeserializeSeed<'de> for Check<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Check<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        if value > MAX_SAFE {
            self.0.add("number_out_of_range");
        }
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        if value.unsigned_abs() > MAX_SAFE {
            self.0.add("number_out_of_range");
        }
        Ok(value.into())
    }

    #[allow(
        clippy::cast_precision_loss,
        reason = "MAX_SAFE is exact as a double by definition"
    )]
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        if value.abs() > MAX_SAFE as f64 {
            self.0.add("number_out_of_range");
        }
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        self.0.text(value);
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        loop {
            self.0.enter(values.len().to_string())?;
            let Some(value) = items.next_element_seed(Check(self.0))? else {
                break;
            };
            values.push(value);
            self.0.leave();
        }
        self.0.leave();
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            self.0.enter(key.clone())?;
            self.0.text(&key);
            if object.contains_key(&key) {
                self.0.add("duplicate_key");
            }
            let value = entries.next_value_seed(Check(self.0))?;
            self.0.leave();
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}
