//! Every library's licence lets us ship it under the EUPL.

use cargo_metadata::MetadataCommand;

/// Permissive licences, and our own.
const FIT: [&str; 13] = [
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CDLA-Permissive-2.0",
    "EUPL-1.2",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Says whether an SPDX expression of AND over OR lets one choose licences that fit.
fn fits(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let mut parts = expression.split(" AND ");
    parts.all(|part| {
        let part = part.trim_matches(['(', ')', ' ']);
        part.split(" OR ")
            .any(|licence| FIT.contains(&licence.trim()))
    })
}

#[test]
fn an_expression_fits_if_every_part_offers_a_licence_that_fits() {
    assert!(fits("MIT OR Apache-2.0"));
    assert!(fits("MIT/Apache-2.0"));
    assert!(fits("(MIT OR GPL-3.0-only) AND Unicode-3.0"));
    assert!(!fits("GPL-3.0-only"));
    assert!(!fits("MIT AND GPL-3.0-only"));
    assert!(!fits(""));
}

#[test]
fn every_library_has_a_licence_that_fits() {
    let metadata = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
        .exec()
        .expect("cargo tells about the libraries");
    assert!(metadata.packages.len() > 100);
    for package in &metadata.packages {
        let licence = package.license.as_deref().unwrap_or_default();
        assert!(fits(licence), "{}: {licence}", package.name);
    }
}
