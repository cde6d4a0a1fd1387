//! The three URLs that most orders may carry.

use payments_core::{InvalidRequest, check};

/// Where the webhook goes and where the customer is sent; empty where the account's own settings hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Urls {
    pub(crate) callback: String,
    pub(crate) success: String,
    pub(crate) fail: String,
}

impl Urls {
    /// The specification takes up to 256 characters of each.
    pub(crate) fn check(&self) -> Result<(), InvalidRequest> {
        check::optional_url("callback_url", &self.callback, 256)?;
        check::optional_url("success_url", &self.success, 256)?;
        check::optional_url("fail_url", &self.fail, 256)
    }
}
