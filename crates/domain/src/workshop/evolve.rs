//! The fold: what each event means for the state. No rules, and nothing can fail.

use std::collections::BTreeMap;

use super::{
    Amended, AttendanceTaken, Cause, Document, Event, Lapse, Order, Queue, Rank, Registration,
    Session, Settings, Situation, State, Status, Submitted, Substituted, Workshop,
    assigning::{assign, assign_by_hand, note_run, withdraw_topics},
    queue,
};
use crate::{Instant, ProgramId, RegistrationId};

/// Folds an event into the state.
#[must_use]
pub fn evolve(state: State, event: &Event) -> State {
    match (state, event) {
        (State::Unborn, Event::Created { host, settings }) => born(host, settings),
        (
            State::Unborn,
            Event::SettingsAmended { .. }
            | Event::Published
            | Event::CalledOff { .. }
            | Event::Postponed { .. }
            | Event::GuaranteeReleased { .. }
            | Event::DrawHeld { .. }
            | Event::PassedOver(_)
            | Event::GroupSubmitted(_)
            | Event::Submitted(_)
            | Event::EmailConfirmed { .. }
            | Event::Held { .. }
            | Event::Confirmed { .. }
            | Event::Waitlisted { .. }
            | Event::Offered { .. }
            | Event::Declined { .. }
            | Event::Lapsed { .. }
            | Event::Cancelled { .. }
            | Event::Amended(_)
            | Event::Substituted(_)
            | Event::Merged { .. }
            | Event::Reinstated { .. }
            | Event::MovedToWaitlist { .. }
            | Event::Noted { .. }
            | Event::LinkRenewed { .. }
            | Event::AssignmentDrafted(_)
            | Event::AssignmentPublished(_)
            | Event::AttendanceTaken(_)
            | Event::AttendanceClosed { .. }
            | Event::DocumentAdded(_)
            | Event::TopicAssigned(_),
        ) => State::Unborn,
        (State::Exists(workshop), event) => State::Exists(fold(workshop, event)),
    }
}

fn born(host: &ProgramId, settings: &Settings) -> State {
    State::Exists(Box::new(Workshop::draft(host.clone(), settings.clone())))
}

fn fold(mut workshop: Box<Workshop>, event: &Event) -> Box<Workshop> {
    let state = &mut *workshop;
    match event {
        Event::Created { .. }
        | Event::PassedOver(_)
        | Event::GroupSubmitted(_)
        | Event::Noted { .. } => {}
        Event::SettingsAmended {
            settings,
            guarantees_restated,
        } => amend_settings(state, settings, *guarantees_restated),
        Event::Published => {
            state.status = Status::Published;
            state.published = true;
        }
        Event::CalledOff { .. } => call_off(state),
        Event::Postponed { schedule } => state.settings.schedule = (**schedule).clone(),
        Event::GuaranteeReleased { program, .. } => drop(state.released.insert(program.clone())),
        Event::DrawHeld { places, .. } => draw(state, places),
        Event::Submitted(submitted) => arrive(state, submitted),
        Event::EmailConfirmed { registration } => confirm_email(state, *registration),
        Event::Held { registration, .. } => {
            enter(state, *registration, Situation::PendingApproval);
        }
        Event::Confirmed {
            registration,
            cause,
        } => confirm(state, *registration, *cause),
        Event::Waitlisted { registration, .. } => {
            enter(state, *registration, Situation::Waitlisted);
        }
        Event::Offered {
            registration,
            expires,
            ..
        } => {
            let expires = *expires;
            enter(state, *registration, Situation::Offered { expires });
        }
        Event::Declined { registration, .. } => enter(state, *registration, Situation::Declined),
        Event::Lapsed {
            registration,
            lapse,
        } => lapse_now(state, *registration, *lapse),
        Event::Cancelled { registration, .. } => enter(state, *registration, Situation::Cancelled),
        Event::Amended(amended) => amend(state, amended),
        Event::Substituted(substituted) => substitute(state, substituted),
        Event::Merged {
            registration,
            into,
            takes_state,
            takes_place,
        } => merge(state, (*registration, *into), *takes_state, *takes_place),
        Event::Reinstated { registration, .. } => reinstate(state, *registration),
        Event::MovedToWaitlist { registration, .. } => move_to_waitlist(state, *registration),
        Event::LinkRenewed { registration, link } => {
            if let Some(registration) = state.registrations.get_mut(registration) {
                registration.link = *link;
            }
        }
        Event::AssignmentDrafted(draft) => note_run(state, draft),
        Event::AssignmentPublished(result) => assign(state, result),
        Event::TopicAssigned(assigned) => assign_by_hand(state, assigned),
        Event::AttendanceTaken(taken) => take_attendance(state, taken),
        Event::AttendanceClosed { sessions } => close_attendance(state, sessions),
        Event::DocumentAdded(added) => add_document(state, &added.document),
    }
    workshop
}

