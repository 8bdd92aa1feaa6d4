//! What must be known before a wish can become a command: persons, and what is stored of them.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{
    Boundary, MunicipalityKey, PersonId, ProgramId, RegistrationId, State,
    workshop::{self, Block, GroupContact, Known, Workshop},
};
use anmeldewerk_vault::{Contact, FreeText, PersonQuery};
use uuid::Uuid;

use super::{
    Applicant, Asked, Note, Party, Personal, Refusal, Successor, Wish, attempt::Pending,
    cell::Cell, command::subject_of,
};
use crate::{access::authorise, form::person::PersonPatch};

/// What a wish still needs.
pub(super) enum Need<'a> {
    /// Nothing, or a refusal is sure without it.
    Nothing,
    /// Persons who are to be found or made.
    Persons(Vec<Stranger<'a>>),
    /// What is stored of a person, to be compared with what shall be.
    Content(Box<Wanted<'a>>),
    /// The keys of a person who is known, to seal what was said.
    Keys(Noting<'a>),
}

/// Something said about a registration, to be sealed for its person.
pub(super) struct Noting<'a> {
    pub(super) person: PersonId,
    pub(super) program: ProgramId,
    pub(super) decision: Uuid,
    pub(super) said: &'a FreeText,
}

/// Somebody whom the vault is to find or make.
pub(super) struct Stranger<'a> {
    pub(super) program: &'a ProgramId,
    pub(super) municipality: &'a MunicipalityKey,
    pub(super) personal: &'a Personal,
    pub(super) fresh: Uuid,
    pub(super) workshop: Uuid,
    pub(super) registration: RegistrationId,
    pub(super) decision: Uuid,
    /// Whom to ask about their group, to be sealed for them.
    pub(super) group_contact: Option<&'a Contact>,
}

/// A registration whose personal data is to be changed.
pub(super) struct Wanted<'a> {
    pub(super) registration: RegistrationId,
    pub(super) person: PersonId,
    pub(super) program: ProgramId,
    /// The municipality as it shall be.
    pub(super) municipality: MunicipalityKey,
    /// Whether that is another one.
    pub(super) moves: bool,
    /// Where the data stands.
    pub(super) at: Position,
    pub(super) change: Option<Change<'a>>,
    pub(super) workshop: Uuid,
    pub(super) decision: Uuid,
}

/// Personal data that shall be other.
#[derive(Clone, Copy)]
pub(super) enum Change<'a> {
    /// All of it.
    Whole(&'a Personal),
    /// Some of it.
    Patch(&'a PersonPatch),
}

/// What is known now.
#[derive(Clone)]
pub(super) enum Resolved {
    /// Nothing was needed, or asked for.
    Nothing,
    /// The persons, in order; for a group with whom to ask about it.
    Persons(Vec<Known>, Option<GroupContact>),
    /// What is stored of a person was compared.
    Content(Box<Compared>),
    /// What was said is sealed.
    Note(Block),
    /// It cannot be done with this person or this body.
    Refused(Refusal),
}

/// Personal data compared with what shall be.
#[derive(Clone)]
pub(super) struct Compared {
    /// As of which decision.
    pub(super) at: Position,
    /// What is other, if anything; `person` is whom the vault knows by it.
    pub(super) data: Option<Known>,
    /// By what the vault is to find the person from now on.
    pub(super) found_by: Option<PersonQuery>,
}

/// Says what a wish needs on this state.
pub(super) fn need<'a>(pending: &'a Pending, cell: &'a Cell) -> Need<'a> {
    let asked = &pending.job.asked;
    let resolved = !matches!(pending.resolved, Resolved::Nothing);
    if resolved || cell.known(asked.command).is_some() || authorise(&cell.state, asked).is_err() {
        return Need::Nothing;
    }
    match &asked.wish {
        Wish::Ready(_) | Wish::Restate(_) | Wish::Postpone(_) | Wish::CancelReferred(..) => {
            Need::Nothing
        }
        Wish::Noted(_, note) => noting(asked, cell, note),
        Wish::Register(applicant) => newcomer(asked, cell, applicant),
        Wish::RegisterGroup(party) => group(asked, cell, party),
        Wish::Put(applicant) => put(asked, cell, applicant),
        Wish::Revise(revision) => {
            let moved = revision.municipality.as_ref();
            let change = revision.personal.as_deref().map(Change::Patch);
            content(asked, cell, revision.registration, (moved, change))
        }
        Wish::Substitute(successor) => successor_of(asked, cell, successor),
    }
}

fn newcomer<'a>(asked: &'a Asked, cell: &Cell, applicant: &'a Applicant) -> Need<'a> {
    if !admitted(asked, cell, applicant) {
        return Need::Nothing;
    }
    let workshop = workshop_id(&asked.boundary);
    Need::Persons(vec![stranger(asked, applicant, workshop)])
}

fn group<'a>(asked: &'a Asked, cell: &Cell, party: &'a Party) -> Need<'a> {
    let admitted = |applicant: &Applicant| admitted(asked, cell, applicant);
    if !party.members.iter().all(admitted) {
        return Need::Nothing;
    }
    let workshop = workshop_id(&asked.boundary);
    let members = party.members.iter();
    let mut strangers: Vec<Stranger<'a>> = members
        .map(|applicant| stranger(asked, applicant, workshop))
        .collect();
    if let Some(first) = strangers.first_mut() {
        first.group_contact = Some(&party.contact);
    }
    Need::Persons(strangers)
}

/// Says whether an application gets as far as looking for a seat.
pub(super) fn admitted(asked: &Asked, cell: &Cell, applicant: &Applicant) -> bool {
    let State::Workshop(state) = &cell.state else {
        return false;
    };
    let at = asked.received_at.max(cell.decided_at);
    workshop::admits(state, at, &applicant.application).is_ok()
}

fn stranger<'a>(asked: &Asked, applicant: &'a Applicant, workshop: Uuid) -> Stranger<'a> {
    Stranger {
        program: &applicant.application.program,
        municipality: &applicant.application.municipality,
        personal: &applicant.personal,
        fresh: applicant.fresh_person,
        workshop,
        registration: applicant.application.registration,
        decision: asked.decision,
        group_contact: None,
    }
}

