//! The checks against published addresses, and against mistakes in them.

mod messages;
mod mistakes;
mod uris;
mod vectors;
