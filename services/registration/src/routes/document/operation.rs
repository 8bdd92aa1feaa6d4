//! Every command, and what the document says about it.

use serde_json::Value;

use super::{
    super::{
        accept_offer, amend_registration, amend_workshop, approve_registration,
        at_workshop::WorkshopBody as WorkshopChanged,
        cancel_by_reference, cancel_registration, cancel_workshop, close_attendance, confirm_email,
        create_workshop::{self, Created},
        decline_offer, decline_registration, draft_assignment, draw_lots, merge_registration,
        offer_seat,
        outcome::{NewBody, StandingBody},
        postpone_workshop, promote_registration, publish_assignment, publish_workshop,
        put_attendance, put_by_reference, put_municipalities, put_program, put_topic, put_wishes,
        reinstate_registration, release_guarantee,
        renew_link::{self, Renewed},
        run::RunBody,
        state_topic,
        submit_group::{self, Grouped},
        submit_registration,
        substitute_registration::{self, SubstitutedBody},
        swap_topics, take_attendance, to_waitlist,
    },
    schema::{self, Schemas},
};
use crate::form::{
    amendment::{AmendBody, SubstituteBody},
    attendance::{CloseBody, OneBody, SheetBody},
    group::GroupBody,
    municipality::ListBody,
    reason::{
        CallOffBody, EmptyBody, MaybeReasonBody, MergeBody, ReinstateBody, SwapBody, TopicBody,
        WithReasonBody,
    },
    registration::RegistrationBody,
    schedule::ScheduleBody,
    wish::WishesBody,
    workshop::WorkshopBody,
};

/// The office of the registration's own program.
const C: &str = "coordinator";
/// The office of the workshop's host.
const H: &str = "host_coordinator";
/// A program's own system.
const F: &str = "feeder";
/// The participant, by their secret.
const P: &str = "participant";

/// Gives a schema, and leaves what it needs among the components.
type Form = fn(&mut Schemas) -> Value;

/// What the document says about a command.
pub(super) struct Operation {
    pub(super) method: &'static str,
    pub(super) route: &'static str,
    pub(super) id: &'static str,
    pub(super) summary: &'static str,
    pub(super) tag: &'static str,
    pub(super) roles: &'static [&'static str],
    pub(super) body: Form,
    pub(super) needs_body: bool,
    /// The forms of the body besides JSON, each a text.
    pub(super) also: &'static [&'static str],
    pub(super) takes_condition: bool,
    pub(super) answer: Answer,
    pub(super) answer_body: Form,
}

/// How an accepted command answers.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    /// 201.
    Made,
    /// 200.
    Done,
    /// Either.
    MadeOrDone,
}

/// Every command, in the order of the routes.
pub(super) fn operations() -> Vec<Operation> {
    let mut all = of_programs();
    all.extend(of_workshops());
    all.extend(of_topics());
    all.extend(of_attendance());
    all.extend(of_newcomers());
    all.extend(of_references());
    all.extend(by_office());
    all.extend(by_host());
    all.extend(by_participant());
    all
}

fn of_programs() -> Vec<Operation> {
    let program = Operation {
        id: "put_program",
        summary: "Registers a program, or states its details anew.",
        tag: "programs",
        roles: &["operator"],
        needs_body: true,
        takes_condition: false,
        answer: Answer::MadeOrDone,
        answer_body: Schemas::answer::<put_program::Put>,
        ..command(
            "put",
            put_program::ROUTE,
            Schemas::body::<put_program::Body>,
        )
    };
    let municipalities = Operation {
        id: "put_municipalities",
        summary: "States the whole list of a program's municipalities.",
        tag: "programs",
        roles: &[C],
        needs_body: true,
        also: &[put_municipalities::NDJSON, put_municipalities::CSV],
        takes_condition: false,
        answer_body: Schemas::answer::<put_municipalities::Listed>,
        ..command("put", put_municipalities::ROUTE, Schemas::body::<ListBody>)
    };
    let topic = Operation {
        id: "state_topic",
        summary: "Says what a topic is about, for all workshops that offer it.",
        tag: "topics",
        roles: &["operator", C],
        needs_body: true,
        takes_condition: false,
        answer_body: Schemas::answer::<state_topic::Stated>,
        ..command(
            "put",
            state_topic::ROUTE,
            Schemas::body::<state_topic::Body>,
        )
    };
    vec![program, municipalities, topic]
}

