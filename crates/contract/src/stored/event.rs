//! Every event type in every version that was ever written.

use anmeldewerk_domain::{
    self as domain, LinkHash, RegistrationId, catalogue, program,
    workshop::{Canceller, Event},
};
use serde::{Deserialize, Serialize};

use super::{
    assignment::{AssignmentDraftedV1, AssignmentPublishedV1, TopicAssignedV1},
    attendance::{AttendanceClosedV1, AttendanceTakenV1},
    catalogue::TopicStatedV1,
    change::{
        AmendedV1, LinkRenewedV1, MergedV1, MovedToWaitlistV1, NotedV1, ReinstatedV1, SubstitutedV1,
    },
    document::DocumentAddedV1,
    group::GroupSubmittedV1,
    municipality::ListedV1,
    outcome::{
        CancelledV1, DeclinedV1, EmailConfirmedV1, LapsedV1, OfferedV1, SeatV1, WaitlistedV1,
    },
    program::ProgramV1,
    registration::SubmittedV1,
    schedule::ScheduleV1,
    settings::SettingsV1,
    waitlist::{DrawHeldV1, PassedOverV1},
    workshop::{CalledOffV1, PublishedV1, ReleasedV1},
};
use crate::ValueError;

/// One event as it stands in a payload.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "type")]
pub(crate) enum StoredEvent {
    #[serde(rename = "program.registered.v1")]
    ProgramRegistered(ProgramV1),
    #[serde(rename = "program.amended.v1")]
    ProgramAmended(ProgramV1),
    #[serde(rename = "municipalities.listed.v1")]
    MunicipalitiesListed(ListedV1),
    #[serde(rename = "topic.stated.v1")]
    TopicStated(TopicStatedV1),
    #[serde(rename = "workshop.created.v1")]
    Created(Box<SettingsV1>),
    #[serde(rename = "workshop.amended.v1")]
    SettingsAmended(Box<SettingsV1>),
    #[serde(rename = "workshop.published.v1")]
    Published(PublishedV1),
    #[serde(rename = "workshop.cancelled.v1")]
    CalledOff(CalledOffV1),
    #[serde(rename = "workshop.postponed.v1")]
    Postponed(Box<ScheduleV1>),
    #[serde(rename = "guarantee.released.v1")]
    Released(ReleasedV1),
    #[serde(rename = "draw.held.v1")]
    DrawHeld(DrawHeldV1),
    #[serde(rename = "waitlist.passed_over.v1")]
    PassedOver(PassedOverV1),
    #[serde(rename = "group.submitted.v1")]
    GroupSubmitted(Box<GroupSubmittedV1>),
    #[serde(rename = "registration.submitted.v1")]
    Submitted(Box<SubmittedV1>),
    #[serde(rename = "registration.email_confirmed.v1")]
    EmailConfirmed(EmailConfirmedV1),
    #[serde(rename = "registration.held.v1")]
    Held(SeatV1),
    #[serde(rename = "registration.confirmed.v1")]
    Confirmed(SeatV1),
    #[serde(rename = "registration.waitlisted.v1")]
    Waitlisted(WaitlistedV1),
    #[serde(rename = "registration.offered.v1")]
    Offered(OfferedV1),
    #[serde(rename = "registration.declined.v1")]
    Declined(DeclinedV1),
    #[serde(rename = "registration.lapsed.v1")]
    Lapsed(LapsedV1),
    #[serde(rename = "registration.cancelled.v1")]
    Cancelled(CancelledV1),
    #[serde(rename = "registration.amended.v1")]
    Amended(Box<AmendedV1>),
    #[serde(rename = "registration.substituted.v1")]
    Substituted(Box<SubstitutedV1>),
    #[serde(rename = "registration.merged.v1")]
    Merged(MergedV1),
    #[serde(rename = "registration.reinstated.v1")]
    Reinstated(ReinstatedV1),
    #[serde(rename = "registration.moved_to_waitlist.v1")]
    MovedToWaitlist(MovedToWaitlistV1),
    #[serde(rename = "registration.noted.v1")]
    Noted(NotedV1),
    #[serde(rename = "registration.link_renewed.v1")]
    LinkRenewed(LinkRenewedV1),
    #[serde(rename = "assignment.drafted.v1")]
    AssignmentDrafted(Box<AssignmentDraftedV1>),
    #[serde(rename = "assignment.published.v1")]
    AssignmentPublished(Box<AssignmentPublishedV1>),
    #[serde(rename = "registration.topic_assigned.v1")]
    TopicAssigned(TopicAssignedV1),
    #[serde(rename = "attendance.taken.v1")]
    AttendanceTaken(Box<AttendanceTakenV1>),
    #[serde(rename = "attendance.closed.v1")]
    AttendanceClosed(AttendanceClosedV1),
    #[serde(rename = "document.added.v1")]
    DocumentAdded(Box<DocumentAddedV1>),
}

/// Gives the type under which an event is written today.
pub fn event_type(event: &domain::Event) -> &'static str {
    match event {
        domain::Event::Program(event) => program_event_type(event),
        domain::Event::Workshop(event) => workshop_event_type(event),
        domain::Event::Catalogue(catalogue::Event::TopicStated { .. }) => "topic.stated.v1",
    }
}

