//! Given what has happened, when something is asked, then exactly this follows.

mod admission;
mod amendment;
mod answers;
mod attendance;
mod bounds;
mod buckets;
mod confirmation;
mod dates;
mod documents;
mod groups;
mod guests;
mod lots;
mod merging;
mod mistakes;
mod offers;
mod office;
mod persons;
mod settings;
mod settling;
mod states;
mod story;
mod substitution;
mod topics;
mod waitlist;

use std::collections::{BTreeMap, BTreeSet};

use guests::{Guest, guest, id, known, link, number, person, submit};
use story::{Story, draft, given};

use super::*;
use crate::{
    Cutoff, Date, GroupId, Instant, LinkHash, LocalTime, MunicipalityKey, Number, PersonId,
    ProgramId, Prose, ReferenceHash, RegistrationId, Rejection, ReportingId, Stated, TextLine,
};

/// 1 August 2019, 10:00 in Berlin.
const OPEN: Instant = Instant::from_micros(1_564_646_400_000_000);
/// The start of 1 October 2019 in Berlin.
const DEADLINE: Instant = Instant::from_micros(1_569_880_800_000_000);
/// The start of 22 October 2019 in Berlin.
const BEGIN: Instant = Instant::from_micros(1_571_695_200_000_000);
/// The start of 24 October 2019 in Berlin.
const END: Instant = Instant::from_micros(1_571_868_000_000_000);

fn just_before(at: Instant) -> Instant {
    Instant::from_micros(at.as_micros() - 1)
}

fn program(slug: &str) -> ProgramId {
    ProgramId::new(slug).expect("a slug")
}

fn municipality(key: &str) -> MunicipalityKey {
    MunicipalityKey::new(key).expect("a key")
}

fn topic(code: &str) -> TopicCode {
    TopicCode::new(code).expect("a code")
}

fn line(text: &str) -> TextLine {
    TextLine::new(text).expect("a line")
}

fn day(month: u8, day: u8) -> Date {
    Date::new(2019, month, day).expect("a day")
}

fn minute(date: Date, hour: u8, minute: u8) -> Stated {
    Stated::Minute(LocalTime::new(date, hour, minute).expect("a minute"))
}

fn last_of_september() -> Cutoff {
    Cutoff {
        stated: Stated::Day(day(9, 30)),
        instant: DEADLINE,
    }
}

/// The start of 1 September 2019 in Berlin.
fn first_of_september() -> Cutoff {
    Cutoff {
        stated: Stated::Day(day(9, 1)),
        instant: Instant::from_micros(1_567_288_800_000_000),
    }
}

fn schedule() -> Schedule {
    Schedule {
        first_day: day(10, 22),
        last_day: day(10, 23),
        hours: Hours::AllDay,
        time_zone: line("Europe/Berlin"),
        begins: BEGIN,
        ends: END,
    }
}

/// Gives a workshop of `sh`, `mv` and `ni` in which people come first and first come, and wait when it is full.
fn settings(capacity: Option<u32>) -> Settings {
    Settings {
        slug: topic("moelln-2019"),
        title: line("Qualifizierungswerkstatt"),
        subtitle: None,
        kind: None,
        description: Prose::default(),
        schedule: schedule(),
        venue: None,
        format: Format::Presence,
        participating: ["mv", "ni", "sh"].into_iter().map(program).collect(),
        contact: None,
        deadlines: Deadlines {
            closes: Some(last_of_september()),
            cancel_until: Some(last_of_september()),
            ..Deadlines::default()
        },
        min_participants: None,
        capacity,
        program_caps: BTreeMap::new(),
        municipality_caps: BTreeMap::new(),
        guarantees: BTreeMap::new(),
        sign_up: SignUp::Programs,
        admission: Admission::FirstCome,
        approval: false,
        waitlist: WaitlistPolicy::SkipBlocked,
        offers: Offers::Directly,
        wishes: WishPolicy {
            ranks: 3,
            vetoes: 1,
        },
        topics: offered_topics(),
    }
}

fn offered_topics() -> Vec<OfferedTopic> {
    let offered = |code| OfferedTopic::new(Slot::First, topic(code), line(code));
    ["rolle", "diskurs"].map(offered).to_vec()
}

fn seats(capacity: u32) -> Settings {
    settings(Some(capacity))
}

fn with(mut settings: Settings, change: impl FnOnce(&mut Settings)) -> Settings {
    change(&mut settings);
    settings
}

