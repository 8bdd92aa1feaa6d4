//! Commands about registrations, and what the document says about them.

use super::{
    super::{
        accept_offer, amend_registration, approve_registration, cancel_by_reference,
        cancel_registration, confirm_email, decline_offer, decline_registration,
        feed_registrations, import_registrations, merge_registration, offer_seat,
        outcome::{NewBody, StandingBody},
        promote_registration, put_attendance, put_by_reference, put_topic, put_wishes,
        reinstate_registration,
        renew_link::{self, Renewed},
        submit_group::{self, Grouped},
        submit_registration,
        substitute_registration::{self, SubstitutedBody},
        to_waitlist,
    },
    operation::{Answer, C, F, Form, H, Operation, P, command},
    schema::{self, Schemas},
};
use serde_json::json;

use crate::feed::{LastBody, RowBody};
use crate::form::{
    amendment::{AmendBody, SubstituteBody},
    attendance::OneBody,
    group::GroupBody,
    reason::{EmptyBody, MaybeReasonBody, MergeBody, ReinstateBody, TopicBody, WithReasonBody},
    registration::RegistrationBody,
    wish::WishesBody,
};
use crate::import::About;

/// Every command about registrations, in the order of the routes.
pub(super) fn operations() -> Vec<Operation> {
    let mut all = of_newcomers();
    all.extend(of_references());
    all.extend(by_office());
    all.extend(by_host());
    all.extend(by_participant());
    all
}

fn of_newcomers() -> Vec<Operation> {
    let everybody: &[&str] = &[F, C, H, "public"];
    vec![
        Operation {
            id: "submit_registration",
            summary: "Registers somebody.",
            tag: "registrations",
            roles: everybody,
            needs_body: true,
            takes_condition: false,
            answer: Answer::Made,
            answer_body: Schemas::answer::<NewBody>,
            ..command(
                "post",
                submit_registration::ROUTE,
                Schemas::body::<RegistrationBody>,
            )
        },
        Operation {
            id: "submit_group",
            summary: "Registers several people together.",
            tag: "registrations",
            roles: everybody,
            needs_body: true,
            takes_condition: false,
            answer: Answer::Made,
            answer_body: Schemas::answer::<Grouped>,
            ..command("post", submit_group::ROUTE, Schemas::body::<GroupBody>)
        },
    ]
}

fn of_references() -> Vec<Operation> {
    let put: Form = |schemas| {
        schemas.narrower::<RegistrationBody>("RegistrationByReference", schema::by_reference)
    };
    let row: Form = |schemas| schemas.narrower::<RegistrationBody>("RegistrationRow", schema::row);
    vec![
        Operation {
            id: "put_by_reference",
            summary: "States whom a file number of the caller's program stands for.",
            tag: "registrations",
            roles: &[F, C],
            needs_body: true,
            answer: Answer::MadeOrDone,
            answer_body: Schemas::answer::<put_by_reference::Put>,
            ..command("put", put_by_reference::ROUTE, put)
        },
        Operation {
            id: "feed_registrations",
            summary: "States whom many file numbers stand for, a line each; answered line by line.",
            tag: "registrations",
            roles: &[F, C],
            needs_body: true,
            takes_condition: false,
            answer: Answer::Lines,
            answer_body: |schemas| {
                let row = schemas.answer::<RowBody<'static>>();
                json!({"anyOf": [row, schemas.answer::<LastBody>()]})
            },
            ..command("post", feed_registrations::ROUTE, row)
        },
        Operation {
            id: "import_registrations",
            summary: "States whom the rows of an office's file stand for; answered row by row.",
            tag: "registrations",
            roles: &[F, C],
            needs_body: true,
            raw: import_registrations::FORMS.to_vec(),
            queries: import_registrations::parameters(),
            takes_condition: false,
            answer: Answer::Lines,
            answer_body: |schemas| {
                let row = schemas.answer::<RowBody<'static>>();
                let file = schemas.answer::<About>();
                let file =
                    json!({"type": "object", "required": ["file"], "properties": {"file": file}});
                json!({"anyOf": [file, row, schemas.answer::<LastBody>()]})
            },
            ..command(
                "post",
                import_registrations::ROUTE,
                Schemas::body::<EmptyBody>,
            )
        },
        Operation {
            id: "cancel_by_reference",
            summary: "Gives back the place that a file number stands for; an office gives a reason.",
            roles: &[F, C],
            ..standing(
                "post",
                cancel_by_reference::ROUTE,
                Schemas::body::<MaybeReasonBody>,
            )
        },
    ]
}

