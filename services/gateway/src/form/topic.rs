//! The topics of a workshop as callers see them.

use std::collections::BTreeMap;

use anmeldewerk_contract::Position;
use anmeldewerk_domain::TopicCode;
use anmeldewerk_read_model::query::{
    CatalogueTopic, Demand, OfferedTopic, ProgramDemand, StatedTopic, TopicDemand, TopicOffer,
    WorkshopTopics,
};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::answer::List;

/// A topic as a workshop offers it.
#[derive(Serialize, ToSchema)]
#[schema(as = OfferedTopic)]
pub(crate) struct OfferedTopicBody<'t> {
    slot: u8,
    code: &'t str,
    title: &'t str,
    /// How many it needs to take place.
    min: u32,
    /// How many it takes; null is any number.
    max: Option<u32>,
    /// How many it takes of a program.
    program_caps: &'t BTreeMap<String, u32>,
    /// How many it takes of one municipality of one program.
    municipality_cap: Option<u32>,
    room: Option<&'t str>,
    speakers: &'t [String],
}

impl<'t> From<&'t OfferedTopic> for OfferedTopicBody<'t> {
    fn from(topic: &'t OfferedTopic) -> Self {
        Self {
            slot: topic.slot,
            code: &topic.code,
            title: &topic.title,
            min: topic.min,
            max: topic.max,
            program_caps: &topic.program_caps,
            municipality_cap: topic.municipality_cap,
            room: topic.room.as_deref(),
            speakers: &topic.speakers,
        }
    }
}

/// A topic with the demand for it.
#[derive(Serialize, ToSchema)]
#[schema(as = TopicDemand)]
pub(crate) struct TopicBody<'t> {
    #[serde(flatten)]
    offered: OfferedTopicBody<'t>,
    /// Nothing for callers who do not take part, and where nobody wishes for anything yet.
    demand: Option<DemandBody<'t>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Demand)]
struct DemandBody<'t> {
    /// How many wish for it first, second and so on.
    ranked: &'t [u64],
    vetoes: u64,
    /// How many have it.
    assigned: u64,
    by_program: Vec<ProgramDemandBody<'t>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ProgramDemand)]
struct ProgramDemandBody<'t> {
    program: &'t str,
    ranked: &'t [u64],
    vetoes: u64,
    /// How many have it.
    assigned: u64,
}

/// A topic across workshops.
#[derive(Serialize, ToSchema)]
#[schema(as = CatalogueTopic)]
pub(crate) struct CatalogueTopicBody<'t> {
    code: &'t str,
    /// Its title in the catalogue, or else where it was offered last.
    title: &'t str,
    /// What it is about; null where it does not stand in the catalogue.
    r#abstract: Option<&'t str>,
    /// How many workshops offer it.
    workshops: u64,
    /// Of how many of them the demand is counted: those in which the caller takes part.
    counted: u64,
    /// Nothing for callers who take part in none of them.
    demand: Option<DemandBody<'t>>,
}

/// A topic, and a part of the list of workshops that offer it.
#[derive(Serialize, ToSchema)]
#[schema(as = TopicPage)]
pub(crate) struct TopicPageBody<'t> {
    code: &'t str,
    /// Its title in the catalogue; null where it does not stand there.
    title: Option<&'t str>,
    /// What it is about.
    r#abstract: Option<&'t str>,
    /// The workshops that offer it.
    items: Vec<TopicOfferBody<'t>>,
    /// The cursor behind the last of them, if there are more.
    next: Option<String>,
    /// The position before which the rows stand still, where they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>, nullable = false)]
    parked_at: Option<Position>,
}

impl<'t> TopicPageBody<'t> {
    pub(crate) fn of(
        code: &'t TopicCode,
        stated: Option<&'t StatedTopic>,
        offers: List<TopicOfferBody<'t>>,
    ) -> Self {
        Self {
            code: code.as_str(),
            title: stated.map(|stated| stated.title.as_str()),
            r#abstract: stated.map(|stated| stated.outline.as_str()),
            items: offers.items,
            next: offers.next,
            parked_at: offers.parked_at,
        }
    }
}

/// A topic as one workshop offers it.
#[derive(Serialize, ToSchema)]
#[schema(as = TopicOffer)]
pub(crate) struct TopicOfferBody<'t> {
    workshop: Uuid,
    workshop_title: &'t str,
    first_day: Date,
    host: &'t str,
    #[serde(flatten)]
    topic: TopicBody<'t>,
}

