//! Tokens and participants' secrets.

use std::time::Duration;

use anmeldewerk_contract::problem::Code;
use anmeldewerk_service::auth::{Error, Role, TokenError, Verifier};
use anmeldewerk_service::clock::Clock;
use data_encoding::BASE64URL_NOPAD;
use ring::hmac;
use serde_json::{Value, json};

use crate::support::{ISSUER, Issuer, KeyFile, claims, get_with, router, unsigned};

struct Fixture {
    issuer: Issuer,
    file: KeyFile,
}

impl Fixture {
    fn new() -> Self {
        let issuer = Issuer::new(1, "a");
        let file = KeyFile::new(&[issuer.jwk()]);
        Self { issuer, file }
    }

    fn refusal(&self, changes: &Value) -> Option<TokenError> {
        self.file
            .verifier()
            .verify(&self.issuer.token(&claims(changes)))
            .err()
    }
}

fn rsa() -> Value {
    serde_json::from_str(include_str!("data/rs256.json")).expect("the file is JSON")
}

fn now() -> i64 {
    Clock::real().wall().as_second()
}

#[test]
fn a_valid_token_says_who_calls() {
    let fixture = Fixture::new();
    let roles = json!({"roles": ["coordinator", "feeder", "uma_authorization"]});
    let caller = fixture
        .file
        .verifier()
        .verify(&fixture.issuer.token(&claims(&roles)))
        .expect("the token is valid");
    assert_eq!(
        (
            caller.sub.as_str(),
            caller.issuer.as_str(),
            caller.program.as_deref()
        ),
        ("subject-1", ISSUER, Some("sh"))
    );
    assert_eq!(
        caller.roles.into_iter().collect::<Vec<_>>(),
        [Role::Feeder, Role::Coordinator]
    );
}

#[test]
fn each_broken_rule_is_named() {
    let fixture = Fixture::new();
    let far = now() + 3600;
    for (changes, rule) in [
        (json!({"exp": now() - 1}), TokenError::Expired),
        (json!({"exp": now()}), TokenError::Expired),
        (json!({"exp": null}), TokenError::Malformed),
        (json!({"exp": "4102444800"}), TokenError::Malformed),
        (json!({"nbf": far}), TokenError::NotYetValid),
        (json!({"aud": "somebody-else"}), TokenError::Audience),
        (json!({"aud": ["a", "b"]}), TokenError::Audience),
        (json!({"aud": []}), TokenError::Audience),
        (json!({"aud": null}), TokenError::Malformed),
        (json!({"iss": "https://other.invalid"}), TokenError::Issuer),
        (json!({"iss": [ISSUER]}), TokenError::Malformed),
        (json!({"iss": null}), TokenError::Malformed),
        (json!({"sub": null}), TokenError::Malformed),
        (json!({"sub": ""}), TokenError::Malformed),
    ] {
        assert_eq!(fixture.refusal(&changes), Some(rule), "{changes}");
    }
    assert_eq!(
        fixture.refusal(&json!({"nbf": now() + 30, "aud": ["account", "anmeldewerk"]})),
        None
    );
}

#[test]
fn a_changed_token_or_a_foreign_key_is_found_by_the_signature() {
    let fixture = Fixture::new();
    let verifier = fixture.file.verifier();
    let foreign = Issuer::new(2, "a");
    assert_eq!(
        verifier.verify(&foreign.token(&claims(&json!({})))),
        Err(TokenError::Signature)
    );
    let token = fixture.issuer.token(&claims(&json!({})));
    let other = fixture
        .issuer
        .token(&claims(&json!({"roles": ["operator"]})));
    let (message, _) = other.rsplit_once('.').expect("a token has three parts");
    let (_, signature) = token.rsplit_once('.').expect("a token has three parts");
    assert_eq!(
        verifier.verify(&format!("{message}.{signature}")),
        Err(TokenError::Signature)
    );
    assert!(
        verifier.verify(&token).is_ok(),
        "the untouched token still holds"
    );
}

#[test]
fn tokens_that_are_none_are_malformed() {
    let verifier = Fixture::new().file.verifier();
    for text in [
        "",
        "a",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "....",
        &"x".repeat(9000),
    ] {
        assert_eq!(
            verifier.verify(text),
            Err(TokenError::Malformed),
            "{text:.20}"
        );
    }
}

