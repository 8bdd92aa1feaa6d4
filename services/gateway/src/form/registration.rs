//! A registration as callers see it, with as much of its person as is theirs to see.

use anmeldewerk_contract::Position;
use anmeldewerk_read_model::{
    RegistrationState,
    query::{AssignedTopic, Attended, Cancellation, Membership, Registration, Wish},
};
use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    bucket::WaitsForBody,
    seen::{Seen, erased_at, notice},
};
use crate::{
    disclosure::{Disclosed, Person},
    document::words,
};

/// A registration with its person.
#[derive(Serialize, ToSchema)]
#[schema(as = Registration)]
pub(crate) struct RegistrationBody<'r> {
    #[serde(flatten)]
    row: Row<'r>,
    source_reference: Option<&'r str>,
    /// What was said last beside a reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    note: Option<&'r str>,
    person: Option<PersonBody<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    erased_at: Option<Timestamp>,
    /// Why nothing is shown where something would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    notice: Option<String>,
    /// The position before which its rows stand still, where they do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<u64>, nullable = false)]
    parked_at: Option<Position>,
}

/// What of a registration goes into its tag: everything but what its person stated, which its version covers.
#[derive(Serialize)]
pub(crate) struct Shown<'r> {
    row: Row<'r>,
    person: Seen,
    parked_at: Option<Position>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RegistrationFacts)]
struct Row<'r> {
    id: Uuid,
    workshop: Uuid,
    host: &'r str,
    program: &'r str,
    municipality: &'r str,
    number: &'r str,
    person_id: Uuid,
    #[schema(schema_with = words::channel)]
    channel: &'r str,
    #[schema(schema_with = words::state)]
    state: &'static str,
    /// How it came to its seat or offer.
    #[schema(schema_with = words::maybe_cause)]
    cause: Option<&'r str>,
    /// The last reason that was given.
    #[schema(schema_with = words::maybe_reason)]
    reason: Option<&'r str>,
    /// Why it was let in past the rules.
    #[schema(schema_with = words::maybe_reason)]
    overridden: Option<&'r str>,
    cancellation: Option<CancellationBody<'r>>,
    waitlist_place: Option<u64>,
    waits_for: Option<WaitsForBody<'r>>,
    offer_expires: Option<Timestamp>,
    confirm_until: Option<Timestamp>,
    /// To whom it was transferred, or into which it was merged.
    successor: Option<Uuid>,
    group: Option<GroupBody>,
    placeholder: bool,
    possible_duplicate_of: &'r [Uuid],
    /// Whether the municipality lies outside the program's Land.
    municipality_outside_land: bool,
    wishes: Vec<WishBody<'r>>,
    /// The topics they have.
    topics: Vec<AssignedBody<'r>>,
    /// Whether they were there, by day and slot.
    attendance: Vec<AttendedBody<'r>>,
    privacy_notice: u32,
    submitted_at: Timestamp,
    #[schema(value_type = u64)]
    version: Position,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Cancellation)]
struct CancellationBody<'r> {
    #[schema(schema_with = words::canceller)]
    by: &'r str,
    #[schema(schema_with = words::maybe_reason)]
    reason: Option<&'r str>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Membership)]
struct GroupBody {
    id: Uuid,
    /// Whether its members wait for seats for all of them.
    together: bool,
}

/// A topic that somebody has in a slot.
#[derive(Serialize, ToSchema)]
#[schema(as = AssignedTopic)]
struct AssignedBody<'r> {
    slot: u8,
    topic: &'r str,
    /// Whether an office gave it to them by hand: then no run takes it away.
    pinned: bool,
}

impl<'r> From<&'r AssignedTopic> for AssignedBody<'r> {
    fn from(assigned: &'r AssignedTopic) -> Self {
        Self {
            slot: assigned.slot,
            topic: &assigned.topic,
            pinned: assigned.pinned,
        }
    }
}

