//! Decisions that a person is responsible for.

use payments_core::InvalidRequest;

/// Checks that a decision has a name and a reason: what is missing is one error.
pub(crate) fn check(by: &str, because: &str) -> Result<(), InvalidRequest> {
    let is_given = |field, value: &str| match value.trim().is_empty() {
        true => Err(InvalidRequest::request(field, "is empty")),
        false => Ok(()),
    };
    InvalidRequest::all([is_given("by", by), is_given("because", because)])
}
