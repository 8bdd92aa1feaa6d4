//! A group as callers see it, with whom to ask about it where that is theirs to know.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::workshop::GroupPolicy;
use anmeldewerk_read_model::query::{Group, Member};
use anmeldewerk_vault::Contact;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::seen::{Seen, erased_at, notice};
use crate::{disclosure::Disclosed, document::words};

/// A group with its members.
#[derive(Serialize, ToSchema)]
#[schema(as = Group)]
pub(crate) struct GroupBody<'r> {
    #[serde(flatten)]
    row: Row<'r>,
    /// Whom to ask about the group, for those who see its people.
    contact: Option<ContactBody<'r>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    erased_at: Option<Timestamp>,
    /// Why nothing is shown where something would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    notice: Option<String>,
}

/// What of a group goes into a tag: everything but its contact, which its version covers.
#[derive(Serialize)]
pub(crate) struct ShownGroup<'r> {
    row: Row<'r>,
    contact: Option<Seen>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = GroupFacts)]
struct Row<'r> {
    id: Uuid,
    program: &'r str,
    #[schema(schema_with = words::policy)]
    policy: &'static str,
    size: u32,
    members: Vec<MemberBody<'r>>,
    /// The person whose keys open the contact.
    person_id: Option<Uuid>,
    #[schema(value_type = u64)]
    version: Position,
}

#[derive(Serialize, ToSchema)]
#[schema(as = GroupMember)]
struct MemberBody<'r> {
    registration: Uuid,
    number: &'r str,
    #[schema(schema_with = words::state)]
    state: &'static str,
    waitlist_place: Option<u64>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = GroupContact)]
struct ContactBody<'r> {
    email: Option<&'r str>,
    phone: Option<&'r str>,
}

impl<'r> GroupBody<'r> {
    /// Shows a group; nothing is disclosed where no contact was stated.
    pub(crate) fn of(group: &'r Group, disclosed: Option<&'r Disclosed>) -> Self {
        let person = disclosed.and_then(Disclosed::person);
        Self {
            row: Row::from(group),
            contact: person.map(|person| ContactBody::from(&person.contact)),
            erased_at: disclosed.and_then(erased_at),
            notice: disclosed.and_then(notice),
        }
    }
}

impl<'r> ShownGroup<'r> {
    /// Says what is shown of a group.
    pub(crate) fn of(group: &'r Group, disclosed: Option<&Disclosed>) -> Self {
        Self {
            row: Row::from(group),
            contact: disclosed.map(Seen::from),
        }
    }
}

impl<'r> From<&'r Group> for Row<'r> {
    fn from(group: &'r Group) -> Self {
        Self {
            id: group.id,
            program: &group.program,
            policy: policy(group.policy),
            size: group.size,
            members: group.members.iter().map(MemberBody::from).collect(),
            person_id: group.contact.as_ref().map(|contact| contact.person),
            version: group.version,
        }
    }
}

/// Writes a policy as the body of a group states it.
fn policy(policy: GroupPolicy) -> &'static str {
    match policy {
        GroupPolicy::Together => "all_or_nothing",
        GroupPolicy::Partial => "partial",
    }
}

impl<'r> From<&'r Member> for MemberBody<'r> {
    fn from(member: &'r Member) -> Self {
        Self {
            registration: member.registration,
            number: &member.number,
            state: member.state.name(),
            waitlist_place: member.waitlist_place,
        }
    }
}

impl<'r> From<&'r Contact> for ContactBody<'r> {
    fn from(contact: &'r Contact) -> Self {
        Self {
            email: contact.email.as_deref(),
            phone: contact.phone.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::example;
    use serde_json::{Value, json};

    fn shown(disclosed: Option<&Disclosed>) -> Value {
        let group = example::group();
        let body = GroupBody::of(&group, disclosed);
        serde_json::to_value(body).expect("a body serializes")
    }

    #[test]
    fn a_group_is_shown_with_its_members_and_whom_to_ask() {
        let body = shown(Some(&Disclosed::Open(Box::new(example::person()))));
        let expected = json!({
            "id": "00000000-0000-0000-0000-000000000070", "program": "mv",
            "policy": "partial", "size": 3,
            "members": [
                {
                    "registration": "00000000-0000-0000-0000-000000000011",
                    "number": "7F3K9-QTM4X", "state": "confirmed", "waitlist_place": null,
                },
                {
                    "registration": "00000000-0000-0000-0000-000000000012",
                    "number": "425QB-6222X", "state": "waitlisted", "waitlist_place": 4,
                },
            ],
            "contact": {"email": "bildungsbuero@example.org", "phone": null},
            "person_id": "00000000-0000-0000-0000-0000000000aa", "version": 4711,
        });
        assert_eq!(body, expected);
    }

    #[test]
    fn whom_to_ask_is_not_told_to_those_who_see_pseudonyms() {
        let body = shown(Some(&Disclosed::Sealed));
        assert_eq!(body["contact"], Value::Null);
        assert_eq!(body["person_id"], "00000000-0000-0000-0000-0000000000aa");
        assert_eq!((body.get("notice"), body.get("erased_at")), (None, None));
    }

    #[test]
    fn an_erased_contact_is_a_notice_with_the_day() {
        let at: Timestamp = "2021-12-31T23:30:00Z".parse().expect("an instant");
        let body = shown(Some(&Disclosed::Erased(at)));
        assert_eq!(body["contact"], Value::Null);
        assert_eq!(body["erased_at"], "2021-12-31T23:30:00Z");
        assert_eq!(body["notice"], "gelöscht am 01.01.2022");
    }

    #[test]
    fn a_tag_holds_no_contact_and_moves_with_the_members() {
        let group = example::group();
        let open = Disclosed::Open(Box::new(example::person()));
        let tagged = |group: &Group, disclosed| {
            let shown = ShownGroup::of(group, disclosed);
            serde_json::to_string(&shown).expect("it serializes")
        };
        let whole = tagged(&group, Some(&open));
        assert!(!whole.contains("bildungsbuero"), "{whole}");
        assert_ne!(whole, tagged(&group, Some(&Disclosed::Sealed)));
        assert_ne!(whole, tagged(&group, None));
        let mut later = example::group();
        later.members[1].waitlist_place = Some(3);
        assert_ne!(whole, tagged(&later, Some(&open)));
    }
}
