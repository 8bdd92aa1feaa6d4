//! The table of transitions: every line of it is possible, and nothing else is.

use std::collections::BTreeSet;

use anmeldewerk_domain::{
    Command, Rejection, State, decide, evolve,
    workshop::{self, Situation, Status},
};

use crate::{
    asks::{Ask, Step},
    model::{
        Amending, By, Form, Hour, Id, Patch, Person, Public, Replacer, Replacing, Rules, Way, Who,
        Wish,
    },
    run::{self, Run},
    sources::sources,
    words,
};

/// From where, by which command, to where.
const TABLE: [(&str, &str, &str); 42] = [
    ("submitted", "registration.confirm_email", "confirmed"),
    ("submitted", "registration.decline", "declined"),
    ("submitted", "registration.cancel", "cancelled"),
    ("submitted", "registration.amend", "submitted"),
    ("submitted", "registration.merge", "merged"),
    ("pending_approval", "registration.approve", "confirmed"),
    ("pending_approval", "registration.decline", "declined"),
    ("pending_approval", "registration.cancel", "cancelled"),
    ("pending_approval", "registration.amend", "pending_approval"),
    ("pending_approval", "registration.merge", "merged"),
    ("confirmed", "registration.cancel", "cancelled"),
    ("confirmed", "registration.amend", "confirmed"),
    ("confirmed", "registration.merge", "merged"),
    ("confirmed", "registration.substitute", "transferred"),
    ("confirmed", "registration.to_waitlist", "waitlisted"),
    ("waitlisted", "registration.decline", "declined"),
    ("waitlisted", "registration.offer", "offered"),
    ("waitlisted", "registration.promote", "confirmed"),
    ("waitlisted", "registration.cancel", "cancelled"),
    ("waitlisted", "registration.amend", "waitlisted"),
    ("waitlisted", "registration.merge", "merged"),
    ("offered", "registration.accept", "confirmed"),
    ("offered", "registration.decline_offer", "cancelled"),
    ("offered", "registration.cancel", "cancelled"),
    ("offered", "registration.amend", "offered"),
    ("offered", "registration.merge", "merged"),
    ("declined", "registration.reinstate", "confirmed"),
    ("lapsed", "registration.reinstate", "confirmed"),
    ("cancelled", "registration.reinstate", "confirmed"),
    // The secret also opens what has ended, for reading.
    ("submitted", "registration.new_link", "submitted"),
    (
        "pending_approval",
        "registration.new_link",
        "pending_approval",
    ),
    ("confirmed", "registration.new_link", "confirmed"),
    ("waitlisted", "registration.new_link", "waitlisted"),
    ("offered", "registration.new_link", "offered"),
    ("declined", "registration.new_link", "declined"),
    ("lapsed", "registration.new_link", "lapsed"),
    ("cancelled", "registration.new_link", "cancelled"),
    ("transferred", "registration.new_link", "transferred"),
    ("merged", "registration.new_link", "merged"),
    ("attended", "registration.new_link", "attended"),
    (
        "partially_attended",
        "registration.new_link",
        "partially_attended",
    ),
    ("no_show", "registration.new_link", "no_show"),
];

/// Who is asked about; one who came before, and one who may be the same, stand beside.
const WHO: Id = 1;
const TWIN: Id = 2;

/// What may be asked of a registration, so that nothing but its state speaks against it.
fn asks() -> [Ask; 14] {
    let amending = Amending {
        by: By::Office,
        town: None,
        wish: Some(Wish::Topic(1)),
        notice: None,
        data: None,
        alike: None,
    };
    let replacing = Replacing {
        by: Replacer::Office,
        who: Who::Person(8),
        town: 0,
    };
    [
        Ask::ConfirmEmail(WHO),
        Ask::Approve(WHO),
        Ask::Decline(WHO),
        Ask::Offer(WHO),
        Ask::Promote(WHO),
        Ask::Accept(WHO),
        Ask::DeclineOffer(WHO),
        Ask::Cancel(WHO, By::Office),
        Ask::ToWaitlist(WHO),
        Ask::Reinstate {
            id: WHO,
            overriding: false,
        },
        Ask::Amend(WHO, amending),
        Ask::Substitute(WHO, replacing),
        Ask::Merge {
            id: WHO,
            into: TWIN,
        },
        Ask::NewLink(WHO),
    ]
}

