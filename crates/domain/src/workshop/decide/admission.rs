//! Letting people in: submissions, and those who rested and come to be evaluated.

use std::collections::BTreeSet;

use super::{Case, Event, Rejection, document::notice_seen};
use crate::{
    Instant, MunicipalityKey, Number, PersonId, ProgramId, RegistrationId,
    workshop::{
        Admission, Application, Buckets, Cause, Channel, Exhausted, Known, Membership, Settings,
        SignUp, Situation, State, Status, Submission, Submitted, WaitlistPolicy, WishFault, Wishes,
        Workshop, passing::After,
    },
};

/// How long an e-mail address may stay unconfirmed.
const HOURS_TO_CONFIRM: u16 = 48;

/// Says whether a submission would get as far as looking for a seat.
///
/// It needs no person, so that a refusal that is sure can be known before one is made.
pub fn admits(state: &State, at: Instant, application: &Application) -> Result<(), Rejection> {
    match state {
        State::Unborn => Err(Rejection::NotFound),
        State::Exists(workshop) => {
            let kind = "registration.submit";
            admissible(&Case { workshop, at, kind }, application)
        }
    }
}

pub(super) fn submit(case: &Case<'_>, submission: &Submission) -> Result<Vec<Event>, Rejection> {
    let application = &submission.application;
    admissible(case, application)?;
    not_registered_yet(case.workshop, &submission.who)?;
    let mut door = Door::open(case);
    let admitted = door.admit(application)?;
    let number = free_number(case.workshop, &BTreeSet::new(), application.numbers)?;
    let submitted = submitted(case, submission, number, None);
    Ok([Event::Submitted(Box::new(submitted))]
        .into_iter()
        .chain(admitted)
        .collect())
}

/// Checks everything but the person and the seat.
pub(super) fn admissible(case: &Case<'_>, application: &Application) -> Result<(), Rejection> {
    let workshop = case.workshop;
    let settings = &workshop.settings;
    if !settings.participating.contains(&application.program) {
        return Err(Rejection::ProgramDoesNotTakePart);
    }
    wishes_fit(settings, &application.wishes).map_err(Rejection::Wishes)?;
    notice_seen(workshop, application.privacy_notice)?;
    if must_confirm(settings, application) && !application.has_email {
        return Err(Rejection::EmailRequired);
    }
    published(case)?;
    if application.overriding.is_none() {
        open(settings, case.at)?;
        in_time(settings, case.at)?;
    }
    reference_free(workshop, application)
}

pub(super) fn wishes_fit(settings: &Settings, wishes: &[Wishes]) -> Result<(), WishFault> {
    let mut slots = BTreeSet::new();
    for (index, wish) in wishes.iter().enumerate() {
        if !slots.insert(wish.slot) {
            return Err(WishFault::SlotTwice(index));
        }
        wish_list_fits(settings, index, wish)?;
    }
    Ok(())
}

fn wish_list_fits(settings: &Settings, index: usize, wish: &Wishes) -> Result<(), WishFault> {
    if wish.ranked.len() > usize::from(settings.wishes.ranks) {
        return Err(WishFault::TooManyRanked(index));
    }
    if wish.vetoes.len() > usize::from(settings.wishes.vetoes) {
        return Err(WishFault::TooManyVetoes(index));
    }
    let mut named = BTreeSet::new();
    for topic in wish.ranked.iter().chain(&wish.vetoes) {
        if !settings.offers(wish.slot, topic) {
            return Err(WishFault::UnknownTopic(index));
        }
        if !named.insert(topic) {
            return Err(WishFault::TopicTwice(index));
        }
    }
    Ok(())
}

fn published(case: &Case<'_>) -> Result<(), Rejection> {
    match case.workshop.status {
        Status::Published => Ok(()),
        Status::Draft => Err(Rejection::RegistrationNotOpen { opens: None }),
        Status::Cancelled => Err(case.wrong_status()),
    }
}

fn open(settings: &Settings, at: Instant) -> Result<(), Rejection> {
    match settings.deadlines.opens {
        Some(opens) if !opens.reached(at) => Err(Rejection::RegistrationNotOpen {
            opens: Some(opens.stated),
        }),
        _ => Ok(()),
    }
}

