//! Registrations as they come in and change.

use anmeldewerk_domain::{
    GroupId, LinkHash, Number, PersonId, ReferenceHash, RegistrationId, ReportingId,
    workshop::{
        Amended, AmendedData, Block, Blocks, Channel, Membership, Reason, Slot, Submitted,
        Substituted, Wishes,
    },
};

use crate::{
    decisions::AT,
    workshops::{code, municipality, program},
};

pub(crate) fn block(fill: u8) -> Block {
    Block {
        sealed: vec![fill; 9],
        commit: [fill; 32],
    }
}

fn blocks() -> Blocks {
    Blocks {
        contact: Some(block(6)),
        identity: Some(block(7)),
        free_text: Some(block(8)),
    }
}

fn wishes() -> Vec<Wishes> {
    vec![Wishes {
        slot: Slot::First,
        ranked: vec![code("rolle"), code("diskurs")],
        vetoes: vec![code("angebote")],
    }]
}

/// Gives a registration as it could come in first: what came later says what its absence says.
pub(crate) fn submitted() -> Submitted {
    Submitted {
        registration: RegistrationId(1),
        reporting: ReportingId(2),
        number: Number::from_random(123_456_789),
        person: PersonId(3),
        placeholder: false,
        program: program("mv"),
        municipality: municipality("13071107"),
        channel: Channel::Office,
        reference: Some(ReferenceHash([4; 32])),
        group: None,
        wishes: wishes(),
        privacy_notice: 2,
        link: LinkHash([5; 32]),
        confirm_until: None,
        look_alikes: Vec::new(),
        overridden: None,
        blocks: blocks(),
    }
}

/// Gives a registration that says something with every field.
pub(crate) fn full_submitted() -> Submitted {
    Submitted {
        placeholder: true,
        group: Some(Membership {
            group: GroupId(11),
            together: true,
        }),
        confirm_until: Some(AT.hours_later(48)),
        look_alikes: vec![RegistrationId(12), RegistrationId(13)],
        overridden: Some(Reason::Hardship),
        ..submitted()
    }
}

/// Gives a registration that came in on this way, and says nothing beyond what it must.
pub(crate) fn bare_submitted(channel: Channel) -> Submitted {
    Submitted {
        channel,
        reference: None,
        wishes: Vec::new(),
        blocks: Blocks::default(),
        ..submitted()
    }
}

pub(crate) fn amended() -> Amended {
    Amended {
        registration: RegistrationId(1),
        municipality: Some(municipality("01053")),
        wishes: Some(wishes()),
        privacy_notice: Some(3),
        data: Some(AmendedData {
            also: Some(PersonId(77)),
            placeholder: true,
            look_alikes: vec![RegistrationId(12)],
            blocks: blocks(),
        }),
    }
}

/// Gives amendments that leave something as it is, or make it empty.
pub(crate) fn partly_amended() -> [Amended; 3] {
    let nothing = Amended {
        registration: RegistrationId(1),
        municipality: None,
        wishes: None,
        privacy_notice: None,
        data: None,
    };
    let no_wishes = Amended {
        wishes: Some(Vec::new()),
        ..nothing.clone()
    };
    let emptied = AmendedData {
        also: None,
        placeholder: false,
        look_alikes: Vec::new(),
        blocks: Blocks::default(),
    };
    let no_data = Amended {
        data: Some(emptied),
        ..nothing.clone()
    };
    [nothing, no_wishes, no_data]
}

pub(crate) fn substituted() -> Substituted {
    Substituted {
        registration: RegistrationId(1),
        reason: Some(Reason::Illness),
        successor: RegistrationId(14),
        reporting: ReportingId(15),
        number: Number::from_random(987_654_321),
        person: PersonId(16),
        placeholder: true,
        municipality: municipality("01053"),
        channel: Channel::Web,
        privacy_notice: 3,
        link: LinkHash([17; 32]),
        look_alikes: vec![RegistrationId(12)],
        blocks: blocks(),
    }
}

/// Gives a substitution that says nothing beyond what it must.
pub(crate) fn bare_substituted() -> Substituted {
    Substituted {
        reason: None,
        placeholder: false,
        look_alikes: Vec::new(),
        blocks: Blocks::default(),
        ..substituted()
    }
}
