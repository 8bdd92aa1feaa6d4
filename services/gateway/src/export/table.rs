//! What stands in an export's columns: the same in every format, for people in Germany.

use anmeldewerk_contract::Position;
use anmeldewerk_read_model::{RegistrationState, query::Exported};
use jiff::{Zoned, tz::TimeZone};

use crate::{
    disclosure::{Disclosed, Person},
    form::notice,
};

/// Where times are local.
const TIME_ZONE: &str = "Europe/Berlin";

const BEFORE_WISHES: [&str; 16] = [
    "Nummer",
    "Veranstaltung",
    "Programm",
    "Gemeindeschlüssel",
    "Status",
    "Warteplatz",
    "Anrede",
    "Titel",
    "Vorname",
    "Nachname",
    "Funktion",
    "Organisation",
    "E-Mail",
    "Telefon",
    "Bedarfe",
    "Aktenzeichen",
];

const BEHIND_WISHES: [&str; 8] = [
    "Thema",
    "Thema (2. Durchgang)",
    "Anwesend",
    "Minuten",
    "Eingegangen",
    "Person",
    "Registrierung",
    "Position",
];

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Nothing is known, or nothing is shown.
    Empty,
    /// A text, also one of digits that is no quantity.
    Text(String),
    /// A quantity.
    Count(u64),
    /// A local time.
    At(Box<Zoned>),
}

/// The columns of one export.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The position as of which it speaks.
    pub(super) position: Position,
    /// How many wishes somebody has ranked at most, by slot.
    pub(super) ranks: [u32; 2],
    zone: TimeZone,
}

impl Table {
    pub(super) fn new(position: Position, ranks: [u32; 2]) -> Self {
        Self {
            position,
            ranks,
            zone: zone(),
        }
    }

    /// Gives the heads of the columns.
    pub(super) fn heads(&self) -> Vec<String> {
        let [first, second] = self.ranks;
        let first = (1..=first).map(|rank| format!("Wunsch {rank}"));
        let second = (1..=second).map(|rank| format!("Wunsch {rank} (2. Durchgang)"));
        let before = BEFORE_WISHES.into_iter().map(str::to_owned);
        let behind = BEHIND_WISHES.into_iter().map(str::to_owned);
        before.chain(first).chain(second).chain(behind).collect()
    }

    /// Gives the cells of a registration, one for each head.
    pub(super) fn cells(&self, exported: &Exported, disclosed: &Disclosed) -> Vec<Cell> {
        let registration = &exported.registration;
        let mut cells = vec![
            text(&registration.number),
            text(&exported.workshop_title),
            text(&registration.program),
            text(&registration.municipality),
            text(state(registration.state)),
            registration.waitlist_place.map_or(Cell::Empty, Cell::Count),
        ];
        cells.extend(personal(disclosed));
        for (slot, most) in (1..).zip(self.ranks) {
            cells.extend((1..=most).map(|rank| wish(exported, slot, rank)));
        }
        cells.extend([1, 2].map(|slot| assigned(exported, slot)));
        cells.extend(attended(exported));
        let submitted_at = registration.submitted_at.to_zoned(self.zone.clone());
        cells.extend([
            Cell::At(Box::new(submitted_at)),
            Cell::Text(registration.person.to_string()),
            Cell::Text(registration.id.to_string()),
            Cell::Count(self.position.0),
        ]);
        cells
    }
}

/// Gives the time zone in which people in Germany read times.
pub(crate) fn zone() -> TimeZone {
    TimeZone::get(TIME_ZONE).unwrap_or(TimeZone::UTC)
}

/// Names a state as people read it.
pub(crate) fn state(state: RegistrationState) -> &'static str {
    match state {
        RegistrationState::Submitted => "eingegangen",
        RegistrationState::PendingApproval => "in Prüfung",
        RegistrationState::Confirmed => "bestätigt",
        RegistrationState::Waitlisted => "Warteliste",
        RegistrationState::Offered => "Platz angeboten",
        RegistrationState::Declined => "Absage",
        RegistrationState::Lapsed => "verfallen",
        RegistrationState::Cancelled => "storniert",
        RegistrationState::Transferred => "übertragen",
        RegistrationState::Merged => "zusammengeführt",
        RegistrationState::Attended => "teilgenommen",
        RegistrationState::PartiallyAttended => "teilweise teilgenommen",
        RegistrationState::NoShow => "nicht erschienen",
    }
}

/// Which of what is personal is the family name.
const FAMILY_NAME: usize = 3;

/// Gives what somebody stated; where nothing is to be shown, the family name says why.
fn personal(disclosed: &Disclosed) -> [Cell; 10] {
    let mut unseen = [const { Cell::Empty }; 10];
    unseen[FAMILY_NAME] = notice(disclosed).map_or(Cell::Empty, Cell::Text);
    disclosed.person().map_or(unseen, stated)
}