/// A command to one registration, where nothing else is said.
fn standing(method: &'static str, route: &'static str, body: Form) -> Operation {
    Operation {
        tag: "registrations",
        roles: &[C, H],
        answer_body: Schemas::answer::<StandingBody>,
        ..command(method, route, body)
    }
}

fn by_office() -> Vec<Operation> {
    let nothing: Form = Schemas::body::<EmptyBody>;
    vec![
        Operation {
            id: "approve_registration",
            summary: "Approves a registration.",
            ..standing("post", approve_registration::ROUTE, nothing)
        },
        Operation {
            id: "decline_registration",
            summary: "Declines a registration.",
            needs_body: true,
            ..standing(
                "post",
                decline_registration::ROUTE,
                Schemas::body::<WithReasonBody>,
            )
        },
        Operation {
            id: "confirm_email",
            summary: "Confirms the e-mail address of a registration.",
            ..standing("post", confirm_email::ROUTE, nothing)
        },
        Operation {
            id: "merge_registration",
            summary: "Merges a registration into another one of the same person.",
            needs_body: true,
            ..standing(
                "post",
                merge_registration::ROUTE,
                Schemas::body::<MergeBody>,
            )
        },
        Operation {
            id: "renew_link",
            summary: "Makes a new secret for the participant; the one before is void.",
            answer_body: Schemas::answer::<Renewed>,
            ..standing("post", renew_link::ROUTE, nothing)
        },
    ]
}

fn by_host() -> Vec<Operation> {
    let nothing: Form = Schemas::body::<EmptyBody>;
    let mut all = vec![
        Operation {
            id: "offer_seat",
            summary: "Offers a seat to somebody who waits.",
            ..standing("post", offer_seat::ROUTE, nothing)
        },
        Operation {
            id: "promote_registration",
            summary: "Gives a seat to somebody who waits.",
            ..standing("post", promote_registration::ROUTE, nothing)
        },
        Operation {
            id: "to_waitlist",
            summary: "Moves a registration to the waitlist.",
            needs_body: true,
            ..standing("post", to_waitlist::ROUTE, Schemas::body::<WithReasonBody>)
        },
        Operation {
            id: "reinstate_registration",
            summary: "Brings back a registration that has ended.",
            needs_body: true,
            ..standing(
                "post",
                reinstate_registration::ROUTE,
                Schemas::body::<ReinstateBody>,
            )
        },
        Operation {
            id: "put_topic",
            summary: "Gives somebody a topic by hand, or takes it away.",
            needs_body: true,
            ..standing("put", put_topic::ROUTE, Schemas::body::<TopicBody>)
        },
        Operation {
            id: "put_attendance",
            summary: "States whether somebody was there in a session.",
            needs_body: true,
            ..standing("put", put_attendance::ROUTE, Schemas::body::<OneBody>)
        },
    ];
    for operation in &mut all {
        operation.roles = &[H];
    }
    all
}

fn by_participant() -> Vec<Operation> {
    let nothing: Form = Schemas::body::<EmptyBody>;
    let mut all = vec![
        Operation {
            id: "accept_offer",
            summary: "Takes the seat that was offered.",
            ..standing("post", accept_offer::ROUTE, nothing)
        },
        Operation {
            id: "decline_offer",
            summary: "Does not take the seat that was offered.",
            ..standing("post", decline_offer::ROUTE, nothing)
        },
        Operation {
            id: "amend_registration",
            summary: "Changes a registration, as a merge patch (RFC 7396); a participant, contact and wishes.",
            ..standing(
                "patch",
                amend_registration::ROUTE,
                Schemas::body::<AmendBody>,
            )
        },
        Operation {
            id: "cancel_registration",
            summary: "Gives a place back; an office gives a reason, a participant none.",
            ..standing(
                "post",
                cancel_registration::ROUTE,
                Schemas::body::<MaybeReasonBody>,
            )
        },
        Operation {
            id: "put_wishes",
            summary: "States wishes anew.",
            needs_body: true,
            ..standing("put", put_wishes::ROUTE, Schemas::body::<WishesBody>)
        },
        Operation {
            id: "substitute_registration",
            summary: "Gives a place to somebody else.",
            needs_body: true,
            answer: Answer::Made,
            answer_body: Schemas::answer::<SubstitutedBody>,
            ..standing(
                "post",
                substitute_registration::ROUTE,
                Schemas::body::<SubstituteBody>,
            )
        },
    ];
    for operation in &mut all {
        operation.roles = &[C, H, P];
    }
    all
}