#[test]
fn no_token_chooses_how_it_is_verified() {
    let fixture = Fixture::new();
    let verifier = fixture.file.verifier();
    let claims = claims(&json!({}));
    let none = unsigned(&json!({"alg": "none"}), &claims) + ".";
    assert_eq!(verifier.verify(&none), Err(TokenError::Malformed));

    // The public key used as a shared secret, the classic confusion.
    let message = unsigned(&json!({"alg": "HS256", "typ": "JWT"}), &claims);
    let tag = hmac::sign(
        &hmac::Key::new(hmac::HMAC_SHA256, fixture.issuer.point()),
        message.as_bytes(),
    );
    let confused = format!("{message}.{}", BASE64URL_NOPAD.encode(tag.as_ref()));
    assert_eq!(verifier.verify(&confused), Err(TokenError::Algorithm));

    for (header, rule) in [
        (json!({"alg": "RS256"}), TokenError::Signature),
        (json!({"alg": "ES256"}), TokenError::Algorithm),
        (json!({"alg": "RS512"}), TokenError::Algorithm),
        (
            json!({"alg": "EdDSA", "crit": ["exp"]}),
            TokenError::Malformed,
        ),
        (
            json!({"alg": "EdDSA", "kid": "unknown"}),
            TokenError::Signature,
        ),
        (
            json!({"alg": "EdDSA", "jwk": Issuer::new(2, "b").jwk()}),
            TokenError::Malformed,
        ),
    ] {
        let signer = if header.get("jwk").is_some() {
            Issuer::new(2, "b")
        } else {
            Issuer::new(1, "a")
        };
        let refused = verifier
            .verify(&signer.sign(&header, &claims))
            .expect_err("the token is refused");
        let expected = if header.get("jwk").is_some() {
            TokenError::Signature
        } else {
            rule
        };
        assert_eq!(refused, expected, "{header}");
    }
    assert!(
        verifier
            .verify(&fixture.issuer.sign(&json!({"alg": "EdDSA"}), &claims))
            .is_ok(),
        "a key id is optional"
    );
}

#[test]
fn a_token_of_an_rsa_issuer_is_verified_beside_an_ed25519_one() {
    let (rsa, issuer) = (rsa(), Issuer::new(1, "a"));
    let file = KeyFile::new(&[issuer.jwk(), rsa["jwk"].clone()]);
    let verifier = file.verifier();
    let token = rsa["token"].as_str().expect("the token is text");
    let caller = verifier.verify(token).expect("the token is valid");
    assert_eq!(
        (caller.sub.as_str(), caller.program.as_deref()),
        ("rsa-subject", Some("hh"))
    );
    assert!(verifier.verify(&issuer.token(&claims(&json!({})))).is_ok());

    let middle = token.len() / 2;
    let flipped = if token.as_bytes()[middle] == b'A' {
        "B"
    } else {
        "A"
    };
    let changed = format!("{}{flipped}{}", &token[..middle], &token[middle + 1..]);
    assert!(verifier.verify(&changed).is_err());
    let (message, _) = token.rsplit_once('.').expect("a token has three parts");
    assert_eq!(
        verifier.verify(&format!("{message}.{}", BASE64URL_NOPAD.encode(&[1; 256]))),
        Err(TokenError::Signature)
    );
}

#[test]
fn a_key_is_only_for_the_algorithm_of_its_type() {
    let rsa = rsa();
    let mut other = rsa["jwk"].clone();
    other["alg"] = json!("RS512");
    let file = KeyFile::new(&[Issuer::new(1, "a").jwk(), other]);
    assert_eq!(
        file.verifier().verify(rsa["token"].as_str().expect("text")),
        Err(TokenError::Signature)
    );
}

#[test]
fn key_sets_that_cannot_be_trusted_are_refused_when_opened() {
    let ed = Issuer::new(1, "a").jwk();
    let with = |key: &Value, member: &str, value: Value| {
        let mut key = key.clone();
        key[member] = value;
        key
    };
    let weak = with(
        &rsa()["jwk"],
        "n",
        json!(BASE64URL_NOPAD.encode(&[0xff; 128])),
    );
    for (keys, reason) in [
        (vec![], "no key is for"),
        (vec![with(&ed, "d", json!("AA"))], "private"),
        (
            vec![ed.clone(), json!({"kty": "oct", "k": "AA"})],
            "key 1 holds a private or symmetric part",
        ),
        (vec![with(&ed, "x", json!("AA"))], "not a usable public key"),
        (vec![weak], "not a usable public key"),
        (vec![with(&ed, "use", json!("enc"))], "no key is for"),
        (vec![with(&ed, "crv", json!("X25519"))], "no key is for"),
        (vec![ed; 17], "more than 16"),
    ] {
        let file = KeyFile::new(&keys);
        let error =
            Verifier::open(&file.0, ISSUER, Clock::real()).expect_err("the key set is refused");
        let Error::Keys { source, .. } = error else {
            panic!("{error}")
        };
        assert!(source.to_string().contains(reason), "{source} / {reason}");
    }
    assert!(matches!(
        Verifier::open("/nowhere/jwks.json", ISSUER, Clock::real()),
        Err(Error::Read { .. })
    ));
}