fn form(person: Person) -> Form {
    Form {
        person,
        nobody: false,
        program: 0,
        town: 0,
        way: Way::Office,
        email: true,
        reference: None,
        alike: None,
        overriding: false,
        wish: Wish::Topic(0),
    }
}

/// Three come: somebody, who is asked about, and one who may be the same.
fn three(way: Way) -> Vec<Step> {
    let who = Form { way, ..form(1) };
    let twin = Form {
        alike: Some(1),
        ..form(2)
    };
    let all = [form(9), who, twin];
    all.map(|form| (0, Ask::Submit(form))).into()
}

fn stood(rules: &Rules, way: Way, then: Vec<Step>) -> Run {
    run::run(rules, &[three(way), then].concat())
}

fn confirmed(then: Ask) -> Run {
    stood(&Rules::default(), Way::Office, vec![(0, then)])
}

fn by_email(after: Hour) -> Run {
    let rules = Rules {
        public: Public::Confirmed,
        ..Rules::default()
    };
    stood(&rules, Way::Web, vec![(after, Ask::Settle)])
}

fn offered(then: Vec<Step>) -> Run {
    let rules = Rules {
        seats: Some(1),
        offers: Some(5),
        ..Rules::default()
    };
    let cancel = (0, Ask::Cancel(0, By::Office));
    stood(&rules, Way::Office, [vec![cancel], then].concat())
}

/// Somebody in each of the situations, and in both in which they may have lapsed.
fn everywhere() -> [(&'static str, Run); 14] {
    let approval = Rules {
        approval: true,
        ..Rules::default()
    };
    let stopped = Rules {
        seats: Some(1),
        stops: Some(1),
        ..Rules::default()
    };
    let more = Ask::Patch(Patch::Seats(Some(9)));
    let cancel = |id| Ask::Cancel(id, By::Office);
    let [.., substitute, merge, _] = asks();
    [
        ("submitted", by_email(1)),
        ("pending_approval", stood(&approval, Way::Office, vec![])),
        ("confirmed", confirmed(Ask::Settle)),
        (
            "waitlisted",
            stood(&stopped, Way::Office, vec![(1, cancel(0))]),
        ),
        ("offered", offered(vec![])),
        (
            "declined",
            stood(&approval, Way::Office, vec![(0, Ask::Decline(WHO))]),
        ),
        ("lapsed", offered(vec![(5, more)])),
        ("lapsed", by_email(48)),
        ("cancelled", confirmed(cancel(WHO))),
        ("transferred", confirmed(substitute)),
        ("merged", confirmed(merge)),
        ("attended", confirmed(Ask::Settle).attended(WHO, 2)),
        (
            "partially_attended",
            confirmed(Ask::Settle).attended(WHO, 1),
        ),
        ("no_show", confirmed(Ask::Settle).attended(WHO, 0)),
    ]
}

fn situation(state: &State) -> Situation {
    let registration = words::registration(WHO);
    run::existing(state).registrations[&registration].situation
}

/// Gives what a command leads to: the name of the state, or the refusal.
fn outcome(run: &Run, command: workshop::Command) -> Result<&'static str, Rejection> {
    let events = decide(&run.state, run.at(), &Command::Workshop(command))?;
    let state = events.iter().fold(run.state.clone(), evolve);
    Ok(situation(&state).name())
}

