//! The rules of seats from HTTP to HTTP: every line of the table of states has its route, and shows what it did.

mod enduring;
mod feeding;
mod hosting;
mod joining;
mod moving;
mod office;
mod settling;

use serde_json::{Value, json};

use crate::{
    house::{Answer, House, registration},
    replay,
};

/// When the tests of this folder begin: time is theirs.
const START: &str = "2019-08-01T09:00:00Z";

/// A workshop of 2019 and the people in it.
struct Course {
    house: House,
    id: String,
}

/// A registration as its submission was answered.
#[derive(Clone, Debug)]
struct Seat {
    id: String,
    number: String,
    secret: String,
}

impl Course {
    /// Makes and publishes a workshop of Schleswig-Holstein in October 2019.
    async fn start(settings: Value) -> Self {
        let house = House::start().await;
        house.set_clock(START).await;
        house.programs().await;
        let id = Self::publish(&house, settings).await;
        Self { house, id }
    }

    /// Makes and publishes a workshop of next year, under the real clock.
    async fn coming(settings: Value) -> Self {
        let house = House::start().await;
        house.programs().await;
        let id = house.workshop(settings).await;
        Self { house, id }
    }

    async fn publish(house: &House, settings: Value) -> String {
        let mut all = json!({
            "first_day": "2019-10-22", "last_day": "2019-10-23",
            "registration_closes": "2019-09-30",
        });
        for (name, value) in settings.as_object().cloned().unwrap_or_default() {
            all[name] = value;
        }
        house.workshop(all).await
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/workshops/{}{rest}", self.id)
    }

    /// Registers somebody as their program's office.
    async fn submit(&self, program: &str, who: usize) -> Answer {
        let token = self.house.office(program);
        let body = registration(program, who);
        self.house
            .post(&token, &self.path("/registrations"), &body)
            .await
    }

    /// Registers somebody, who must come to this state.
    async fn seat(&self, program: &str, who: usize, state: &str) -> Seat {
        let answer = self.submit(program, who).await.expect(201);
        assert_eq!(answer.body["state"], state, "{}", answer.body);
        Seat::of(&answer.body)
    }

    /// Lets the host's office do something to a registration.
    async fn act(&self, seat: &Seat, verb: &str, body: Value) -> Answer {
        self.act_as(&self.house.office("sh"), seat, verb, body)
            .await
    }

    async fn act_as(&self, token: &str, seat: &Seat, verb: &str, body: Value) -> Answer {
        let path = self.path(&format!("/registrations/{}/{verb}", seat.id));
        self.house.post(token, &path, &body).await
    }

    /// Lets the host do something to the workshop.
    async fn host(&self, verb: &str, body: Value) -> Answer {
        let path = self.path(&format!("/{verb}"));
        self.house
            .post(&self.house.office("sh"), &path, &body)
            .await
    }

    async fn patch(&self, body: Value) -> Answer {
        let token = self.house.office("sh");
        self.house.patch(&token, &self.path(""), &body, &[]).await
    }

    /// Gives the states of these registrations as the read model shows them at or behind an answer's position.
    async fn states(&self, after: &Answer, seats: &[&Seat]) -> Vec<String> {
        let shown = self.house.attendees(&self.id, after.position()).await;
        let state = |seat: &&Seat| {
            let item = shown.iter().find(|item| item["id"] == seat.id.as_str());
            let state = item.and_then(|item| item["state"].as_str());
            state.unwrap_or("missing").to_owned()
        };
        seats.iter().map(state).collect()
    }

    /// Checks that the read model shows what the log folds to.
    async fn check(&self, after: &Answer) {
        let shown = self.house.attendees(&self.id, after.position()).await;
        let log = replay::log(&self.house.flow).await;
        replay::assert_no_command_twice(&log);
        let folded = replay::folded_rows(&log, &self.id);
        assert_eq!(replay::shown_rows(&shown), folded);
    }
}

impl Seat {
    fn of(body: &Value) -> Self {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Self {
            id: text("registration"),
            number: text("number"),
            secret: text("link_secret"),
        }
    }
}

fn reason(code: &str) -> Value {
    json!({"reason": code})
}
