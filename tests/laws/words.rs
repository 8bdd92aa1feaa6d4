//! What the model and the asks mean in the words of the rules' own interface.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_domain::{
    Boundary, Cutoff, Date, GroupId, Instant, LinkHash, LocalTime, MunicipalityKey, Number,
    PersonId, ProgramId, Prose, ReferenceHash, RegistrationId, ReportingId, Stated, TextLine,
    TopicCode, WorkshopId,
    workshop::{
        Admission, Amender, Amendment, Application, Block, Blocks, Cancellation, Canceller,
        Channel, Command, Deadlines, Format, GroupPolicy, GroupSubmission, Guarantee, Hours, Known,
        OfferedTopic, Offers, Reason, Reinstatement, Schedule, Settings, SignUp, Slot, Submission,
        Substituter, Substitution, WaitlistPolicy, WishPolicy, Wishes,
    },
};

use crate::{
    asks::Ask,
    model::{
        Amending, By, Form, Hour, Id, Model, Patch, Person, Public, Replacer, Replacing, Rules,
        Waitlist, Way, Who, Wish, candidates,
    },
};

const HOUR: i64 = 3_600_000_000;

pub(crate) fn boundary() -> Boundary {
    Boundary::Workshop(WorkshopId(1))
}

/// Gives the instant of an hour.
pub(crate) fn at(hour: Hour) -> Instant {
    Instant::from_micros(hour * HOUR)
}

/// Gives the hour of an instant.
pub(crate) fn hour(instant: Instant) -> Hour {
    assert_eq!(instant.as_micros() % HOUR, 0, "on the hour");
    instant.as_micros() / HOUR
}

pub(crate) fn program(program: u8) -> ProgramId {
    let slug = ["sh", "mv", "nds", "hh"][usize::from(program)];
    ProgramId::new(slug).expect("a slug")
}

pub(crate) fn town(town: u8) -> MunicipalityKey {
    let key = ["01053", "13071107", "03355"][usize::from(town)];
    MunicipalityKey::new(key).expect("a key")
}

pub(crate) fn registration(id: Id) -> RegistrationId {
    RegistrationId(u128::from(id))
}

/// Gives the small number of a registration.
pub(crate) fn small(id: RegistrationId) -> Id {
    Id::try_from(id.0).expect("a small id")
}

/// A person is known inside one program.
pub(crate) fn person(program: u8, person: Person) -> PersonId {
    PersonId(u128::from(program) * 1_000 + u128::from(person))
}

pub(crate) fn reference(reference: u8) -> ReferenceHash {
    ReferenceHash([reference; 32])
}

fn link(id: Id) -> LinkHash {
    let [high, low] = id.to_be_bytes();
    LinkHash([[high, low]; 16].concat().try_into().expect("32 bytes"))
}

fn numbers(id: Id) -> [Number; 3] {
    candidates(id).map(Number::from_random)
}

fn topic(index: u8) -> TopicCode {
    let code = ["rolle", "diskurs", "legitimation", "wirkung"][usize::from(index)];
    TopicCode::new(code).expect("a code")
}

/// Three may be ranked and one ruled out.
pub(crate) fn wishes(wish: Wish) -> Vec<Wishes> {
    let first = |ranked: &[u8], vetoes: &[u8]| Wishes {
        slot: Slot::First,
        ranked: ranked.iter().copied().map(topic).collect(),
        vetoes: vetoes.iter().copied().map(topic).collect(),
    };
    match wish {
        Wish::Topic(topic) => vec![first(&[topic], &[])],
        Wish::SlotTwice => vec![first(&[0], &[]), first(&[0], &[])],
        Wish::TooManyRanked => vec![first(&[0, 1, 2, 3], &[])],
        Wish::TooManyVetoes => vec![first(&[], &[0, 1])],
        Wish::TopicTwice => vec![first(&[0], &[0])],
        Wish::OtherSlot => vec![Wishes {
            slot: Slot::Second,
            ..first(&[0], &[])
        }],
    }
}

fn line(text: &str) -> TextLine {
    TextLine::new(text).expect("a line")
}

fn day() -> Date {
    Date::new(2027, 5, 4).expect("a day")
}

/// A limit at an hour; what people are told of it does not matter here.
pub(crate) fn cutoff(hour: Hour) -> Cutoff {
    Cutoff {
        stated: Stated::Minute(LocalTime::new(day(), 12, 0).expect("noon")),
        instant: at(hour),
    }
}

