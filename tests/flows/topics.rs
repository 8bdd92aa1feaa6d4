//! Topics are assigned: looked at, published, solved again from the log, repaired, and changed by hand.

use std::collections::BTreeMap;

use anmeldewerk_stack::{service::Kind, token::Role};
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, key, registration};

/// Two slots: three topics in the first, of which one takes two people, and two in the second.
fn topics() -> Value {
    json!([
        {"code": "rolle", "title": "Die eigene Rolle", "max": 2},
        {"code": "diskurs", "title": "Diskurse", "max": 4},
        {"code": "angebote", "title": "Angebote ordnen"},
        {"code": "rolle", "title": "Die eigene Rolle", "slot": 2},
        {"code": "netzwerk", "title": "Netzwerke", "slot": 2, "program_caps": {"mv": 1}},
    ])
}

/// A workshop of Schleswig-Holstein with people of both programs in it.
struct Workshop {
    id: String,
    people: Vec<String>,
    last: u64,
}

impl Workshop {
    async fn of(house: &House, people: usize) -> Self {
        let id = house.workshop(json!({"topics": topics()})).await;
        let mut workshop = Self {
            id,
            people: Vec::new(),
            last: 0,
        };
        for who in 0..people {
            workshop.comes(house, who).await;
        }
        workshop
    }

    /// Somebody comes who wishes for the topic that everybody wants, and in the second slot for one or nothing.
    async fn comes(&mut self, house: &House, who: usize) {
        let program = ["sh", "mv"][who % 2];
        let mut body = registration(program, who);
        body["wishes"] = json!([
            {"slot": 1, "ranked": ["rolle", "diskurs"], "vetoes": []},
            {"slot": 2, "ranked": ["netzwerk"], "vetoes": []},
        ]);
        let path = self.path("registrations");
        let made = house.post(&house.feeder(program), &path, &body).await;
        let made = made.expect(201);
        assert_eq!(made.body["state"], "confirmed");
        let id = made.body["registration"].as_str().expect("an id");
        self.people.push(id.to_owned());
        self.last = made.position();
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/workshops/{}/{rest}", self.id)
    }

    fn of_person(&self, who: usize, rest: &str) -> String {
        self.path(&format!("registrations/{}/{rest}", self.people[who]))
    }

    async fn draft(&self, house: &House, body: &Value) -> Answer {
        let path = self.path("assignment-runs");
        house.post(&house.office("sh"), &path, body).await
    }

    async fn publish(&mut self, house: &House, draft: &Answer) -> Answer {
        let path = format!("{}/publish", draft.header("location"));
        let published = house.post(&house.office("sh"), &path, &json!({})).await;
        if published.status == 200 {
            self.last = published.position();
        }
        published
    }

    /// Assigns whatever can be assigned now.
    async fn assign(&mut self, house: &House) -> Value {
        let draft = self.draft(house, &json!({})).await.expect(201);
        self.publish(house, &draft).await.expect(200).body
    }

    async fn put_topic(&mut self, house: &House, who: usize, body: &Value) -> Answer {
        let path = self.of_person(who, "topic");
        let put = house.put(&house.office("sh"), &path, body).await;
        if put.status == 200 {
            self.last = put.position();
        }
        put
    }

    /// Reads who has what: for everybody the topic of each slot, with a star where it was given by hand.
    async fn has(&self, house: &House) -> Vec<Vec<String>> {
        let shown = house.attendees(&self.id, self.last).await;
        let by_id: BTreeMap<&str, &Value> = shown
            .iter()
            .map(|item| (item["id"].as_str().expect("an id"), item))
            .collect();
        let topic = |of: &Value| {
            let star = if of["pinned"] == true { "*" } else { "" };
            format!("{}{star}", of["topic"].as_str().expect("a code"))
        };
        let everybody = self.people.iter().map(|id| {
            let topics = by_id[id.as_str()]["topics"].as_array();
            topics.expect("topics").iter().map(topic).collect()
        });
        everybody.collect()
    }
}