fn add_document(workshop: &mut Workshop, document: &Document) {
    let versions = workshop.documents.entry(document.kind).or_default();
    versions.push(document.clone());
}

fn take_attendance(workshop: &mut Workshop, taken: &AttendanceTaken) {
    for (id, presence) in &taken.entries {
        let Some(registration) = workshop.registrations.get_mut(id) else {
            continue;
        };
        match presence {
            Some(presence) => drop(registration.attendance.insert(taken.session, *presence)),
            None => drop(registration.attendance.remove(&taken.session)),
        }
        close(workshop, *id);
    }
}

fn close_attendance(workshop: &mut Workshop, sessions: &[Session]) {
    workshop.closed = Some(sessions.iter().copied().collect());
    let all = workshop.registrations.iter();
    let confirmed = all.filter(|(_, of)| of.situation == Situation::Confirmed);
    let confirmed: Vec<RegistrationId> = confirmed.map(|(id, _)| *id).collect();
    for id in confirmed {
        close(workshop, id);
    }
}

/// Lets a registration stand where its attendance has brought it, once that is closed.
fn close(workshop: &mut Workshop, id: RegistrationId) {
    let registration = workshop.registrations.get(&id);
    let Some((registration, sessions)) = registration.zip(workshop.closed.as_ref()) else {
        return;
    };
    let situation = registration.situation;
    if situation == Situation::Confirmed || situation.is_closed() {
        let next = registration.attended(sessions);
        enter(workshop, id, next);
    }
}

fn amend_settings(workshop: &mut Workshop, settings: &Settings, guarantees_restated: bool) {
    let lanes_change = !workshop
        .settings
        .municipality_caps
        .keys()
        .eq(settings.municipality_caps.keys());
    workshop.settings = settings.clone();
    withdraw_topics(workshop);
    if guarantees_restated {
        workshop.released.clear();
    }
    if lanes_change {
        workshop.queue = waiting(workshop);
    }
}

fn waiting(workshop: &Workshop) -> Queue {
    let all = workshop.registrations.iter();
    let waiting = all.filter(|(_, registration)| registration.situation == Situation::Waitlisted);
    let waiting = waiting.map(|(id, registration)| (*id, registration));
    queue::queue_of(waiting, &workshop.settings.municipality_caps)
}

fn call_off(workshop: &mut Workshop) {
    workshop.status = Status::Cancelled;
    let live: Vec<RegistrationId> = workshop
        .registrations
        .iter()
        .filter(|(_, registration)| registration.situation.is_live())
        .map(|(id, _)| *id)
        .collect();
    for id in live {
        enter(workshop, id, Situation::Cancelled);
    }
}

fn draw(workshop: &mut Workshop, places: &[u32]) {
    workshop.drawn = true;
    let first = workshop.arrivals;
    let resting = workshop.resting_for_draw();
    for (id, place) in resting.values().zip(places) {
        let arrival = first.saturating_add(u64::from(*place));
        workshop.arrivals = workshop.arrivals.max(arrival.saturating_add(1));
        if let Some(registration) = workshop.registrations.get_mut(id) {
            registration.order = regular(arrival);
        }
        enter(workshop, *id, Situation::Waitlisted);
    }
}

