//! Lists of a workshop in the order of names, or of places in the queue.
//!
//! Names are sealed in the rows, so all of a workshop are read and opened, put in order, and forgotten with the
//! answer; only those who are in the answer are recorded as seen. Where a list goes on is said by the registration
//! that came last: it keeps its place whoever comes and goes.

use std::cmp::Ordering;

use anmeldewerk_read_model::query::Name;
use anmeldewerk_vault::Identity;
use icu_collator::{
    CollatorBorrowed,
    options::{CollatorOptions, Strength},
};
use icu_locale_core::locale;
use uuid::Uuid;

use crate::ask::Search;

/// By what a list is put in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// Family name, then given name, as German lists of names are sorted (DIN 5007-2: ä like ae).
    Name,
    /// Those who wait first, in the order in which seats pass on; then the others, in the order of arrival.
    Place,
}

/// Which part of a list is wanted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut<'s> {
    pub(crate) search: Option<&'s Search>,
    pub(crate) after: Option<Uuid>,
    pub(crate) limit: usize,
}

/// Part of a list, as ids.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) ids: Vec<Uuid>,
    /// Whether there are more behind them.
    pub(crate) more: bool,
}

/// Somebody with their name, where that could be opened.
struct Known<'n> {
    name: &'n Name,
    identity: Option<&'n Identity>,
}

/// Puts names in order and takes the part that is wanted; nothing if it is to begin behind somebody who is not there.
///
/// `identities` stand beside `names`; there are none where only places matter.
pub(crate) fn choose(
    names: &[Name],
    identities: &[Option<Identity>],
    by: By,
    cut: Cut<'_>,
) -> Option<Chosen> {
    let identities = identities.iter().map(Option::as_ref);
    let identities = identities.chain(std::iter::repeat(None));
    let known = names.iter().zip(identities);
    let mut known: Vec<Known<'_>> = known
        .map(|(name, identity)| Known { name, identity })
        .collect();
    match by {
        By::Name => sort_by_name(&mut known),
        By::Place => known.sort_by_key(|known| place(known.name)),
    }
    let begin = match cut.after {
        None => 0,
        Some(after) => known.iter().position(|known| known.name.id == after)? + 1,
    };
    let mut wanted = known[begin..]
        .iter()
        .filter(|known| known.name.wanted && known.has(cut.search))
        .map(|known| known.name.id);
    let ids = wanted.by_ref().take(cut.limit).collect();
    let more = wanted.next().is_some();
    Some(Chosen { ids, more })
}

impl Known<'_> {
    fn has(&self, search: Option<&Search>) -> bool {
        let Some(search) = search else {
            return true;
        };
        let identity = self.identity.into_iter().flat_map(|identity| {
            [
                identity.given_name.as_deref(),
                identity.family_name.as_deref(),
                identity.organisation.as_deref(),
            ]
        });
        let texts = identity.flatten().chain([self.name.number.as_str()]);
        search.is_in(texts)
    }
}

/// Those without a readable name come last, in the order of their arrival.
fn sort_by_name(known: &mut [Known<'_>]) {
    // First what is read aloud: Mueller, Müller and MÜLLER are one name, and given names decide between them.
    let (letters, spelling) = (collator(Strength::Primary), collator(Strength::Tertiary));
    let by_name = |one: &Known<'_>, other: &Known<'_>| {
        let full = |collator| {
            let text = |part: fn(&Identity) -> Option<&str>| {
                let parts = (one.identity.and_then(part), other.identity.and_then(part));
                compare(collator, parts)
            };
            text(|identity| identity.family_name.as_deref())
                .then_with(|| text(|identity| identity.given_name.as_deref()))
        };
        full(&letters)
            .then_with(|| full(&spelling))
            .then_with(|| one.name.arrival.0.cmp(&other.name.arrival.0))
    };
    known.sort_by(by_name);
}

fn collator(strength: Strength) -> CollatorBorrowed<'static> {
    let mut options = CollatorOptions::default();
    options.strength = Some(strength);
    CollatorBorrowed::try_new(locale!("de-u-co-phonebk").into(), options)
        .expect("the order of German telephone books is compiled in")
}

