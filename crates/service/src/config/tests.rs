use std::ffi::OsString;

use clap::Parser;

use super::{Error, ProcessArgs, PublicArgs, Secret, read};

#[derive(Debug, Parser)]
#[command(name = "demo", version = "1.2.3")]
struct Config {
    #[command(flatten)]
    process: ProcessArgs,
    #[command(flatten)]
    public: PublicArgs,
    #[arg(long, env = "AW_NATS_URL")]
    nats_url: Secret,
    #[arg(long, env = "AW_FAST")]
    fast: bool,
}

const COMPLETE: &[(&str, &str)] = &[
    ("AW_ADMIN_LISTEN", "127.0.0.1:0"),
    ("AW_LISTEN", "[::1]:8080"),
    ("AW_JWKS", "/etc/jwks.json"),
    ("AW_ISSUER", "https://issuer.invalid"),
    ("AW_NATS_URL", "nats://user:open-sesame@127.0.0.1:4222"),
];

fn read_with(flags: &[&str], changes: &[(&str, Option<&str>)]) -> Result<Config, Error> {
    let mut environment: std::collections::BTreeMap<&str, &str> =
        COMPLETE.iter().copied().collect();
    environment.insert("PATH", "/bin");
    for (name, value) in changes {
        match value {
            Some(value) => environment.insert(name, value),
            None => environment.remove(name),
        };
    }
    let arguments = std::iter::once("demo")
        .chain(flags.iter().copied())
        .map(OsString::from);
    read(
        arguments,
        environment
            .into_iter()
            .map(|(name, value)| (name.into(), value.into())),
    )
}

fn line(flags: &[&str], changes: &[(&str, Option<&str>)]) -> String {
    read_with(flags, changes)
        .expect_err("the configuration is refused")
        .line()
}

#[test]
fn the_environment_fills_what_flags_leave_open_and_defaults_fill_the_rest() {
    let config = read_with(
        &["--issuer", "https://flag.invalid"],
        &[("AW_DEVELOPMENT", Some("true"))],
    )
    .expect("complete");
    assert_eq!(config.public.issuer, "https://flag.invalid");
    assert_eq!(config.public.listen.port(), 8080);
    assert_eq!(config.process.log, "info");
    assert!(config.public.development);
    assert!(!config.fast);
    assert_eq!(
        config.nats_url.expose(),
        "nats://user:open-sesame@127.0.0.1:4222"
    );
}

#[test]
fn switches_are_read_from_the_environment() {
    assert!(
        read_with(&[], &[("AW_FAST", Some("true"))])
            .expect("complete")
            .fast
    );
    assert!(
        !read_with(&[], &[("AW_FAST", Some("false"))])
            .expect("complete")
            .fast
    );
    assert_eq!(
        line(&[], &[("AW_FAST", Some("yes"))]),
        "AW_FAST: neither true nor false"
    );
    let config = read_with(
        &["--development", "false"],
        &[("AW_DEVELOPMENT", Some("true"))],
    )
    .expect("complete");
    assert!(!config.public.development);
}

#[test]
fn an_unknown_variable_with_our_prefix_is_named() {
    assert_eq!(
        line(&[], &[("AW_NATS_URI", Some("x"))]),
        "unknown environment variable AW_NATS_URI"
    );
    assert_eq!(
        line(&[], &[("AW_ISSUER_FILE", Some("x"))]),
        "unknown environment variable AW_ISSUER_FILE"
    );
}

#[test]
fn a_missing_setting_is_named_by_variable_and_flag() {
    assert_eq!(
        line(&[], &[("AW_ISSUER", None)]),
        "AW_ISSUER (--issuer) is required"
    );
    let several = line(&[], &[("AW_ISSUER", None), ("AW_JWKS", None)]);
    assert!(
        several.contains("AW_ISSUER (--issuer)") && several.contains("AW_JWKS (--jwks)"),
        "{several}"
    );
}

#[test]
fn a_malformed_setting_is_named_without_its_value() {
    assert_eq!(
        line(&[], &[("AW_LISTEN", Some("nowhere"))]),
        "AW_LISTEN (--listen): invalid socket address syntax"
    );
    assert_eq!(
        line(&["--listen", "nowhere"], &[]),
        "AW_LISTEN (--listen): invalid socket address syntax"
    );
    assert_eq!(
        line(&[], &[("AW_DEVELOPMENT", Some("yes"))]),
        "AW_DEVELOPMENT (--development): not one of true, false"
    );
    assert_eq!(
        line(&["--nats=open-sesame"], &[]),
        "--nats: unknown argument"
    );
    assert_eq!(
        line(&["open-sesame"], &[]),
        "command line: unknown argument"
    );
}

#[test]
fn a_secret_shows_neither_in_debug_nor_in_errors() {
    let config = read_with(&[], &[]).expect("complete");
    assert!(!format!("{config:?}").contains("open-sesame"));
    let refused = line(&[], &[("AW_NATS_URL", Some("open-sesame\nsecond line"))]);
    assert_eq!(
        refused,
        "AW_NATS_URL (--nats-url): empty or with control characters"
    );
}

#[test]
fn a_secret_may_come_from_a_file_but_not_from_both() {
    let path = std::env::temp_dir().join(format!("anmeldewerk-secret-{}", std::process::id()));
    std::fs::write(&path, "nats://from-file\n")
        .expect("the folder for temporary files is writable");
    let name = path.to_str().expect("the path is UTF-8");

    let config = read_with(
        &[],
        &[("AW_NATS_URL", None), ("AW_NATS_URL_FILE", Some(name))],
    )
    .expect("complete");
    assert_eq!(config.nats_url.expose(), "nats://from-file");
    assert_eq!(
        line(&[], &[("AW_NATS_URL_FILE", Some(name))]),
        "AW_NATS_URL and AW_NATS_URL_FILE are both set"
    );

    std::fs::remove_file(&path).expect("the file was there");
    let gone = line(
        &[],
        &[("AW_NATS_URL", None), ("AW_NATS_URL_FILE", Some(name))],
    );
    assert!(
        gone.starts_with("could not read the file named by AW_NATS_URL_FILE: No such file"),
        "{gone}"
    );
}

#[test]
fn help_and_version_are_no_errors() {
    assert!(
        matches!(read_with(&["--help"], &[]), Err(Error::Help(text)) if text.contains("--nats-url"))
    );
    assert!(
        matches!(read_with(&["--version"], &[]), Err(Error::Help(text)) if text.contains("1.2.3"))
    );
}

#[test]
fn help_never_shows_the_value_of_a_variable() {
    let Err(Error::Help(text)) = read_with(&["--help"], &[]) else {
        panic!("help was asked for")
    };
    assert!(!text.contains("open-sesame"), "{text}");
}
