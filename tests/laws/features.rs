//! Tests ask libraries for nothing that programs do not ask for, so that no library is built twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    process::Command,
};

/// Gives the features of each library, as cargo resolves them for these kinds of dependencies.
fn features(kinds: &str) -> BTreeMap<String, BTreeSet<String>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let tree = Command::new(cargo)
        .args([
            "tree",
            "--workspace",
            "--locked",
            "--offline",
            "--prefix",
            "none",
        ])
        .args(["--edges", kinds, "--format", "{p} features {f}"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .output()
        .expect("cargo tells about the libraries");
    let faults = String::from_utf8_lossy(&tree.stderr);
    assert!(tree.status.success(), "{faults}");
    let tree = String::from_utf8(tree.stdout).expect("text");
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in tree.lines() {
        let line = line.trim_end_matches(" (*)");
        let Some((library, features)) = line.split_once(" features ") else {
            continue;
        };
        let known = found.entry(library.to_owned()).or_default();
        known.insert(features.to_owned());
    }
    found
}

#[test]
fn no_library_is_built_twice_because_tests_ask_it_for_more() {
    let of_programs = features("normal,build,no-proc-macro");
    let with_tests = features("normal,build,dev,no-proc-macro");
    assert!(of_programs.len() > 100, "{}", of_programs.len());
    assert!(with_tests.len() > of_programs.len());
    for (library, features) in &of_programs {
        // Build scripts may have features of their own beside ours.
        let with_tests = &with_tests[library];
        assert!(
            features.is_subset(with_tests),
            "{library}: {features:?}, with tests {with_tests:?}"
        );
    }
}
