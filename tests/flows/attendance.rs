//! Attendance: taken by day and slot, closed after the end, corrected with a reason, counted for funders.

use anmeldewerk_stack::token::Role;
use serde_json::{Value, json};

use crate::house::{Answer, House, registration};

/// A workshop of two days with four people, two of each program.
struct Course {
    house: House,
    workshop: String,
    people: Vec<String>,
    days: [String; 2],
    last: u64,
}

impl Course {
    async fn start() -> Self {
        let house = House::start().await;
        house.programs().await;
        let workshop = house.workshop(json!({})).await;
        let path = format!("/v1/workshops/{workshop}");
        let mut people = Vec::new();
        let mut last = 0;
        for who in 0..4 {
            let program = ["sh", "mv"][who % 2];
            let asked = registration(program, who);
            let path = format!("{path}/registrations");
            let made = house.post(&house.feeder(program), &path, &asked).await;
            let made = made.expect(201);
            people.push(
                made.body["registration"]
                    .as_str()
                    .expect("an id")
                    .to_owned(),
            );
            last = made.position();
        }
        let shown = house.get_at(&house.office("sh"), &path, last).await;
        let shown = shown.expect(200).body;
        let day = |name: &str| shown[name].as_str().expect("a day").to_owned();
        let days = [day("first_day"), day("last_day")];
        Self {
            house,
            workshop,
            people,
            days,
            last,
        }
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/workshops/{}/{rest}", self.workshop)
    }

    fn of_person(&self, who: usize) -> String {
        self.path(&format!("registrations/{}/attendance", self.people[who]))
    }

    /// States who was there on a day; a status of nothing takes back what was stated.
    fn sheet(&self, day: usize, entries: &[(usize, Option<&str>)]) -> Value {
        let entries = entries.iter();
        let entries = entries
            .map(|(who, status)| json!({"registration": self.people[*who], "status": status}));
        json!({"day": self.days[day], "minutes": 90, "entries": entries.collect::<Vec<_>>()})
    }

    async fn take(&mut self, sheet: &Value) -> Answer {
        let path = self.path("attendance");
        let taken = self.house.put(&self.house.office("sh"), &path, sheet).await;
        if taken.status == 200 {
            self.last = self.last.max(taken.position());
        }
        taken
    }

    async fn close(&mut self, body: &Value) -> Answer {
        let path = self.path("attendance/close");
        let closed = self.house.post(&self.house.office("sh"), &path, body).await;
        if closed.status == 200 {
            self.last = closed.position();
        }
        closed
    }

    /// Moves the clock to a time of one of the days; the third is the day behind them.
    async fn go_to(&self, day: usize, time: &str) {
        let day = match self.days.get(day) {
            Some(day) => day.clone(),
            None => self.days[1].replace("-23", "-24"),
        };
        self.house.set_clock(&format!("{day}T{time}Z")).await;
    }

    async fn states(&self) -> Vec<String> {
        let shown = self.house.attendees(&self.workshop, self.last).await;
        let state = |id: &String| {
            let one = shown.iter().find(|one| one["id"] == **id).expect("there");
            one["state"].as_str().expect("a state").to_owned()
        };
        self.people.iter().map(state).collect()
    }

    async fn report(&self, name: &str) -> Value {
        let path = format!("/v1/reports/{name}?workshop={}", self.workshop);
        let report = self
            .house
            .get_at(&self.house.office("sh"), &path, self.last)
            .await;
        report.expect(200).body
    }
}

const PRESENT: Option<&str> = Some("present");
const ABSENT: Option<&str> = Some("absent");

