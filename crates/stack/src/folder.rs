//! Folders of tests, removed with everything that still runs in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::{IoContext, Result};
use crate::lock::Lock;
use crate::{place, stale};

/// A folder of one test: below `.stack/test`, never used twice, removed when dropped.
///
/// A process that was killed leaves its folders behind; the next process that makes one ends what still runs in
/// them and removes them.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    lock_path: PathBuf,
    _lock: Lock,
}

impl Folder {
    /// Makes a folder whose name starts with `name`.
    pub fn new(name: &str) -> Result<Self> {
        Self::below(&place::folder().join("test"), name)
    }

    /// Makes a folder that PostgreSQL's user can reach.
    pub fn for_postgres(name: &str) -> Result<Self> {
        Self::below(&place::reachable(&place::folder()).join("test"), name)
    }

    fn below(base: &Path, name: &str) -> Result<Self> {
        place::make_open(base)?;
        sweep_once(base);
        loop {
            let own = base.join(unique(name));
            let lock_path = own.with_extension("lock");
            if let Some(lock) = Lock::try_take(&lock_path)? {
                place::make_open(&own)?;
                return Ok(Self {
                    path: own,
                    lock_path,
                    _lock: lock,
                });
            }
        }
    }

    /// Returns where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Names a folder inside, which need not exist.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed now is swept by the next process.
        let _ = remove(&self.path, &self.lock_path);
    }
}

fn unique(name: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{name}-{}-{count}", std::process::id())
}

fn sweep_once(base: &Path) {
    static SWEPT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());
    let mut swept = SWEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if swept.insert(base.to_owned()) {
        // A folder that cannot be swept disturbs nobody: names are never used twice.
        let _ = sweep(base);
    }
}

fn sweep(base: &Path) -> Result<()> {
    let entries = fs::read_dir(base).doing(|| format!("list {}", base.display()))?;
    let locks = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|found| found == "lock"));
    for lock_path in locks {
        if let Some(_lock) = Lock::try_take(&lock_path)? {
            let left = lock_path.with_extension("");
            stale::end_below(&left)?;
            remove(&left, &lock_path)?;
        }
    }
    Ok(())
}

fn remove(path: &Path, lock_path: &Path) -> Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).doing(|| format!("remove {}", path.display()))?;
    }
    fs::remove_file(lock_path).doing(|| format!("remove {}", lock_path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_gone_when_it_is_dropped() {
        let folder = Folder::new("folder").expect("a test folder can be made");
        let path = folder.path().to_owned();
        fs::write(folder.join("file"), "text").expect("the folder is ours");
        drop(folder);
        assert!(!path.exists());
        assert!(!path.with_extension("lock").exists());
    }

    #[test]
    fn what_a_killed_process_left_is_swept_and_what_a_living_one_uses_is_kept() {
        let outer = Folder::new("sweep").expect("a test folder can be made");
        let used = Folder::below(outer.path(), "used").expect("a folder can be made inside");
        let left = outer.join("left-1-0");
        fs::create_dir(&left).expect("the folder is ours");
        fs::write(left.with_extension("lock"), "").expect("the folder is ours");
        sweep(outer.path()).expect("all of it is ours");
        assert!(!left.exists());
        assert!(used.path().exists());
    }
}
