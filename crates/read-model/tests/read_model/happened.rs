//! A workshop to which something happened, and what is seen of it then.

use anmeldewerk_domain::{
    Instant, RegistrationId,
    workshop::{Event, Settings},
};
use anmeldewerk_read_model::query::{self, Scope, Workshop};

use crate::{
    house::House,
    moelln::{NOW, WORKSHOP, waiting},
    story::{Log, created_with},
};

pub(crate) const EXPIRES: Instant = Instant::from_micros(1_564_700_000_000_000);

/// A workshop that is made at position 1, and what happened then, one decision each.
pub(crate) async fn after(settings: Settings, decisions: Vec<Vec<Event>>) -> House {
    let house = House::open().await;
    let mut log = Log::default();
    log.workshop(WORKSHOP.0, vec![created_with(settings), Event::Published]);
    for events in decisions {
        log.workshop(WORKSHOP.0, events);
    }
    let written = house.apply(log.entries()).await;
    assert_eq!(written.newly_parked, []);
    house
}

pub(crate) async fn one(house: &House, id: u128) -> query::Registration {
    let found = house
        .reader
        .registration(&Scope::Auditor, RegistrationId(id), NOW)
        .await;
    found.expect("an answer").value.expect("a registration")
}

pub(crate) async fn workshop(house: &House) -> Workshop {
    let found = house.reader.workshop(&Scope::Auditor, WORKSHOP).await;
    found.expect("an answer").value.expect("a workshop")
}

pub(crate) async fn order(house: &House) -> Vec<u128> {
    let page = house
        .reader
        .waitlist(&Scope::Auditor, WORKSHOP, &waiting())
        .await;
    let items = page.expect("an answer").value.expect("a page").items;
    items.iter().map(|item| item.id.as_u128()).collect()
}

pub(crate) fn id(id: u128) -> RegistrationId {
    RegistrationId(id)
}
