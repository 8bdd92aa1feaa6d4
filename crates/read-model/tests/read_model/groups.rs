//! Groups of a workshop, and who sees them.

use anmeldewerk_contract::Position;
use anmeldewerk_domain::{
    GroupId, PersonId,
    workshop::{Bucket, Event, GroupContact, GroupPolicy, GroupSubmitted, Membership},
};
use anmeldewerk_read_model::{
    Arrival, RegistrationState as State,
    query::{Group, GroupFilter, GroupPage, Scope, Window},
};

use crate::{
    happened::after,
    house::House,
    moelln::{WORKSHOP, guest, host, stranger},
    story::{
        Log, block, cancelled, confirmed, created, settings, slug, submission, submitted,
        substituted, waitlisted,
    },
};

/// A group as a program sends it, together with its members where they have a seat or wait.
fn came(group: u128, program: &str, members: &[(u128, bool)], refused: u32) -> Vec<Event> {
    let size = u32::try_from(members.len()).expect("a few") + refused;
    let contact = GroupContact {
        person: PersonId(group),
        block: block(7, 1),
    };
    let mut events = vec![Event::GroupSubmitted(Box::new(GroupSubmitted {
        group: GroupId(group),
        program: slug(program),
        policy: GroupPolicy::Partial,
        contact: (refused > 0).then_some(contact),
        size,
        refused: (0..refused)
            .map(|index| (index, Bucket::Reserved))
            .collect(),
    }))];
    for (id, seated) in members {
        let mut member = submission(*id, program, &[]);
        member.group = Some(Membership {
            group: GroupId(group),
            together: false,
        });
        events.push(Event::Submitted(Box::new(member)));
        events.push(if *seated {
            confirmed(*id)
        } else {
            waitlisted(*id)
        });
    }
    events
}

/// Two groups of `mv` and one of `sh`, beside two who came alone.
async fn three_groups() -> House {
    let decisions = vec![
        vec![submitted(5, "sh", &[]), waitlisted(5)],
        came(70, "mv", &[(11, true), (12, false)], 1),
        came(71, "sh", &[(21, false)], 0),
        vec![submitted(6, "mv", &[]), waitlisted(6)],
        came(72, "mv", &[(31, false)], 0),
        vec![cancelled(21), substituted(11, 13)],
    ];
    after(settings(), decisions).await
}

fn all() -> GroupFilter {
    limited(100)
}

fn limited(limit: u32) -> GroupFilter {
    let window = Window {
        limit,
        ..Window::default()
    };
    GroupFilter {
        program: None,
        window,
    }
}

async fn list(house: &House, scope: &Scope, filter: &GroupFilter) -> GroupPage {
    let answer = house.reader.groups(scope, WORKSHOP, filter).await;
    answer.expect("an answer").value.expect("a page")
}

fn ids(page: &GroupPage) -> Vec<u128> {
    page.items.iter().map(|group| group.id.as_u128()).collect()
}

fn members(group: &Group) -> Vec<(u128, State, Option<u64>)> {
    let members = group.members.iter();
    members
        .map(|one| (one.registration.as_u128(), one.state, one.waitlist_place))
        .collect()
}

#[tokio::test]
async fn a_group_shows_its_members_as_they_stand() {
    let house = three_groups().await;
    let answer = house.reader.groups(&host(), WORKSHOP, &all()).await;
    let answer = answer.expect("an answer");
    assert_eq!((answer.position, answer.parked_at), (Position(7), None));
    let page = answer.value.expect("a page");
    assert_eq!(page.next, None);
    let [first, second, third] = &page.items[..] else {
        panic!("three groups: {page:?}");
    };
    let expected = [
        (11, State::Transferred, None),
        (12, State::Waitlisted, Some(2)),
        (13, State::Confirmed, None),
    ];
    assert_eq!(members(first), expected, "5 waits ahead of them");
    assert_eq!(members(second), [(21, State::Cancelled, None)]);
    assert_eq!(members(third), [(31, State::Waitlisted, Some(4))]);
    assert_eq!(first.policy, GroupPolicy::Partial);
    assert_eq!((first.host.as_str(), first.program.as_str()), ("sh", "mv"));
    assert_eq!((first.size, first.version), (3, Position(3)));
    assert_eq!(first.arrival, Arrival::new(Position(3), 0));
    let contact = first.contact.as_ref().expect("a contact");
    assert_eq!(
        (contact.person.as_u128(), &contact.block.bytes[..]),
        (70, &[7, 1, 0][..])
    );
    assert_eq!((second.size, second.contact.as_ref()), (1, None));
    let number = submission(12, "mv", &[]).number.to_string();
    assert_eq!(first.members[1].number, number);
}

#[tokio::test]
async fn the_host_sees_all_groups_and_others_their_own() {
    let house = three_groups().await;
    for (scope, seen) in [
        (host(), &[70, 71, 72][..]),
        (Scope::Auditor, &[70, 71, 72]),
        (guest(), &[70, 72]),
        (stranger(), &[]),
        (Scope::Operator, &[]),
        (Scope::Public, &[]),
    ] {
        assert_eq!(ids(&list(&house, &scope, &all()).await), seen, "{scope:?}");
    }
    let of_sh = GroupFilter {
        program: Some(slug("sh")),
        ..all()
    };
    assert_eq!(ids(&list(&house, &host(), &of_sh).await), [71]);
    assert_eq!(ids(&list(&house, &guest(), &of_sh).await), [0_u128; 0]);
}

#[tokio::test]
async fn a_list_of_groups_goes_on_where_it_ended() {
    let house = three_groups().await;
    let mut filter = limited(2);
    let first = list(&house, &host(), &filter).await;
    assert_eq!(ids(&first), [70, 71]);
    filter.window.after = first.next.expect("there is another one");
    let second = list(&house, &host(), &filter).await;
    assert_eq!((ids(&second), second.next), (vec![72], None));
    let place = members(&second.items[0])[0].2;
    assert_eq!(place, Some(4), "counted among all who wait");
}

#[tokio::test]
async fn the_groups_of_a_draft_are_its_hosts_and_the_auditors() {
    let house = House::open().await;
    let mut log = Log::default();
    log.workshop(WORKSHOP.0, vec![created()])
        .workshop(WORKSHOP.0, came(70, "mv", &[(11, true)], 0));
    house.apply(log.entries()).await;
    for (scope, sees) in [
        (host(), true),
        (Scope::Auditor, true),
        (guest(), false),
        (Scope::Public, false),
    ] {
        let found = house.reader.groups(&scope, WORKSHOP, &all()).await;
        let found = found.expect("an answer").value;
        assert_eq!(found.is_some(), sees, "{scope:?}");
    }
}
