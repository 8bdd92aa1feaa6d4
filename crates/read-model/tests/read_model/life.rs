//! Random lives of a workshop, decided by the rules themselves.

use std::collections::BTreeMap;

use anmeldewerk_contract::event_type;
use anmeldewerk_domain::{
    GroupId, Instant, LinkHash, MunicipalityKey, Number, PersonId, ProgramId, RegistrationId,
    ReportingId,
    workshop::{
        Admission, Amender, Amendment, Application, Blocks, Cancellation, Canceller, Channel,
        Command, Event, GroupContact, GroupPolicy, GroupSubmission, Known, Presence, Reason,
        Reinstatement, Settings, State, Submission, Substituter, Substitution, SwapTopics, decide,
        evolve, settle,
    },
};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};

use crate::{
    office::{Choice, choice, presence, slot},
    rules::{Rules, rules},
    story::{block, day, slug, wished},
    tale::document,
};

/// Something that is asked for; a number stands for one of the registrations there are.
#[derive(Clone, Debug)]
pub(crate) enum Wish {
    Submit(Person),
    Group(Vec<Person>, bool),
    ConfirmEmail(usize),
    Approve(usize),
    Decline(usize),
    Offer(usize),
    Promote(usize),
    Accept(usize),
    DeclineOffer(usize),
    Cancel(usize, u8),
    ToWaitlist(usize),
    Reinstate(usize, bool),
    Amend(usize, Person),
    Substitute(usize, Person),
    Merge(usize, usize),
    RenewLink(usize),
    Draw,
    /// A run, drafted, and published if so said.
    Run(bool),
    Assign(usize, Choice),
    Swap(usize, usize, bool),
    /// Attendance of some in a session, and of nobody twice.
    Attend(Vec<(usize, Presence)>, u8),
    Close(bool),
    Document(u8, u8),
    Release(bool),
    Settings(Rules, bool),
    Postpone(u8),
    CallOff,
    Pass(u16),
}

/// Whoever is registered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    who: u8,
    north: bool,
    municipality: u8,
    web: bool,
    overriding: bool,
}

fn person() -> impl Strategy<Value = Person> {
    let flags = (
        any::<bool>(),
        0_u8..3,
        any::<bool>(),
        prop::bool::weighted(0.1),
    );
    (0_u8..14, flags).prop_map(|(who, (north, municipality, web, overriding))| Person {
        who,
        north,
        municipality,
        web,
        overriding,
    })
}

pub(crate) fn wish() -> impl Strategy<Value = Wish> {
    let one = || 0_usize..24;
    prop_oneof![
        12 => person().prop_map(Wish::Submit),
        1 => (prop::collection::vec(person(), 1..4), any::<bool>())
            .prop_map(|(members, together)| Wish::Group(members, together)),
        2 => one().prop_map(Wish::ConfirmEmail),
        2 => one().prop_map(Wish::Approve),
        1 => one().prop_map(Wish::Decline),
        1 => one().prop_map(Wish::Offer),
        1 => one().prop_map(Wish::Promote),
        2 => one().prop_map(Wish::Accept),
        1 => one().prop_map(Wish::DeclineOffer),
        3 => (one(), 0_u8..4).prop_map(|(id, by)| Wish::Cancel(id, by)),
        3 => one().prop_map(Wish::ToWaitlist),
        2 => (one(), any::<bool>()).prop_map(|(id, over)| Wish::Reinstate(id, over)),
        2 => (one(), person()).prop_map(|(id, other)| Wish::Amend(id, other)),
        2 => (one(), person()).prop_map(|(id, other)| Wish::Substitute(id, other)),
        4 => (one(), one()).prop_map(|(id, into)| Wish::Merge(id, into)),
        1 => one().prop_map(Wish::RenewLink),
        3 => Just(Wish::Draw),
        4 => prop::bool::weighted(0.8).prop_map(Wish::Run),
        3 => (one(), choice()).prop_map(|(id, choice)| Wish::Assign(id, choice)),
        1 => (one(), one(), any::<bool>()).prop_map(|(one, other, second)| Wish::Swap(one, other, second)),
        1 => any::<bool>().prop_map(Wish::Release),
        2 => (rules(), any::<bool>()).prop_map(|(rules, restated)| Wish::Settings(rules, restated)),
        1 => (0_u8..3).prop_map(Wish::Postpone),
        1 => prop::bool::weighted(0.1).prop_map(|off| if off { Wish::CallOff } else { Wish::Draw }),
        2 => (prop::collection::vec((one(), presence()), 1..6), 0_u8..8)
            .prop_map(|(people, session)| Wish::Attend(people, session)),
        1 => any::<bool>().prop_map(Wish::Close),
        1 => (0_u8..3, 0_u8..2).prop_map(|(kind, content)| Wish::Document(kind, content)),
        2 => (1_u16..1000).prop_map(Wish::Pass),
    ]
}

