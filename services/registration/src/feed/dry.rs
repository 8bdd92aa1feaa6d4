//! Rehearsing a feed: what would become of each row, without anything being written.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::Boundary;
use anmeldewerk_journal::JetStream;
use anmeldewerk_service::{
    outlet::{Outlet, Stopped},
    problem::Problem,
    telemetry::chain,
};
use futures_util::{Stream, StreamExt};

use super::{Became, Content, Entrance, Feed, Row, Summary, Told, put};
use crate::writer::{Rehearsal, rehearsal::AT_ONCE};

impl Entrance {
    /// Tries a feed out, and writes the answers.
    pub(crate) async fn rehearse(
        self,
        feed: Feed,
        rows: impl Stream<Item = Result<Row, Problem>>,
        outlet: Outlet,
    ) {
        if let Err(stopped) = self.try_out(&feed, rows, &outlet).await {
            tracing::warn!(reason = %stopped, "a rehearsal's answers broke off");
            outlet.break_off();
        }
    }

    async fn try_out(
        &self,
        feed: &Feed,
        rows: impl Stream<Item = Result<Row, Problem>>,
        outlet: &Outlet,
    ) -> Result<(), Stopped> {
        let mut summary = Summary::default();
        let mut ending = None;
        let mut last = 0;
        match self.open(&feed.boundary).await {
            Err(problem) => ending = Some((1, problem)),
            Ok(mut rehearsal) => {
                let mut chunks = std::pin::pin!(rows.ready_chunks(AT_ONCE));
                while let Some(chunk) = chunks.next().await {
                    let (rows, ended) = whole(chunk);
                    last = rows.last().map_or(last, |row| row.number);
                    let mut page = Vec::new();
                    for told in self.each(feed, &mut rehearsal, rows).await {
                        summary.count(&told);
                        told.write(feed.language, &mut page);
                    }
                    outlet.send(page).await?;
                    if let Some(problem) = ended {
                        ending = Some((last + 1, problem));
                        break;
                    }
                }
            }
        }
        let ending = ending.map(|(line, problem)| (line, problem.to_json(feed.language)));
        outlet.send(summary.line(ending)).await?;
        outlet.finish().await
    }

    async fn open(&self, boundary: &Boundary) -> Result<Rehearsal<JetStream>, Problem> {
        let stage = &self.intake.stage;
        let keep = (stage.vault.clone(), &stage.shelf);
        let opened = Rehearsal::open(stage.journal.clone(), keep, boundary).await;
        opened.map_err(|error| {
            tracing::error!(error = %chain(&error), "a workshop could not be read");
            Code::LogUnavailable.into()
        })
    }

    async fn each(
        &self,
        feed: &Feed,
        rehearsal: &mut Rehearsal<JetStream>,
        rows: Vec<Row>,
    ) -> Vec<Told> {
        let mut commands = Vec::new();
        let mut asked = Vec::with_capacity(rows.len());
        for row in rows {
            let became = match row.content {
                Content::PassedOver(reason) => Some(Became::PassedOver(reason)),
                Content::Refused(problem) => Some(Became::Not(problem)),
                Content::Stated(body) => {
                    let stated = (row.reference.as_deref(), &*body);
                    let command = self.intake.command(feed, stated);
                    let handed = command.map(|(command, _)| commands.push(command));
                    handed.err().map(Became::Not)
                }
            };
            asked.push((row.number, row.reference, became));
        }
        let mut replies = rehearsal.each(commands).await.into_iter();
        let told = asked.into_iter().map(|(number, reference, became)| Told {
            number,
            reference,
            became: became.unwrap_or_else(|| match replies.next() {
                Some(reply) => would(reply.map_err(Problem::from)),
                None => Became::Not(Code::Internal.into()),
            }),
        });
        told.collect()
    }
}

/// Takes the rows in front of a fault, and the fault.
fn whole(chunk: Vec<Result<Row, Problem>>) -> (Vec<Row>, Option<Problem>) {
    let mut rows = Vec::with_capacity(chunk.len());
    for row in chunk {
        match row {
            Ok(row) => rows.push(row),
            Err(problem) => return (rows, Some(problem)),
        }
    }
    (rows, None)
}

fn would(reply: Result<crate::writer::Answer, Problem>) -> Became {
    let secret = anmeldewerk_service::auth::ParticipantSecret::draw();
    match reply.and_then(|answer| put::told(answer, &secret)) {
        Ok(accepted) => Became::Would(accepted.body.outcome, accepted.body.stand()),
        Err(problem) => Became::Not(problem),
    }
}
