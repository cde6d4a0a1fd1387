//! Checks that several calls share, beyond those of [`payments_core::check`], and the caps where documents give none.

use payments_core::{InvalidRequest, check};

/// Ids, names of chains and coins: the documents show up to 36 characters.
pub(crate) const ID: usize = 64;

/// Notes and names of the merchant's.
pub(crate) const NOTE: usize = 512;

/// URLs.
pub(crate) const URL: usize = 2048;

/// Where coins go: an invoice of the Lightning network has several hundred characters.
pub(crate) const ADDRESS: usize = 2048;

/// A memo or tag.
pub(crate) const MEMO: usize = 256;

/// As [`check::text`], of `min` to `max` characters.
pub(crate) fn between(
    field: &'static str,
    text: &str,
    min: usize,
    max: usize,
) -> Result<(), InvalidRequest> {
    check::text(field, text, max)?;
    if text.chars().count() < min {
        return Err(InvalidRequest::request(field, "is too short")
            .allowed(format!("{min} to {max} characters")));
    }
    Ok(())
}
