//! Rows of lists that cannot be read.

use payments_store::{Listed, UnreadableRow};
use serde::Serialize;

use crate::output::counted;

/// One row, as JSON: `{"key","problem"}`.
#[derive(Serialize)]
pub(super) struct UnreadableView<'a> {
    key: &'a str,
    problem: &'a str,
}

pub(super) fn views<T>(all: &[Listed<T>]) -> Vec<UnreadableView<'_>> {
    rows(all)
        .map(|row| UnreadableView {
            key: &row.key,
            problem: &row.problem,
        })
        .collect()
}

pub(super) fn rows<T>(all: &[Listed<T>]) -> impl Iterator<Item = &UnreadableRow> {
    all.iter().filter_map(|one| one.as_ref().err())
}

pub(super) fn readable<T>(all: &[Listed<T>]) -> impl Iterator<Item = &T> {
    all.iter().filter_map(|one| one.as_ref().ok())
}

/// `3 events`, or `3 events, of which 1 cannot be read`.
pub(super) fn total<T>(all: &[Listed<T>], one: &str) -> String {
    let total = counted(all.len(), one);
    match rows(all).count() {
        0 => total,
        unreadable => format!("{total}, of which {unreadable} cannot be read"),
    }
}
