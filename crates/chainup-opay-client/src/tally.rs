//! What the pages of a statement add up to: pure, so that each way in which a gateway can fall short is a test.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasher;

use crate::StatementRow;

/// Limits of one statement: what is over them is an error.
#[derive(Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) pages: u32,
    pub(crate) rows: usize,
}

/// Whether there is more to fetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum More {
    Page,
    Nothing,
}

/// The pages so far.
pub(crate) struct Tally {
    rows_per_page: usize,
    /// Only of a day read from its first page on can be said whether all of it came.
    whole_day: bool,
    bounds: Bounds,
    pages: u32,
    count: Option<u64>,
    /// Of each order the hash of its row, under that of its id and type: 16 bytes, however long the row is. Should two
    /// orders meet under one hash, they are an error and not a row too few.
    seen: HashMap<u64, u64>,
}

impl Tally {
    pub(crate) fn new(rows_per_page: usize, whole_day: bool, bounds: Bounds) -> Self {
        Self {
            rows_per_page,
            whole_day,
            bounds,
            pages: 0,
            count: None,
            seen: HashMap::new(),
        }
    }

    /// The latest count that was told.
    pub(crate) fn count(&self) -> Option<u64> {
        self.count
    }

    /// How many different orders came.
    pub(crate) fn rows(&self) -> usize {
        self.seen.len()
    }

    /// Takes in the next page: its rows that had not come before, and whether to go on.
    ///
    /// # Errors
    /// What is wrong with the statement: it is not complete then, and none of these rows may be given out.
    pub(crate) fn take(
        &mut self,
        rows: Vec<StatementRow>,
        count: Option<u64>,
    ) -> Result<(Vec<StatementRow>, More), &'static str> {
        self.pages += 1;
        self.count = count.or(self.count);
        let given = rows.len();
        let mut fresh = Vec::with_capacity(given);
        for row in rows {
            if self.is_fresh(&row)? {
                fresh.push(row);
            }
        }
        let more = self.more(given, fresh.len())?;
        Ok((fresh, more))
    }

    fn is_fresh(&mut self, row: &StatementRow) -> Result<bool, &'static str> {
        let hasher = self.seen.hasher();
        let order = hasher.hash_one((&row.app_order_id, &row.order_type));
        let contents = hasher.hash_one(row);
        match self.seen.entry(order) {
            Entry::Vacant(entry) => {
                entry.insert(contents);
                Ok(true)
            }
            Entry::Occupied(entry) if *entry.get() == contents => Ok(false),
            Entry::Occupied(_) => Err("two different rows of one order"),
        }
    }

    fn more(&self, given: usize, fresh: usize) -> Result<More, &'static str> {
        let seen = u64::try_from(self.seen.len()).unwrap_or(u64::MAX);
        let counted = self.count.filter(|_| self.whole_day);
        match counted {
            Some(count) if seen > count => return Err("more rows than are counted"),
            Some(count) if seen == count => {
                // A count of this page alone would be the same number: the next page tells.
                let may_be_the_pages_own = given >= self.rows_per_page
                    && u64::try_from(given).is_ok_and(|given| count <= given);
                if fresh == 0 || !may_be_the_pages_own {
                    return Ok(More::Nothing);
                }
            }
            Some(_) if given == 0 => return Err("fewer rows than are counted"),
            None if given == 0 => return Ok(More::Nothing),
            // A page that is not full proves no end: the gateway may give fewer rows than it is asked for.
            Some(_) | None if fresh == 0 => return Err("a page that repeats the ones before it"),
            Some(_) | None => {}
        }
        if self.pages >= self.bounds.pages {
            return Err("more pages than a day can have");
        }
        if self.seen.len() >= self.bounds.rows {
            return Err("more rows than a day can have");
        }
        Ok(More::Page)
    }
}

#[cfg(test)]
#[path = "tally_tests.rs"]
mod tests;
