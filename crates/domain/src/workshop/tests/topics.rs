//! Who has which topic, from the first run to the last repair.

use std::collections::BTreeMap;

use super::*;
use crate::{
    InputHash, RunId,
    assignment::{self, Extent, Input, MOST_PEOPLE, Obstacle},
};

const RUN: RunId = RunId(77);
const REPAIR: RunId = RunId(78);
const HASH: InputHash = InputHash([5; 32]);

fn hash_of(run: RunId) -> InputHash {
    let InputHash(mut hash) = HASH;
    hash[0] = u8::try_from(run.0 % 256).unwrap_or(0);
    InputHash(hash)
}

fn wishing(who: u32, topics: &[&str]) -> Command {
    let ranked = topics.iter().map(|code| topic(code)).collect();
    let vetoes = Vec::new();
    let slot = Slot::First;
    let wishes = Wishes {
        slot,
        ranked,
        vetoes,
    };
    guest(who).wishing(vec![wishes]).comes()
}

/// A workshop whose topics take so many each.
fn offering_topics(max: u32) -> Settings {
    with(seats(9), |s| {
        for topic in &mut s.topics {
            topic.max = Some(max);
        }
    })
}

fn extent_of(run: RunId) -> Extent {
    if run == REPAIR {
        Extent::Repair
    } else {
        Extent::Whole
    }
}

fn solved(story: &Story, run: RunId, input: &Input) -> Solved {
    Solved {
        run,
        extent: input.extent,
        algorithm: assignment::ALGORITHM,
        seed: [9; 32],
        ranks: u8::try_from(input.longest()).expect("few"),
        input: hash_of(run),
        pins: story.workshop().pins(),
    }
}

fn draft_run(story: &Story, run: RunId) -> Command {
    let basis = story.workshop().assignment_input(extent_of(run));
    let draft = AssignmentDraft {
        solved: solved(story, run, &basis),
        people: 0,
        placed: BTreeMap::new(),
    };
    Command::DraftAssignment {
        draft: Box::new(draft),
        basis: Box::new(basis),
    }
}

fn publish_run(story: &Story, run: RunId) -> Command {
    let basis = story.workshop().assignment_input(extent_of(run));
    let solved = solved(story, run, &basis);
    let allocation = assignment::solve(&basis, &solved.seed);
    Command::PublishAssignment {
        result: Box::new(AssignmentResult {
            solved,
            places: allocation.places,
            closed: allocation.closed,
        }),
        basis: Box::new(basis),
    }
}

/// Drafts and publishes a run.
fn assigned(mut story: Story, run: RunId) -> Story {
    let draft = draft_run(&story, run);
    story.play(&draft);
    let publish = publish_run(&story, run);
    story.play(&publish);
    story
}

fn topic_of(story: &Story, who: u32) -> Option<(String, bool)> {
    let assigned = story.registration(who).topics.get(&Slot::First)?;
    Some((assigned.topic.as_str().to_owned(), assigned.pinned))
}

fn by_run(code: &str) -> (String, bool) {
    (code.to_owned(), false)
}

fn pinned(code: &str) -> (String, bool) {
    (code.to_owned(), true)
}

fn give(who: u32, code: &str) -> AssignTopic {
    AssignTopic {
        registration: id(who),
        slot: Slot::First,
        topic: Some(topic(code)),
        reason: Reason::Organisation,
        overriding: false,
    }
}

fn given_by_hand(who: u32, previous: Option<&str>, now: Option<&str>) -> Event {
    Event::TopicAssigned(TopicAssigned {
        registration: id(who),
        slot: Slot::First,
        previous: previous.map(topic),
        topic: now.map(topic),
        reason: Reason::Organisation,
    })
}

fn swap(one: u32, other: u32) -> Command {
    Command::SwapTopics(SwapTopics {
        slot: Slot::First,
        one: id(one),
        other: id(other),
        reason: Reason::Organisation,
    })
}

