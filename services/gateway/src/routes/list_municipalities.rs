//! `GET /v1/programs/{program}/municipalities`: the list that a program's office keeps, for everybody who has a role.
//!
//! In parts as JSON, or the whole list as CSV or NDJSON, which `PUT` reads back. A list is bounded, so the whole of it
//! is one answer as of one position, with a tag like any other.

use anmeldewerk_contract::problem::Code;
use anmeldewerk_domain::{MunicipalityKey, ProgramId, program::Municipalities};
use anmeldewerk_read_model::query::{AsOf, Municipality, Rows, Slice};
use anmeldewerk_service::problem::Problem;
use axum::{
    extract::{Path, State},
    response::Response,
};

use crate::{
    answer::{Audience, List, Refused, Reply, Tag, found, json},
    ask::{self, Parameters, Question, refused},
    desk::Desk,
    document::roles,
    export::Dialect,
    form::{MunicipalityBody, MunicipalityEntry},
};

const ROUTE: &str = "/v1/programs/{program}/municipalities";

const PARAMETERS: &[&str] = &["limit", "after", "format"];

/// In which form a whole list is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whole {
    Csv,
    Ndjson,
}

/// The columns of a table.
const HEADS: [&str; 6] = ["key", "name", "kind", "parent", "valid_from", "valid_until"];

/// Lists the municipalities of a program.
///
/// With `format` the whole list, as it can be stated again.
#[utoipa::path(
    get,
    path = ROUTE,
    operation_id = "list_municipalities",
    tag = "programs",
    params(("format" = Option<String>, Query, description = "The whole list in this form.", pattern = "^(csv|ndjson)$")),
    responses((status = 200, content(
        (List<MunicipalityBody> = "application/json"),
        (String = "text/csv"),
        (String = "application/x-ndjson"),
    ))),
    extensions(("x-roles" = json!(roles::WITH_A_ROLE)), ("x-takes" = json!(PARAMETERS))),
)]
pub(super) async fn handle(
    State(desk): State<Desk>,
    Path(program): Path<String>,
    question: Question,
) -> Result<Response, Refused> {
    question.viewer.require_role()?;
    let parameters = question.parameters(PARAMETERS)?;
    let wanted = question.wanted(&parameters)?;
    let whole = whole(&parameters)?;
    let program = ProgramId::new(&program).ok_or_else(|| Problem::new(Code::NotFound))?;
    let slice = slice(&parameters, whole)?;
    let query = desk.read_model.municipalities(&program, slice);
    let answer = found(desk.ask(wanted, query).await?)?;
    Ok(match whole {
        None => part(&question, &answer),
        Some(whole) => all(&question, &answer, whole),
    })
}

fn whole(parameters: &Parameters<'_>) -> Result<Option<Whole>, Problem> {
    let whole = parameters.get("format", |text| match text {
        "csv" => Some(Whole::Csv),
        "ndjson" => Some(Whole::Ndjson),
        _ => None,
    })?;
    let part = ["limit", "after"]
        .into_iter()
        .find(|name| parameters.has(name));
    match (whole, part) {
        (Some(_), Some(name)) => {
            let words = ["passt nicht zu format", "does not go with format"];
            Err(refused(name, words))
        }
        (whole, _) => Ok(whole),
    }
}

fn slice(
    parameters: &Parameters<'_>,
    whole: Option<Whole>,
) -> Result<Slice<MunicipalityKey>, Problem> {
    let most = u32::try_from(Municipalities::MAX).expect("3,000 is a small number");
    Ok(Slice {
        after: parameters.after(ask::municipality)?,
        limit: match whole {
            None => parameters.limit()?,
            Some(_) => most,
        },
    })
}

fn part(question: &Question, answer: &AsOf<Rows<Municipality, MunicipalityKey>>) -> Response {
    let Rows { items, next } = &answer.value;
    let next = next.as_ref().map(ask::municipality_text);
    let link = next.as_deref().map(|next| question.next_link(next));
    let body = json(&List {
        items: items.iter().map(MunicipalityBody::from).collect(),
        next,
        parked_at: answer.parked_at,
    });
    let reply = Reply {
        position: answer.position,
        tag: Tag::of_list(&body),
        audience: Audience::Shared,
        link,
        body,
    };
    reply.answer(&question.known)
}

fn all(
    question: &Question,
    answer: &AsOf<Rows<Municipality, MunicipalityKey>>,
    whole: Whole,
) -> Response {
    let entries = answer.value.items.iter().map(MunicipalityEntry::from);
    let (body, media_type) = match whole {
        Whole::Csv => (csv(entries), "text/csv; charset=utf-8; header=present"),
        Whole::Ndjson => (lines(entries), "application/x-ndjson"),
    };
    let reply = Reply {
        position: answer.position,
        tag: Tag::of_list(&body),
        audience: Audience::Shared,
        link: None,
        body,
    };
    reply.answer_as(media_type, &question.known)
}

/// Writes a table as exports are written: keys are text, and nothing is calculated.
fn csv<'m>(entries: impl Iterator<Item = MunicipalityEntry<'m>>) -> Vec<u8> {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let rows = entries.map(|entry| {
        [
            entry.key.to_owned(),
            entry.name.to_owned(),
            entry.kind.to_owned(),
            entry.parent.unwrap_or_default().to_owned(),
            day(entry.valid_from),
            day(entry.valid_until),
        ]
    });
    Dialect::Plain.table(&HEADS, rows)
}

fn lines<'m>(entries: impl Iterator<Item = MunicipalityEntry<'m>>) -> Vec<u8> {
    let mut text = Vec::new();
    for entry in entries {
        text.extend(json(&entry));
        text.push(b'\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use anmeldewerk_contract::Position;
    use anmeldewerk_domain::program::Kind;
    use jiff::civil::date;

    fn municipalities() -> [Municipality; 2] {
        let one = |key: &str, name: &str, kind| Municipality {
            key: MunicipalityKey::new(key).expect("a key"),
            name: name.to_owned(),
            kind,
            parent: None,
            valid_from: None,
            valid_until: None,
            version: Position(7),
        };
        [
            one("01053", "Herzogtum Lauenburg", Kind::District),
            Municipality {
                parent: Some("01053".to_owned()),
                valid_until: Some(date(2019, 12, 31)),
                ..one("01053090", "=Mölln, \"Stadt\"", Kind::Town)
            },
        ]
    }

    #[test]
    fn a_table_has_the_columns_that_are_read_back() {
        let municipalities = municipalities();
        let written = csv(municipalities.iter().map(MunicipalityEntry::from));
        let expected = "key,name,kind,parent,valid_from,valid_until\r\n\
            01053,Herzogtum Lauenburg,district,,,\r\n\
            01053090,\"'=Mölln, \"\"Stadt\"\"\",town,01053,,2019-12-31\r\n";
        assert_eq!(String::from_utf8(written).expect("text"), expected);
    }

    #[test]
    fn a_line_holds_what_was_stated_and_nothing_else() {
        let municipalities = municipalities();
        let written = lines(municipalities.iter().map(MunicipalityEntry::from));
        let text = String::from_utf8(written).expect("text");
        let first = r#"{"key":"01053","name":"Herzogtum Lauenburg","kind":"district","parent":null,"valid_from":null,"valid_until":null}"#;
        assert_eq!(text.lines().next(), Some(first));
        assert_eq!(text.lines().count(), 2);
    }
}
