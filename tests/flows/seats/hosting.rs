//! The workshop itself: its buckets stated anew, moved to another time, called off.

use serde_json::json;

use super::Course;
use crate::house::registration;

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_merges_and_more_seats_pass_on_at_once_while_fewer_evict_nobody() {
    let course = Course::start(json!({"capacity": 2, "program_caps": {"sh": 1, "mv": 5}})).await;
    let first = course.seat("sh", 1, "confirmed").await;
    let second = course.seat("sh", 2, "waitlisted").await;
    let third = course.seat("mv", 3, "confirmed").await;
    let fourth = course.seat("mv", 4, "waitlisted").await;
    let raised = course
        .patch(json!({"capacity": 4, "program_caps": {"sh": null}}))
        .await
        .expect(200);
    let all = [&first, &second, &third, &fourth];
    assert_eq!(course.states(&raised, &all).await, ["confirmed"; 4]);
    let reduced = course.patch(json!({"capacity": 1})).await.expect(200);
    assert_eq!(
        course.states(&reduced, &all).await,
        ["confirmed"; 4],
        "nobody is evicted"
    );
    let own = course.house.office("sh");
    let shown = course
        .house
        .get_at(&own, &course.path(""), reduced.position())
        .await;
    assert_eq!(
        shown.body["program_caps"],
        json!({"mv": 5}),
        "{}",
        shown.body
    );
    assert_eq!(shown.body["seats"]["free"], 0);
    let same = course.patch(json!({"capacity": 1})).await.expect(200);
    assert_eq!(same.position(), reduced.position(), "nothing was written");
    let cancelled = course
        .act(&first, "cancel", json!({"reason": "other"}))
        .await
        .expect(200);
    let fifth = course.submit("sh", 5).await.expect(201);
    assert_eq!(
        fifth.body["state"], "waitlisted",
        "overbooked, nothing passes on"
    );
    assert_eq!(cancelled.body["state"], "cancelled");
    course.check(&fifth).await;

    for (body, pointer, code) in [
        (
            json!({"first_day": "2019-11-01"}),
            "/first_day",
            "not_allowed",
        ),
        (json!({"title": null}), "/title", "wrong_type"),
        (json!({"offer_hours": 0}), "/offer_hours", "out_of_range"),
        (
            json!({"guarantees": [{"program": "mv", "seats": 9}]}),
            "/guarantees",
            "over_capacity",
        ),
        (
            json!({"guarantees": [{"program": "hh", "seats": 0}]}),
            "/guarantees",
            "not_participating",
        ),
        (
            json!({"program_caps": {"X/y": 1}}),
            "/program_caps/X~1y",
            "invalid_program",
        ),
        (
            json!({"promotion_stops": "2019-03-31T02:30"}),
            "/promotion_stops",
            "no_such_time",
        ),
    ] {
        let refused = course.patch(body).await.expect_problem(422, "invalid_body");
        assert_eq!(refused.body["errors"][0]["pointer"], pointer);
        assert_eq!(refused.body["errors"][0]["code"], code);
    }
    let foreign = course.house.office("mv");
    let foreign = course
        .house
        .patch(&foreign, &course.path(""), &json!({}), &[])
        .await;
    foreign.expect_problem(403, "forbidden");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_not_there_for_anybody_but_its_host() {
    let course = Course::start(json!({})).await;
    let settings = json!({"slug": "entwurf", "sign_up": "public"});
    let draft = course.house.draft(settings).await;
    let path = format!("/v1/workshops/{draft}/registrations");
    let mut somebody = registration("sh", 1);
    somebody["source_reference"] = json!(null);
    let public = course.house.as_anybody(&path, &somebody).await;
    public.expect_problem(404, "not_found");
    let (own, guest) = (course.house.office("sh"), course.house.office("mv"));
    let foreign = course
        .house
        .post(&guest, &path, &registration("mv", 2))
        .await;
    foreign.expect_problem(404, "not_found");
    let early = course.house.post(&own, &path, &registration("sh", 1)).await;
    early.expect_problem(409, "registration_not_open");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_is_cancelled_stays_with_its_host() {
    let course = Course::start(json!({})).await;
    let draft = course.house.draft(json!({"slug": "entwurf"})).await;
    let path = format!("/v1/workshops/{draft}");
    let host = course.house.office("sh");
    let reason = json!({"reason": "organisation"});
    let cancel = format!("{path}/cancel");
    let cancelled = course.house.post(&host, &cancel, &reason).await.expect(200);
    let shown = course
        .house
        .get_at(&host, &path, cancelled.position())
        .await;
    assert_eq!(shown.body["status"], "cancelled");
    let guest = course.house.office("mv");
    let hidden = course.house.get(&guest, &path).await;
    hidden.expect_problem(404, "not_found");
    let list = course.house.get(&guest, "/v1/workshops").await;
    let listed = list.body["items"].as_array().expect("items").iter();
    assert!(listed.clone().all(|item| item["id"] != draft.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_venue_is_merged_field_by_field() {
    let course = Course::start(json!({})).await;
    let street = json!({"venue": {"street": "Hindenburgstraße 16", "postcode": null}});
    let patched = course.patch(street).await.expect(200);
    let token = course.house.office("mv");
    let path = course.path("");
    let shown = course.house.get_at(&token, &path, patched.position()).await;
    let venue = &shown.body["venue"];
    assert_eq!(venue["street"], "Hindenburgstraße 16");
    assert_eq!(venue["town"], "Mölln", "what was not stated stays");
    assert_eq!(venue["postcode"], json!(null));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postponed_workshop_keeps_everybody_and_a_cancelled_one_cancels_everybody_and_passes_nothing_on()
 {
    let course = Course::start(json!({"capacity": 1, "registration_closes": null})).await;
    let first = course.seat("sh", 1, "confirmed").await;
    let second = course.seat("mv", 2, "waitlisted").await;
    let later = json!({"first_day": "2019-11-05", "last_day": "2019-11-06", "start": "09:30", "end": "16:00"});
    let postponed = course.host("postpone", later).await.expect(200);
    let all = [&first, &second];
    assert_eq!(
        course.states(&postponed, &all).await,
        ["confirmed", "waitlisted"]
    );
    let path = course.path("");
    let own = course.house.office("mv");
    let shown = course.house.get_at(&own, &path, postponed.position()).await;
    assert_eq!(shown.body["first_day"], "2019-11-05", "{}", shown.body);
    let backwards = json!({"first_day": "2019-11-05", "last_day": "2019-11-04"});
    let backwards = course.host("postpone", backwards).await;
    backwards.expect_problem(422, "invalid_body");

    course
        .host("cancel", json!({"reason": "rain"}))
        .await
        .expect_problem(422, "invalid_body");
    let cancelled = course.host("cancel", json!({})).await.expect(200);
    assert_eq!(cancelled.body["status"], "cancelled");
    assert_eq!(
        course.states(&cancelled, &all).await,
        ["cancelled", "cancelled"]
    );
    let shown = course.house.get_at(&own, &path, cancelled.position()).await;
    assert_eq!(shown.body["status"], "cancelled");
    let late = course.submit("sh", 3).await;
    let late = late.expect_problem(409, "transition_not_allowed");
    assert_eq!(late.body["state"], "cancelled");
    let back = course
        .act(&first, "reinstate", json!({"reason": "mistake"}))
        .await;
    back.expect_problem(409, "transition_not_allowed");
    course
        .host("cancel", json!({"reason": "other"}))
        .await
        .expect_problem(409, "transition_not_allowed");
    course.check(&cancelled).await;
}