/// Counts what was granted: by rank of wish, another topic, and none.
fn granted(granted: &Value) -> (Vec<u64>, u64, u64) {
    let number = |value: &Value| value.as_u64().expect("a count");
    let wishes = granted["wishes"].as_array().expect("counts");
    (
        wishes.iter().map(number).collect(),
        number(&granted["fallback"]),
        number(&granted["unplaced"]),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_looked_at_published_and_solved_again_from_the_log() {
    let house = House::start().await;
    house.programs().await;
    let mut workshop = Workshop::of(&house, 7).await;
    let office = house.office("sh");
    let (path, same) = (workshop.path("assignment-runs"), key());
    let seed = "07".repeat(32);
    let asked = json!({"seed": seed});
    let draft = house.try_post(&office, &same, &path, &asked).await;
    let draft = draft.expect("answered").expect(201);
    let first = &draft.body["slots"][0];
    assert_eq!(granted(&first["granted"]), (vec![2, 4], 1, 0), "{first}");
    let sums = |part: &str| -> u64 {
        let all = first[part].as_object().expect("an object").values();
        all.map(|one| granted(one).0.iter().sum::<u64>() + granted(one).1)
            .sum()
    };
    assert_eq!((sums("by_program"), sums("by_municipality")), (7, 7));
    // One of the second slot's topics takes one of Mecklenburg-Vorpommern; two more have to take the other, unless they have it.
    let second = &draft.body["slots"][1];
    let (wishes, fallback, unplaced) = granted(&second["granted"]);
    assert_eq!((wishes[0], fallback + unplaced), (5, 2), "{second}");
    assert_eq!(draft.body["seed"], seed);
    assert!(workshop.has(&house).await.iter().all(Vec::is_empty));

    // The same command again is the same draft, word for word.
    let again = house.try_post(&office, &same, &path, &asked).await;
    let again = again.expect("answered").expect(201);
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(again.body, draft.body);
    let other = house.try_post(&office, &same, &path, &json!({})).await;
    let other = other.expect("answered");
    other.expect_problem(422, "idempotency_key_reused");

    // Another draft with the same seed brings the same.
    let twin = workshop.draft(&house, &asked).await.expect(201);
    assert_ne!(twin.body["run"], draft.body["run"]);
    assert_eq!(twin.body["allocation"], draft.body["allocation"]);
    assert_eq!(twin.body["input"], draft.body["input"]);

    let published = workshop.publish(&house, &draft).await.expect(200);
    assert_eq!(published.body["allocation"], draft.body["allocation"]);
    assert_eq!(published.body["state"], "published");
    let has = workshop.has(&house).await;
    let all: Vec<&String> = has.iter().flatten().collect();
    let placed = published.body["allocation"].as_array().expect("places");
    assert_eq!(all.len(), placed.len());
    for (who, id) in workshop.people.iter().enumerate() {
        let of_run = placed.iter().filter(|place| place["registration"] == **id);
        let of_run = of_run.map(|place| place["topic"].as_str().expect("a code"));
        assert!(of_run.eq(has[who].iter().map(String::as_str)));
    }

    // What the figures say is what people have.
    let at = workshop.last;
    let topics = house.get_at(&office, &workshop.path("topics"), at).await;
    for topic in topics.expect(200).body["items"].as_array().expect("topics") {
        let slot = usize::try_from(topic["slot"].as_u64().expect("a slot")).expect("small");
        let code = topic["code"].as_str().expect("a code");
        let have = has
            .iter()
            .filter(|of| of.get(slot - 1).is_some_and(|has| has == code));
        let told = topic["demand"]["assigned"].as_u64().expect("a count");
        assert_eq!(usize::try_from(told).ok(), Some(have.count()), "{topic}");
        let by_program = topic["demand"]["by_program"].as_array();
        let by_program = by_program.expect("programs").iter();
        let sum: u64 = by_program
            .map(|of| of["assigned"].as_u64().expect("a count"))
            .sum();
        assert_eq!(sum, told);
    }
    let runs = house
        .get_at(&office, &workshop.path("assignment-runs"), at)
        .await;
    let runs = runs.expect(200);
    let states = runs.body["items"].as_array().expect("runs").iter();
    let states: Vec<&str> = states.filter_map(|run| run["state"].as_str()).collect();
    assert_eq!(states, ["draft", "published"], "the newest first");
    let run = draft.body["run"].as_str().expect("an id");
    let told = house.get_at(&office, draft.header("location"), at).await;
    let told = told.expect(200);
    assert_eq!(told.body["input"], draft.body["input"]);
    assert_eq!(told.body["published_at"], at);

    // From the log alone it comes out the same; a run that was not published is none.
    let registration = house.flow.operator().of(Kind::Registration);
    let same = registration.ask(&["reproduce", run]).await.expect("runs");
    let said = String::from_utf8_lossy(&same.stdout);
    assert!(same.status.success(), "{same:?}");
    assert!(said.contains("7 people solved again"), "{said}");
    let unpublished = twin.body["run"].as_str().expect("an id");
    let none = registration.ask(&["reproduce", unpublished]).await;
    let none = none.expect("runs");
    assert!(!none.status.success());
    assert!(String::from_utf8_lossy(&none.stderr).contains("no publication"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_later_is_placed_without_touching_others_and_what_is_pinned_stays() {
    let house = House::start().await;
    house.programs().await;
    let mut workshop = Workshop::of(&house, 4).await;
    let office = house.office("sh");
    let draft = workshop.draft(&house, &json!({})).await.expect(201);
    workshop.comes(&house, 4).await;
    let late = workshop.publish(&house, &draft).await;
    late.expect_problem(409, "input_changed");
    assert!(workshop.has(&house).await.iter().all(Vec::is_empty));

    // By hand, before anything was assigned: it stays.
    let pin =
        json!({"slot": 1, "topic": "angebote", "reason": "organisation", "note": "Spricht dort."});
    workshop.put_topic(&house, 0, &pin).await.expect(200);
    workshop.put_topic(&house, 0, &pin).await.expect(200);
    workshop.assign(&house).await;
    let before = workshop.has(&house).await;
    assert_eq!(before[0][0], "angebote*");
    assert!(before.iter().all(|of| !of.is_empty()));

    // A whole run would touch people; only repairs are left.
    let whole = workshop.draft(&house, &json!({"extent": "whole"})).await;
    let whole = whole.expect_problem(409, "transition_not_allowed");
    assert_eq!(whole.body["state"], "assigned");
    workshop.comes(&house, 5).await;
    let repaired = workshop.assign(&house).await;
    assert_eq!(repaired["extent"], "repair");
    let after = workshop.has(&house).await;
    assert_eq!(after[..5], before[..], "nobody else is touched");
    assert!(!after[5].is_empty());

    // Whoever leaves leaves their topic; whoever comes in their place has it.
    let taken = after.iter().position(|of| of[0] == "rolle");
    let taken = taken.expect("somebody has what everybody wants");
    let cancel = workshop.of_person(taken, "cancel");
    let ill = json!({"reason": "illness"});
    let gone = house.post(&office, &cancel, &ill).await;
    workshop.last = gone.expect(200).position();
    let rest = workshop.has(&house).await;
    assert!(rest[taken].is_empty());
    let others = |all: &[Vec<String>]| -> Vec<Vec<String>> {
        let others = all.iter().enumerate().filter(|(who, _)| *who != taken);
        others.map(|(_, of)| of.clone()).collect()
    };
    assert_eq!(others(&rest), others(&after));

    // A topic that is not offered any more is taken from those who have it, and from nobody else.
    let mut fewer = topics();
    fewer.as_array_mut().expect("topics").remove(1);
    let path = format!("/v1/workshops/{}", workshop.id);
    let withdrawn = house
        .patch(&office, &path, &json!({"topics": fewer}), &[])
        .await;
    workshop.last = withdrawn.expect(200).position();
    let left = workshop.has(&house).await;
    for (of_now, of_then) in left.iter().zip(&rest) {
        let stays = of_then.iter().filter(|code| *code != "diskurs");
        assert!(of_now.iter().eq(stays), "{of_now:?} of {of_then:?}");
    }
    let repaired = workshop.assign(&house).await;
    assert_eq!(repaired["extent"], "repair");
    let healed = workshop.has(&house).await;
    for (who, (now, then)) in healed.iter().zip(&left).enumerate() {
        assert!(who == taken || now.len() >= then.len());
        assert!(then.iter().all(|code| now.contains(code)));
        assert!(who == taken || now.iter().any(|code| code != "netzwerk"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn topics_by_hand_have_reasons_and_bounds_and_two_people_swap_in_one_decision() {
    let house = House::start().await;
    house.programs().await;
    let mut workshop = Workshop::of(&house, 4).await;
    let office = house.office("sh");
    let to = |code: &str| json!({"slot": 1, "topic": code, "reason": "organisation"});
    for who in [0, 1] {
        workshop
            .put_topic(&house, who, &to("rolle"))
            .await
            .expect(200);
    }
    let full = workshop.put_topic(&house, 2, &to("rolle")).await;
    let full = full.expect_problem(409, "topic_not_free");
    assert_eq!(
        (&full.body["topic"], &full.body["obstacle"]),
        (&json!("rolle"), &json!("full"))
    );
    let mut over = to("rolle");
    over["override"] = json!(true);
    workshop.put_topic(&house, 2, &over).await.expect(200);
    let mut second = to("rolle");
    second["slot"] = json!(2);
    let twice = workshop.put_topic(&house, 2, &second).await;
    let twice = twice.expect_problem(409, "topic_not_free");
    assert_eq!(twice.body["obstacle"], "other_slot");
    let strange = workshop.put_topic(&house, 3, &to("unbekannt")).await;
    strange.expect_problem(422, "invalid_body");
    let mut nothing = to("rolle");
    nothing["topic"] = Value::Null;
    let same = workshop.put_topic(&house, 3, &nothing).await.expect(200);
    assert_eq!(
        same.position(),
        workshop.last,
        "nobody loses what they do not have"
    );
    for wrong in [
        json!({"slot": 1, "topic": "rolle"}),
        json!({"slot": 3, "topic": "rolle", "reason": "organisation"}),
        json!({"slot": 1, "topic": "Rolle!", "reason": "organisation"}),
        json!({"slot": 1, "topic": "rolle", "reason": "why not"}),
    ] {
        let refused = workshop.put_topic(&house, 3, &wrong).await;
        refused.expect_problem(422, "invalid_body");
    }

    workshop
        .put_topic(&house, 3, &to("diskurs"))
        .await
        .expect(200);
    let swaps = workshop.path("topic-swaps");
    let (one, other) = (&workshop.people[0], &workshop.people[3]);
    let swap = json!({"slot": 1, "registrations": [one, other], "reason": "organisation"});
    let swapped = house.post(&office, &swaps, &swap).await.expect(200);
    workshop.last = swapped.position();
    let has = workshop.has(&house).await;
    let first: Vec<&str> = has.iter().map(|of| of[0].as_str()).collect();
    assert_eq!(first, ["diskurs*", "rolle*", "rolle*", "rolle*"]);
    let with_oneself = json!({"slot": 1, "registrations": [one, one], "reason": "organisation"});
    let refused = house.post(&office, &swaps, &with_oneself).await;
    refused.expect_problem(422, "invalid_body");
    let without = json!({"slot": 2, "registrations": [one, other], "reason": "organisation"});
    let refused = house.post(&office, &swaps, &without).await;
    let refused = refused.expect_problem(409, "transition_not_allowed");
    assert_eq!(refused.body["state"], "unassigned");

    // Who does not host it may not; to whom it is foreign, it is not there.
    let body = to("angebote");
    let path = workshop.of_person(1, "topic");
    for (token, status, code) in [
        (house.feeder("sh"), 403, "forbidden"),
        (house.office("mv"), 403, "forbidden"),
        (house.office("hh"), 404, "not_found"),
    ] {
        let refused = house.put(&token, &path, &body).await;
        assert_eq!((refused.status, refused.code()), (status, code));
        let runs = workshop.path("assignment-runs");
        let refused = house.post(&token, &runs, &json!({})).await;
        refused.expect_problem(403, "forbidden");
    }
    // What was changed by hand stands in the history, with who had what before.
    let history = format!("/v1/registrations/{}/history", workshop.people[0]);
    let history = house.get_at(&office, &history, workshop.last).await;
    let items = history.expect(200).body["items"].clone();
    let decisions = items.as_array().expect("decisions").iter();
    let events = decisions.flat_map(|of| of["events"].as_array().into_iter().flatten());
    let kinds: Vec<&str> = events.filter_map(|event| event["type"].as_str()).collect();
    let by_hand = kinds
        .iter()
        .filter(|kind| **kind == "registration.topic_assigned.v1");
    assert_eq!(by_hand.count(), 2, "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nasty_wishes_are_refused_or_lived_with() {
    let house = House::start().await;
    house.programs().await;
    let mut workshop = Workshop::of(&house, 1).await;
    let path = workshop.path("registrations");
    let wishes = async |who: usize, ranked: Value, vetoes: Value| {
        let mut body = registration("sh", who);
        body["wishes"] = json!([{"slot": 1, "ranked": ranked, "vetoes": vetoes}]);
        house.post(&house.feeder("sh"), &path, &body).await
    };
    for (ranked, vetoes) in [
        (json!(["rolle", "rolle", "diskurs"]), json!([])),
        (json!(["netzwerk"]), json!([])),
        (json!(["rolle"]), json!(["rolle"])),
        (json!(["rolle", "diskurs", "angebote", "rolle"]), json!([])),
    ] {
        let refused = wishes(7, ranked, vetoes).await;
        refused.expect_problem(422, "invalid_body");
    }
    // Whoever wants none of what there is gets none, and is told why.
    let path = format!("/v1/workshops/{}", workshop.id);
    let generous = json!({"vetoes": 3});
    let patched = house
        .patch(&house.office("sh"), &path, &generous, &[])
        .await;
    patched.expect(200);
    let none = wishes(8, json!([]), json!(["rolle", "diskurs", "angebote"])).await;
    let none = none.expect(201);
    let id = none.body["registration"].as_str().expect("an id");
    workshop.people.push(id.to_owned());
    let run = workshop.assign(&house).await;
    let unplaced = run["unplaced"].as_array().expect("people");
    let first: Vec<&Value> = unplaced.iter().filter(|one| one["slot"] == 1).collect();
    let [one] = first.as_slice() else {
        panic!("others: {unplaced:?}");
    };
    assert_eq!(one["registration"], id);
    let obstacles = one["obstacles"].as_array().expect("obstacles").iter();
    assert!(obstacles.clone().all(|of| of["obstacle"] == "vetoed"));
    assert_eq!(obstacles.count(), 3);
    assert_eq!(
        workshop.has(&house).await[1].len(),
        1,
        "the second slot has room"
    );

    // Without topics there is nothing to assign; with a wrong seed nothing to draw from.
    let bare = house.workshop(json!({"topics": []})).await;
    let runs = format!("/v1/workshops/{bare}/assignment-runs");
    let refused = house.post(&house.office("sh"), &runs, &json!({})).await;
    let refused = refused.expect_problem(409, "transition_not_allowed");
    assert_eq!(refused.body["state"], "without_topics");
    let refused = workshop.draft(&house, &json!({"seed": "07"})).await;
    refused.expect_problem(422, "invalid_body");
    let run = format!(
        "{}/0199aaaa-0000-7000-8000-000000000000",
        workshop.path("assignment-runs")
    );
    let missing = house
        .post(&house.office("sh"), &format!("{run}/publish"), &json!({}))
        .await;
    missing.expect_problem(404, "not_found");
    let headers = [("content-type", "application/json")];
    let nobody = house
        .send(
            Method::POST,
            &format!("{run}/publish"),
            &headers,
            b"{}".to_vec(),
        )
        .await;
    let nobody = nobody.expect("answered");
    nobody.expect_problem(401, "token_missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_says_what_topics_are_about_whoever_offers_them() {
    let house = House::start().await;
    house.programs().await;
    let details = json!({"title": "Netzwerke pflegen", "abstract": "Wer mit wem?\nUnd wozu?"});
    let path = "/v1/topics/netzwerk";
    let stated = house.put(&house.office("sh"), path, &details).await;
    let at = stated.expect(200).position();
    let again = house.put(&house.office("mv"), path, &details).await;
    assert_eq!(again.expect(200).position(), at, "nothing is otherwise");
    // Nobody offers it yet.
    let topic = house
        .get_at(&house.office("sh"), path, at)
        .await
        .expect(200);
    assert_eq!(topic.body["abstract"], details["abstract"]);
    assert_eq!(topic.body["items"], json!([]));
    let workshop = Workshop::of(&house, 1).await;
    let only = json!({"title": "Rollen"});
    let anew = house
        .put(&house.operator(), "/v1/topics/rolle", &only)
        .await;
    let at = anew.expect(200).position().max(workshop.last);
    let list = house.get_at(&house.office("mv"), "/v1/topics", at).await;
    let list = list.expect(200).body["items"].clone();
    let told = list.as_array().expect("topics").iter().map(|topic| {
        let text = |name: &str| topic[name].as_str().map(str::to_owned);
        (
            text("code"),
            text("title"),
            text("abstract"),
            topic["workshops"].as_u64(),
        )
    });
    let row = |code: &str, title: &str, outline: Option<&str>, workshops| {
        let text = |text: &str| Some(text.to_owned());
        (
            text(code),
            text(title),
            outline.and_then(text),
            Some(workshops),
        )
    };
    let expected = [
        row("angebote", "Angebote ordnen", None, 1),
        row("diskurs", "Diskurse", None, 1),
        row(
            "netzwerk",
            "Netzwerke pflegen",
            details["abstract"].as_str(),
            1,
        ),
        row("rolle", "Rollen", Some(""), 1),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    let topic = house
        .get_at(&house.feeder("sh"), path, at)
        .await
        .expect(200);
    assert_eq!(topic.body["title"], details["title"]);
    let offers = topic.body["items"].as_array().expect("workshops");
    assert_eq!(offers[0]["title"], "Netzwerke", "what the host says stays");

    for (token, status, code) in [
        (house.feeder("sh"), 403, "forbidden"),
        (house.flow.token("sh", Role::Reporter), 403, "forbidden"),
    ] {
        let refused = house.put(&token, path, &details).await;
        assert_eq!((refused.status, refused.code()), (status, code));
    }
    for (path, body, status, code) in [
        (path, json!({"title": ""}), 422, "invalid_body"),
        (
            path,
            json!({"title": "a", "abstract": "\u{0}"}),
            422,
            "invalid_body",
        ),
        (
            path,
            json!({"title": "a", "abstract": "x".repeat(10_001)}),
            422,
            "invalid_body",
        ),
        (
            path,
            json!({"title": "a", "text": "b"}),
            422,
            "invalid_body",
        ),
        ("/v1/topics/Netz!", details.clone(), 404, "not_found"),
    ] {
        let refused = house.put(&house.office("sh"), path, &body).await;
        refused.expect_problem(status, code);
    }
    let nobodys = house
        .get(&house.office("sh"), "/v1/topics/nobody-offers-it")
        .await;
    nobodys.expect_problem(404, "not_found");
}
