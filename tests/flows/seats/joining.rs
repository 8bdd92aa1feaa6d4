//! Coming in: by the public form, and in groups.

use anmeldewerk_stack::token::Role;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use super::{Course, Seat};
use crate::house::{Answer, registration};

#[tokio::test(flavor = "multi_thread")]
async fn anybody_registers_where_the_workshop_is_public_and_rests_until_the_address_is_confirmed() {
    let course = Course::start(json!({"capacity": 1})).await;
    let path = course.path("/registrations");
    let public = |who| {
        let mut body = registration("sh", who);
        body["source_reference"] = Value::Null;
        body
    };
    let closed = course.house.as_anybody(&path, &public(1)).await;
    closed.expect_problem(401, "token_missing");
    course
        .patch(json!({"sign_up": "public_confirmed"}))
        .await
        .expect(200);
    let rests = course.house.as_anybody(&path, &public(1)).await.expect(201);
    assert_eq!(rests.body["state"], "submitted");
    let until = rests.body["confirm_until"].as_str().unwrap_or_default();
    assert!(until.starts_with("2019-08-03T09:00:0"), "48 hours: {until}");
    let first = Seat::of(&rests.body);
    let second = Seat::of(
        &course
            .house
            .as_anybody(&path, &public(2))
            .await
            .expect(201)
            .body,
    );
    let again = course.house.as_anybody(&path, &public(2)).await;
    let again = again.expect_problem(409, "duplicate_registration");
    assert_eq!(
        again.body["number"],
        Value::Null,
        "the public is not told the number"
    );
    let mut nameless = public(3);
    nameless["person"]["email"] = Value::Null;
    let nameless = course.house.as_anybody(&path, &nameless).await;
    let nameless = nameless.expect_problem(422, "invalid_body");
    assert_eq!(nameless.body["errors"][0]["pointer"], "/person/email");

    let secret = &first.secret;
    let confirm = course.path(&format!("/registrations/{}/confirm-email", first.id));
    let own = course
        .house
        .as_participant(Method::POST, secret, &confirm, &json!({}))
        .await;
    own.expect_problem(403, "forbidden");
    let confirmed = course
        .act(&first, "confirm-email", json!({}))
        .await
        .expect(200);
    assert_eq!(confirmed.body["state"], "confirmed");
    course.house.set_clock("2019-08-03T09:01:00Z").await;
    let late = course.act(&second, "confirm-email", json!({})).await;
    late.expect_problem(409, "deadline_passed");
    let anew = course.submit("sh", 9).await.expect(201);
    let states = course.states(&anew, &[&first, &second]).await;
    assert_eq!(states, ["confirmed", "lapsed"]);
    course.check(&anew).await;
}

