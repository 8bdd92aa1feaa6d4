//! Where things lie: the checkout, the stack's folder in it, and the folder PostgreSQL can reach.

use std::fs;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use ring::digest;

use crate::error::{IoContext, Result};

/// The user a server runs as when the stack itself runs as root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User {
    /// Numeric user.
    pub uid: u32,
    /// Numeric group.
    pub gid: u32,
}

/// Names the folder of the checkout this crate was built from.
pub fn checkout() -> &'static Path {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    crates
        .and_then(Path::parent)
        .expect("this crate lies two folders below the checkout")
}

/// Names the stack's own folder, `.stack` in the checkout.
pub fn folder() -> PathBuf {
    checkout().join(".stack")
}

/// Finds who PostgreSQL runs as: `nobody` when the stack is root, otherwise nobody else.
pub fn server_user() -> Option<User> {
    rustix::process::geteuid().is_root().then(|| {
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        nobody(&passwd)
    })
}

fn nobody(passwd: &str) -> User {
    let fallback = User {
        uid: 65534,
        gid: 65534,
    };
    let line = passwd.lines().find(|line| line.starts_with("nobody:"));
    let mut fields = line.unwrap_or_default().split(':').skip(2);
    match (fields.next().map(str::parse), fields.next().map(str::parse)) {
        (Some(Ok(uid)), Some(Ok(gid))) => User { uid, gid },
        _ => fallback,
    }
}

/// Names the folder below which PostgreSQL's programs and data may lie.
///
/// That is `wanted`, unless the stack is root and the unprivileged user cannot walk there; then it is
/// `/var/lib/anmeldewerk-<hash of the path>`.
pub fn reachable(wanted: &Path) -> PathBuf {
    if server_user().is_none() || walkable(wanted) {
        return wanted.to_owned();
    }
    let hash = digest::digest(&digest::SHA256, wanted.as_os_str().as_encoded_bytes());
    let name = data_encoding::HEXLOWER.encode(&hash.as_ref()[..8]);
    Path::new("/var/lib").join(format!("anmeldewerk-{name}"))
}

/// True where every folder on the way that exists lets others through.
fn walkable(path: &Path) -> bool {
    path.ancestors()
        .filter_map(|folder| fs::metadata(folder).ok())
        .all(|found| found.permissions().mode() & 0o001 != 0)
}

/// Makes a folder that everybody can walk through, whatever the umask says.
pub(crate) fn make_open(path: &Path) -> Result<()> {
    for folder in missing(path) {
        make(&folder, 0o755)?;
    }
    Ok(())
}

fn missing(path: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = path
        .ancestors()
        .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
        .map(Path::to_owned)
        .collect();
    folders.reverse();
    folders
}

/// Makes a folder only its owner can enter, owned by `user` where one is given.
pub(crate) fn make_private(path: &Path, user: Option<User>) -> Result<()> {
    make(path, 0o700)?;
    give(path, user)
}

/// Gives a file or folder to `user`, where there is one to give it to.
pub(crate) fn give(path: &Path, user: Option<User>) -> Result<()> {
    let Some(user) = user else { return Ok(()) };
    chown(path, Some(user.uid), Some(user.gid))
        .doing(|| format!("give {} to the servers' user", path.display()))
}

fn make(path: &Path, mode: u32) -> Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(path)
        .and_then(|()| fs::set_permissions(path, fs::Permissions::from_mode(mode)))
        .doing(|| format!("make the folder {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checkout_holds_the_workspace() {
        assert!(checkout().join("Cargo.toml").is_file());
        assert!(checkout().join("crates/stack").is_dir());
    }

    #[test]
    fn nobody_is_read_from_the_password_file() {
        let passwd = "root:x:0:0::/:/bin/sh\nnobody:x:99:98::/:/bin/false\n";
        assert_eq!(nobody(passwd), User { uid: 99, gid: 98 });
        assert_eq!(nobody("").uid, 65534);
    }

    #[test]
    fn a_folder_below_a_closed_one_cannot_be_walked_to() {
        let base = folder()
            .join("test")
            .join(format!("walk-{}", std::process::id()));
        let inner = base.join("closed/inner");
        make_open(&inner).expect("folders can be made in the checkout");
        assert!(walkable(&inner) == walkable(&base));
        make_private(&base.join("closed"), None).expect("the mode can be set");
        assert!(!walkable(&inner));
        fs::remove_dir_all(&base).expect("the folder is ours");
    }
}
