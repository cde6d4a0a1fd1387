//! The C-Pay adapter.

mod faults;
mod orders;
mod sandbox;
