//! What keeps people waiting, found out by the domain's own buckets when they are asked for.

use std::collections::{BTreeMap, BTreeSet};

use anmeldewerk_domain::{
    Cutoff, Date, Instant, MunicipalityKey, ProgramId, Prose, Stated, TextLine, TopicCode,
    workshop::{
        Admission, Bucket, Buckets, Deadlines, Format, Guarantee, Hours, Offers, Schedule,
        Settings, SignUp, Taken, WaitlistPolicy, WishPolicy,
    },
};
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{row, workshop::narrow};
use crate::Fault;

/// Why somebody has no seat yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WaitsFor {
    /// A seat in this bucket; [`Bucket::Queue`] where nothing is full and others are ahead.
    Bucket(Bucket),
    /// Seats for all members of their group.
    Group,
    /// Nothing: seats do not pass on any more.
    PromotionStopped,
}

/// Who waits, as far as it matters for what keeps them.
pub(super) struct Waiting<'r> {
    pub(super) program: &'r str,
    pub(super) municipality: &'r str,
    pub(super) together: Option<Uuid>,
    pub(super) place: u64,
}

/// Whom a bucket counts.
type Counted = (ProgramId, MunicipalityKey);

/// The seats of a workshop as they stand.
pub(super) struct Standing {
    settings: Settings,
    released: BTreeSet<ProgramId>,
    taken: Taken,
    /// The members of groups that wait for seats for all of them.
    groups: BTreeMap<Uuid, Vec<Counted>>,
}

impl Standing {
    /// Reads the seats, where a row carries them.
    pub(super) fn read(row: &PgRow) -> Result<Option<Self>, Fault> {
        let Some(policy) = row::get::<Option<String>>(row, "policy")? else {
            return Ok(None);
        };
        let released: Vec<String> = row::list(row, "released")?;
        Ok(Some(Self {
            settings: settings(row, &policy)?,
            released: released
                .iter()
                .map(|slug| program(slug))
                .collect::<Result<_, _>>()?,
            taken: taken(row)?,
            groups: groups(row)?,
        }))
    }

    /// Says what keeps somebody waiting at some time; nothing where a seat is due to them.
    ///
    /// Once seats do not pass on any more nothing else matters; then comes the bucket that is full for
    /// this one alone, then the group, then those ahead.
    pub(super) fn waits_for(
        &self,
        waiting: &Waiting<'_>,
        now: Instant,
    ) -> Result<Option<WaitsFor>, Fault> {
        let stop = self.settings.deadlines.promotion_stops;
        if stop.is_some_and(|stop| stop.reached(now)) {
            return Ok(Some(WaitsFor::PromotionStopped));
        }
        let buckets = Buckets::new(&self.settings, &self.released, &self.taken);
        let program = program(waiting.program)?;
        let municipality = municipality(waiting.municipality)?;
        if let Some(bucket) = buckets.full(&program, &municipality) {
            return Ok(Some(WaitsFor::Bucket(bucket)));
        }
        let group = waiting.together.and_then(|group| self.groups.get(&group));
        if group.is_some_and(|members| !all_fit(buckets, members)) {
            return Ok(Some(WaitsFor::Group));
        }
        Ok((waiting.place > 1).then_some(WaitsFor::Bucket(Bucket::Queue)))
    }
}

fn all_fit(mut buckets: Buckets<'_>, members: &[Counted]) -> bool {
    members.iter().all(|(program, municipality)| {
        let fits = buckets.full(program, municipality).is_none();
        buckets.take(program, municipality);
        fits
    })
}

/// Puts those settings together that bound seats; of all others no question is asked.
fn settings(row: &PgRow, policy: &str) -> Result<Settings, Fault> {
    let mut settings = Settings {
        capacity: row::get::<Option<i64>>(row, "capacity")?.map(narrow),
        waitlist: match policy {
            "off" => WaitlistPolicy::Off,
            "skip_blocked" => WaitlistPolicy::SkipBlocked,
            "strict_head" => WaitlistPolicy::StrictHead,
            _ => return Err(Fault::Value("policy")),
        },
        ..unbounded()
    };
    settings.deadlines.promotion_stops = promotion_stops(row)?;
    let scopes: Vec<String> = row::list(row, "bucket_scopes")?;
    let keys: Vec<String> = row::list(row, "bucket_keys")?;
    let sizes: Vec<i64> = row::list(row, "bucket_sizes")?;
    for ((scope, key), size) in scopes.iter().zip(&keys).zip(sizes) {
        bound(&mut settings, (scope, key), narrow(size))?;
    }
    Ok(settings)
}