fn not_free(code: &str, obstacle: Obstacle) -> Rejection {
    Rejection::TopicNotFree {
        slot: Slot::First,
        topic: topic(code),
        obstacle,
    }
}

#[test]
fn a_draft_gives_nobody_a_topic_and_its_publication_does() {
    let story = given(seats(2), [wishing(1, &["rolle"]), wishing(2, &["diskurs"])]);
    let draft = draft_run(&story, RUN);
    let story = story.and([draft]);
    assert_eq!(topic_of(&story, 1), None);
    let publish = publish_run(&story, RUN);
    let story = story.and([publish.clone()]);
    assert_eq!(topic_of(&story, 1), Some(by_run("rolle")));
    assert_eq!(topic_of(&story, 2), Some(by_run("diskurs")));
    story
        .when(&publish)
        .refused(wrong("published", "assignment.publish"));
}

#[test]
fn only_the_confirmed_are_assigned_a_topic() {
    let story = given(seats(1), [wishing(1, &["rolle"]), wishing(2, &["rolle"])]);
    let story = assigned(story, RUN);
    assert_eq!(topic_of(&story, 1), Some(by_run("rolle")));
    assert_eq!(topic_of(&story, 2), None);
}

#[test]
fn what_has_changed_since_a_draft_keeps_it_from_being_published() {
    let story = given(seats(3), [wishing(1, &["rolle"])]);
    let draft = draft_run(&story, RUN);
    let story = story.and([draft]);
    let publish = publish_run(&story, RUN);
    let grown = story.clone().and([submit(2)]);
    grown.when(&publish).refused(Rejection::InputChanged);
    let Command::PublishAssignment { mut result, basis } = publish else {
        panic!("a publication");
    };
    result.solved.input = InputHash([0; 32]);
    story
        .when(&Command::PublishAssignment { result, basis })
        .refused(Rejection::InputChanged);
    let unknown = publish_run(&story, RunId(1));
    story.when(&unknown).refused(Rejection::NotFound);
}

#[test]
fn a_draft_is_solved_on_what_there_is() {
    let story = given(seats(3), [wishing(1, &["rolle"])]);
    let draft = draft_run(&story, RUN);
    let grown = story.clone().and([submit(2)]);
    grown.when(&draft).refused(Rejection::InputChanged);
    let drafted = story.and([draft.clone()]);
    drafted
        .when(&draft)
        .refused(wrong("draft", "assignment.draft"));
    let bare = given(with(seats(1), |s| s.topics.clear()), [submit(1)]);
    let draft = draft_run(&bare, RUN);
    bare.when(&draft)
        .refused(wrong("without_topics", "assignment.draft"));
}

#[test]
fn after_the_first_publication_runs_only_repair() {
    let story = given(seats(3), [wishing(1, &["rolle"])]);
    let early = draft_run(&story, REPAIR);
    story
        .when(&early)
        .refused(wrong("unassigned", "assignment.draft"));
    let story = assigned(story, RUN);
    let again = draft_run(&story, RunId(5));
    story
        .when(&again)
        .refused(wrong("assigned", "assignment.draft"));
    let story = assigned(story.and([wishing(2, &["diskurs"])]), REPAIR);
    assert_eq!(topic_of(&story, 1), Some(by_run("rolle")));
    assert_eq!(topic_of(&story, 2), Some(by_run("diskurs")));
}

#[test]
fn more_people_than_one_decision_holds_are_refused() {
    let most = u32::try_from(MOST_PEOPLE).expect("few");
    let story = given(
        with(seats(0), |s| s.capacity = None),
        submit_all(1..=most + 1),
    );
    let draft = draft_run(&story, RUN);
    let people = MOST_PEOPLE + 1;
    story
        .when(&draft)
        .refused(Rejection::TooManyToAssign { people });
}

