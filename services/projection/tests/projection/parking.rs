//! Messages that cannot be folded: nothing of them vanishes, and operators decide.

use anmeldewerk_contract::Subject;
use anmeldewerk_journal::{Entry, Journal};
use serde_json::{Value, json};

use crate::house::House;

const SUBJECT: &str = "aw.log.program.mv";

async fn append_garbage(house: &House) {
    let entry = Entry {
        subject: Subject::literal(SUBJECT.to_owned()),
        expected: None,
        headers: Vec::new(),
        payload: b"{}".to_vec().into(),
    };
    house.log.append(vec![entry]).await.expect("stored");
}

/// Runs an operator's command on a house; gives whether it succeeded, its answer and what it said.
pub(crate) async fn operate(house: &House, words: &[&str]) -> (bool, Value, String) {
    let output = tokio::process::Command::new(env!("CARGO_BIN_EXE_anmeldewerk-projection"))
        .env_clear()
        .envs(house.environment())
        .arg("--json")
        .args(words)
        .kill_on_drop(true)
        .output()
        .await
        .expect("the command runs");
    let answer = serde_json::from_slice(&output.stdout).unwrap_or(Value::Null);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), answer, said)
}

pub(crate) async fn operated(house: &House, words: &[&str]) -> Value {
    let (succeeded, answer, said) = operate(house, words).await;
    assert!(succeeded, "{words:?}: {said}");
    answer
}

async fn version_of_mv(house: &House) -> u64 {
    let programs = house.reader.programs().await.expect("an answer").value;
    let mv = programs.iter().find(|program| program.id == "mv");
    mv.expect("it is there").version.0
}

#[tokio::test]
async fn a_message_that_cannot_be_read_stops_its_subject_alone_until_it_is_left_out_by_name() {
    let house = House::open().await;
    let service = house.start().await;
    house.append(&["mv"]).await;
    append_garbage(&house).await;
    house.append(&["mv", "sh"]).await;
    house.reaches(4).await;
    let programs = house.reader.programs().await.expect("an answer").value;
    assert_eq!(programs.len(), 2, "others flow: {programs:?}");
    assert_eq!(version_of_mv(&house).await, 1, "its rows stand still");
    let metrics = service.metrics();
    assert!(
        metrics.contains("projection_parked_subjects 1"),
        "{metrics}"
    );
    assert!(
        metrics.contains("projection_parked_messages 2"),
        "{metrics}"
    );

    let list = operated(&house, &["park", "list"]).await;
    let parked =
        json!([{"subject": SUBJECT, "since": 2, "code": "header_malformed", "messages": 2}]);
    assert_eq!(list["parked"], parked);
    let retried = operated(&house, &["park", "retry"]).await;
    let still = json!([{"subject": SUBJECT, "folded": 0, "since": 2, "code": "header_malformed"}]);
    assert_eq!(retried["retried"], still, "no new program, no change");
    assert_eq!(operated(&house, &["park", "list"]).await["parked"], parked);

    let (_, _, said) = operate(&house, &["rebuild"]).await;
    assert!(
        said.contains("message at 2 cannot be folded: header_malformed"),
        "{said}"
    );
    assert!(said.contains("park skip"), "what to do is said: {said}");

    for (words, why) in [
        (
            [
                "park",
                "skip",
                "3",
                "--reason",
                "it waits behind another one",
            ],
            "stands in the way",
        ),
        (
            ["park", "skip", "4", "--reason", "it is a good one"],
            "stands in the way",
        ),
        (
            ["park", "skip", "2", "--reason", "x"],
            "3 to 500 characters",
        ),
        (
            ["park", "skip", "9", "--reason", "it is not there"],
            "regressed",
        ),
    ] {
        let (succeeded, _, said) = operate(&house, &words).await;
        assert!(!succeeded && said.contains(why), "{words:?}: {said}");
    }
    let reason = "Testnachricht des Betriebs";
    let skipped = operated(&house, &["park", "skip", "2", "--reason", reason]).await;
    assert_eq!(skipped["retried"]["folded"], 2, "{skipped}");
    assert_eq!(skipped["retried"]["since"], Value::Null, "{skipped}");
    assert_eq!(version_of_mv(&house).await, 3, "it flows again");
    let list = operated(&house, &["park", "list"]).await;
    assert_eq!(list["parked"], json!([]));
    assert_eq!(list["left_out"][0]["reason"], reason);
    assert_eq!(list["left_out"][0]["position"], 2);

    let digest = operated(&house, &["digest"]).await;
    assert_eq!(digest["left_out"], 1, "a digest says so");
    let rebuilt = operated(&house, &["rebuild"]).await;
    assert_eq!(rebuilt["compared"]["sha256"], digest["sha256"], "{rebuilt}");
    let frozen = operated(&house, &["as-of", "4", "--name", "all"]).await;
    assert_eq!(frozen["digest"], digest["sha256"]);
    house.append(&["mv"]).await;
    house.reaches(5).await;
    assert_eq!(version_of_mv(&house).await, 5);
    service.stop().await;
}

#[tokio::test]
async fn without_a_live_version_poison_stops_the_first_build_and_leaving_it_out_lets_it_go_on() {
    let house = House::without_version().await;
    house.append(&["mv"]).await;
    append_garbage(&house).await;
    house.append(&["mv"]).await;
    let service = house.start().await;
    service.becomes_unready("read_model").await;
    let (_, _, said) = operate(&house, &["rebuild"]).await;
    assert!(
        said.contains("message at 2") || said.contains("at work"),
        "{said}"
    );
    let reason = "Testnachricht des Betriebs";
    operated(&house, &["park", "skip", "2", "--reason", reason]).await;
    house.reaches(3).await;
    assert_eq!(version_of_mv(&house).await, 3);
    service.becomes_ready().await;
    service.stop().await;
}

#[tokio::test]
async fn a_version_with_a_subject_that_stands_still_can_be_taken_back() {
    let house = House::open().await;
    let service = house.start().await;
    house.append(&["mv"]).await;
    append_garbage(&house).await;
    house.append(&["sh"]).await;
    house.reaches(3).await;
    // Another version that knows no more either, and is live for a while.
    let url = house
        .databases
        .read_model_url(anmeldewerk_stack::postgres::Role::Projection);
    let registry = anmeldewerk_read_model::Registry::connect(&url).expect("an address");
    let live = registry.live().await.expect("versions").expect("one");
    let other = registry.begin_current().await.expect("a version");
    registry.complete(&other).await.expect("complete");
    let nothing = async |_| Ok::<(), anmeldewerk_read_model::Fault>(());
    let exchanged = registry
        .flip((&other.schema, Some(&live)), true, nothing)
        .await;
    exchanged.expect("exchanged");
    house.reaches(3).await;
    house.append(&["mv", "bb"]).await;
    house.reaches(5).await;

    let back = operated(&house, &["flip", "rm_1"]).await;
    assert_eq!(
        (&back["version"], &back["accepted"]),
        (&json!("rm_1"), &json!([]))
    );
    assert_eq!(back["position"], 5);
    let list = operated(&house, &["park", "list"]).await;
    assert_eq!(list["parked"][0]["messages"], 2, "{list}");
    service.stop().await;
}
