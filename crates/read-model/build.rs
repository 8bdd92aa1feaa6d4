//! Makes Cargo notice a new migration of the registry; the macro that embeds them only watches the old ones.

fn main() {
    println!("cargo:rerun-if-changed=registry");
}
