//! `POST /v1/workshops/{workshop}/groups`: several people are registered together.

use anmeldewerk_contract::{Position, problem::Code};
use anmeldewerk_domain::{
    Boundary, Event, LinkHash, WorkshopId,
    workshop::{self, GroupSubmission, GroupSubmitted, Submitted},
};
use anmeldewerk_service::{
    auth::{ParticipantSecret, Role},
    body::StrictJson,
    problem::Problem,
};
use axum::extract::{Path, Request, State};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::{
    Office,
    arrival::{self, Arrival, Content},
    outcome::{NewBody, submissions},
    reply::Accepted,
    submit_registration::{channel, for_asker},
};
#[cfg(test)]
use crate::form::shape;
use crate::{
    access::Asker,
    form::group::{GroupBody, MadeGroup},
    fresh,
    refusal::bucket_json,
    writer::{Answer, Wish},
};

/// Its address.
pub(super) const ROUTE: &str = "/v1/workshops/{workshop}/groups";

/// The largest body of a group, in bytes; what it leads to is bounded by the size of a decision.
const GROUP_BYTES: usize = 256 * 1024;

/// The answer.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "GroupRegistered"))]
pub(super) struct Grouped {
    group: Uuid,
    members: Vec<NewBody>,
    /// Those for whom there was neither a seat nor a waitlist.
    refused: Vec<RefusedMember>,
    #[cfg_attr(test, schemars(with = "u64"))]
    position: Position,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "GroupMemberRefused"))]
struct RefusedMember {
    /// Which one of the list, counted from 0.
    index: u32,
    #[cfg_attr(test, schemars(with = "shape::RefusedCode"))]
    code: Code,
    #[cfg_attr(test, schemars(with = "shape::Bucket"))]
    bucket: Value,
}

pub(super) async fn handle(
    State(office): State<Office>,
    Path(workshop): Path<String>,
    arrival: Arrival,
    request: Request,
) -> Result<Accepted<Grouped>, Problem> {
    let asker = arrival.asker_or_public(&[Role::Coordinator, Role::Feeder])?;
    arrival.key_required_of(&asker)?;
    arrival.no_condition()?;
    let body: StrictJson<GroupBody, GROUP_BYTES> = arrival::body(request).await?;
    let workshop = Uuid::try_parse(&workshop).map_err(|_| Code::NotFound)?;
    let secrets: Vec<ParticipantSecret> = (0..body.value.size().min(GroupSubmission::MAX_MEMBERS))
        .map(|_| ParticipantSecret::draw())
        .collect();
    let made = made(&arrival, &asker, &secrets);
    if asker == Asker::Public && body.value.is_of_a_program() {
        return Err(Code::TokenMissing.into());
    }
    let wish = Wish::RegisterGroup(Box::new(body.value.party(&made)?));
    let content = Content {
        kind: "group.submit",
        target: "",
        canonical: &body.canonical,
    };
    let public = asker == Asker::Public;
    let boundary = Boundary::Workshop(WorkshopId(workshop.as_u128()));
    let command = arrival
        .asked(&office, (boundary, asker, wish), content)
        .await?;
    let answer = office.desk.ask(command).await;
    match answer.map_err(|refusal| for_asker(refusal.into(), public))? {
        Answer::Decided {
            position,
            decision,
            replayed,
        } => {
            let group = group(&decision.events).ok_or(Code::Internal)?;
            let secrets = if replayed { &[][..] } else { &secrets[..] };
            let members = members(&decision.events, group, secrets);
            let members = members
                .into_iter()
                .map(|member| if public { member.for_public() } else { member });
            Ok(Accepted {
                position,
                replayed,
                location: Some(ROUTE.replace("{workshop}", &workshop.to_string())),
                body: Grouped {
                    group: Uuid::from_u128(group.group.0),
                    members: members.collect(),
                    refused: group.refused.iter().map(Into::into).collect(),
                    position,
                },
            })
        }
        Answer::Unchanged { .. } => Err(Code::Internal.into()),
    }
}

fn made(arrival: &Arrival, asker: &Asker, secrets: &[ParticipantSecret]) -> MadeGroup {
    let member = |secret: &ParticipantSecret| {
        let registration = fresh::ordered_id(arrival.at());
        (registration, LinkHash(secret.hash().0))
    };
    MadeGroup {
        group: fresh::ordered_id(arrival.at()),
        channel: channel(asker),
        members: secrets.iter().map(member).collect(),
    }
}

fn group(events: &[Event]) -> Option<&GroupSubmitted> {
    events.iter().find_map(|event| match event {
        Event::Workshop(workshop::Event::GroupSubmitted(group)) => Some(&**group),
        _ => None,
    })
}

/// Pairs each member who came in with the secret that was drawn for them.
fn members(
    events: &[Event],
    group: &GroupSubmitted,
    secrets: &[ParticipantSecret],
) -> Vec<NewBody> {
    let refused = |index: u32| group.refused.iter().any(|(refused, _)| *refused == index);
    let came_in = (0..group.size).filter(|index| !refused(*index));
    let body = |(index, submitted): (u32, &Submitted)| {
        let secret = usize::try_from(index)
            .ok()
            .and_then(|index| secrets.get(index));
        let secret = secret.map(ParticipantSecret::to_text);
        NewBody::of(events, submitted, None, secret)
    };
    came_in.zip(submissions(events)).map(body).collect()
}

impl From<&(u32, workshop::Bucket)> for RefusedMember {
    fn from((index, bucket): &(u32, workshop::Bucket)) -> Self {
        Self {
            index: *index,
            code: match bucket {
                workshop::Bucket::Queue => Code::Queue,
                _ => Code::QuotaExhausted,
            },
            bucket: bucket_json(bucket),
        }
    }
}