#[test]
fn a_topic_by_hand_is_a_pin_that_every_run_keeps() {
    let story = given(seats(3), [wishing(1, &["rolle"])]);
    let by_hand = Command::AssignTopic(give(1, "diskurs"));
    story
        .when(&by_hand)
        .then([given_by_hand(1, None, Some("diskurs"))]);
    let story = story.and([by_hand.clone()]);
    story.when(&by_hand).then([]);
    let story = assigned(story, RUN);
    assert_eq!(topic_of(&story, 1), Some(pinned("diskurs")));
    let other = Command::AssignTopic(give(1, "rolle"));
    story
        .when(&other)
        .then([given_by_hand(1, Some("diskurs"), Some("rolle"))]);
}

#[test]
fn a_topic_that_a_run_gave_is_pinned_when_an_office_says_so() {
    let story = assigned(given(seats(3), [wishing(1, &["rolle"])]), RUN);
    let pin = Command::AssignTopic(give(1, "rolle"));
    let story = story.and([pin]);
    assert_eq!(topic_of(&story, 1), Some(pinned("rolle")));
}

#[test]
fn a_topic_is_taken_away_by_hand_and_a_repair_gives_another() {
    let story = assigned(given(seats(3), [wishing(1, &["rolle"])]), RUN);
    let take = Command::AssignTopic(AssignTopic {
        topic: None,
        ..give(1, "rolle")
    });
    story
        .when(&take)
        .then([given_by_hand(1, Some("rolle"), None)]);
    let story = story.and([take.clone()]);
    story.when(&take).then([]);
    let story = assigned(story, REPAIR);
    assert_eq!(topic_of(&story, 1), Some(by_run("rolle")));
}

#[test]
fn a_full_topic_is_given_only_past_its_size_and_for_a_reason() {
    let story = given(offering_topics(1), submit_all([1, 2]));
    let story = story.and([Command::AssignTopic(give(1, "rolle"))]);
    story
        .when(&Command::AssignTopic(give(2, "rolle")))
        .refused(not_free("rolle", Obstacle::Full));
    let over = AssignTopic {
        overriding: true,
        ..give(2, "rolle")
    };
    let story = story.and([Command::AssignTopic(over)]);
    assert_eq!(topic_of(&story, 2), Some(pinned("rolle")));
}

#[test]
fn programs_and_municipalities_get_no_more_by_hand_than_by_a_run() {
    let capped = with(seats(9), |s| {
        s.topics[0].program_caps = BTreeMap::from([(program("mv"), 0)]);
        s.topics[1].municipality_cap = Some(1);
    });
    let people = [submit(1), submit(2), guest(3).of("mv").comes()];
    let story = given(capped, people).and([Command::AssignTopic(give(1, "diskurs"))]);
    story
        .when(&Command::AssignTopic(give(3, "rolle")))
        .refused(not_free("rolle", Obstacle::ProgramFull));
    story
        .when(&Command::AssignTopic(give(2, "diskurs")))
        .refused(not_free("diskurs", Obstacle::MunicipalityFull));
    // Counted within a program: somebody of another one from the same place is not asked about it.
    let elsewhere = story.and([Command::AssignTopic(give(3, "diskurs"))]);
    assert_eq!(topic_of(&elsewhere, 3), Some(pinned("diskurs")));
}

#[test]
fn a_topic_that_is_not_offered_or_is_had_in_the_other_slot_is_not_given() {
    let twice = with(seats(9), |s| {
        let again = OfferedTopic::new(Slot::Second, topic("rolle"), line("Rolle"));
        s.topics.push(again);
    });
    let story = given(twice, submit_all([1]));
    story
        .when(&Command::AssignTopic(give(1, "unbekannt")))
        .refused(Rejection::TopicNotOffered);
    let second = AssignTopic {
        slot: Slot::Second,
        ..give(1, "rolle")
    };
    let story = story.and([Command::AssignTopic(second)]);
    story
        .when(&Command::AssignTopic(give(1, "rolle")))
        .refused(not_free("rolle", Obstacle::OtherSlot));
}

