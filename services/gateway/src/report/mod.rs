//! Reports: figures with what they mean, of what they are a part, and as of when.
//!
//! A row counts; its `href` lists the registrations or events behind it, and each of those leads to its decisions.

mod body;
mod mask;
mod places;
mod rows;

use anmeldewerk_contract::problem::Language;
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) use body::{Asked, Entry, Envelope, totals};
pub(crate) use mask::mask;
pub(crate) use places::Places;
pub(crate) use rows::{
    attendance, cancellations, data_quality, hours, municipalities, programs, timeline, topics,
    waitlist,
};

/// Which report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    Programs,
    Timeline,
    Municipalities,
    Topics,
    Waitlist,
    Cancellations,
    DataQuality,
    Attendance,
    ParticipantHours,
}

/// What a report says of itself.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportDescription)]
pub(crate) struct Description {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    /// What is counted.
    pub(crate) definition: &'static str,
    /// Of what the figures are a part.
    pub(crate) denominator: &'static str,
}

impl Report {
    /// Every report.
    pub(crate) const ALL: [Self; 9] = [
        Self::Programs,
        Self::Timeline,
        Self::Municipalities,
        Self::Topics,
        Self::Waitlist,
        Self::Cancellations,
        Self::DataQuality,
        Self::Attendance,
        Self::ParticipantHours,
    ];

