//! Events of every type, as the golden files hold them.

use anmeldewerk_contract::event_type;
use anmeldewerk_domain::{
    Event, LinkHash, Prose, RegistrationId, catalogue, program,
    workshop::{
        self, AttendanceTaken, Canceller, Cause, Channel, Event as Workshop, GroupPolicy,
        GroupSubmitted, Lapse, MOST_MINUTES, Presence, Reason, Release, Session, Slot,
    },
};

use crate::{
    assignments::{drafted, published, topic_assigned},
    decisions::AT,
    documents::{document_added, every_document},
    municipalities::{every_kind, listed},
    registrations::{
        amended, bare_submitted, bare_substituted, block, full_submitted, partly_amended,
        submitted, substituted,
    },
    workshops::{
        code, day, details, full_settings, full_topic, group, line, passed_over, program, schedule,
        settings,
    },
};

pub(crate) const REGISTRATION: RegistrationId = RegistrationId(1);

/// Events that stand in one golden file.
pub(crate) struct Sample {
    /// The file.
    pub(crate) file: String,
    /// What it holds.
    pub(crate) events: Vec<Event>,
}

/// Gives every sample: one of each type, and those that say what a type can say besides.
pub(crate) fn samples() -> Vec<Sample> {
    let one = events().into_iter().map(|event| Sample {
        file: format!("{}.json", event_type(&event)),
        events: vec![event],
    });
    one.chain(fuller()).chain(every_word()).collect()
}

/// Gives one event of each kind.
pub(crate) fn events() -> Vec<Event> {
    let programs = [
        program::Event::Registered(details()),
        program::Event::Amended(details()),
        program::Event::MunicipalitiesListed(listed()),
    ];
    let programs = programs.into_iter().map(Event::Program);
    let workshops = of_workshops().into_iter().chain(of_registrations());
    let workshops = workshops.map(Event::Workshop);
    let stated = topic_stated("Worum es geht:\num „Rollen“.");
    programs.chain(workshops).chain([stated]).collect()
}

/// Says what a topic is about.
fn topic_stated(outline: &str) -> Event {
    Event::Catalogue(catalogue::Event::TopicStated {
        code: code("rolle"),
        details: catalogue::Details {
            title: line("Die eigene Rolle"),
            outline: Prose::new(outline).expect("a text"),
        },
    })
}

pub(crate) fn created(settings: workshop::Settings) -> Workshop {
    Workshop::Created {
        host: program("sh"),
        settings: Box::new(settings),
    }
}

fn of_workshops() -> Vec<Workshop> {
    vec![
        created(settings()),
        Workshop::SettingsAmended {
            settings: Box::new(full_settings()),
            guarantees_restated: true,
        },
        Workshop::Published,
        Workshop::CalledOff {
            reason: Reason::Organisation,
        },
        Workshop::Postponed {
            schedule: Box::new(schedule()),
        },
        Workshop::GuaranteeReleased {
            program: program("mv"),
            release: Release::Due,
        },
        Workshop::DrawHeld {
            seed: [0xa5; 32],
            places: vec![2, 0, 70_000, u32::MAX],
        },
        Workshop::PassedOver(passed_over()),
        Workshop::GroupSubmitted(Box::new(group())),
    ]
}

fn of_registrations() -> Vec<Workshop> {
    let registration = REGISTRATION;
    let reason = Reason::Duty;
    let place = 7;
    let by = Canceller::Office(Reason::Illness);
    vec![
        Workshop::Submitted(Box::new(submitted())),
        Workshop::EmailConfirmed { registration },
        held(Cause::Admitted),
        confirmed(Cause::SeatPassed),
        Workshop::Waitlisted {
            registration,
            place,
        },
        offered(Cause::SeatPassed),
        Workshop::Declined {
            registration,
            reason,
        },
        lapsed(Lapse::Offer),
        Workshop::Cancelled { registration, by },
        Workshop::Amended(Box::new(amended())),
        Workshop::Substituted(Box::new(substituted())),
        merged(true, false),
        reinstated(true),
        Workshop::MovedToWaitlist {
            registration,
            reason,
            place,
        },
        Workshop::LinkRenewed {
            registration,
            link: LinkHash([18; 32]),
        },
        Workshop::Noted {
            registration,
            note: block(19),
        },
        Workshop::AssignmentDrafted(Box::new(drafted())),
        Workshop::AssignmentPublished(Box::new(published())),
        Workshop::TopicAssigned(topic_assigned()),
        Workshop::AttendanceTaken(Box::new(taken(Some(Reason::Mistake)))),
        Workshop::AttendanceClosed {
            sessions: vec![session(Slot::First), session(Slot::Second)],
        },
        document_added(),
    ]
}

