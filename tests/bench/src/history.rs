//! A long log of ours: decisions as the services make them, multiplied.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use anmeldewerk_contract::{Decision, Message, Position, Recorded, Subject, decode, encode};
use anmeldewerk_domain::{
    Boundary, Event, LinkHash, Number, PersonId, RegistrationId, ReportingId, WorkshopId,
    workshop::{self, Amended, Canceller, Cause, Reason, Submitted},
};
use anmeldewerk_journal::{Entry, JetStream, Journal};
use anyhow::Context;
use uuid::Uuid;

/// How many registrations a workshop of this log has, and how many of them have a seat.
const PEOPLE: usize = 600;
const SEATS: usize = 500;
/// Every so many registrations somebody cancels and a seat passes on, and somebody else is amended.
const CHANGE: usize = 10;
/// How many decisions are appended at once.
const BATCH: usize = 1_000;

/// What is multiplied.
pub(crate) struct Templates {
    created: Decision,
    published: Decision,
    registrations: Vec<(Decision, Submitted)>,
}

impl Templates {
    /// Takes them from what the services have written.
    pub(crate) fn of(messages: &[Message]) -> anyhow::Result<Self> {
        let recorded: Vec<Recorded> = messages.iter().map(decode).collect::<Result<_, _>>()?;
        let with = |wanted: fn(&workshop::Event) -> bool| {
            let all = recorded.iter().map(|recorded| &recorded.decision);
            let found = all
                .clone()
                .find(|decision| first(decision).is_some_and(wanted));
            found.cloned().context("an event in the log")
        };
        let registrations = recorded.iter().filter_map(|recorded| {
            let decision = &recorded.decision;
            match first(decision)? {
                workshop::Event::Submitted(submitted) => {
                    Some((decision.clone(), submitted.as_ref().clone()))
                }
                _ => None,
            }
        });
        Ok(Self {
            created: with(|event| matches!(event, workshop::Event::Created { .. }))?,
            published: with(|event| matches!(event, workshop::Event::Published))?,
            registrations: registrations.take(1_000).collect(),
        })
    }
}

fn first(decision: &Decision) -> Option<&workshop::Event> {
    match decision.events.first()? {
        Event::Workshop(event) => Some(event),
        Event::Program(_) | Event::Catalogue(_) => None,
    }
}

/// Writes decisions one after another, with ids of their own.
pub(crate) struct Scribe<'t> {
    templates: &'t Templates,
    ids: u128,
    at: i64,
    written: VecDeque<Entry>,
}

/// Appends so many decisions, and tells how many a second were stored.
pub(crate) async fn append(
    log: &JetStream,
    templates: &Templates,
    count: usize,
) -> anyhow::Result<f64> {
    let mut scribe = Scribe::new(templates);
    let mut took = Duration::ZERO;
    let mut left = count;
    while left > 0 {
        let some = scribe.take(left.min(BATCH))?;
        left -= some.len();
        let start = Instant::now();
        log.append(some).await?;
        took += start.elapsed();
    }
    Ok(crate::table::per_second(count, took))
}

impl<'t> Scribe<'t> {
    pub(crate) fn new(templates: &'t Templates) -> Self {
        Self {
            templates,
            // Ids of registrations are made in order of time, as UUIDs of version 7.
            ids: 0x0190_0000_0000_7000_8000_0000_0000_0000,
            at: templates.created.decided_at.as_micros(),
            written: VecDeque::new(),
        }
    }

    /// Gives the next decisions.
    pub(crate) fn take(&mut self, count: usize) -> anyhow::Result<Vec<Entry>> {
        while self.written.len() < count {
            self.one_workshop()?;
        }
        Ok(self.written.drain(..count).collect())
    }

    fn one_workshop(&mut self) -> anyhow::Result<()> {
        let workshop = self.workshop()?;
        let mut people: Vec<RegistrationId> = Vec::with_capacity(PEOPLE);
        for who in 0..PEOPLE {
            people.push(self.registration(workshop, who)?);
            if who % CHANGE == CHANGE - 1 {
                self.changes(workshop, &people)?;
            }
        }
        Ok(())
    }
}

