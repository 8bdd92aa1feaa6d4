//! `GET /v1/workshops/{workshop}/groups`: its groups in the order of their arrival, each with its members.
//!
//! Who sees which is as in the list of attendees; whom to ask about a group is personal and opened
//! like a person.

use anmeldewerk_read_model::query::{AsOf, Group, GroupFilter, GroupPage, Window};
use anmeldewerk_service::problem::Problem;
use axum::{
    extract::{Path, State},
    response::Response,
};
use uuid::Uuid;

use crate::{
    answer::{List, Refused, Reply, Tag, found, json},
    ask::{self, Parameters, Question, Viewer, group_text, workshop_id},
    desk::Desk,
    disclosure::{Disclosed, Held, Scene, audience, disclose},
    document::roles,
    form::{GroupBody, ShownGroup},
};

const ROUTE: &str = "/v1/workshops/{workshop}/groups";

const PARAMETERS: &[&str] = &["limit", "after"];

/// Lists the groups of a workshop in the order of their arrival, each with its members.
///
/// Who sees which is as in the list of attendees.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "list_groups",
    tag = "registrations",
    responses((status = 200, body = List<GroupBody>)),
    extensions(("x-roles" = json!(roles::PERSONS)), ("x-takes" = json!(PARAMETERS))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    Path(workshop): Path<String>,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_persons()?;
    let parameters = question.parameters(PARAMETERS)?;
    let wanted = question.wanted(&parameters)?;
    let filter = filter(&parameters, &question.viewer)?;
    let workshop = workshop_id(&workshop)?;
    let scope = question.viewer.scope();
    let query = desk.read_model.groups(&scope, workshop, &filter);
    let answer = found(desk.ask(wanted, query).await?)?;
    let scene = Scene {
        route: ROUTE,
        workshop: Some(Uuid::from_u128(workshop.0)),
    };
    show(&desk, &question, scene, &answer).await
}

fn filter(parameters: &Parameters<'_>, viewer: &Viewer) -> Result<GroupFilter, Problem> {
    Ok(GroupFilter {
        program: viewer.narrow(None)?,
        window: Window {
            after: parameters.after(ask::group)?.unwrap_or_default(),
            limit: parameters.limit()?,
        },
    })
}

async fn show(
    desk: &Desk,
    question: &Question,
    scene: Scene,
    answer: &AsOf<GroupPage>,
) -> Result<Response, Refused> {
    let GroupPage { items, next } = &answer.value;
    let held: Vec<Held<'_>> = items.iter().filter_map(Held::of_group).collect();
    let disclosed = disclose(desk, question, scene, &held).await?;
    let next = next.map(group_text);
    let shown = List {
        items: each(items, &disclosed)
            .map(|(group, contact)| ShownGroup::of(group, contact))
            .collect(),
        next: next.clone(),
        parked_at: answer.parked_at,
    };
    let reply = Reply {
        position: answer.position,
        tag: Tag::of_list(&json(&shown)),
        audience: audience(&disclosed),
        link: next.as_deref().map(|next| question.next_link(next)),
        body: json(&List {
            items: each(items, &disclosed)
                .map(|(group, contact)| GroupBody::of(group, contact))
                .collect(),
            next,
            parked_at: answer.parked_at,
        }),
    };
    Ok(reply.answer(&question.known))
}

/// Puts what was disclosed beside the groups that have a contact.
fn each<'r>(
    groups: &'r [Group],
    disclosed: &'r [Disclosed],
) -> impl Iterator<Item = (&'r Group, Option<&'r Disclosed>)> {
    let mut disclosed = disclosed.iter();
    groups.iter().map(move |group| {
        let contact = group.contact.as_ref();
        (group, contact.and_then(|_| disclosed.next()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::example;

    #[test]
    fn what_was_disclosed_stands_beside_its_own_group() {
        let silent = || Group {
            contact: None,
            ..example::group()
        };
        let groups = [silent(), example::group(), silent(), example::group()];
        let disclosed = [Disclosed::Sealed, Disclosed::Damaged];
        let pairs: Vec<_> = each(&groups, &disclosed)
            .map(|(_, contact)| contact)
            .collect();
        let expected = [None, Some(&disclosed[0]), None, Some(&disclosed[1])];
        assert_eq!(pairs, expected);
    }
}
