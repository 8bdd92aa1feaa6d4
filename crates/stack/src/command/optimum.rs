//! Allocations of topics, put to the test by a solver that knows nothing of ours: `highspy`, from PyPI.
//!
//! Cases are made and judged in Python; here they are only solved, by the rules that the registration service solves
//! them by.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;

use anmeldewerk_domain::assignment::{self, Extent, Input, Person, Topic};
use anmeldewerk_domain::workshop::{Slot, Wishes};
use anmeldewerk_domain::{MunicipalityKey, ProgramId, RegistrationId, TopicCode};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::command::test::Tally;
use crate::error::{Error, IoContext, Result};
use crate::place;
use crate::tool::Tool;

pub(crate) const TOOL: Tool = Tool {
    name: "highs",
    requirements: include_str!("../../optimum-requirements.txt"),
};
/// What makes and judges cases, below the checkout.
const SCRIPT: &str = "crates/stack/optimum.py";

/// What is said of a case for which nothing better was found.
const BEST: &str = "linear programs, nothing better";

/// Has cases made, solves them, and has them judged; says for how many nothing better was found.
pub(crate) async fn run() -> Result<Tally> {
    let python = TOOL.installed()?;
    eprintln!("Allocations of topics, put to the test by HiGHS …");
    let made = ask(&python, "make", Vec::new()).await?;
    let cases: Vec<Value> = read(&made)?;
    let amount = u64::try_from(cases.len()).unwrap_or(u64::MAX);
    let solved = cases.into_iter().map(solve).collect::<Result<Vec<_>>>()?;
    let solved = Value::from(solved).to_string();
    let judged = ask(&python, "check", solved.into_bytes()).await?;
    let judged = String::from_utf8_lossy(&judged);
    eprint!("{judged}");
    // A case of which nothing is said has not passed.
    let best = judged.lines().filter(|line| line.ends_with(BEST));
    let passed = u64::try_from(best.count()).unwrap_or(0);
    Ok(Tally {
        passed,
        failed: amount.saturating_sub(passed),
    })
}

/// Runs a verb of the script; what it says of what went wrong stays on stderr.
async fn ask(python: &Path, verb: &str, input: Vec<u8>) -> Result<Vec<u8>> {
    let doing = || format!("run {SCRIPT} {verb}");
    let mut command = Command::new(python);
    command.arg(place::checkout().join(SCRIPT)).arg(verb);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.kill_on_drop(true).spawn().doing(doing)?;
    let stdin = child.stdin.take();
    let writing = async {
        if let Some(mut stdin) = stdin {
            // What is not read to its end fails by itself.
            let _ = stdin.write_all(&input).await;
        }
    };
    let (output, ()) = tokio::join!(child.wait_with_output(), writing);
    Ok(output.doing(doing)?.stdout)
}

fn read<T: serde::de::DeserializeOwned>(text: &[u8]) -> Result<T> {
    serde_json::from_slice(text).map_err(|_| malformed())
}

fn malformed() -> Error {
    Error::Malformed {
        path: place::checkout().join(SCRIPT),
        what: "a case",
    }
}

/// A case as the script makes it.
#[derive(Deserialize)]
struct Case {
    seed: String,
    repair: bool,
    topics: Vec<CaseTopic>,
    people: Vec<CasePerson>,
}

#[derive(Deserialize)]
struct CaseTopic {
    slot: u8,
    code: String,
    min: u32,
    max: Option<u32>,
    program_caps: BTreeMap<String, u32>,
    municipality_cap: Option<u32>,
}

#[derive(Deserialize)]
struct CasePerson {
    id: u64,
    program: String,
    municipality: String,
    wishes: Vec<CaseWishes>,
    fixed: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct CaseWishes {
    slot: u8,
    ranked: Vec<String>,
    vetoes: Vec<String>,
}

/// Adds an allocation to a case.
fn solve(mut case: Value) -> Result<Value> {
    let read: Case = Case::deserialize(&case).map_err(|_| malformed())?;
    let (input, seed) = read.input().ok_or_else(malformed)?;
    let allocation = assignment::solve(&input, &seed);
    let places = allocation.places.iter().map(|(registration, topics)| {
        let topics = topics
            .iter()
            .map(|(slot, topic)| (number(*slot).to_string(), json!(topic.as_str())));
        (registration.0.to_string(), topics.collect::<Value>())
    });
    let closed = allocation.closed.iter().map(|closed| {
        json!({"slot": number(closed.slot), "topic": closed.code.as_str(), "size": closed.size, "min": closed.min})
    });
    case["places"] = places.collect();
    case["closed"] = closed.collect();
    Ok(case)
}

impl Case {
    fn input(&self) -> Option<(Input, [u8; 32])> {
        let seed = data_encoding::HEXLOWER.decode(self.seed.as_bytes()).ok()?;
        let input = Input {
            extent: if self.repair {
                Extent::Repair
            } else {
                Extent::Whole
            },
            topics: all(&self.topics, CaseTopic::topic)?,
            people: all(&self.people, CasePerson::person)?,
        };
        Some((input, seed.try_into().ok()?))
    }
}

impl CaseTopic {
    fn topic(&self) -> Option<Topic> {
        let caps = self.program_caps.iter();
        let caps = caps.map(|(program, cap)| Some((ProgramId::new(program)?, *cap)));
        Some(Topic {
            slot: slot(self.slot)?,
            code: TopicCode::new(&self.code)?,
            min: self.min,
            max: self.max,
            program_caps: caps.collect::<Option<_>>()?,
            municipality_cap: self.municipality_cap,
        })
    }
}

impl CasePerson {
    fn person(&self) -> Option<Person> {
        let fixed = self.fixed.iter().map(|(number, code)| {
            let slot = slot(number.parse().ok()?)?;
            Some((slot, TopicCode::new(code)?))
        });
        Some(Person {
            registration: RegistrationId(self.id.into()),
            program: ProgramId::new(&self.program)?,
            municipality: MunicipalityKey::new(&self.municipality)?,
            wishes: all(&self.wishes, CaseWishes::wishes)?,
            fixed: fixed.collect::<Option<_>>()?,
        })
    }
}

impl CaseWishes {
    fn wishes(&self) -> Option<Wishes> {
        let codes = |codes: &[String]| all(codes, |code| TopicCode::new(code));
        Some(Wishes {
            slot: slot(self.slot)?,
            ranked: codes(&self.ranked)?,
            vetoes: codes(&self.vetoes)?,
        })
    }
}

fn all<T, U>(items: &[T], read: impl Fn(&T) -> Option<U>) -> Option<Vec<U>> {
    items.iter().map(read).collect()
}

fn slot(number: u8) -> Option<Slot> {
    match number {
        1 => Some(Slot::First),
        2 => Some(Slot::Second),
        _ => None,
    }
}

fn number(slot: Slot) -> u8 {
    match slot {
        Slot::First => 1,
        Slot::Second => 2,
    }
}
