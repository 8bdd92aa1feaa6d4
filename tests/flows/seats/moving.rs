//! Giving a place back, and coming in another's place.

use reqwest::Method;
use serde_json::json;

use super::{Course, Seat, reason};

fn somebody(name: &str) -> serde_json::Value {
    json!({
        "person": {"given_name": name, "family_name": "Neumann", "email": format!("{name}@example.org")},
        "privacy_notice": 1,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_participant_acts_on_their_own_registration_until_the_deadlines_and_on_no_other() {
    let course = Course::start(json!({
        "capacity": 2, "cancel_until": "2019-09-30", "substitute_until": "2019-09-30",
        "wishes_until": "2019-08-15",
    }))
    .await;
    let first = course.seat("sh", 1, "confirmed").await;
    let second = course.seat("sh", 2, "confirmed").await;
    let at = |seat: &Seat, verb: &str| course.path(&format!("/registrations/{}{verb}", seat.id));
    let house = &course.house;
    let own = async |method, verb: &str, body: serde_json::Value| {
        house
            .as_participant(method, &first.secret, &at(&first, verb), &body)
            .await
    };
    house
        .as_participant(
            Method::POST,
            &first.secret,
            &at(&second, "/cancel"),
            &json!({}),
        )
        .await
        .expect_problem(404, "not_found");
    let wishes = json!({"wishes": [{"slot": 1, "ranked": ["angebote"]}]});
    own(Method::PUT, "/wishes", wishes.clone())
        .await
        .expect(200);
    let phone = json!({"person": {"phone": "04542 803-0"}});
    own(Method::PATCH, "", phone).await.expect(200);
    let name = json!({"person": {"family_name": "Anders"}});
    let name = own(Method::PATCH, "", name)
        .await
        .expect_problem(422, "invalid_body");
    assert_eq!(name.body["errors"][0]["code"], "not_allowed");
    let moved = json!({"municipality": "01054"});
    own(Method::PATCH, "", moved)
        .await
        .expect_problem(422, "invalid_body");

    course.house.set_clock("2019-08-15T22:00:00Z").await;
    own(Method::PUT, "/wishes", wishes).await.expect(200);
    let others = json!({"wishes": ["rolle"]});
    own(Method::PUT, "/wishes", others)
        .await
        .expect_problem(409, "deadline_passed");
    let across = json!({"municipality": "01054"});
    let mut across_body = somebody("Ines");
    across_body["municipality"] = across["municipality"].clone();
    own(Method::POST, "/substitute", across_body)
        .await
        .expect_problem(403, "forbidden");
    let substituted = own(Method::POST, "/substitute", somebody("Ines"))
        .await
        .expect(201);
    assert_eq!(substituted.body["replaces"], first.id.as_str());
    let successor = Seat::of(&substituted.body);
    let states = course.states(&substituted, &[&first, &successor]).await;
    assert_eq!(states, ["transferred", "confirmed"]);
    own(Method::POST, "/cancel", json!({}))
        .await
        .expect_problem(409, "transition_not_allowed");

    course.house.set_clock("2019-09-30T22:00:00Z").await;
    let cancel = at(&successor, "/cancel");
    let late = house
        .as_participant(Method::POST, &successor.secret, &cancel, &json!({}))
        .await;
    late.expect_problem(409, "deadline_passed");
    let by_office = course
        .act(&successor, "cancel", reason("illness"))
        .await
        .expect(200);
    assert_eq!(by_office.body["state"], "cancelled");
    course.check(&by_office).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hosts_office_substitutes_late_and_across_with_a_reason_the_own_office_does_not() {
    let course = Course::start(json!({"capacity": 2, "substitute_until": "2019-09-01"})).await;
    let seat = course.seat("mv", 1, "confirmed").await;
    course.house.set_clock("2019-09-02T09:00:00Z").await;
    let own = course.house.office("mv");
    let late = course
        .act_as(&own, &seat, "substitute", somebody("Ines"))
        .await;
    late.expect_problem(409, "deadline_passed");
    let unexplained = course.act(&seat, "substitute", somebody("Ines")).await;
    let unexplained = unexplained.expect_problem(422, "invalid_body");
    assert_eq!(unexplained.body["errors"][0]["pointer"], "/reason");
    let mut explained = somebody("Ines");
    explained["reason"] = json!("illness");
    explained["municipality"] = json!("13071108");
    let substituted = course.act(&seat, "substitute", explained).await.expect(201);
    let successor = Seat::of(&substituted.body);
    let path = format!("/v1/registrations/{}", successor.id);
    let shown = course
        .house
        .get_at(&own, &path, substituted.position())
        .await;
    assert_eq!(shown.body["municipality"], "13071108", "{}", shown.body);
    assert_eq!(shown.body["program"], "mv");
    assert_eq!(shown.body["person"]["given_name"], "Ines");
    assert_eq!(
        shown.body["wishes"][0]["ranked"],
        json!(["rolle", "diskurs"])
    );
    let old = format!("/v1/registrations/{}", seat.id);
    let old = course.house.get(&own, &old).await;
    assert_eq!(old.body["successor"], successor.id.as_str(), "{}", old.body);
    course.check(&substituted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_link_replaces_the_old_one() {
    let course = Course::start(json!({"capacity": 2})).await;
    let seat = course.seat("sh", 1, "confirmed").await;
    let renewed = course.act(&seat, "new-link", json!({})).await.expect(200);
    let secret = renewed.body["link_secret"].as_str().expect("a secret");
    assert_ne!(secret, seat.secret);
    let cancel = course.path(&format!("/registrations/{}/cancel", seat.id));
    let old = course
        .house
        .as_participant(Method::POST, &seat.secret, &cancel, &json!({}))
        .await;
    old.expect_problem(404, "not_found");
    let new = course
        .house
        .as_participant(Method::POST, secret, &cancel, &json!({}))
        .await;
    course.check(&new.expect(200)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accept_and_cancel_at_once_end_in_one_order_or_the_other() {
    let course = Course::start(json!({"capacity": 1, "offer_hours": 72})).await;
    let first = course.seat("sh", 1, "confirmed").await;
    let second = course.seat("sh", 2, "waitlisted").await;
    let third = course.seat("sh", 3, "waitlisted").await;
    course
        .act(&first, "cancel", reason("illness"))
        .await
        .expect(200);
    let (accepted, cancelled) = tokio::join!(
        course.act(&second, "accept", json!({})),
        course.act(&second, "cancel", reason("duty")),
    );
    let cancelled = cancelled.expect(200);
    assert!(
        accepted.status == 200 || accepted.code() == "transition_not_allowed",
        "{}",
        accepted.body
    );
    let states = course.states(&cancelled, &[&second, &third]).await;
    assert_eq!(states, ["cancelled", "offered"]);
    course.check(&cancelled).await;
}