fn program_event_type(event: &program::Event) -> &'static str {
    match event {
        program::Event::Registered(_) => "program.registered.v1",
        program::Event::Amended(_) => "program.amended.v1",
        program::Event::MunicipalitiesListed(_) => "municipalities.listed.v1",
    }
}

fn workshop_event_type(event: &Event) -> &'static str {
    match event {
        Event::Created { .. } => "workshop.created.v1",
        Event::SettingsAmended { .. } => "workshop.amended.v1",
        Event::Published => "workshop.published.v1",
        Event::CalledOff { .. } => "workshop.cancelled.v1",
        Event::Postponed { .. } => "workshop.postponed.v1",
        Event::GuaranteeReleased { .. } => "guarantee.released.v1",
        Event::DrawHeld { .. } => "draw.held.v1",
        Event::PassedOver(_) => "waitlist.passed_over.v1",
        Event::GroupSubmitted(_) => "group.submitted.v1",
        Event::Submitted(_) => "registration.submitted.v1",
        Event::EmailConfirmed { .. } => "registration.email_confirmed.v1",
        Event::Held { .. } => "registration.held.v1",
        Event::Confirmed { .. } => "registration.confirmed.v1",
        Event::Waitlisted { .. } => "registration.waitlisted.v1",
        Event::Offered { .. } => "registration.offered.v1",
        Event::Declined { .. } => "registration.declined.v1",
        Event::Lapsed { .. } => "registration.lapsed.v1",
        Event::Cancelled { .. } => "registration.cancelled.v1",
        Event::Amended(_) => "registration.amended.v1",
        Event::Substituted(_) => "registration.substituted.v1",
        Event::Merged { .. } => "registration.merged.v1",
        Event::Reinstated { .. } => "registration.reinstated.v1",
        Event::MovedToWaitlist { .. } => "registration.moved_to_waitlist.v1",
        Event::Noted { .. } => "registration.noted.v1",
        Event::LinkRenewed { .. } => "registration.link_renewed.v1",
        Event::AssignmentDrafted(_) => "assignment.drafted.v1",
        Event::AssignmentPublished(_) => "assignment.published.v1",
        Event::TopicAssigned(_) => "registration.topic_assigned.v1",
        Event::AttendanceTaken(_) => "attendance.taken.v1",
        Event::AttendanceClosed { .. } => "attendance.closed.v1",
        Event::DocumentAdded(_) => "document.added.v1",
    }
}

impl From<&domain::Event> for StoredEvent {
    fn from(event: &domain::Event) -> Self {
        match event {
            domain::Event::Program(event) => Self::from(event),
            domain::Event::Workshop(event) => Self::from(event),
            domain::Event::Catalogue(event) => Self::TopicStated(event.into()),
        }
    }
}

impl From<&program::Event> for StoredEvent {
    fn from(event: &program::Event) -> Self {
        match event {
            program::Event::Registered(details) => Self::ProgramRegistered(details.into()),
            program::Event::Amended(details) => Self::ProgramAmended(details.into()),
            program::Event::MunicipalitiesListed(change) => {
                Self::MunicipalitiesListed(change.into())
            }
        }
    }
}

impl From<&Event> for StoredEvent {
    fn from(event: &Event) -> Self {
        match event {
            Event::Created { host, settings } => Self::Created(SettingsV1::created(host, settings)),
            Event::SettingsAmended {
                settings,
                guarantees_restated,
            } => Self::SettingsAmended(SettingsV1::amended(settings, *guarantees_restated)),
            Event::Published => Self::Published(PublishedV1 {}),
            Event::CalledOff { reason } => Self::CalledOff(CalledOffV1::new(*reason)),
            Event::Postponed { schedule } => Self::Postponed(boxed(schedule.as_ref())),
            Event::GuaranteeReleased { program, release } => {
                Self::Released(ReleasedV1::new(program, *release))
            }
            Event::DrawHeld { seed, places } => Self::DrawHeld(DrawHeldV1::new(seed, places)),
            Event::PassedOver(all) => Self::PassedOver(PassedOverV1::new(all)),
            Event::GroupSubmitted(group) => Self::GroupSubmitted(boxed(group.as_ref())),
            Event::Submitted(submitted) => Self::Submitted(boxed(submitted.as_ref())),
            Event::EmailConfirmed { registration } => Self::EmailConfirmed((*registration).into()),
            Event::Held {
                registration: of,
                cause,
            } => Self::Held(SeatV1::new(*of, *cause)),
            Event::Confirmed {
                registration: of,
                cause,
            } => Self::Confirmed(SeatV1::new(*of, *cause)),
            Event::AttendanceClosed { sessions } => Self::AttendanceClosed(sessions[..].into()),
            Event::Waitlisted {
                registration,
                place,
            } => Self::Waitlisted(WaitlistedV1::new(*registration, *place)),
            Event::Offered {
                registration,
                expires,
                cause,
            } => Self::Offered(OfferedV1::new(*registration, *expires, *cause)),
            Event::Declined {
                registration,
                reason,
            } => Self::Declined(DeclinedV1::new(*registration, *reason)),
            Event::Lapsed {
                registration,
                lapse,
            } => Self::Lapsed(LapsedV1::new(*registration, *lapse)),
            Event::Cancelled { registration, by } => cancelled(*registration, *by),
            Event::Amended(amended) => Self::Amended(boxed(amended.as_ref())),
            Event::Substituted(substituted) => Self::Substituted(boxed(substituted.as_ref())),
            Event::Merged {
                registration: ends,
                into,
                takes_state: state,
                takes_place: place,
            } => Self::Merged(MergedV1::new(*ends, *into, *state, *place)),
            Event::Reinstated {
                registration,
                reason,
                overridden,
            } => Self::Reinstated(ReinstatedV1::new(*registration, *reason, *overridden)),
            Event::MovedToWaitlist {
                registration,
                reason,
                place,
            } => Self::MovedToWaitlist(MovedToWaitlistV1::new(*registration, *reason, *place)),
            Event::Noted { registration, note } => Self::Noted(NotedV1::new(*registration, note)),
            Event::LinkRenewed { registration, link } => renewed(*registration, *link),
            Event::AssignmentDrafted(draft) => Self::AssignmentDrafted(boxed(draft.as_ref())),
            Event::AssignmentPublished(result) => Self::AssignmentPublished(boxed(result.as_ref())),
            Event::TopicAssigned(assigned) => Self::TopicAssigned(assigned.into()),
            Event::AttendanceTaken(taken) => Self::AttendanceTaken(boxed(taken.as_ref())),
            Event::DocumentAdded(added) => Self::DocumentAdded(boxed(added.as_ref())),
        }
    }
}

