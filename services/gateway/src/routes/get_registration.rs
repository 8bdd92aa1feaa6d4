//! `GET /v1/registrations/{registration}`: one registration, also for its participant by their own secret.

use anmeldewerk_domain::{LinkHash, ProgramId, RegistrationId};
use anmeldewerk_read_model::{
    Fault,
    query::{AsOf, Registration},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use uuid::Uuid;

use crate::{
    answer::{Refused, Reply, Tag, found, json},
    ask::{Question, Viewer, registration_id},
    desk::Desk,
    disclosure::{Scene, audience, disclose},
    document::roles,
    form::{RegistrationBody, Shown},
};

const ROUTE: &str = "/v1/registrations/{registration}";

/// Shows one registration.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "get_registration",
    tag = "registrations",
    responses((status = 200, body = RegistrationBody)),
    extensions(("x-roles" = json!(roles::PERSONS_AND_PARTICIPANT))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    Path(registration): Path<String>,
    question: Question,
) -> Result<Response, Refused> {
    let link = match &question.viewer {
        Viewer::Participant(link) => Some(link),
        viewer => {
            viewer.require_persons()?;
            None
        }
    };
    let parameters = question.parameters(&[])?;
    let wanted = question.wanted(&parameters)?;
    let id = registration_id(&registration)?;
    let answer = match link {
        Some(link) => desk.ask(wanted, by_link(&desk, link, id)).await,
        None => {
            desk.ask(wanted, by_office(&desk, &question.viewer, id))
                .await
        }
    };
    show(&desk, &question, found(answer?)?).await
}

/// A secret opens its own registration and no other.
async fn by_link(
    desk: &Desk,
    link: &LinkHash,
    id: RegistrationId,
) -> Result<AsOf<Option<Registration>>, Fault> {
    let now = desk.clock.now().at;
    let answer = desk.read_model.registration_by_link(link, now).await?;
    let own = |registration: &Registration| registration.id == Uuid::from_u128(id.0);
    let mut answer = only(answer, own);
    if let Some(registration) = &mut answer.value {
        // Whoever looks like them is somebody else.
        registration.look_alikes.clear();
    }
    Ok(answer)
}

async fn by_office(
    desk: &Desk,
    viewer: &Viewer,
    id: RegistrationId,
) -> Result<AsOf<Option<Registration>>, Fault> {
    let scope = viewer.scope();
    let now = desk.clock.now().at;
    let answer = desk.read_model.registration(&scope, id, now).await?;
    Ok(only(answer, |registration| may_see(viewer, registration)))
}

/// Keeps an answer that is for the caller; of any other nothing is left, not even that its rows stand still.
fn only(
    answer: AsOf<Option<Registration>>,
    theirs: impl FnOnce(&Registration) -> bool,
) -> AsOf<Option<Registration>> {
    let value = answer.value.filter(theirs);
    let parked_at = answer.parked_at.filter(|_| value.is_some());
    AsOf {
        position: answer.position,
        parked_at,
        value,
    }
}

/// A program's own system sees what it sent, even where the program is the host.
fn may_see(viewer: &Viewer, registration: &Registration) -> bool {
    let sent_by = |program: &ProgramId| registration.program == program.as_str();
    match viewer {
        Viewer::Feeder(program) => sent_by(program),
        _ => true,
    }
}

async fn show(
    desk: &Desk,
    question: &Question,
    answer: AsOf<Registration>,
) -> Result<Response, Refused> {
    let registration = &answer.value;
    let scene = Scene {
        route: ROUTE,
        workshop: Some(registration.workshop),
    };
    let disclosed = disclose(desk, question, scene, &[registration.into()]).await?;
    let person = disclosed
        .first()
        .expect("there is an answer for each registration");
    let shown = json(&Shown::of(registration, person, answer.parked_at));
    let reply = Reply {
        position: answer.position,
        tag: Tag::of_entity(registration.version, &shown),
        audience: audience(&disclosed),
        link: None,
        body: json(&RegistrationBody::of(
            registration,
            person,
            answer.parked_at,
        )),
    };
    Ok(reply.answer(&question.known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::example;
    use anmeldewerk_contract::Position;

    #[test]
    fn a_system_of_the_host_does_not_see_what_another_program_sent() {
        let feeder = |slug| Viewer::Feeder(ProgramId::new(slug).expect("a slug"));
        let registration = example::registration();
        assert!(may_see(&feeder("mv"), &registration));
        assert!(!may_see(&feeder("sh"), &registration));
    }

    #[test]
    fn of_a_foreign_registration_nothing_is_told() {
        let answer = || AsOf {
            position: Position(9),
            parked_at: Some(Position(7)),
            value: Some(example::registration()),
        };
        assert_eq!(only(answer(), |_| true), answer());
        let nothing = AsOf {
            position: Position(9),
            parked_at: None,
            value: None,
        };
        assert_eq!(only(answer(), |_| false), nothing);
    }
}
