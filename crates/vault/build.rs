//! Makes Cargo notice a new migration; the macro that embeds them only watches the old ones.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
