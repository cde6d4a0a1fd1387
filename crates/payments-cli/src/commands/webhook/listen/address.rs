//! Which account a path belongs to, and what is wrong with a path that belongs to none.

use std::sync::Arc;

use payments_facade::{Gateway, GatewayId};

use crate::commands::webhook::post::Post;

/// An account that webhooks are received for.
pub(crate) struct Account {
    pub(crate) gateway: Arc<dyn Gateway>,
    pub(crate) forward: Option<Post>,
}

impl Account {
    pub(crate) fn id(&self) -> &GatewayId {
        self.gateway.id()
    }
}

/// `/PROVIDER/ACCOUNT`, with or without a slash at the end. `/` belongs to the only account.
pub(super) fn find<'a>(accounts: &'a [Account], path: &str) -> Result<&'a Account, String> {
    let named = path.strip_prefix('/').unwrap_or(path);
    let named = named.strip_suffix('/').unwrap_or(named);
    match (named, accounts) {
        ("", [only]) => return Ok(only),
        ("", _) => return Err("the path names no account, and there are several".to_owned()),
        _ => {}
    }
    let id = |account: &'a Account| account.id().as_str();
    let mut all = accounts.iter();
    if let Some(account) = all.find(|account| id(account) == named) {
        return Ok(account);
    }
    Err(meant(accounts.iter().map(id), named).map_or_else(
        || "no account has this path".to_owned(),
        |id| format!("no account has this path; did you mean /{id}?"),
    ))
}

/// The account of a path with doubled slashes, in another case or with something before it.
fn meant<'a>(mut ids: impl Iterator<Item = &'a str>, named: &str) -> Option<&'a str> {
    let parts = named.split('/').filter(|part| !part.is_empty());
    let parts: Vec<String> = parts.map(str::to_lowercase).collect();
    let last: Vec<&str> = parts
        .iter()
        .rev()
        .take(2)
        .rev()
        .map(String::as_str)
        .collect();
    let wanted = last.join("/");
    ids.find(|id| id.eq_ignore_ascii_case(&wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_the_account_that_was_meant() {
        let ids = ["cpay/main", "ccpayment/main"];
        for path in [
            "/cpay/main",
            "webhooks/cpay/main",
            "CPAY/main",
            "cpay//main",
            "a/b/Cpay/Main",
        ] {
            assert_eq!(meant(ids.into_iter(), path), Some("cpay/main"), "{path}");
        }
        for path in ["", "main", "cpay", "cpay/other", "cpay/main/x"] {
            assert_eq!(meant(ids.into_iter(), path), None, "{path}");
        }
    }
}