/// Gives these seats with `kept` of them guaranteed to a program, until 1 September begins.
fn guaranteed(settings: Settings, slug: &str, kept: u32) -> Settings {
    with(settings, |s| {
        let release = Some(first_of_september());
        let guarantee = Guarantee {
            seats: kept,
            release,
        };
        s.guarantees.insert(program(slug), guarantee);
    })
}

fn offering(settings: Settings, hours: u16) -> Settings {
    with(settings, |s| s.offers = Offers::Hours(hours))
}

fn approving(settings: Settings) -> Settings {
    with(settings, |s| s.approval = true)
}

fn waiting_by(settings: Settings, policy: WaitlistPolicy) -> Settings {
    with(settings, |s| s.waitlist = policy)
}

fn drawing_lots(settings: Settings) -> Settings {
    with(settings, |s| s.admission = Admission::Lottery)
}

fn confirming(settings: Settings) -> Settings {
    with(settings, |s| s.sign_up = SignUp::PublicConfirmed)
}

/// Registers these one after another.
fn submit_all(who: impl IntoIterator<Item = u32>) -> Vec<Command> {
    who.into_iter().map(submit).collect()
}

fn came_in(who: u32) -> Event {
    guest(who).came_in()
}

/// A participant gives their place back.
fn cancel(who: u32) -> Command {
    cancel_by(who, Canceller::Participant)
}

fn cancel_by(who: u32, by: Canceller) -> Command {
    let registration = id(who);
    Command::Cancel(Cancellation { registration, by })
}

fn to_waitlist(who: u32) -> Command {
    Command::ToWaitlist(id(who), Reason::Organisation)
}

fn reinstate(who: u32) -> Command {
    Command::Reinstate(Reinstatement {
        registration: id(who),
        reason: Reason::Mistake,
        overriding: false,
    })
}

fn reinstate_over(who: u32) -> Command {
    Command::Reinstate(Reinstatement {
        registration: id(who),
        reason: Reason::Hardship,
        overriding: true,
    })
}

/// States the settings anew, without a word about guarantees.
fn restate(settings: Settings) -> Command {
    Command::AmendSettings {
        settings: Box::new(settings),
        guarantees_restated: false,
    }
}

fn restated(settings: Settings) -> Event {
    Event::SettingsAmended {
        settings: Box::new(settings),
        guarantees_restated: false,
    }
}

fn create(settings: Settings) -> Command {
    Command::Create {
        host: program("sh"),
        settings: Box::new(settings),
    }
}

fn confirmed(who: u32, cause: Cause) -> Event {
    let registration = id(who);
    Event::Confirmed {
        registration,
        cause,
    }
}

fn held(who: u32, cause: Cause) -> Event {
    let registration = id(who);
    Event::Held {
        registration,
        cause,
    }
}

/// The seat of somebody else passed on to them.
fn passed_to(who: u32) -> Event {
    confirmed(who, Cause::SeatPassed)
}

fn waits(who: u32, place: u32) -> Event {
    let registration = id(who);
    Event::Waitlisted {
        registration,
        place,
    }
}

fn offered(who: u32, expires: Instant) -> Event {
    Event::Offered {
        registration: id(who),
        expires,
        cause: Cause::SeatPassed,
    }
}

fn lapsed(who: u32, lapse: Lapse) -> Event {
    let registration = id(who);
    Event::Lapsed {
        registration,
        lapse,
    }
}

fn gave_back(who: u32) -> Event {
    cancelled(who, Canceller::Participant)
}

fn cancelled(who: u32, by: Canceller) -> Event {
    let registration = id(who);
    Event::Cancelled { registration, by }
}

fn released(slug: &str, release: Release) -> Event {
    let program = program(slug);
    Event::GuaranteeReleased { program, release }
}

fn wrong(state: &'static str, command: &'static str) -> Rejection {
    Rejection::TransitionNotAllowed { state, command }
}

fn late(deadline: Cutoff) -> Rejection {
    Rejection::DeadlinePassed { deadline }
}

fn exhausted(bucket: Bucket, free: Option<u32>) -> Rejection {
    Rejection::QuotaExhausted(Exhausted { bucket, free })
}

fn full_workshop(size: u32) -> Bucket {
    Bucket::Workshop { size }
}

fn full_program(slug: &str, size: u32) -> Bucket {
    let program = program(slug);
    Bucket::Program { program, size }
}

fn full_municipality(key: &str, size: u32) -> Bucket {
    let municipality = municipality(key);
    Bucket::Municipality { municipality, size }
}