#[tokio::test(flavor = "multi_thread")]
async fn from_what_was_stated_follows_who_attended_and_corrections_say_why() {
    let mut course = Course::start().await;
    let first = course.sheet(0, &[(0, PRESENT), (1, PRESENT), (2, Some("excused"))]);
    let early = course.take(&first).await;
    let early = early.expect_problem(409, "transition_not_allowed");
    assert_eq!(early.body["state"], "not_begun");

    // From midnight on, where the workshop is.
    course.go_to(0, "00:00:00").await;
    let taken = course.take(&first).await.expect(200).position();
    let again = course.take(&first).await.expect(200).position();
    assert_eq!(again, taken, "the same again is nothing new");
    let more = json!({"day": course.days[0], "status": "present", "minutes": 45});
    let path = course.of_person(3);
    let office = course.house.office("sh");
    let one = course.house.put(&office, &path, &more).await;
    course.last = one.expect(200).position();

    // Closing waits for the end, and for each day that counts.
    let soon = course.close(&json!({})).await;
    let soon = soon.expect_problem(409, "transition_not_allowed");
    assert_eq!(soon.body["state"], "not_over");
    course.go_to(2, "09:00:00").await;
    let missing = course.close(&json!({})).await;
    let missing = missing.expect_problem(409, "attendance_missing");
    assert_eq!(missing.body["days"], json!([course.days[1]]));
    let second = course.sheet(1, &[(0, PRESENT), (1, ABSENT), (3, PRESENT)]);
    course.take(&second).await.expect(200);
    let back = course.sheet(1, &[(3, None)]);
    course.take(&back).await.expect(200);
    course.close(&json!({})).await.expect(200);
    let expected = [
        "attended",
        "partially_attended",
        "no_show",
        "partially_attended",
    ];
    assert_eq!(course.states().await, expected);
    let twice = course.close(&json!({})).await;
    let twice = twice.expect_problem(409, "transition_not_allowed");
    assert_eq!(twice.body["state"], "closed");

    // Corrected with a reason, and about a session that counts.
    let mut right = json!({"day": course.days[1], "status": "present", "minutes": 60});
    let path = course.of_person(3);
    let bare = course.house.put(&office, &path, &right).await;
    let bare = bare.expect_problem(422, "invalid_body");
    assert_eq!(bare.body["errors"][0]["pointer"], "/reason");
    right["reason"] = json!("mistake");
    right["note"] = json!("Stand auf der zweiten Liste.");
    let mut elsewhere = right.clone();
    elsewhere["slot"] = json!(2);
    let elsewhere = course.house.put(&office, &path, &elsewhere).await;
    elsewhere.expect_problem(409, "transition_not_allowed");
    let corrected = course.house.put(&office, &path, &right).await;
    course.last = corrected.expect(200).position();
    let expected = ["attended", "partially_attended", "no_show", "attended"];
    assert_eq!(course.states().await, expected);
    // What has ended so keeps its seat, and is not cancelled any more.
    let path = format!("/v1/workshops/{}", course.workshop);
    let shown = course.house.get_at(&office, &path, course.last).await;
    let shown = shown.expect(200).body;
    assert_eq!(shown["seats"]["confirmed"], 4, "{}", shown["seats"]);
    let cancel = course.path(&format!("registrations/{}/cancel", course.people[2]));
    let cancelled = course
        .house
        .post(&office, &cancel, &json!({"reason": "illness"}))
        .await;
    let cancelled = cancelled.expect_problem(409, "transition_not_allowed");
    assert_eq!(cancelled.body["state"], "no_show");
    // The correction stands in the history of the one it is about.
    let history = format!("/v1/registrations/{}/history", course.people[3]);
    let history = course.house.get_at(&office, &history, course.last).await;
    let text = history.expect(200).body.to_string();
    assert!(text.contains("attendance.taken.v1"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_are_those_that_were_stated_and_every_one_opens() {
    let mut course = Course::start().await;
    course.go_to(0, "06:00:00").await;
    let all: Vec<(usize, Option<&str>)> = (0..4).map(|who| (who, PRESENT)).collect();
    let first = course.sheet(0, &all);
    course.take(&first).await.expect(200);
    course.go_to(1, "06:00:00").await;
    let mut second = course.sheet(1, &[(0, PRESENT), (1, ABSENT)]);
    second["slot"] = json!(2);
    second["minutes"] = Value::Null;
    course.take(&second).await.expect(200);
    course.go_to(2, "06:00:00").await;
    let closed = course.close(&json!({"days": [course.days[0]]})).await;
    closed.expect(200);
    assert_eq!(
        course.states().await,
        ["attended"; 4],
        "the second day does not count"
    );

    let path = course.path("attendance");
    let sessions = course
        .house
        .get_at(&course.house.feeder("mv"), &path, course.last)
        .await;
    let sessions = sessions.expect(200).body;
    assert_eq!(sessions["closed"], true);
    let count = |program: &str, numbers: [u64; 5]| {
        let [present, absent, excused, minutes, without] = numbers;
        json!({"program": program, "present": present, "absent": absent, "excused": excused,
               "minutes": minutes, "without_minutes": without})
    };
    let expected = json!([
        {"day": course.days[0], "slot": 1, "counts": true,
         "by_program": [count("mv", [2, 0, 0, 180, 0]), count("sh", [2, 0, 0, 180, 0])]},
        {"day": course.days[1], "slot": 2, "counts": false,
         "by_program": [count("mv", [0, 1, 0, 0, 0]), count("sh", [1, 0, 0, 0, 1])]},
    ]);
    assert_eq!(sessions["sessions"], expected);

    let attendance = course.report("attendance").await;
    let hours = course.report("participant-hours").await;
    for (report, program, name, amount, of) in [
        (&attendance, "mv", "attended", 2, 2),
        (&attendance, "sh", "no_show", 0, 2),
        (&hours, "mv", "minutes", 180, 2),
        (&hours, "sh", "hours", 3, 3),
        (&hours, "sh", "presences", 3, 3),
        (&hours, "sh", "without_minutes", 1, 3),
    ] {
        let rows = report["rows"].as_array().expect("rows");
        let row = rows
            .iter()
            .find(|row| row["program"] == program)
            .expect("a row");
        assert_eq!(
            (&row["figures"][name], &row["of"]),
            (&json!(amount), &json!(of)),
            "{name}"
        );
        let behind = row["rows"][name].as_str().expect("an address");
        let behind = course
            .house
            .get_at(&course.house.office("sh"), behind, course.last)
            .await;
        let behind = behind.expect(200).body["items"].as_array().map(Vec::len);
        let people = if name == "no_show" { 0 } else { 2 };
        assert_eq!(behind, Some(people), "{name}");
    }
    let filtered = course.path("attendees?state=attended&assigned=rolle");
    let nobody = course
        .house
        .get_at(&course.house.office("sh"), &filtered, course.last)
        .await;
    assert_eq!(nobody.expect(200).body["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_with_one_wrong_entry_is_refused_as_a_whole_and_says_which() {
    let mut course = Course::start().await;
    course.go_to(0, "06:00:00").await;
    let office = course.house.office("sh");
    let cancel = course.path(&format!("registrations/{}/cancel", course.people[1]));
    let gone = course
        .house
        .post(&office, &cancel, &json!({"reason": "illness"}))
        .await;
    course.last = gone.expect(200).position();
    let sheet = course.sheet(0, &[(0, PRESENT), (1, PRESENT)]);
    let refused = course.take(&sheet).await;
    let refused = refused.expect_problem(409, "transition_not_allowed");
    assert_eq!(refused.body["errors"][0]["pointer"], "/entries/1");
    assert_eq!(refused.body["entry"], 1);
    let mut strange = course.sheet(0, &[(0, PRESENT)]);
    strange["entries"][0]["registration"] = json!("01990000-0000-7000-8000-00000000dead");
    let refused = course.take(&strange).await;
    let refused = refused.expect_problem(404, "not_found");
    assert_eq!(refused.body["entry"], 0);
    let mut elsewhere = course.sheet(0, &[(0, PRESENT)]);
    elsewhere["day"] = json!("2019-10-22");
    let refused = course.take(&elsewhere).await;
    let refused = refused.expect_problem(422, "invalid_body");
    assert_eq!(refused.body["errors"][0]["code"], "outside_workshop");
    let twice = course.sheet(0, &[(0, PRESENT), (0, ABSENT)]);
    course
        .take(&twice)
        .await
        .expect_problem(422, "invalid_body");
    assert_eq!(course.states().await[0], "confirmed");
    let shown = course.house.attendees(&course.workshop, course.last).await;
    assert!(
        shown.iter().all(|one| one["attendance"] == json!([])),
        "nothing was taken"
    );

    let sheet = course.sheet(0, &[(0, PRESENT)]);
    let one = json!({"day": course.days[0], "status": "present"});
    let house = &course.house;
    for (token, status, code) in [
        (house.office("mv"), 403, "forbidden"),
        (house.feeder("sh"), 403, "forbidden"),
        (house.flow.token("sh", Role::Reporter), 403, "forbidden"),
        (house.office("hh"), 403, "forbidden"),
    ] {
        let refused = house.put(&token, &course.path("attendance"), &sheet).await;
        assert_eq!((refused.status, refused.code()), (status, code));
    }
    let foreign = house
        .put(&house.office("hh"), &course.of_person(0), &one)
        .await;
    foreign.expect_problem(404, "not_found");
    let seen = house
        .get(&house.office("hh"), &course.path("attendance"))
        .await;
    seen.expect_problem(404, "not_found");
}
