//! What lists of registrations share.

use anmeldewerk_contract::Position;
use anmeldewerk_read_model::query::{AsOf, AttendeePage};
use axum::response::Response;
use serde::Serialize;

use crate::{
    answer::{List, Refused, Reply, Tag, json},
    ask::{Question, arrival_text},
    desk::Desk,
    disclosure::{Scene, audience, disclose},
    form::{RegistrationBody, Shown},
};

/// What goes into the tag of a list.
#[derive(Serialize)]
struct ShownPage<'p> {
    items: Vec<Shown<'p>>,
    next: Option<&'p str>,
    parked_at: Option<Position>,
}

/// Answers with a part of a list of registrations, and with their persons as far as they may be seen.
pub(super) async fn answer(
    desk: &Desk,
    question: &Question,
    scene: Scene,
    found: AsOf<AttendeePage>,
) -> Result<Response, Refused> {
    let AttendeePage { items, next } = &found.value;
    let disclosed = disclose(desk, question, scene, items).await?;
    let next = next.map(arrival_text);
    let pairs = || items.iter().zip(&disclosed);
    let shown = ShownPage {
        items: pairs()
            .map(|(item, person)| Shown::of(item, person, None))
            .collect(),
        next: next.as_deref(),
        parked_at: found.parked_at,
    };
    let tag = Tag::of_list(&json(&shown));
    let reply = Reply {
        position: found.position,
        tag,
        audience: audience(&disclosed),
        link: next.as_deref().map(|next| question.next_link(next)),
        body: json(&List {
            items: pairs()
                .map(|(item, person)| RegistrationBody::of(item, person, None))
                .collect(),
            next,
            parked_at: found.parked_at,
        }),
    };
    Ok(reply.answer(&question.known))
}
