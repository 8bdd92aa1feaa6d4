//! A workshop with people, and those who ask for it.

use anmeldewerk_domain::{WorkshopId, workshop::Event};
use anmeldewerk_read_model::query::{AttendeeFilter, QueuePlace, Scope, WaitlistFilter, Window};
use jiff::Timestamp;

use crate::{
    house::House,
    story::{Log, cancelled, confirmed, created, seat_passed, slug, submitted, waitlisted},
};

pub(crate) const WORKSHOP: WorkshopId = WorkshopId(1);
pub(crate) const DRAFT: WorkshopId = WorkshopId(2);

/// When the tests ask: in August 2019.
pub(crate) const NOW: Timestamp = Timestamp::constant(1_566_000_000, 0);

pub(crate) fn host() -> Scope {
    Scope::Program(slug("sh"))
}

pub(crate) fn guest() -> Scope {
    Scope::Program(slug("mv"))
}

pub(crate) fn stranger() -> Scope {
    Scope::Program(slug("bb"))
}

/// Two seats, five registrations: 11 gave its seat back, which passed on to 13.
pub(crate) async fn moelln() -> House {
    let house = House::open().await;
    house.apply(log().entries()).await;
    house
}

/// Eleven decisions.
pub(crate) fn log() -> Log {
    let mut log = Log::default();
    log.program("mv", "Mecklenburg-Vorpommern")
        .program("sh", "Schleswig-Holstein")
        .workshop(1, vec![created()])
        .workshop(1, vec![Event::Published])
        .workshop(
            1,
            vec![submitted(11, "sh", &["rolle", "diskurs"]), confirmed(11)],
        )
        .workshop(1, vec![submitted(12, "mv", &["rolle"]), confirmed(12)])
        .workshop(
            1,
            vec![submitted(13, "mv", &["diskurs", "rolle"]), waitlisted(13)],
        )
        .workshop(1, vec![submitted(14, "sh", &[]), waitlisted(14)])
        .workshop(1, vec![submitted(15, "mv", &["rolle"]), waitlisted(15)])
        .workshop(1, vec![cancelled(11), seat_passed(13)])
        .workshop(2, vec![created()]);
    log
}

pub(crate) fn all() -> AttendeeFilter {
    let window = Window {
        limit: 100,
        ..Window::default()
    };
    AttendeeFilter {
        window,
        now: NOW,
        ..AttendeeFilter::default()
    }
}

pub(crate) fn waiting() -> WaitlistFilter {
    WaitlistFilter {
        program: None,
        now: NOW,
        after: QueuePlace::START,
        limit: 100,
    }
}