fn session(slot: Slot) -> Session {
    Session {
        day: day(10, 22),
        slot,
    }
}

/// Everything that can be stated of somebody in a session.
fn taken(reason: Option<Reason>) -> AttendanceTaken {
    let present = |minutes| Presence::Present { minutes };
    let stated = [
        Some(present(None)),
        Some(present(Some(0))),
        Some(present(Some(MOST_MINUTES))),
        Some(Presence::Absent),
        Some(Presence::Excused),
        None,
    ];
    let ids = (1..).map(RegistrationId);
    AttendanceTaken {
        session: session(Slot::Second),
        entries: ids.zip(stated).collect(),
        reason,
    }
}

fn held(cause: Cause) -> Workshop {
    Workshop::Held {
        registration: REGISTRATION,
        cause,
    }
}

fn confirmed(cause: Cause) -> Workshop {
    Workshop::Confirmed {
        registration: REGISTRATION,
        cause,
    }
}

fn offered(cause: Cause) -> Workshop {
    Workshop::Offered {
        registration: REGISTRATION,
        expires: AT.hours_later(72),
        cause,
    }
}

fn lapsed(lapse: Lapse) -> Workshop {
    Workshop::Lapsed {
        registration: REGISTRATION,
        lapse,
    }
}

fn merged(takes_state: bool, takes_place: bool) -> Workshop {
    Workshop::Merged {
        registration: REGISTRATION,
        into: RegistrationId(12),
        takes_state,
        takes_place,
    }
}

fn reinstated(overridden: bool) -> Workshop {
    Workshop::Reinstated {
        registration: REGISTRATION,
        reason: Reason::Mistake,
        overridden,
    }
}

/// Types that were written before some of their fields were there, with every field.
fn fuller() -> [Sample; 3] {
    let mut topics = settings();
    topics.topics.push(full_topic());
    [
        sample("full", vec![created(full_settings())]),
        sample("topics", vec![created(topics)]),
        sample(
            "full",
            vec![Workshop::Submitted(Box::new(full_submitted()))],
        ),
    ]
}

/// Types with words in them, once with each word; and with what may be absent absent.
fn every_word() -> Vec<Sample> {
    let by = [
        Canceller::Office(Reason::Other),
        Canceller::Feeder(Some(Reason::Withdrawn)),
        Canceller::Feeder(None),
        Canceller::Participant,
        Canceller::OfferDeclined,
    ];
    let cancelled = by.map(|by| Workshop::Cancelled {
        registration: REGISTRATION,
        by,
    });
    let declined = Reason::ALL.map(|reason| Workshop::Declined {
        registration: REGISTRATION,
        reason,
    });
    let released = [Release::Due, Release::ByHand].map(|release| Workshop::GuaranteeReleased {
        program: program("mv"),
        release,
    });
    let amended = partly_amended().map(|amended| Workshop::Amended(Box::new(amended)));
    let substituted = [Workshop::Substituted(Box::new(bare_substituted()))];
    vec![
        sample("each", cancelled),
        sample("each", declined),
        sample("each", released),
        sample("each", causes().map(held)),
        sample("each", causes().map(confirmed)),
        sample("each", causes().map(offered)),
        sample("each", [Lapse::Offer, Lapse::Email].map(lapsed)),
        sample("each", channels().map(bare)),
        sample("each", policies().map(in_group)),
        sample("each", settings_by_word().map(created)),
        sample("each", amended),
        sample("each", substituted),
        sample("each", every_document()),
        Sample {
            file: "municipalities.listed.v1.each.json".to_owned(),
            events: vec![Event::Program(program::Event::MunicipalitiesListed(
                every_kind(),
            ))],
        },
    ]
}

