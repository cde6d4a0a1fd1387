//! What is to be written to a state file.

use std::collections::BTreeSet;

/// The keys of rows that were added, may have been changed or were removed since they were saved. Nothing is noted before
/// [`begin`](Self::begin): without a state file nothing would take it away, and a sandbox that runs for weeks would grow.
pub(crate) struct Unsaved<K>(Option<BTreeSet<K>>);

impl<K> Default for Unsaved<K> {
    fn default() -> Self {
        Self(None)
    }
}

impl<K: Ord> Unsaved<K> {
    /// There is a state file, and what was loaded is in it.
    pub(crate) fn begin(&mut self) {
        self.0 = Some(BTreeSet::new());
    }

    pub(crate) fn note(&mut self, key: K) {
        if let Some(keys) = &mut self.0 {
            keys.insert(key);
        }
    }

    /// Takes the keys for which this is true.
    pub(crate) fn take_if(&mut self, is_taken: impl Fn(&K) -> bool) -> BTreeSet<K> {
        let Some(keys) = &mut self.0 else {
            return BTreeSet::new();
        };
        let (taken, left) = std::mem::take(keys).into_iter().partition(is_taken);
        *keys = left;
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_nothing_without_a_state_file_and_gives_each_key_once() {
        let mut unsaved = Unsaved::default();
        unsaved.note(1);
        unsaved.begin();
        assert_eq!(unsaved.take_if(|_| true), BTreeSet::new());
        for key in [3, 2, 3, 4] {
            unsaved.note(key);
        }
        assert_eq!(unsaved.take_if(|key| *key != 3), BTreeSet::from([2, 4]));
        assert_eq!(unsaved.take_if(|_| true), BTreeSet::from([3]));
        assert_eq!(unsaved.take_if(|_| true), BTreeSet::new());
    }
}
