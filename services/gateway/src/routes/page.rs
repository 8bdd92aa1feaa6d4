//! What lists of registrations share.

use anmeldewerk_contract::Position;
use anmeldewerk_read_model::query::{AsOf, Registration};
use axum::response::Response;
use serde::Serialize;

use crate::{
    answer::{List, Refused, Reply, Tag, json},
    ask::Question,
    desk::Desk,
    disclosure::{Held, Scene, audience, disclose},
    form::{RegistrationBody, Shown},
};

/// A part of a list of registrations, and where the next one begins.
pub(super) struct Part {
    pub(super) items: Vec<Registration>,
    pub(super) next: Option<String>,
}

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
    found: AsOf<Part>,
) -> Result<Response, Refused> {
    let Part { items, next } = found.value;
    let held: Vec<Held<'_>> = items.iter().map(Held::from).collect();
    let disclosed = disclose(desk, question, scene, &held).await?;
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
