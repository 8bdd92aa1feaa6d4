//! What an office decides about one registration.

use serde_json::json;

use super::{Course, reason};

#[tokio::test(flavor = "multi_thread")]
async fn an_office_approves_declines_and_the_seat_passes_on_to_somebody_who_is_not_approved_yet() {
    let course = Course::start(json!({"capacity": 2, "approval": true})).await;
    let first = course.seat("sh", 1, "pending_approval").await;
    let second = course.seat("mv", 2, "pending_approval").await;
    let third = course.seat("sh", 3, "waitlisted").await;
    let own = course.house.office("mv");
    course
        .act_as(&own, &first, "approve", json!({}))
        .await
        .expect_problem(404, "not_found");
    let approved = course.act(&first, "approve", json!({})).await.expect(200);
    assert_eq!(approved.body["state"], "confirmed");
    let twice = course.act(&first, "approve", json!({})).await;
    let twice = twice.expect_problem(409, "transition_not_allowed");
    assert_eq!(twice.body["state"], "confirmed");
    assert_eq!(twice.body["command"], "registration.approve");
    course
        .act_as(&own, &second, "decline", json!({}))
        .await
        .expect_problem(422, "invalid_body");
    let declined = course
        .act_as(&own, &second, "decline", reason("not_eligible"))
        .await
        .expect(200);
    assert_eq!(declined.body["state"], "declined");
    let states = course.states(&declined, &[&first, &second, &third]).await;
    assert_eq!(states, ["confirmed", "declined", "pending_approval"]);
    let path = course.path("");
    let own = course.house.office("sh");
    let shown = course.house.get_at(&own, &path, declined.position()).await;
    assert_eq!(shown.body["seats"]["free"], 0, "{}", shown.body);
    course.check(&declined).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_waits_is_promoted_or_offered_a_seat_out_of_turn_only_if_nobody_ahead_could_take_it()
 {
    let course = Course::start(json!({"capacity": 1, "promotion_stops": "2019-08-10"})).await;
    let first = course.seat("sh", 1, "confirmed").await;
    let second = course.seat("sh", 2, "waitlisted").await;
    let third = course.seat("mv", 3, "waitlisted").await;
    let full = course.act(&second, "promote", json!({})).await;
    let full = full.expect_problem(409, "quota_exhausted");
    assert_eq!(full.body["bucket"]["scope"], "workshop");
    course.house.set_clock("2019-08-10T06:00:00Z").await;
    let cancelled = course
        .act(&first, "cancel", reason("illness"))
        .await
        .expect(200);
    let states = course.states(&cancelled, &[&second, &third]).await;
    assert_eq!(
        states,
        ["waitlisted", "waitlisted"],
        "nothing passes on after the stop"
    );
    let newcomer = course.seat("mv", 4, "waitlisted").await;
    let ahead = course.act(&third, "promote", json!({})).await;
    ahead.expect_problem(409, "queue");
    let own = course.house.office("mv");
    course
        .act_as(&own, &third, "promote", json!({}))
        .await
        .expect_problem(403, "forbidden");
    let offered = course.act(&second, "offer", json!({})).await.expect(200);
    assert_eq!(offered.body["state"], "offered");
    let expires = offered.body["expires"].as_str().unwrap_or_default();
    assert!(
        expires.starts_with("2019-08-13T06:00:0"),
        "72 hours: {expires}"
    );
    let declined = course
        .act(&second, "decline-offer", json!({}))
        .await
        .expect(200);
    assert_eq!(declined.body["state"], "cancelled");
    let promoted = course.act(&third, "promote", json!({})).await.expect(200);
    assert_eq!(promoted.body["state"], "confirmed");
    let states = course
        .states(&promoted, &[&second, &third, &newcomer])
        .await;
    assert_eq!(states, ["cancelled", "confirmed", "waitlisted"]);
    course.check(&promoted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_moved_to_the_waitlist_stands_before_all_others_and_the_seat_passes_on() {
    let course = Course::start(json!({"capacity": 2})).await;
    let first = course.seat("sh", 1, "confirmed").await;
    let second = course.seat("sh", 2, "confirmed").await;
    let third = course.seat("sh", 3, "waitlisted").await;
    let fourth = course.seat("sh", 4, "waitlisted").await;
    let moved = course
        .act(&first, "to-waitlist", reason("organisation"))
        .await
        .expect(200);
    assert_eq!(moved.body["state"], "waitlisted");
    assert_eq!(moved.body["waitlist_place"], 1);
    let states = course
        .states(&moved, &[&first, &second, &third, &fourth])
        .await;
    assert_eq!(
        states,
        ["waitlisted", "confirmed", "confirmed", "waitlisted"]
    );
    let cancelled = course
        .act(&second, "cancel", reason("duty"))
        .await
        .expect(200);
    let states = course.states(&cancelled, &[&first, &fourth]).await;
    assert_eq!(states, ["confirmed", "waitlisted"]);
    course.check(&cancelled).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_about_a_reason_is_sealed_and_shown_to_those_concerned() {
    let course = Course::start(json!({"capacity": 2})).await;
    let seat = course.seat("mv", 1, "confirmed").await;
    let said = "Zilpzalpweg gesperrt, kommt nicht durch";
    let body = json!({"reason": "duty", "note": said});
    let cancelled = course.act(&seat, "cancel", body).await.expect(200);
    assert_eq!(cancelled.body["state"], "cancelled");
    let path = format!("/v1/registrations/{}", seat.id);
    let own = course.house.office("mv");
    let shown = course.house.get_at(&own, &path, cancelled.position()).await;
    assert_eq!(shown.body["note"], said, "{}", shown.body);
    assert_eq!(shown.body["reason"], "duty");
    let feeder = course.house.feeder("mv");
    let shown = course.house.get(&feeder, &path).await;
    assert_eq!(shown.body["note"], json!(null));
    let log = crate::replay::log(&course.house.flow).await;
    let noted = log.iter().flat_map(|recorded| &recorded.decision.events);
    let noted = noted.filter(|event| {
        matches!(
            event,
            anmeldewerk_domain::Event::Workshop(anmeldewerk_domain::workshop::Event::Noted { .. })
        )
    });
    assert_eq!(noted.count(), 1);
    let long = json!({"reason": "mistake", "note": "x".repeat(2_001)});
    let long = course.act(&seat, "reinstate", long).await;
    let long = long.expect_problem(422, "invalid_body");
    assert_eq!(long.body["errors"][0]["pointer"], "/note");
    course.check(&cancelled).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_amended_into_somebody_is_not_registered_a_second_time() {
    let course = Course::start(json!({"capacity": 9})).await;
    let first = course.seat("sh", 1, "confirmed").await;
    let second = course.seat("sh", 2, "confirmed").await;
    course
        .act(&first, "cancel", reason("mistake"))
        .await
        .expect(200);
    let office = course.house.office("sh");
    let path = course.path(&format!("/registrations/{}", second.id));
    let into_first = json!({"person": crate::house::registration("sh", 1)["person"]});
    course
        .house
        .patch(&office, &path, &into_first, &[])
        .await
        .expect(200);
    let back = course.act(&first, "reinstate", reason("mistake")).await;
    let back = back.expect_problem(409, "duplicate_registration");
    assert_eq!(back.body["number"], second.number.as_str());
    let mut anew = crate::house::registration("sh", 1);
    anew["source_reference"] = json!("sh-new");
    let anew = course
        .house
        .post(&office, &course.path("/registrations"), &anew)
        .await;
    anew.expect_problem(409, "duplicate_registration");
    let third = course.seat("sh", 3, "confirmed").await;
    let theirs = course.path(&format!("/registrations/{}", third.id));
    let probe = json!({"person": {"email": "person2@example.org"}});
    let probe = course
        .house
        .as_participant(reqwest::Method::PATCH, &third.secret, &theirs, &probe)
        .await;
    probe.expect(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_registration_is_reinstated_as_a_newcomer_or_over_the_buckets() {
    let course = Course::start(json!({"capacity": 1})).await;
    let first = course.seat("sh", 1, "confirmed").await;
    let second = course.seat("sh", 2, "waitlisted").await;
    course
        .act(&first, "cancel", reason("mistake"))
        .await
        .expect(200);
    let back = course
        .act(&first, "reinstate", reason("mistake"))
        .await
        .expect(200);
    assert_eq!(back.body["state"], "waitlisted", "the old place is gone");
    assert_eq!(back.body["waitlist_place"], 1);
    course
        .act(&first, "cancel", reason("mistake"))
        .await
        .expect(200);
    let over = json!({"reason": "hardship", "override": true});
    let over = course.act(&first, "reinstate", over).await.expect(200);
    assert_eq!(over.body["state"], "confirmed");
    let states = course.states(&over, &[&first, &second]).await;
    assert_eq!(
        states,
        ["confirmed", "confirmed"],
        "over the buckets, on purpose"
    );
    let again = course.act(&first, "reinstate", reason("mistake")).await;
    again.expect_problem(409, "transition_not_allowed");
    course.check(&over).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn look_alikes_are_marked_and_merged_and_the_survivor_keeps_the_better_of_both() {
    let course = Course::start(json!({"capacity": 1})).await;
    let first = course.seat("sh", 1, "confirmed").await;
    let path = course.path("/registrations");
    let office = course.house.office("sh");
    let mut alike = crate::house::registration("sh", 1);
    alike["person"]["email"] = json!("other@example.org");
    alike["source_reference"] = json!("sh-1b");
    let answer = course.house.post(&office, &path, &alike).await.expect(201);
    assert_eq!(answer.body["possible_duplicate_of"], json!([first.id]));
    let second = super::Seat::of(&answer.body);
    let third = course.seat("sh", 3, "waitlisted").await;
    let into = |seat: &super::Seat| json!({"into": seat.id});
    let not = course.act(&first, "merge", into(&third)).await;
    not.expect_problem(409, "not_look_alikes");
    let merged = course.act(&first, "merge", into(&second)).await.expect(200);
    assert_eq!(merged.body["state"], "merged");
    let states = course.states(&merged, &[&first, &second, &third]).await;
    assert_eq!(states, ["merged", "confirmed", "waitlisted"]);
    course.check(&merged).await;
    let twice = crate::house::registration("sh", 3);
    let twice = course.house.post(&office, &path, &twice).await;
    assert_eq!(twice.code(), "reference_taken");
    let mut twice = crate::house::registration("sh", 3);
    twice["source_reference"] = json!(null);
    let twice = course.house.post(&office, &path, &twice).await;
    let twice = twice.expect_problem(409, "duplicate_registration");
    assert_eq!(twice.body["number"], third.number.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hosts_office_lets_somebody_in_past_closing_and_buckets_with_a_reason() {
    let course = Course::start(json!({"capacity": 1, "waitlist": "off"})).await;
    course.seat("sh", 1, "confirmed").await;
    let path = course.path("/registrations");
    let full = course.submit("mv", 2).await;
    let full = full.expect_problem(409, "quota_exhausted");
    assert_eq!(full.body["bucket"], json!({"scope": "workshop", "size": 1}));
    course.house.set_clock("2019-10-05T09:00:00Z").await;
    let late = course.submit("mv", 2).await;
    late.expect_problem(409, "deadline_passed");
    let mut body = crate::house::registration("mv", 2);
    body["override"] = json!({"reason": "hardship"});
    let own = course.house.office("mv");
    let own = course.house.post(&own, &path, &body).await;
    own.expect_problem(403, "forbidden");
    let host = course.house.office("sh");
    let let_in = course.house.post(&host, &path, &body).await.expect(201);
    assert_eq!(let_in.body["state"], "confirmed");
    course.check(&let_in).await;
}
