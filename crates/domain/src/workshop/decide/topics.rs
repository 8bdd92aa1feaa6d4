//! Assigning topics: by a run, by hand, and by letting two people change places.

use super::{Case, Event, Rejection};
use crate::{
    RegistrationId, TopicCode,
    assignment::{Extent, Input, MOST_PEOPLE, Obstacle},
    workshop::{
        AssignTopic, AssignmentDraft, AssignmentResult, OfferedTopic, Reason, Registration,
        Situation, Slot, Solved, SwapTopics, TopicAssigned,
    },
};

/// Prepares a run. The first that is published assigns everybody; from then on runs only repair.
pub(super) fn draft(
    case: &Case<'_>,
    draft: &AssignmentDraft,
    basis: &Input,
) -> Result<Vec<Event>, Rejection> {
    let solved = &draft.solved;
    if let Some(run) = case.workshop.runs.get(&solved.run) {
        let state = if run.published { "published" } else { "draft" };
        return Err(case.wrong(state));
    }
    solvable(case, solved, basis)?;
    Ok(vec![Event::AssignmentDrafted(Box::new(draft.clone()))])
}

/// Lets a run hold, on the very input that it was drafted on.
pub(super) fn publish(
    case: &Case<'_>,
    result: &AssignmentResult,
    basis: &Input,
) -> Result<Vec<Event>, Rejection> {
    let solved = &result.solved;
    let run = case.workshop.runs.get(&solved.run);
    let run = run.ok_or(Rejection::NotFound)?;
    if run.published {
        return Err(case.wrong("published"));
    }
    if run.input != solved.input {
        return Err(Rejection::InputChanged);
    }
    solvable(case, solved, basis)?;
    Ok(vec![Event::AssignmentPublished(Box::new(result.clone()))])
}

/// Says whether a run may be solved now, and was solved on what there is now.
fn solvable(case: &Case<'_>, solved: &Solved, basis: &Input) -> Result<(), Rejection> {
    case.takes_place()?;
    let mut runs = case.workshop.runs.values();
    let assigned = runs.any(|run| run.published);
    match solved.extent {
        Extent::Whole if assigned => return Err(case.wrong("assigned")),
        Extent::Repair if !assigned => return Err(case.wrong("unassigned")),
        Extent::Whole | Extent::Repair => {}
    }
    let input = case.workshop.assignment_input(solved.extent);
    if input.topics.is_empty() {
        return Err(case.wrong("without_topics"));
    }
    let people = input.people.len();
    if people > MOST_PEOPLE {
        return Err(Rejection::TooManyToAssign { people });
    }
    if input == *basis {
        Ok(())
    } else {
        Err(Rejection::InputChanged)
    }
}

/// Gives somebody a topic by hand: it stays theirs whatever runs follow.
pub(super) fn assign(case: &Case<'_>, assign: &AssignTopic) -> Result<Vec<Event>, Rejection> {
    let registration = confirmed(case, assign.registration)?;
    let assigned = registration.topics.get(&assign.slot);
    let as_asked = match &assign.topic {
        Some(topic) => assigned.is_some_and(|of| of.pinned && of.topic == *topic),
        None => assigned.is_none(),
    };
    if as_asked {
        return Ok(Vec::new());
    }
    if let Some(topic) = &assign.topic {
        let offered = offered(case, assign.slot, topic)?;
        not_in_other_slot(registration, offered)?;
        let stays = assigned.is_some_and(|of| of.topic == *topic);
        if !stays && !assign.overriding {
            room(case, registration, offered, None)?;
        }
    }
    let previous = assigned.map(|of| of.topic.clone());
    Ok(vec![by_hand(
        (assign.registration, assign.slot, assign.reason),
        previous,
        assign.topic.clone(),
    )])
}

