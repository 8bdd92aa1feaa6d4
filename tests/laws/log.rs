//! What the log gives back is what was decided.

use anmeldewerk_contract::{
    ClockKind, CommandId, Decision, Fingerprint, IssuedCommand, Message, Position, Subject, bare,
    decode, encode,
};
use anmeldewerk_domain::{Instant, due, evolve};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    asks,
    run::{Decided, run},
    words,
};

fn message(decided: &Decided, due: Option<Instant>, position: u64) -> Message {
    let decision = Decision {
        id: Uuid::from_u128(u128::from(position)),
        boundary: words::boundary(),
        decided_at: decided.at,
        command: IssuedCommand {
            id: CommandId([1; 32]),
            fingerprint: Fingerprint([2; 32]),
            kind: "law".to_owned(),
            received_at: decided.at,
        },
        clock: ClockKind::Real,
        actor: Uuid::nil(),
        traceparent: None,
        due,
        events: decided.events.clone(),
    };
    let (headers, payload) = encode(&decision).expect("within the bounds");
    Message {
        position: Position(position),
        subject: Subject::from(&words::boundary()),
        headers,
        payload,
    }
}

proptest! {
    #![proptest_config(asks::cases(400))]

    #[test]
    fn what_the_log_gives_back_folds_to_the_same_state(
        rules in asks::rules(), steps in asks::steps(40)
    ) {
        let run = run(&rules, &steps);
        let mut replayed = words::boundary().unborn();
        for (decided, position) in run.log.iter().zip(1..) {
            let after = decided.events.iter().fold(replayed.clone(), evolve);
            let due = due(&after, decided.at);
            let read = decode(&message(decided, due, position)).expect("a known form");
            prop_assert_eq!(&read.decision.events, &decided.events);
            prop_assert_eq!(read.decision.due, due);
            replayed = read.decision.events.iter().fold(replayed, evolve);
        }
        prop_assert_eq!(run.state, replayed);
    }

    #[test]
    fn what_a_cache_gives_back_folds_to_the_same_state(
        rules in asks::rules(), steps in asks::steps(40)
    ) {
        let run = run(&rules, &steps);
        let mut replayed = words::boundary().unborn();
        for (decided, position) in run.log.iter().zip(1..) {
            let read = decode(&message(decided, None, position)).expect("a known form");
            let bytes = bare::encode(read);
            let read = bare::decode(&words::boundary(), &bytes).expect("just written");
            prop_assert_eq!(read.position, Position(position));
            prop_assert_eq!(read.decision.decided_at, decided.at);
            replayed = read.decision.events.iter().fold(replayed, evolve);
        }
        prop_assert_eq!(run.state, replayed);
    }
}
