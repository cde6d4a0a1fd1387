//! Counts the rows of a statement's pages and decides when it is complete.
//!
//! It does no I/O, so every way in which a gateway can return a wrong statement is a unit test.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::BuildHasher;

use crate::op::merchant_billing_day::StatementRow;

/// Limits of one statement; exceeding them is an error.
#[derive(Clone, Copy)]
pub(super) struct Limits {
    pub(super) pages: u32,
    pub(super) rows: usize,
}

/// What to do after a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Page,
    End,
}

/// The pages read so far.
pub(super) struct Tally {
    rows_per_page: usize,
    /// Only if reading starts at page 1 can the number of rows be compared with the count.
    from_first_page: bool,
    limits: Limits,
    pages: u32,
    count: Option<u64>,
    /// For each order, the hash of its row by the hash of its id and type: 16 bytes, however long the row is. Two orders
    /// with equal hashes end in an error, not in a lost row.
    seen: HashMap<u64, u64>,
}

impl Tally {
    pub(super) fn new(rows_per_page: usize, from_first_page: bool, limits: Limits) -> Self {
        Self {
            rows_per_page,
            from_first_page,
            limits,
            pages: 0,
            count: None,
            seen: HashMap::new(),
        }
    }

    /// The latest count that a page contained.
    pub(super) fn count(&self) -> Option<u64> {
        self.count
    }

    /// The number of different orders.
    pub(super) fn rows(&self) -> usize {
        self.seen.len()
    }

    /// Adds the next page. Returns its new rows, and whether there is another page.
    ///
    /// # Errors
    /// Why the statement is inconsistent. The rows of this page must not be used then.
    pub(super) fn add(
        &mut self,
        rows: Vec<StatementRow>,
        count: Option<u64>,
    ) -> Result<(Vec<StatementRow>, Next), &'static str> {
        self.pages += 1;
        self.count = count.or(self.count);
        let received = rows.len();
        let mut new_rows = Vec::with_capacity(received);
        for row in rows {
            if self.is_new(&row)? {
                new_rows.push(row);
            }
        }
        let next = self.next(received, new_rows.len())?;
        Ok((new_rows, next))
    }

    fn is_new(&mut self, row: &StatementRow) -> Result<bool, &'static str> {
        let hasher = self.seen.hasher();
        let order = hasher.hash_one((&row.app_order_id, &row.order_type));
        let content = hasher.hash_one(row);
        match self.seen.entry(order) {
            Entry::Vacant(entry) => {
                entry.insert(content);
                Ok(true)
            }
            Entry::Occupied(entry) if *entry.get() == content => Ok(false),
            Entry::Occupied(_) => Err("two different rows of one order"),
        }
    }

    fn next(&self, received: usize, new: usize) -> Result<Next, &'static str> {
        let total = u64::try_from(self.seen.len()).unwrap_or(u64::MAX);
        match self.count.filter(|_| self.from_first_page) {
            Some(count) if total > count => return Err("more rows than counted"),
            Some(count) if total == count => {
                // The count may be that of a single full page: the next page shows whether it is.
                let may_be_of_page = received >= self.rows_per_page
                    && u64::try_from(received).is_ok_and(|received| count <= received);
                if new == 0 || !may_be_of_page {
                    return Ok(Next::End);
                }
            }
            Some(_) if received == 0 => return Err("fewer rows than counted"),
            None if received == 0 => return Ok(Next::End),
            // A page that is not full need not be the last: a gateway may return fewer rows than requested.
            Some(_) | None if new == 0 => return Err("a page that repeats earlier ones"),
            Some(_) | None => {}
        }
        if self.pages >= self.limits.pages {
            return Err("more pages than a day can have");
        }
        if self.seen.len() >= self.limits.rows {
            return Err("more rows than a day can have");
        }
        Ok(Next::Page)
    }
}

#[cfg(test)]
#[path = "tally_tests.rs"]
mod tests;
