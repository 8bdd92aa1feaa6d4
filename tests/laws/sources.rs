//! What the sources themselves promise.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every Rust source below a folder of the workspace, with its path from the root.
pub(crate) fn sources(folder: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&root().join(folder), &mut found);
    assert!(!found.is_empty(), "{folder} has sources");
    found
}

fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder)
        .expect("a folder")
        .filter_map(Result::ok)
    {
        let path = entry.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root()).expect("below the root");
            let text = fs::read_to_string(&path).expect("a source");
            found.push((name.display().to_string(), text));
        }
    }
}

#[test]
fn the_top_level_holds_only_what_belongs_there() {
    let may = [
        "Cargo.toml",
        "Cargo.lock",
        "services",
        "crates",
        "deploy",
        "tests",
        "README.md",
        "target",
    ];
    let may: BTreeSet<&str> = may.into();
    for entry in fs::read_dir(root())
        .expect("the root")
        .filter_map(Result::ok)
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        assert!(
            name.starts_with('.') || may.contains(name.as_str()),
            "{name}"
        );
    }
}

#[test]
fn the_fold_names_every_event_and_cannot_panic() {
    let folds = sources("crates/domain/src")
        .into_iter()
        .filter(|(name, _)| {
            name.ends_with("evolve.rs")
                || name.ends_with("boundary.rs")
                || name.ends_with("program.rs")
        });
    let mut count = 0;
    for (name, text) in folds {
        count += 1;
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        for forbidden in [
            "_ =>",
            "panic!",
            "unwrap()",
            "expect(",
            "unreachable!",
            " as u",
            " as i",
        ] {
            assert!(!code.contains(forbidden), "{name} holds {forbidden}");
        }
    }
    assert_eq!(count, 3);
}

#[test]
fn the_domain_sees_no_clock_no_randomness_and_no_floats() {
    for (name, text) in sources("crates/domain/src") {
        for forbidden in [
            "SystemTime",
            "std::time",
            "rand::",
            "f64",
            "f32",
            "std::fs",
            "std::net",
            "HashMap",
            "async ",
        ] {
            assert!(!text.contains(forbidden), "{name} holds {forbidden}");
        }
    }
}

#[test]
fn sql_stands_only_in_the_read_model_and_in_the_vault() {
    let rooms = [
        "crates/domain/src",
        "crates/contract/src",
        "crates/journal/src",
        "crates/service/src",
        "services/registration/src",
        "services/projection/src",
        "services/gateway/src",
    ];
    for (name, text) in rooms.into_iter().flat_map(sources) {
        for word in ["SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM"] {
            assert!(!text.contains(word), "{name} holds {word}");
        }
    }
}

#[test]
fn the_projection_service_has_no_key_and_the_gateway_no_way_to_the_log() {
    for (name, text) in sources("services/projection") {
        assert!(
            !text.contains("KEK") && !text.contains("vault"),
            "{name} speaks of keys"
        );
    }
    for (name, text) in sources("services/gateway/src") {
        assert!(
            !text.contains("jetstream") && !text.contains("aw.log"),
            "{name} speaks of the log's stream"
        );
    }
}

#[test]
fn no_room_is_too_large_to_be_read_at_once() {
    let all = ["crates", "services", "tests"]
        .into_iter()
        .flat_map(sources);
    let of_tests = |name: &str| name.contains("tests/") || name.ends_with("tests.rs");
    let rooms = all.filter(|(name, _)| !of_tests(name));
    for (name, text) in rooms {
        let lines = text.lines().count();
        assert!(lines <= 500, "{name} has {lines} lines");
    }
}
