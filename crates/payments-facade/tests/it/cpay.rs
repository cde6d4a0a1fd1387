//! The C-Pay adapter.

mod faults;
mod hints;
mod orders;
mod sandbox;
