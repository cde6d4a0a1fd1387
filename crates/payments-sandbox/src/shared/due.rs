//! When something is due in the rows of a table, without a search through all of them.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

pub(crate) struct DueIndex<K> {
    times: BTreeSet<(u64, K)>,
    time_of: HashMap<K, u64>,
    /// Rows whose time may have changed.
    touched: Vec<K>,
}

impl<K> Default for DueIndex<K> {
    fn default() -> Self {
        Self {
            times: BTreeSet::new(),
            time_of: HashMap::new(),
            touched: Vec::new(),
        }
    }
}

impl<K: Copy + Ord + Hash> DueIndex<K> {
    /// The row was added, or may be changed.
    pub(crate) fn touch(&mut self, row: K) {
        if self.touched.last() != Some(&row) {
            self.touched.push(row);
        }
    }

    /// Reads the times of the rows that were touched.
    pub(crate) fn refresh(&mut self, due_ms: impl Fn(K) -> Option<u64>) {
        for row in std::mem::take(&mut self.touched) {
            if let Some(old) = self.time_of.remove(&row) {
                self.times.remove(&(old, row));
            }
            if let Some(new) = due_ms(row) {
                self.time_of.insert(row, new);
                self.times.insert((new, row));
            }
        }
    }

    pub(crate) fn first(&self) -> Option<u64> {
        self.times.first().map(|(due_ms, _)| *due_ms)
    }

    /// The rows that are due, earliest first.
    pub(crate) fn until(&self, now_ms: u64) -> impl Iterator<Item = K> {
        let due = self.times.iter();
        due.take_while(move |(due_ms, _)| *due_ms <= now_ms)
            .map(|(_, row)| *row)
    }
}

#[cfg(test)]
mod tests {
    use super::DueIndex;

    #[test]
    fn follows_rows_whose_time_changes() {
        let mut index = DueIndex::default();
        let mut times = [Some(30), None, Some(10), Some(30)];
        (0..times.len()).for_each(|row| index.touch(row));
        index.refresh(|row| times[row]);
        assert_eq!(index.first(), Some(10));
        assert_eq!(index.until(30).collect::<Vec<_>>(), [2, 0, 3]);

        times[2] = None;
        times[1] = Some(20);
        index.touch(1);
        index.touch(2);
        index.refresh(|row| times[row]);
        assert_eq!(index.first(), Some(20));
        assert_eq!(index.until(29).collect::<Vec<_>>(), [1]);
    }
}