impl<'t> From<&'t CatalogueTopic> for CatalogueTopicBody<'t> {
    fn from(topic: &'t CatalogueTopic) -> Self {
        let demand = DemandBody::of(&topic.total, &topic.by_program);
        Self {
            code: &topic.code,
            title: &topic.title,
            r#abstract: topic.outline.as_deref(),
            workshops: topic.workshops,
            counted: topic.counted,
            demand: (topic.counted > 0).then_some(demand),
        }
    }
}

impl<'t> From<&'t TopicOffer> for TopicOfferBody<'t> {
    fn from(offer: &'t TopicOffer) -> Self {
        let topic = &offer.topic;
        let demand = DemandBody::of(&topic.total, &topic.by_program);
        Self {
            workshop: offer.workshop,
            workshop_title: &offer.workshop_title,
            first_day: offer.first_day,
            host: &offer.host,
            topic: TopicBody::of(topic, (!topic.by_program.is_empty()).then_some(demand)),
        }
    }
}

/// Shows the topics of a workshop.
///
/// Those who do not take part are given no figures; showing them noughts would be telling them something untrue.
pub(crate) fn topics(workshop: &WorkshopTopics) -> Vec<TopicBody<'_>> {
    let topics = &workshop.topics;
    let counted = topics.iter().any(|topic| !topic.by_program.is_empty());
    let shown = |topic| {
        TopicBody::of(
            topic,
            counted.then(|| DemandBody::of(&topic.total, &topic.by_program)),
        )
    };
    topics.iter().map(shown).collect()
}

impl<'t> TopicBody<'t> {
    fn of(topic: &'t TopicDemand, demand: Option<DemandBody<'t>>) -> Self {
        Self {
            offered: (&topic.offered).into(),
            demand,
        }
    }
}

impl<'t> DemandBody<'t> {
    fn of(demand: &'t Demand, by_program: &'t [ProgramDemand]) -> Self {
        Self {
            ranked: &demand.ranked,
            vetoes: demand.vetoes,
            assigned: demand.assigned,
            by_program: by_program.iter().map(Into::into).collect(),
        }
    }
}

impl<'t> From<&'t ProgramDemand> for ProgramDemandBody<'t> {
    fn from(ProgramDemand { program, demand }: &'t ProgramDemand) -> Self {
        Self {
            program,
            ranked: &demand.ranked,
            vetoes: demand.vetoes,
            assigned: demand.assigned,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn topic(code: &str, by_program: Vec<ProgramDemand>) -> TopicDemand {
        let total = by_program.iter().map(|one| one.demand.clone()).next();
        TopicDemand {
            offered: OfferedTopic {
                slot: 1,
                code: code.to_owned(),
                title: code.to_uppercase(),
                max: Some(12),
                ..OfferedTopic::default()
            },
            total: total.unwrap_or(Demand {
                ranked: vec![0, 0],
                ..Demand::default()
            }),
            by_program,
        }
    }

    fn shape(code: &str, demand: &serde_json::Value) -> serde_json::Value {
        json!({
            "slot": 1, "code": code, "title": code.to_uppercase(), "min": 0, "max": 12,
            "program_caps": {}, "municipality_cap": null, "room": null, "speakers": [],
            "demand": demand,
        })
    }

    fn shown(topics: Vec<TopicDemand>) -> serde_json::Value {
        let workshop = WorkshopTopics { ranks: 2, topics };
        serde_json::to_value(super::topics(&workshop)).expect("topics serialize")
    }

    #[test]
    fn demand_is_shown_in_all_and_by_program() {
        let demand = Demand {
            ranked: vec![2, 1],
            vetoes: 3,
            assigned: 4,
        };
        let program = "mv".to_owned();
        let wished = topic("rolle", vec![ProgramDemand { program, demand }]);
        let by_program = json!([{"program": "mv", "ranked": [2, 1], "vetoes": 3, "assigned": 4}]);
        let expected = json!([
            shape(
                "rolle",
                &json!({"ranked": [2, 1], "vetoes": 3, "assigned": 4, "by_program": by_program})
            ),
            shape(
                "diskurs",
                &json!({"ranked": [0, 0], "vetoes": 0, "assigned": 0, "by_program": []})
            ),
        ]);
        assert_eq!(shown(vec![wished, topic("diskurs", vec![])]), expected);
    }

    #[test]
    fn without_figures_there_is_no_demand() {
        let expected = json!([shape("rolle", &json!(null))]);
        assert_eq!(shown(vec![topic("rolle", vec![])]), expected);
    }
}
