//! Lists of records: newest first, in pages that `nextId` continues.

use super::answer::Refusal;
use super::codes::Code;
use super::verify::Verified;

/// Records of a page.
const PAGE: usize = 20;
const DAY_S: u64 = 86_400;

/// The time of the records that are wanted, in seconds.
pub(super) struct Period {
    start: u64,
    end: u64,
}

impl Period {
    /// `startAt` and `endAt`: without them the last `days`, and never more (assumed: `startAt` alone means from then to now).
    pub(super) fn read(fields: &Verified, now_ms: u64, days: u64) -> Result<Self, Refusal> {
        let most = days * DAY_S;
        let end = fields.integer("endAt")?.unwrap_or(now_ms / 1_000);
        let start = fields.integer("startAt")?;
        let start = start.unwrap_or(end.saturating_sub(most));
        if end < start {
            return Err(Refusal::field("endAt", "is before startAt"));
        }
        if end - start > most {
            return Err(Refusal::new(
                Code::QueryDurationTooMax,
                format!("startAt and endAt are more than {days} days apart"),
            ));
        }
        Ok(Self { start, end })
    }

    pub(super) fn has(&self, at_ms: u64) -> bool {
        (self.start..=self.end).contains(&(at_ms / 1_000))
    }
}

/// A page of the records that fit, which come newest first, and the `nextId` of the page after it; empty at the end.
pub(super) fn page<'a, T>(
    fields: &Verified,
    longest: Option<usize>,
    fitting: impl Iterator<Item = &'a T>,
    cursor: impl Fn(&T) -> &str,
) -> Result<(Vec<&'a T>, String), Refusal> {
    let next_id = fields.optional("nextId", 64)?;
    let size = match longest {
        None => PAGE,
        Some(longest) => match fields.integer("limit")? {
            None => PAGE,
            Some(limit) => usize::try_from(limit)
                .ok()
                .filter(|limit| *limit <= longest)
                .ok_or_else(|| {
                    let why = format!("limit is more than {longest}");
                    Refusal::new(Code::QueryNumMax, why)
                })?,
        },
    };
    let all: Vec<&T> = fitting.collect();
    let start = if next_id.is_empty() {
        0
    } else {
        let last = all.iter().position(|row| cursor(row) == next_id);
        let unknown = || {
            Refusal::field(
                "nextId",
                "is of no record that these conditions select (assumed)",
            )
        };
        last.ok_or_else(unknown)? + 1
    };
    let rows: Vec<&T> = all.iter().skip(start).take(size).copied().collect();
    let more = all.len() > start + rows.len();
    let last = rows.last().filter(|_| more);
    let next = last.map(|row| cursor(row).to_owned());
    Ok((rows, next.unwrap_or_default()))
}
