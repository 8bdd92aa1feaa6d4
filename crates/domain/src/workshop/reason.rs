//! Why somebody did something that needs a reason. Codes, so that they can be counted.

/// A reason; what is beyond it stands sealed beside it, if anywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The participant withdrew.
    Withdrawn,
    /// Illness.
    Illness,
    /// Other duties of the office.
    Duty,
    /// It should not have been entered.
    Mistake,
    /// The person does not belong to those it is for.
    NotEligible,
    /// The person is registered more than once.
    Duplicate,
    /// A case of hardship (Härtefall).
    Hardship,
    /// The organisation of the workshop asks for it.
    Organisation,
    /// Something else.
    Other,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 9] = [
        Self::Withdrawn,
        Self::Illness,
        Self::Duty,
        Self::Mistake,
        Self::NotEligible,
        Self::Duplicate,
        Self::Hardship,
        Self::Organisation,
        Self::Other,
    ];

    /// Gives the code used in bodies, answers and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Illness => "illness",
            Self::Duty => "duty",
            Self::Mistake => "mistake",
            Self::NotEligible => "not_eligible",
            Self::Duplicate => "duplicate",
            Self::Hardship => "hardship",
            Self::Organisation => "organisation",
            Self::Other => "other",
        }
    }

    /// Finds the reason of a code.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}
