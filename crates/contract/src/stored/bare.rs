//! The short form of a decision in a cache: the events are the log's, in a shorter frame.

use anmeldewerk_domain::{Boundary, Instant};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    assignment::{AssignmentDraftedV1, AssignmentPublishedV1, TopicAssignedV1},
    attendance::{AttendanceClosedV1, AttendanceTakenV1},
    catalogue::TopicStatedV1,
    change::{
        AmendedV1, LinkRenewedV1, MergedV1, MovedToWaitlistV1, NotedV1, ReinstatedV1, SubstitutedV1,
    },
    decision::{Envelope, StoredClock, StoredCommand, StoredDecision},
    document::DocumentAddedV1,
    event::StoredEvent,
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
use crate::{Position, Recorded, ValueError};

/// A decision with its place, in a cache.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BareDecision {
    at: Position,
    id: Uuid,
    /// Microseconds since 1970.
    time: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<i64>,
    command: StoredCommand,
    actor: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    clock: Option<StoredClock>,
    events: Vec<BareEvent>,
}

impl From<&Recorded> for BareDecision {
    fn from(recorded: &Recorded) -> Self {
        let decision = &recorded.decision;
        let stored = StoredDecision::from(decision);
        Self {
            at: recorded.position,
            id: decision.id,
            time: decision.decided_at.as_micros(),
            due: decision.due.map(Instant::as_micros),
            command: stored.command,
            actor: stored.actor,
            clock: stored.clock,
            events: stored.events.into_iter().map(BareEvent).collect(),
        }
    }
}

impl BareDecision {
    pub(crate) fn into_recorded(self, boundary: Boundary) -> Result<Recorded, ValueError> {
        let envelope = Envelope {
            id: self.id,
            boundary,
            decided_at: Instant::from_micros(self.time),
            traceparent: None,
            due: self.due.map(Instant::from_micros),
        };
        let stored = StoredDecision {
            command: self.command,
            actor: self.actor,
            clock: self.clock,
            events: self.events.into_iter().map(|event| event.0).collect(),
        };
        Ok(Recorded {
            position: self.at,
            decision: stored.into_decision(envelope)?,
        })
    }
}

/// An event with its type before it, which is read about twice as fast as a type among its fields.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct BareEvent(#[serde(with = "Tagged")] StoredEvent);

/// Every form of an event there ever was, as [`StoredEvent`] has them.
#[derive(Serialize, Deserialize)]
#[serde(remote = "StoredEvent", rename_all = "snake_case")]
enum Tagged {
    ProgramRegistered(ProgramV1),
    ProgramAmended(ProgramV1),
    MunicipalitiesListed(ListedV1),
    TopicStated(TopicStatedV1),
    Created(Box<SettingsV1>),
    SettingsAmended(Box<SettingsV1>),
    Published(PublishedV1),
    CalledOff(CalledOffV1),
    Postponed(Box<ScheduleV1>),
    Released(ReleasedV1),
    DrawHeld(DrawHeldV1),
    PassedOver(PassedOverV1),
    GroupSubmitted(Box<GroupSubmittedV1>),
    Submitted(Box<SubmittedV1>),
    EmailConfirmed(EmailConfirmedV1),
    Held(SeatV1),
    Confirmed(SeatV1),
    Waitlisted(WaitlistedV1),
    Offered(OfferedV1),
    Declined(DeclinedV1),
    Lapsed(LapsedV1),
    Cancelled(CancelledV1),
    Amended(Box<AmendedV1>),
    Substituted(Box<SubstitutedV1>),
    Merged(MergedV1),
    Reinstated(ReinstatedV1),
    MovedToWaitlist(MovedToWaitlistV1),
    Noted(NotedV1),
    LinkRenewed(LinkRenewedV1),
    AssignmentDrafted(Box<AssignmentDraftedV1>),
    AssignmentPublished(Box<AssignmentPublishedV1>),
    TopicAssigned(TopicAssignedV1),
    AttendanceTaken(Box<AttendanceTakenV1>),
    AttendanceClosed(AttendanceClosedV1),
    DocumentAdded(Box<DocumentAddedV1>),
}
