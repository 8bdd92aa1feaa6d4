//! What must be known before a wish can become a command: persons, and what is stored of them.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{
    Boundary, MunicipalityKey, PersonId, ProgramId, RegistrationId, State,
    workshop::{self, Block, GroupContact, Known, Workshop},
};
use anmeldewerk_vault::{Contact, PersonQuery};
use uuid::Uuid;

use super::{
    Applicant, Asked, Job, Party, Personal, Refusal, Successor, Wish, cell::Cell,
    command::subject_of,
};
use crate::{access::authorise, form::person::PersonPatch};

/// What a wish still needs; it owns what it takes from the state, which goes on meanwhile.
pub(super) enum Need {
    /// Nothing, or a refusal is sure without it.
    Nothing,
    /// Whoever is to be registered is to be found or made.
    Newcomers,
    /// So is who comes in another's place, of this program and municipality.
    Successor(ProgramId, MunicipalityKey),
    /// What is stored of a person, to be compared with what shall be.
    Content(Box<Wanted>),
    /// The keys of a person who is known, to seal what was said.
    Keys(PersonId, ProgramId),
}

/// A registration whose personal data is to be changed.
pub(super) struct Wanted {
    pub(super) registration: RegistrationId,
    pub(super) person: PersonId,
    pub(super) program: ProgramId,
    /// The municipality as it shall be.
    pub(super) municipality: MunicipalityKey,
    /// Whether that is another one.
    pub(super) moves: bool,
    /// Where the data stands.
    pub(super) at: Position,
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

impl Resolved {
    /// Says whether anything was found out.
    pub(super) fn is_something(&self) -> bool {
        !matches!(self, Self::Nothing)
    }
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
pub(super) fn need(job: &Job, cell: &Cell) -> Need {
    let asked = &job.asked;
    if job.resolved.is_something()
        || cell.known(asked.command).is_some()
        || authorise(&cell.state, asked).is_err()
    {
        return Need::Nothing;
    }
    match &asked.wish {
        Wish::Ready(_)
        | Wish::Restate(_)
        | Wish::Postpone(_)
        | Wish::Attend(_)
        | Wish::CancelReferred(..) => Need::Nothing,
        Wish::Noted(..) => noting(asked, cell),
        Wish::Register(applicant) => newcomers(asked, cell, std::slice::from_ref(&**applicant)),
        Wish::RegisterGroup(party) => newcomers(asked, cell, &party.members),
        Wish::Put(applicant) => put(asked, cell, applicant),
        Wish::Revise(revision) => {
            let moved = revision.municipality.as_ref();
            let changes = revision.personal.is_some();
            content(cell, revision.registration, (moved, changes))
        }
        Wish::Substitute(successor) => successor_of(cell, successor),
    }
}

fn newcomers(asked: &Asked, cell: &Cell, applicants: &[Applicant]) -> Need {
    if applicants
        .iter()
        .all(|applicant| admitted(asked, cell, applicant))
    {
        Need::Newcomers
    } else {
        Need::Nothing
    }
}

/// Says whether an application gets as far as looking for a seat.
pub(super) fn admitted(asked: &Asked, cell: &Cell, applicant: &Applicant) -> bool {
    let State::Workshop(state) = &cell.state else {
        return false;
    };
    let at = asked.received_at.max(cell.decided_at);
    workshop::admits(state, at, &applicant.application).is_ok()
}

/// A known reference keeps its registration's person: nobody is made.
fn put(asked: &Asked, cell: &Cell, applicant: &Applicant) -> Need {
    let known = cell
        .workshop()
        .and_then(|workshop| referred(workshop, applicant));
    match known {
        None => newcomers(asked, cell, std::slice::from_ref(applicant)),
        Some(registration) => {
            let municipality = Some(&applicant.application.municipality);
            content(cell, registration, (municipality, true))
        }
    }
}

/// Finds the registration that an applicant's source reference names.
pub(super) fn referred(workshop: &Workshop, applicant: &Applicant) -> Option<RegistrationId> {
    let reference = applicant.application.reference?;
    workshop.references.get(&reference).copied()
}

fn content(
    cell: &Cell,
    id: RegistrationId,
    (municipality, changes): (Option<&MunicipalityKey>, bool),
) -> Need {
    let registration = cell.workshop().and_then(|w| w.registrations.get(&id));
    let Some((registration, at)) = registration.zip(cell.sealed_at(id)) else {
        return Need::Nothing;
    };
    let moved = municipality.filter(|new| **new != registration.municipality);
    if moved.is_none() && !changes {
        return Need::Nothing;
    }
    Need::Content(Box::new(Wanted {
        registration: id,
        person: registration.person,
        program: registration.program.clone(),
        municipality: moved.unwrap_or(&registration.municipality).clone(),
        moves: moved.is_some(),
        at,
    }))
}

fn noting(asked: &Asked, cell: &Cell) -> Need {
    let about = subject_of(asked, cell);
    let registration = about.and_then(|id| cell.workshop()?.registrations.get(&id));
    registration.map_or(Need::Nothing, |registration| {
        Need::Keys(registration.person, registration.program.clone())
    })
}

fn successor_of(cell: &Cell, successor: &Successor) -> Need {
    let workshop = cell.workshop();
    let registration = workshop.and_then(|w| w.registrations.get(&successor.registration));
    registration.map_or(Need::Nothing, |registration| {
        let municipality = successor.municipality.as_ref();
        let municipality = municipality.unwrap_or(&registration.municipality);
        Need::Successor(registration.program.clone(), municipality.clone())
    })
}

/// Lists whom the vault is to find or make for a job.
pub(super) fn strangers<'a>(asked: &'a Asked, need: &'a Need) -> Vec<Stranger<'a>> {
    match (need, &asked.wish) {
        (Need::Newcomers, Wish::Register(applicant) | Wish::Put(applicant)) => {
            vec![newcomer(asked, applicant)]
        }
        (Need::Newcomers, Wish::RegisterGroup(party)) => group(asked, party),
        (Need::Successor(program, municipality), Wish::Substitute(successor)) => {
            vec![Stranger {
                program,
                municipality,
                personal: &successor.personal,
                fresh: successor.fresh_person,
                workshop: workshop_id(&asked.boundary),
                registration: successor.new,
                decision: asked.decision,
                group_contact: None,
            }]
        }
        _ => Vec::new(),
    }
}

fn newcomer<'a>(asked: &'a Asked, applicant: &'a Applicant) -> Stranger<'a> {
    Stranger {
        program: &applicant.application.program,
        municipality: &applicant.application.municipality,
        personal: &applicant.personal,
        fresh: applicant.fresh_person,
        workshop: workshop_id(&asked.boundary),
        registration: applicant.application.registration,
        decision: asked.decision,
        group_contact: None,
    }
}

fn group<'a>(asked: &'a Asked, party: &'a Party) -> Vec<Stranger<'a>> {
    let members = party.members.iter();
    let mut strangers: Vec<Stranger<'a>> = members
        .map(|applicant| newcomer(asked, applicant))
        .collect();
    if let Some(first) = strangers.first_mut() {
        first.group_contact = Some(&party.contact);
    }
    strangers
}

/// Says how a person's data shall be other.
pub(super) fn change(wish: &Wish) -> Option<Change<'_>> {
    match wish {
        Wish::Put(applicant) => Some(Change::Whole(&applicant.personal)),
        Wish::Revise(revision) => revision.personal.as_deref().map(Change::Patch),
        _ => None,
    }
}

/// Gives the workshop of a boundary; a program and the catalogue have none.
pub(super) fn workshop_id(boundary: &Boundary) -> Uuid {
    match boundary {
        Boundary::Workshop(workshop) => Uuid::from_u128(workshop.0),
        Boundary::Program(_) | Boundary::Catalogue => Uuid::nil(),
    }
}
