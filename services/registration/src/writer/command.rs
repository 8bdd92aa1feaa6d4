//! From a wish to a command, once the state and the persons are known.

use anmeldewerk_domain::{
    Command, Instant, RegistrationId, State,
    workshop::{
        self, Amender, Amendment, Cancellation, GroupSubmission, Known, Submission, Substituter,
        Substitution, Workshop,
    },
};

use super::{
    Applicant, Asked, Job, Party, Refusal, Revision, Successor, Wish,
    cell::Cell,
    draft::not_found,
    need::{Compared, Resolved, admitted, referred},
};
use crate::access::Asker;

/// A wish that is ready, or not so any more.
pub(super) enum Built {
    Command(Command),
    /// What it was prepared on is not so any more.
    Overtaken,
}

/// Gives the registration that a command is about, where it is about one that exists.
pub(super) fn subject_of(asked: &Asked, cell: &Cell) -> Option<RegistrationId> {
    subject(&asked.wish, cell)
}

fn subject(wish: &Wish, cell: &Cell) -> Option<RegistrationId> {
    match wish {
        Wish::Noted(wish, _) => subject(wish, cell),
        Wish::Ready(Command::Workshop(command)) => command.registration(),
        // Of many, whoever was changed last: then all of them are as they are since.
        Wish::Attend(sheet) => sheet.people().max_by_key(|id| {
            let version = cell.version(*id);
            (version.is_none(), version)
        }),
        Wish::Revise(revision) => Some(revision.registration),
        Wish::Substitute(successor) => Some(successor.registration),
        Wish::Put(applicant) => referred(cell.workshop()?, applicant),
        Wish::CancelReferred(reference, _) => cell.workshop()?.references.get(reference).copied(),
        Wish::Ready(Command::Program(_) | Command::Catalogue(_))
        | Wish::Restate(_)
        | Wish::Postpone(_)
        | Wish::Register(_)
        | Wish::RegisterGroup(_) => None,
    }
}

/// Builds the command of a job.
pub(super) fn build(job: &Job, cell: &Cell, at: Instant) -> Result<Built, Refusal> {
    build_wish(&job.asked.wish, job, cell, at)
}

fn build_wish(wish: &Wish, job: &Job, cell: &Cell, at: Instant) -> Result<Built, Refusal> {
    let ready = |command| Ok(Built::Command(Command::Workshop(command)));
    match wish {
        Wish::Noted(wish, _) => Ok(noted(build_wish(wish, job, cell, at)?, job, cell)),
        Wish::Ready(command) => Ok(Built::Command(command.clone())),
        Wish::Restate(body) => {
            let workshop = cell.workshop().ok_or_else(not_found)?;
            let restated = body.patched(&workshop.settings).map_err(Refusal::Invalid)?;
            ready(workshop::Command::AmendSettings {
                settings: Box::new(restated.settings),
                guarantees_restated: restated.guarantees,
            })
        }
        Wish::Postpone(body) => {
            let workshop = cell.workshop().ok_or_else(not_found)?;
            let zone = workshop.settings.schedule.time_zone.as_str();
            let schedule = Box::new(body.schedule(zone).map_err(Refusal::Invalid)?);
            ready(workshop::Command::Postpone { schedule })
        }
        Wish::Attend(sheet) => {
            let workshop = cell.workshop().ok_or_else(not_found)?;
            let zone = workshop.settings.schedule.time_zone.as_str();
            // A zone that was known when the workshop was made.
            let take = sheet.command(zone).ok_or(Refusal::Unavailable)?;
            ready(workshop::Command::TakeAttendance(take))
        }
        Wish::Register(applicant) => register(job, cell, (at, applicant)),
        Wish::RegisterGroup(party) => register_group(job, cell, (at, party)),
        Wish::Put(applicant) => put(job, cell, (at, applicant)),
        Wish::Revise(revision) => Ok(revise(&job.resolved, cell, revision)),
        Wish::Substitute(successor) => substitute(job, cell, successor),
        Wish::CancelReferred(reference, by) => {
            let workshop = cell.workshop().ok_or_else(not_found)?;
            let known = workshop.references.get(reference).copied();
            ready(workshop::Command::Cancel(Cancellation {
                registration: known.ok_or_else(not_found)?,
                by: *by,
            }))
        }
    }
}

/// Adds what was said to a command about a registration that is there.
fn noted(built: Built, job: &Job, cell: &Cell) -> Built {
    let Built::Command(Command::Workshop(command)) = built else {
        return built;
    };
    let there = command.registration();
    let there = there.and_then(|id| registration_of(cell.workshop(), id));
    match &job.resolved {
        Resolved::Note(note) => workshop_command(workshop::Command::WithNote {
            command: Box::new(command),
            note: note.clone(),
        }),
        _ if there.is_some() => Built::Overtaken,
        // It is refused as what it is about is not there.
        _ => workshop_command(command),
    }
}

fn register(
    job: &Job,
    cell: &Cell,
    (at, applicant): (Instant, &Applicant),
) -> Result<Built, Refusal> {
    match &job.resolved {
        Resolved::Persons(persons, _) => {
            let [who] = &persons[..] else {
                return Err(Refusal::Unavailable);
            };
            Ok(workshop_command(workshop::Command::Submit(Box::new(
                submission(applicant, who),
            ))))
        }
        Resolved::Content(_) | Resolved::Note(_) => Ok(Built::Overtaken),
        Resolved::Nothing | Resolved::Refused(_) => unprepared(&job.asked, cell, at, &[applicant]),
    }
}

fn submission(applicant: &Applicant, who: &Known) -> Submission {
    Submission {
        application: applicant.application.clone(),
        who: who.clone(),
    }
}

