//! A program's registrations in all workshops.

use anmeldewerk_domain::{MunicipalityKey, ProgramId, TopicCode};

use super::{
    AsOf, AttendeePage, ReadModel, Registration, Scope, Window, attendee::registration, cut,
    fetched, row,
};
use crate::{Fault, RegistrationState, sql};

/// Which of a program's registrations are asked for; nothing means all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnFilter {
    /// Registered by this program.
    pub program: ProgramId,
    /// In this state.
    pub state: Option<RegistrationState>,
    /// From this municipality.
    pub municipality: Option<MunicipalityKey>,
    /// With this topic among their wishes.
    pub topic: Option<TopicCode>,
    /// With this topic in either slot.
    pub assigned: Option<TopicCode>,
    /// Which part of the list.
    pub window: Window,
}

impl ReadModel {
    /// Lists the registrations of a program in the order of their arrival, whichever the workshop.
    ///
    /// What keeps people waiting is said in the lists of their workshops.
    pub async fn own_attendees(
        &self,
        scope: &Scope,
        filter: &OwnFilter,
    ) -> Result<AsOf<AttendeePage>, Fault> {
        let states = match filter.state {
            Some(state) => vec![state.name()],
            None => RegistrationState::ALL.map(RegistrationState::name).to_vec(),
        };
        let limit = filter.window.limit;
        let rows = sqlx::query(sql::OWN_ATTENDEES)
            .bind(filter.program.as_str())
            .bind(filter.window.after.0)
            .bind(fetched(limit))
            .bind(states)
            .bind(filter.municipality.as_ref().map(MunicipalityKey::as_str))
            .bind(filter.topic.as_ref().map(TopicCode::as_str))
            .bind(filter.assigned.as_ref().map(TopicCode::as_str))
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("listing a program's attendees"))?;
        let read = rows.iter().map(registration);
        let mut items: Vec<Registration> = read
            .filter_map(Result::transpose)
            .collect::<Result<_, _>>()?;
        let more = cut(&mut items, limit);
        let next = items.last().filter(|_| more).map(|last| last.arrival);
        row::as_of(&rows, AttendeePage { items, next })
    }
}