fn group(policy: &str, people: std::ops::Range<usize>) -> Value {
    let member = |who| {
        let mut body = registration("sh", who);
        body.as_object_mut().expect("an object").remove("program");
        body
    };
    json!({
        "program": "sh",
        "policy": policy,
        "contact": {"email": "sammel@example.org"},
        "members": people.map(member).collect::<Vec<_>>(),
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_of_five_when_three_are_free_comes_in_part_or_waits_as_a_whole() {
    let course = Course::start(json!({"capacity": 3})).await;
    let path = course.path("/groups");
    let office = course.house.office("sh");
    let whole = course
        .house
        .post(&office, &path, &group("all_or_nothing", 0..5))
        .await
        .expect(201);
    let members = whole.body["members"].as_array().expect("members");
    assert!(
        members.iter().all(|member| member["state"] == "waitlisted"),
        "{}",
        whole.body
    );
    let places: Vec<_> = members
        .iter()
        .map(|it| it["waitlist_place"].clone())
        .collect();
    assert_eq!(places, [1, 2, 3, 4, 5]);
    let part = course
        .house
        .post(&office, &path, &group("partial", 10..15))
        .await
        .expect(201);
    let states: Vec<_> = part.body["members"]
        .as_array()
        .expect("members")
        .iter()
        .map(|member| member["state"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(
        states,
        [
            "confirmed",
            "confirmed",
            "confirmed",
            "waitlisted",
            "waitlisted"
        ],
        "the group that wants all or nothing could not take the three"
    );
    let raised = course.patch(json!({"capacity": 8})).await.expect(200);
    let waiting: Vec<Seat> = members.iter().map(Seat::of).collect();
    let states = course
        .states(&raised, &waiting.iter().collect::<Vec<_>>())
        .await;
    assert_eq!(states, ["confirmed"; 5], "now there are five");
    course.check(&raised).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_waitlist_a_group_is_told_whom_there_is_no_seat_for() {
    let course = Course::start(json!({"capacity": 3, "waitlist": "off"})).await;
    let path = course.path("/groups");
    let office = course.house.office("sh");
    let whole = course
        .house
        .post(&office, &path, &group("all_or_nothing", 0..5))
        .await;
    let whole = whole.expect_problem(409, "quota_exhausted");
    assert_eq!(whole.body["member"], 3);
    let part = course
        .house
        .post(&office, &path, &group("partial", 0..5))
        .await
        .expect(201);
    assert_eq!(part.body["members"].as_array().map(Vec::len), Some(3));
    let refused: Vec<_> = part.body["refused"]
        .as_array()
        .expect("the refused")
        .iter()
        .map(|it| (it["index"].clone(), it["code"].clone()))
        .collect();
    let full = |index: u32| (json!(index), json!("quota_exhausted"));
    assert_eq!(refused, [full(3), full(4)]);
    let twice = course
        .house
        .post(&office, &path, &group("partial", 2..4))
        .await;
    let twice = twice.expect_problem(409, "reference_taken");
    assert_eq!(twice.body["errors"][0]["pointer"], "/members/0");
    let none = course
        .house
        .post(&office, &path, &group("partial", 0..0))
        .await;
    none.expect_problem(422, "invalid_body");
    let many = course
        .house
        .post(&office, &path, &group("partial", 100..201))
        .await;
    let many = many.expect_problem(422, "invalid_body");
    assert_eq!(many.body["errors"][0]["code"], "too_many");
    course.check(&part).await;
}

/// A workshop with a group of the host, whose first member was refused, and one of the guests without a contact.
async fn two_groups() -> (Course, Answer) {
    let closed = json!({"01054": 0});
    let course = Course::start(json!({"waitlist": "off", "municipality_caps": closed})).await;
    let path = course.path("/groups");
    let mut own = group("partial", 0..3);
    own["members"][0]["municipality"] = json!("01054");
    let own = course
        .house
        .post(&course.house.office("sh"), &path, &own)
        .await
        .expect(201);
    assert_eq!(own.body["refused"][0]["index"], 0, "{}", own.body);
    let mut theirs = group("all_or_nothing", 10..12);
    theirs["program"] = json!("mv");
    theirs["contact"] = Value::Null;
    let theirs = course
        .house
        .post(&course.house.office("mv"), &path, &theirs)
        .await
        .expect(201);
    (course, theirs)
}

/// Reads the groups as somebody sees them.
async fn seen(course: &Course, token: &str, after: &Answer) -> Vec<Value> {
    let path = course.path("/groups");
    let answer = course
        .house
        .get_at(token, &path, after.position())
        .await
        .expect(200);
    answer.body["items"].as_array().expect("items").clone()
}

/// Gives who was recorded to have been shown on the list of groups, and to which program.
async fn shown_to(course: &Course) -> Vec<(Option<String>, String)> {
    let (vault, _) = course.house.flow.owner_database_urls();
    let mut vault = PgConnection::connect(&vault).await.expect("a database");
    let records = "SELECT program, persons::text FROM access_record
        WHERE route = '/v1/workshops/{workshop}/groups' ORDER BY program";
    let records = sqlx::query_as(records).fetch_all(&mut vault).await;
    records.expect("records")
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_to_ask_about_a_group_is_shown_and_recorded_though_its_first_member_was_refused() {
    let (course, last) = two_groups().await;
    let house = &course.house;
    let all = seen(&course, &house.office("sh"), &last).await;
    let [own, theirs] = &all[..] else {
        panic!("the host sees both: {all:?}");
    };
    let asked = json!({"email": "sammel@example.org", "phone": null});
    assert_eq!(own["contact"], asked);
    assert_eq!(
        (&own["policy"], &own["size"]),
        (&json!("partial"), &json!(3))
    );
    let states = |group: &Value| -> Vec<Value> {
        let members = group["members"].as_array().expect("members");
        members
            .iter()
            .map(|member| member["state"].clone())
            .collect()
    };
    assert_eq!(states(own), ["confirmed", "confirmed"]);
    assert_eq!(states(theirs), ["confirmed", "confirmed"]);
    assert_eq!(
        (&theirs["program"], &theirs["policy"]),
        (&json!("mv"), &json!("all_or_nothing"))
    );
    assert_eq!(
        (&theirs["contact"], &theirs["person_id"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(theirs["version"], last.position());

    let person = own["person_id"].as_str().expect("an id");
    let attendees = house.attendees(&course.id, last.position()).await;
    assert_eq!(attendees.len(), 4);
    let attends = attendees.iter().any(|one| one["person_id"] == person);
    assert!(!attends, "the keys are those of the one who was refused");
    let feeder = seen(&course, &house.feeder("sh"), &last).await;
    assert_eq!(
        feeder,
        std::slice::from_ref(own),
        "a program's system sees what it sent"
    );
    let record = (Some("sh".to_owned()), format!("{{{person}}}"));
    assert_eq!(shown_to(&course).await, [record.clone(), record]);
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_are_listed_for_those_who_may_see_their_people() {
    let (course, last) = two_groups().await;
    let (house, path) = (&course.house, course.path("/groups"));
    for token in [house.office("mv"), house.feeder("mv")] {
        let own = seen(&course, &token, &last).await;
        assert_eq!(own.len(), 1);
        assert_eq!(own[0]["program"], "mv");
    }
    let foreign = seen(&course, &house.office("hh"), &last).await;
    assert_eq!(foreign, [] as [Value; 0]);
    let auditor = house.flow.token_without_program(Role::Auditor);
    let audited = seen(&course, &auditor, &last).await;
    assert_eq!(audited.len(), 2);
    assert!(
        audited.iter().all(|group| group["contact"].is_null()),
        "{audited:?}"
    );
    assert!(audited[0]["person_id"].is_string(), "a pseudonym");
    assert_eq!(
        shown_to(&course).await,
        [],
        "nobody was shown anything personal"
    );
    for token in [house.operator(), house.flow.token("sh", Role::Reporter)] {
        house
            .get(&token, &path)
            .await
            .expect_problem(403, "forbidden");
    }
    let nowhere = "/v1/workshops/0197f3a0-0000-7000-8000-000000000000/groups";
    house
        .get(&auditor, nowhere)
        .await
        .expect_problem(404, "not_found");

    let first = house
        .get(&auditor, &format!("{path}?limit=1"))
        .await
        .expect(200);
    let after = first.body["next"].as_str().expect("there is another one");
    let second = house
        .get(&auditor, &format!("{path}?limit=1&after={after}"))
        .await
        .expect(200);
    assert_eq!(second.body["items"], json!([audited[1]]));
    assert_eq!(second.body["next"], Value::Null);
    let elsewhere = course.path(&format!("/attendees?after={after}"));
    house
        .get(&auditor, &elsewhere)
        .await
        .expect_problem(400, "invalid_query");
}
