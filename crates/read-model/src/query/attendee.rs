//! Registrations: the attendees of a workshop, its waitlist, one of them.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{
    LinkHash, MunicipalityKey, ProgramId, RegistrationId, TopicCode, WorkshopId,
    workshop::Situation,
};
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{AsOf, ReadModel, Scope, cut, fetched, row, workshop::count};
use crate::{Fault, change::Arrival, sql, value};

/// A registration with its wishes; what is personal is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Its id.
    pub id: Uuid,
    /// The workshop.
    pub workshop: Uuid,
    /// The workshop's host program.
    pub host: String,
    /// The program that registered the person.
    pub program: String,
    /// The municipality they come from.
    pub municipality: String,
    /// The number that people read out on the telephone.
    pub number: String,
    /// The person, known to the vault.
    pub person: Uuid,
    /// `office` or `api`.
    pub channel: String,
    /// Where it stands.
    pub state: Situation,
    /// Why it has a seat: `admitted` or `seat_passed`.
    pub cause: Option<String>,
    /// Who cancelled it, and why.
    pub cancellation: Option<Cancellation>,
    /// Its place in the order of arrival.
    pub arrival: Arrival,
    /// Its place among those who wait, from 1 on.
    pub waitlist_place: Option<u64>,
    /// The decision that carried the blocks; they open with no other.
    pub decision: Uuid,
    /// E-mail, phone, source reference.
    pub contact: Option<SealedBlock>,
    /// Name, function, organisation.
    pub identity: Option<SealedBlock>,
    /// Needs and remarks.
    pub free_text: Option<SealedBlock>,
    /// The version of the privacy notice that was seen.
    pub privacy_notice: u32,
    /// Its id in reporting.
    pub reporting: Uuid,
    /// When it came in.
    pub submitted_at: Timestamp,
    /// The wishes and vetoes, by slot and rank.
    pub wishes: Vec<Wish>,
    /// The last decision that changed it.
    pub version: Position,
}

/// Who cancelled a registration, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancellation {
    /// `office` or `participant`.
    pub by: String,
    /// The office's reason, as a code.
    pub reason: Option<String>,
}

/// A sealed block as it came out of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedBlock {
    /// What only the vault can open.
    pub bytes: Vec<u8>,
    /// The salted commitment to the clear data.
    pub commit: [u8; 32],
}

/// A wish or a veto.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    /// The slot it is for, 1 or 2.
    pub slot: u8,
    /// Whether the topic is not wanted at all.
    pub vetoed: bool,
    /// From 1 on, the dearest first.
    pub rank: u32,
    /// The topic's code.
    pub topic: String,
}

/// Which attendees are asked for; nothing means all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttendeeFilter {
    /// In this state.
    pub state: Option<Situation>,
    /// Registered by this program.
    pub program: Option<ProgramId>,
    /// From this municipality.
    pub municipality: Option<MunicipalityKey>,
    /// With this topic among their wishes.
    pub topic: Option<TopicCode>,
    /// Which part of the list.
    pub window: Window,
}

/// A part of a list in the order of arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Behind this one; the default is before everybody.
    pub after: Arrival,
    /// At most so many (1 to [`super::MAX_LIMIT`]).
    pub limit: u32,
}

/// A part of a list of attendees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttendeePage {
    /// The registrations in the order of their arrival.
    pub items: Vec<Registration>,
    /// Behind which one the next part begins, if there is one.
    pub next: Option<Arrival>,
}

impl ReadModel {
    /// Lists the attendees of a workshop in the order of their arrival; nothing where the caller may not see it.
    ///
    /// The host's program sees all of them, another program its own.
    pub async fn attendees(
        &self,
        scope: &Scope,
        workshop: WorkshopId,
        filter: &AttendeeFilter,
    ) -> Result<AsOf<Option<AttendeePage>>, Fault> {
        let rows = self.attendee_rows(scope, workshop, filter).await?;
        let seen: Option<Uuid> = match rows.first() {
            Some(first) => row::get(first, "seen")?,
            None => None,
        };
        let page = seen.map(|_| page(&rows, filter.window.limit)).transpose()?;
        row::as_of(&rows, page)
    }

    async fn attendee_rows(
        &self,
        scope: &Scope,
        workshop: WorkshopId,
        filter: &AttendeeFilter,
    ) -> Result<Vec<PgRow>, Fault> {
        sqlx::query(sql::ATTENDEES)
            .bind(scope.program())
            .bind(scope.sees_all())
            .bind(Uuid::from_u128(workshop.0))
            .bind(filter.state.map(Situation::name))
            .bind(filter.program.as_ref().map(ProgramId::as_str))
            .bind(filter.municipality.as_ref().map(MunicipalityKey::as_str))
            .bind(filter.topic.as_ref().map(TopicCode::as_str))
            .bind(filter.window.after.0)
            .bind(fetched(filter.window.limit))
            .fetch_all(&self.pool)
            .await
            .map_err(Fault::database("listing attendees"))
    }