#[test]
fn keys_are_rotated_by_writing_the_file_and_a_broken_file_changes_nothing() {
    let (old, new) = (Issuer::new(1, "a"), Issuer::new(2, "b"));
    let file = KeyFile::new(&[old.jwk()]);
    let verifier = Verifier::open_looking_every(&file.0, ISSUER, Clock::real(), Duration::ZERO)
        .expect("the key set is usable");
    let (old_token, new_token) = (
        old.token(&claims(&json!({}))),
        new.token(&claims(&json!({}))),
    );
    assert!(verifier.verify(&old_token).is_ok());
    assert_eq!(verifier.verify(&new_token), Err(TokenError::Signature));

    file.write(&json!({"keys": [old.jwk(), new.jwk()]}).to_string());
    assert!(
        verifier.verify(&old_token).is_ok() && verifier.verify(&new_token).is_ok(),
        "both are live"
    );
    file.write("{");
    assert!(
        verifier.verify(&old_token).is_ok() && verifier.verify(&new_token).is_ok(),
        "a broken file changes nothing"
    );
    file.write(&json!({"keys": [new.jwk()], "note": "the old key is withdrawn, also for tokens that were believed"}).to_string());
    assert_eq!(verifier.verify(&old_token), Err(TokenError::Signature));
    assert!(verifier.verify(&new_token).is_ok());
}

#[test]
fn a_changed_file_is_not_looked_at_before_its_time() {
    let (old, new) = (Issuer::new(1, "a"), Issuer::new(2, "b"));
    let file = KeyFile::new(&[old.jwk()]);
    let verifier = file.verifier();
    file.write(&json!({"keys": [old.jwk(), new.jwk()]}).to_string());
    assert_eq!(
        verifier.verify(&new.token(&claims(&json!({})))),
        Err(TokenError::Signature)
    );
}

#[tokio::test]
async fn a_request_without_credentials_is_told_to_bring_some() {
    let fixture = Fixture::new();
    let router = router(fixture.file.verifier());
    let missing = get_with(&router, "/v1/whoami", &[]).await;
    assert_eq!(missing.problem(), Code::TokenMissing);
    assert_eq!(missing.header("www-authenticate"), "Bearer");
    assert_eq!(
        get_with(&router, "/v1/credentials", &[]).await.text,
        "Anonymous"
    );
}

#[tokio::test]
async fn a_request_with_bad_credentials_is_never_anonymous_and_its_token_is_not_repeated() {
    let fixture = Fixture::new();
    let router = router(fixture.file.verifier());
    let expired = format!(
        "Bearer {}",
        fixture.issuer.token(&claims(&json!({"exp": 1})))
    );
    for path in ["/v1/whoami", "/v1/credentials"] {
        let answer = get_with(
            &router,
            path,
            &[("authorization", &expired), ("accept-language", "en")],
        )
        .await;
        assert_eq!(answer.problem(), Code::TokenInvalid);
        assert_eq!(
            answer.header("www-authenticate"),
            "Bearer error=\"invalid_token\""
        );
        assert_eq!(
            (&answer.json()["rule"], &answer.json()["detail"]),
            (&json!("expired"), &json!("the access token has expired"))
        );
        assert!(!answer.text.contains(&expired[7..20]));
    }
    for value in [
        "Bearer",
        "Basic dXNlcjpwYXNz",
        "Bearer  ",
        "Participant short",
        "",
    ] {
        let answer = get_with(&router, "/v1/credentials", &[("authorization", value)]).await;
        assert_eq!(
            (answer.problem(), &answer.json()["rule"]),
            (Code::TokenInvalid, &json!("malformed")),
            "{value}"
        );
    }
    let twice = [
        ("authorization", expired.as_str()),
        ("authorization", expired.as_str()),
    ];
    assert_eq!(
        get_with(&router, "/v1/credentials", &twice).await.json()["rule"],
        "malformed"
    );
}

#[tokio::test]
async fn a_token_and_a_participants_secret_are_told_apart() {
    let fixture = Fixture::new();
    let router = router(fixture.file.verifier());
    let bearer = format!("bearer {}", fixture.issuer.token(&claims(&json!({}))));
    let caller = get_with(&router, "/v1/whoami", &[("authorization", &bearer)]).await;
    assert_eq!(caller.text, r#"subject-1 Some("sh") {Feeder, Coordinator}"#);
    let debug = get_with(&router, "/v1/credentials", &[("authorization", &bearer)]).await;
    assert!(
        debug.text.starts_with("Bearer(Caller") && !debug.text.contains("subject-1"),
        "{}",
        debug.text
    );

    let participant = format!("Participant {}", "A".repeat(43));
    let secret = get_with(
        &router,
        "/v1/credentials",
        &[("authorization", &participant)],
    )
    .await;
    assert!(
        secret
            .text
            .starts_with("Participant(ParticipantHash([102, 104, 122, 173"),
        "{}",
        secret.text
    );
    assert_eq!(
        get_with(&router, "/v1/whoami", &[("authorization", &participant)])
            .await
            .problem(),
        Code::Forbidden
    );
}