pub(crate) fn schedule(rules: &Rules) -> Schedule {
    Schedule {
        first_day: day(),
        last_day: day(),
        hours: Hours::AllDay,
        time_zone: line("Europe/Berlin"),
        begins: at(rules.begins),
        ends: at(rules.ends),
    }
}

fn deadlines(rules: &Rules) -> Deadlines {
    Deadlines {
        opens: rules.opens.map(cutoff),
        closes: rules.closes.map(cutoff),
        cancel_until: rules.cancel_until.map(cutoff),
        substitute_until: rules.substitute_until.map(cutoff),
        wishes_until: rules.wishes_until.map(cutoff),
        promotion_stops: rules.stops.map(cutoff),
    }
}

/// Gives each of three that has a value under its key.
fn named<K: Ord, T, V>(
    three: [Option<T>; 3],
    key: impl Fn(u8) -> K,
    value: impl Fn(T) -> V,
) -> BTreeMap<K, V> {
    let all = (0..).zip(three);
    let all = all.filter_map(|(index, stated)| Some((key(index), value(stated?))));
    all.collect()
}

pub(crate) fn settings(rules: &Rules) -> Settings {
    let topics =
        (0..rules.topics).map(|index| OfferedTopic::new(Slot::First, topic(index), line("Thema")));
    Settings {
        slug: TopicCode::new("werkstatt").expect("a slug"),
        title: line("Werkstatt"),
        subtitle: None,
        kind: None,
        description: Prose::default(),
        schedule: schedule(rules),
        venue: None,
        format: Format::Presence,
        participating: (0..3).map(program).collect::<BTreeSet<_>>(),
        contact: None,
        deadlines: deadlines(rules),
        min_participants: None,
        capacity: rules.seats,
        program_caps: named(rules.caps, program, |cap| cap),
        municipality_caps: named(rules.towns, town, |cap| cap),
        guarantees: named(rules.kept, program, |(seats, release)| Guarantee {
            seats,
            release: release.map(cutoff),
        }),
        sign_up: sign_up(rules.public),
        admission: if rules.lottery {
            Admission::Lottery
        } else {
            Admission::FirstCome
        },
        approval: rules.approval,
        waitlist: waitlist(rules.waitlist),
        offers: rules.offers.map_or(Offers::Directly, Offers::Hours),
        wishes: WishPolicy {
            ranks: 3,
            vetoes: 1,
        },
        topics: topics.collect(),
    }
}

fn sign_up(public: Public) -> SignUp {
    match public {
        Public::Closed => SignUp::Programs,
        Public::Open => SignUp::Public,
        Public::Confirmed => SignUp::PublicConfirmed,
    }
}

fn waitlist(waitlist: Waitlist) -> WaitlistPolicy {
    match waitlist {
        Waitlist::Off => WaitlistPolicy::Off,
        Waitlist::Skip => WaitlistPolicy::SkipBlocked,
        Waitlist::Strict => WaitlistPolicy::StrictHead,
    }
}

/// Gives the command that asks for it; new registrations are called `next` and so on.
pub(crate) fn command(ask: &Ask, model: &Model, next: Id) -> Command {
    let why = Reason::Organisation;
    match ask {
        Ask::Submit(form) => Command::Submit(Box::new(submission(form, next))),
        Ask::Group { together, members } => group(*together, members, next),
        Ask::ConfirmEmail(id) => Command::ConfirmEmail(registration(*id)),
        Ask::Approve(id) => Command::Approve(registration(*id)),
        Ask::Decline(id) => Command::Decline(registration(*id), why),
        Ask::Offer(id) => Command::Offer(registration(*id)),
        Ask::Promote(id) => Command::Promote(registration(*id)),
        Ask::Accept(id) => Command::Accept(registration(*id)),
        Ask::DeclineOffer(id) => Command::DeclineOffer(registration(*id)),
        Ask::Cancel(id, by) => Command::Cancel(cancellation(*id, *by)),
        Ask::ToWaitlist(id) => Command::ToWaitlist(registration(*id), why),
        Ask::Reinstate { id, overriding } => Command::Reinstate(Reinstatement {
            registration: registration(*id),
            reason: why,
            overriding: *overriding,
        }),
        Ask::Amend(id, amending) => Command::Amend(Box::new(amendment(*id, *amending, model))),
        Ask::Substitute(id, replacing) => {
            Command::Substitute(Box::new(substitution(*id, *replacing, model, next)))
        }
        Ask::Merge { id, into } => Command::Merge {
            registration: registration(*id),
            into: registration(*into),
        },
        Ask::NewLink(id) => Command::RenewLink {
            registration: registration(*id),
            link: LinkHash([200; 32]),
        },
        Ask::Patch(patch) => Command::AmendSettings {
            settings: Box::new(settings(&model.rules.patched(*patch))),
            guarantees_restated: matches!(patch, Patch::Kept(..)),
        },
        Ask::Release(of) => Command::Release {
            program: program(*of),
        },
        Ask::Draw(seed) => Command::Draw { seed: [*seed; 32] },
        Ask::Postpone(begins) => Command::Postpone {
            schedule: Box::new(schedule(&postponed(&model.rules, *begins))),
        },
        Ask::Publish => Command::Publish,
        Ask::CallOff => Command::CallOff { reason: why },
        Ask::Settle => Command::Settle,
    }
}