    /// Gives its name in addresses.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Programs => "programs",
            Self::Timeline => "timeline",
            Self::Municipalities => "municipalities",
            Self::Topics => "topics",
            Self::Waitlist => "waitlist",
            Self::Cancellations => "cancellations",
            Self::DataQuality => "data-quality",
            Self::Attendance => "attendance",
            Self::ParticipantHours => "participant-hours",
        }
    }

    /// Reads a name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|report| report.name() == name)
    }

    /// Says what it is.
    pub(crate) fn describe(self, language: Language) -> Description {
        let [title, definition, denominator] = match language {
            Language::German => self.german(),
            Language::English => self.english(),
        };
        Description {
            name: self.name(),
            title,
            definition,
            denominator,
        }
    }

    fn german(self) -> [&'static str; 3] {
        const ALL: &str =
            "Alle Anmeldungen der Zeile, in jedem Zustand, auch stornierte und übertragene.";
        match self {
            Self::Programs => [
                "Anmeldungen nach Landesprogramm und Zustand",
                "Je Veranstaltung und Landesprogramm: Anmeldungen nach ihrem jetzigen Zustand; belegt sind Plätze in \
                 den Zuständen pending_approval, confirmed, offered, attended, partially_attended und no_show; dazu \
                 Obergrenze, Garantie und deren Freigabe.",
                ALL,
            ],
            Self::Timeline => [
                "Verlauf nach Tagen",
                "Je Veranstaltung, Landesprogramm und Ereignis: wie oft es an einem Tag (Europe/Berlin) eintrat, und \
                 wie oft bis dahin insgesamt. Gezählt werden Ereignisse, nicht Personen.",
                "Alle Ereignisse dieser Art bis zum letzten Tag.",
            ],
            Self::Municipalities => [
                "Anmeldungen nach Kommune",
                "Je Veranstaltung, Landesprogramm und Kommune (Schlüssel als Text): Anmeldungen nach ihrem jetzigen \
                 Zustand; `municipality_outside_land`, wo der Schlüssel nicht zum Land des Programms gehört; \
                 `municipality_status`, was das Verzeichnis des Programms am ersten Tag der Veranstaltung von ihm \
                 sagt: known, unknown oder abolished. Dieselben Zahlen nach Kreis und nach Land. Weiße Flecken: \
                 Einträge des Verzeichnisses, die am ersten Tag der Veranstaltung gelten (ohne `workshop`: am Tag \
                 der letzten Entscheidung) und aus denen niemand einen Platz belegt (Zustände wie in `programs`); \
                 bei einem Kreis niemand aus dem ganzen Kreis.",
                ALL,
            ],
            Self::Topics => [
                "Nachfrage nach Themen und Zuweisung",
                "Je Veranstaltung, Durchgang und Thema: Wünsche nach Rang, und ausdrückliche Ablehnungen, \
                 je Landesprogramm, aller Anmeldungen außer abgelehnten, verfallenen, stornierten, übertragenen und \
                 zusammengeführten. Wem das Thema zugewiesen ist, danach, der wievielte \
                 Wunsch damit erfüllt wird (`granted_rank_1` und so fort), keiner davon (`granted_other`), oder ohne \
                 dass Wünsche genannt wurden (`granted_unwished`).",
                "Alle Wünsche mit Rang für dieses Thema in diesem Durchgang.",
            ],
            Self::Waitlist => [
                "Warteliste",
                "Je Veranstaltung und Landesprogramm: wer jetzt wartet, wer ein offenes Angebot hat; wie oft jemand \
                 auf die Warteliste kam, wie viele Angebote gemacht wurden und wie viele Angebote oder Adressen \
                 verfielen.",
                ALL,
            ],
            Self::Cancellations => [
                "Stornierungen",
                "Je Veranstaltung und Landesprogramm: jetzt stornierte Anmeldungen danach, wer storniert hat, und \
                 nach dem Grund. Eigene Anmeldungen, beim Gastgeber alle.",
                ALL,
            ],
            Self::DataQuality => [
                "Datenqualität",
                "Je Veranstaltung und Landesprogramm: lebende Anmeldungen, die auffallen: mögliche Dubletten, \
                 Platzhalter (N.N.), Kommunen außerhalb des Landes, Ausnahmen. Eigene Anmeldungen, beim Gastgeber \
                 alle.",
                "Alle lebenden Anmeldungen der Zeile.",
            ],
            Self::Attendance => [
                "Teilnahme",
                "Je Veranstaltung mit abgeschlossener Teilnahme und Landesprogramm: wer an allen Durchgängen \
                 teilnahm, die zählen (`attended`), an manchen (`partially_attended`) oder an keinem (`no_show`).",
                "Alle, die beim Abschluss der Teilnahme bestätigt waren.",
            ],
            Self::ParticipantHours => [
                "Teilnehmendenstunden",
                "Je Veranstaltung und Landesprogramm: Anwesenheiten je Tag und Durchgang (`presences`), ihre Minuten \
                 zusammen (`minutes`), volle Stunden daraus (`hours`), und Anwesenheiten ohne erfasste Minuten \
                 (`without_minutes`), die darin fehlen.",
                "Alle Anwesenheiten.",
            ],
        }
    }

    fn english(self) -> [&'static str; 3] {
        const ALL: &str =
            "All registrations of the row, in any state, cancelled and transferred ones included.";
        match self {
            Self::Programs => [
                "Registrations by program and state",
                "By workshop and program: registrations by their present state; seats are held in the states \
                 pending_approval, confirmed, offered, attended, partially_attended and no_show; with cap, \
                 guarantee and its release.",
                ALL,
            ],
            Self::Timeline => [
                "Course of events by day",
                "By workshop, program and event: how often it happened on a day (Europe/Berlin), and how often up to \
                 then. Events are counted, not people.",
                "All events of this kind up to the last day.",
            ],
            Self::Municipalities => [
                "Registrations by municipality",
                "By workshop, program and municipality (key as text): registrations by their present state; \
                 `municipality_outside_land` where the key does not belong to the program's Land; \
                 `municipality_status`, what the program's list says of it on the workshop's first day: known, \
                 unknown or abolished. The same figures by Kreis and by Land. White spots: entries of the list that \
                 are valid on the workshop's first day (without `workshop`: on the day of the last decision) and \
                 from which nobody holds a seat (in a state as in `programs`); of a Kreis nobody from all of it.",
                ALL,
            ],
            Self::Topics => [
                "Demand for topics, and their assignment",
                "By workshop, slot and topic: wishes by rank, and explicit vetoes, by program, of all registrations \
                 but those declined, lapsed, cancelled, transferred and merged. \
                 Those to whom the topic is assigned, by the wish that it fulfils (`granted_rank_1` and so on), none \
                 of them (`granted_other`), or without stated wishes (`granted_unwished`).",
                "All ranked wishes for this topic in this slot.",
            ],
            Self::Waitlist => [
                "Waitlist",
                "By workshop and program: who waits now, who has an open offer; how often somebody came onto the \
                 waitlist, how many offers were made, and how many offers or addresses lapsed.",
                ALL,
            ],
            Self::Cancellations => [
                "Cancellations",
                "By workshop and program: registrations that are cancelled now, by who cancelled and why. Own \
                 registrations, for the host all.",
                ALL,
            ],
            Self::DataQuality => [
                "Data quality",
                "By workshop and program: live registrations that are odd: possible duplicates, placeholders (N.N.), \
                 municipalities outside the Land, overrides. Own registrations, for the host all.",
                "All live registrations of the row.",
            ],
            Self::Attendance => [
                "Attendance",
                "By workshop whose attendance is closed, and by program: who was there in all sessions that count \
                 (`attended`), in some (`partially_attended`) or in none (`no_show`).",
                "All who were confirmed when attendance was closed.",
            ],
            Self::ParticipantHours => [
                "Participant hours",
                "By workshop and program: presences by day and slot (`presences`), their minutes together \
                 (`minutes`), full hours of that (`hours`), and presences without minutes (`without_minutes`), which \
                 are missing there.",
                "All presences.",
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_found_by_its_name_and_says_what_it_is_in_both_languages() {
        for report in Report::ALL {
            assert_eq!(Report::parse(report.name()), Some(report));
            let german = report.describe(Language::German);
            let english = report.describe(Language::English);
            assert_ne!(german.definition, english.definition);
            assert_ne!(german.denominator, english.denominator);
        }
        assert_eq!(Report::parse("nothing"), None);
    }
}
