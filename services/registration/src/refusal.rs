//! From a refusal to what a client reads: one exhaustive match, stable codes.

use anmeldewerk_contract::{
    instant_text,
    problem::{Code, FieldError},
};
use anmeldewerk_domain::{
    Cutoff, Date, Instant, Number, Rejection, Stated, TopicCode,
    assignment::Obstacle,
    catalogue::MOST_TOPICS,
    workshop::{Bucket, Exhausted, Field, MOST_VERSIONS, Same, SettingsFault, Slot, WishFault},
};
use anmeldewerk_service::problem::Problem;
use serde_json::{Value, json};

use crate::{form, words, writer::Refusal};

/// After how many seconds it is worth trying again.
const RETRY_S: u32 = 2;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Rejected(rejection) => {
                tracing::info!(?rejection, "refused");
                rejected(&rejection)
            }
            Refusal::Invalid(problem) => problem,
            Refusal::Forbidden => Code::Forbidden.into(),
            Refusal::TokenRequired => Code::TokenMissing.into(),
            Refusal::VersionMismatch => Self::new(Code::VersionMismatch).detail(
                "Inzwischen hat jemand anderes etwas geändert; bitte neu laden.",
                "Somebody else has changed it meanwhile; please load it again.",
            ),
            Refusal::PersonErased => Code::PersonErased.into(),
            Refusal::KeyReused => Code::IdempotencyKeyReused.into(),
            Refusal::TooLarge(_) => {
                Self::new(Code::InvalidBody).errors([FieldError::new("", "too_large")])
            }
            Refusal::Busy { retry_after_s } => Self::new(Code::Busy).retry_after_s(retry_after_s),
            Refusal::Unavailable => Self::new(Code::LogUnavailable).retry_after_s(RETRY_S),
            Refusal::OutcomeUnknown => Self::new(Code::OutcomeUnknown).retry_after_s(RETRY_S),
        }
    }
}

fn rejected(rejection: &Rejection) -> Problem {
    match rejection {
        Rejection::NotFound => Code::NotFound.into(),
        Rejection::HostOnly => host_only(),
        Rejection::Settings(fault) => invalid(settings_error(*fault)),
        Rejection::Wishes(fault) => invalid(wish_error(*fault)),
        Rejection::ReasonRequired => invalid(FieldError::new("/reason", "missing_field")),
        Rejection::EmailRequired => invalid(FieldError::new("/person/email", "missing_field")),
        Rejection::NotTheirs(field) => invalid(not_theirs(*field)),
        Rejection::Member { index, rejection } => of_one(("members", "member"), *index, rejection),
        Rejection::Entry { index, rejection } => of_one(("entries", "entry"), *index, rejection),
        Rejection::TooManyVersions => Problem::new(Code::TooManyVersions)
            .with("limit", MOST_VERSIONS),
        Rejection::NoticeUnknown { newest } => {
            let error = FieldError::new("/privacy_notice", "unknown_version");
            invalid(error).with("newest_version", *newest)
        }
        Rejection::OtherDay => invalid(FieldError::new("/day", "outside_workshop")),
        Rejection::AttendanceMissing { days } => {
            let days: Vec<String> = days.iter().map(ToString::to_string).collect();
            Problem::new(Code::AttendanceMissing).with("days", days)
        }
        Rejection::TransitionNotAllowed { state, command } => {
            let [german, english] = words::not_possible(state, command);
            Problem::new(Code::TransitionNotAllowed)
                .detail(german, english)
                .with("state", *state)
                .with("command", *command)
        }
        Rejection::ProgramDoesNotTakePart => Problem::new(Code::ProgramNotParticipating).detail(
            "Die Veranstaltung nimmt nur Anmeldungen der beteiligten Landesprogramme an.",
            "The workshop takes registrations of the participating programs only.",
        ),
        Rejection::RegistrationNotOpen { opens } => not_open(*opens),
        Rejection::RegistrationStillOpen { closes } => still_open(*closes),
        Rejection::DeadlinePassed { deadline } => deadline_passed(*deadline),
        Rejection::ConfirmationExpired { expired } => confirmation_expired(*expired),
        Rejection::OfferExpired { expired } => offer_expired(*expired),
        Rejection::ReferenceTaken { number } => bears(Code::ReferenceTaken, *number),
        Rejection::DuplicateRegistration { number } => bears(Code::DuplicateRegistration, *number),
        Rejection::TwiceInGroup { first, same } => twice(*first, *same),
        Rejection::NotLookAlikes => Problem::new(Code::NotLookAlikes).detail(
            "Zusammengeführt wird nur, was als mögliche Doppelanmeldung markiert ist.",
            "Only registrations that are marked as possible duplicates are merged.",
        ),
        Rejection::QuotaExhausted(exhausted) => quota_exhausted(exhausted),
        Rejection::Queue { free } => queue(*free),
        Rejection::TooManyToDraw { resting } => {
            Problem::new(Code::TooManyToDraw).with("resting", *resting)
        }
        Rejection::InputChanged => Problem::new(Code::InputChanged).detail(
            "Anmeldungen, Wünsche oder Themen haben sich seit dem Entwurf geändert; bitte neu entwerfen.",
            "Registrations, wishes or topics have changed since the draft; please draft anew.",
        ),
        Rejection::TooManyToAssign { people } => {
            Problem::new(Code::TooManyToAssign).with("people", *people)
        }
        Rejection::CatalogueFull => Problem::new(Code::CatalogueFull).detail(
            format!("Der Katalog nimmt höchstens {MOST_TOPICS} Themen auf."),
            format!("The catalogue takes at most {MOST_TOPICS} topics."),
        ),
        Rejection::TopicNotOffered => invalid(FieldError::new("/topic", "unknown_topic")),
        Rejection::TopicNotFree {
            slot,
            topic,
            obstacle,
        } => topic_not_free(*slot, topic, *obstacle),
        Rejection::NumbersTaken => Problem::new(Code::Unavailable).retry_after_s(RETRY_S),
    }
}