/// Gives what the table says.
fn listed(from: &'static str, run: &Run, kind: &'static str) -> Result<&'static str, Rejection> {
    let mut lines = TABLE.iter().filter(|line| (line.0, line.1) == (from, kind));
    if let Some((.., to)) = lines.next() {
        return Ok(to);
    }
    match (situation(&run.state), kind) {
        (
            Situation::Lapsed {
                lapse: workshop::Lapse::Offer,
                expired,
            },
            "registration.accept" | "registration.decline_offer",
        ) => Err(Rejection::OfferExpired { expired }),
        (
            Situation::Lapsed {
                lapse: workshop::Lapse::Email,
                expired,
            },
            "registration.confirm_email",
        ) => Err(Rejection::ConfirmationExpired { expired }),
        _ => Err(Rejection::TransitionNotAllowed {
            state: from,
            command: kind,
        }),
    }
}

#[test]
fn from_every_situation_every_command_does_what_the_table_says_and_nothing_else() {
    for (from, run) in everywhere() {
        assert_eq!(situation(&run.state).name(), from);
        for ask in asks() {
            let command = run.command(&ask);
            let kind = command.kind();
            let expected = listed(from, &run, kind);
            assert_eq!(outcome(&run, command), expected, "{kind} from {from}");
        }
    }
}

#[test]
fn every_command_about_a_registration_and_every_situation_is_in_the_table() {
    let (_, run) = &everywhere()[2];
    let commands = asks().map(|ask| run.command(&ask));
    let about =
        |command: &workshop::Command| command.registration() == Some(words::registration(WHO));
    assert!(commands.iter().all(about));
    let kinds: BTreeSet<&str> = commands.iter().map(workshop::Command::kind).collect();
    let listed: BTreeSet<&str> = TABLE.iter().map(|line| line.1).collect();
    assert_eq!(kinds, listed);
    let stood: BTreeSet<&str> = everywhere().iter().map(|(name, _)| *name).collect();
    assert_eq!(stood, BTreeSet::from(Situation::NAMES));
}

/// What may be asked of a workshop in which status; a publication asked twice changes nothing.
const STATUSES: [(&str, Status, bool); 21] = [
    ("workshop.amend", Status::Draft, true),
    ("workshop.amend", Status::Published, true),
    ("workshop.amend", Status::Cancelled, false),
    ("workshop.publish", Status::Draft, true),
    ("workshop.publish", Status::Published, true),
    ("workshop.publish", Status::Cancelled, false),
    ("workshop.postpone", Status::Draft, true),
    ("workshop.postpone", Status::Published, true),
    ("workshop.postpone", Status::Cancelled, false),
    ("workshop.cancel", Status::Draft, true),
    ("workshop.cancel", Status::Published, true),
    ("workshop.cancel", Status::Cancelled, false),
    ("workshop.draw", Status::Draft, false),
    ("workshop.draw", Status::Published, true),
    ("workshop.draw", Status::Cancelled, false),
    ("workshop.release", Status::Draft, true),
    ("workshop.release", Status::Published, true),
    ("workshop.release", Status::Cancelled, false),
    ("workshop.settle", Status::Draft, true),
    ("workshop.settle", Status::Published, true),
    ("workshop.settle", Status::Cancelled, true),
];

fn host_asks(run: &Run) -> Vec<workshop::Command> {
    let more = Ask::Patch(Patch::Seats(Some(9)));
    let asks = [
        more,
        Ask::Publish,
        Ask::Postpone(300),
        Ask::CallOff,
        Ask::Draw(7),
        Ask::Release(0),
        Ask::Settle,
    ];
    asks.iter().map(|ask| run.command(ask)).collect()
}

#[test]
fn a_workshop_is_changed_before_it_is_called_off_and_never_after() {
    let rules = Rules {
        lottery: true,
        closes: Some(1),
        kept: [Some((1, None)), None, None],
        ..Rules::default()
    };
    for status in Status::ALL {
        let run = run::brought(&rules, status, 2);
        for command in host_asks(&run) {
            let kind = command.kind();
            let mut lines = STATUSES
                .iter()
                .filter(|line| (line.0, line.1) == (kind, status));
            let (.., may) = lines
                .next()
                .expect("every command is listed for every status");
            let refusal = Rejection::TransitionNotAllowed {
                state: status.name(),
                command: kind,
            };
            let decided = decide(&run.state, run.at(), &Command::Workshop(command));
            let expected = if *may { Ok(()) } else { Err(refusal) };
            assert_eq!(decided.map(drop), expected, "{kind} of a {}", status.name());
        }
    }
}

