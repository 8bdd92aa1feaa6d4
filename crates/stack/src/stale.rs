//! What an earlier run left running.
//!
//! Children die with the thread that started them, so there is usually nothing. What slipped through (killed
//! between two system calls) is found by its `*.pid` file: process number, start time and boot, so that a number
//! that was given to somebody else meanwhile is never touched.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::error::{IoContext, Result};
use crate::wait::until_holds;

const PATIENCE: Duration = Duration::from_secs(10);

/// Names one process for ever: a number, when it was started and in which boot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pid: Pid,
    started: u64,
    boot: String,
}

impl Identity {
    /// Reads who has this number now.
    pub(crate) fn of(pid: Pid) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        Some(Self {
            pid,
            started: started(&stat)?,
            boot: boot()?,
        })
    }

    fn parse(line: &str) -> Option<Self> {
        let mut fields = line.split_whitespace();
        let identity = Self {
            pid: Pid::from_raw(fields.next()?.parse().ok()?)?,
            started: fields.next()?.parse().ok()?,
            boot: fields.next()?.to_owned(),
        };
        Some(identity)
    }

    pub(crate) fn line(&self) -> String {
        format!("{} {} {}\n", self.pid, self.started, self.boot)
    }

    fn is_alive(&self) -> bool {
        Self::of(self.pid).as_ref() == Some(self) && !is_zombie(self.pid)
    }
}

/// Field 22 of `/proc/<pid>/stat`; the second one is in brackets and may hold anything.
fn started(stat: &str) -> Option<u64> {
    let (_, rest) = stat.rsplit_once(')')?;
    rest.split_whitespace().nth(19)?.parse().ok()
}

fn boot() -> Option<String> {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(boot.trim().to_owned())
}

fn is_zombie(pid: Pid) -> bool {
    matches!(
        situation(Path::new(&format!("/proc/{pid}"))),
        Some(b'Z' | b'X')
    )
}

/// Waits until every thread of a process that was told to stop has done so, which takes a moment.
pub(crate) fn wait_paused(pid: Pid) {
    let tasks = PathBuf::from(format!("/proc/{pid}/task"));
    let is_paused = |task: &PathBuf| !matches!(situation(task), Some(b'R' | b'S' | b'D'));
    until_holds(PATIENCE, || entries(&tasks).iter().all(is_paused));
}

/// The third field of `stat`: running, sleeping, stopped, …
fn situation(process: &Path) -> Option<u8> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.bytes().next()
}

/// Ends every process that a `*.pid` file in this folder or one below it names, and removes those files.
///
/// Only call it while holding the lock that says the folder is nobody else's.
pub fn end_below(folder: &Path) -> Result<()> {
    for file in pid_files(folder) {
        let text = fs::read_to_string(&file).unwrap_or_default();
        if let Some(identity) = Identity::parse(&text) {
            end(&identity)?;
            fs::remove_file(&file).doing(|| format!("remove {}", file.display()))?;
        }
    }
    Ok(())
}

fn pid_files(folder: &Path) -> Vec<PathBuf> {
    let (folders, files): (Vec<_>, Vec<_>) =
        entries(folder).into_iter().partition(|path| path.is_dir());
    let below = folders.iter().flat_map(|folder| entries(folder));
    files
        .into_iter()
        .chain(below)
        .filter(|path| path.extension().is_some_and(|found| found == "pid"))
        .collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(folder).into_iter().flatten();
    found.filter_map(|entry| Some(entry.ok()?.path())).collect()
}

/// Softly first (PostgreSQL takes an interrupt for a fast shutdown), then hard.
fn end(identity: &Identity) -> Result<()> {
    for signal in [Signal::INT, Signal::KILL] {
        if !identity.is_alive() {
            return Ok(());
        }
        kill_process(identity.pid, signal).doing(|| format!("end process {}", identity.pid))?;
        // A process that was paused hears nothing before this.
        let _ = kill_process(identity.pid, Signal::CONT);
        until_holds(PATIENCE, || !identity.is_alive());
    }
    Ok(())
}

/// Waits until no process works in this folder, as the backends of a killed PostgreSQL still do for a moment.
///
/// Returns the processes that are still there after the patience has run out.
pub(crate) fn wait_unused(folder: &Path, patience: Duration) -> Vec<Pid> {
    until_holds(patience, || working_in(folder).is_empty());
    working_in(folder)
}

/// Lists the processes whose working folder this is.
pub(crate) fn working_in(folder: &Path) -> Vec<Pid> {
    entries(Path::new("/proc"))
        .into_iter()
        .filter(|process| fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == folder))
        .filter_map(|process| Pid::from_raw(process.file_name()?.to_str()?.parse().ok()?))
        .filter(|pid| !is_zombie(*pid))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::folder::Folder;

    #[test]
    fn a_process_named_by_a_pid_file_is_ended() {
        let folder = Folder::new("stale").expect("a test folder can be made");
        let mut child = Command::new("sleep")
            .arg("60")
            .spawn()
            .expect("sleep is there");
        let pid = Pid::from_child(&child);
        let identity = Identity::of(pid).expect("it runs");
        let file = folder.join("sleep.pid");
        fs::write(&file, identity.line()).expect("the folder is ours");
        end_below(folder.path()).expect("it is our child");
        assert!(!child.wait().expect("it is our child").success());
        assert!(!file.exists());
    }

    #[test]
    fn a_number_that_was_given_to_another_process_is_left_alone() {
        let folder = Folder::new("stale").expect("a test folder can be made");
        let mut child = Command::new("sleep")
            .arg("60")
            .spawn()
            .expect("sleep is there");
        let mut identity = Identity::of(Pid::from_child(&child)).expect("it runs");
        identity.started -= 1;
        let file = folder.join("sleep.pid");
        fs::write(&file, identity.line()).expect("the folder is ours");
        end_below(folder.path()).expect("there is nothing to end");
        assert_eq!(child.try_wait().expect("it is our child"), None);
        assert!(!file.exists());
        child
            .kill()
            .and_then(|()| child.wait())
            .expect("it is our child");
    }

    #[test]
    fn a_start_time_is_found_behind_an_odd_name() {
        let stat = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 424242 9 9";
        assert_eq!(started(stat), Some(424_242));
    }
}
