//! Random ids and hashes. With a seed, a run can be repeated.

use std::sync::{Mutex, PoisonError};

/// The random numbers of one sandbox.
pub(crate) struct Ids {
    /// Where the sequence began.
    first: u64,
    random: Mutex<fastrand::Rng>,
}

impl Ids {
    pub(crate) fn new(seed: Option<u64>) -> Self {
        let first = seed.unwrap_or_else(|| fastrand::Rng::new().u64(..));
        Self {
            first,
            random: Mutex::new(fastrand::Rng::with_seed(first)),
        }
    }

    /// Where the sequence began, and where it goes on.
    pub(crate) fn seeds(&self) -> (u64, u64) {
        (self.first, self.with(|random| random.get_seed()))
    }

    /// Goes on where another run ended.
    pub(crate) fn go_on(&self, seed: u64) {
        self.with(|random| random.seed(seed));
    }

    fn with<T>(&self, make: impl FnOnce(&mut fastrand::Rng) -> T) -> T {
        make(&mut self.random.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A number below `limit`.
    pub(crate) fn below(&self, limit: u32) -> u32 {
        self.with(|random| random.u32(..limit.max(1)))
    }

    fn text(&self, alphabet: &[u8], length: usize) -> String {
        self.with(|random| {
            (0..length)
                .filter_map(|_| random.choice(alphabet))
                .map(|&byte| char::from(byte))
                .collect()
        })
    }

    /// Lower-case hexadecimal digits.
    pub(crate) fn hex(&self, length: usize) -> String {
        self.text(b"0123456789abcdef", length)
    }

    /// Decimal digits.
    pub(crate) fn digits(&self, length: usize) -> String {
        self.text(b"0123456789", length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_gives_one_sequence() {
        let (one, two) = (Ids::new(Some(7)), Ids::new(Some(7)));
        assert_eq!(one.hex(64), two.hex(64));
        assert_ne!(one.hex(64), one.hex(64));
    }
}