/// A known reference keeps its registration's person: nobody is made.
fn put<'a>(asked: &'a Asked, cell: &'a Cell, applicant: &'a Applicant) -> Need<'a> {
    let known = cell
        .workshop()
        .and_then(|workshop| referred(workshop, applicant));
    match known {
        None => newcomer(asked, cell, applicant),
        Some(registration) => {
            let municipality = Some(&applicant.application.municipality);
            let change = Some(Change::Whole(&applicant.personal));
            content(asked, cell, registration, (municipality, change))
        }
    }
}

/// Finds the registration that an applicant's source reference names.
pub(super) fn referred(workshop: &Workshop, applicant: &Applicant) -> Option<RegistrationId> {
    let reference = applicant.application.reference?;
    workshop.references.get(&reference).copied()
}

fn content<'a>(
    asked: &'a Asked,
    cell: &Cell,
    id: RegistrationId,
    (municipality, change): (Option<&MunicipalityKey>, Option<Change<'a>>),
) -> Need<'a> {
    let registration = cell.workshop().and_then(|w| w.registrations.get(&id));
    let Some((registration, at)) = registration.zip(cell.sealed_at(id)) else {
        return Need::Nothing;
    };
    let moved = municipality.filter(|new| **new != registration.municipality);
    if moved.is_none() && change.is_none() {
        return Need::Nothing;
    }
    Need::Content(Box::new(Wanted {
        registration: id,
        person: registration.person,
        program: registration.program.clone(),
        municipality: moved.unwrap_or(&registration.municipality).clone(),
        moves: moved.is_some(),
        at,
        change,
        workshop: workshop_id(&asked.boundary),
        decision: asked.decision,
    }))
}

fn noting<'a>(asked: &Asked, cell: &Cell, note: &'a Note) -> Need<'a> {
    let about = subject_of(asked, cell);
    let registration = about.and_then(|id| cell.workshop()?.registrations.get(&id));
    registration.map_or(Need::Nothing, |registration| {
        Need::Keys(Noting {
            person: registration.person,
            program: registration.program.clone(),
            decision: asked.decision,
            said: &note.0,
        })
    })
}

fn successor_of<'a>(asked: &'a Asked, cell: &'a Cell, successor: &'a Successor) -> Need<'a> {
    let workshop = cell.workshop();
    let registration = workshop.and_then(|w| w.registrations.get(&successor.registration));
    let Some(registration) = registration else {
        return Need::Nothing;
    };
    let municipality = successor.municipality.as_ref();
    Need::Persons(vec![Stranger {
        program: &registration.program,
        municipality: municipality.unwrap_or(&registration.municipality),
        personal: &successor.personal,
        fresh: successor.fresh_person,
        workshop: workshop_id(&asked.boundary),
        registration: successor.new,
        decision: asked.decision,
        group_contact: None,
    }])
}

fn workshop_id(boundary: &Boundary) -> Uuid {
    match boundary {
        Boundary::Workshop(workshop) => Uuid::from_u128(workshop.0),
        Boundary::Program(_) => Uuid::nil(),
    }
}
