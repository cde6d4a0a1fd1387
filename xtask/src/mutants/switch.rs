//! Which mutant is on in this process. `cargo xtask mutants` adds this file to a copy of the crate, with the number of mutants, `COUNT`.

use std::fs::OpenOptions;
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the environment asks for.
enum Mode {
    /// Nothing is changed.
    Original,
    /// Nothing is changed, and every mutant that is reached is appended to this file.
    Record(std::ffi::OsString),
    /// This mutant is on.
    Mutant(usize),
}

static MODE: OnceLock<Mode> = OnceLock::new();
static REACHED: [AtomicBool; COUNT] = [const { AtomicBool::new(false) }; COUNT];

fn mode() -> Mode {
    let mutant = std::env::var("MUTANT_ON").ok();
    match mutant.and_then(|number| number.parse().ok()) {
        Some(number) => Mode::Mutant(number),
        None => std::env::var_os("MUTANTS_REACHED").map_or(Mode::Original, Mode::Record),
    }
}

/// Whether the code does what this mutant does.
#[inline(never)]
pub(crate) fn on(number: usize) -> bool {
    match MODE.get_or_init(mode) {
        Mode::Original => false,
        Mode::Mutant(on) => *on == number,
        Mode::Record(file) => {
            if !REACHED[number].swap(true, Ordering::Relaxed) {
                let line = format!("{number}\n");
                let file = OpenOptions::new().append(true).create(true).open(file);
                // A mutant that is reached unseen would survive unseen, so the test has to fail.
                file.and_then(|mut file| file.write_all(line.as_bytes()))
                    .expect("what was reached is written down");
            }
            false
        }
    }
}
