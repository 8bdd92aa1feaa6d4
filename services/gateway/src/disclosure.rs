//! Opening personal data: once per page, recorded before it is shown.

use anmeldewerk_read_model::query::{Registration, SealedBlock};
use anmeldewerk_service::auth::Credentials;
use anmeldewerk_vault::{
    AccessRecord, Class, Contact, FreeText, Identity, Opening, Place, Plain, Sealed,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    answer::{Audience, Refused, unavailable},
    ask::{Question, Sight},
    desk::Desk,
};

/// The issuer under which a participant's own look is recorded.
const PARTICIPANT: &str = "participant";

/// Where persons are shown, for the record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene {
    /// The template of the route.
    pub(crate) route: &'static str,
    /// The workshop.
    pub(crate) workshop: Uuid,
}

/// What is seen of a registration's person.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Disclosed {
    /// Their id.
    Sealed,
    /// What they stated.
    Open(Box<Person>),
    /// That their data was erased, and when.
    Erased(Timestamp),
    /// Nothing, because a block does not open; whoever runs the house is told.
    Damaged,
}

/// A person as far as the caller sees them; wiped when dropped, never shown by `Debug`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub(crate) identity: Identity,
    pub(crate) contact: Contact,
    /// Nothing where needs are not for the caller.
    pub(crate) free_text: Option<FreeText>,
}

/// A sealed block, and to which of the registrations it belongs.
struct Block<'r> {
    registration: usize,
    sealed: Sealed<'r>,
}

/// Opens what the caller may see of these registrations' persons; an answer for each, in order.
///
/// Whose data was opened is recorded before this returns.
pub(crate) async fn disclose(
    desk: &Desk,
    question: &Question,
    scene: Scene,
    registrations: &[Registration],
) -> Result<Vec<Disclosed>, Refused> {
    let mut disclosed = Vec::with_capacity(registrations.len());
    let mut blocks = Vec::new();
    for (index, registration) in registrations.iter().enumerate() {
        let sight = question.viewer.sight(registration);
        disclosed.push(Disclosed::before_opening(sight));
        blocks.extend(seen(sight, registration).map(|sealed| Block {
            registration: index,
            sealed,
        }));
    }
    if blocks.is_empty() {
        return Ok(disclosed);
    }
    let opener = desk.vault.opener().ok_or_else(unavailable)?;
    let sealed: Vec<Sealed<'_>> = blocks.iter().map(|block| block.sealed).collect();
    let openings = opener.open_many(&sealed).await?;
    for (block, opening) in blocks.iter().zip(&openings) {
        disclosed[block.registration].take_in(block, opening);
    }
    count(&disclosed);
    if let Some(record) = record(question, scene, registrations.iter().zip(&disclosed)) {
        opener.record(&record).await?;
    }
    Ok(disclosed)
}

/// Says who may keep an answer that shows this.
pub(crate) fn audience(disclosed: &[Disclosed]) -> Audience {
    if disclosed.iter().all(|person| *person == Disclosed::Sealed) {
        Audience::Shared
    } else {
        Audience::Alone
    }
}

/// Gives the blocks that somebody with this sight sees.
fn seen(sight: Sight, registration: &Registration) -> impl Iterator<Item = Sealed<'_>> {
    let classes: &[Class] = match sight {
        Sight::Whole => &[Class::Identity, Class::Contact, Class::FreeText],
        Sight::WithoutNeeds => &[Class::Identity, Class::Contact],
        Sight::Pseudonym => &[],
    };
    let place = Place {
        program: &registration.program,
        person: registration.person,
        decision: registration.decision,
    };
    classes.iter().filter_map(move |class| {
        let block = block(registration, *class)?;
        Some(Sealed {
            place,
            class: *class,
            bytes: &block.bytes,
            commit: block.commit,
        })
    })
}

fn block(registration: &Registration, class: Class) -> Option<&SealedBlock> {
    match class {
        Class::Identity => registration.identity.as_ref(),
        Class::Contact => registration.contact.as_ref(),
        Class::FreeText => registration.free_text.as_ref(),
        Class::Evidence => None,
    }
}

impl Disclosed {
    fn before_opening(sight: Sight) -> Self {
        let free_text = match sight {
            Sight::Pseudonym => return Self::Sealed,
            Sight::WithoutNeeds => None,
            Sight::Whole => Some(FreeText::default()),
        };
        Self::Open(Box::new(Person {
            free_text,
            ..Person::default()
        }))
    }

