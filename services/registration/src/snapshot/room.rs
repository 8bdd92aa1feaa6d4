//! The folder's bound: those that were not used for long go first.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// How files of ours end; others in the folder are left alone.
pub(super) const ENDING: &str = "snapshot";

/// A folder and its bound.
#[derive(Clone, Debug)]
pub(super) struct Room {
    pub(super) folder: PathBuf,
    pub(super) most_bytes: u64,
}

struct Kept {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

/// Makes room for so many bytes more in `own`, at the cost of the others; says whether there is.
///
/// Nothing is removed in vain for a file that would be too large by itself.
pub(super) fn make(room: &Room, own: &Path, more: usize) -> io::Result<bool> {
    let (mut others, own) = kept(&room.folder)?
        .into_iter()
        .partition::<Vec<Kept>, _>(|file| file.path != own);
    let more = u64::try_from(more).unwrap_or(u64::MAX);
    let wanted = sum(&own).saturating_add(more);
    if wanted > room.most_bytes {
        return Ok(false);
    }
    let mut total = sum(&others).saturating_add(wanted);
    others.sort_by_key(|file| file.used);
    for file in others {
        if total <= room.most_bytes {
            break;
        }
        fs::remove_file(&file.path)?;
        metrics::counter!("snapshots_removed_for_room_total").increment(1);
        total = total.saturating_sub(file.bytes);
    }
    Ok(true)
}

fn sum(files: &[Kept]) -> u64 {
    files.iter().map(|file| file.bytes).sum()
}

fn kept(folder: &Path) -> io::Result<Vec<Kept>> {
    let mut kept = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == ENDING) {
            kept.extend(look_at(path));
        }
    }
    Ok(kept)
}

/// Looks at a file; one that is gone meanwhile takes no room.
fn look_at(path: PathBuf) -> Option<Kept> {
    let found = fs::metadata(&path).ok()?;
    Some(Kept {
        bytes: found.len(),
        used: found.modified().ok()?,
        path,
    })
}
