//! Lists that hold together, and what is said of those that do not.

use super::*;

fn key(digits: &str) -> MunicipalityKey {
    MunicipalityKey::new(digits).expect("a key")
}

fn day(year: u16) -> Date {
    Date::new(year, 1, 1).expect("a day")
}

/// Gives an entry that belongs to `parent`; without digits to nothing.
fn entry(digits: &str, parent: &str) -> Municipality {
    Municipality {
        key: key(digits),
        name: TextLine::new("Mölln").expect("a name"),
        kind: Kind::Town,
        parent: MunicipalityKey::new(parent),
        validity: Validity::default(),
    }
}

fn refused(entries: &[(&str, &str)]) -> Vec<(usize, ListFault)> {
    let entries = entries.iter().map(|(key, parent)| entry(key, parent));
    let misfits = Municipalities::new(entries.collect()).expect_err("refused");
    let each = misfits.into_iter();
    each.map(|misfit| (misfit.index, misfit.fault)).collect()
}

#[test]
fn a_validity_never_ends_before_it_begins() {
    assert!(Validity::new(Some(day(2018)), Some(day(2018))).is_some());
    assert!(Validity::new(Some(day(2019)), Some(day(2018))).is_none());
    assert!(Validity::new(None, Some(day(2018))).is_some());
}

#[test]
fn kinds_are_known_by_their_codes() {
    for kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.name()), Some(kind));
    }
    assert_eq!(Kind::parse("Amt"), None);
}

#[test]
fn a_parent_is_in_the_list_or_the_key_of_a_kreis() {
    let list = [
        entry("01053090", "01053"),
        entry("01053091", "01053090"),
        entry("02000000", ""),
    ];
    let list = Municipalities::new(list.to_vec()).expect("it holds together");
    assert_eq!(list.len(), 3);
    let refused = refused(&[("01053090", "01053001"), ("01053091", "01053")]);
    assert_eq!(refused, [(0, ListFault::UnknownParent)]);
}

#[test]
fn a_key_stands_once() {
    let refused = refused(&[("01053090", "01053"), ("01053", ""), ("01053090", "01053")]);
    assert_eq!(refused, [(2, ListFault::KeyTwice { first: 0 })]);
}

#[test]
fn nothing_belongs_to_itself() {
    let refused = refused(&[("01053", "01053"), ("01053090", "")]);
    assert_eq!(refused, [(0, ListFault::OwnParent)]);
}

#[test]
fn whoever_never_comes_to_the_top_is_in_a_circle_or_below_one() {
    let refused = refused(&[
        ("01001", "01002"),
        ("01002", "01003"),
        ("01003", "01001"),
        ("01004", "01003"),
        ("01005", "01006"),
        ("01006", ""),
    ]);
    let circle: Vec<_> = (0..4).map(|index| (index, ListFault::Circle)).collect();
    assert_eq!(refused, circle);
}

#[test]
fn a_key_that_stands_twice_closes_no_circle_by_its_second_entry() {
    let refused = refused(&[("01001", ""), ("01002", "01001"), ("01001", "01002")]);
    assert_eq!(refused, [(2, ListFault::KeyTwice { first: 0 })]);
}

#[test]
fn a_program_has_at_most_3_000() {
    let entries = |count: u32| (0..count).map(|low| entry(&format!("{low:08}"), "01053"));
    assert!(Municipalities::new(entries(3_000).collect()).is_ok());
    let misfit = Misfit {
        index: 3_000,
        fault: ListFault::TooMany,
    };
    assert_eq!(
        Municipalities::new(entries(3_001).collect()),
        Err(vec![misfit])
    );
}

#[test]
fn the_deepest_list_holds_together() {
    let one = |low: u32| {
        let parent = low.checked_sub(1).map(|low| format!("{low:08}"));
        entry(&format!("{low:08}"), parent.as_deref().unwrap_or_default())
    };
    assert!(Municipalities::new((0..3_000).rev().map(one).collect()).is_ok());
}