/// A workshop that lives by the rules, and what was decided about it.
pub(crate) struct Life {
    pub(crate) state: State,
    pub(crate) decisions: Vec<Vec<Event>>,
    pub(crate) at: Instant,
    made: u128,
}

impl Life {
    pub(crate) fn of(rules: Rules, wishes: &[Wish]) -> Self {
        let mut life = Self {
            state: State::Unborn,
            decisions: Vec::new(),
            at: Instant::from_micros(1_564_650_000_000_000),
            made: 0,
        };
        life.ask(&Command::Create {
            host: slug("sh"),
            settings: Box::new(rules.settings()),
        });
        life.ask(&Command::Publish);
        for wish in wishes {
            life.live(wish);
        }
        life
    }

    /// Decides what is asked for, behind what is due.
    pub(crate) fn ask(&mut self, command: &Command) {
        loop {
            let due = settle(&self.state, self.at);
            if due.is_empty() {
                break;
            }
            self.happens(due);
        }
        if let Ok(events) = decide(&self.state, self.at, command)
            && !events.is_empty()
        {
            self.happens(events);
        }
    }

    fn happens(&mut self, events: Vec<Event>) {
        let before = std::mem::take(&mut self.state);
        self.state = events.iter().fold(before, evolve);
        self.decisions.push(events);
    }

    fn live(&mut self, wish: &Wish) {
        if let Wish::Pass(hours) = wish {
            self.at = self.at.hours_later(*hours);
        } else if let Wish::Run(published) = wish {
            self.run(*published);
        } else if let Some(command) = self.command(wish) {
            self.ask(&command);
        }
    }