fn bound(settings: &mut Settings, (scope, key): (&str, &str), size: u32) -> Result<(), Fault> {
    match scope {
        "program" => drop(settings.program_caps.insert(program(key)?, size)),
        "municipality" => drop(settings.municipality_caps.insert(municipality(key)?, size)),
        "guarantee" => {
            // Whether its day has come is known by whether it is released.
            let kept = Guarantee {
                seats: size,
                release: None,
            };
            settings.guarantees.insert(program(key)?, kept);
        }
        _ => return Err(Fault::Value("scope")),
    }
    Ok(())
}

fn promotion_stops(row: &PgRow) -> Result<Option<Cutoff>, Fault> {
    let instant = row::maybe_instant(row, "promotion_stops_at")?;
    Ok(instant.map(|instant| Cutoff {
        stated: Stated::Day(some_day()),
        instant: Instant::from_micros(instant.as_microsecond()),
    }))
}

/// Gives settings under which nothing is bounded.
fn unbounded() -> Settings {
    let whenever = Instant::from_micros(0);
    let name = || TextLine::new("x").expect("a letter is a line");
    Settings {
        slug: TopicCode::new("xx").expect("two letters are a code"),
        title: name(),
        subtitle: None,
        kind: None,
        description: Prose::new("").expect("nothing is a text"),
        schedule: Schedule {
            first_day: some_day(),
            last_day: some_day(),
            hours: Hours::AllDay,
            time_zone: name(),
            begins: whenever,
            ends: whenever,
        },
        venue: None,
        format: Format::Presence,
        participating: BTreeSet::new(),
        contact: None,
        deadlines: Deadlines::default(),
        min_participants: None,
        capacity: None,
        program_caps: BTreeMap::new(),
        municipality_caps: BTreeMap::new(),
        guarantees: BTreeMap::new(),
        sign_up: SignUp::default(),
        admission: Admission::default(),
        approval: false,
        waitlist: WaitlistPolicy::SkipBlocked,
        offers: Offers::default(),
        wishes: WishPolicy {
            ranks: 0,
            vetoes: 0,
        },
        topics: Vec::new(),
    }
}

fn some_day() -> Date {
    Date::new(1970, 1, 1).expect("a day of the calendar")
}

fn taken(row: &PgRow) -> Result<Taken, Fault> {
    let amounts: Vec<i64> = row::list(row, "taken_amounts")?;
    let by = counted(row, "taken_programs", "taken_municipalities")?;
    let mut taken = Taken::default();
    for ((program, municipality), amount) in by.into_iter().zip(amounts) {
        let amount = narrow(amount);
        taken.total = taken.total.saturating_add(amount);
        let of_program = taken.by_program.entry(program).or_default();
        *of_program = of_program.saturating_add(amount);
        let of_municipality = taken.by_municipality.entry(municipality).or_default();
        *of_municipality = of_municipality.saturating_add(amount);
    }
    Ok(taken)
}

fn groups(row: &PgRow) -> Result<BTreeMap<Uuid, Vec<Counted>>, Fault> {
    let ids: Vec<Uuid> = row::list(row, "group_ids")?;
    let members = counted(row, "group_programs", "group_municipalities")?;
    let mut groups: BTreeMap<Uuid, Vec<Counted>> = BTreeMap::new();
    for (id, member) in ids.into_iter().zip(members) {
        groups.entry(id).or_default().push(member);
    }
    Ok(groups)
}

fn counted(
    row: &PgRow,
    programs: &'static str,
    municipalities: &'static str,
) -> Result<Vec<Counted>, Fault> {
    let programs: Vec<String> = row::list(row, programs)?;
    let municipalities: Vec<String> = row::list(row, municipalities)?;
    let both = programs.iter().zip(&municipalities);
    both.map(|(slug, key)| Ok((program(slug)?, municipality(key)?)))
        .collect()
}

fn program(slug: &str) -> Result<ProgramId, Fault> {
    ProgramId::new(slug).ok_or(Fault::Value("program"))
}

fn municipality(key: &str) -> Result<MunicipalityKey, Fault> {
    MunicipalityKey::new(key).ok_or(Fault::Value("municipality"))
}
