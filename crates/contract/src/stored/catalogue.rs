//! Stored forms of what happens to the catalogue of topics.

use anmeldewerk_domain::{Prose, TopicCode, catalogue};
use serde::{Deserialize, Serialize};

#[cfg(test)]
use super::form;
use super::value::line;
use crate::ValueError;

/// `topic.stated.v1`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct TopicStatedV1 {
    #[cfg_attr(test, schemars(with = "form::Topic"))]
    code: String,
    title: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    r#abstract: String,
}

impl From<&catalogue::Event> for TopicStatedV1 {
    fn from(event: &catalogue::Event) -> Self {
        let catalogue::Event::TopicStated { code, details } = event;
        Self {
            code: code.as_str().to_owned(),
            title: details.title.as_str().to_owned(),
            r#abstract: details.outline.as_str().to_owned(),
        }
    }
}

impl TopicStatedV1 {
    pub(super) fn into_event(self) -> Result<catalogue::Event, ValueError> {
        Ok(catalogue::Event::TopicStated {
            code: TopicCode::new(&self.code).ok_or(ValueError("code"))?,
            details: catalogue::Details {
                title: line(&self.title, "title")?,
                outline: Prose::new(&self.r#abstract).ok_or(ValueError("abstract"))?,
            },
        })
    }
}
