//! Limits on request values that several calls share, beyond those of [`payments_core::check`]. Where the documents give
//! no limit, the one here is `assumed`.

use payments_core::{InvalidRequest, MerchantRef, Timestamp, check};

/// Characters of a chain's name (`assumed`).
pub(crate) const CHAIN: usize = 64;

/// Characters of the merchant's reference of an order or a user, at least and at most.
const REFERENCE: (usize, usize) = (3, 64);

/// Characters of `product`.
pub(crate) const PRODUCT: usize = 120;

/// Characters of a URL.
pub(crate) const URL: usize = 150;

/// Characters of an e-mail address.
pub(crate) const EMAIL: usize = 120;

/// Characters of an address (`assumed`).
pub(crate) const ADDRESS: usize = 256;

/// Characters of a memo or tag (`assumed`).
pub(crate) const MEMO: usize = 256;

/// Characters of an id that the gateway made (`assumed`; the documents show up to 33).
pub(crate) const ID: usize = 128;

/// A reference of 3 to 64 characters. Its longest is the maximum of [`MerchantRef`], too.
pub(crate) fn reference(
    field: &'static str,
    reference: &MerchantRef,
) -> Result<(), InvalidRequest> {
    let any = |_| true;
    check::matches(
        field,
        reference.as_str(),
        REFERENCE,
        any,
        "3 to 64 characters",
    )
}

/// The id of a coin or a fiat currency.
pub(crate) fn id(field: &'static str, id: u64) -> Result<(), InvalidRequest> {
    if id == 0 {
        return Err(InvalidRequest::request(field, "is zero").allowed("1 and more"));
    }
    Ok(())
}

/// A list of up to `most` entries, without one twice.
pub(crate) fn list<T: Ord>(
    field: &'static str,
    entries: &[T],
    most: usize,
) -> Result<(), InvalidRequest> {
    let problem = if entries.len() > most {
        "has too many entries"
    } else {
        let mut sorted: Vec<&T> = entries.iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.len() == entries.len() {
            return Ok(());
        }
        "has an entry twice"
    };
    Err(InvalidRequest::request(field, problem).allowed(format!("up to {most} different entries")))
}

/// A range of times, each end of which may be open. The gateway refuses ranges that are too long.
pub(crate) fn range(
    field: &'static str,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
) -> Result<(), InvalidRequest> {
    match (start, end) {
        (Some(start), Some(end)) if end <= start => Err(InvalidRequest::request(
            field,
            "is not after the start of the range",
        )),
        _ => Ok(()),
    }
}

/// Whether two addresses are the same. The gateway returns EVM addresses in another case than it received them.
pub(crate) fn is_same_address(one: &str, other: &str) -> bool {
    if one.starts_with("0x") || one.starts_with("0X") {
        one.eq_ignore_ascii_case(other)
    } else {
        one == other
    }
}

/// The merchant's id of a user, which is confidential.
pub(crate) fn user(field: &'static str, id: &str) -> Result<(), InvalidRequest> {
    let any = |_| true;
    check::matches(field, id, REFERENCE, any, "3 to 64 characters")?;
    check::text(field, id, REFERENCE.1)
}

pub(crate) fn optional_id(field: &'static str, value: Option<u64>) -> Result<(), InvalidRequest> {
    value.map_or(Ok(()), |value| id(field, value))
}

pub(crate) fn optional_chain(chain: Option<&str>) -> Result<(), InvalidRequest> {
    chain.map_or(Ok(()), |chain| check::text("chain", chain, CHAIN))
}

/// A `nextId` of the gateway.
pub(crate) fn cursor(cursor: Option<&str>) -> Result<(), InvalidRequest> {
    cursor.map_or(Ok(()), |cursor| check::text("cursor", cursor, ID))
}

/// The rows of one request of a batch.
pub(crate) const ROWS: usize = 500;

/// The numbers of the rows of one request of a batch: from 1, each once, at least `least` of them.
pub(crate) fn rows(numbers: impl Iterator<Item = u64>, least: usize) -> Result<(), InvalidRequest> {
    let numbers: Vec<u64> = numbers.collect();
    if numbers.len() < least {
        return Err(InvalidRequest::request("rows", "is empty").allowed("1 to 500"));
    }
    if numbers.contains(&0) {
        return Err(InvalidRequest::request("seq", "is zero").allowed("1 and more"));
    }
    list("seq", &numbers, ROWS)
}

/// The records of a page.
pub(crate) fn per_page(limit: Option<u64>) -> Result<(), InvalidRequest> {
    if limit.is_some_and(|limit| !(1..=100).contains(&limit)) {
        return Err(InvalidRequest::request("limit", "is out of range").allowed("1 to 100"));
    }
    Ok(())
}

pub(crate) fn optional_reference(
    field: &'static str,
    value: Option<&MerchantRef>,
) -> Result<(), InvalidRequest> {
    value.map_or(Ok(()), |value| reference(field, value))
}
