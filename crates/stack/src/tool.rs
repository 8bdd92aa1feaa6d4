//! Tools from PyPI, each in a virtual environment of its own beside the checkout.

use std::fs;
use std::path::{Path, PathBuf};

use ring::digest;

use crate::error::{Error, IoContext, Result};
use crate::fetch::{python, said_by};
use crate::lock::Lock;
use crate::place;

/// Stands in the folder once everything is in it.
const WHOLE: &str = "whole";

/// A tool, with all that it needs pinned by version and hash.
#[derive(Clone, Copy)]
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) requirements: &'static str,
}

impl Tool {
    /// Gives the Python that has the tool, installing it where it is not there yet.
    pub(crate) fn installed(self) -> Result<PathBuf> {
        let hash = digest::digest(&digest::SHA256, self.requirements.as_bytes());
        let version = data_encoding::HEXLOWER.encode(&hash.as_ref()[..8]);
        let base = place::folder().join(self.name);
        let folder = base.join(version);
        fs::create_dir_all(&base).doing(|| format!("make {}", base.display()))?;
        let _lock = Lock::wait(&base.join("lock"))?;
        if !folder.join(WHOLE).is_file() {
            self.install(&folder)?;
        }
        Ok(folder.join("bin/python"))
    }

    fn install(self, folder: &Path) -> Result<()> {
        eprintln!("Fetching {} (once) …", self.name);
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
        fs::write(&requirements, self.requirements)
            .doing(|| format!("write {}", requirements.display()))?;
        let doing = "install a tool from PyPI";
        let pip = folder.join("bin/python");
        let said = said_by(&pip, doing, |pip| {
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
}

#[cfg(test)]
mod tests {
    use crate::command::{fuzz, optimum};

    #[test]
    fn every_requirement_is_pinned_by_version_and_hash() {
        for (tool, least) in [(fuzz::TOOL, 20), (optimum::TOOL, 2)] {
            let lines = tool.requirements.lines();
            let lines = lines.filter(|line| !line.starts_with('#'));
            let (hashes, pinned): (Vec<&str>, Vec<&str>) =
                lines.partition(|line| line.starts_with(' '));
            assert!(
                pinned.len() >= least && hashes.len() > pinned.len(),
                "{}",
                tool.name
            );
            for line in pinned {
                assert!(line.contains("==") && line.ends_with('\\'), "{line}");
            }
            for line in hashes {
                assert!(line.trim().starts_with("--hash=sha256:"), "{line}");
            }
        }
    }
}