    /// Lists those who wait, the first first; the host's program sees all of them, another program its own.
    pub async fn waitlist(
        &self,
        scope: &Scope,
        workshop: WorkshopId,
        window: Window,
    ) -> Result<AsOf<Option<AttendeePage>>, Fault> {
        let waiting = AttendeeFilter {
            state: Some(Situation::Waitlisted),
            window,
            ..AttendeeFilter::default()
        };
        self.attendees(scope, workshop, &waiting).await
    }

    /// Reads one registration, if the caller may see it: its own program, the host's, or an auditor.
    pub async fn registration(
        &self,
        scope: &Scope,
        id: RegistrationId,
    ) -> Result<AsOf<Option<Registration>>, Fault> {
        self.one(scope, Some(id), None).await
    }

    /// Reads the registration whose own secret has this hash.
    pub async fn registration_by_link(
        &self,
        link: &LinkHash,
    ) -> Result<AsOf<Option<Registration>>, Fault> {
        self.one(&Scope::Public, None, Some(link)).await
    }

    async fn one(
        &self,
        scope: &Scope,
        id: Option<RegistrationId>,
        link: Option<&LinkHash>,
    ) -> Result<AsOf<Option<Registration>>, Fault> {
        let rows = sqlx::query(sql::REGISTRATION)
            .bind(scope.program())
            .bind(scope.sees_all())
            .bind(id.map(|id| Uuid::from_u128(id.0)))
            .bind(link.map(|link| link.0.as_slice()))
            .fetch_all(&self.pool)
            .await
            .map_err(Fault::database("reading a registration"))?;
        let found = rows.first().map(registration).transpose()?.flatten();
        row::as_of(&rows, found)
    }
}

fn page(rows: &[PgRow], limit: u32) -> Result<AttendeePage, Fault> {
    let read = rows.iter().map(registration);
    let mut items: Vec<Registration> = read
        .filter_map(Result::transpose)
        .collect::<Result<_, _>>()?;
    let more = cut(&mut items, limit);
    let next = items.last().filter(|_| more).map(|last| last.arrival);
    Ok(AttendeePage { items, next })
}

fn registration(row: &PgRow) -> Result<Option<Registration>, Fault> {
    let Some(id) = row::get(row, "id")? else {
        return Ok(None);
    };
    let state: &str = row::get(row, "state")?;
    let notice: i64 = row::get(row, "privacy_notice")?;
    Ok(Some(Registration {
        id,
        workshop: row::get(row, "workshop")?,
        host: row::get(row, "host")?,
        program: row::get(row, "program")?,
        municipality: row::get(row, "municipality")?,
        number: row::get(row, "number")?,
        person: row::get(row, "person")?,
        channel: row::get(row, "channel")?,
        state: value::situation(state).ok_or(Fault::Value("state"))?,
        cause: row::get(row, "cause")?,
        cancellation: cancellation(row)?,
        arrival: Arrival(row::get(row, "arrival")?),
        waitlist_place: row::get::<Option<i64>>(row, "waitlist_place")?.map(count),
        decision: row::get(row, "decision")?,
        contact: block(row, "contact", "contact_commit")?,
        identity: block(row, "identity", "identity_commit")?,
        free_text: block(row, "free_text", "free_text_commit")?,
        privacy_notice: u32::try_from(notice).map_err(|_| Fault::Value("privacy_notice"))?,
        reporting: row::get(row, "reporting")?,
        submitted_at: row::instant(row, "submitted_at")?,
        wishes: wishes(row)?,
        version: row::position(row, "version")?,
    }))
}

fn cancellation(row: &PgRow) -> Result<Option<Cancellation>, Fault> {
    let by: Option<String> = row::get(row, "cancelled_by")?;
    let reason = row::get(row, "cancel_reason")?;
    Ok(by.map(|by| Cancellation { by, reason }))
}

fn block(
    row: &PgRow,
    bytes: &'static str,
    commit: &'static str,
) -> Result<Option<SealedBlock>, Fault> {
    let bytes: Option<Vec<u8>> = row::get(row, bytes)?;
    let sealed_commit: Option<Vec<u8>> = row::get(row, commit)?;
    let Some((bytes, sealed_commit)) = bytes.zip(sealed_commit) else {
        return Ok(None);
    };
    let commit = sealed_commit.try_into().map_err(|_| Fault::Value(commit))?;
    Ok(Some(SealedBlock { bytes, commit }))
}

fn wishes(row: &PgRow) -> Result<Vec<Wish>, Fault> {
    let slots: Vec<i16> = row::list(row, "slots")?;
    let vetoed: Vec<bool> = row::list(row, "vetoed")?;
    let ranks: Vec<i32> = row::list(row, "ranks")?;
    let topics: Vec<String> = row::list(row, "topics")?;
    let rows = slots.into_iter().zip(vetoed).zip(ranks).zip(topics);
    let wishes = rows.map(|(((slot, vetoed), rank), topic)| Wish {
        slot: u8::try_from(slot).unwrap_or(0),
        vetoed,
        rank: u32::try_from(rank).unwrap_or(0),
        topic,
    });
    Ok(wishes.collect())
}
