//! Documents in versions, and which privacy notice somebody can have seen.

use super::{amendment::by, substitution::instead, *};

fn document(kind: DocumentKind, content: u8) -> Document {
    Document {
        kind,
        content: ContentHash([content; 32]),
        media_type: MediaType::Pdf,
        size: 1_000,
        title: line("Datenschutzhinweis"),
        valid_from: None,
        note: None,
    }
}

fn add(kind: DocumentKind, content: u8) -> Command {
    Command::AddDocument(Box::new(document(kind, content)))
}

fn added(number: u32, kind: DocumentKind, content: u8) -> Event {
    let document = document(kind, content);
    Event::DocumentAdded(Box::new(DocumentAdded { number, document }))
}

const NOTICE: DocumentKind = DocumentKind::PrivacyNotice;
const AGENDA: DocumentKind = DocumentKind::Agenda;

#[test]
fn versions_are_numbered_by_kind_and_the_newest_is_not_added_again() {
    let story = draft(seats(3)).and([add(NOTICE, 1)]);
    story.when(&add(NOTICE, 1)).then([]);
    story.when(&add(NOTICE, 2)).then([added(2, NOTICE, 2)]);
    story.when(&add(AGENDA, 1)).then([added(1, AGENDA, 1)]);
    // What held before may hold again, as a version of its own.
    let story = story.and([add(NOTICE, 2)]);
    story.when(&add(NOTICE, 1)).then([added(3, NOTICE, 1)]);
    let mut noted = document(NOTICE, 2);
    noted.note = Some(line("Neue Anschrift"));
    story
        .when(&Command::AddDocument(Box::new(noted.clone())))
        .then([Event::DocumentAdded(Box::new(DocumentAdded {
            number: 3,
            document: noted,
        }))]);
}

#[test]
fn a_workshop_has_a_hundred_versions_of_a_kind_and_none_when_it_is_called_off() {
    let most = u8::try_from(MOST_VERSIONS).expect("a small number");
    let story = given(seats(3), (0..most).map(|content| add(NOTICE, content)));
    story
        .when(&add(NOTICE, most))
        .refused(Rejection::TooManyVersions);
    story.when(&add(AGENDA, 1)).then([added(1, AGENDA, 1)]);
    let reason = Reason::Illness;
    let story = story.and([Command::CallOff { reason }]);
    story
        .when(&add(AGENDA, 1))
        .refused(wrong("cancelled", "document.add"));
}

#[test]
fn a_consent_points_to_a_version_that_there_is() {
    let none = given(seats(9), []);
    // Until there is a notice here, its number is somebody else's.
    let with = |command: Command, number: u32| match command {
        Command::Submit(mut submission) => {
            submission.application.privacy_notice = number;
            Command::Submit(submission)
        }
        other => other,
    };
    none.when(&with(submit(1), 7)).accepted();
    let story = none.and([add(NOTICE, 1), add(NOTICE, 2)]);
    for number in [1, 2] {
        story.when(&with(submit(1), number)).accepted();
    }
    for number in [0, 3, u32::MAX] {
        story
            .when(&with(submit(1), number))
            .refused(Rejection::NoticeUnknown { newest: 2 });
    }
}

#[test]
fn an_amendment_and_a_successor_are_held_to_it_too() {
    let story = given(seats(9), [submit(1)]).and([add(NOTICE, 1), add(NOTICE, 2)]);
    let amended = |number| by(Amender::Office, |it| it.privacy_notice = Some(number));
    story.when(&amended(2)).accepted();
    story
        .when(&amended(3))
        .refused(Rejection::NoticeUnknown { newest: 2 });
    let follows = |number| match instead(1, 5) {
        Command::Substitute(mut it) => {
            it.privacy_notice = number;
            Command::Substitute(it)
        }
        other => other,
    };
    story.when(&follows(1)).accepted();
    story
        .when(&follows(3))
        .refused(Rejection::NoticeUnknown { newest: 2 });
}

#[test]
fn what_was_said_before_there_was_a_notice_stays_said() {
    let story = given(seats(9), [submit(1)]).and([add(NOTICE, 1)]);
    let before = story.registration(1).privacy_notice;
    let same = by(Amender::Office, |it| it.privacy_notice = Some(before));
    story.when(&same).then([]);
}
