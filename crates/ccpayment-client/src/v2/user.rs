//! Users of the user wallet system, whose ids are confidential.

use payments_core::wire::Optional;
use payments_core::{Answer, Fault, InvalidRequest, SensitiveString, check};
use serde::Deserialize;

/// Characters of an id, at least and at most.
const LENGTH: (usize, usize) = (5, 64);

/// The merchant's id of a user. The merchant is the user whose id is the app id.
pub(crate) fn check(field: &'static str, id: &SensitiveString) -> Result<(), InvalidRequest> {
    let any = |_| true;
    check::matches(field, id, LENGTH, any, "5 to 64 characters")?;
    check::text(field, id, LENGTH.1)?;
    if id.expose().starts_with("sys") {
        return Err(
            InvalidRequest::request(field, "begins with sys").allowed("any other beginning")
        );
    }
    Ok(())
}

/// Refuses an answer that names another user: it is one to another request.
pub(crate) fn expect(
    field: &'static str,
    asked: &SensitiveString,
    found: Option<&str>,
) -> Result<(), Fault> {
    match found {
        Some(found) if found != asked.expose() => Err(Fault::foreign(field)),
        _ => Ok(()),
    }
}

/// Refuses a record of a call that names another user than the call: it was not made as asked.
pub(crate) fn expect_same(
    field: &'static str,
    asked: &SensitiveString,
    found: Option<&str>,
) -> Result<(), Fault> {
    match found {
        Some(found) if found != asked.expose() => Err(Fault::mismatch(field)),
        _ => Ok(()),
    }
}

/// Compares the `userId` beside the balances of an answer.
pub(crate) fn expect_owner(answer: &Answer<'_>, asked: &SensitiveString) -> Result<(), Fault> {
    #[serde_with::serde_as]
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Owner {
        #[serde(default)]
        #[serde_as(as = "Optional")]
        user_id: Option<String>,
    }

    let owner: Owner = answer.data()?;
    expect("userId", asked, owner.user_id.as_deref())
}
