//! Make or amend by reference: a program states whom a file number stands for, as often as it likes.

use serde_json::json;

use super::{Course, reason};
use crate::house::{Answer, registration};

async fn put(course: &Course, reference: &str, body: &serde_json::Value) -> Answer {
    let path = course.path(&format!("/registrations/by-reference/{reference}"));
    course
        .house
        .put(&course.house.feeder("sh"), &path, body)
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_content_changes_nothing_and_other_content_amends_the_one_registration() {
    let course = Course::start(json!({"capacity": 5})).await;
    let mut body = registration("sh", 1);
    let made = put(&course, "sh-1", &body).await.expect(201);
    assert_eq!(made.body["outcome"], "registered");
    let id = made.body["registration"].clone();
    for _ in 0..2 {
        let same = put(&course, "sh-1", &body).await.expect(200);
        assert_eq!(same.body["outcome"], "unchanged", "{}", same.body);
        assert_eq!(same.body["registration"], id);
        assert_eq!(same.body["number"], made.body["number"]);
        assert_eq!(same.position(), made.position(), "nothing was written");
    }
    body["person"]["phone"] = json!("0431 1234");
    body["person"]["given_name"] = json!("Anke Maria");
    let amended = put(&course, "sh-1", &body).await.expect(200);
    assert_eq!(amended.body["outcome"], "amended");
    assert_eq!(amended.body["registration"], id);
    let office = course.house.office("sh");
    let path = format!("/v1/registrations/{}", id.as_str().expect("an id"));
    let shown = course
        .house
        .get_at(&office, &path, amended.position())
        .await;
    assert_eq!(shown.body["person"]["given_name"], "Anke Maria");
    assert_eq!(shown.body["person"]["phone"], "0431 1234");
    assert_eq!(
        shown.body["number"], made.body["number"],
        "the number is kept"
    );

    // The vault finds the person by what is known now: the same human again is a duplicate.
    let mut again = body.clone();
    again["source_reference"] = json!(null);
    let again = course
        .house
        .post(&office, &course.path("/registrations"), &again)
        .await;
    again.expect_problem(409, "duplicate_registration");

    let other = put(&course, "sh-2", &registration("sh", 2).clone()).await;
    assert_eq!(other.expect(201).body["outcome"], "registered");
    let mut second = registration("sh", 2);
    second["person"] = body["person"].clone();
    let collides = put(&course, "sh-2", &second).await;
    let collides = collides.expect_problem(409, "duplicate_registration");
    assert_eq!(collides.body["number"], made.body["number"]);

    let mut elsewhere = body.clone();
    elsewhere["source_reference"] = json!("sh-9");
    let elsewhere = put(&course, "sh-1", &elsewhere).await;
    let elsewhere = elsewhere.expect_problem(422, "invalid_body");
    assert_eq!(elsewhere.body["errors"][0]["code"], "not_the_same");

    for blank in ["%20", "%C2%A0", "%E2%80%AEabc"] {
        let mut body = registration("sh", 5);
        body["source_reference"] = json!(null);
        let blank = put(&course, blank, &body).await;
        let blank = blank.expect_problem(422, "invalid_body");
        assert_eq!(blank.body["errors"][0]["pointer"], "/source_reference");
    }

    let cancel = course.path("/registrations/by-reference/sh-1/cancel");
    let feeder = course.house.feeder("sh");
    let cancelled = course
        .house
        .post(&feeder, &cancel, &json!({}))
        .await
        .expect(200);
    assert_eq!(cancelled.body["state"], "cancelled");
    let same = put(&course, "sh-1", &body).await.expect(200);
    assert_eq!(same.body["outcome"], "unchanged");
    assert_eq!(same.body["state"], "cancelled");
    body["person"]["phone"] = json!("0431 9");
    let dead = put(&course, "sh-1", &body).await;
    dead.expect_problem(409, "transition_not_allowed");
    let foreign = course.house.feeder("mv");
    let foreign = course.house.post(&foreign, &cancel, &json!({})).await;
    foreign.expect_problem(404, "not_found");
    course.check(&cancelled).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_puts_of_one_reference_at_once_make_one_registration() {
    let course = Course::start(json!({"capacity": 5})).await;
    let body = registration("sh", 1);
    let puts = (0..6).map(|_| put(&course, "sh-1", &body));
    let answers = join_all(puts).await;
    let mut outcomes: Vec<String> = answers
        .iter()
        .map(|answer| {
            answer.body["outcome"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    outcomes.sort();
    let mut expected = vec!["registered".to_owned()];
    expected.extend(vec!["unchanged".to_owned(); 5]);
    assert_eq!(outcomes, expected, "{answers:?}");
    course.check(&answers[0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feeder_amends_until_registration_closes_and_an_office_afterwards_too() {
    let course = Course::start(json!({"capacity": 5})).await;
    let mut body = registration("sh", 1);
    let made = put(&course, "sh-1", &body).await.expect(201);
    let closed = json!({"registration_opens": null, "registration_closes": "2019-06-30"});
    course.patch(closed).await.expect(200);
    let same = put(&course, "sh-1", &body).await.expect(200);
    assert_eq!(same.body["outcome"], "unchanged", "{}", same.body);
    body["person"]["phone"] = json!("0431 1234");
    let late = put(&course, "sh-1", &body).await;
    let late = late.expect_problem(409, "deadline_passed");
    assert_eq!(late.body["deadline"], "2019-06-30");
    let office = course.house.office("sh");
    let path = course.path("/registrations/by-reference/sh-1");
    let amended = course.house.put(&office, &path, &body).await.expect(200);
    assert_eq!(amended.body["outcome"], "amended");
    assert_eq!(amended.body["registration"], made.body["registration"]);
    course.check(&amended).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_feeder_cancels_until_the_deadline_and_an_office_with_a_reason_afterwards_too() {
    let course = Course::start(json!({"capacity": 5})).await;
    put(&course, "sh-1", &registration("sh", 1))
        .await
        .expect(201);
    let over = json!({"cancel_until": "2019-06-30"});
    course.patch(over).await.expect(200);
    let cancel = course.path("/registrations/by-reference/sh-1/cancel");
    let feeder = course.house.feeder("sh");
    for body in [json!({}), reason("other")] {
        let late = course.house.post(&feeder, &cancel, &body).await;
        let late = late.expect_problem(409, "deadline_passed");
        assert_eq!(late.body["deadline"], "2019-06-30");
    }
    let office = course.house.office("sh");
    let unreasoned = course.house.post(&office, &cancel, &json!({})).await;
    unreasoned.expect_problem(422, "invalid_body");
    let cancelled = course.house.post(&office, &cancel, &reason("other")).await;
    assert_eq!(cancelled.expect(200).body["state"], "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn amendments_of_different_fields_at_once_lose_nothing() {
    let course = Course::start(json!({"capacity": 5})).await;
    let seat = course.seat("sh", 1, "confirmed").await;
    let office = course.house.office("sh");
    let path = course.path(&format!("/registrations/{}", seat.id));
    let fields = ["salutation", "title", "phone", "function", "organisation"];
    let bodies = fields.map(|field| json!({"person": {field: format!("new {field}")}}));
    let patches = bodies
        .iter()
        .map(|body| course.house.patch(&office, &path, body, &[]));
    let answers = join_all(patches).await;
    let last = answers.iter().max_by_key(|answer| answer.position());
    let last = last.expect("an answer");
    assert!(answers.iter().all(|answer| answer.status == 200));
    let shown = format!("/v1/registrations/{}", seat.id);
    let shown = course
        .house
        .get_at(&office, &shown, last.position())
        .await
        .expect(200);
    for field in fields {
        let expected = format!("new {field}");
        assert_eq!(shown.body["person"][field], expected, "{}", shown.body);
    }
    course.check(last).await;
}

async fn join_all<F: Future<Output = Answer>>(all: impl Iterator<Item = F>) -> Vec<Answer> {
    let mut waiting: Vec<_> = all.map(Box::pin).collect();
    let mut answers = Vec::new();
    std::future::poll_fn(|context| {
        waiting.retain_mut(|next| match next.as_mut().poll(context) {
            std::task::Poll::Ready(answer) => {
                answers.push(answer);
                false
            }
            std::task::Poll::Pending => true,
        });
        if waiting.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    answers
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_amends_with_a_merge_patch_and_only_the_version_it_has_seen() {
    let course = Course::start(json!({"capacity": 5, "municipality_caps": {"01054": 0}})).await;
    let seat = course.seat("sh", 1, "confirmed").await;
    let office = course.house.office("sh");
    let path = course.path(&format!("/registrations/{}", seat.id));
    let shown = format!("/v1/registrations/{}", seat.id);
    let seen = course.house.get_at(&office, &shown, 1).await;
    let seen = wait_shown(&course, &office, &shown, seen).await;
    let tag = seen.header("etag").to_owned();
    let patch = json!({"person": {"email": null, "function": "Leitung"}, "wishes": ["angebote"]});
    let amended = course
        .house
        .patch(&office, &path, &patch, &[("if-match", &tag)])
        .await
        .expect(200);
    let after = course
        .house
        .get_at(&office, &shown, amended.position())
        .await;
    assert_eq!(after.body["person"]["email"], json!(null));
    assert_eq!(after.body["person"]["function"], "Leitung");
    assert_eq!(after.body["person"]["family_name"], "von der Heide");
    assert_eq!(after.body["wishes"][0]["ranked"], json!(["angebote"]));
    let stale = course
        .house
        .patch(
            &office,
            &path,
            &json!({"wishes": []}),
            &[("if-match", &tag)],
        )
        .await;
    stale.expect_problem(412, "version_mismatch");
    let nothing = course
        .house
        .patch(&office, &path, &patch, &[])
        .await
        .expect(200);
    assert_eq!(
        nothing.position(),
        amended.position(),
        "nothing was written"
    );
    let full = json!({"municipality": "01054"});
    let full = course.house.patch(&office, &path, &full, &[]).await;
    let full = full.expect_problem(409, "quota_exhausted");
    assert_eq!(full.body["bucket"]["municipality"], "01054");
    for (patch, pointer) in [
        (json!({"municipality": null}), "/municipality"),
        (json!({"person": null}), "/person"),
        (json!({"privacy_notice": null}), "/privacy_notice"),
    ] {
        let refused = course.house.patch(&office, &path, &patch, &[]).await;
        let refused = refused.expect_problem(422, "invalid_body");
        assert_eq!(refused.body["errors"][0]["pointer"], pointer);
    }
    let nobody = json!({"person": {"given_name": null}});
    let nobody = course.house.patch(&office, &path, &nobody, &[]).await;
    nobody.expect_problem(422, "invalid_body");
    let cancelled = course
        .act(&seat, "cancel", reason("other"))
        .await
        .expect(200);
    course.check(&cancelled).await;
}

/// Reads again once the registration is shown.
async fn wait_shown(course: &Course, token: &str, path: &str, first: Answer) -> Answer {
    if first.status == 200 {
        return first;
    }
    let made = course.submit("mv", 77).await.expect(201);
    course
        .house
        .get_at(token, path, made.position())
        .await
        .expect(200)
}