impl Scribe<'_> {
    fn id(&mut self) -> u128 {
        self.ids += 1;
        self.ids
    }

    fn write(
        &mut self,
        like: &Decision,
        workshop: WorkshopId,
        events: Vec<workshop::Event>,
    ) -> anyhow::Result<()> {
        self.at += 1_000;
        let decision = Decision {
            id: Uuid::from_u128(self.id()),
            boundary: Boundary::Workshop(workshop),
            decided_at: anmeldewerk_domain::Instant::from_micros(self.at),
            events: events.into_iter().map(Event::Workshop).collect(),
            ..like.clone()
        };
        let (headers, payload) = encode(&decision)?;
        self.written.push_back(Entry {
            subject: Subject::from(&decision.boundary),
            expected: None,
            headers,
            payload: payload.into(),
        });
        Ok(())
    }

    fn workshop(&mut self) -> anyhow::Result<WorkshopId> {
        let id = WorkshopId(self.id());
        for like in [&self.templates.created, &self.templates.published] {
            let event = first(like).context("an event")?.clone();
            self.write(like, id, vec![event])?;
        }
        Ok(id)
    }

    fn registration(&mut self, workshop: WorkshopId, who: usize) -> anyhow::Result<RegistrationId> {
        let registration = RegistrationId(self.id());
        let random = scatter(self.ids);
        let (like, submitted) =
            &self.templates.registrations[who % self.templates.registrations.len()];
        let submitted = Submitted {
            registration,
            reporting: ReportingId(random),
            person: PersonId(scatter(random)),
            number: Number::from_random(u64::try_from(random >> 64)?),
            link: LinkHash(link(random)),
            reference: None,
            ..submitted.clone()
        };
        let outcome = if who < SEATS {
            workshop::Event::Confirmed {
                registration,
                cause: Cause::Admitted,
            }
        } else {
            workshop::Event::Waitlisted {
                registration,
                place: u32::try_from(who + 1 - SEATS)?,
            }
        };
        let events = vec![workshop::Event::Submitted(Box::new(submitted)), outcome];
        self.write(like, workshop, events)?;
        Ok(registration)
    }

    /// Somebody cancels, with a seat passing on where somebody waits; somebody else is amended.
    fn changes(&mut self, workshop: WorkshopId, people: &[RegistrationId]) -> anyhow::Result<()> {
        let (like, submitted) = &self.templates.registrations[0];
        let some = |part: usize| people[people.len() / part.max(1) - 1];
        let by = Canceller::Office(Reason::Illness);
        let registration = people[people.len() / CHANGE - 1];
        let mut events = vec![workshop::Event::Cancelled { registration, by }];
        if let Some(waiting) = people.get(SEATS + people.len() / CHANGE) {
            events.push(workshop::Event::Confirmed {
                registration: *waiting,
                cause: Cause::SeatPassed,
            });
        }
        self.write(like, workshop, events)?;
        let amended = Amended {
            registration: some(2),
            municipality: None,
            wishes: Some(submitted.wishes.clone()),
            privacy_notice: None,
            data: None,
        };
        self.write(
            like,
            workshop,
            vec![workshop::Event::Amended(Box::new(amended))],
        )
    }
}

/// Gives a number that looks random, the same for the same number.
fn scatter(number: u128) -> u128 {
    let mixed = (number ^ (number >> 61)).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    mixed ^ (mixed >> 67)
}

fn link(random: u128) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&random.to_be_bytes());
    bytes[16..].copy_from_slice(&scatter(random).to_be_bytes());
    bytes
}

/// Reads the whole log.
pub(crate) async fn read(log: &JetStream) -> anyhow::Result<Vec<Message>> {
    let head = log.state().await?.last;
    let mut follower = log.follow(Position::START).await?;
    let count = usize::try_from(head.0)?;
    let mut messages = Vec::with_capacity(count);
    while messages.len() < count {
        messages.extend(
            follower
                .exactly((count - messages.len()).min(BATCH))
                .await?,
        );
    }
    Ok(messages)
}
