//! Registrations: the attendees of a workshop, its waitlist, one of them.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{
    Instant, LinkHash, MunicipalityKey, ProgramId, RegistrationId, TopicCode, WorkshopId,
};
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{
    AsOf, AssignedTopic, Attended, AttendeeFilter, AttendeePage, ReadModel, Scope, WaitlistFilter,
    WaitlistPage, assignment, attended, cut, fetched, row,
    waiting::{Standing, Waiting, WaitsFor},
    workshop::count,
};
use crate::{Fault, RegistrationState, change::Arrival, sql, table::Statement};

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
    /// `office`, `api`, `web`, `import` or `feed`.
    pub channel: String,
    /// Where it stands.
    pub state: RegistrationState,
    /// Why it has a seat, as a code: `admitted`, `seat_passed`, `by_hand`, `approved`, `offer_accepted`, `override`.
    pub cause: Option<String>,
    /// When the offer, or the time to confirm the address, is over, or was when it lapsed.
    pub expires: Option<Timestamp>,
    /// What has lapsed: `offer` or `email`.
    pub lapse: Option<String>,
    /// To whom it was transferred, or into which it was merged.
    pub successor: Option<Uuid>,
    /// The last reason that was given, as a code.
    pub reason: Option<String>,
    /// Why it was let in past the rules, as a code.
    pub overridden: Option<String>,
    /// Whether an office has approved.
    pub approved: bool,
    /// Whether the person is nobody in particular (`N.N.`).
    pub placeholder: bool,
    /// The group it belongs to.
    pub group: Option<Membership>,
    /// Registrations of the same program that may be of the same person, sorted.
    pub look_alikes: Vec<Uuid>,
    /// Who cancelled it, and why.
    pub cancellation: Option<Cancellation>,
    /// Its place in the order of arrival.
    pub arrival: Arrival,
    /// Its place in the order in which seats pass on.
    pub queued: QueuePlace,
    /// Its place among those who wait, from 1 on.
    pub waitlist_place: Option<u64>,
    /// What keeps it waiting, at the time of asking.
    pub waits_for: Option<WaitsFor>,
    /// The decision that carried the blocks; they open with no other.
    pub decision: Uuid,
    /// E-mail, phone, source reference.
    pub contact: Option<SealedBlock>,
    /// Name, function, organisation.
    pub identity: Option<SealedBlock>,
    /// Needs and remarks.
    pub free_text: Option<SealedBlock>,
    /// What was said last about a reason.
    pub note: Option<SealedNote>,
    /// The Land of the program; nothing where the program is not known.
    pub land: Option<String>,
    /// The version of the privacy notice that was seen.
    pub privacy_notice: u32,
    /// Its id in reporting.
    pub reporting: Uuid,
    /// When it came in.
    pub submitted_at: Timestamp,
    /// The wishes and vetoes, by slot and rank.
    pub wishes: Vec<Wish>,
    /// The topics they have.
    pub topics: Vec<AssignedTopic>,
    /// Whether they were there, by day and slot.
    pub attendance: Vec<Attended>,
    /// The last decision that changed it.
    pub version: Position,
}

/// What was said about a reason, as it came out of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedNote {
    /// What only the vault can open.
    pub block: SealedBlock,
    /// The decision that carried it; it opens with no other.
    pub decision: Uuid,
}

/// That a registration belongs to a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The group.
    pub id: Uuid,
    /// Whether its members wait for seats for all of them.
    pub together: bool,
}

/// A place in the order in which seats pass on; the smaller, the earlier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct QueuePlace {
    /// 0 for whoever was moved from a seat, 1 for everybody else.
    pub rank: i16,
    /// The event that gave the place.
    pub at: Arrival,
    /// The place drawn by lot, else 0.
    pub lot: i32,
}

impl QueuePlace {
    /// Before everybody.
    pub const START: Self = Self {
        rank: -1,
        at: Arrival(0),
        lot: 0,
    };
}

/// Who cancelled a registration, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancellation {
    /// `office`, `feeder`, `participant`, `offer_declined` or `workshop`.
    pub by: String,
    /// The reason, as a code.
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

