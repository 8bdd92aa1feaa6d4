//! Assigning topics, without the log: how long the rules take for the best allocation there is.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
    hint::black_box,
    time::{Duration, Instant},
};

use anmeldewerk_domain::{
    MunicipalityKey, ProgramId, RegistrationId, TopicCode,
    assignment::{self, Extent, Input, Person, Topic},
    workshop::{Slot, Wishes},
};
use anyhow::{Context, ensure};

use crate::table::Table;

const PEOPLE: usize = 1_000;
const TOPICS: usize = 30;
const RANKS: usize = 3;
/// How many runs, each with another seed.
const RUNS: u8 = 5;

/// Measures runs over a workshop whose topics take a tenth more than come, and of which most want the same few.
pub(crate) fn measure(table: &mut Table) -> anyhow::Result<()> {
    let input = input().context("an input")?;
    let looked = look(&input);
    let mut times = Vec::new();
    for seed in 0..RUNS {
        let start = Instant::now();
        let allocation = assignment::solve(&input, &[seed; 32]);
        times.push(start.elapsed());
        let placed = allocation.places.values().map(BTreeMap::len).sum::<usize>();
        ensure!(placed == 2 * PEOPLE, "everybody has a topic in both slots");
    }
    times.sort_unstable();
    let half = times[times.len() / 2];
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0;
    let what = format!("topics assigned, {PEOPLE} people × {TOPICS} topics × 2 slots");
    let beside = format!(
        "{:.0} × looking at each wish once ({:.2} ms)",
        half.as_secs_f64() / looked.as_secs_f64(),
        ms(looked)
    );
    table.add(&what, format!("{:.0} ms", ms(half)), beside);
    Ok(())
}

/// What no solver does without: asking of each person how dear each topic is.
fn look(input: &Input) -> Duration {
    let start = Instant::now();
    let mut ranks = 0;
    for person in &input.people {
        for topic in &input.topics {
            ranks += person.rank(topic.slot, &topic.code).unwrap_or(0);
        }
    }
    black_box(ranks);
    start.elapsed()
}

fn input() -> Option<Input> {
    let mut topics = Vec::new();
    for slot in [Slot::First, Slot::Second] {
        for number in 0..TOPICS {
            topics.push(Topic {
                slot,
                code: code(number)?,
                min: 4,
                max: u32::try_from(PEOPLE * 11 / 10 / TOPICS).ok(),
                program_caps: BTreeMap::from([(program(0)?, 12)]),
                municipality_cap: Some(8),
            });
        }
    }
    let people = (0..PEOPLE).map(person).collect::<Option<_>>()?;
    Some(Input {
        extent: Extent::Whole,
        topics,
        people,
    })
}

fn person(who: usize) -> Option<Person> {
    let wishes = [Slot::First, Slot::Second].map(|slot| {
        let mut ranked: Vec<TopicCode> = Vec::new();
        for attempt in 0.. {
            let wish = code(wished((who, slot == Slot::First, attempt)))?;
            if !ranked.contains(&wish) {
                ranked.push(wish);
            }
            if ranked.len() == RANKS {
                break;
            }
        }
        Some(Wishes {
            slot,
            ranked,
            vetoes: Vec::new(),
        })
    });
    Some(Person {
        registration: RegistrationId(u128::try_from(who).ok()?),
        program: program(who % 5)?,
        municipality: MunicipalityKey::new(&format!("{:05}", 1_000 + who % 40))?,
        wishes: wishes.into_iter().collect::<Option<_>>()?,
        fixed: BTreeMap::new(),
    })
}

/// Draws a topic, the first ones far more often than the last.
fn wished(of: (usize, bool, usize)) -> usize {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    let drawn = usize::try_from(hasher.finish() % 1_000).unwrap_or(0);
    drawn * drawn * TOPICS / 1_000_000
}

fn code(number: usize) -> Option<TopicCode> {
    TopicCode::new(&format!("topic-{number:02}"))
}

fn program(number: usize) -> Option<ProgramId> {
    ProgramId::new(&format!("p{number}"))
}