fn renewed(registration: RegistrationId, link: LinkHash) -> StoredEvent {
    StoredEvent::LinkRenewed(LinkRenewedV1::new(registration, link))
}

fn cancelled(registration: RegistrationId, by: Canceller) -> StoredEvent {
    StoredEvent::Cancelled(CancelledV1::new(registration, by))
}

fn boxed<'e, T, F: From<&'e T>>(value: &'e T) -> Box<F> {
    Box::new(F::from(value))
}

impl TryFrom<StoredEvent> for domain::Event {
    type Error = ValueError;

    fn try_from(stored: StoredEvent) -> Result<Self, ValueError> {
        let event = match stored {
            StoredEvent::ProgramRegistered(details) => {
                let details = details.try_into()?;
                return Ok(Self::Program(program::Event::Registered(details)));
            }
            StoredEvent::ProgramAmended(details) => {
                let details = details.try_into()?;
                return Ok(Self::Program(program::Event::Amended(details)));
            }
            StoredEvent::MunicipalitiesListed(form) => {
                return Ok(Self::Program(form.into_event()?));
            }
            StoredEvent::TopicStated(form) => return Ok(Self::Catalogue(form.into_event()?)),
            StoredEvent::Created(form) => form.into_created()?,
            StoredEvent::SettingsAmended(form) => form.into_amended()?,
            StoredEvent::Published(PublishedV1 {}) => Event::Published,
            StoredEvent::CalledOff(form) => form.into_event()?,
            StoredEvent::Postponed(form) => form.into_event()?,
            StoredEvent::Released(form) => form.into_event()?,
            StoredEvent::DrawHeld(form) => form.into_event()?,
            StoredEvent::PassedOver(form) => form.into_event()?,
            StoredEvent::GroupSubmitted(form) => form.into_event()?,
            StoredEvent::Submitted(form) => form.into_event()?,
            StoredEvent::EmailConfirmed(form) => form.into_event(),
            StoredEvent::Held(form) => form.into_held(),
            StoredEvent::Confirmed(form) => form.into_confirmed(),
            StoredEvent::Waitlisted(form) => form.into_event(),
            StoredEvent::Offered(form) => form.into_event()?,
            StoredEvent::Declined(form) => form.into_event()?,
            StoredEvent::Lapsed(form) => form.into_event(),
            StoredEvent::Cancelled(form) => form.into_event()?,
            StoredEvent::Amended(form) => form.into_event()?,
            StoredEvent::Substituted(form) => form.into_event()?,
            StoredEvent::Merged(form) => form.into_event(),
            StoredEvent::Reinstated(form) => form.into_event()?,
            StoredEvent::MovedToWaitlist(form) => form.into_event()?,
            StoredEvent::Noted(form) => form.into_event()?,
            StoredEvent::LinkRenewed(form) => form.into_event()?,
            StoredEvent::AssignmentDrafted(form) => form.into_event()?,
            StoredEvent::AssignmentPublished(form) => form.into_event()?,
            StoredEvent::TopicAssigned(form) => form.into_event()?,
            StoredEvent::AttendanceTaken(form) => form.into_event()?,
            StoredEvent::AttendanceClosed(form) => form.into_event()?,
            StoredEvent::DocumentAdded(form) => form.into_event()?,
        };
        Ok(Self::Workshop(event))
    }
}