/// Which rows of a workshop are listed.
struct Listing<'q> {
    workshop: WorkshopId,
    filter: &'q AttendeeFilter,
    /// Behind which place those who wait are listed in their order.
    queue: Option<QueuePlace>,
    /// Those that somebody else has chosen.
    chosen: Option<&'q [Uuid]>,
    limit: u32,
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
        let limit = filter.window.limit;
        let listing = Listing {
            workshop,
            filter,
            queue: None,
            chosen: None,
            limit,
        };
        let rows = self.listed(scope, &listing).await?;
        let page = items(&rows, limit, filter.now)?.map(|(items, more)| {
            let next = items.last().filter(|_| more).map(|last| last.arrival);
            AttendeePage { items, next }
        });
        row::as_of(&rows, page)
    }

    /// Lists those who wait, in the order in which seats pass on.
    ///
    /// The host's program sees all of them, another program its own.
    pub async fn waitlist(
        &self,
        scope: &Scope,
        workshop: WorkshopId,
        waiting: &WaitlistFilter,
    ) -> Result<AsOf<Option<WaitlistPage>>, Fault> {
        let filter = AttendeeFilter {
            program: waiting.program.clone(),
            ..AttendeeFilter::default()
        };
        let listing = Listing {
            workshop,
            filter: &filter,
            queue: Some(waiting.after),
            chosen: None,
            limit: waiting.limit,
        };
        let rows = self.listed(scope, &listing).await?;
        let page = items(&rows, waiting.limit, waiting.now)?.map(|(items, more)| {
            let next = items.last().filter(|_| more).map(|last| last.queued);
            WaitlistPage { items, next }
        });
        row::as_of(&rows, page)
    }

    /// Reads registrations of a workshop that were chosen among its [`names`](Self::names), in the order of arrival.
    pub async fn chosen(
        &self,
        scope: &Scope,
        (workshop, ids): (WorkshopId, &[Uuid]),
        now: Timestamp,
    ) -> Result<AsOf<Option<Vec<Registration>>>, Fault> {
        let filter = AttendeeFilter::default();
        let listing = Listing {
            workshop,
            filter: &filter,
            queue: None,
            chosen: Some(ids),
            limit: super::MAX_LIMIT,
        };
        let rows = self.listed(scope, &listing).await?;
        let items = items(&rows, super::MAX_LIMIT, now)?;
        row::as_of(&rows, items.map(|(items, _)| items))
    }

    async fn listed(&self, scope: &Scope, listing: &Listing<'_>) -> Result<Vec<PgRow>, Fault> {
        let filter = listing.filter;
        let behind = listing.queue.unwrap_or(QueuePlace::START);
        sqlx::query(sql::ATTENDEES)
            .bind(scope.program())
            .bind(scope.sees_all())
            .bind(Uuid::from_u128(listing.workshop.0))
            .bind(filter.state.map(RegistrationState::name))
            .bind(filter.program.as_ref().map(ProgramId::as_str))
            .bind(filter.municipality.as_ref().map(MunicipalityKey::as_str))
            .bind(filter.topic.as_ref().map(TopicCode::as_str))
            .bind(filter.window.after.0)
            .bind(fetched(listing.limit))
            .bind(listing.queue.is_some())
            .bind(behind.rank)
            .bind(behind.at.0)
            .bind(behind.lot)
            .bind(listing.chosen)
            .bind(filter.assigned.as_ref().map(TopicCode::as_str))
            .fetch_all(&self.pool(scope).await?)
            .await
            .map_err(Fault::database("listing attendees"))
    }

    /// Reads one registration, if the caller may see it: its own program, the host's, or an auditor.
    pub async fn registration(
        &self,
        scope: &Scope,
        id: RegistrationId,
        now: Timestamp,
    ) -> Result<AsOf<Option<Registration>>, Fault> {
        let asked = sqlx::query(sql::REGISTRATION)
            .bind(scope.program())
            .bind(scope.sees_all())
            .bind(Uuid::from_u128(id.0))
            .bind(None::<&[u8]>);
        self.one(scope, asked, now).await
    }

    /// Reads the registration whose own secret has this hash.
    pub async fn registration_by_link(
        &self,
        link: &LinkHash,
        now: Timestamp,
    ) -> Result<AsOf<Option<Registration>>, Fault> {
        let asked = sqlx::query(sql::REGISTRATION)
            .bind(None::<&str>)
            .bind(false)
            .bind(None::<Uuid>)
            .bind(link.0.as_slice());
        self.one(&Scope::Participant, asked, now).await
    }

    async fn one(
        &self,
        scope: &Scope,
        asked: Statement<'_>,
        now: Timestamp,
    ) -> Result<AsOf<Option<Registration>>, Fault> {
        let rows = asked.fetch_all(&self.pool(scope).await?).await;
        let rows = rows.map_err(Fault::database("reading a registration"))?;
        let found = registrations(&rows, now)?.pop();
        row::as_of(&rows, found)
    }
}