/// Whether somebody was there in a session.
#[derive(Serialize, ToSchema)]
#[schema(as = Attended)]
struct AttendedBody<'r> {
    day: Date,
    slot: u8,
    /// `present`, `absent` or `excused`.
    status: &'r str,
    /// How long they were there, where it was stated.
    minutes: Option<u32>,
}

impl<'r> From<&'r Attended> for AttendedBody<'r> {
    fn from(attended: &'r Attended) -> Self {
        Self {
            day: attended.day,
            slot: attended.slot,
            status: &attended.status,
            minutes: attended.minutes,
        }
    }
}

/// The wishes for one slot.
#[derive(Serialize, ToSchema)]
#[schema(as = Wishes)]
struct WishBody<'r> {
    slot: u8,
    ranked: Vec<&'r str>,
    vetoes: Vec<&'r str>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
struct PersonBody<'r> {
    salutation: Option<&'r str>,
    title: Option<&'r str>,
    given_name: Option<&'r str>,
    family_name: Option<&'r str>,
    email: Option<&'r str>,
    phone: Option<&'r str>,
    function: Option<&'r str>,
    organisation: Option<&'r str>,
    /// Absent, not null, for callers whom needs do not concern.
    #[serde(flatten)]
    #[schema(value_type = NeedsBody<'r>)]
    needs: Option<NeedsBody<'r>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Needs)]
struct NeedsBody<'r> {
    #[schema(extensions(("x-may-be-absent" = json!(true))))]
    needs: Option<&'r str>,
}

impl<'r> RegistrationBody<'r> {
    /// Shows a registration; `parked_at` where its rows stand still and no list says so.
    pub(crate) fn of(
        registration: &'r Registration,
        disclosed: &'r Disclosed,
        parked_at: Option<Position>,
    ) -> Self {
        let person = disclosed.person();
        Self {
            row: Row::from(registration),
            source_reference: person.and_then(|person| person.contact.source_reference.as_deref()),
            note: person.and_then(|person| person.note.as_ref()?.reason.as_deref()),
            person: person.map(PersonBody::from),
            erased_at: erased_at(disclosed),
            notice: notice(disclosed),
            parked_at,
        }
    }
}

impl<'r> Shown<'r> {
    /// Says what is shown of a registration.
    pub(crate) fn of(
        registration: &'r Registration,
        disclosed: &Disclosed,
        parked_at: Option<Position>,
    ) -> Self {
        Self {
            row: Row::from(registration),
            person: Seen::from(disclosed),
            parked_at,
        }
    }
}

impl<'r> From<&'r Registration> for Row<'r> {
    fn from(registration: &'r Registration) -> Self {
        Self {
            id: registration.id,
            workshop: registration.workshop,
            host: &registration.host,
            program: &registration.program,
            municipality: &registration.municipality,
            number: &registration.number,
            person_id: registration.person,
            channel: &registration.channel,
            state: registration.state.name(),
            cause: registration.cause.as_deref(),
            reason: registration.reason.as_deref(),
            overridden: registration.overridden.as_deref(),
            cancellation: registration.cancellation.as_ref().map(Into::into),
            waitlist_place: registration.waitlist_place,
            waits_for: registration.waits_for.as_ref().map(Into::into),
            offer_expires: expires(registration, RegistrationState::Offered, "offer"),
            confirm_until: expires(registration, RegistrationState::Submitted, "email"),
            successor: registration.successor,
            group: registration.group.map(Into::into),
            placeholder: registration.placeholder,
            possible_duplicate_of: &registration.look_alikes,
            municipality_outside_land: outside_land(registration),
            wishes: wishes(&registration.wishes),
            topics: registration.topics.iter().map(Into::into).collect(),
            attendance: registration.attendance.iter().map(Into::into).collect(),
            privacy_notice: registration.privacy_notice,
            submitted_at: registration.submitted_at,
            version: registration.version,
        }
    }
}

