//! Opening personal data: once per page, recorded before it is shown.

use anmeldewerk_read_model::query::{Group, Name, Registration, SealedBlock, SealedNote};
use anmeldewerk_service::auth::Credentials;
use anmeldewerk_vault::{
    AccessRecord, Class, Contact, FreeText, Identity, Opening, Place, Plain, Sealed,
};
use jiff::Timestamp;
use uuid::Uuid;

use crate::{
    answer::{Audience, Refused, unavailable},
    ask::{Question, Sight, Viewer},
    desk::Desk,
};

/// The issuer under which a participant's own look is recorded.
pub(crate) const PARTICIPANT: &str = "participant";

/// Where persons are shown, for the record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene {
    /// The template of the route.
    pub(crate) route: &'static str,
    /// The workshop, where the route has one.
    pub(crate) workshop: Option<Uuid>,
}

/// What is personal as a row holds it: sealed, and for whose keys.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held<'r> {
    host: &'r str,
    place: Place<'r>,
    identity: Option<&'r SealedBlock>,
    contact: Option<&'r SealedBlock>,
    free_text: Option<&'r SealedBlock>,
    /// What was said about a reason, and the decision it belongs to.
    note: Option<&'r SealedNote>,
}

/// What is seen of a person.
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
    /// What was said last about a reason, for those who see needs.
    pub(crate) note: Option<FreeText>,
}

/// A sealed block, and to which of those asked for it belongs.
struct Block<'r> {
    holder: usize,
    kind: Kind,
    sealed: Sealed<'r>,
}

/// What a block is to whom it belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A part of the person.
    Part,
    /// What was said about a reason.
    Note,
}