fn regular(arrival: u64) -> Order {
    Order {
        rank: Rank::Regular,
        arrival,
    }
}

/// Gives the next place in the order of arrival.
fn next_order(workshop: &mut Workshop) -> Order {
    let arrival = workshop.arrivals;
    workshop.arrivals = arrival.saturating_add(1);
    regular(arrival)
}

fn arrive(workshop: &mut Workshop, submitted: &Submitted) {
    let order = next_order(workshop);
    let registration = Registration {
        number: submitted.number,
        person: submitted.person,
        also: None,
        placeholder: submitted.placeholder,
        program: submitted.program.clone(),
        municipality: submitted.municipality.clone(),
        link: submitted.link,
        group: submitted.group,
        wishes: submitted.wishes.clone(),
        privacy_notice: submitted.privacy_notice,
        look_alikes: submitted.look_alikes.iter().copied().collect(),
        order,
        approved: submitted.overridden.is_some(),
        topics: BTreeMap::new(),
        attendance: BTreeMap::new(),
        situation: Situation::Submitted {
            confirm_by: submitted.confirm_until,
        },
    };
    if let Some(reference) = submitted.reference {
        workshop
            .references
            .insert(reference, submitted.registration);
    }
    take_in(workshop, submitted.registration, registration);
}

/// Takes a new registration in, and what it is found by.
fn take_in(workshop: &mut Workshop, id: RegistrationId, registration: Registration) {
    workshop.numbers.insert(registration.number);
    attach(workshop, id, &registration);
    workshop.registrations.insert(id, registration);
}

fn confirm_email(workshop: &mut Workshop, id: RegistrationId) {
    let order = next_order(workshop);
    if let Some(registration) = workshop.registrations.get_mut(&id) {
        registration.order = order;
    }
    enter(workshop, id, Situation::Submitted { confirm_by: None });
}

fn confirm(workshop: &mut Workshop, id: RegistrationId, cause: Cause) {
    if let Some(registration) = workshop.registrations.get_mut(&id) {
        registration.approved |= matches!(cause, Cause::Approved | Cause::Override);
    }
    enter(workshop, id, Situation::Confirmed);
}

fn lapse_now(workshop: &mut Workshop, id: RegistrationId, lapse: Lapse) {
    let registration = workshop.registrations.get(&id);
    let expired = registration.and_then(|registration| registration.situation.lapses());
    let expired = expired.unwrap_or(Instant::from_micros(0));
    enter(workshop, id, Situation::Lapsed { lapse, expired });
}

fn amend(workshop: &mut Workshop, amended: &Amended) {
    let Some(mut registration) = detach(workshop, amended.registration) else {
        return;
    };
    if let Some(municipality) = &amended.municipality {
        registration.municipality = municipality.clone();
    }
    if let Some(wishes) = &amended.wishes {
        registration.wishes.clone_from(wishes);
    }
    if let Some(notice) = amended.privacy_notice {
        registration.privacy_notice = notice;
    }
    if let Some(data) = &amended.data {
        registration.placeholder = data.placeholder;
        registration.also = data.also;
        registration.look_alikes = data.look_alikes.iter().copied().collect();
    }
    attach(workshop, amended.registration, &registration);
    workshop
        .registrations
        .insert(amended.registration, registration);
}

fn substitute(workshop: &mut Workshop, substituted: &Substituted) {
    let Some(before) = workshop.registrations.get(&substituted.registration) else {
        return;
    };
    let successor = Registration {
        number: substituted.number,
        person: substituted.person,
        also: None,
        placeholder: substituted.placeholder,
        program: before.program.clone(),
        municipality: substituted.municipality.clone(),
        link: substituted.link,
        group: before.group,
        wishes: before.wishes.clone(),
        privacy_notice: substituted.privacy_notice,
        look_alikes: substituted.look_alikes.iter().copied().collect(),
        order: before.order,
        approved: before.approved,
        topics: before.topics.clone(),
        attendance: BTreeMap::new(),
        situation: before.situation,
    };
    let to = substituted.successor;
    enter(
        workshop,
        substituted.registration,
        Situation::Transferred { to },
    );
    take_in(workshop, to, successor);
}