/// Says whether a municipality's key does not begin with the two digits of its program's Land.
fn outside_land(registration: &Registration) -> bool {
    let land = registration.land.as_deref();
    land.is_some_and(|land| !registration.municipality.starts_with(land))
}

/// Says when the time to answer is over in this state, or was when it lapsed.
fn expires(
    registration: &Registration,
    state: RegistrationState,
    lapse: &str,
) -> Option<Timestamp> {
    let concerned = registration.state == state || registration.lapse.as_deref() == Some(lapse);
    registration.expires.filter(|_| concerned)
}

impl From<Membership> for GroupBody {
    fn from(Membership { id, together }: Membership) -> Self {
        Self { id, together }
    }
}

impl<'r> From<&'r Cancellation> for CancellationBody<'r> {
    fn from(Cancellation { by, reason }: &'r Cancellation) -> Self {
        Self {
            by,
            reason: reason.as_deref(),
        }
    }
}

/// Groups wishes, which come in the order of slots and ranks, by their slots.
fn wishes(wishes: &[Wish]) -> Vec<WishBody<'_>> {
    let slots = wishes.chunk_by(|one, other| one.slot == other.slot);
    slots.map(wishes_of_slot).collect()
}

fn wishes_of_slot(wishes: &[Wish]) -> WishBody<'_> {
    let topics = |vetoed: bool| {
        let kept = wishes.iter().filter(move |wish| wish.vetoed == vetoed);
        kept.map(|wish| wish.topic.as_str()).collect()
    };
    WishBody {
        slot: wishes.first().map_or(1, |wish| wish.slot),
        ranked: topics(false),
        vetoes: topics(true),
    }
}