    fn take_in(&mut self, block: &Block<'_>, opening: &Opening) {
        match (&mut *self, opening) {
            (_, Opening::Erased(at)) => *self = Self::Erased(*at),
            (Self::Open(person), Opening::Opened(plain)) => {
                if person.read(block.sealed.class, plain).is_none() {
                    self.damage(block);
                }
            }
            (Self::Open(_), Opening::Damaged) => self.damage(block),
            (Self::Sealed | Self::Erased(_) | Self::Damaged, _) => {}
        }
    }

    fn damage(&mut self, block: &Block<'_>) {
        let Sealed { place, class, .. } = block.sealed;
        tracing::error!(person = %place.person, decision = %place.decision, %class, "a block does not open");
        *self = Self::Damaged;
    }
}

impl Person {
    /// Reads one part; nothing if it is none of a person's.
    fn read(&mut self, class: Class, plain: &Plain) -> Option<()> {
        match class {
            Class::Identity => self.identity = plain.read().ok()?,
            Class::Contact => self.contact = plain.read().ok()?,
            Class::FreeText => self.free_text = Some(plain.read().ok()?),
            Class::Evidence => return None,
        }
        Some(())
    }
}

fn record<'r>(
    question: &Question,
    scene: Scene,
    shown: impl Iterator<Item = (&'r Registration, &'r Disclosed)>,
) -> Option<AccessRecord> {
    let opened = shown.filter(|(_, disclosed)| matches!(disclosed, Disclosed::Open(_)));
    let persons: Vec<Uuid> = opened
        .map(|(registration, _)| registration.person)
        .collect();
    let (issuer, subject, program) = match &question.credentials {
        Credentials::Bearer(caller) => {
            let caller = caller.clone();
            (caller.issuer, caller.sub, caller.program)
        }
        Credentials::Participant(secret) => {
            let subject = anmeldewerk_contract::hex(&secret.0);
            (PARTICIPANT.to_owned(), subject, None)
        }
        // Nothing is opened for them.
        Credentials::Anonymous => return None,
    };
    (!persons.is_empty()).then(|| AccessRecord {
        issuer,
        subject,
        program,
        route: scene.route.to_owned(),
        workshop: Some(scene.workshop),
        purpose: question.purpose.clone(),
        persons,
    })
}

fn count(disclosed: &[Disclosed]) {
    for person in disclosed {
        let outcome = match person {
            Disclosed::Sealed => continue,
            Disclosed::Open(_) => "opened",
            Disclosed::Erased(_) => "erased",
            Disclosed::Damaged => "damaged",
        };
        metrics::counter!("gateway_openings_total", "outcome" => outcome).increment(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::example;

    fn block(registration: &Registration) -> Block<'_> {
        let sealed = seen(Sight::Whole, registration).next().expect("a block");
        Block {
            registration: 0,
            sealed,
        }
    }

    #[test]
    fn only_what_may_be_seen_is_opened() {
        let registration = example::registration();
        let classes = |sight| -> Vec<Class> {
            let blocks = seen(sight, &registration);
            blocks.map(|sealed| sealed.class).collect()
        };
        let whole = [Class::Identity, Class::Contact, Class::FreeText];
        assert_eq!(classes(Sight::Whole), whole);
        assert_eq!(classes(Sight::WithoutNeeds), whole[..2]);
        assert_eq!(classes(Sight::Pseudonym), []);
    }

    #[test]
    fn an_erased_person_stays_erased_whatever_else_is_damaged() {
        let registration = example::registration();
        let at = Timestamp::UNIX_EPOCH;
        let mut disclosed = Disclosed::before_opening(Sight::Whole);
        disclosed.take_in(&block(&registration), &Opening::Damaged);
        assert_eq!(disclosed, Disclosed::Damaged);
        disclosed.take_in(&block(&registration), &Opening::Erased(at));
        disclosed.take_in(&block(&registration), &Opening::Damaged);
        assert_eq!(disclosed, Disclosed::Erased(at));
    }

    #[test]
    fn only_pseudonyms_may_be_kept_by_others() {
        let open = Disclosed::before_opening(Sight::WithoutNeeds);
        assert_eq!(audience(&[Disclosed::Sealed]), Audience::Shared);
        assert_eq!(audience(&[Disclosed::Sealed, open]), Audience::Alone);
        let erased = Disclosed::Erased(Timestamp::UNIX_EPOCH);
        assert_eq!(audience(&[erased]), Audience::Alone);
    }
}