fn merge(
    workshop: &mut Workshop,
    (id, into): (RegistrationId, RegistrationId),
    takes_state: bool,
    takes_place: bool,
) {
    let Some(ending) = detach(workshop, id) else {
        return;
    };
    if let Some(mut survivor) = detach(workshop, into) {
        if takes_state {
            survivor.situation = ending.situation;
            survivor.topics.clone_from(&ending.topics);
        }
        if takes_place {
            survivor.order = ending.order;
        }
        survivor.approved |= ending.approved;
        attach(workshop, into, &survivor);
        workshop.registrations.insert(into, survivor);
    }
    let ended = Registration {
        situation: Situation::Merged { into },
        topics: BTreeMap::new(),
        attendance: BTreeMap::new(),
        ..ending
    };
    attach(workshop, id, &ended);
    workshop.registrations.insert(id, ended);
}

fn reinstate(workshop: &mut Workshop, id: RegistrationId) {
    let order = next_order(workshop);
    if let Some(registration) = workshop.registrations.get_mut(&id) {
        registration.order = order;
        registration.approved = true;
    }
    enter(workshop, id, Situation::Submitted { confirm_by: None });
}

fn move_to_waitlist(workshop: &mut Workshop, id: RegistrationId) {
    if let Some(registration) = workshop.registrations.get_mut(&id) {
        registration.order.rank = Rank::Moved;
    }
    enter(workshop, id, Situation::Waitlisted);
}

/// Moves a registration to another situation, and keeps seats, waitlist and persons in step.
fn enter(workshop: &mut Workshop, id: RegistrationId, next: Situation) {
    let Some(mut registration) = detach(workshop, id) else {
        return;
    };
    registration.situation = next;
    if next != Situation::Confirmed && !next.is_closed() {
        registration.topics.clear();
    }
    if next != Situation::Waitlisted {
        registration.order.rank = Rank::Regular;
    }
    attach(workshop, id, &registration);
    workshop.registrations.insert(id, registration);
}

/// Takes a registration out of everything that follows from it.
fn detach(workshop: &mut Workshop, id: RegistrationId) -> Option<Registration> {
    let registration = workshop.registrations.remove(&id)?;
    let situation = registration.situation;
    if situation.holds_seat() {
        workshop
            .taken
            .give_back(&registration.program, &registration.municipality);
    }
    if situation == Situation::Waitlisted {
        let lane = queue::lane_of(&registration, &workshop.settings.municipality_caps);
        workshop.queue.remove(&lane, registration.order);
    }
    if let Some(instant) = situation.lapses() {
        workshop.lapsing.remove(&(instant, id));
    }
    for person in [Some(registration.person), registration.also]
        .into_iter()
        .flatten()
    {
        if workshop.live.get(&person) == Some(&id) {
            workshop.live.remove(&person);
        }
    }
    Some(registration)
}

/// Puts a registration into everything that follows from it.
fn attach(workshop: &mut Workshop, id: RegistrationId, registration: &Registration) {
    let situation = registration.situation;
    if situation.holds_seat() {
        workshop
            .taken
            .take(&registration.program, &registration.municipality);
    }
    if situation == Situation::Waitlisted {
        let lane = queue::lane_of(registration, &workshop.settings.municipality_caps);
        workshop.queue.insert(lane, registration.order, id);
    }
    if let Some(instant) = situation.lapses() {
        workshop.lapsing.insert((instant, id));
    }
    if situation.is_live() && !registration.placeholder {
        workshop.live.insert(registration.person, id);
        if let Some(also) = registration.also {
            workshop.live.insert(also, id);
        }
    }
}