#[test]
fn two_people_change_places_in_one_decision_even_where_all_is_full() {
    let people = [wishing(1, &["rolle"]), wishing(2, &["diskurs"])];
    let story = assigned(given(offering_topics(1), people), RUN);
    story.when(&swap(1, 2)).then([
        given_by_hand(1, Some("rolle"), Some("diskurs")),
        given_by_hand(2, Some("diskurs"), Some("rolle")),
    ]);
    let story = story.and([swap(1, 2)]);
    assert_eq!(topic_of(&story, 1), Some(pinned("diskurs")));
    assert_eq!(topic_of(&story, 2), Some(pinned("rolle")));
    let story = story.and([submit(3)]);
    story
        .when(&swap(1, 3))
        .refused(wrong("unassigned", "topics.swap"));
}

#[test]
fn who_has_no_seat_for_good_is_given_no_topic() {
    let story = given(seats(1), submit_all([1, 2]));
    story
        .when(&Command::AssignTopic(give(2, "rolle")))
        .refused(wrong("waitlisted", "registration.assign_topic"));
    story
        .when(&Command::AssignTopic(give(7, "rolle")))
        .refused(Rejection::NotFound);
}

#[test]
fn a_topic_goes_with_the_seat() {
    let story = assigned(given(seats(2), submit_all([1, 2])), RUN);
    let before = topic_of(&story, 2);
    assert!(before.is_some());
    let story = story.and([cancel(1), to_waitlist(2)]);
    assert_eq!(topic_of(&story, 1), None);
    assert_eq!(topic_of(&story, 2), None);
}

#[test]
fn a_late_cancellation_is_repaired_without_touching_others() {
    let people = [
        wishing(1, &["rolle", "diskurs"]),
        wishing(2, &["rolle", "diskurs"]),
        wishing(3, &["rolle", "diskurs"]),
    ];
    let story = assigned(given(offering_topics(1), people), RUN);
    let topics = [1, 2, 3].map(|who| topic_of(&story, who));
    let unplaced = [1, 2, 3]
        .into_iter()
        .find(|who| topic_of(&story, *who).is_none());
    let unplaced = unplaced.expect("two places for three");
    let leaving = [1, 2, 3].into_iter().find(|who| *who != unplaced);
    let leaving = leaving.expect("one of the others");
    let freed = topic_of(&story, leaving);
    let story = assigned(story.and([cancel(leaving)]), REPAIR);
    assert_eq!(topic_of(&story, unplaced), freed);
    for (who, before) in (1..).zip(topics) {
        if who != leaving && who != unplaced {
            assert_eq!(topic_of(&story, who), before);
        }
    }
}

#[test]
fn a_topic_that_is_withdrawn_is_taken_from_those_who_have_it() {
    let people = [wishing(1, &["rolle"]), wishing(2, &["diskurs"])];
    let story = assigned(given(seats(3), people), RUN);
    let story = story.and([Command::AssignTopic(give(1, "rolle"))]);
    let fewer = with(seats(3), |s| s.topics.retain(|t| t.code != topic("rolle")));
    let story = story.and([restate(fewer)]);
    assert_eq!(topic_of(&story, 1), None);
    assert_eq!(topic_of(&story, 2), Some(by_run("diskurs")));
    let story = assigned(story, REPAIR);
    assert_eq!(topic_of(&story, 1), Some(by_run("diskurs")));
}

#[test]
fn nothing_is_assigned_in_a_workshop_that_does_not_take_place() {
    let story = given(seats(3), submit_all([1]));
    let draft = draft_run(&story, RUN);
    let reason = Reason::Organisation;
    let story = story.and([Command::CallOff { reason }]);
    story
        .when(&draft)
        .refused(wrong("cancelled", "assignment.draft"));
    story
        .when(&Command::AssignTopic(give(1, "rolle")))
        .refused(wrong("cancelled", "registration.assign_topic"));
}