    fn command(&mut self, wish: &Wish) -> Option<Command> {
        Some(match wish {
            Wish::Submit(person) => Command::Submit(Box::new(self.submission(*person))),
            Wish::Group(members, together) => self.group(members, *together),
            Wish::ConfirmEmail(n) => Command::ConfirmEmail(self.one(*n)?),
            Wish::Approve(n) => Command::Approve(self.one(*n)?),
            Wish::Decline(n) => Command::Decline(self.one(*n)?, Reason::NotEligible),
            Wish::Offer(n) => Command::Offer(self.one(*n)?),
            Wish::Promote(n) => Command::Promote(self.one(*n)?),
            Wish::Accept(n) => Command::Accept(self.one(*n)?),
            Wish::DeclineOffer(n) => Command::DeclineOffer(self.one(*n)?),
            Wish::Cancel(n, by) => Command::Cancel(Cancellation {
                registration: self.one(*n)?,
                by: canceller(*by),
            }),
            Wish::ToWaitlist(n) => Command::ToWaitlist(self.one(*n)?, Reason::Organisation),
            Wish::Reinstate(n, overriding) => Command::Reinstate(Reinstatement {
                registration: self.one(*n)?,
                reason: Reason::Mistake,
                overriding: *overriding,
            }),
            Wish::Amend(n, other) => self.amendment(*n, *other)?,
            Wish::Substitute(n, other) => self.substitution(*n, *other)?,
            Wish::Merge(n, into) => Command::Merge {
                registration: self.one(*n)?,
                into: self.one(*into)?,
            },
            Wish::RenewLink(n) => Command::RenewLink {
                registration: self.one(*n)?,
                link: link(self.next()),
            },
            Wish::Draw => self.draw(),
            Wish::Release(north) => Command::Release {
                program: program(*north),
            },
            Wish::Settings(rules, guarantees_restated) => Command::AmendSettings {
                settings: Box::new(self.amended(*rules, *guarantees_restated)?),
                guarantees_restated: *guarantees_restated,
            },
            Wish::Postpone(days) => self.postponement(*days)?,
            Wish::CallOff => Command::CallOff {
                reason: Reason::Illness,
            },
            Wish::Assign(n, choice) => Command::AssignTopic(choice.of(self.one(*n)?)),
            Wish::Swap(n, other, second) => Command::SwapTopics(SwapTopics {
                slot: slot(*second),
                one: self.one(*n)?,
                other: self.one(*other)?,
                reason: Reason::Organisation,
            }),
            Wish::Attend(people, session) => self.attendance(people, *session)?,
            Wish::Close(first) => self.closing(*first)?,
            Wish::Document(kind, content) => {
                Command::AddDocument(Box::new(document(*kind, *content)))
            }
            Wish::Pass(_) | Wish::Run(_) => return None,
        })
    }

    pub(crate) fn workshop_settings(&self) -> Option<&Settings> {
        match &self.state {
            State::Unborn => None,
            State::Exists(workshop) => Some(&workshop.settings),
        }
    }

    pub(crate) fn one(&self, n: usize) -> Option<RegistrationId> {
        let State::Exists(workshop) = &self.state else {
            return None;
        };
        let ids: Vec<_> = workshop.registrations.keys().collect();
        (!ids.is_empty()).then(|| *ids[n % ids.len()])
    }

    /// Says how much was made.
    pub(crate) fn made(&self) -> u128 {
        self.made
    }

    pub(crate) fn next(&mut self) -> u128 {
        self.made += 1;
        self.made
    }

    fn submission(&mut self, person: Person) -> Submission {
        let id = self.next();
        Submission {
            application: Application {
                registration: RegistrationId(id),
                reporting: ReportingId(id + 1_000_000),
                numbers: numbers(id),
                program: program(person.north),
                municipality: municipality(person.municipality),
                channel: if person.web {
                    Channel::Web
                } else {
                    Channel::Api
                },
                reference: None,
                wishes: wished(if person.web { &["rolle"] } else { &[] }),
                privacy_notice: 1,
                has_email: true,
                link: link(id),
                overriding: person.overriding.then_some(Reason::Hardship),
            },
            who: known(person, id),
        }
    }

    fn group(&mut self, members: &[Person], together: bool) -> Command {
        let group = GroupId(self.next());
        let north = members.iter().any(|member| member.north);
        let members = members.iter().map(|member| Person { north, ..*member });
        Command::SubmitGroup(Box::new(GroupSubmission {
            group,
            policy: if together {
                GroupPolicy::Together
            } else {
                GroupPolicy::Partial
            },
            contact: Some(GroupContact {
                person: PersonId(7),
                block: block(7, 1),
            }),
            members: members.map(|member| self.submission(member)).collect(),
        }))
    }

    fn amendment(&mut self, n: usize, other: Person) -> Option<Command> {
        let registration = self.one(n)?;
        let fill = self.next();
        Some(Command::Amend(Box::new(Amendment {
            registration,
            by: Amender::Office,
            municipality: other.north.then(|| municipality(other.municipality)),
            wishes: other.web.then(|| wished(&["diskurs", "rolle"])),
            privacy_notice: other.overriding.then_some(2),
            data: other.who.is_multiple_of(2).then(|| known(other, fill)),
        })))
    }

