//! The closed list of problem codes: what a client may branch on when a request is refused.
//!
//! A code is a promise: it keeps its name and its status for ever, its titles may be reworded.
//! The form on the wire is RFC 9457 and is written by `anmeldewerk-service`.

mod guide;

use serde::{Deserialize, Serialize};

pub use guide::Guide;

/// Makes the enum, the list of all codes and the table behind them from one row per code,
/// so that none of the three can forget one.
macro_rules! codes {
    ($($code:ident $name:literal $status:literal $german:literal $english:literal)*) => {
        /// Names why a request was refused; stable, snake case on the wire.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Code {
            $(#[doc = concat!("`", $name, "`, status ", stringify!($status), ": ", $english, ".")] $code,)*
        }

        impl Code {
            /// Lists every code, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$code),*];

            const fn row(self) -> Row {
                match self {
                    $(Self::$code => Row { name: $name, status: $status, german: $german, english: $english },)*
                }
            }
        }
    };
}

struct Row {
    name: &'static str,
    status: u16,
    german: &'static str,
    english: &'static str,
}

codes! {
    BadRequest "bad_request" 400 "Die Anfrage ist nicht lesbar" "The request cannot be read"
    InvalidQuery "invalid_query" 400 "Ein Suchparameter ist ungültig" "A query parameter is not valid"
    InvalidHeader "invalid_header" 400 "Eine Kopfzeile ist ungültig" "A header is not valid"
    IdempotencyKeyInvalid "idempotency_key_invalid" 400 "Idempotency-Key ist keine UUID" "Idempotency-Key is not a UUID"
    IdempotencyKeyMissing "idempotency_key_missing" 400 "Idempotency-Key fehlt" "Idempotency-Key is missing"
    TokenMissing "token_missing" 401 "Anmeldung erforderlich" "Authentication is required"
    TokenInvalid "token_invalid" 401 "Das Zugangstoken gilt nicht" "The access token is not valid"
    Forbidden "forbidden" 403 "Dafür fehlt die Berechtigung" "The caller may not do this"
    NotFound "not_found" 404 "Nicht gefunden" "Not found"
    MethodNotAllowed "method_not_allowed" 405 "Diese Methode gibt es hier nicht" "This method does not exist here"
    RequestTimeout "request_timeout" 408 "Die Anfrage kam nicht rechtzeitig an" "The request did not arrive in time"
    ProgramNotParticipating "program_not_participating" 409 "Dieses Programm nimmt an der Veranstaltung nicht teil" "This program does not take part in the workshop"
    RegistrationNotOpen "registration_not_open" 409 "Die Anmeldung ist nicht geöffnet" "Registration is not open"
    RegistrationStillOpen "registration_still_open" 409 "Die Anmeldung ist noch geöffnet" "Registration is still open"
    DeadlinePassed "deadline_passed" 409 "Die Frist ist abgelaufen" "The deadline has passed"
    QuotaExhausted "quota_exhausted" 409 "Das Kontingent ist erschöpft" "The quota is exhausted"
    Queue "queue" 409 "Andere stehen vorher auf der Warteliste" "Others are ahead on the waitlist"
    DuplicateRegistration "duplicate_registration" 409 "Diese Person ist bereits angemeldet" "This person is already registered"
    NotLookAlikes "not_look_alikes" 409 "Diese Anmeldungen gehören nicht erkennbar zu derselben Person" "These registrations do not look like the same person"
    ReferenceTaken "reference_taken" 409 "Dieses Aktenzeichen ist bereits vergeben" "This source reference is already taken"
    TooManyToDraw "too_many_to_draw" 409 "Zu viele Anmeldungen für eine Verlosung" "Too many registrations to draw lots for"
    TransitionNotAllowed "transition_not_allowed" 409 "Das ist in diesem Stand nicht möglich" "This is not possible in the present state"
    OfferExpired "offer_expired" 409 "Das Platzangebot ist abgelaufen" "The offer of a place has expired"
    TooManyToAssign "too_many_to_assign" 409 "Zu viele Anmeldungen für eine Zuweisung" "Too many registrations to assign topics to"
    AttendanceMissing "attendance_missing" 409 "Für manche Tage ist keine Teilnahme erfasst" "Attendance is missing for some days"
    CatalogueFull "catalogue_full" 409 "Der Themenkatalog ist voll" "The catalogue of topics is full"
    TopicNotFree "topic_not_free" 409 "Das Thema hat keinen Platz" "The topic has no room"
    TooManyVersions "too_many_versions" 409 "Zu viele Fassungen dieses Dokuments" "Too many versions of this document"
    InputChanged "input_changed" 409 "Die Grundlage hat sich seitdem geändert" "The input has changed since"
    LiveRegistrations "live_registrations" 409 "Es bestehen noch Anmeldungen" "There are still live registrations"
    PersonErased "person_erased" 409 "Die Daten dieser Person sind gelöscht" "The data of this person have been erased"
    VersionMismatch "version_mismatch" 412 "Die Fassung ist nicht mehr die aktuelle" "The version is no longer the current one"
    BodyTooLarge "body_too_large" 413 "Der Inhalt ist zu groß" "The body is too large"
    UnsupportedMediaType "unsupported_media_type" 415 "Dieses Format wird nicht angenommen" "This format is not accepted"
    RangeNotSatisfiable "range_not_satisfiable" 416 "Diesen Abschnitt gibt es nicht" "There is no such part"
    InvalidBody "invalid_body" 422 "Der Inhalt ist ungültig" "The body is not valid"
    IdempotencyKeyReused "idempotency_key_reused" 422 "Idempotency-Key wurde für anderen Inhalt benutzt" "Idempotency-Key was used with another body"
    Ambiguous "ambiguous" 422 "Die Zeile passt auf mehrere Anmeldungen" "The row matches several registrations"
    TooManyToSort "too_many_to_sort" 422 "Zu viele Zeilen zum Sortieren nach Namen" "Too many rows to sort by name"
    PreconditionRequired "precondition_required" 428 "If-Match ist hier erforderlich" "If-Match is required here"
    TooManyRequests "too_many_requests" 429 "Zu viele Anfragen" "Too many requests"
    Internal "internal" 500 "Interner Fehler" "Internal error"
    Unavailable "unavailable" 503 "Der Dienst ist zurzeit nicht erreichbar" "The service is not available at present"
    Busy "busy" 503 "Gerade melden sich sehr viele an, bitte gleich noch einmal" "Very many requests at present, please try again in a moment"
    LogUnavailable "log_unavailable" 503 "Das Register ist zurzeit nicht erreichbar" "The log is not available at present"
    DocumentsUnavailable "documents_unavailable" 503 "Die Dokumente sind zurzeit nicht erreichbar" "The documents are not available at present"
    OutcomeUnknown "outcome_unknown" 503 "Ausgang unbekannt, bitte mit demselben Schlüssel wiederholen" "Outcome unknown, please repeat with the same key"
    ProjectionBehind "projection_behind" 503 "Die Auskunft ist noch nicht auf diesem Stand" "The read model has not come that far yet"
    ProjectionParked "projection_parked" 503 "Die Auskunft zu dieser Veranstaltung ist angehalten" "The read model of this workshop is parked"
}