fn compare(collator: &CollatorBorrowed<'_>, parts: (Option<&str>, Option<&str>)) -> Ordering {
    match parts {
        (Some(one), Some(other)) => collator.compare(one, other),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

fn place(name: &Name) -> (bool, (i16, i64, i32), i64) {
    let waits = name.state == anmeldewerk_read_model::RegistrationState::Waitlisted;
    let queue = if waits {
        (name.queued.rank, name.queued.at.0, name.queued.lot)
    } else {
        (0, 0, 0)
    };
    (!waits, queue, name.arrival.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use anmeldewerk_read_model::{Arrival, RegistrationState, query::QueuePlace};

    fn name(id: u128, state: RegistrationState, queue: i64) -> Name {
        Name {
            id: Uuid::from_u128(id),
            host: "sh".to_owned(),
            program: "sh".to_owned(),
            person: Uuid::from_u128(id),
            decision: Uuid::from_u128(id),
            identity: None,
            number: format!("NUMBER-{id}"),
            state,
            arrival: Arrival(i64::try_from(id).expect("small")),
            queued: QueuePlace {
                rank: 1,
                at: Arrival(queue),
                lot: 0,
            },
            wanted: true,
        }
    }

    fn named(people: &[(&str, &str)]) -> (Vec<Name>, Vec<Option<Identity>>) {
        let names = (1..).zip(people);
        names
            .map(|(id, (family, given))| {
                let mut identity = Identity::default();
                identity.family_name = Some((*family).to_owned());
                identity.given_name = Some((*given).to_owned());
                (name(id, RegistrationState::Confirmed, 0), Some(identity))
            })
            .unzip()
    }

    const ALL: Cut<'static> = Cut {
        search: None,
        after: None,
        limit: 500,
    };

    fn order(people: &[(&str, &str)]) -> Vec<usize> {
        let (names, identities) = named(people);
        let chosen = choose(&names, &identities, By::Name, ALL).expect("a list");
        let ids = chosen.ids.iter().map(|id| usize::try_from(id.as_u128()));
        ids.map(|id| id.expect("small") - 1).collect()
    }

    #[test]
    fn names_stand_as_in_a_german_telephone_book() {
        let people = [
            ("Mutter", "A"),
            ("Müller", "Zoe"),
            ("Mueller", "Anke"),
            ("von der Heide", "Anke"),
            ("Ärmel", "B"),
            ("Zabel", "C"),
            ("Straße", "B"),
            ("Strasse", "A"),
            ("azubi", "D"),
        ];
        let sorted: Vec<&str> = order(&people).into_iter().map(|i| people[i].0).collect();
        let expected = [
            "Ärmel",
            "azubi",
            "Mueller",
            "Müller",
            "Mutter",
            "Strasse",
            "Straße",
            "von der Heide",
            "Zabel",
        ];
        assert_eq!(sorted, expected);
    }

    #[test]
    fn one_name_in_two_spellings_is_one_and_given_names_decide() {
        let people = [("Müller", "Bo"), ("Mueller", "Zoe"), ("MÜLLER", "Änne")];
        assert_eq!(order(&people), [2, 0, 1]);
        assert_eq!(order(&[("Müller", "Bo"), ("Mueller", "Bo")]), [1, 0]);
    }

    #[test]
    fn who_has_no_readable_name_comes_last() {
        let (mut names, mut identities) = named(&[("Zabel", "A")]);
        names.insert(0, name(7, RegistrationState::Confirmed, 0));
        identities.insert(0, None);
        let chosen = choose(&names, &identities, By::Name, ALL).expect("a list");
        assert_eq!(chosen.ids, [Uuid::from_u128(1), Uuid::from_u128(7)]);
    }

    #[test]
    fn those_who_wait_stand_first_in_their_order() {
        let names = [
            name(1, RegistrationState::Confirmed, 1),
            name(2, RegistrationState::Waitlisted, 30),
            name(3, RegistrationState::Waitlisted, 20),
            name(4, RegistrationState::Cancelled, 5),
        ];
        let chosen = choose(&names, &[], By::Place, ALL).expect("a list");
        assert_eq!(chosen.ids, [3, 2, 1, 4].map(Uuid::from_u128));
    }

    #[test]
    fn a_list_goes_on_behind_somebody_whether_the_filter_lets_them_through_or_not() {
        let (mut names, identities) = named(&[("A", "a"), ("B", "b"), ("C", "c"), ("D", "d")]);
        names[1].wanted = false;
        let part = |after: Option<u128>, limit| {
            let after = after.map(Uuid::from_u128);
            let cut = Cut {
                after,
                limit,
                ..ALL
            };
            choose(&names, &identities, By::Name, cut)
        };
        let ids = |ids: &[u128]| ids.iter().copied().map(Uuid::from_u128).collect();
        let first = Chosen {
            ids: ids(&[1, 3]),
            more: true,
        };
        assert_eq!(part(None, 2), Some(first));
        let second = Chosen {
            ids: ids(&[3, 4]),
            more: false,
        };
        assert_eq!(part(Some(2), 2), Some(second));
        assert_eq!(part(Some(99), 2), None);
    }

    #[test]
    fn who_is_looked_for_is_found_by_name_or_number() {
        let (names, identities) = named(&[("Heide", "Anke"), ("Müller", "Bo")]);
        let found = |text: &str| {
            let search = Search::of(text).expect("something");
            let cut = Cut {
                search: Some(&search),
                ..ALL
            };
            choose(&names, &identities, By::Name, cut)
                .expect("a list")
                .ids
        };
        assert_eq!(found("mueller"), [Uuid::from_u128(2)]);
        assert_eq!(found("number-1"), [Uuid::from_u128(1)]);
        assert_eq!(found("nobody"), Vec::<Uuid>::new());
    }
}
