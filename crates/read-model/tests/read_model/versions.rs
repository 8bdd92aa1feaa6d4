//! Versions: made, exchanged, dropped.

use anmeldewerk_contract::Position;
use anmeldewerk_read_model::{
    AsOf, Batch, Digest, Fault, Outcome, SchemaName, Stage, Version, Writer,
};

use crate::{
    house::{CREATED, House, batches, moved},
    moelln::{self, moelln},
    story::created,
};

async fn nothing(_: Position) -> Result<(), Fault> {
    Ok(())
}

async fn complete(house: &House) -> Version {
    let green = house.registry.begin_current().await.expect("a version");
    house.registry.complete(&green).await.expect("indexes");
    let found = house.registry.find(&green.schema).await.expect("versions");
    found.expect("the version")
}

#[tokio::test]
async fn what_goes_live_is_asked_and_who_wrote_before_is_fenced_off() {
    let house = moelln().await;
    assert_eq!(house.reader.position().await.expect("a position").0, 11);
    let (fence, checkpoint) = house.writer.take_fence().await.expect("a fence");
    let green = complete(&house).await;
    assert_eq!((green.schema.as_str(), green.stage), ("rm_2", Stage::Ready));

    let behind = house
        .registry
        .flip((&green.schema, Some(&house.version)), false, nothing)
        .await;
    assert!(matches!(behind, Err(Fault::NotReady(_))), "{behind:?}");
    assert_eq!(house.reader.position().await.expect("a position").0, 11);

    let log = moelln::log();
    let writer = Writer::connect(house.registry.url(), &green).expect("an address");
    let catch_up = async |reached: Position| -> Result<(), Fault> {
        assert_eq!(reached, Position(11));
        let (fence, _) = writer.take_fence().await?;
        for batch in batches(&log.entries(), &[4]) {
            moved(writer.apply(fence, &batch).await?);
        }
        Ok(())
    };
    house
        .registry
        .flip((&green.schema, Some(&house.version)), false, catch_up)
        .await
        .expect("exchanged");
    assert_eq!(house.reader.position().await.expect("a position").0, 11);
    let live = house.registry.live().await.expect("versions");
    assert_eq!(live.expect("one").schema, green.schema);
    let blue = house
        .registry
        .find(&house.version.schema)
        .await
        .expect("versions");
    let blue = blue.expect("it is kept");
    assert_eq!(blue.stage, Stage::Retired);
    assert!(blue.drop_after.is_some(), "for a while");

    let mut log = log;
    log.workshop(99, vec![created()]);
    let next = Batch::new(checkpoint.position, CREATED, log.entries()[11..].to_vec());
    let fenced = house.writer.apply(fence, &next).await.expect("an outcome");
    assert_eq!(fenced, Outcome::FencedOff);

    let blue_digest = Digest::take(house.registry.url(), &blue)
        .await
        .expect("a digest");
    let green_digest = Digest::take(house.registry.url(), &green)
        .await
        .expect("a digest");
    assert_eq!(blue_digest, green_digest);
    assert_eq!(blue_digest.differences(&green_digest), Vec::<&str>::new());

    house
        .registry
        .flip((&blue.schema, Some(&green)), false, nothing)
        .await
        .expect("and back");
    let live = house.registry.live().await.expect("versions");
    assert_eq!(live.expect("one").schema, blue.schema);
    // Whoever still asked the other one finds its way, also where that one is gone.
    let dropped = house.registry.drop_version(&green.schema).await;
    dropped.expect("dropped");
    assert_eq!(house.reader.position().await.expect("a position").0, 11);
}

#[tokio::test]
async fn a_flip_from_what_is_not_live_any_more_is_refused() {
    let house = House::open().await;
    let green = complete(&house).await;
    house
        .registry
        .flip((&green.schema, Some(&house.version)), false, nothing)
        .await
        .expect("exchanged");
    let late = house
        .registry
        .flip(
            (&house.version.schema, Some(&house.version)),
            false,
            nothing,
        )
        .await;
    assert!(matches!(late, Err(Fault::NotAlone)), "{late:?}");
}

#[tokio::test]
async fn a_version_that_is_being_built_is_found_again_and_none_is_made_twice() {
    let house = House::open().await;
    let first = house.registry.begin_current().await.expect("a version");
    let again = house.registry.begin_current().await.expect("a version");
    assert_eq!((&first, first.stage), (&again, Stage::Building));

    let name = SchemaName::as_of("stichtag").expect("a name");
    let wanted = AsOf::Position(Position(3));
    let keep = Some(3600.0);
    let made = house.registry.begin_as_of(&name, wanted, keep).await;
    let made = made.expect("a version");
    let again = house.registry.begin_as_of(&name, wanted, keep).await;
    assert_eq!(again.expect("the same"), made);
    let other = AsOf::Position(Position(4));
    let taken = house.registry.begin_as_of(&name, other, keep).await;
    assert!(matches!(taken, Err(Fault::VersionTaken(_))), "{taken:?}");
}

#[tokio::test]
async fn what_is_live_is_never_dropped_and_what_is_over_goes_by_itself() {
    let house = House::open().await;
    let live = house.registry.drop_version(&house.version.schema).await;
    assert!(matches!(live, Err(Fault::VersionInUse(_))), "{live:?}");
    let name = SchemaName::as_of("kurz").expect("a name");
    let wanted = AsOf::Position(Position(0));
    let made = house.registry.begin_as_of(&name, wanted, Some(60.0)).await;
    let made = made.expect("a version");
    let due = made.drop_after.expect("it goes by itself");
    let early = due - jiff::SignedDuration::from_secs(1);
    let dropped = house.registry.drop_expired(early).await.expect("looked");
    assert!(dropped.is_empty(), "{dropped:?}");
    let late = due + jiff::SignedDuration::from_secs(1);
    let dropped = house.registry.drop_expired(late).await.expect("looked");
    assert_eq!(dropped.as_slice(), std::slice::from_ref(&name));
    let schemas: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_namespace WHERE nspname = $1")
        .bind(name.as_str())
        .fetch_one(&house.owner)
        .await
        .expect("a count");
    assert_eq!(schemas, 0);
}