/// Reads a list cut to what was wanted, and whether there is more; nothing where the caller may not see it.
fn items(
    rows: &[PgRow],
    limit: u32,
    now: Timestamp,
) -> Result<Option<(Vec<Registration>, bool)>, Fault> {
    let seen: Option<Uuid> = match rows.first() {
        Some(first) => row::get(first, "seen")?,
        None => None,
    };
    if seen.is_none() {
        return Ok(None);
    }
    let mut items = registrations(rows, now)?;
    let more = cut(&mut items, limit);
    Ok(Some((items, more)))
}

pub(super) fn registrations(rows: &[PgRow], now: Timestamp) -> Result<Vec<Registration>, Fault> {
    let read = rows.iter().map(registration);
    let mut items: Vec<Registration> = read
        .filter_map(Result::transpose)
        .collect::<Result<_, _>>()?;
    let mut standing = None;
    for row in rows {
        standing = standing.or(Standing::read(row)?);
    }
    let now = Instant::from_micros(now.as_microsecond());
    if let Some(standing) = standing {
        for item in &mut items {
            item.waits_for = waits_for(&standing, item, now)?;
        }
    }
    Ok(items)
}

fn waits_for(
    standing: &Standing,
    item: &Registration,
    now: Instant,
) -> Result<Option<WaitsFor>, Fault> {
    let Some(place) = item.waitlist_place else {
        return Ok(None);
    };
    let waiting = Waiting {
        program: &item.program,
        municipality: &item.municipality,
        together: item.group.filter(|group| group.together).map(|g| g.id),
        place,
    };
    standing.waits_for(&waiting, now)
}

pub(super) fn registration(row: &PgRow) -> Result<Option<Registration>, Fault> {
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
        state: RegistrationState::parse(state).ok_or(Fault::Value("state"))?,
        cause: row::get(row, "cause")?,
        expires: row::maybe_instant(row, "expires")?,
        lapse: row::get(row, "lapse")?,
        successor: row::get(row, "successor")?,
        reason: row::get(row, "reason")?,
        overridden: row::get(row, "overridden")?,
        approved: row::get(row, "approved")?,
        placeholder: row::get(row, "placeholder")?,
        group: group(row)?,
        look_alikes: row::get(row, "look_alikes")?,
        cancellation: cancellation(row)?,
        arrival: Arrival(row::get(row, "arrival")?),
        queued: queued(row)?,
        waitlist_place: row::get::<Option<i64>>(row, "waitlist_place")?.map(count),
        waits_for: None,
        decision: row::get(row, "decision")?,
        contact: block(row, "contact", "contact_commit")?,
        identity: block(row, "identity", "identity_commit")?,
        free_text: block(row, "free_text", "free_text_commit")?,
        note: note(row)?,
        land: row::get(row, "land")?,
        privacy_notice: u32::try_from(notice).map_err(|_| Fault::Value("privacy_notice"))?,
        reporting: row::get(row, "reporting")?,
        submitted_at: row::instant(row, "submitted_at")?,
        wishes: wishes(row)?,
        topics: assignment::topics(row)?,
        attendance: attended::attendance(row)?,
        version: row::position(row, "version")?,
    }))
}

fn group(row: &PgRow) -> Result<Option<Membership>, Fault> {
    let id: Option<Uuid> = row::get(row, "group_id")?;
    let together: Option<bool> = row::get(row, "together")?;
    let both = id.zip(together);
    Ok(both.map(|(id, together)| Membership { id, together }))
}

fn queued(row: &PgRow) -> Result<QueuePlace, Fault> {
    Ok(QueuePlace {
        rank: row::get(row, "queue_rank")?,
        at: Arrival(row::get(row, "queue_at")?),
        lot: row::get(row, "queue_lot")?,
    })
}

fn cancellation(row: &PgRow) -> Result<Option<Cancellation>, Fault> {
    let by: Option<String> = row::get(row, "cancelled_by")?;
    let reason = row::get(row, "cancel_reason")?;
    Ok(by.map(|by| Cancellation { by, reason }))
}

pub(super) fn block(
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

fn note(row: &PgRow) -> Result<Option<SealedNote>, Fault> {
    let block = block(row, "note", "note_commit")?;
    let decision: Option<Uuid> = row::get(row, "note_decision")?;
    let both = block.zip(decision);
    Ok(both.map(|(block, decision)| SealedNote { block, decision }))
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
