//! From a refusal to what a client reads: one exhaustive match, stable codes.

use anmeldewerk_contract::{
    instant_text,
    problem::{Code, FieldError},
};
use anmeldewerk_domain::{
    Cutoff, Date, Number, Rejection, Stated,
    workshop::{SettingsFault, WishFault},
};
use anmeldewerk_service::problem::Problem;

use crate::writer::Refusal;

/// After how many seconds it is worth trying again.
const RETRY_S: u32 = 2;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Rejected(rejection) => {
                tracing::info!(?rejection, "refused");
                rejected(&rejection)
            }
            Refusal::Forbidden => Code::Forbidden.into(),
            Refusal::KeyReused => Code::IdempotencyKeyReused.into(),
            Refusal::TooLarge(_) => {
                Self::new(Code::InvalidBody).errors([FieldError::new("", "too_large")])
            }
            Refusal::Busy | Refusal::Unavailable => {
                Self::new(Code::LogUnavailable).retry_after_s(RETRY_S)
            }
            Refusal::OutcomeUnknown => Self::new(Code::OutcomeUnknown).retry_after_s(RETRY_S),
        }
    }
}

fn rejected(rejection: &Rejection) -> Problem {
    match rejection {
        Rejection::NotFound => Code::NotFound.into(),
        Rejection::Settings(fault) => invalid(settings_error(*fault)),
        Rejection::Wishes(fault) => invalid(wish_error(*fault)),
        Rejection::TransitionNotAllowed { state, command } => {
            Problem::new(Code::TransitionNotAllowed)
                .detail(
                    format!("Im Stand „{state}“ ist „{command}“ nicht möglich."),
                    format!("In state {state}, {command} is not possible."),
                )
                .with("state", *state)
                .with("command", *command)
        }
        Rejection::ProgramDoesNotTakePart => Problem::new(Code::ProgramNotParticipating),
        Rejection::RegistrationNotOpen { opens } => not_open(*opens),
        Rejection::DeadlinePassed { deadline } => deadline_passed(*deadline),
        Rejection::ReferenceTaken { number } => bears(Code::ReferenceTaken, *number),
        Rejection::DuplicateRegistration { number } => bears(Code::DuplicateRegistration, *number),
        Rejection::QuotaExhausted { capacity } => exhausted(*capacity),
        Rejection::NumbersTaken => Problem::new(Code::Unavailable).retry_after_s(RETRY_S),
    }
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

fn exhausted(capacity: u32) -> Problem {
    Problem::new(Code::QuotaExhausted)
        .detail(
            format!("Alle Plätze der Veranstaltung sind vergeben (Kontingent: {capacity})."),
            format!("All seats of the workshop are taken (quota: {capacity})."),
        )
        .with(
            "bucket",
            serde_json::json!({"scope": "workshop", "size": capacity}),
        )
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
                Refusal::Rejected(Rejection::QuotaExhausted { capacity: 1 }),
                Code::QuotaExhausted,
            ),
            (Refusal::KeyReused, Code::IdempotencyKeyReused),
            (Refusal::Forbidden, Code::Forbidden),
            (Refusal::Busy, Code::LogUnavailable),
            (Refusal::Unavailable, Code::LogUnavailable),
            (Refusal::OutcomeUnknown, Code::OutcomeUnknown),
        ];
        for (refusal, code) in codes {
            assert_eq!(Problem::from(refusal.clone()).code(), code, "{refusal:?}");
        }
    }
}