fn topic_not_free(slot: Slot, topic: &TopicCode, obstacle: Obstacle) -> Problem {
    let [german, english] = match obstacle {
        Obstacle::OtherSlot => [
            "Dasselbe Thema ist im anderen Durchgang schon zugewiesen",
            "The same topic is assigned in the other slot",
        ],
        Obstacle::ProgramFull => [
            "Für das Landesprogramm ist in diesem Thema kein Platz mehr",
            "The topic has no more room for this program",
        ],
        Obstacle::MunicipalityFull => [
            "Für die Kommune ist in diesem Thema kein Platz mehr",
            "The topic has no more room for this municipality",
        ],
        Obstacle::Full | Obstacle::Closed | Obstacle::Vetoed => {
            ["Das Thema ist voll", "The topic is full"]
        }
    };
    let topic = topic.as_str();
    Problem::new(Code::TopicNotFree)
        .detail(
            format!("{german}: {topic}."),
            format!("{english}: {topic}."),
        )
        .with("slot", form::slot_number(slot))
        .with("topic", topic)
        .with("obstacle", obstacle.name())
}

fn twice(first: usize, same: Same) -> Problem {
    let problem = match same {
        Same::Person => Problem::new(Code::DuplicateRegistration).detail(
            "Diese Person steht in der Sammelanmeldung zweimal.",
            "This person is in the group twice.",
        ),
        Same::Reference => Problem::new(Code::ReferenceTaken).detail(
            "Dieses Aktenzeichen steht in der Sammelanmeldung zweimal.",
            "This source reference is in the group twice.",
        ),
    };
    problem.with("same_as_member", first)
}

fn host_only() -> Problem {
    Problem::new(Code::Forbidden).detail(
        "Das kann nur die ausrichtende Koordinierungsstelle.",
        "Only the office of the host can do this.",
    )
}

fn not_theirs(field: Field) -> FieldError {
    let pointer = match field {
        Field::Municipality => "/municipality",
        Field::PrivacyNotice => "/privacy_notice",
    };
    FieldError::new(pointer, "not_allowed")
}

