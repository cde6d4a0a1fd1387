//! How much happened.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

/// Counts by name, of one day or of many. Clones count together.
#[derive(Clone, Debug, Default)]
pub struct Totals(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl Totals {
    /// Counts one more of this name, which is a plural.
    pub fn count(&self, name: &'static str) {
        *self.0.lock().unwrap().entry(name).or_default() += 1;
    }

    /// Adds the counts of another day.
    pub fn add(&self, other: &Self) {
        let other = other.0.lock().unwrap().clone();
        let mut all = self.0.lock().unwrap();
        for (name, more) in other {
            *all.entry(name).or_default() += more;
        }
    }
}

/// A line for each.
impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (name, count)) in self.0.lock().unwrap().iter().enumerate() {
            let end_of_last = if index == 0 { "" } else { "\n" };
            write!(f, "{end_of_last}{count:>9} {name}")?;
        }
        Ok(())
    }
}
