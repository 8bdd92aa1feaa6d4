//! The served document, put to the test by a tool that knows nothing else of us: schemathesis, from PyPI.
//!
//! It makes requests that the document allows and such that it does not, and compares the answers with the document.

use std::fs;
use std::path::Path;
use std::process::ExitStatus;

use tokio::process::Command;

use crate::command::test::Tally;
use crate::demo::{self, Story};
use crate::error::{IoContext, Result};
use crate::flow::{Flow, FlowOptions};
use crate::place;
use crate::token::{Bearer, Role};
use crate::tool::Tool;

pub(crate) const TOOL: Tool = Tool {
    name: "schemathesis",
    requirements: include_str!("../../schemathesis-requirements.txt"),
};
/// The settings, below the checkout.
const SETTINGS: &str = "crates/stack/schemathesis.toml";
/// What the tool is told of bodies that are text, below the checkout.
const HOOKS: &str = "crates/stack/schemathesis_hooks.py";

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
    let python = TOOL.installed()?;
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

#[cfg(test)]
mod tests {
    use super::*;

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