    fn substitution(&mut self, n: usize, other: Person) -> Option<Command> {
        let registration = self.one(n)?;
        let id = self.next();
        Some(Command::Substitute(Box::new(Substitution {
            registration,
            by: Substituter::Host(Some(Reason::Illness)),
            successor: RegistrationId(id),
            reporting: ReportingId(id + 1_000_000),
            numbers: numbers(id),
            municipality: municipality(other.municipality),
            channel: Channel::Office,
            privacy_notice: 1,
            link: link(id),
            who: known(other, id),
        })))
    }

    /// Lots are drawn when registration is over.
    fn draw(&mut self) -> Command {
        if self.made > 10
            && let Some(settings) = self.workshop_settings()
            && settings.admission == Admission::Lottery
        {
            self.at = self.at.max(settings.closing().instant);
        }
        Command::Draw { seed: [7; 32] }
    }

    fn amended(&self, rules: Rules, guarantees_restated: bool) -> Option<Settings> {
        let before = self.workshop_settings()?;
        let mut settings = rules.settings();
        settings.schedule = before.schedule.clone();
        if !guarantees_restated {
            settings.guarantees = before.guarantees.clone();
        }
        Some(settings)
    }

    fn postponement(&self, days: u8) -> Option<Command> {
        let mut schedule = self.workshop_settings()?.schedule.clone();
        schedule.first_day = day(9, 20 + days);
        schedule.begins =
            Instant::from_micros(1_568_930_400_000_000).hours_later(24 * u16::from(days));
        Some(Command::Postpone {
            schedule: Box::new(schedule),
        })
    }
}

fn canceller(by: u8) -> Canceller {
    match by {
        0 => Canceller::Office(Reason::Illness),
        1 => Canceller::Feeder(Some(Reason::Duty)),
        2 => Canceller::Feeder(None),
        _ => Canceller::Participant,
    }
}

fn program(north: bool) -> ProgramId {
    slug(if north { "mv" } else { "sh" })
}

pub(crate) fn municipality(n: u8) -> MunicipalityKey {
    let key = ["01053", "13071107", "01001000"][usize::from(n)];
    MunicipalityKey::new(key).expect("a key")
}

fn numbers(id: u128) -> [Number; 3] {
    let id = u64::try_from(id).expect("a small number");
    [id * 3, id * 3 + 1, id * 3 + 2].map(Number::from_random)
}

fn link(id: u128) -> LinkHash {
    let mut hash = [9; 32];
    hash[..16].copy_from_slice(&id.to_be_bytes());
    LinkHash(hash)
}

/// Everybody of a program looks like everybody else, and who is the first is nobody.
fn known(person: Person, fill: u128) -> Known {
    let base = if person.north { 200 } else { 100 };
    let fill = u8::try_from(fill % 256).expect("a byte");
    Known {
        person: PersonId(base + u128::from(person.who)),
        placeholder: person.who == 0,
        look_alikes: (base..base + 14).map(PersonId).collect(),
        blocks: Blocks {
            contact: Some(block(fill, 1)),
            identity: person.web.then(|| block(fill, 2)),
            free_text: None,
        },
    }
}

#[test]
fn everything_that_can_happen_happens() {
    let mut runner = TestRunner::deterministic();
    let strategy = (rules(), prop::collection::vec(wish(), 1..70));
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..300 {
        let drawn = strategy.new_tree(&mut runner).expect("a life");
        let (rules, wishes) = drawn.current();
        for event in Life::of(rules, &wishes).decisions.into_iter().flatten() {
            let kind = event_type(&anmeldewerk_domain::Event::Workshop(event));
            *kinds.entry(kind).or_default() += 1;
        }
    }
    assert_eq!(kinds.len(), 30, "{kinds:?}");
}