fn workshop_command(command: workshop::Command) -> Built {
    Built::Command(Command::Workshop(command))
}

/// Refuses who was not looked up because a refusal was sure; where it is not any more, it is decided anew.
fn unprepared(
    asked: &Asked,
    cell: &Cell,
    at: Instant,
    applicants: &[&Applicant],
) -> Result<Built, Refusal> {
    let State::Workshop(state) = &cell.state else {
        return Err(not_found());
    };
    if applicants
        .iter()
        .all(|applicant| admitted(asked, cell, applicant))
    {
        return Ok(Built::Overtaken);
    }
    let alone = applicants.len() == 1;
    for (index, applicant) in applicants.iter().enumerate() {
        if let Err(rejection) = workshop::admits(state, at, &applicant.application) {
            return Err(Refusal::Rejected(if alone {
                rejection
            } else {
                anmeldewerk_domain::Rejection::Member {
                    index,
                    rejection: Box::new(rejection),
                }
            }));
        }
    }
    Err(Refusal::Unavailable)
}

fn register_group(
    job: &Job,
    cell: &Cell,
    (at, party): (Instant, &Party),
) -> Result<Built, Refusal> {
    let Resolved::Persons(persons, contact) = &job.resolved else {
        let members: Vec<&Applicant> = party.members.iter().collect();
        return unprepared(&job.asked, cell, at, &members);
    };
    if persons.len() != party.members.len() {
        return Err(Refusal::Unavailable);
    }
    let members = party.members.iter().zip(persons);
    Ok(workshop_command(workshop::Command::SubmitGroup(Box::new(
        GroupSubmission {
            group: party.group,
            policy: party.policy,
            contact: contact.clone(),
            members: members
                .map(|(applicant, who)| submission(applicant, who))
                .collect(),
        },
    ))))
}

/// Registers under a new reference, or states anew what a known one stands for.
fn put(job: &Job, cell: &Cell, (at, applicant): (Instant, &Applicant)) -> Result<Built, Refusal> {
    let workshop = cell.workshop().ok_or_else(not_found)?;
    let Some(registration) = referred(workshop, applicant) else {
        return register(job, cell, (at, applicant));
    };
    let Resolved::Content(compared) = &job.resolved else {
        return Ok(Built::Overtaken);
    };
    let application = &applicant.application;
    let by = match job.asked.asker {
        Asker::Feeder(_) => Amender::Feeder,
        _ => Amender::Office,
    };
    Ok(amendment(
        cell,
        compared,
        Amendment {
            registration,
            by,
            municipality: Some(application.municipality.clone()),
            wishes: Some(application.wishes.clone()),
            privacy_notice: Some(application.privacy_notice),
            data: None,
        },
    ))
}

fn revise(resolved: &Resolved, cell: &Cell, revision: &Revision) -> Built {
    let asked = Amendment {
        registration: revision.registration,
        by: revision.by,
        municipality: revision.municipality.clone(),
        wishes: revision.wishes.clone(),
        privacy_notice: revision.privacy_notice,
        data: None,
    };
    match resolved {
        Resolved::Content(compared) => amendment(cell, compared, asked),
        Resolved::Persons(..) | Resolved::Note(_) | Resolved::Refused(_) => Built::Overtaken,
        Resolved::Nothing if needs_content(cell, revision) => Built::Overtaken,
        Resolved::Nothing => workshop_command(workshop::Command::Amend(Box::new(asked))),
    }
}

fn needs_content(cell: &Cell, revision: &Revision) -> bool {
    let registration = registration_of(cell.workshop(), revision.registration);
    let moves = registration.is_some_and(|registration| {
        let new = revision.municipality.as_ref();
        new.is_some_and(|new| *new != registration.municipality)
    });
    registration.is_some() && (moves || revision.personal.is_some())
}

fn registration_of(
    workshop: Option<&Workshop>,
    id: RegistrationId,
) -> Option<&workshop::Registration> {
    workshop.and_then(|workshop| workshop.registrations.get(&id))
}

/// Adds what was compared, if it is still what is stored.
fn amendment(cell: &Cell, compared: &Compared, amendment: Amendment) -> Built {
    if cell.sealed_at(amendment.registration) != Some(compared.at) {
        return Built::Overtaken;
    }
    let data = compared.data.clone();
    workshop_command(workshop::Command::Amend(Box::new(Amendment {
        data,
        ..amendment
    })))
}

fn substitute(job: &Job, cell: &Cell, successor: &Successor) -> Result<Built, Refusal> {
    let workshop = cell.workshop().ok_or_else(not_found)?;
    let registration = registration_of(Some(workshop), successor.registration);
    let registration = registration.ok_or_else(not_found)?;
    let Resolved::Persons(persons, _) = &job.resolved else {
        return Ok(Built::Overtaken);
    };
    let [who] = &persons[..] else {
        return Err(Refusal::Unavailable);
    };
    let stated = successor.municipality.as_ref();
    let by = match &job.asked.asker {
        Asker::Participant(_) => Substituter::Participant,
        Asker::Office(own) if *own == workshop.host => Substituter::Host(successor.reason),
        _ => Substituter::Office,
    };
    Ok(workshop_command(workshop::Command::Substitute(Box::new(
        Substitution {
            registration: successor.registration,
            by,
            successor: successor.new,
            reporting: successor.reporting,
            numbers: successor.numbers,
            municipality: stated.unwrap_or(&registration.municipality).clone(),
            channel: successor.channel,
            privacy_notice: successor.privacy_notice,
            link: successor.link,
            who: who.clone(),
        },
    ))))
}