/// A command of the host to one workshop, where nothing else is said.
fn command(method: &'static str, route: &'static str, body: Form) -> Operation {
    Operation {
        method,
        route,
        id: "",
        summary: "",
        tag: "workshops",
        roles: &[H],
        body,
        needs_body: false,
        also: &[],
        takes_condition: true,
        answer: Answer::Done,
        answer_body: Schemas::answer::<WorkshopChanged>,
    }
}

fn of_workshops() -> Vec<Operation> {
    let nothing: Form = Schemas::body::<EmptyBody>;
    let new: Form = |schemas| schemas.narrower::<WorkshopBody>("WorkshopNew", schema::new_workshop);
    let patch: Form =
        |schemas| schemas.narrower::<WorkshopBody>("WorkshopPatch", schema::changed_workshop);
    vec![
        Operation {
            id: "create_workshop",
            summary: "Makes a workshop, as a draft of the caller's program.",
            roles: &[C],
            needs_body: true,
            takes_condition: false,
            answer: Answer::Made,
            answer_body: Schemas::answer::<Created>,
            ..command("post", create_workshop::ROUTE, new)
        },
        Operation {
            id: "amend_workshop",
            summary: "Changes settings of a workshop, as a merge patch (RFC 7396).",
            needs_body: false,
            ..command("patch", amend_workshop::ROUTE, patch)
        },
        Operation {
            id: "publish_workshop",
            summary: "Publishes a draft.",
            ..command("post", publish_workshop::ROUTE, nothing)
        },
        Operation {
            id: "cancel_workshop",
            summary: "Calls a workshop off.",
            ..command("post", cancel_workshop::ROUTE, Schemas::body::<CallOffBody>)
        },
        Operation {
            id: "postpone_workshop",
            summary: "Moves a workshop to other days.",
            needs_body: true,
            ..command(
                "post",
                postpone_workshop::ROUTE,
                Schemas::body::<ScheduleBody>,
            )
        },
        Operation {
            id: "draw_lots",
            summary: "Draws lots among those who rest.",
            ..command("post", draw_lots::ROUTE, nothing)
        },
        Operation {
            id: "release_guarantee",
            summary: "Releases the seats that are kept for a program.",
            ..command("post", release_guarantee::ROUTE, nothing)
        },
    ]
}

fn of_topics() -> Vec<Operation> {
    let nothing: Form = Schemas::body::<EmptyBody>;
    vec![
        Operation {
            id: "draft_assignment",
            summary: "Looks at what a run that assigns topics would bring.",
            tag: "topics",
            takes_condition: false,
            answer: Answer::Made,
            answer_body: Schemas::answer::<RunBody>,
            ..command(
                "post",
                draft_assignment::ROUTE,
                Schemas::body::<draft_assignment::Body>,
            )
        },
        Operation {
            id: "publish_assignment",
            summary: "Lets a run hold: topics are assigned.",
            tag: "topics",
            takes_condition: false,
            answer_body: Schemas::answer::<RunBody>,
            ..command("post", publish_assignment::ROUTE, nothing)
        },
        Operation {
            id: "swap_topics",
            summary: "Lets two people have each other's topic.",
            tag: "topics",
            needs_body: true,
            ..command("post", swap_topics::ROUTE, Schemas::body::<SwapBody>)
        },
    ]
}

fn of_attendance() -> Vec<Operation> {
    vec![
        Operation {
            id: "take_attendance",
            summary: "States who was there in a session.",
            tag: "attendance",
            needs_body: true,
            takes_condition: false,
            answer_body: Schemas::answer::<WorkshopChanged>,
            ..command("put", take_attendance::ROUTE, Schemas::body::<SheetBody>)
        },
        Operation {
            id: "close_attendance",
            summary: "Closes attendance: from what was stated follows who attended.",
            tag: "attendance",
            takes_condition: false,
            answer_body: Schemas::answer::<WorkshopChanged>,
            ..command("post", close_attendance::ROUTE, Schemas::body::<CloseBody>)
        },
    ]
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
