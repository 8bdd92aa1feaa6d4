//! Random stories: what is written to a log, mostly in an order that makes sense.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_domain::{
    GroupId, InputHash, RegistrationId, RunId, TextLine,
    assignment::{Closed, Extent},
    workshop::{
        AssignmentDraft, AssignmentResult, AttendanceTaken, Cause, ContentHash, Document,
        DocumentAdded, DocumentKind, Event, GroupPolicy, GroupSubmitted, Lapse, MediaType,
        Presence, Reason, Release, Schedule, Session, Slot, Solved, TopicAssigned,
    },
};
use anmeldewerk_read_model::Entry;
use proptest::prelude::*;

use crate::{
    house::CREATED,
    story::{
        Log, amended, amended_settings, cancelled, confirmed, created, day, settings, slug,
        submitted, substituted, topic, waitlisted,
    },
};

/// Something that is written to the log.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    Program(u8),
    List {
        program: u8,
        which: u8,
    },
    State {
        topic: u8,
        anew: bool,
    },
    Create(u8),
    Publish(u8),
    Submit {
        workshop: u8,
        registration: u8,
        outcome: Outcomes,
    },
    Move {
        workshop: u8,
        registration: u8,
        to: Outcomes,
    },
    About {
        workshop: u8,
        news: News,
    },
    Amend {
        workshop: u8,
        registration: u8,
    },
    Substitute {
        workshop: u8,
        registration: u8,
        successor: u8,
    },
    Merge {
        workshop: u8,
        registration: u8,
        into: u8,
    },
    /// A topic is given by hand, or taken away.
    Assign {
        workshop: u8,
        registration: u8,
        topic: u8,
    },
    /// A run is drafted, and published for the first so many.
    Run {
        workshop: u8,
        run: u8,
        published: Option<u8>,
    },
    /// Somebody was there, or was not, or nothing is known any more.
    Attend {
        workshop: u8,
        registration: u8,
        session: u8,
        status: u8,
    },
    /// Attendance is closed.
    Close(u8),
    /// A document has a version with this number.
    Document {
        workshop: u8,
        kind: u8,
        number: u8,
    },
    Garbage(u8),
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Outcomes {
    Confirmed,
    Waitlisted,
    Cancelled,
    Offered,
    Lapsed,
    Moved,
    Reinstated,
    EmailConfirmed,
}

/// What happens to a workshop as a whole.
#[derive(Clone, Copy, Debug)]
pub(crate) enum News {
    CalledOff,
    Drawn,
    Restated,
    Amended,
    Postponed,
    Released,
    Grouped(u8),
}

pub(crate) fn op() -> impl Strategy<Value = Op> {
    let workshop = 0_u8..3;
    let registration = 0_u8..24;
    let outcome = prop_oneof![
        3 => Just(Outcomes::Confirmed),
        2 => Just(Outcomes::Waitlisted),
        1 => Just(Outcomes::Cancelled),
        1 => prop::sample::select(vec![
            Outcomes::Offered,
            Outcomes::Lapsed,
            Outcomes::Moved,
            Outcomes::Reinstated,
            Outcomes::EmailConfirmed,
        ]),
    ];
    let news = prop_oneof![
        1 => Just(News::CalledOff),
        3 => Just(News::Drawn),
        2 => prop::sample::select(vec![
            News::Restated,
            News::Amended,
            News::Postponed,
            News::Released,
        ]),
        1 => (0_u8..3).prop_map(News::Grouped),
    ];
    prop_oneof![
        1 => (0_u8..2).prop_map(Op::Program),
        1 => (0_u8..2, 0_u8..4).prop_map(|(program, which)| Op::List { program, which }),
        1 => (0_u8..3, any::<bool>()).prop_map(|(topic, anew)| Op::State { topic, anew }),
        3 => workshop.clone().prop_map(Op::Create),
        1 => workshop.clone().prop_map(Op::Publish),
        8 => (workshop.clone(), registration.clone(), outcome.clone()).prop_map(
            |(workshop, registration, outcome)| Op::Submit { workshop, registration, outcome }),
        8 => (workshop.clone(), registration.clone(), outcome).prop_map(
            |(workshop, registration, to)| Op::Move { workshop, registration, to }),
        3 => (workshop.clone(), news).prop_map(|(workshop, news)| Op::About { workshop, news }),
        2 => (workshop.clone(), registration.clone()).prop_map(
            |(workshop, registration)| Op::Amend { workshop, registration }),
        2 => (workshop.clone(), registration.clone(), registration.clone()).prop_map(
            |(workshop, registration, successor)| Op::Substitute { workshop, registration, successor }),
        2 => (workshop.clone(), registration.clone(), registration).prop_map(
            |(workshop, registration, into)| Op::Merge { workshop, registration, into }),
        3 => (workshop.clone(), 0_u8..24, 0_u8..3).prop_map(
            |(workshop, registration, topic)| Op::Assign { workshop, registration, topic }),
        2 => (workshop.clone(), 0_u8..8, prop::option::of(0_u8..24)).prop_map(
            |(workshop, run, published)| Op::Run { workshop, run, published }),
        4 => (workshop.clone(), 0_u8..24, 0_u8..3, 0_u8..4).prop_map(
            |(workshop, registration, session, status)| Op::Attend { workshop, registration, session, status }),
        1 => workshop.clone().prop_map(Op::Close),
        1 => (workshop.clone(), 0_u8..3, 1_u8..4).prop_map(
            |(workshop, kind, number)| Op::Document { workshop, kind, number }),
        1 => workshop.prop_map(Op::Garbage),
    ]
}

