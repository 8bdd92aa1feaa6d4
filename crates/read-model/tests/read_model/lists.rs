//! Lists of municipalities, and what reports make of them.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{program::Kind, workshop::Event};
use anmeldewerk_read_model::query::{
    FigureFilter, KeyStatus, ListFigure, Municipality, MunicipalityFigures, Scope, Slice,
};
use jiff::civil::Date;

use crate::{
    house::{House, assert_counts},
    moelln::{WORKSHOP, guest, host, moelln, stranger},
    story::{Log, amended, key, slug},
};

async fn listed(house: &House, program: &str) -> Option<Vec<Municipality>> {
    let slice = Slice {
        after: None,
        limit: 3_000,
    };
    let answer = house.reader.municipalities(&slug(program), slice).await;
    answer.expect("an answer").value.map(|rows| rows.items)
}

fn keys(listed: &[Municipality]) -> Vec<&str> {
    listed.iter().map(|one| one.key.as_str()).collect()
}

#[tokio::test]
async fn a_list_is_what_was_stated_less_what_was_removed() {
    let house = House::open().await;
    let mut log = Log::default();
    log.program("sh", "Schleswig-Holstein")
        .program("mv", "Mecklenburg-Vorpommern")
        .list("sh", &["01053", "01053090", "01053019"], &[])
        .list("mv", &["01053090"], &[]);
    house.apply(log.entries()).await;
    let of_sh = listed(&house, "sh").await.expect("a program");
    assert_eq!(keys(&of_sh), ["01053", "01053019", "01053090"]);
    assert_eq!(
        (of_sh[0].kind, of_sh[0].parent.as_deref()),
        (Kind::District, None)
    );
    assert_eq!(
        (of_sh[1].name.as_str(), of_sh[1].parent.as_deref()),
        ("Ort 01053019", Some("01053"))
    );
    assert_eq!(of_sh[1].valid_until, Some(Date::constant(2018, 12, 31)));
    assert!(of_sh.iter().all(|one| one.version == Position(3)));

    log.list("sh", &["01053090", "01054"], &["01053019"])
        .program("sh", "Anderer Name");
    house.apply(log.entries()[4..].to_vec()).await;
    let of_sh = listed(&house, "sh").await.expect("a program");
    assert_eq!(keys(&of_sh), ["01053", "01053090", "01054"]);
    let versions: Vec<u64> = of_sh.iter().map(|one| one.version.0).collect();
    assert_eq!(
        versions,
        [3, 5, 5],
        "an entry has the version of who stated it last"
    );
    assert_eq!(
        keys(&listed(&house, "mv").await.expect("a program")),
        ["01053090"]
    );
    assert_eq!(listed(&house, "bb").await, None);
    assert_counts(&house).await;
}

#[tokio::test]
async fn what_comes_and_goes_in_one_batch_leaves_nothing() {
    let house = House::open().await;
    let mut log = Log::default();
    log.program("sh", "Schleswig-Holstein")
        .list("sh", &["01053", "01054"], &[])
        .list("sh", &[], &["01054"]);
    house.apply(log.entries()).await;
    assert_eq!(
        keys(&listed(&house, "sh").await.expect("a program")),
        ["01053"]
    );
    assert_counts(&house).await;
}