pub(super) fn in_time(settings: &Settings, at: Instant) -> Result<(), Rejection> {
    let deadline = settings.closing();
    if deadline.reached(at) {
        return Err(Rejection::DeadlinePassed { deadline });
    }
    Ok(())
}

fn reference_free(workshop: &Workshop, application: &Application) -> Result<(), Rejection> {
    let bearer = application
        .reference
        .and_then(|reference| workshop.references.get(&reference));
    match bearer.and_then(|id| workshop.registrations.get(id)) {
        Some(registration) => Err(Rejection::ReferenceTaken {
            number: registration.number,
        }),
        None => Ok(()),
    }
}

/// Refuses a person who has a live registration already; nobody in particular never has.
pub(super) fn not_registered_yet(workshop: &Workshop, who: &Known) -> Result<(), Rejection> {
    if who.placeholder {
        return Ok(());
    }
    match workshop.live_of(who.person) {
        Some((_, registration)) => Err(Rejection::DuplicateRegistration {
            number: registration.number,
        }),
        None => Ok(()),
    }
}

pub(super) fn must_confirm(settings: &Settings, application: &Application) -> bool {
    application.channel == Channel::Web && settings.sign_up == SignUp::PublicConfirmed
}

pub(super) fn awaits_lots(workshop: &Workshop) -> bool {
    workshop.settings.admission == Admission::Lottery && !workshop.drawn
}

/// Where newcomers of one decision come in, one after another.
pub(super) struct Door<'c> {
    case: Case<'c>,
    /// The buckets once everybody who waits has taken what they could.
    after: After<'c>,
    /// The buckets with nobody but the newcomers of this decision.
    alone: Buckets<'c>,
    /// How many newcomers of this decision wait already.
    waiting: u32,
}

/// A newcomer as far as a seat for them goes.
pub(super) struct Newcomer<'n> {
    pub(super) id: RegistrationId,
    pub(super) program: &'n ProgramId,
    pub(super) municipality: &'n MunicipalityKey,
    pub(super) approved: bool,
}

impl<'c> Door<'c> {
    pub(super) fn open(case: &Case<'c>) -> Self {
        let mut after = After::of(case.workshop);
        after.reserve_for_queue();
        Self {
            case: *case,
            after,
            alone: case.workshop.buckets(),
            waiting: 0,
        }
    }

    /// Gives the outcome of a submission; nothing where it rests.
    fn admit(&mut self, application: &Application) -> Result<Option<Event>, Rejection> {
        if application.overriding.is_some() {
            return Ok(Some(Event::Confirmed {
                registration: application.registration,
                cause: Cause::Override,
            }));
        }
        if rests(&self.case, application) {
            return Ok(None);
        }
        self.evaluate(&Newcomer::of(application)).map(Some)
    }

    /// Seats a newcomer if there is room that nobody who waits could take; else they wait, or are refused.
    pub(super) fn evaluate(&mut self, newcomer: &Newcomer<'_>) -> Result<Event, Rejection> {
        if self.has_seat(newcomer) {
            return Ok(self.seat(newcomer));
        }
        match self.case.workshop.settings.waitlist {
            WaitlistPolicy::Off => Err(self.refusal(newcomer)),
            WaitlistPolicy::SkipBlocked | WaitlistPolicy::StrictHead => Ok(self.wait(newcomer.id)),
        }
    }

    pub(super) fn has_seat(&self, newcomer: &Newcomer<'_>) -> bool {
        let workshop = self.case.workshop;
        let strict = workshop.settings.waitlist == WaitlistPolicy::StrictHead;
        let queue_first = strict && (self.waiting > 0 || !workshop.queue.is_empty());
        let buckets = &self.after.buckets;
        !queue_first
            && buckets
                .full(newcomer.program, newcomer.municipality)
                .is_none()
    }

    pub(super) fn seat(&mut self, newcomer: &Newcomer<'_>) -> Event {
        for buckets in [&mut self.after.buckets, &mut self.alone] {
            buckets.take(newcomer.program, newcomer.municipality);
        }
        let (registration, cause) = (newcomer.id, Cause::Admitted);
        if self.case.workshop.settings.approval && !newcomer.approved {
            Event::Held {
                registration,
                cause,
            }
        } else {
            Event::Confirmed {
                registration,
                cause,
            }
        }
    }

