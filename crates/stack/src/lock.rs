//! Locks between processes: held by the kernel, so a killed holder leaves none behind.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use crate::error::{Error, IoContext, Result};

/// A lock on a file, held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock or says who has it.
    ///
    /// `who` is what others are told while it is held, e.g. `cargo stack up`.
    pub fn take(path: &Path, who: &str) -> Result<Self> {
        match Self::try_take(path)? {
            Some(mut lock) => {
                lock.describe(path, who)?;
                Ok(lock)
            }
            None => Err(Error::Held {
                folder: path.parent().unwrap_or(path).to_owned(),
                holder: holder(path),
            }),
        }
    }

    /// Takes the lock if nobody has it.
    pub fn try_take(path: &Path) -> Result<Option<Self>> {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self { file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => {
                Err(error).doing(|| format!("lock {}", path.display()))
            }
        }
    }

    /// Takes the lock, waiting for whoever has it.
    pub fn wait(path: &Path) -> Result<Self> {
        let file = open(path)?;
        file.lock()
            .doing(|| format!("wait for the lock {}", path.display()))?;
        Ok(Self { file })
    }

    fn describe(&mut self, path: &Path, who: &str) -> Result<()> {
        let line = format!("process {} ({who})\n", std::process::id());
        self.file
            .set_len(0)
            .and_then(|()| self.file.rewind())
            .and_then(|()| self.file.write_all(line.as_bytes()))
            .doing(|| format!("write {}", path.display()))
    }
}

fn open(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .doing(|| format!("open {}", path.display()))
}

fn holder(path: &Path) -> String {
    let mut text = String::new();
    let read = File::open(path).and_then(|mut file| file.read_to_string(&mut text));
    match read {
        Ok(_) if !text.trim().is_empty() => text.trim().to_owned(),
        _ => "another process".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::folder::Folder;

    #[test]
    fn a_second_taker_is_told_who_holds_the_lock() {
        let folder = Folder::new("lock").expect("a test folder can be made");
        let path = folder.path().join("lock");
        let first = Lock::take(&path, "cargo stack up").expect("nobody holds it");
        let refused = Lock::take(&path, "cargo stack up").expect_err("it is held");
        let line = refused.to_string();
        assert!(line.contains(&format!("process {} (cargo stack up)", std::process::id())));
        assert_eq!(line.lines().count(), 1);
        drop(first);
        Lock::take(&path, "cargo stack up").expect("it was given back");
    }

    #[test]
    fn a_lock_file_left_behind_holds_nobody_up() {
        let folder = Folder::new("lock").expect("a test folder can be made");
        let path = folder.path().join("lock");
        std::fs::write(&path, "process 1 (cargo stack up)\n").expect("the folder is ours");
        Lock::take(&path, "cargo stack up").expect("only the kernel's word counts");
    }
}