impl<'r> From<&'r Person> for PersonBody<'r> {
    fn from(person: &'r Person) -> Self {
        let Person {
            identity,
            contact,
            free_text,
            note: _,
        } = person;
        Self {
            salutation: identity.salutation.as_deref(),
            title: identity.title.as_deref(),
            given_name: identity.given_name.as_deref(),
            family_name: identity.family_name.as_deref(),
            email: contact.email.as_deref(),
            phone: contact.phone.as_deref(),
            function: identity.function.as_deref(),
            organisation: identity.organisation.as_deref(),
            needs: free_text.as_ref().map(|text| NeedsBody {
                needs: text.needs.as_deref(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::example;
    use serde_json::{Value, json};

    fn shown(disclosed: &Disclosed) -> Value {
        let registration = example::registration();
        let body = RegistrationBody::of(&registration, disclosed, None);
        serde_json::to_value(body).expect("a body serializes")
    }

    #[test]
    fn a_registration_is_shown_with_its_person() {
        let body = shown(&Disclosed::Open(Box::new(example::person())));
        let expected = json!({
            "id": "00000000-0000-0000-0000-000000000011",
            "workshop": "00000000-0000-0000-0000-000000000001",
            "host": "sh", "program": "mv", "municipality": "13071107",
            "number": "7F3K9-QTM4X", "person_id": "00000000-0000-0000-0000-0000000000aa",
            "channel": "office", "state": "confirmed", "cause": "admitted",
            "reason": null, "overridden": null, "cancellation": null,
            "waitlist_place": null, "waits_for": null, "offer_expires": null, "confirm_until": null,
            "successor": null, "group": null, "placeholder": false,
            "possible_duplicate_of": ["00000000-0000-0000-0000-000000000012"],
            "municipality_outside_land": false,
            "wishes": [{"slot": 1, "ranked": ["rolle", "diskurs"], "vetoes": ["legitimation"]}],
            "topics": [{"slot": 1, "topic": "rolle", "pinned": true}],
            "attendance": [{"day": "2019-10-22", "slot": 1, "status": "present", "minutes": 360}],
            "privacy_notice": 1, "submitted_at": "2019-08-01T09:00:00Z", "version": 4711,
            "source_reference": "mv-2019-117",
            "person": {
                "salutation": "Frau", "title": null, "given_name": "Anke", "family_name": "von der Heide",
                "email": "bildungsbuero@example.org", "phone": null,
                "function": null, "organisation": "Fachdienst Bildung", "needs": null,
            },
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn an_end_shows_when_its_time_was_over_and_who_came_instead() {
        let at: Timestamp = "2019-08-04T09:00:00Z".parse().expect("an instant");
        let body = |state, lapse: Option<&str>| {
            let registration = Registration {
                state,
                expires: Some(at),
                lapse: lapse.map(str::to_owned),
                successor: Some(Uuid::from_u128(0x13)),
                ..example::registration()
            };
            let body = RegistrationBody::of(&registration, &Disclosed::Sealed, None);
            serde_json::to_value(body).expect("a body serializes")
        };
        let ends = |body: &Value| (body["offer_expires"].clone(), body["confirm_until"].clone());
        let (time, none) = (json!("2019-08-04T09:00:00Z"), Value::Null);
        let offered = body(RegistrationState::Offered, None);
        assert_eq!(ends(&offered), (time.clone(), none.clone()));
        let resting = body(RegistrationState::Submitted, None);
        assert_eq!(ends(&resting), (none.clone(), time.clone()));
        let lapsed = body(RegistrationState::Lapsed, Some("offer"));
        assert_eq!(ends(&lapsed), (time, none));
        assert_eq!(lapsed["successor"], "00000000-0000-0000-0000-000000000013");
    }

    #[test]
    fn needs_are_absent_where_they_are_not_for_the_caller() {
        let person = Person {
            free_text: None,
            ..example::person()
        };
        let body = shown(&Disclosed::Open(Box::new(person)));
        assert_eq!(body["person"].get("needs"), None);
        assert_eq!(body["person"]["family_name"], "von der Heide");
    }

    #[test]
    fn an_erased_person_is_a_notice_with_the_day() {
        let at: Timestamp = "2021-12-31T23:30:00Z".parse().expect("an instant");
        let body = shown(&Disclosed::Erased(at));
        assert_eq!(body["person"], Value::Null);
        assert_eq!(body["source_reference"], Value::Null);
        assert_eq!(body["erased_at"], "2021-12-31T23:30:00Z");
        assert_eq!(body["notice"], "gelöscht am 01.01.2022");
    }

    #[test]
    fn a_pseudonym_is_the_id_and_nothing_else() {
        let body = shown(&Disclosed::Sealed);
        assert_eq!(body["person"], Value::Null);
        assert_eq!(body["person_id"], "00000000-0000-0000-0000-0000000000aa");
        assert_eq!((body.get("notice"), body.get("erased_at")), (None, None));
    }

    #[test]
    fn what_goes_into_a_tag_is_not_personal_and_differs_by_sight() {
        let registration = example::registration();
        let tagged = |disclosed: &Disclosed| {
            let shown = Shown::of(&registration, disclosed, None);
            serde_json::to_string(&shown).expect("it serializes")
        };
        let open = tagged(&Disclosed::Open(Box::new(example::person())));
        assert!(
            !open.contains("Anke") && !open.contains("mv-2019-117"),
            "{open}"
        );
        let erased = tagged(&Disclosed::Erased(Timestamp::UNIX_EPOCH));
        assert_ne!(open, erased);
        assert_ne!(open, tagged(&Disclosed::Sealed));
    }

    #[test]
    fn wishes_are_grouped_by_slot() {
        let wish = |slot, vetoed, topic: &str| Wish {
            slot,
            vetoed,
            rank: 1,
            topic: topic.to_owned(),
        };
        let all = [wish(1, false, "a"), wish(1, true, "b"), wish(2, false, "c")];
        let grouped = serde_json::to_value(wishes(&all)).expect("wishes serialize");
        let expected = json!([
            {"slot": 1, "ranked": ["a"], "vetoes": ["b"]},
            {"slot": 2, "ranked": ["c"], "vetoes": []},
        ]);
        assert_eq!(grouped, expected);
    }
}
