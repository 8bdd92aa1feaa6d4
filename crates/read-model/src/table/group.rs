//! Table `group_registration`.

use anmeldewerk_domain::workshop::GroupContact;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{column, run};
use crate::{Fault, change::Grouped, rows::Rows, sql, value};

pub(super) async fn insert(connection: &mut PgConnection, rows: &Rows<'_>) -> Result<u64, Fault> {
    if rows.groups.is_empty() {
        return Ok(0);
    }
    let rows: Vec<_> = rows.groups.values().copied().collect();
    let statement = sqlx::query(sql::GROUP_INSERT)
        .bind(column(&rows, |g| Uuid::from_u128(g.workshop.0)))
        .bind(column(&rows, |g| Uuid::from_u128(g.submitted.group.0)))
        .bind(column(&rows, |g| g.submitted.program.as_str()))
        .bind(column(&rows, |g| value::policy(g.submitted.policy)))
        .bind(column(&rows, |g| i64::from(g.submitted.size)))
        .bind(column(&rows, |g| {
            contact(g).map(|contact| contact.block.sealed.as_slice())
        }))
        .bind(column(&rows, |g| {
            contact(g).map(|contact| contact.block.commit.as_slice())
        }))
        .bind(column(&rows, |g| g.decision))
        .bind(column(&rows, |g| {
            contact(g).map(|contact| Uuid::from_u128(contact.person.0))
        }))
        .bind(column(&rows, |g| g.arrival.0))
        .bind(column(&rows, |g| g.arrival.position().as_i64()));
    run(connection, "group_registration", rows.len(), statement).await
}

fn contact<'d>(grouped: &Grouped<'d>) -> Option<&'d GroupContact> {
    grouped.submitted.contact.as_ref()
}
