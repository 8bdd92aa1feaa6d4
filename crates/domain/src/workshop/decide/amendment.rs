//! Stating anew what is known of a registration: person, number and place stay.

use super::{
    Case, Event, Rejection,
    admission::{in_time, look_alikes_of, wishes_fit},
    document::notice_seen,
    settings::first,
};
use crate::{
    Cutoff, MunicipalityKey,
    workshop::{
        Amended, AmendedData, Amender, Amendment, Exhausted, Field, Known, Registration, Situation,
        Wishes, Workshop, passing::After,
    },
};

/// What is other than before.
struct Changes<'a> {
    municipality: Option<&'a MunicipalityKey>,
    wishes: Option<&'a Vec<Wishes>>,
    privacy_notice: Option<u32>,
    data: Option<&'a Known>,
}

pub(super) fn amend(case: &Case<'_>, amendment: &Amendment) -> Result<Vec<Event>, Rejection> {
    let registration = case.find_anyway(amendment.registration)?;
    let changes = Changes::of(registration, amendment);
    changes.theirs(amendment.by)?;
    if let Some(wishes) = changes.wishes {
        wishes_fit(&case.workshop.settings, wishes).map_err(Rejection::Wishes)?;
    }
    if let Some(number) = changes.privacy_notice {
        notice_seen(case.workshop, number)?;
    }
    if changes.are_none() {
        return Ok(Vec::new());
    }
    case.takes_place()?;
    if !registration.situation.is_live() {
        return Err(case.wrong_state(registration));
    }
    changes.in_time(case, amendment.by)?;
    if let Some(who) = changes.data {
        not_registered_elsewhere(case.workshop, registration, who)?;
    }
    let passed = match changes.municipality {
        Some(municipality) => moved(case, amendment, registration, municipality)?,
        None => Vec::new(),
    };
    let amended = changes.event(case, amendment, registration);
    Ok(first(amended, passed))
}

impl<'a> Changes<'a> {
    fn of(registration: &Registration, amendment: &'a Amendment) -> Self {
        let municipality = amendment.municipality.as_ref();
        let wishes = amendment.wishes.as_ref();
        let notice = amendment.privacy_notice;
        Self {
            municipality: municipality.filter(|new| **new != registration.municipality),
            wishes: wishes.filter(|new| **new != registration.wishes),
            privacy_notice: notice.filter(|new| *new != registration.privacy_notice),
            data: amendment.data.as_ref(),
        }
    }

    fn are_none(&self) -> bool {
        self.municipality.is_none()
            && self.wishes.is_none()
            && self.privacy_notice.is_none()
            && self.data.is_none()
    }

    /// A participant changes contact and wishes, nothing by which seats are counted.
    fn theirs(&self, by: Amender) -> Result<(), Rejection> {
        if by != Amender::Participant {
            return Ok(());
        }
        if self.municipality.is_some() {
            return Err(Rejection::NotTheirs(Field::Municipality));
        }
        if self.privacy_notice.is_some() {
            return Err(Rejection::NotTheirs(Field::PrivacyNotice));
        }
        Ok(())
    }

    fn in_time(&self, case: &Case<'_>, by: Amender) -> Result<(), Rejection> {
        let settings = &case.workshop.settings;
        match by {
            Amender::Office => Ok(()),
            Amender::Feeder => in_time(settings, case.at),
            Amender::Participant => {
                if self.data.is_some() {
                    in_time(settings, case.at)?;
                }
                match settings.deadlines.wishes_until {
                    Some(deadline) if self.wishes.is_some() => before(deadline, case),
                    _ => Ok(()),
                }
            }
        }
    }

    fn event(&self, case: &Case<'_>, amendment: &Amendment, registration: &Registration) -> Event {
        Event::Amended(Box::new(Amended {
            registration: amendment.registration,
            municipality: self.municipality.cloned(),
            wishes: self.wishes.cloned(),
            privacy_notice: self.privacy_notice,
            data: self.data.map(|who| {
                let alike = look_alikes_of(case.workshop, who).into_iter();
                let own = amendment.registration;
                let known_as = Some(who.person).filter(|_| !who.placeholder);
                AmendedData {
                    placeholder: who.placeholder,
                    also: known_as.filter(|person| *person != registration.person),
                    look_alikes: alike.filter(|id| *id != own).collect(),
                    blocks: who.blocks.clone(),
                }
            }),
        }))
    }
}

/// Refuses to name somebody by whose data, or by whom it was before, another registration is live.
fn not_registered_elsewhere(
    workshop: &Workshop,
    own: &Registration,
    who: &Known,
) -> Result<(), Rejection> {
    if who.placeholder {
        return Ok(());
    }
    let named = [who.person, own.person];
    let live = named.iter().filter_map(|person| workshop.live_of(*person));
    let mut others = live.filter(|(_, other)| other.number != own.number);
    others.next().map_or(Ok(()), |(_, other)| {
        Err(Rejection::DuplicateRegistration {
            number: other.number,
        })
    })
}

fn before(deadline: Cutoff, case: &Case<'_>) -> Result<(), Rejection> {
    if deadline.reached(case.at) {
        return Err(Rejection::DeadlinePassed { deadline });
    }
    Ok(())
}

/// Moves somebody to another municipality: who holds a seat needs room in its bucket, total and program are not asked.
fn moved(
    case: &Case<'_>,
    amendment: &Amendment,
    registration: &Registration,
    municipality: &MunicipalityKey,
) -> Result<Vec<Event>, Rejection> {
    let buckets = case.workshop.buckets();
    if registration.situation.holds_seat()
        && let Some(bucket) = buckets.full_municipality(municipality)
    {
        let free = buckets.free();
        return Err(Rejection::QuotaExhausted(Exhausted { bucket, free }));
    }
    if let Situation::Submitted { .. } = registration.situation {
        return Ok(Vec::new());
    }
    let mut after = After::of(case.workshop);
    after.becomes(
        amendment.registration,
        Registration {
            municipality: municipality.clone(),
            ..registration.clone()
        },
    );
    Ok(after.pass_on(case.at))
}