#[tokio::test]
async fn a_list_is_read_part_by_part() {
    let house = House::open().await;
    let mut log = Log::default();
    log.program("sh", "Schleswig-Holstein")
        .list("sh", &["01053", "01053090", "01053091"], &[]);
    house.apply(log.entries()).await;
    let mut after = None;
    let mut found = Vec::new();
    loop {
        let slice = Slice { after, limit: 2 };
        let answer = house.reader.municipalities(&slug("sh"), slice).await;
        let rows = answer.expect("an answer").value.expect("a program");
        found.push(keys(&rows.items).join(" "));
        match rows.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    assert_eq!(found, ["01053 01053090", "01053091"]);
    let slice = Slice {
        after: Some(key("01053091")),
        limit: 2,
    };
    let answer = house.reader.municipalities(&slug("sh"), slice).await;
    let rows = answer.expect("an answer").value.expect("a program");
    assert_eq!(rows.items, []);
}

fn filter(program: Option<&str>) -> FigureFilter {
    FigureFilter {
        workshop: Some(WORKSHOP),
        from: Date::constant(1, 1, 1),
        to: Date::constant(9999, 12, 31),
        program: program.map(slug),
    }
}

async fn figures(house: &House, scope: &Scope, filter: &FigureFilter) -> MunicipalityFigures {
    let answer = house.reader.municipality_figures(scope, filter).await;
    answer.expect("an answer").value.expect("few rows")
}

fn spots(figures: &MunicipalityFigures) -> Vec<(&str, &str)> {
    let spots = figures.white_spots.iter();
    spots
        .map(|spot| (spot.program.as_str(), spot.municipality.as_str()))
        .collect()
}

/// The workshop of Mölln, whose programs keep lists; 12 of `mv` comes from 13071107.
async fn with_lists() -> House {
    let house = moelln().await;
    house.apply(log_with_lists().entries()[11..].to_vec()).await;
    house
}

fn log_with_lists() -> Log {
    let mut log = crate::moelln::log();
    log.list("sh", &["01053", "01053090", "01053019"], &[])
        .list("mv", &["13071", "13071107", "13071108"], &[])
        .list("bb", &["12060"], &[])
        .workshop(1, vec![amended(12)]);
    log
}

#[tokio::test]
async fn a_key_is_known_unknown_or_abolished_on_the_first_day() {
    let house = with_lists().await;
    let status = |figures: &MunicipalityFigures| -> Vec<(String, String, KeyStatus)> {
        let mut found: Vec<_> = figures
            .counted
            .rows
            .iter()
            .map(|row| &row.value)
            .map(|value| {
                (
                    value.program.clone(),
                    value.municipality.clone(),
                    value.status,
                )
            })
            .collect();
        found.dedup();
        found
    };
    let row = |program: &str, key: &str, status| (program.to_owned(), key.to_owned(), status);
    let found = status(&figures(&house, &host(), &filter(None)).await);
    let expected = [
        row("mv", "01053", KeyStatus::Unknown),
        row("mv", "13071107", KeyStatus::Known),
        row("sh", "01053", KeyStatus::Known),
    ];
    assert_eq!(found, expected);
    let mut log = log_with_lists();
    log.list("mv", &["13071109"], &[]);
    let mut gone = amended(12);
    if let Event::Amended(amended) = &mut gone {
        amended.municipality = Some(key("13071109"));
    }
    log.workshop(1, vec![gone]);
    house.apply(log.entries()[15..].to_vec()).await;
    let found = status(&figures(&house, &host(), &filter(Some("mv"))).await);
    assert_eq!(found[1], row("mv", "13071109", KeyStatus::Abolished));
}

#[tokio::test]
async fn white_spots_are_those_from_which_nobody_holds_a_seat() {
    let house = with_lists().await;
    let seen = figures(&house, &guest(), &filter(None)).await;
    assert_eq!(seen.day, Some(Date::constant(2019, 10, 22)));
    // 13 holds a seat for `mv` from 01053, which is not in its list; those of `sh` only wait or have gone.
    // 01053019 is no more.
    let expected = [("mv", "13071108"), ("sh", "01053"), ("sh", "01053090")];
    assert_eq!(spots(&seen), expected);
    let list = |program: &str, listed, white| ListFigure {
        program: program.to_owned(),
        listed,
        white,
    };
    assert_eq!(seen.lists, [list("mv", 3, 1), list("sh", 2, 2)]);
    let spot = &seen.white_spots[0];
    assert_eq!(spot.district_name.as_deref(), Some("Ort 13071"));
    let narrowed = figures(&house, &host(), &filter(Some("sh"))).await;
    assert_eq!(spots(&narrowed), expected[1..]);
    // Whoever sees nothing of the workshop sees no white spots of it either.
    let foreign = figures(&house, &stranger(), &filter(None)).await;
    assert_eq!(spots(&foreign), vec![]);
    assert_eq!(foreign.lists, vec![]);
    let all = FigureFilter {
        workshop: None,
        ..filter(None)
    };
    let all = figures(&house, &Scope::Auditor, &all).await;
    assert_eq!(
        all.day,
        Some(Date::constant(2019, 8, 1)),
        "of the last decision"
    );
}
