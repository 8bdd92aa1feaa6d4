//! What a workshop offers.

use std::collections::BTreeMap;

use sqlx::postgres::PgRow;

use super::{row, workshop::narrow};
use crate::Fault;

/// A topic that a workshop offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OfferedTopic {
    /// The slot in which it is offered, 1 or 2.
    pub slot: u8,
    /// Its code.
    pub code: String,
    /// Its title.
    pub title: String,
    /// How many it needs to take place.
    pub min: u32,
    /// How many it takes; nothing means any number.
    pub max: Option<u32>,
    /// How many it takes of a program.
    pub program_caps: BTreeMap<String, u32>,
    /// How many it takes of one municipality of one program.
    pub municipality_cap: Option<u32>,
    /// Where it takes place.
    pub room: Option<String>,
    /// Who speaks.
    pub speakers: Vec<String>,
}

/// Reads the topic that a row is about.
pub(super) fn one(row: &PgRow) -> Result<OfferedTopic, Fault> {
    Ok(OfferedTopic {
        slot: slot(row::get(row, "slot")?),
        code: row::get(row, "code")?,
        title: row::get(row, "title")?,
        min: narrow(row::get(row, "min")?),
        max: row::get::<Option<i64>>(row, "max")?.map(narrow),
        program_caps: caps(row::get(row, "program_caps")?),
        municipality_cap: row::get::<Option<i64>>(row, "municipality_cap")?.map(narrow),
        room: row::get(row, "room")?,
        speakers: lines(row::get(row, "speakers")?),
    })
}

/// Reads all topics of the workshop that a row is about.
pub(super) fn list(row: &PgRow) -> Result<Vec<OfferedTopic>, Fault> {
    let slots: Vec<i16> = row::list(row, "slots")?;
    let mut topics: Vec<OfferedTopic> = slots.into_iter().map(in_slot).collect();
    let set = &mut topics;
    each(set, row::list(row, "codes")?, |topic, code| {
        topic.code = code;
    });
    each(set, row::list(row, "titles")?, |topic, title| {
        topic.title = title;
    });
    each(set, row::list(row, "mins")?, |topic, min| {
        topic.min = narrow(min);
    });
    each(set, row::list(row, "maxes")?, |topic, max: Option<i64>| {
        topic.max = max.map(narrow);
    });
    each(
        set,
        row::list(row, "topic_program_caps")?,
        |topic, all: String| {
            topic.program_caps = caps(&all);
        },
    );
    let of_municipalities = row::list(row, "topic_municipality_caps")?;
    each(set, of_municipalities, |topic, cap: Option<i64>| {
        topic.municipality_cap = cap.map(narrow);
    });
    each(set, row::list(row, "rooms")?, |topic, room| {
        topic.room = room;
    });
    each(set, row::list(row, "speakers")?, |topic, all: String| {
        topic.speakers = lines(&all);
    });
    Ok(topics)
}

fn in_slot(number: i16) -> OfferedTopic {
    OfferedTopic {
        slot: slot(number),
        ..OfferedTopic::default()
    }
}

fn each<T>(topics: &mut [OfferedTopic], values: Vec<T>, set: impl Fn(&mut OfferedTopic, T)) {
    for (topic, value) in topics.iter_mut().zip(values) {
        set(topic, value);
    }
}

fn slot(number: i16) -> u8 {
    u8::try_from(number).unwrap_or(0)
}

fn caps(text: &str) -> BTreeMap<String, u32> {
    let caps = text.split(',').filter_map(|one| one.split_once('='));
    caps.filter_map(|(program, cap)| Some((program.to_owned(), cap.parse().ok()?)))
        .collect()
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}