/// A postponed workshop is as long as the model thinks.
fn postponed(rules: &Rules, begins: Hour) -> Rules {
    Rules {
        begins,
        ends: begins + 100,
        ..rules.clone()
    }
}

fn cancellation(id: Id, by: By) -> Cancellation {
    Cancellation {
        registration: registration(id),
        by: match by {
            By::Office => Canceller::Office(Reason::Illness),
            By::Feeder => Canceller::Feeder(None),
            By::Participant => Canceller::Participant,
        },
    }
}

/// Nobody has an id of their own, as the vault gives it.
fn known(of: u8, who: Who, nobodys: Id, alike: Option<Person>) -> Known {
    Known {
        person: person(of, who.person().unwrap_or(100 + nobodys)),
        placeholder: who == Who::Nobody,
        look_alikes: alike.map(|alike| person(of, alike)).into_iter().collect(),
        blocks: Blocks::default(),
    }
}

fn submission(form: &Form, id: Id) -> Submission {
    let who = if form.nobody {
        Who::Nobody
    } else {
        Who::Person(form.person)
    };
    let alike = form.alike.filter(|_| !form.nobody);
    Submission {
        application: Application {
            registration: registration(id),
            reporting: ReportingId(u128::from(id)),
            numbers: numbers(id),
            program: program(form.program),
            municipality: town(form.town),
            channel: match form.way {
                Way::Office => Channel::Office,
                Way::Api => Channel::Api,
                Way::Web => Channel::Web,
            },
            reference: form.reference.map(reference),
            wishes: wishes(form.wish),
            privacy_notice: 1,
            has_email: form.email,
            link: link(id),
            overriding: form.overriding.then_some(Reason::Hardship),
        },
        who: known(form.program, who, id, alike),
    }
}

fn group(together: bool, members: &[Form], first: Id) -> Command {
    let members = members.iter().zip(first..);
    Command::SubmitGroup(Box::new(GroupSubmission {
        group: GroupId(u128::from(first)),
        policy: if together {
            GroupPolicy::Together
        } else {
            GroupPolicy::Partial
        },
        contact: None,
        members: members.map(|(form, id)| submission(form, id)).collect(),
    }))
}

fn amendment(id: Id, amending: Amending, model: &Model) -> Amendment {
    let of = model.entry(id).map_or(0, |entry| entry.program);
    Amendment {
        registration: registration(id),
        by: match amending.by {
            By::Office => Amender::Office,
            By::Feeder => Amender::Feeder,
            By::Participant => Amender::Participant,
        },
        municipality: amending.town.map(town),
        wishes: amending.wish.map(wishes),
        privacy_notice: amending.notice,
        data: amending.data.map(|who| Known {
            blocks: sealed(),
            ..known(of, who, id, amending.alike.filter(|_| who != Who::Nobody))
        }),
    }
}

/// Something personal, always sealed anew.
fn sealed() -> Blocks {
    Blocks {
        identity: Some(Block {
            sealed: vec![1, 2, 3],
            commit: [4; 32],
        }),
        ..Blocks::default()
    }
}

fn substitution(id: Id, replacing: Replacing, model: &Model, successor: Id) -> Substitution {
    let of = model.entry(id).map_or(0, |entry| entry.program);
    Substitution {
        registration: registration(id),
        by: match replacing.by {
            Replacer::Participant => Substituter::Participant,
            Replacer::Office => Substituter::Office,
            Replacer::Host { reason } => Substituter::Host(reason.then_some(Reason::Illness)),
        },
        successor: registration(successor),
        reporting: ReportingId(u128::from(successor)),
        numbers: numbers(successor),
        municipality: town(replacing.town),
        channel: Channel::Office,
        privacy_notice: 1,
        link: link(successor),
        who: known(of, replacing.who, successor, None),
    }
}