/// Says of which member of a group something was refused.
/// Says what is wrong with one of many.
fn of_one((list, name): (&str, &'static str), index: usize, rejection: &Rejection) -> Problem {
    let problem = rejected(rejection);
    let place = format!("/{list}/{index}");
    let code = problem.code();
    if problem.field_errors().is_empty() {
        let error = FieldError::new(place, code.as_str());
        return problem.errors([error]).with(name, index);
    }
    let errors = problem.field_errors().iter();
    let errors =
        errors.map(|error| FieldError::new(format!("{place}{}", error.pointer), &error.code));
    Problem::new(code).errors(errors).with(name, index)
}

fn still_open(closes: Cutoff) -> Problem {
    Problem::new(Code::RegistrationStillOpen)
        .detail(
            format!("Anmeldeschluss: {}.", german(closes.stated)),
            format!("Registration closes: {}.", closes.stated),
        )
        .with("closes", closes.stated.to_string())
        .with("closes_at", instant_text(closes.instant))
}

fn confirmation_expired(expired: Instant) -> Problem {
    Problem::new(Code::DeadlinePassed)
        .detail(
            "Die E-Mail-Adresse wurde nicht innerhalb von 48 Stunden bestätigt.",
            "The e-mail address was not confirmed within 48 hours.",
        )
        .with("deadline_at", instant_text(expired))
}

fn offer_expired(expired: Instant) -> Problem {
    Problem::new(Code::OfferExpired)
        .detail(
            "Das Angebot wurde nicht rechtzeitig angenommen; der Platz ist weitergegeben.",
            "The offer was not accepted in time; the seat has passed on.",
        )
        .with("expired_at", instant_text(expired))
}

fn invalid(error: FieldError) -> Problem {
    Problem::new(Code::InvalidBody).errors([error])
}

fn settings_error(fault: SettingsFault) -> FieldError {
    let (pointer, code) = match fault {
        SettingsFault::EndsBeforeItBegins => ("/last_day", "ends_before_it_begins"),
        SettingsFault::ClosesBeforeItOpens => ("/registration_closes", "closes_before_it_opens"),
        SettingsFault::HostDoesNotTakePart => ("/participating", "host_missing"),
        SettingsFault::TooManyPrograms => ("/participating", "too_many"),
        SettingsFault::TooManyTopics => ("/topics", "too_many"),
        SettingsFault::TopicTwice => ("/topics", "topic_twice"),
        SettingsFault::TopicMinOverMax => ("/topics", "min_over_max"),
        SettingsFault::TopicCapOfForeignProgram => ("/topics", "not_participating"),
        SettingsFault::TooManyTopicCaps => ("/topics", "too_many_caps"),
        SettingsFault::TooManySpeakers => ("/topics", "too_many_speakers"),
        SettingsFault::TopicTextsTooLong => ("/topics", "too_long"),
        SettingsFault::CapOfForeignProgram => ("/program_caps", "not_participating"),
        SettingsFault::GuaranteeOfForeignProgram => ("/guarantees", "not_participating"),
        SettingsFault::GuaranteesOverCapacity => ("/guarantees", "over_capacity"),
        SettingsFault::TooManyCaps => ("/municipality_caps", "too_many"),
        SettingsFault::AdmissionAfterDraw => ("/admission", "already_drawn"),
    };
    FieldError::new(pointer, code)
}

fn wish_error(fault: WishFault) -> FieldError {
    let code = match fault {
        WishFault::SlotTwice(_) => "slot_twice",
        WishFault::TooManyRanked(_) => "too_many_ranked",
        WishFault::TooManyVetoes(_) => "too_many_vetoes",
        WishFault::UnknownTopic(_) => "unknown_topic",
        WishFault::TopicTwice(_) => "topic_twice",
    };
    FieldError::new(format!("/wishes/{}", fault.index()), code)
}

fn not_open(opens: Option<Stated>) -> Problem {
    let problem = Problem::new(Code::RegistrationNotOpen);
    match opens {
        None => problem.detail(
            "Die Veranstaltung ist noch nicht veröffentlicht.",
            "The workshop has not been published yet.",
        ),
        Some(opens) => problem
            .detail(
                format!("Die Anmeldung öffnet am {}.", german(opens)),
                format!("Registration opens on {opens}."),
            )
            .with("opens", opens.to_string()),
    }
}

fn deadline_passed(deadline: Cutoff) -> Problem {
    Problem::new(Code::DeadlinePassed)
        .detail(
            format!("Die Frist ist abgelaufen: {}.", german(deadline.stated)),
            format!("The deadline has passed: {}.", deadline.stated),
        )
        .with("deadline", deadline.stated.to_string())
        .with("deadline_at", instant_text(deadline.instant))
}

fn bears(code: Code, number: Number) -> Problem {
    Problem::new(code)
        .detail(
            format!("Anmeldenummer: {number}."),
            format!("Registration number: {number}."),
        )
        .with("number", number.to_string())
}

/// Names the bucket that is full, and what the workshop has left.
fn quota_exhausted(exhausted: &Exhausted) -> Problem {
    let [german, english] = bucket_words(&exhausted.bucket);
    let [left, left_english] = left_words(&exhausted.bucket, exhausted.free);
    Problem::new(Code::QuotaExhausted)
        .detail(
            format!("{german}{left}."),
            format!("{english}{left_english}."),
        )
        .with("bucket", bucket_json(&exhausted.bucket))
        .with("free", exhausted.free)
}

fn bucket_words(bucket: &Bucket) -> [String; 2] {
    match bucket {
        Bucket::Workshop { size } => [
            format!("Alle Plätze der Veranstaltung sind vergeben (Kontingent: {size})"),
            format!("All seats of the workshop are taken (quota: {size})"),
        ],
        Bucket::Program { program, .. } => {
            let name = program.as_str().to_uppercase();
            [
                format!("Kontingent {name} erschöpft"),
                format!("The quota of {name} is exhausted"),
            ]
        }
        Bucket::Municipality { municipality, .. } => {
            let key = municipality.as_str();
            [
                format!("Kontingent der Kommune {key} erschöpft"),
                format!("The quota of municipality {key} is exhausted"),
            ]
        }
        Bucket::Reserved => [
            "Die freien Plätze sind anderen Programmen zugesagt".to_owned(),
            "The seats that are left are guaranteed to other programs".to_owned(),
        ],
        Bucket::Queue => [
            "Andere stehen vorher auf der Warteliste".to_owned(),
            "Others are ahead on the waitlist".to_owned(),
        ],
    }
}

fn left_words(bucket: &Bucket, free: Option<u32>) -> [String; 2] {
    match (bucket, free) {
        (Bucket::Workshop { .. }, _) | (_, None) => [String::new(), String::new()],
        (_, Some(1)) => [
            ", die Veranstaltung hat noch 1 Platz".to_owned(),
            ", the workshop has 1 seat left".to_owned(),
        ],
        (_, Some(free)) => [
            format!(", die Veranstaltung hat noch {free} Plätze"),
            format!(", the workshop has {free} seats left"),
        ],
    }
}

/// Writes a bucket as clients read it.
pub(crate) fn bucket_json(bucket: &Bucket) -> Value {
    match bucket {
        Bucket::Workshop { size } => json!({"scope": "workshop", "size": size}),
        Bucket::Reserved => json!({"scope": "reserved"}),
        Bucket::Queue => json!({"scope": "queue"}),
        Bucket::Program { program, size } => {
            json!({"scope": "program", "program": program.as_str(), "size": size})
        }
        Bucket::Municipality { municipality, size } => {
            json!({"scope": "municipality", "municipality": municipality.as_str(), "size": size})
        }
    }
}

fn queue(free: Option<u32>) -> Problem {
    let [german, english] = bucket_words(&Bucket::Queue);
    Problem::new(Code::Queue)
        .detail(format!("{german}."), format!("{english}."))
        .with("bucket", bucket_json(&Bucket::Queue))
        .with("free", free)
}

/// Writes a limit as people in Germany read it: `30.09.2019`, or `30.09.2019, 18:00 Uhr`.
fn german(stated: Stated) -> String {
    let day = |date: Date| format!("{:02}.{:02}.{:04}", date.day(), date.month(), date.year());
    match stated {
        Stated::Day(date) => day(date),
        Stated::Minute(time) => {
            let (hour, minute) = (time.hour(), time.minute());
            format!("{}, {hour:02}:{minute:02} Uhr", day(time.date()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anmeldewerk_domain::LocalTime;

    #[test]
    fn limits_are_worded_as_people_in_germany_read_them() {
        let date = Date::new(2019, 9, 30).expect("a day");
        assert_eq!(german(Stated::Day(date)), "30.09.2019");
        let time = LocalTime::new(date, 18, 5).expect("a minute");
        assert_eq!(german(Stated::Minute(time)), "30.09.2019, 18:05 Uhr");
    }

    #[test]
    fn a_refusal_names_the_bucket_and_what_the_workshop_has_left() {
        let bucket = Bucket::Program {
            program: anmeldewerk_domain::ProgramId::new("sh").expect("a slug"),
            size: 15,
        };
        let [german, _] = bucket_words(&bucket);
        let [left, _] = left_words(&bucket, Some(4));
        let said = format!("{german}{left}");
        assert_eq!(
            said,
            "Kontingent SH erschöpft, die Veranstaltung hat noch 4 Plätze"
        );
        assert_eq!(left_words(&Bucket::Workshop { size: 1 }, Some(0))[0], "");
    }

    #[test]
    fn what_is_refused_of_a_member_names_the_member() {
        let rejection = Box::new(Rejection::EmailRequired);
        let problem = rejected(&Rejection::Member {
            index: 3,
            rejection,
        });
        assert_eq!(problem.field_errors()[0].pointer, "/members/3/person/email");
        let rejection = Box::new(Rejection::NotFound);
        let problem = rejected(&Rejection::Member {
            index: 0,
            rejection,
        });
        assert_eq!(problem.field_errors()[0].pointer, "/members/0");
    }

    #[test]
    fn every_refusal_has_its_stable_code() {
        let number = Number::from_random(7);
        let codes = [
            (Refusal::Rejected(Rejection::NotFound), Code::NotFound),
            (
                Refusal::Rejected(Rejection::ProgramDoesNotTakePart),
                Code::ProgramNotParticipating,
            ),
            (
                Refusal::Rejected(Rejection::ReferenceTaken { number }),
                Code::ReferenceTaken,
            ),
            (
                Refusal::Rejected(Rejection::DuplicateRegistration { number }),
                Code::DuplicateRegistration,
            ),
            (
                Refusal::Rejected(Rejection::QuotaExhausted(Exhausted {
                    bucket: Bucket::Workshop { size: 1 },
                    free: Some(0),
                })),
                Code::QuotaExhausted,
            ),
            (
                Refusal::Rejected(Rejection::Queue { free: Some(1) }),
                Code::Queue,
            ),
            (Refusal::Rejected(Rejection::HostOnly), Code::Forbidden),
            (
                Refusal::Rejected(Rejection::ReasonRequired),
                Code::InvalidBody,
            ),
            (
                Refusal::Rejected(Rejection::NotLookAlikes),
                Code::NotLookAlikes,
            ),
            (Refusal::VersionMismatch, Code::VersionMismatch),
            (Refusal::TokenRequired, Code::TokenMissing),
            (Refusal::PersonErased, Code::PersonErased),
            (Refusal::KeyReused, Code::IdempotencyKeyReused),
            (Refusal::Forbidden, Code::Forbidden),
            (Refusal::Busy { retry_after_s: 3 }, Code::Busy),
            (Refusal::Unavailable, Code::LogUnavailable),
            (Refusal::OutcomeUnknown, Code::OutcomeUnknown),
        ];
        for (refusal, code) in codes {
            assert_eq!(Problem::from(refusal.clone()).code(), code, "{refusal:?}");
        }
    }
}
