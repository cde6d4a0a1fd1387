//! The checks against published addresses, and against mistakes in them.

mod mistakes;
mod vectors;