impl Code {
    /// Gives the name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.row().name
    }

    /// Gives the HTTP status that always goes with the code.
    #[must_use]
    pub const fn status(self) -> u16 {
        self.row().status
    }

    /// Gives the short human text; what is special to one occurrence belongs in `detail`.
    #[must_use]
    pub const fn title(self, language: Language) -> &'static str {
        match language {
            Language::German => self.row().german,
            Language::English => self.row().english,
        }
    }

    /// Finds the code of a name; names are matched exactly.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A language in which refusals are worded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// `de`, the default.
    #[default]
    German,
    /// `en`.
    English,
}

impl Language {
    /// Picks a language from the value of an `Accept-Language` header (RFC 9110, section 12.5.4).
    ///
    /// The supported language with the highest weight wins, the earlier one on a tie; German where none is supported.
    ///
    /// ```
    /// use anmeldewerk_contract::problem::Language;
    ///
    /// assert_eq!(Language::from_accept_language("fr, en-GB;q=0.8, de;q=0.5"), Language::English);
    /// assert_eq!(Language::from_accept_language("fr"), Language::German);
    /// ```
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let mut best = (0, Self::default());
        for (language, weight) in header.split(',').filter_map(language_range) {
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }

    /// Gives the language tag (RFC 5646) for `Content-Language`.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::German => "de",
            Self::English => "en",
        }
    }
}