/// Remembers what the rules would, so that most of what is written makes sense.
#[derive(Default)]
struct Sense {
    workshops: BTreeSet<u8>,
    groups: BTreeSet<(u8, u8)>,
    runs: BTreeSet<u8>,
    registrations: BTreeMap<u8, u8>,
}

impl Sense {
    fn makes(&mut self, op: &Op) -> bool {
        match op {
            Op::Program(_) | Op::List { .. } | Op::State { .. } => true,
            Op::Create(workshop) => self.workshops.insert(*workshop),
            Op::Publish(workshop) | Op::Close(workshop) | Op::Document { workshop, .. } => {
                self.workshops.contains(workshop)
            }
            Op::Submit {
                workshop,
                registration,
                ..
            } => self.workshops.contains(workshop) && self.comes(*workshop, *registration),
            Op::Move {
                workshop,
                registration,
                ..
            }
            | Op::Amend {
                workshop,
                registration,
            }
            | Op::Assign {
                workshop,
                registration,
                ..
            }
            | Op::Attend {
                workshop,
                registration,
                ..
            } => self.is_at(*workshop, *registration),
            Op::About { workshop, news } => {
                let once = match news {
                    News::Grouped(group) => self.groups.insert((*workshop, *group)),
                    _ => true,
                };
                self.workshops.contains(workshop) && once
            }
            Op::Substitute {
                workshop,
                registration,
                successor,
            } => self.is_at(*workshop, *registration) && self.comes(*workshop, *successor),
            Op::Merge {
                workshop,
                registration,
                into,
            } => {
                let there = [registration, into].map(|id| self.is_at(*workshop, *id));
                registration != into && there == [true; 2]
            }
            Op::Run { workshop, run, .. } => {
                self.workshops.contains(workshop) && self.runs.insert(*run)
            }
            Op::Garbage(_) => false,
        }
    }

    fn is_at(&self, workshop: u8, registration: u8) -> bool {
        self.registrations.get(&registration) == Some(&workshop)
    }

    fn comes(&mut self, workshop: u8, registration: u8) -> bool {
        let new = !self.registrations.contains_key(&registration);
        if new {
            self.registrations.insert(registration, workshop);
        }
        new
    }
}

/// Writes the story: what makes sense, and of the rest what is marked as wild.
pub(crate) fn tell(ops: &[(Op, bool)]) -> Vec<Entry> {
    let mut log = Log::default();
    let mut sense = Sense::default();
    for (op, wild) in ops {
        if sense.makes(op) || *wild {
            write(&mut log, op);
        }
    }
    log.entries()
}