/// By which route each command is reached: the file and the end of its address. What is due needs none.
const ROUTES: [(&str, &str, &str); 20] = [
    ("workshop.amend", "amend_workshop", "/{workshop}"),
    ("workshop.publish", "publish_workshop", "/publish"),
    ("workshop.postpone", "postpone_workshop", "/postpone"),
    ("workshop.cancel", "cancel_workshop", "/cancel"),
    ("workshop.draw", "draw_lots", "/draw"),
    ("workshop.release", "release_guarantee", "/release"),
    (
        "registration.confirm_email",
        "confirm_email",
        "/confirm-email",
    ),
    ("registration.approve", "approve_registration", "/approve"),
    ("registration.decline", "decline_registration", "/decline"),
    ("registration.offer", "offer_seat", "/offer"),
    ("registration.promote", "promote_registration", "/promote"),
    ("registration.accept", "accept_offer", "/accept"),
    (
        "registration.decline_offer",
        "decline_offer",
        "/decline-offer",
    ),
    ("registration.cancel", "cancel_registration", "/cancel"),
    ("registration.to_waitlist", "to_waitlist", "/to-waitlist"),
    (
        "registration.reinstate",
        "reinstate_registration",
        "/reinstate",
    ),
    (
        "registration.amend",
        "amend_registration",
        "/{registration}",
    ),
    (
        "registration.substitute",
        "substitute_registration",
        "/substitute",
    ),
    ("registration.merge", "merge_registration", "/merge"),
    ("registration.new_link", "renew_link", "/new-link"),
];

#[test]
fn every_command_of_the_tables_is_reached_by_a_route() {
    let listed: BTreeSet<&str> = TABLE.iter().map(|line| line.1).collect();
    let of_workshops = STATUSES.iter().map(|line| line.0);
    let asked = of_workshops.filter(|kind| *kind != "workshop.settle");
    let needed: BTreeSet<&str> = listed.into_iter().chain(asked).collect();
    let routed: BTreeSet<&str> = ROUTES.iter().map(|line| line.0).collect();
    assert_eq!(needed, routed);
    let sources = sources("services/registration/src/routes");
    let source = |file: &str| {
        let named = |(path, _): &&(String, String)| path.ends_with(&format!("/routes/{file}.rs"));
        let found = sources.iter().find(named);
        &found.expect("a file for the route").1
    };
    for (kind, file, end) in ROUTES {
        assert!(source(file).contains(&format!("{end}\";")), "{kind}: {end}");
        let mounted = format!("{file}::ROUTE");
        assert!(source("mod").contains(&mounted), "{kind}: {mounted}");
    }
}

/// Whether somebody may register: before it is open, while it is, and when all is over.
#[test]
fn people_register_at_a_published_workshop_and_no_other() {
    let opens = Rules {
        opens: Some(5),
        ..Rules::default()
    };
    let stated = opens.opens.map(|hour| words::cutoff(hour).stated);
    let not_open = |opens| Err(Rejection::RegistrationNotOpen { opens });
    let called_off = |command| {
        Err(Rejection::TransitionNotAllowed {
            state: "cancelled",
            command,
        })
    };
    let submit = Ask::Submit(form(1));
    for (status, hour, answer) in [
        (Status::Draft, 4, not_open(None)),
        (Status::Draft, 5, not_open(None)),
        (Status::Published, 4, not_open(stated)),
        (Status::Published, 5, Ok(())),
        (Status::Cancelled, 4, called_off("registration.submit")),
        (Status::Cancelled, 5, called_off("registration.submit")),
    ] {
        let run = run::brought(&opens, status, hour);
        let command = Command::Workshop(run.command(&submit));
        let decided = decide(&run.state, run.at(), &command).map(drop);
        assert_eq!(decided, answer, "{status:?} in hour {hour}");
    }
}
