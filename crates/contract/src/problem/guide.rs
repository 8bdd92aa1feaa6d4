//! What each code means and what helps, for whoever looks it up.

use super::{Code, Language};

/// One code, explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guide {
    /// What has happened.
    pub meaning: &'static str,
    /// What to do about it.
    pub advice: &'static str,
}

macro_rules! guides {
    ($($code:ident { $german:literal $german_advice:literal $english:literal $english_advice:literal })*) => {
        impl Code {
            /// Explains the code.
            #[must_use]
            pub const fn guide(self, language: Language) -> Guide {
                let [german, english] = match self {
                    $(Self::$code => [
                        Guide { meaning: $german, advice: $german_advice },
                        Guide { meaning: $english, advice: $english_advice },
                    ],)*
                };
                match language {
                    Language::German => german,
                    Language::English => english,
                }
            }
        }
    };
}

guides! {
    BadRequest {
        "Der Server konnte die Anfrage nicht lesen; sie brach ab oder ist kein gültiges HTTP."
        "Anfrage prüfen und noch einmal senden."
        "The server could not read the request; it broke off or is no valid HTTP."
        "Check the request and send it again."
    }
    InvalidQuery {
        "Ein Parameter hinter dem Fragezeichen ist unbekannt, steht zweimal da oder hat einen unzulässigen Wert. `parameter` nennt ihn."
        "Schreibweise und Wert mit der Schnittstellenbeschreibung vergleichen."
        "A parameter behind the question mark is unknown, stands there twice, or has a value that is not allowed. `parameter` names it."
        "Compare its name and value with the description of the interface."
    }
    InvalidHeader {
        "Eine Kopfzeile ist nicht lesbar oder hat hier keine Bedeutung."
        "Kopfzeile berichtigen oder weglassen."
        "A header cannot be read or has no meaning here."
        "Correct the header or leave it out."
    }
    IdempotencyKeyInvalid {
        "Die Kopfzeile Idempotency-Key ist keine UUID."
        "Für jeden Vorgang eine neue UUID erzeugen und bei jeder Wiederholung dieselbe senden."
        "The header Idempotency-Key is no UUID."
        "Make a new UUID for each command and send the same one with every repetition."
    }
    IdempotencyKeyMissing {
        "Schreibende Anfragen mit Zugangstoken brauchen die Kopfzeile Idempotency-Key, damit eine Wiederholung nichts doppelt anlegt."
        "Eine UUID als Idempotency-Key mitsenden."
        "Commands with a token need the header Idempotency-Key, so that a repetition makes nothing twice."
        "Send a UUID as Idempotency-Key."
    }
    TokenMissing {
        "Diese Auskunft oder Änderung gibt es nur mit Anmeldung."
        "Mit gültigem Zugangstoken oder mit dem persönlichen Link noch einmal anfragen."
        "This is answered to known callers only."
        "Ask again with a valid access token, or with the personal link."
    }
    TokenInvalid {
        "Das Zugangstoken ist abgelaufen, widerrufen oder nicht für diesen Dienst ausgestellt; oder der persönliche Link gilt nicht mehr."
        "Ein neues Token holen; einen neuen Link stellt die Koordinierungsstelle aus."
        "The access token has expired, was revoked or was not issued for this service; or the personal link is void."
        "Get a new token; the coordination office makes a new link."
    }
    Forbidden {
        "Die Rolle des Zugangs reicht dafür nicht aus, oder die Sache gehört einem anderen Programm."
        "Die zuständige Koordinierungsstelle fragen."
        "The role of the caller does not suffice, or the matter belongs to another program."
        "Ask the coordination office in charge."
    }
    NotFound {
        "Unter dieser Adresse gibt es nichts, oder nichts, was für diesen Zugang bestimmt ist."
        "Adresse prüfen; Kennungen stehen in den Listen."
        "There is nothing at this address, or nothing that is meant for this caller."
        "Check the address; ids are in the lists."
    }
    MethodNotAllowed {
        "Die Adresse gibt es, aber nicht mit dieser Methode. `Allow` nennt die möglichen."
        "Eine der genannten Methoden benutzen."
        "The address exists, but not with this method. `Allow` names those that do."
        "Use one of those."
    }
    RequestTimeout {
        "Der Inhalt der Anfrage kam nicht rechtzeitig vollständig an."
        "Verbindung prüfen und noch einmal senden; derselbe Idempotency-Key verhindert Doppeltes."
        "The body of the request did not arrive completely in time."
        "Check the connection and send it again; the same Idempotency-Key prevents doing it twice."
    }
    ProgramNotParticipating {
        "Das Landesprogramm gehört nicht zu den beteiligten dieser Veranstaltung."
        "Die ausrichtende Koordinierungsstelle fragen."
        "The program is not among those that take part in the workshop."
        "Ask the office of the host."
    }
    RegistrationNotOpen {
        "Die Veranstaltung nimmt noch keine Anmeldungen an."
        "Den Tag der Öffnung abwarten; `opens` nennt ihn, wenn er feststeht."
        "The workshop takes no registrations yet."
        "Wait for the day on which it opens; `opens` names it if it is known."
    }
    RegistrationStillOpen {
        "Das geht erst nach dem Anmeldeschluss."
        "Den Anmeldeschluss abwarten; `closes` nennt ihn."
        "This is possible only after registration has closed."
        "Wait for the closing; `closes` names it."
    }
    DeadlinePassed {
        "Die Frist dafür ist abgelaufen; `deadline` nennt sie."
        "Die Koordinierungsstelle fragen; sie kann in begründeten Fällen noch ändern."
        "The deadline has passed; `deadline` names it."
        "Ask the coordination office, which can still make changes for a reason."
    }
    QuotaExhausted {
        "Für diese Anmeldung ist kein Platz mehr frei; `bucket` nennt das Kontingent, das voll ist."
        "Später noch einmal versuchen oder die Koordinierungsstelle fragen."
        "No seat is left for this registration; `bucket` names the quota that is full."
        "Try again later, or ask the coordination office."
    }
    Queue {
        "Es gibt freie Plätze, aber andere stehen vorher auf der Warteliste."
        "Auf die Warteliste setzen lassen oder die ausrichtende Stelle fragen."
        "There are seats, but others are ahead on the waitlist."
        "Join the waitlist, or ask the office of the host."
    }
    DuplicateRegistration {
        "Zu dieser Person besteht schon eine Anmeldung."
        "Die bestehende Anmeldung ändern statt eine neue anzulegen."
        "There is a registration of this person already."
        "Change that registration instead of making another one."
    }
    NotLookAlikes {
        "Zusammengeführt wird nur, was als mögliche Doppelanmeldung markiert ist."
        "Die Personen vergleichen; ohne Markierung eine der Anmeldungen stornieren."
        "Only registrations that are marked as possible duplicates are merged."
        "Compare the persons; without a mark, cancel one of the registrations."
    }
    ReferenceTaken {
        "Unter diesem Aktenzeichen des Programms besteht schon eine Anmeldung."
        "Diese ändern oder ein anderes Aktenzeichen angeben."
        "There is a registration under this source reference of the program already."
        "Change that one, or state another reference."
    }
    TooManyToDraw {
        "Es ruhen mehr Anmeldungen, als auf einmal verlost werden können."
        "Einzelne Anmeldungen vorher ablehnen oder stornieren."
        "More registrations rest than lots can be drawn for at once."
        "Decline or cancel some of them first."
    }
    TransitionNotAllowed {
        "Im jetzigen Stand ist das nicht möglich; `state` nennt den Stand, `command` das Verlangte."
        "Den Stand neu laden und prüfen, ob schon jemand anderes entschieden hat."
        "This is not possible in the present state; `state` names it, `command` what was asked."
        "Load the state again and see whether somebody else has decided already."
    }
    OfferExpired {
        "Der angebotene Platz wurde nicht rechtzeitig angenommen und ist weitergegeben."
        "Die ausrichtende Stelle fragen, ob noch ein Platz frei wird."
        "The seat that was offered was not taken in time and has passed on."
        "Ask the office of the host whether another seat will be free."
    }
    TooManyToAssign {
        "Es sind mehr Anmeldungen bestätigt, als auf einmal Themen bekommen können."
        "Die Veranstaltung teilen."
        "More registrations are confirmed than topics can be assigned to at once."
        "Divide the workshop."
    }
    AttendanceMissing {
        "Für die Tage in `days` ist von niemandem etwas erfasst."
        "Die Teilnahme dieser Tage erfassen, oder beim Abschließen unter `days` nennen, welche Tage zählen."
        "Nothing is stated of anybody for the days in `days`."
        "Take attendance for these days, or name in `days` which days count when closing."
    }
    CatalogueFull {
        "Der Katalog enthält so viele Themen, wie er aufnimmt (2.000)."
        "Ein vorhandenes Thema ändern, statt ein neues anzulegen."
        "The catalogue has as many topics as it takes (2,000)."
        "Change a topic that is there instead of making a new one."
    }
    TopicNotFree {
        "Das Thema kann nicht zugewiesen werden; `obstacle` nennt, was entgegensteht."
        "Ein anderes Thema wählen, tauschen oder mit `override` über die Größe hinaus zuweisen."
        "The topic cannot be assigned; `obstacle` names what is in the way."
        "Choose another topic, swap, or assign it past its size with `override`."
    }
    TooManyVersions {
        "Die Veranstaltung hat von diesem Dokument so viele Fassungen, wie sie aufnimmt."
        "Mit der neuesten Fassung weiterarbeiten."
        "The workshop has as many versions of this document as it takes."
        "Go on with the newest version."
    }
    InputChanged {
        "Seit der Vorschau haben sich die Daten geändert, auf denen sie beruht."
        "Die Vorschau neu erstellen und prüfen."
        "The data on which the preview was based have changed since."
        "Make the preview again and check it."
    }
    LiveRegistrations {
        "Es bestehen noch Anmeldungen, die dem entgegenstehen."
        "Diese Anmeldungen vorher stornieren."
        "There are live registrations that stand against it."
        "Cancel those registrations first."
    }
    PersonErased {
        "Die Daten dieser Person sind auf Verlangen oder nach Fristablauf gelöscht."
        "Nichts; gelöschte Daten lassen sich nicht wiederherstellen."
        "The data of this person were erased on request or after their time."
        "Nothing; erased data cannot be brought back."
    }
    VersionMismatch {
        "Inzwischen hat jemand anderes geändert; If-Match nennt eine ältere Fassung."
        "Neu laden, vergleichen und mit der neuen Fassung noch einmal senden."
        "Somebody else has made a change meanwhile; If-Match names an older version."
        "Load it again, compare, and send it with the new version."
    }
    BodyTooLarge {
        "Der Inhalt ist größer als hier zulässig; `limit_bytes` nennt die Grenze."
        "Den Inhalt aufteilen."
        "The body is larger than is allowed here; `limit_bytes` names the limit."
        "Split it."
    }
    UnsupportedMediaType {
        "Das Format des Inhalts wird hier nicht angenommen, oder der Inhalt ist komprimiert."
        "Unkomprimiert und mit dem richtigen Content-Type senden, meist application/json."
        "The format of the body is not accepted here, or the body is compressed."
        "Send it uncompressed and with the right Content-Type, mostly application/json."
    }
    RangeNotSatisfiable {
        "Der verlangte Abschnitt (Range) liegt hinter dem Ende der Datei. `size` nennt ihre Länge."
        "Ohne Range fragen, oder mit einem Abschnitt innerhalb der Datei."
        "The range that was asked for lies behind the end of the file. `size` says how long it is."
        "Ask without a range, or for a part inside the file."
    }
    InvalidBody {
        "Der Inhalt hat nicht die Form, die die Schnittstellenbeschreibung verlangt. `errors` nennt jede Stelle."
        "Die genannten Stellen berichtigen."
        "The body has not the form which the description of the interface demands. `errors` names every place."
        "Correct the places that are named."
    }
    IdempotencyKeyReused {
        "Derselbe Idempotency-Key wurde schon für einen anderen Vorgang benutzt."
        "Für einen neuen Vorgang eine neue UUID erzeugen."
        "The same Idempotency-Key was used for another command before."
        "Make a new UUID for a new command."
    }
    Ambiguous {
        "Die Zeile passt auf mehrere bestehende Anmeldungen."
        "Ein Aktenzeichen angeben oder die Anmeldung einzeln ändern."
        "The row matches several registrations that are there."
        "State a source reference, or change the registration by itself."
    }
    TooManyToSort {
        "Die Liste ist zu lang, um sie nach Namen zu sortieren oder zu durchsuchen."
        "Erst nach Veranstaltung, Programm oder Stand einschränken."
        "The list is too long to be sorted or searched by name."
        "Narrow it by workshop, program or state first."
    }
    PreconditionRequired {
        "Diese Änderung braucht die Kopfzeile If-Match, damit niemand Fremdes überschreibt."
        "Neu laden und den ETag als If-Match mitsenden."
        "This change needs the header If-Match, so that nobody overwrites what others wrote."
        "Load it again and send its ETag as If-Match."
    }
    TooManyRequests {
        "Von diesem Zugang oder dieser Adresse kamen zu viele Anfragen."
        "So lange warten, wie Retry-After sagt."
        "Too many requests came from this caller or address."
        "Wait as long as Retry-After says."
    }
    Internal {
        "Im Dienst ist ein Fehler aufgetreten."
        "Später noch einmal versuchen und die Nummer aus `trace_id` melden."
        "Something went wrong inside the service."
        "Try again later, and report the number in `trace_id`."
    }
    Unavailable {
        "Ein Teil des Dienstes antwortet gerade nicht. Es ist nichts geschehen."
        "Nach der Zeit in Retry-After noch einmal versuchen."
        "A part of the service does not answer at present. Nothing has happened."
        "Try again after the time in Retry-After."
    }
    Busy {
        "Gerade kommen sehr viele Anmeldungen gleichzeitig. Diese wurde nicht bearbeitet."
        "Nach der Zeit in Retry-After mit demselben Idempotency-Key noch einmal senden."
        "Very many registrations come at once. This one was not dealt with."
        "Send it again with the same Idempotency-Key after the time in Retry-After."
    }
    LogUnavailable {
        "Das Register, in dem Entscheidungen festgehalten werden, ist nicht erreichbar. Es ist nichts geschehen."
        "Nach der Zeit in Retry-After mit demselben Idempotency-Key noch einmal senden."
        "The log in which decisions are kept cannot be reached. Nothing has happened."
        "Send it again with the same Idempotency-Key after the time in Retry-After."
    }
    DocumentsUnavailable {
        "Der Speicher der Dokumente antwortet nicht, oder es werden gerade so viele gesendet oder gelesen, wie er zugleich aufnimmt. Nichts wurde geändert."
        "Nach der Zeit in Retry-After noch einmal senden, mit demselben Schlüssel."
        "The store of the documents does not answer, or as many are being sent or read as it takes at once. Nothing was changed."
        "Send it again after the time in Retry-After, with the same key."
    }
    OutcomeUnknown {
        "Ob die Entscheidung noch festgehalten wurde, ist ungewiss."
        "Mit demselben Idempotency-Key wiederholen: Es gibt genau eine gültige Antwort."
        "It is not known whether the decision was kept."
        "Repeat it with the same Idempotency-Key: there is one true answer."
    }
    ProjectionBehind {
        "Die Auskunft ist noch nicht so weit wie `min_position` verlangt."
        "Kurz warten und noch einmal fragen, am besten mit „Prefer: wait=5“."
        "The read model has not come as far as `min_position` demands."
        "Wait a moment and ask again, best with `Prefer: wait=5`."
    }
    ProjectionParked {
        "Eine Entscheidung dieser Veranstaltung ist für die Auskunft nicht lesbar; ihre Zeilen stehen still. Andere Veranstaltungen gehen weiter."
        "Den Betrieb benachrichtigen; Anmeldungen werden weiter angenommen."
        "A decision of this workshop cannot be read by the read model; its rows stand still. Other workshops go on."
        "Tell the operators; registrations are still taken."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_explained_in_whole_sentences_of_both_languages() {
        for code in Code::ALL {
            let (german, english) = (code.guide(Language::German), code.guide(Language::English));
            assert_ne!(german, english, "{code}");
            for text in [
                german.meaning,
                german.advice,
                english.meaning,
                english.advice,
            ] {
                assert!(text.ends_with('.'), "{code}: {text}");
                assert_ne!(text, code.title(Language::German), "{code}");
            }
        }
    }
}