fn language_range(range: &str) -> Option<(Language, u16)> {
    let mut parts = range.split(';').map(str::trim);
    let tag = parts.next()?;
    let primary = tag.split('-').next()?;
    let language = match primary.to_ascii_lowercase().as_str() {
        "de" | "*" => Language::German,
        "en" => Language::English,
        _ => return None,
    };
    let weight = match parts.next() {
        None => 1000,
        Some(parameter) => thousandths(
            parameter
                .strip_prefix("q=")
                .or(parameter.strip_prefix("Q="))?,
        )?,
    };
    Some((language, weight))
}

/// Reads a quality value: `0`, `1` or either with up to three decimals.
fn thousandths(quality: &str) -> Option<u16> {
    let (whole, decimals) = quality.split_once('.').unwrap_or((quality, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match whole {
        "0" => Some(decimals),
        "1" if decimals == 0 => Some(1000),
        _ => None,
    }
}

/// Points at one place of a body that is at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The place, as a JSON pointer (RFC 6901); empty for the whole body.
    pub pointer: String,
    /// The broken rule in snake case, such as `missing_field`; never a value from the body.
    pub code: String,
}

impl FieldError {
    /// Makes an error at a pointer.
    #[must_use]
    pub fn new(pointer: impl Into<String>, code: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Code, Language};

    #[test]
    fn every_name_is_unique_snake_case_and_leads_back_to_its_code() {
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            let name = code.as_str();
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'),
                "{name}"
            );
            assert_eq!(Code::parse(name), Some(*code));
        }
        assert_eq!(Code::parse("Not_Found"), None);
    }

    #[test]
    fn the_serialized_form_is_the_name() {
        for code in Code::ALL {
            let json = serde_json::to_value(code).expect("a unit variant serializes");
            assert_eq!(json, code.as_str());
        }
    }

    #[test]
    fn every_code_has_an_error_status_and_a_title_in_both_languages() {
        for code in Code::ALL {
            assert!((400..600).contains(&code.status()), "{code}");
            let (german, english) = (code.title(Language::German), code.title(Language::English));
            assert!(
                !german.is_empty() && !english.is_empty() && german != english,
                "{code}"
            );
        }
    }

    #[test]
    fn the_codes_that_outsiders_were_promised_keep_their_status() {
        let promised = [
            ("invalid_body", 422),
            ("registration_not_open", 409),
            ("registration_still_open", 409),
            ("deadline_passed", 409),
            ("quota_exhausted", 409),
            ("duplicate_registration", 409),
            ("not_look_alikes", 409),
            ("reference_taken", 409),
            ("too_many_to_draw", 409),
            ("transition_not_allowed", 409),
            ("offer_expired", 409),
            ("too_many_to_assign", 409),
            ("attendance_missing", 409),
            ("catalogue_full", 409),
            ("topic_not_free", 409),
            ("input_changed", 409),
            ("live_registrations", 409),
            ("person_erased", 409),
            ("version_mismatch", 412),
            ("idempotency_key_invalid", 400),
            ("idempotency_key_reused", 422),
            ("ambiguous", 422),
            ("too_many_to_sort", 422),
            ("log_unavailable", 503),
            ("outcome_unknown", 503),
            ("projection_behind", 503),
            ("projection_parked", 503),
            ("too_many_requests", 429),
        ];
        for (name, status) in promised {
            assert_eq!(Code::parse(name).map(Code::status), Some(status), "{name}");
        }
    }

    #[test]
    fn the_heaviest_supported_language_wins() {
        for (header, language) in [
            ("", Language::German),
            ("de", Language::German),
            ("en", Language::English),
            ("EN-us", Language::English),
            ("fr, it;q=0.9", Language::German),
            ("fr, en;q=0.1", Language::English),
            ("en;q=0.5, de;q=0.501", Language::German),
            ("de;q=0.5, en;q=0.5", Language::German),
            ("en;q=0.5, de;q=0.5", Language::English),
            ("en;q=0, de", Language::German),
            ("en;q=0", Language::German),
            ("*", Language::German),
            ("en;q=nonsense, de;q=0.1", Language::German),
            ("en;q=1.5, de;q=0.1", Language::German),
            ("english", Language::German),
        ] {
            assert_eq!(
                Language::from_accept_language(header),
                language,
                "{header:?}"
            );
        }
    }
}
