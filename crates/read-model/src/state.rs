//! The names of the places where a registration may stand.

use anmeldewerk_domain::workshop::Situation;

/// Where a registration stands, without the particulars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RegistrationState {
    /// It came in and rests.
    Submitted,
    /// It holds a seat and waits for approval.
    PendingApproval,
    /// It holds a seat.
    Confirmed,
    /// It waits for a seat.
    Waitlisted,
    /// A seat is kept for it, until it is answered.
    Offered,
    /// An office said no.
    Declined,
    /// Nobody answered in time.
    Lapsed,
    /// It was given back.
    Cancelled,
    /// Somebody came in its place.
    Transferred,
    /// It turned out to be the same as another one.
    Merged,
    /// They were there all the time.
    Attended,
    /// They were there some of the time.
    PartiallyAttended,
    /// They were not there.
    NoShow,
}

impl RegistrationState {
    /// Every state.
    pub const ALL: [Self; 13] = [
        Self::Submitted,
        Self::PendingApproval,
        Self::Confirmed,
        Self::Waitlisted,
        Self::Offered,
        Self::Declined,
        Self::Lapsed,
        Self::Cancelled,
        Self::Transferred,
        Self::Merged,
        Self::Attended,
        Self::PartiallyAttended,
        Self::NoShow,
    ];

    /// Those in which something can still come of it.
    pub const LIVE: [Self; 5] = [
        Self::Submitted,
        Self::PendingApproval,
        Self::Confirmed,
        Self::Waitlisted,
        Self::Offered,
    ];

    /// Those whose wishes count: all but the ended ones.
    pub const STANDING: [Self; 8] = [
        Self::Submitted,
        Self::PendingApproval,
        Self::Confirmed,
        Self::Waitlisted,
        Self::Offered,
        Self::Attended,
        Self::PartiallyAttended,
        Self::NoShow,
    ];

    /// Those that attendance has brought about.
    pub const CLOSED: [Self; 3] = [Self::Attended, Self::PartiallyAttended, Self::NoShow];

    /// Gives the name used in answers, tables and filters; it is that of the [`Situation`].
    pub fn name(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::PendingApproval => "pending_approval",
            Self::Confirmed => "confirmed",
            Self::Waitlisted => "waitlisted",
            Self::Offered => "offered",
            Self::Declined => "declined",
            Self::Lapsed => "lapsed",
            Self::Cancelled => "cancelled",
            Self::Transferred => "transferred",
            Self::Merged => "merged",
            Self::Attended => "attended",
            Self::PartiallyAttended => "partially_attended",
            Self::NoShow => "no_show",
        }
    }

    /// Finds the state of a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Says whether it holds a seat.
    pub fn holds_seat(self) -> bool {
        match self {
            Self::PendingApproval
            | Self::Confirmed
            | Self::Offered
            | Self::Attended
            | Self::PartiallyAttended
            | Self::NoShow => true,
            Self::Submitted
            | Self::Waitlisted
            | Self::Declined
            | Self::Lapsed
            | Self::Cancelled
            | Self::Transferred
            | Self::Merged => false,
        }
    }
}

impl From<Situation> for RegistrationState {
    fn from(situation: Situation) -> Self {
        match situation {
            Situation::Submitted { .. } => Self::Submitted,
            Situation::PendingApproval => Self::PendingApproval,
            Situation::Confirmed => Self::Confirmed,
            Situation::Waitlisted => Self::Waitlisted,
            Situation::Offered { .. } => Self::Offered,
            Situation::Declined => Self::Declined,
            Situation::Lapsed { .. } => Self::Lapsed,
            Situation::Cancelled => Self::Cancelled,
            Situation::Transferred { .. } => Self::Transferred,
            Situation::Merged { .. } => Self::Merged,
            Situation::Attended => Self::Attended,
            Situation::PartiallyAttended => Self::PartiallyAttended,
            Situation::NoShow => Self::NoShow,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anmeldewerk_domain::{Instant, RegistrationId, workshop::Lapse};

    #[test]
    fn states_bear_the_names_of_the_situations() {
        let names = RegistrationState::ALL.map(RegistrationState::name);
        assert_eq!(names, Situation::NAMES);
        for name in names {
            assert_eq!(
                RegistrationState::parse(name).map(RegistrationState::name),
                Some(name)
            );
        }
        assert_eq!(RegistrationState::parse("absent"), None);
    }

    #[test]
    fn a_state_holds_a_seat_where_its_situation_does() {
        let at = Instant::from_micros(1);
        let (to, into) = (RegistrationId(1), RegistrationId(2));
        let (lapse, expired) = (Lapse::Offer, at);
        let situations = [
            Situation::Submitted { confirm_by: None },
            Situation::PendingApproval,
            Situation::Confirmed,
            Situation::Waitlisted,
            Situation::Offered { expires: at },
            Situation::Declined,
            Situation::Lapsed { lapse, expired },
            Situation::Cancelled,
            Situation::Transferred { to },
            Situation::Merged { into },
            Situation::Attended,
            Situation::PartiallyAttended,
            Situation::NoShow,
        ];
        for situation in situations {
            let state = RegistrationState::from(situation);
            assert_eq!(state.name(), situation.name());
            assert_eq!(state.holds_seat(), situation.holds_seat(), "{situation:?}");
        }
    }
}
