//! Every command, and what the document says about it.

use anmeldewerk_domain::workshop::MediaType;
use serde_json::Value;

use super::{
    super::{
        add_document, amend_workshop,
        at_workshop::WorkshopBody as WorkshopChanged,
        cancel_workshop, close_attendance,
        create_workshop::{self, Created},
        draft_assignment, draw_lots, postpone_workshop, publish_assignment, publish_workshop,
        put_municipalities, put_program, release_guarantee,
        run::RunBody,
        state_topic, swap_topics, take_attendance,
    },
    schema::{self, Schemas},
    standing,
};
use crate::form::{
    attendance::{CloseBody, SheetBody},
    municipality::ListBody,
    reason::{CallOffBody, EmptyBody, SwapBody},
    schedule::ScheduleBody,
    workshop::WorkshopBody,
};

/// The office of the registration's own program.
pub(super) const C: &str = "coordinator";
/// The office of the workshop's host.
pub(super) const H: &str = "host_coordinator";
/// A program's own system.
pub(super) const F: &str = "feeder";
/// The participant, by their secret.
pub(super) const P: &str = "participant";

/// Gives a schema, and leaves what it needs among the components.
pub(super) type Form = fn(&mut Schemas) -> Value;

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
    /// The forms of a body that is no JSON at all.
    pub(super) raw: Vec<&'static str>,
    /// The parameters behind the question mark.
    pub(super) queries: Vec<Value>,
    pub(super) takes_condition: bool,
    pub(super) answer: Answer,
    pub(super) answer_body: Form,
}

/// How an accepted command answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// 201.
    Made,
    /// 200.
    Done,
    /// Either.
    MadeOrDone,
    /// 200, and a line for each that was sent.
    Lines,
}

/// Every command, in the order of the routes.
pub(super) fn operations() -> Vec<Operation> {
    let mut all = of_programs();
    all.extend(of_workshops());
    all.extend(of_topics());
    all.extend(of_attendance());
    all.extend(of_documents());
    all.extend(standing::operations());
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
pub(super) fn command(method: &'static str, route: &'static str, body: Form) -> Operation {
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
        raw: Vec::new(),
        queries: Vec::new(),
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

/// Documents are sent as they are, and said of them is what stands in the address.
fn of_documents() -> Vec<Operation> {
    vec![Operation {
        id: "add_document",
        summary: "Adds a version of a document.",
        tag: "documents",
        needs_body: true,
        raw: MediaType::ALL.map(MediaType::name).to_vec(),
        queries: add_document::parameters(),
        takes_condition: false,
        answer: Answer::MadeOrDone,
        answer_body: Schemas::answer::<add_document::Added>,
        ..command("post", add_document::ROUTE, Schemas::body::<EmptyBody>)
    }]
}
