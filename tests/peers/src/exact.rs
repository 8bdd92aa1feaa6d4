//! Whether a peer gave every seat once, as its tables tell.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::PgPool;

/// One registration as it is stored: workshop, registration, place on the waitlist where it has no seat.
pub(crate) type Stored = (String, String, Option<i64>);

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Seats that were confirmed.
    pub(crate) confirmed: usize,
    /// What is wrong, each kind in words of its own.
    pub(crate) wrong: Vec<String>,
}

/// Checks all workshops of a measurement; `select` reads one [`Stored`] for each registration.
pub(crate) async fn check(
    pool: &PgPool,
    select: &str,
    seats: u32,
    decided: usize,
) -> anyhow::Result<Verdict> {
    let stored: Vec<Stored> = sqlx::query_as(select).fetch_all(pool).await?;
    Ok(judge(stored, seats as usize, decided))
}

fn judge(stored: Vec<Stored>, seats: usize, decided: usize) -> Verdict {
    let mut verdict = Verdict::default();
    if stored.len() != decided {
        let lost = format!("{decided} were answered, {} are stored", stored.len());
        verdict.wrong.push(lost);
    }
    let mut workshops: BTreeMap<String, Vec<(String, Option<i64>)>> = BTreeMap::new();
    for (workshop, registration, place) in stored {
        let of_workshop = workshops.entry(workshop).or_default();
        of_workshop.push((registration, place));
    }
    for registrations in workshops.values() {
        judge_workshop(registrations, seats, &mut verdict);
    }
    verdict
}

fn judge_workshop(registrations: &[(String, Option<i64>)], seats: usize, verdict: &mut Verdict) {
    let all = registrations.len();
    let persons: BTreeSet<&str> = registrations.iter().map(|(id, _)| id.as_str()).collect();
    if persons.len() != all {
        let more = all - persons.len();
        verdict.wrong.push(format!("{more} registered twice"));
    }
    let given: Vec<i64> = registrations
        .iter()
        .filter_map(|(_, place)| *place)
        .collect();
    let confirmed = all - given.len();
    if confirmed != seats.min(all) {
        let seats = format!("{confirmed} confirmed of {all} for {seats} seats");
        verdict.wrong.push(seats);
    }
    let places: BTreeSet<i64> = given.iter().copied().collect();
    let missing = (1..)
        .take(given.len())
        .filter(|place| !places.contains(place));
    let missing = missing.count();
    if missing > 0 {
        let waiting = given.len();
        verdict.wrong.push(format!(
            "{missing} of {waiting} places on the waitlist missing, others given twice"
        ));
    }
    verdict.confirmed += confirmed;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(places: &[Option<i64>]) -> Vec<Stored> {
        let rows = places.iter().enumerate();
        rows.map(|(who, place)| ("w".to_owned(), who.to_string(), *place))
            .collect()
    }

    fn wrong(stored: Vec<Stored>, seats: usize, decided: usize) -> usize {
        judge(stored, seats, decided).wrong.len()
    }

    #[test]
    fn a_seat_too_many_or_too_few_a_place_twice_and_a_lost_answer_are_found() {
        let right = [None, None, Some(1), Some(2)];
        let verdict = Verdict {
            confirmed: 2,
            wrong: Vec::new(),
        };
        assert_eq!(judge(stored(&right), 2, 4), verdict);
        assert_eq!(wrong(stored(&right), 2, 5), 1, "one is lost");
        assert_eq!(wrong(stored(&right), 1, 4), 1, "one too many");
        assert_eq!(wrong(stored(&right), 3, 4), 1, "one too few");
        assert_eq!(
            wrong(stored(&[None, Some(1), Some(1)]), 1, 3),
            1,
            "a place twice"
        );
        assert_eq!(wrong(stored(&[None, Some(2)]), 1, 2), 1, "a place left out");
        let mut twice = stored(&[None, None]);
        twice[1].1 = twice[0].1.clone();
        assert_eq!(wrong(twice, 2, 2), 1, "a registration twice");
    }
}
