//! Who depends on whom, read from cargo's own metadata.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// The direct dependencies of each of our packages, tests' and builds' left out.
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo tells about the workspace");
    let packages = metadata.packages.iter().map(|package| {
        let direct = package.dependencies.iter();
        let direct = direct.filter(|dependency| dependency.kind == DependencyKind::Normal);
        let names = direct.map(|dependency| dependency.name.clone()).collect();
        (
            package.name.trim_start_matches("anmeldewerk-").to_owned(),
            names,
        )
    });
    packages.collect()
}

fn ours(all: &BTreeMap<String, BTreeSet<String>>, package: &str) -> BTreeSet<String> {
    let direct = all
        .get(package)
        .unwrap_or_else(|| panic!("there is a package {package}"));
    let ours = direct
        .iter()
        .filter_map(|name| name.strip_prefix("anmeldewerk-"));
    ours.map(str::to_owned).collect()
}

#[test]
fn the_domain_depends_on_nothing_at_all() {
    assert_eq!(dependencies()["domain"], BTreeSet::new());
}

#[test]
fn each_room_knows_only_the_rooms_before_it() {
    let allowed: [(&str, &[&str]); 12] = [
        ("domain", &[]),
        ("contract", &["domain"]),
        ("journal", &["contract", "domain"]),
        ("documents", &["contract", "domain"]),
        ("sheets", &[]),
        ("vault", &[]),
        ("read-model", &["contract", "domain"]),
        ("service", &["contract"]),
        (
            "registration",
            &[
                "contract",
                "documents",
                "domain",
                "journal",
                "service",
                "sheets",
                "vault",
            ],
        ),
        (
            "projection",
            &["contract", "domain", "journal", "service", "read-model"],
        ),
        (
            "gateway",
            &[
                "contract",
                "documents",
                "domain",
                "read-model",
                "service",
                "vault",
            ],
        ),
        (
            "stack",
            &[
                "contract",
                "domain",
                "journal",
                "read-model",
                "service",
                "vault",
            ],
        ),
    ];
    let all = dependencies();
    for (package, may) in allowed {
        let may: BTreeSet<String> = may.iter().map(ToString::to_string).collect();
        let beyond: Vec<String> = ours(&all, package).difference(&may).cloned().collect();
        assert_eq!(beyond, Vec::<String>::new(), "{package} knows too much");
    }
    let shipped = allowed.map(|(package, _)| package.to_owned());
    let tests = ["flows", "laws", "bench"].map(str::to_owned);
    let known: BTreeSet<String> = shipped.into_iter().chain(tests).collect();
    let found: BTreeSet<String> = all.into_keys().collect();
    assert!(
        found.is_subset(&known),
        "a new room wants a line here: {found:?}"
    );
}

#[test]
fn what_reaches_outside_stands_only_where_it_belongs() {
    let belongs: [(&str, &[&str]); 6] = [
        ("sqlx", &["read-model", "vault", "stack", "bench"]),
        (
            "async-nats",
            &["journal", "documents", "gateway", "stack", "bench"],
        ),
        ("aes-gcm", &["vault"]),
        (
            "axum",
            &["service", "registration", "projection", "gateway", "bench"],
        ),
        ("jsonwebtoken", &["service"]),
        ("reqwest", &["journal", "stack", "bench"]),
    ];
    let all = dependencies();
    for (library, rooms) in belongs {
        for (package, direct) in &all {
            let may = rooms.contains(&package.as_str());
            assert!(
                may || !direct.contains(library),
                "{package} must not use {library}"
            );
        }
    }
}

#[test]
fn the_contract_reaches_no_network_and_no_disk() {
    let all = dependencies();
    for library in ["tokio", "async-nats", "sqlx", "axum", "reqwest", "ring"] {
        assert!(!all["contract"].contains(library), "{library}");
    }
}
