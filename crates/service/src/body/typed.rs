//! The second reading of a body: does it say what its type wants, and nothing else?
//!
//! An own deserializer, because `serde_json`'s takes an array for a structure, skips unknown fields unless every type
//! denies them, and words its errors with values from the body.

use std::cell::RefCell;
use std::fmt;

use anmeldewerk_contract::problem::FieldError;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use super::document::{MAX_ERRORS, pointer};

/// Reads a checked document; a field the type does not know is an error even where the type would ignore it.
pub(super) fn read<T: DeserializeOwned>(document: &Value) -> Result<T, Vec<FieldError>> {
    let unknown = RefCell::new(Vec::new());
    let read = T::deserialize(Reader {
        value: document,
        place: &Place::Root,
        unknown: &unknown,
    });
    let mut errors = unknown.into_inner();
    match read {
        Ok(value) if errors.is_empty() => Ok(value),
        Ok(_) => Err(errors),
        Err(failure) => {
            errors.truncate(MAX_ERRORS - 1);
            errors.push(failure.into());
            Err(errors)
        }
    }
}

/// Where in the document a value stands.
enum Place<'p> {
    Root,
    Under { parent: &'p Place<'p>, step: String },
}

impl Place<'_> {
    fn steps(&self) -> Vec<&str> {
        match self {
            Place::Root => Vec::new(),
            Place::Under { parent, step } => {
                let mut steps = parent.steps();
                steps.push(step);
                steps
            }
        }
    }

    fn error(&self, code: &str) -> FieldError {
        FieldError::new(pointer(self.steps()), code)
    }
}

/// The rule that was broken, the field it names, and the place once it is known.
#[derive(Debug)]
struct Failure {
    code: &'static str,
    field: Option<String>,
    place: Option<String>,
}

impl Failure {
    fn new(code: &'static str) -> Self {
        Self {
            code,
            field: None,
            place: None,
        }
    }

    /// Notes the innermost place; those further out come later and change nothing.
    fn at(mut self, place: &Place<'_>) -> Self {
        if self.place.is_none() {
            let field = self.field.take();
            self.place = Some(pointer(place.steps().into_iter().chain(field.as_deref())));
        }
        self
    }
}

impl From<Failure> for FieldError {
    fn from(failure: Failure) -> Self {
        Self::new(failure.place.unwrap_or_default(), failure.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl std::error::Error for Failure {}

impl de::Error for Failure {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::new("invalid_value")
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self::new("wrong_type")
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self::new("unknown_value")
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self {
            field: Some(field.to_owned()),
            ..Self::new("unknown_field")
        }
    }

    fn missing_field(field: &'static str) -> Self {
        Self {
            field: Some(field.to_owned()),
            ..Self::new("missing_field")
        }
    }
}

/// Reads one value.
struct Reader<'de, 'r> {
    value: &'de Value,
    place: &'r Place<'r>,
    unknown: &'r RefCell<Vec<FieldError>>,
}

impl<'de> Reader<'de, '_> {
    fn sequence<V: Visitor<'de>>(
        self,
        items: &'de [Value],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let mut items = Items {
            reader: &self,
            items: items.iter().enumerate(),
        };
        let value = visitor.visit_seq(&mut items)?;
        if items.items.next().is_some() {
            Err(Failure::new("invalid_value"))
        } else {
            Ok(value)
        }
    }

    fn object<V: Visitor<'de>>(
        self,
        object: &'de Map<String, Value>,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        visitor.visit_map(Entries {
            reader: &self,
            rest: object.iter(),
            current: None,
        })
    }

    fn number<V: Visitor<'de>>(
        number: &serde_json::Number,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        if let Some(number) = number.as_u64() {
            visitor.visit_u64(number)
        } else if let Some(number) = number.as_i64() {
            visitor.visit_i64(number)
        } else {
            visitor.visit_f64(number.as_f64().unwrap_or_default())
        }
    }

    fn child<S: DeserializeSeed<'de>>(
        &self,
        step: String,
        value: &'de Value,
        seed: S,
    ) -> Result<S::Value, Failure> {
        let place = Place::Under {
            parent: self.place,
            step,
        };
        seed.deserialize(Reader {
            value,
            place: &place,
            unknown: self.unknown,
        })
    }
}