fn write(log: &mut Log, op: &Op) {
    match op {
        Op::Program(0) => log.program("sh", "Schleswig-Holstein"),
        Op::Program(_) => log.program("mv", "Mecklenburg-Vorpommern"),
        Op::List { program, which } => {
            let keys = ["01053", "13071107", "01053019", "01053091"];
            let (stated, removed) = keys.split_at(usize::from(*which) + 1);
            log.list(["sh", "mv"][usize::from(*program)], stated, removed)
        }
        Op::State { topic, anew } => {
            let title = if *anew { "Rollen" } else { "Die eigene Rolle" };
            log.stated(["rolle", "diskurs", "netz"][usize::from(*topic)], title)
        }
        Op::Create(workshop) => log.workshop(u128::from(*workshop), vec![created()]),
        Op::Publish(workshop) => log.workshop(u128::from(*workshop), vec![Event::Published]),
        Op::Submit {
            workshop,
            registration,
            outcome,
        } => {
            let id = u128::from(*registration);
            let program = if registration % 2 == 0 { "sh" } else { "mv" };
            let wishes = ["rolle", "diskurs"];
            let wishes = &wishes[..usize::from(registration % 3)];
            let events = vec![submitted(id, program, wishes), outcome.of(id)];
            log.workshop(u128::from(*workshop), events)
        }
        Op::Move {
            workshop,
            registration,
            to,
        } => {
            let moved = to.of(u128::from(*registration));
            log.workshop(u128::from(*workshop), vec![moved])
        }
        Op::About { workshop, news } => log.workshop(u128::from(*workshop), vec![news.event()]),
        Op::Amend {
            workshop,
            registration,
        } => {
            let amended = amended(u128::from(*registration));
            log.workshop(u128::from(*workshop), vec![amended])
        }
        Op::Substitute {
            workshop,
            registration,
            successor,
        } => {
            let (id, successor) = (u128::from(*registration), u128::from(*successor));
            log.workshop(u128::from(*workshop), vec![substituted(id, successor)])
        }
        Op::Merge {
            workshop,
            registration,
            into,
        } => log.workshop(u128::from(*workshop), vec![merged(*registration, *into)]),
        Op::Assign { .. }
        | Op::Run { .. }
        | Op::Attend { .. }
        | Op::Close(_)
        | Op::Document { .. } => by_office(log, op),
        Op::Garbage(workshop) => log.garbage(u128::from(*workshop)),
    };
}

/// Writes what an office says of topics and of attendance.
fn by_office<'l>(log: &'l mut Log, op: &Op) -> &'l mut Log {
    match op {
        Op::Assign {
            workshop,
            registration,
            topic,
        } => {
            let assigned = assigned(u128::from(*registration), *topic);
            log.workshop(u128::from(*workshop), vec![assigned])
        }
        Op::Run {
            workshop,
            run,
            published,
        } => assign(log, u128::from(*workshop), (*run, *published)),
        Op::Attend {
            workshop,
            registration,
            session,
            status,
        } => {
            let attended = attended(u128::from(*registration), *session, *status);
            log.workshop(u128::from(*workshop), vec![attended])
        }
        Op::Close(workshop) => {
            let sessions = [0, 1].map(session).into();
            log.workshop(
                u128::from(*workshop),
                vec![Event::AttendanceClosed { sessions }],
            )
        }
        Op::Document {
            workshop,
            kind,
            number,
        } => log.workshop(u128::from(*workshop), vec![documented(*kind, *number)]),
        other => unreachable!("no office says {other:?}"),
    }
}

fn assign(log: &mut Log, workshop: u128, (run, published): (u8, Option<u8>)) -> &mut Log {
    log.workshop(workshop, vec![drafted(run)]);
    if let Some(people) = published {
        log.workshop(workshop, vec![published_for(run, people)]);
    }
    log
}

fn merged(registration: u8, into: u8) -> Event {
    Event::Merged {
        registration: RegistrationId(u128::from(registration)),
        into: RegistrationId(u128::from(into)),
        takes_state: registration.is_multiple_of(2),
        takes_place: into.is_multiple_of(2),
    }
}

fn assigned(id: u128, code: u8) -> Event {
    Event::TopicAssigned(TopicAssigned {
        registration: RegistrationId(id),
        slot: Slot::First,
        previous: None,
        topic: ["rolle", "diskurs"]
            .get(usize::from(code))
            .map(|code| topic(code)),
        reason: Reason::Organisation,
    })
}

fn documented(kind: u8, number: u8) -> Event {
    Event::DocumentAdded(Box::new(DocumentAdded {
        number: u32::from(number),
        document: document(kind, number),
    }))
}