    pub(super) fn wait(&mut self, registration: RegistrationId) -> Event {
        let place = self.case.workshop.queue.last_place();
        let place = place.saturating_add(self.waiting);
        self.waiting = self.waiting.saturating_add(1);
        Event::Waitlisted {
            registration,
            place,
        }
    }

    /// Names what is full for a newcomer behind those whom this decision has seated before;
    /// where nothing is, others wait for the seat.
    pub(super) fn refusal(&self, newcomer: &Newcomer<'_>) -> Rejection {
        let free = self.alone.free();
        match self.alone.full(newcomer.program, newcomer.municipality) {
            Some(bucket) => Rejection::QuotaExhausted(Exhausted { bucket, free }),
            None => Rejection::Queue { free },
        }
    }
}

impl<'n> Newcomer<'n> {
    pub(super) fn of(application: &'n Application) -> Self {
        Self {
            id: application.registration,
            program: &application.program,
            municipality: &application.municipality,
            approved: false,
        }
    }
}

/// Says whether a submission rests: until its e-mail address is confirmed, or lots are drawn.
pub(super) fn rests(case: &Case<'_>, application: &Application) -> bool {
    let unasked = application.overriding.is_none();
    unasked && (must_confirm(&case.workshop.settings, application) || awaits_lots(case.workshop))
}

/// Gives the first candidate that nobody bears.
pub(super) fn free_number(
    workshop: &Workshop,
    given: &BTreeSet<Number>,
    candidates: [Number; 3],
) -> Result<Number, Rejection> {
    let taken = |number: &Number| workshop.numbers.contains(number) || given.contains(number);
    let free = candidates.into_iter().find(|number| !taken(number));
    free.ok_or(Rejection::NumbersTaken)
}

/// Finds live registrations of this workshop whose persons may be the same.
pub(super) fn look_alikes(workshop: &Workshop, persons: &[PersonId]) -> Vec<RegistrationId> {
    let live = persons
        .iter()
        .filter_map(|person| workshop.live.get(person));
    let live: BTreeSet<RegistrationId> = live.copied().collect();
    live.into_iter().collect()
}

pub(super) fn submitted(
    case: &Case<'_>,
    submission: &Submission,
    number: Number,
    group: Option<Membership>,
) -> Submitted {
    let application = submission.application.clone();
    let confirms =
        must_confirm(&case.workshop.settings, &application) && application.overriding.is_none();
    Submitted {
        registration: application.registration,
        reporting: application.reporting,
        number,
        person: submission.who.person,
        placeholder: submission.who.placeholder,
        program: application.program,
        municipality: application.municipality,
        channel: application.channel,
        reference: application.reference,
        group,
        wishes: application.wishes,
        privacy_notice: application.privacy_notice,
        link: application.link,
        confirm_until: confirms.then(|| case.at.hours_later(HOURS_TO_CONFIRM)),
        look_alikes: look_alikes_of(case.workshop, &submission.who),
        overridden: application.overriding,
        blocks: submission.who.blocks.clone(),
    }
}

pub(super) fn look_alikes_of(workshop: &Workshop, who: &Known) -> Vec<RegistrationId> {
    if who.placeholder {
        return Vec::new();
    }
    look_alikes(workshop, &who.look_alikes)
}

/// Notes that an address is confirmed: who rested for it alone is evaluated as a newcomer.
pub(super) fn confirm_email(case: &Case<'_>, id: RegistrationId) -> Result<Vec<Event>, Rejection> {
    let registration = case.find(id)?;
    match registration.situation {
        Situation::Submitted {
            confirm_by: Some(_),
        } => {}
        Situation::Submitted { confirm_by: None } => return Ok(Vec::new()),
        Situation::Lapsed {
            lapse: crate::workshop::Lapse::Email,
            expired,
        } => return Err(Rejection::ConfirmationExpired { expired }),
        _ => return Err(case.wrong_state(registration)),
    }
    let confirmed = Event::EmailConfirmed { registration: id };
    if awaits_lots(case.workshop) {
        return Ok(vec![confirmed]);
    }
    let newcomer = Newcomer {
        id,
        program: &registration.program,
        municipality: &registration.municipality,
        approved: registration.approved,
    };
    let outcome = Door::open(case).evaluate(&newcomer)?;
    Ok(vec![confirmed, outcome])
}