/// Opens what the caller may see of what is held; an answer for each, in order.
///
/// Whose data was opened is recorded before this returns.
pub(crate) async fn disclose(
    desk: &Desk,
    question: &Question,
    scene: Scene,
    held: &[Held<'_>],
) -> Result<Vec<Disclosed>, Refused> {
    let disclosed = open(desk, &question.viewer, held).await?;
    let opened = held.iter().zip(&disclosed);
    let opened = opened.filter(|(_, disclosed)| matches!(disclosed, Disclosed::Open(_)));
    let persons: Vec<Uuid> = opened.map(|(held, _)| held.place.person).collect();
    record_access(desk, question, scene, &persons).await?;
    Ok(disclosed)
}

/// Records that these persons are shown; nothing where nobody is.
///
/// To be called before the answer leaves. Who sees ids alone opens nobody.
pub(crate) async fn record_access(
    desk: &Desk,
    question: &Question,
    scene: Scene,
    persons: &[Uuid],
) -> Result<(), Refused> {
    let Some((issuer, subject, program)) = who(&question.credentials) else {
        return Ok(());
    };
    if persons.is_empty() || question.viewer == Viewer::Auditor {
        return Ok(());
    }
    let record = AccessRecord {
        issuer,
        subject,
        program,
        route: scene.route.to_owned(),
        workshop: scene.workshop,
        purpose: question.purpose.clone(),
        persons: persons.to_vec(),
    };
    let opener = desk.vault.opener().ok_or_else(unavailable)?;
    Ok(opener.record(record).await?)
}

/// Opens what somebody may see of what is held; an answer for each, in order. Whoever calls it has it recorded.
pub(crate) async fn open(
    desk: &Desk,
    viewer: &Viewer,
    held: &[Held<'_>],
) -> Result<Vec<Disclosed>, Refused> {
    let mut disclosed = Vec::with_capacity(held.len());
    let mut blocks = Vec::new();
    for (holder, held) in held.iter().enumerate() {
        let sight = viewer.sight(held.host, held.place.program);
        disclosed.push(Disclosed::before_opening(sight));
        let parts = seen(sight, *held).map(|sealed| (Kind::Part, sealed));
        let note = said(sight, *held).map(|sealed| (Kind::Note, sealed));
        blocks.extend(parts.chain(note).map(|(kind, sealed)| Block {
            holder,
            kind,
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
        disclosed[block.holder].take_in(block, opening);
    }
    count(&disclosed);
    Ok(disclosed)
}

/// Opens names to put them in order or to look for one; nothing for those that are not the caller's, or do not open.
///
/// Nobody is shown by this: who is in the answer is opened for it once more, and recorded.
pub(crate) async fn identities(
    desk: &Desk,
    question: &Question,
    names: &[Name],
) -> Result<Vec<Option<Identity>>, Refused> {
    let sealed = names.iter().map(|name| sealed_name(question, name));
    let blocks: Vec<Sealed<'_>> = sealed.flatten().collect();
    if blocks.is_empty() {
        return Ok(vec![None; names.len()]);
    }
    let opener = desk.vault.opener().ok_or_else(unavailable)?;
    let openings = opener.open_many(&blocks).await?;
    let mut openings = openings.iter();
    let mut identity = |name: &Name| match sealed_name(question, name).and_then(|_| openings.next())
    {
        Some(Opening::Opened(plain)) => plain.read().ok(),
        Some(Opening::Erased(_) | Opening::Damaged) | None => None,
    };
    Ok(names.iter().map(&mut identity).collect())
}

fn sealed_name<'r>(question: &Question, name: &'r Name) -> Option<Sealed<'r>> {
    let sight = question.viewer.sight(&name.host, &name.program);
    let block = name.identity.as_ref()?;
    (sight != Sight::Pseudonym).then_some(Sealed {
        place: Place {
            program: &name.program,
            person: name.person,
            decision: name.decision,
        },
        class: Class::Identity,
        bytes: &block.bytes,
        commit: block.commit,
    })
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
fn seen(sight: Sight, held: Held<'_>) -> impl Iterator<Item = Sealed<'_>> {
    let classes: &[Class] = match sight {
        Sight::Whole => &[Class::Identity, Class::Contact, Class::FreeText],
        Sight::WithoutNeeds => &[Class::Identity, Class::Contact],
        Sight::Pseudonym => &[],
    };
    classes.iter().filter_map(move |class| {
        let block = held.block(*class)?;
        Some(Sealed {
            place: held.place,
            class: *class,
            bytes: &block.bytes,
            commit: block.commit,
        })
    })
}

/// Gives what was said about a reason, for those who see the whole person.
fn said(sight: Sight, held: Held<'_>) -> Option<Sealed<'_>> {
    let note = held.note.filter(|_| sight == Sight::Whole)?;
    Some(Sealed {
        place: Place {
            decision: note.decision,
            ..held.place
        },
        class: Class::FreeText,
        bytes: &note.block.bytes,
        commit: note.block.commit,
    })
}

impl<'r> Held<'r> {
    /// Takes whom to ask about a group, if that was stated.
    pub(crate) fn of_group(group: &'r Group) -> Option<Self> {
        let contact = group.contact.as_ref()?;
        Some(Self {
            host: &group.host,
            place: Place {
                program: &group.program,
                person: contact.person,
                decision: group.decision,
            },
            identity: None,
            contact: Some(&contact.block),
            free_text: None,
            note: None,
        })
    }

    fn block(self, class: Class) -> Option<&'r SealedBlock> {
        match class {
            Class::Identity => self.identity,
            Class::Contact => self.contact,
            Class::FreeText => self.free_text,
            Class::Evidence => None,
        }
    }
}

impl<'r> From<&'r Registration> for Held<'r> {
    fn from(registration: &'r Registration) -> Self {
        Self {
            host: &registration.host,
            place: Place {
                program: &registration.program,
                person: registration.person,
                decision: registration.decision,
            },
            identity: registration.identity.as_ref(),
            contact: registration.contact.as_ref(),
            free_text: registration.free_text.as_ref(),
            note: registration.note.as_ref(),
        }
    }
}

impl Disclosed {
    /// Gives what was opened.
    pub(crate) fn person(&self) -> Option<&Person> {
        match self {
            Self::Open(person) => Some(person),
            Self::Sealed | Self::Erased(_) | Self::Damaged => None,
        }
    }

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
                if person.read(block, plain).is_none() {
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
    fn read(&mut self, block: &Block<'_>, plain: &Plain) -> Option<()> {
        match (block.kind, block.sealed.class) {
            (Kind::Part, Class::Identity) => self.identity = plain.read().ok()?,
            (Kind::Part, Class::Contact) => self.contact = plain.read().ok()?,
            (Kind::Part, Class::FreeText) => self.free_text = Some(plain.read().ok()?),
            (Kind::Note, Class::FreeText) => self.note = Some(plain.read().ok()?),
            (Kind::Part, Class::Evidence)
            | (Kind::Note, Class::Identity | Class::Contact | Class::Evidence) => return None,
        }
        Some(())
    }
}

/// Says who looks: issuer, subject, program. Nothing is opened for anybody else.
fn who(credentials: &Credentials) -> Option<(String, String, Option<String>)> {
    match credentials {
        Credentials::Bearer(caller) => {
            let caller = caller.clone();
            Some((caller.issuer, caller.sub, caller.program))
        }
        Credentials::Participant(secret) => {
            let subject = anmeldewerk_contract::hex(&secret.0);
            Some((PARTICIPANT.to_owned(), subject, None))
        }
        Credentials::Anonymous => None,
    }
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
        let mut sealed = seen(Sight::Whole, registration.into());
        Block {
            holder: 0,
            kind: Kind::Part,
            sealed: sealed.next().expect("a block"),
        }
    }

    #[test]
    fn only_what_may_be_seen_is_opened() {
        let registration = example::registration();
        let classes = |sight| -> Vec<Class> {
            let blocks = seen(sight, Held::from(&registration));
            blocks.map(|sealed| sealed.class).collect()
        };
        let whole = [Class::Identity, Class::Contact, Class::FreeText];
        assert_eq!(classes(Sight::Whole), whole);
        assert_eq!(classes(Sight::WithoutNeeds), whole[..2]);
        assert_eq!(classes(Sight::Pseudonym), []);
    }

    #[test]
    fn of_a_group_the_contact_is_opened_with_the_keys_of_the_person_it_names() {
        let group = example::group();
        let held = Held::of_group(&group).expect("a contact");
        for sight in [Sight::Whole, Sight::WithoutNeeds] {
            let blocks: Vec<Sealed<'_>> = seen(sight, held).collect();
            let [contact] = &blocks[..] else {
                panic!("one block");
            };
            let place = contact.place;
            assert_eq!(contact.class, Class::Contact);
            assert_eq!(
                (place.person, place.decision),
                (Uuid::from_u128(0xaa), group.decision)
            );
        }
        assert_eq!(seen(Sight::Pseudonym, held).count(), 0);
        let silent = Group {
            contact: None,
            ..group
        };
        assert!(Held::of_group(&silent).is_none());
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