/// Lets two people have each other's topic, as if both were given by hand.
pub(super) fn swap(case: &Case<'_>, swap: &SwapTopics) -> Result<Vec<Event>, Rejection> {
    let (one, other) = (confirmed(case, swap.one)?, confirmed(case, swap.other)?);
    let (of_one, of_other) = (has(case, one, swap.slot)?, has(case, other, swap.slot)?);
    if of_one == of_other {
        return Ok(Vec::new());
    }
    for (registration, topic, leaving) in [(one, of_other, other), (other, of_one, one)] {
        let offered = offered(case, swap.slot, topic)?;
        not_in_other_slot(registration, offered)?;
        room(case, registration, offered, Some(leaving))?;
    }
    let event = |id, had: &TopicCode, gets: &TopicCode| {
        let about = (id, swap.slot, swap.reason);
        by_hand(about, Some(had.clone()), Some(gets.clone()))
    };
    Ok(vec![
        event(swap.one, of_one, of_other),
        event(swap.other, of_other, of_one),
    ])
}

fn by_hand(
    (registration, slot, reason): (RegistrationId, Slot, Reason),
    previous: Option<TopicCode>,
    topic: Option<TopicCode>,
) -> Event {
    Event::TopicAssigned(TopicAssigned {
        registration,
        slot,
        previous,
        topic,
        reason,
    })
}

fn confirmed<'c>(case: &Case<'c>, id: RegistrationId) -> Result<&'c Registration, Rejection> {
    let registration = case.find(id)?;
    match registration.situation {
        Situation::Confirmed => Ok(registration),
        _ => Err(case.wrong_state(registration)),
    }
}

fn has<'c>(
    case: &Case<'c>,
    registration: &'c Registration,
    slot: Slot,
) -> Result<&'c TopicCode, Rejection> {
    let assigned = registration.topics.get(&slot);
    let assigned = assigned.ok_or_else(|| case.wrong("unassigned"))?;
    Ok(&assigned.topic)
}

fn offered<'c>(
    case: &Case<'c>,
    slot: Slot,
    topic: &TopicCode,
) -> Result<&'c OfferedTopic, Rejection> {
    let mut offered = case.workshop.settings.topics.iter();
    let offered = offered.find(|offered| offered.slot == slot && offered.code == *topic);
    offered.ok_or(Rejection::TopicNotOffered)
}

fn not_in_other_slot(registration: &Registration, offered: &OfferedTopic) -> Result<(), Rejection> {
    let mut others = registration.topics.iter();
    let twice = others.any(|(slot, of)| *slot != offered.slot && of.topic == offered.code);
    if twice {
        return Err(not_free(offered, Obstacle::OtherSlot));
    }
    Ok(())
}

fn not_free(offered: &OfferedTopic, obstacle: Obstacle) -> Rejection {
    Rejection::TopicNotFree {
        slot: offered.slot,
        topic: offered.code.clone(),
        obstacle,
    }
}

/// Says whether a topic has room for somebody, or for their coming in another's place.
///
/// Whoever comes for another makes no bound tighter that holds for both.
fn room(
    case: &Case<'_>,
    registration: &Registration,
    offered: &OfferedTopic,
    leaving: Option<&Registration>,
) -> Result<(), Rejection> {
    let program = |other: &Registration| other.program == registration.program;
    let municipality =
        |other: &Registration| program(other) && other.municipality == registration.municipality;
    let there = || {
        let all = case.workshop.registrations.values();
        all.filter(|other| {
            let topic = other.topics.get(&offered.slot);
            topic.is_some_and(|of| of.topic == offered.code)
        })
    };
    let bounds = [
        (
            offered.max.filter(|_| leaving.is_none()),
            there().count(),
            Obstacle::Full,
        ),
        (
            offered.program_caps.get(&registration.program).copied(),
            there().filter(|other| program(other)).count(),
            Obstacle::ProgramFull,
        ),
        (
            offered.municipality_cap,
            there().filter(|other| municipality(other)).count(),
            Obstacle::MunicipalityFull,
        ),
    ];
    for (cap, used, obstacle) in bounds {
        let for_one_of_theirs = leaving.is_some_and(|leaving| match obstacle {
            Obstacle::ProgramFull => program(leaving),
            _ => municipality(leaving),
        });
        let used = u32::try_from(used).unwrap_or(u32::MAX);
        if !for_one_of_theirs && cap.is_some_and(|cap| used >= cap) {
            return Err(not_free(offered, obstacle));
        }
    }
    Ok(())
}
