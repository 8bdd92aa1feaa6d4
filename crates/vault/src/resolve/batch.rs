use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::{PersonQuery, Resolved, statement::Row};
use crate::{
    data_key::DataKeys,
    fault::Fault,
    index::{Hash, Indexes},
    key_encryption::{KeyEncryption, Wrapped},
};

/// Holds the queries of one call and the distinct persons they may be about.
pub(super) struct Batch<'a> {
    pub(super) generation: i32,
    candidates: Vec<Candidate<'a>>,
    /// Each query with the number of its candidate.
    queries: Vec<(usize, &'a PersonQuery)>,
}

/// Holds what a person would be made of, and who they turned out to be.
pub(super) struct Candidate<'a> {
    pub(super) fresh: Uuid,
    pub(super) program: &'a str,
    pub(super) indexes: Indexes,
    pub(super) wrapped: [Wrapped; 4],
    keys: DataKeys,
    answer: Option<Answer>,
}

struct Answer {
    person: Uuid,
    keys: DataKeys,
    found: bool,
    look_alikes: Vec<Uuid>,
}

type SoftGroups<'a> = HashMap<(&'a str, Hash), BTreeSet<Uuid>>;

impl<'a> Batch<'a> {
    /// Draws keys for everybody who might be new; takes the indexes of each query.
    pub(super) fn of(
        queries: &'a [PersonQuery],
        indexes: &[Indexes],
        kek: &KeyEncryption,
    ) -> Result<Self, Fault> {
        let mut batch = Self {
            generation: kek.current(),
            candidates: Vec::with_capacity(queries.len()),
            queries: Vec::with_capacity(queries.len()),
        };
        let mut by_strong: HashMap<(&str, Hash), usize> = HashMap::new();
        for (query, &indexes) in queries.iter().zip(indexes) {
            let next = batch.candidates.len();
            let number = match indexes.strong {
                Some(strong) => *by_strong.entry((&query.program, strong)).or_insert(next),
                None => next,
            };
            if number == next {
                batch.candidates.push(Candidate::new(query, indexes, kek)?);
            }
            batch.queries.push((number, query));
        }
        Ok(batch)
    }

    /// Lists the candidates that have no answer yet, with their numbers.
    pub(super) fn unanswered(&self) -> impl Iterator<Item = (i64, &Candidate<'a>)> {
        (0..)
            .zip(&self.candidates)
            .filter(|(_, candidate)| candidate.answer.is_none())
    }

    /// Lists the queries whose candidates have no answer yet, with the candidates' numbers.
    pub(super) fn open_notes(&self) -> impl Iterator<Item = (i64, &'a PersonQuery)> {
        self.queries
            .iter()
            .filter(|(number, _)| self.candidates[*number].answer.is_none())
            .map(|(number, query)| {
                let number = i64::try_from(*number).expect("a batch fits into memory");
                (number, *query)
            })
    }

    pub(super) fn is_answered(&self) -> bool {
        self.unanswered().next().is_none()
    }

    /// Takes in what the statement said.
    pub(super) fn answer(&mut self, rows: Vec<Row>, kek: &KeyEncryption) -> Result<(), Fault> {
        for row in rows {
            let candidate = usize::try_from(row.n)
                .ok()
                .and_then(|number| self.candidates.get_mut(number));
            if let Some(candidate) = candidate {
                candidate.answer = Some(candidate.answer_of(row, kek)?);
            }
        }
        Ok(())
    }

    /// Answers each query in order.
    pub(super) fn into_resolved(self) -> Result<Vec<Resolved>, Fault> {
        let groups = self.soft_groups()?;
        let mut resolved = Vec::with_capacity(self.queries.len());
        for (number, query) in &self.queries {
            let candidate = &self.candidates[*number];
            let answer = candidate.answered()?;
            resolved.push(Resolved {
                person: answer.person,
                keys: answer.keys.clone(),
                existing: answer.found || answer.person != query.fresh_id,
                look_alikes: look_alikes(answer, candidate.group(&groups)),
            });
        }
        Ok(resolved)
    }

    /// Gathers the persons of this batch who share name and municipality: the
    /// statement does not see whom it makes itself.
    fn soft_groups(&self) -> Result<SoftGroups<'a>, Fault> {
        let mut groups = SoftGroups::new();
        for candidate in &self.candidates {
            let person = candidate.answered()?.person;
            if let Some(soft) = candidate.indexes.soft {
                groups
                    .entry((candidate.program, soft))
                    .or_default()
                    .insert(person);
            }
        }
        Ok(groups)
    }
}

impl<'a> Candidate<'a> {
    fn new(query: &'a PersonQuery, indexes: Indexes, kek: &KeyEncryption) -> Result<Self, Fault> {
        let keys = DataKeys::generate()?;
        Ok(Self {
            fresh: query.fresh_id,
            program: &query.program,
            indexes,
            wrapped: kek.wrap_person(query.fresh_id, &keys)?,
            keys,
            answer: None,
        })
    }

    fn answer_of(&self, row: Row, kek: &KeyEncryption) -> Result<Answer, Fault> {
        let (keys, found) = match (row.generation, row.keys) {
            (Some(generation), Some(wrapped)) => {
                (kek.unwrap_person(row.person, generation, &wrapped)?, true)
            }
            _ => (self.keys.clone(), false),
        };
        Ok(Answer {
            person: row.person,
            keys,
            found,
            look_alikes: row.look_alikes,
        })
    }

    fn answered(&self) -> Result<&Answer, Fault> {
        self.answer
            .as_ref()
            .ok_or(Fault::IdTaken { person: self.fresh })
    }

    fn group<'g>(&self, groups: &'g SoftGroups<'a>) -> Option<&'g BTreeSet<Uuid>> {
        groups.get(&(self.program, self.indexes.soft?))
    }
}

fn look_alikes(answer: &Answer, group: Option<&BTreeSet<Uuid>>) -> Vec<Uuid> {
    let stored = answer.look_alikes.iter();
    let all: BTreeSet<Uuid> = stored.chain(group.into_iter().flatten()).copied().collect();
    all.into_iter()
        .filter(|person| *person != answer.person)
        .collect()
}
