//! What simulated days are made of.
//!
//! A day is made from a seed. One thread runs it, every wait is simulated, and whatever happens by chance is drawn from the seed,
//! so the same seed takes the same course. `payments-store` simulates days with a fake provider, `proofs/` with the sandbox.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a panic fails the test"
)]

mod chance;
mod clock;
mod course;
mod database;
mod journal;
mod life;
mod panics;
mod seeds;
mod totals;
mod violation;

pub use chance::Chance;
pub use clock::{START, SimulatedClock};
pub use course::{Course, run_day};
pub use database::{Database, Faults};
pub use journal::Journal;
pub use life::Life;
pub use seeds::of_seeds;
pub use totals::Totals;
pub use violation::Violation;