/// Gives one of three kinds of documents, other ones by their content.
pub(crate) fn document(kind: u8, content: u8) -> Document {
    let line = |text| TextLine::new(text).expect("a line");
    Document {
        kind: DocumentKind::ALL[usize::from(kind)],
        content: ContentHash([content; 32]),
        media_type: MediaType::Pdf,
        size: 1_000 + u32::from(content),
        title: line("Hinweise zum Datenschutz"),
        valid_from: content.is_multiple_of(2).then(|| day(10, content + 1)),
        note: content.is_multiple_of(3).then(|| line("Neu")),
    }
}

fn session(number: u8) -> Session {
    Session {
        day: day(10, 22 + number / 2),
        slot: if number.is_multiple_of(2) {
            Slot::First
        } else {
            Slot::Second
        },
    }
}

fn attended(id: u128, number: u8, status: u8) -> Event {
    let stated = match status {
        0 => None,
        1 => Some(Presence::Absent),
        2 => Some(Presence::Present { minutes: None }),
        _ => Some(Presence::Present { minutes: Some(90) }),
    };
    Event::AttendanceTaken(Box::new(AttendanceTaken {
        session: session(number),
        entries: vec![(RegistrationId(id), stated)],
        reason: None,
    }))
}

fn solved(run: u8) -> Solved {
    Solved {
        run: RunId(u128::from(run)),
        extent: Extent::Whole,
        algorithm: 1,
        seed: [run; 32],
        ranks: 3,
        input: InputHash([run; 32]),
        pins: Vec::new(),
    }
}

fn drafted(run: u8) -> Event {
    Event::AssignmentDrafted(Box::new(AssignmentDraft {
        solved: solved(run),
        people: 24,
        placed: BTreeMap::from([(Slot::First, 20)]),
    }))
}

/// Everybody with a smaller number gets one of two topics; whom the workshop does not know gets none.
pub(crate) fn published_for(run: u8, people: u8) -> Event {
    let places = (0..people).map(|id| {
        let code = ["rolle", "diskurs"][usize::from(id % 2)];
        let place = BTreeMap::from([(Slot::First, topic(code))]);
        (RegistrationId(u128::from(id)), place)
    });
    Event::AssignmentPublished(Box::new(AssignmentResult {
        solved: solved(run),
        places: places.collect(),
        closed: vec![Closed {
            slot: Slot::First,
            code: topic("legitimation"),
            size: 1,
            min: 4,
        }],
    }))
}

impl Outcomes {
    fn of(self, id: u128) -> Event {
        match self {
            Self::Confirmed => confirmed(id),
            Self::Waitlisted => waitlisted(id),
            Self::Cancelled => cancelled(id),
            Self::Offered => Event::Offered {
                registration: RegistrationId(id),
                expires: CREATED,
                cause: Cause::SeatPassed,
            },
            Self::Lapsed => Event::Lapsed {
                registration: RegistrationId(id),
                lapse: Lapse::Offer,
            },
            Self::Moved => Event::MovedToWaitlist {
                registration: RegistrationId(id),
                reason: Reason::Organisation,
                place: 1,
            },
            Self::Reinstated => Event::Reinstated {
                registration: RegistrationId(id),
                reason: Reason::Mistake,
                overridden: id.is_multiple_of(2),
            },
            Self::EmailConfirmed => Event::EmailConfirmed {
                registration: RegistrationId(id),
            },
        }
    }
}

impl News {
    fn event(self) -> Event {
        match self {
            Self::CalledOff => Event::CalledOff {
                reason: Reason::Illness,
            },
            Self::Drawn => Event::DrawHeld {
                seed: [0; 32],
                places: vec![2, 0, 3, 1],
            },
            Self::Restated | Self::Amended => amended_settings(matches!(self, Self::Restated)),
            Self::Postponed => Event::Postponed {
                schedule: Box::new(Schedule {
                    first_day: day(10, 21),
                    ..settings().schedule
                }),
            },
            Self::Released => Event::GuaranteeReleased {
                program: slug("mv"),
                release: Release::ByHand,
            },
            Self::Grouped(group) => Event::GroupSubmitted(Box::new(GroupSubmitted {
                group: GroupId(u128::from(group)),
                program: slug("mv"),
                policy: GroupPolicy::Partial,
                contact: None,
                size: 2,
                refused: Vec::new(),
            })),
        }
    }
}
