//! What a feed is answered: a line for each row, and one in the end that says that it was all.

use anmeldewerk_contract::{Position, problem::Language};
use anmeldewerk_service::problem::Problem;
use serde::Serialize;
use serde_json::Value;

use crate::routes::{
    Accepted,
    put_by_reference::{Put, Stand},
};

/// What became of a row.
pub(crate) struct Told {
    pub(crate) number: u32,
    pub(crate) reference: Option<String>,
    pub(crate) became: Became,
}

pub(crate) enum Became {
    Put(Box<Accepted<Put>>),
    /// What it would become.
    Would(&'static str, Stand),
    Not(Problem),
    PassedOver(&'static str),
}

/// The line of a row.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "FeedRow"))]
pub(crate) struct RowBody<'t> {
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'t str>,
    #[serde(flatten)]
    said: Said<'t>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "FeedRowSaid"))]
#[serde(untagged)]
enum Said<'t> {
    Put(&'t Put),
    Would {
        outcome: &'static str,
        #[serde(flatten)]
        #[cfg_attr(test, schemars(skip))]
        stand: Stand,
    },
    /// `refused` is to be corrected, `failed` to be sent again.
    Not {
        outcome: &'static str,
        problem: Value,
    },
    /// `passed_over`: it is about nobody.
    PassedOver {
        outcome: &'static str,
        reason: &'static str,
    },
}

/// How many rows became what, or would.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "FeedCounts"))]
pub(crate) struct Summary {
    rows: u32,
    registered: u32,
    amended: u32,
    unchanged: u32,
    /// They are to be corrected.
    refused: u32,
    /// They are to be sent again.
    failed: u32,
    /// They are about nobody, such as sums.
    #[serde(skip_serializing_if = "is_zero")]
    passed_over: u32,
    /// The last position that was answered.
    #[cfg_attr(test, schemars(with = "Option<u64>"))]
    position: Option<Position>,
}

/// The last line.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "FeedSummary"))]
pub(crate) struct LastBody {
    summary: Summary,
    /// From which line on the rows are to be sent again.
    #[serde(skip_serializing_if = "Option::is_none")]
    resume_from: Option<u32>,
    /// Why it is not all.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Value>,
}

impl Told {
    /// Writes its line.
    pub(super) fn write(&self, language: Language, page: &mut Vec<u8>) {
        let said = match &self.became {
            Became::Put(accepted) => Said::Put(&accepted.body),
            Became::Would(outcome, stand) => Said::Would {
                outcome,
                stand: *stand,
            },
            Became::PassedOver(reason) => Said::PassedOver {
                outcome: "passed_over",
                reason,
            },
            Became::Not(problem) => Said::Not {
                outcome: if is_failure(problem) {
                    "failed"
                } else {
                    "refused"
                },
                problem: problem.to_json(language),
            },
        };
        let row = RowBody {
            line: self.number,
            reference: self.reference.as_deref(),
            said,
        };
        line(&row, page);
    }
}

impl Summary {
    /// Counts what became of a row.
    pub(super) fn count(&mut self, told: &Told) {
        self.rows += 1;
        if let Became::Put(accepted) = &told.became {
            self.position = self.position.max(Some(accepted.position));
        }
        let amount = match &told.became {
            Became::PassedOver(_) => &mut self.passed_over,
            Became::Put(accepted) => self.of(accepted.body.outcome),
            Became::Would(outcome, _) => self.of(outcome),
            Became::Not(problem) if is_failure(problem) => &mut self.failed,
            Became::Not(_) => &mut self.refused,
        };
        *amount += 1;
    }

    fn of(&mut self, outcome: &str) -> &mut u32 {
        match outcome {
            "registered" => &mut self.registered,
            "amended" => &mut self.amended,
            _ => &mut self.unchanged,
        }
    }

    /// Writes the last line; where it is not all, with the line to go on from and why.
    pub(super) fn line(self, ending: Option<(u32, Value)>) -> Vec<u8> {
        let (resume_from, problem) = ending.unzip();
        let mut page = Vec::new();
        let last = LastBody {
            summary: self,
            resume_from,
            problem,
        };
        line(&last, &mut page);
        page
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "so it is called")]
fn is_zero(amount: &u32) -> bool {
    *amount == 0
}

/// Says whether a row may be as good as the others, and it is us who failed.
fn is_failure(problem: &Problem) -> bool {
    problem.code().status() >= 500
}

/// Writes the line that says what a file was read as.
pub(crate) fn first(about: &impl Serialize) -> Vec<u8> {
    #[derive(Serialize)]
    struct FirstBody<'a, A> {
        file: &'a A,
    }
    let mut page = Vec::new();
    line(&FirstBody { file: about }, &mut page);
    page
}

fn line(value: &impl Serialize, page: &mut Vec<u8>) {
    serde_json::to_writer(&mut *page, value).expect("it has string keys and finite numbers only");
    page.push(b'\n');
}