impl<'de> Deserializer<'de> for Reader<'de, '_> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let place = self.place;
        let read = match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => Self::number(number, visitor),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(items) => self.sequence(items, visitor),
            Value::Object(object) => self.object(object, visitor),
        };
        read.map_err(|failure| failure.at(place))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.value.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let place = self.place;
        visitor
            .visit_newtype_struct(self)
            .map_err(|failure| failure.at(place))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        if self.value.is_array() {
            return Err(Failure::new("wrong_type").at(self.place));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let place = self.place;
        let (name, content) = match self.value {
            Value::String(name) => (name, None),
            Value::Object(object) if object.len() == 1 => object
                .iter()
                .next()
                .map(|(name, content)| (name, Some(content)))
                .expect("the object has one entry"),
            _ => return Err(Failure::new("wrong_type").at(place)),
        };
        visitor
            .visit_enum(Variant {
                reader: self,
                name,
                content,
            })
            .map_err(|failure| failure.at(place))
    }

    /// Called for what the type has no use for.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let mut unknown = self.unknown.borrow_mut();
        if unknown.len() < MAX_ERRORS {
            unknown.push(self.place.error("unknown_field"));
        }
        drop(unknown);
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map identifier
    }
}

struct Items<'de, 'r> {
    reader: &'r Reader<'de, 'r>,
    items: std::iter::Enumerate<std::slice::Iter<'de, Value>>,
}

impl<'de> SeqAccess<'de> for Items<'de, '_> {
    type Error = Failure;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Failure> {
        let Some((index, item)) = self.items.next() else {
            return Ok(None);
        };
        self.reader.child(index.to_string(), item, seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Entries<'de, 'r> {
    reader: &'r Reader<'de, 'r>,
    rest: serde_json::map::Iter<'de>,
    current: Option<(&'de String, &'de Value)>,
}

impl<'de> MapAccess<'de> for Entries<'de, '_> {
    type Error = Failure;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Failure> {
        self.current = self.rest.next();
        let Some((key, _)) = self.current else {
            return Ok(None);
        };
        let place = Place::Under {
            parent: self.reader.place,
            step: key.clone(),
        };
        let named = seed.deserialize(BorrowedStrDeserializer::new(key));
        // An unknown field is named by its own place already.
        named.map(Some).map_err(|failure: Failure| {
            Failure {
                field: None,
                ..failure
            }
            .at(&place)
        })
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Failure> {
        let (key, value) = self
            .current
            .take()
            .expect("serde asks for a value after its key");
        self.reader.child(key.clone(), value, seed)
    }
}

/// An enum's variant: a bare string, or an object with the variant's name as its only key.
struct Variant<'de, 'r> {
    reader: Reader<'de, 'r>,
    name: &'de str,
    content: Option<&'de Value>,
}

impl<'de> EnumAccess<'de> for Variant<'de, '_> {
    type Error = Failure;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Failure> {
        let name = seed.deserialize(BorrowedStrDeserializer::new(self.name))?;
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de, '_> {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        if self.content.is_some() {
            Err(Failure::new("wrong_type"))
        } else {
            Ok(())
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Failure> {
        let content = self.content.ok_or(Failure::new("wrong_type"))?;
        self.reader.child(self.name.to_owned(), content, seed)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Failure> {
        self.newtype_variant_seed(Content(visitor, Form::Tuple))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        self.newtype_variant_seed(Content(visitor, Form::Structure))
    }
}

enum Form {
    Tuple,
    Structure,
}

/// Reads the content of a variant with the visitor that serde made for it.
struct Content<V>(V, Form);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Content<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        match self.1 {
            Form::Tuple => deserializer.deserialize_seq(self.0),
            Form::Structure => deserializer.deserialize_struct("", &[], self.0),
        }
    }
}
