//! Names the code by which history is read and folded, so that a snapshot made by other code is known.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// What a snapshot depends on, from this package's folder.
const FOLDERS: [&str; 3] = [
    "../../crates/domain/src",
    "../../crates/contract/src",
    "src/snapshot",
];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?);
    let mut hasher = Sha256::new();
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed={folder}");
        add(&mut hasher, &root.join(folder))?;
    }
    let code = HEXLOWER.encode(&hasher.finalize());
    println!("cargo::rustc-env=AW_HISTORY_CODE={code}");
    Ok(())
}

/// Adds every file below a folder in order of the names: name, length, content.
fn add(hasher: &mut Sha256, folder: &Path) -> io::Result<()> {
    let entries = fs::read_dir(folder)?.map(|entry| Ok(entry?.path()));
    let mut paths = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default();
        hasher.update(name.as_encoded_bytes());
        if path.is_dir() {
            hasher.update(b"/");
            add(hasher, &path)?;
        } else {
            let text = fs::read(&path)?;
            hasher.update(format!("\n{}\n", text.len()));
            hasher.update(text);
        }
    }
    Ok(())
}
