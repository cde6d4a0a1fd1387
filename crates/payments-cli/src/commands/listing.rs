//! What the lists of a database have in common: how long they are, and rows that cannot be read.

use clap::Args;
use payments_store::{Listed, UnreadableRow};
use serde::Serialize;

use crate::output::counted;

#[derive(Args, Debug)]
pub(super) struct Limit {
    /// How many rows to list at most
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, default_value = "100", value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

impl Limit {
    /// How many rows to read: one more than are listed shows that there are more.
    pub(super) fn rows_to_read(&self) -> u32 {
        self.limit.saturating_add(1)
    }

    pub(super) fn list<T>(&self, mut rows: Vec<Listed<T>>) -> List<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        List { rows, more }
    }
}

/// The rows that are listed.
pub(super) struct List<T> {
    pub(super) rows: Vec<Listed<T>>,
    /// Whether there are more.
    pub(super) more: bool,
}

/// One row, as JSON: `{"key","problem"}`.
#[derive(Serialize)]
pub(super) struct UnreadableView<'a> {
    key: &'a str,
    problem: &'a str,
}

impl<T> List<T> {
    pub(super) fn readable(&self) -> impl Iterator<Item = &T> {
        self.rows.iter().filter_map(|one| one.as_ref().ok())
    }

    fn unreadable(&self) -> impl Iterator<Item = &UnreadableRow> {
        self.rows.iter().filter_map(|one| one.as_ref().err())
    }

    pub(super) fn unreadable_views(&self) -> Vec<UnreadableView<'_>> {
        self.unreadable()
            .map(|row| UnreadableView {
                key: &row.key,
                problem: &row.problem,
            })
            .collect()
    }

    /// `3 events`, `3 events, of which 1 cannot be read`, or `100 events; more exist: raise --limit`.
    pub(super) fn total(&self, one: &str) -> String {
        let mut total = counted(self.rows.len(), one);
        let unreadable = self.unreadable().count();
        if unreadable > 0 {
            total.push_str(&format!(", of which {unreadable} cannot be read"));
        }
        if self.more {
            total.push_str("; more exist: raise --limit");
        }
        total
    }
}
