//! The served document, put to the test by a tool that knows nothing else of us: schemathesis, from PyPI.
//!
//! It makes requests that the document allows and such that it does not, and compares the answers with the document.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use ring::digest;
use tokio::process::Command;

use crate::command::test::Tally;
use crate::demo::{self, Story};
use crate::error::{Error, IoContext, Result};
use crate::fetch::python;
use crate::flow::{Flow, FlowOptions};
use crate::lock::Lock;
use crate::place;
use crate::token::{Bearer, Role};

const REQUIREMENTS: &str = include_str!("../../schemathesis-requirements.txt");
/// The settings, below the checkout.
const SETTINGS: &str = "crates/stack/schemathesis.toml";
/// What the tool is told of bodies that are text, below the checkout.
const HOOKS: &str = "crates/stack/schemathesis_hooks.py";
/// Stands in the folder once everything is in it.
const WHOLE: &str = "whole";

/// Who asks, and how: with what there is or with what is made up, by all that can be asked or by questions alone.
const CALLERS: [Caller; 4] = [
    Caller {
        name: "the host's office",
        bearer: Some(bearer(Some("mv"), &[Role::Coordinator])),
        knows: true,
        phases: "examples,coverage,stateful",
        only: None,
    },
    Caller {
        name: "an office that knows nothing",
        bearer: Some(bearer(Some("sh"), &[Role::Coordinator])),
        knows: false,
        phases: "fuzzing",
        only: None,
    },
    Caller {
        name: "an auditor",
        bearer: Some(bearer(None, &[Role::Auditor])),
        knows: true,
        phases: "examples,coverage",
        only: Some("GET"),
    },
    Caller {
        name: "nobody in particular",
        bearer: None,
        knows: true,
        phases: "examples,coverage",
        only: None,
    },
];

struct Caller {
    name: &'static str,
    bearer: Option<Bearer<'static>>,
    /// Whether ids of what there is are used.
    knows: bool,
    phases: &'static str,
    only: Option<&'static str>,
}

const fn bearer(program: Option<&'static str>, roles: &'static [Role]) -> Bearer<'static> {
    Bearer {
        program,
        roles,
        subject: "document",
    }
}

/// Starts a house with the demonstration in it and lets every caller ask; says for how many all was as documented.
pub(crate) async fn run() -> Result<Tally> {
    let python = installed()?;
    let flow = FlowOptions::default().own_postgres().start().await?;
    let story = demo::play(&flow.addresses(), flow.signer()).await?;
    let mut tally = Tally::default();
    for caller in &CALLERS {
        eprintln!("The document, put to the test by {} …", caller.name);
        if ask(&python, (&flow, &story), caller).await?.success() {
            tally.passed += 1;
        } else {
            tally.failed += 1;
        }
    }
    Ok(tally)
}

async fn ask(python: &Path, (flow, story): (&Flow, &Story), caller: &Caller) -> Result<ExitStatus> {
    let settings = settings(caller.knows.then_some(story))?;
    let file = flow.folder().join("schemathesis.toml");
    fs::write(&file, settings).doing(|| format!("write {}", file.display()))?;
    let mut command = Command::new(python);
    command
        .args(["-m", "schemathesis.cli", "--config-file"])
        .arg(file)
        .arg("run")
        .arg(format!("{}/openapi.json", flow.gateway_url()))
        .args(["--phases", caller.phases])
        .env("SCHEMATHESIS_HOOKS", place::checkout().join(HOOKS))
        .current_dir(flow.folder())
        .kill_on_drop(true);
    if let Some(only) = caller.only {
        command.args(["--include-method", only]);
    }
    if let Some(bearer) = &caller.bearer {
        let header = format!("Authorization: Bearer {}", flow.bearer(bearer));
        command.args(["--header", &header]);
    }
    command
        .status()
        .await
        .doing(|| "run schemathesis".to_owned())
}

/// Gives the settings, with what there is where the caller knows it.
fn settings(story: Option<&Story>) -> Result<String> {
    let file = place::checkout().join(SETTINGS);
    let settings = fs::read_to_string(&file).doing(|| format!("read {}", file.display()))?;
    // The last part of the settings names what parameters are.
    let known = story.map_or_else(String::new, |story| {
        let Story { coming, registered, .. } = story;
        format!("\"path.workshop\" = \"{coming}\"\n\"path.registration\" = \"{registered}\"\n\"path.topic\" = \"ehrenamt\"\n")
    });
    Ok(settings + &known)
}

/// Gives the Python that has the tool, installing it beside the checkout where it is not there yet.
fn installed() -> Result<PathBuf> {
    let hash = digest::digest(&digest::SHA256, REQUIREMENTS.as_bytes());
    let name = data_encoding::HEXLOWER.encode(&hash.as_ref()[..8]);
    let base = place::folder().join("schemathesis");
    let folder = base.join(name);
    fs::create_dir_all(&base).doing(|| format!("make {}", base.display()))?;
    let _lock = Lock::wait(&base.join("lock"))?;
    if !folder.join(WHOLE).is_file() {
        install(&folder)?;
    }
    Ok(folder.join("bin/python"))
}

fn install(folder: &Path) -> Result<()> {
    eprintln!("Fetching schemathesis (once) …");
    let failed = |doing, said: Option<String>| match said {
        None => Ok(()),
        Some(said) => Err(Error::Fetch { doing, said }),
    };
    let asked = python("look for venv", |python| {
        python.args(["-c", "import venv, ensurepip"])
    })?;
    if asked.is_some() {
        return Err(Error::Missing {
            program: "Python's venv",
            remedy: "install it (Debian: apt install python3-venv)",
        });
    }
    let doing = "make a virtual environment";
    let made = python(doing, |python| {
        python.args(["-m", "venv", "--clear"]).arg(folder)
    })?;
    failed(doing, made)?;
    let requirements = folder.join("requirements.txt");
    fs::write(&requirements, REQUIREMENTS).doing(|| format!("write {}", requirements.display()))?;
    let doing = "install schemathesis from PyPI";
    let pip = folder.join("bin/python");
    let said = crate::fetch::said_by(&pip, doing, |pip| {
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args(["--no-deps", "--require-hashes", "--only-binary", ":all:"])
        .arg("--requirement")
        .arg(&requirements)
    })?;
    failed(doing, said)?;
    let whole = folder.join(WHOLE);
    fs::write(&whole, "").doing(|| format!("write {}", whole.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_requirement_is_pinned_by_version_and_hash() {
        let lines = REQUIREMENTS.lines().filter(|line| !line.starts_with('#'));
        let (pinned, hashes): (Vec<&str>, Vec<&str>) =
            lines.partition(|line| !line.starts_with(' '));
        assert!(pinned.len() > 20 && hashes.len() > pinned.len());
        for line in pinned {
            assert!(line.contains("==") && line.ends_with('\\'), "{line}");
        }
    }

    #[test]
    fn the_settings_are_there() {
        let settings = fs::read_to_string(place::checkout().join(SETTINGS)).expect("the settings");
        assert!(settings.contains("seed = "), "the same requests every time");
        assert!(settings.contains("max-examples = "), "so many and no more");
        let (_, last) = settings.rsplit_once("\n[").expect("parts");
        assert!(
            last.starts_with("parameters]"),
            "what is known is added here"
        );
    }
}