fn stated(person: &Person) -> [Cell; 10] {
    let (identity, contact) = (&person.identity, &person.contact);
    let needs = person.free_text.as_ref();
    let needs = needs.and_then(|free_text| free_text.needs.as_ref());
    [
        identity.salutation.as_ref(),
        identity.title.as_ref(),
        identity.given_name.as_ref(),
        identity.family_name.as_ref(),
        identity.function.as_ref(),
        identity.organisation.as_ref(),
        contact.email.as_ref(),
        contact.phone.as_ref(),
        needs,
        contact.source_reference.as_ref(),
    ]
    .map(|stated| stated.map_or(Cell::Empty, |stated| text(stated)))
}

fn wish(exported: &Exported, slot: u8, rank: u32) -> Cell {
    let mut wishes = exported.registration.wishes.iter();
    let wish = wishes.find(|wish| !wish.vetoed && (wish.slot, wish.rank) == (slot, rank));
    wish.map_or(Cell::Empty, |wish| text(&wish.topic))
}

/// In how many sessions somebody was there, and for how many minutes in all.
fn attended(exported: &Exported) -> [Cell; 2] {
    let attendance = &exported.registration.attendance;
    if attendance.is_empty() {
        return [Cell::Empty, Cell::Empty];
    }
    let present = attendance.iter().filter(|of| of.status == "present");
    let minutes = present.clone().filter_map(|of| of.minutes);
    let sessions = u64::try_from(present.count()).unwrap_or(u64::MAX);
    let minutes = minutes.map(u64::from).reduce(|sum, more| sum + more);
    [
        Cell::Count(sessions),
        minutes.map_or(Cell::Empty, Cell::Count),
    ]
}

fn assigned(exported: &Exported, slot: u8) -> Cell {
    let mut topics = exported.registration.topics.iter();
    let topic = topics.find(|assigned| assigned.slot == slot);
    topic.map_or(Cell::Empty, |assigned| text(&assigned.topic))
}

fn text(text: &str) -> Cell {
    if text.is_empty() {
        Cell::Empty
    } else {
        Cell::Text(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::example;
    use jiff::Timestamp;

    pub(super) fn exported() -> Exported {
        Exported {
            registration: example::registration(),
            workshop_title: "Kommunale Koordinierung".to_owned(),
        }
    }

    fn table() -> Table {
        Table::new(Position(4711), [3, 1])
    }

    fn shown(disclosed: &Disclosed) -> Vec<(String, Cell)> {
        let cells = table().cells(&exported(), disclosed);
        let heads = table().heads();
        assert_eq!(heads.len(), cells.len());
        heads.into_iter().zip(cells).collect()
    }

    fn cell(disclosed: &Disclosed, head: &str) -> Cell {
        let found = shown(disclosed).into_iter().find(|(name, _)| name == head);
        found.expect("a column").1
    }

    fn open() -> Disclosed {
        Disclosed::Open(Box::new(example::person()))
    }

    #[test]
    fn every_column_is_under_its_head() {
        let wishes = ["rolle", "diskurs", ""];
        for (rank, topic) in (1..).zip(wishes) {
            assert_eq!(cell(&open(), &format!("Wunsch {rank}")), text(topic));
        }
        assert_eq!(cell(&open(), "Wunsch 1 (2. Durchgang)"), Cell::Empty);
        for (head, expected) in [
            ("Nummer", "7F3K9-QTM4X"),
            ("Veranstaltung", "Kommunale Koordinierung"),
            ("Thema", "rolle"),
            ("Thema (2. Durchgang)", ""),
            ("Programm", "mv"),
            ("Gemeindeschlüssel", "13071107"),
            ("Status", "bestätigt"),
            ("Person", "00000000-0000-0000-0000-0000000000aa"),
            ("Registrierung", "00000000-0000-0000-0000-000000000011"),
        ] {
            assert_eq!(cell(&open(), head), text(expected), "{head}");
        }
        assert_eq!(cell(&open(), "Position"), Cell::Count(4711));
        assert_eq!(cell(&open(), "Anwesend"), Cell::Count(1));
        assert_eq!(cell(&open(), "Minuten"), Cell::Count(360));
        let Cell::At(at) = cell(&open(), "Eingegangen") else {
            panic!("a time");
        };
        assert_eq!(at.to_string(), "2019-08-01T11:00:00+02:00[Europe/Berlin]");
    }

    #[test]
    fn nothing_personal_is_shown_of_whom_it_is_not_to_be() {
        let at: Timestamp = "2026-02-01T23:30:00Z".parse().expect("an instant");
        for (disclosed, expected) in [
            (Disclosed::Sealed, ""),
            (Disclosed::Damaged, "nicht lesbar"),
            (Disclosed::Erased(at), "gelöscht am 02.02.2026"),
        ] {
            assert_eq!(cell(&disclosed, "Nachname"), text(expected));
            for head in &BEFORE_WISHES[6..] {
                if *head != "Nachname" {
                    assert_eq!(cell(&disclosed, head), Cell::Empty, "{head}");
                }
            }
        }
    }

    #[test]
    fn every_state_has_a_name_of_its_own() {
        let names = RegistrationState::ALL.map(state);
        let distinct: std::collections::BTreeSet<&str> = names.into();
        assert_eq!(distinct.len(), names.len());
    }
}
