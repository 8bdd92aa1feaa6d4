//! The files in `deploy` are sound and name only settings that the services know.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anmeldewerk_stack::folder::Folder;
use anmeldewerk_stack::place;
use anmeldewerk_stack::service::{self, Kind};

const INSTRUCTIONS: [&str; 11] = [
    "FROM",
    "WORKDIR",
    "COPY",
    "RUN",
    "USER",
    "ENV",
    "EXPOSE",
    "STOPSIGNAL",
    "ENTRYPOINT",
    "ARG",
    "LABEL",
];

fn deploy(path: &str) -> PathBuf {
    place::checkout().join("deploy").join(path)
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn unit(kind: Kind) -> PathBuf {
    deploy(&format!("systemd/{}.service", kind.binary()))
}

fn container_file(kind: Kind) -> PathBuf {
    deploy(&format!("containers/{}.Containerfile", kind.name()))
}

fn environment_file(kind: Kind) -> PathBuf {
    deploy(&format!("env/{}.env", kind.name()))
}

/// Lines that say something.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// All variables the files of one service set.
fn variables(kind: Kind) -> BTreeSet<String> {
    let unit = read(&unit(kind));
    let container = read(&container_file(kind));
    let environment = read(&environment_file(kind));
    let in_unit = lines(&unit).filter_map(|line| line.strip_prefix("Environment="));
    let in_container = lines(&container).filter_map(|line| line.strip_prefix("ENV "));
    in_unit
        .chain(in_container)
        .chain(lines(&environment))
        .map(|setting| {
            let (name, value) = setting.split_once('=').expect("a setting has a value");
            assert!(!value.is_empty(), "{name}");
            name.to_owned()
        })
        .collect()
}

#[test]
fn every_variable_that_is_set_is_one_the_service_knows() {
    for kind in Kind::ALL {
        let binary = service::binary(kind).expect("`cargo stack test` builds the services");
        let help = Command::new(binary)
            .arg("--help")
            .output()
            .expect("it starts");
        let help = String::from_utf8(help.stdout).expect("help is text");
        for variable in variables(kind) {
            let setting = variable.strip_suffix("_FILE").unwrap_or(&variable);
            let known = has_flag(&help, &variable) || has_flag(&help, setting);
            assert!(known, "{} does not know {variable}", kind.name());
        }
    }
}

/// Each setting has a flag and a variable of the same name: `--nats-url` and `AW_NATS_URL`.
fn has_flag(help: &str, variable: &str) -> bool {
    let name = variable.strip_prefix("AW_").expect("it is one of ours");
    let flag = format!("--{}", name.to_lowercase().replace('_', "-"));
    help.split_whitespace().any(|word| word == flag)
}

#[test]
fn a_unit_sets_everything_its_service_needs_and_never_development() {
    for kind in Kind::ALL {
        let set = variables(kind);
        assert!(set.contains("AW_ADMIN_LISTEN"), "{}", kind.name());
        assert!(set.contains("AW_NATS_URL_FILE"), "{}", kind.name());
        assert!(!set.contains("AW_DEVELOPMENT"), "{}", kind.name());
        assert_eq!(
            set.contains("AW_KEK_FILE"),
            kind != Kind::Projection,
            "{}",
            kind.name()
        );
    }
}

#[test]
fn units_are_confined() {
    for kind in Kind::ALL {
        let text = read(&unit(kind));
        let settings: BTreeSet<&str> = lines(&text).collect();
        for wanted in [
            "DynamicUser=yes",
            "NoNewPrivileges=yes",
            "ProtectSystem=strict",
            "CapabilityBoundingSet=",
            "SystemCallFilter=@system-service",
            "LimitCORE=0",
        ] {
            assert!(settings.contains(wanted), "{} lacks {wanted}", kind.name());
        }
    }
}

#[test]
fn units_have_the_three_sections_and_only_settings_in_them() {
    for kind in Kind::ALL {
        let text = read(&unit(kind));
        let sections: Vec<&str> = lines(&text).filter(|line| line.starts_with('[')).collect();
        assert_eq!(sections, ["[Unit]", "[Service]", "[Install]"]);
        for line in lines(&text).filter(|line| !line.starts_with('[')) {
            let name = line.split_once('=').map(|(name, _)| name);
            let is_name = |name: &str| name.chars().all(|letter| letter.is_ascii_alphanumeric());
            assert!(name.is_some_and(is_name), "{line}");
        }
    }
}

/// systemd's own word, where it is installed; the program need not be, so another one stands in for it.
#[test]
fn units_are_accepted_by_systemd() {
    let folder = Folder::new("units").expect("a test folder can be made");
    for kind in Kind::ALL {
        let copy = folder.join(&format!("{}.service", kind.binary()));
        let program = format!("/usr/bin/{}", kind.binary());
        fs::write(&copy, read(&unit(kind)).replace(&program, "/bin/true"))
            .expect("the folder is ours");
        let verified = Command::new("systemd-analyze")
            .args(["verify", "--man=no"])
            .arg(&copy)
            .output();
        let Ok(verified) = verified else { return };
        let said = String::from_utf8_lossy(&verified.stderr);
        let ours: Vec<&str> = said
            .lines()
            .filter(|line| line.contains(&kind.binary()))
            .collect();
        assert_eq!(ours, Vec::<&str>::new());
    }
}

#[test]
fn container_files_hold_known_instructions_and_run_without_rights() {
    for kind in Kind::ALL {
        let text = read(&container_file(kind));
        let words: Vec<&str> = lines(&text)
            .map(|line| {
                line.split_whitespace()
                    .next()
                    .expect("the line is not empty")
            })
            .collect();
        assert_eq!(words.first(), Some(&"FROM"), "{}", kind.name());
        for word in &words {
            assert!(INSTRUCTIONS.contains(word), "{}: {word}", kind.name());
        }
        assert_eq!(words.last(), Some(&"ENTRYPOINT"), "{}", kind.name());
        assert!(text.contains("USER 65532:65532"), "{}", kind.name());
        assert!(
            text.contains(&format!("--package {}", kind.binary())),
            "{}",
            kind.name()
        );
    }
}

#[test]
fn every_file_that_is_copied_into_a_container_is_there() {
    for kind in Kind::ALL {
        let text = read(&container_file(kind));
        let copies = lines(&text).filter_map(|line| line.strip_prefix("COPY "));
        for copy in copies.filter(|copy| !copy.starts_with("--from")) {
            let words: Vec<&str> = copy.split_whitespace().collect();
            for source in &words[..words.len() - 1] {
                assert!(place::checkout().join(source).exists(), "{source}");
            }
        }
    }
}