fn sample(which: &str, events: impl IntoIterator<Item = Workshop>) -> Sample {
    let events: Vec<Event> = events.into_iter().map(Event::Workshop).collect();
    let kind = event_type(&events[0]);
    Sample {
        file: format!("{kind}.{which}.json"),
        events,
    }
}

fn causes() -> [Cause; 6] {
    [
        Cause::Admitted,
        Cause::SeatPassed,
        Cause::ByHand,
        Cause::Approved,
        Cause::OfferAccepted,
        Cause::Override,
    ]
}

fn channels() -> [Channel; 5] {
    [
        Channel::Office,
        Channel::Api,
        Channel::Web,
        Channel::Import,
        Channel::Feed,
    ]
}

fn bare(channel: Channel) -> Workshop {
    Workshop::Submitted(Box::new(bare_submitted(channel)))
}

fn policies() -> [GroupPolicy; 2] {
    [GroupPolicy::Together, GroupPolicy::Partial]
}

fn in_group(policy: GroupPolicy) -> Workshop {
    Workshop::GroupSubmitted(Box::new(GroupSubmitted {
        policy,
        contact: None,
        refused: Vec::new(),
        ..group()
    }))
}

fn settings_by_word() -> [workshop::Settings; 3] {
    let [mut presence, mut online, mut hybrid] = [settings(), settings(), settings()];
    presence.format = workshop::Format::Presence;
    presence.waitlist = workshop::WaitlistPolicy::Off;
    presence.schedule.hours = workshop::Hours::AllDay;
    presence.capacity = None;
    online.format = workshop::Format::Online;
    online.waitlist = workshop::WaitlistPolicy::SkipBlocked;
    online.sign_up = workshop::SignUp::Public;
    online.venue = None;
    hybrid.subtitle = None;
    hybrid.kind = None;
    hybrid.contact = None;
    hybrid.deadlines = workshop::Deadlines::default();
    [presence, online, hybrid]
}

/// Numbers the kinds of events; a kind that is new does not compile before it has a number.
pub(crate) fn kind(event: &Event) -> usize {
    match event {
        Event::Program(program::Event::Registered(_)) => 0,
        Event::Program(program::Event::Amended(_)) => 1,
        Event::Program(program::Event::MunicipalitiesListed(_)) => 2,
        Event::Workshop(event) => 3 + workshop_kind(event),
        Event::Catalogue(_) => 34,
    }
}

fn workshop_kind(event: &Workshop) -> usize {
    match event {
        Workshop::Created { .. } => 0,
        Workshop::SettingsAmended { .. } => 1,
        Workshop::Published => 2,
        Workshop::CalledOff { .. } => 3,
        Workshop::Postponed { .. } => 4,
        Workshop::GuaranteeReleased { .. } => 5,
        Workshop::DrawHeld { .. } => 6,
        Workshop::PassedOver(_) => 7,
        Workshop::GroupSubmitted(_) => 8,
        Workshop::Submitted(_) => 9,
        Workshop::EmailConfirmed { .. } => 10,
        Workshop::Held { .. } => 11,
        Workshop::Confirmed { .. } => 12,
        Workshop::Waitlisted { .. } => 13,
        Workshop::Offered { .. } => 14,
        Workshop::Declined { .. } => 15,
        Workshop::Lapsed { .. } => 16,
        Workshop::Cancelled { .. } => 17,
        Workshop::Amended(_) => 18,
        Workshop::Substituted(_) => 19,
        Workshop::Merged { .. } => 20,
        Workshop::Reinstated { .. } => 21,
        Workshop::MovedToWaitlist { .. } => 22,
        Workshop::LinkRenewed { .. } => 23,
        Workshop::Noted { .. } => 24,
        Workshop::AssignmentDrafted(_) => 25,
        Workshop::AssignmentPublished(_) => 26,
        Workshop::TopicAssigned(_) => 27,
        Workshop::AttendanceTaken(_) => 28,
        Workshop::AttendanceClosed { .. } => 29,
        Workshop::DocumentAdded(_) => 30,
    }
}
