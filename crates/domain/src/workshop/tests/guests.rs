//! People who come, and what is known of them.

use super::*;

/// Somebody who comes, from the Herzogtum Lauenburg by the system of `sh` unless something else is said.
#[derive(Clone)]
pub(super) struct Guest(pub(super) Submission);

pub(super) fn guest(who: u32) -> Guest {
    let application = Application {
        registration: id(who),
        reporting: ReportingId(u128::from(who) + 1_000_000),
        numbers: [1, 2, 3].map(|candidate| number(who, candidate)),
        program: program("sh"),
        municipality: municipality("01053"),
        channel: Channel::Api,
        reference: None,
        wishes: Vec::new(),
        privacy_notice: 1,
        has_email: true,
        link: link(who),
        overriding: None,
    };
    Guest(Submission {
        application,
        who: known(who),
    })
}

pub(super) fn id(who: u32) -> RegistrationId {
    RegistrationId(u128::from(who))
}

pub(super) fn person(who: u32) -> PersonId {
    PersonId(u128::from(who) + 2_000_000)
}

pub(super) fn number(who: u32, candidate: u32) -> Number {
    Number::from_random(u64::from(who) * 10 + u64::from(candidate))
}

pub(super) fn link(who: u32) -> LinkHash {
    let mut hash = [0; 32];
    hash[..4].copy_from_slice(&who.to_be_bytes());
    LinkHash(hash)
}

pub(super) fn known(who: u32) -> Known {
    Known {
        person: person(who),
        placeholder: false,
        look_alikes: Vec::new(),
        blocks: Blocks::default(),
    }
}

impl Guest {
    pub(super) fn with(mut self, change: impl FnOnce(&mut Submission)) -> Self {
        change(&mut self.0);
        self
    }

    pub(super) fn of(self, slug: &str) -> Self {
        self.with(|s| s.application.program = program(slug))
    }

    pub(super) fn living_in(self, key: &str) -> Self {
        self.with(|s| s.application.municipality = municipality(key))
    }

    pub(super) fn with_reference(self, file: u8) -> Self {
        self.with(|s| s.application.reference = Some(ReferenceHash([file; 32])))
    }

    pub(super) fn by_web(self) -> Self {
        self.with(|s| s.application.channel = Channel::Web)
    }

    pub(super) fn let_in_for(self, reason: Reason) -> Self {
        self.with(|s| s.application.overriding = Some(reason))
    }

    pub(super) fn wishing(self, wishes: Vec<Wishes>) -> Self {
        self.with(|s| s.application.wishes = wishes)
    }

    pub(super) fn being(self, who: u32) -> Self {
        self.with(|s| s.who.person = person(who))
    }

    pub(super) fn looking_like(self, who: u32) -> Self {
        self.with(|s| s.who.look_alikes.push(person(who)))
    }

    pub(super) fn nobody(self) -> Self {
        self.with(|s| s.who.placeholder = true)
    }

    pub(super) fn comes(&self) -> Command {
        Command::Submit(Box::new(self.0.clone()))
    }

    pub(super) fn came_in(&self) -> Event {
        self.came_in_with(|_| ())
    }

    pub(super) fn came_in_with(&self, change: impl FnOnce(&mut Submitted)) -> Event {
        let Submission { application, who } = self.0.clone();
        let mut submitted = Submitted {
            registration: application.registration,
            reporting: application.reporting,
            number: application.numbers[0],
            person: who.person,
            placeholder: who.placeholder,
            program: application.program,
            municipality: application.municipality,
            channel: application.channel,
            reference: application.reference,
            group: None,
            wishes: application.wishes,
            privacy_notice: application.privacy_notice,
            link: application.link,
            confirm_until: None,
            look_alikes: Vec::new(),
            overridden: application.overriding,
            blocks: who.blocks,
        };
        change(&mut submitted);
        Event::Submitted(Box::new(submitted))
    }
}

pub(super) fn submit(who: u32) -> Command {
    guest(who).comes()
}
