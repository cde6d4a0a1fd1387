//! Writes the corpus of every target where `cargo fuzz` looks for it: `cargo run -p payments-fuzz-targets --example seeds`.
#![allow(clippy::unwrap_used)] // a failure ends the program

use std::path::Path;

use payments_fuzz_targets::TARGETS;

fn main() {
    for target in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus");
        let folder = folder.join(target.name);
        std::fs::create_dir_all(&folder).unwrap();
        for (number, input) in (target.corpus)().iter().enumerate() {
            std::fs::write(folder.join(format!("recorded-{number:03}")), input).unwrap();
        }
    }
}
