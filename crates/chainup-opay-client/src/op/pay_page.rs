//! The page where the payer confirms an order. It is not a call: the payer's browser opens it.

use std::fmt;

use payments_core::{InvalidRequest, ProviderRef, SensitiveString, check};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use zeroize::Zeroizing;

use crate::payer::{MAX_TOKEN, Payer};
use crate::protocol::Account;

const PATH: &str = "/platform/pay.html";

/// Everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The parameters of the pay page: `GET /platform/pay.html`.
///
/// The page's URL is neither signed nor encrypted. Whoever has it can open the order, and with a [`token`](Self::token)
/// more than that: send it to the payer's browser only.
///
/// Source: specification, step 2.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "pass it to `Client::pay_page_url`"]
pub struct PayPage {
    order_num: ProviderRef,
    payer: Payer,
    token: SensitiveString,
}

impl PayPage {
    /// The page of an order. `payer` must be the payer of the order.
    pub fn new(order_num: ProviderRef, payer: Payer) -> Self {
        Self {
            order_num,
            payer,
            token: SensitiveString::default(),
        }
    }

    /// The payer's token, up to 2,048 characters (`assumed`). It ends up in the browser's history and possibly in logs of
    /// proxies. Without it the payer logs in on the page (`assumed`).
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = SensitiveString::from(token);
        self
    }

    pub(crate) fn url(&self, account: &Account) -> Result<PayPageUrl, InvalidRequest> {
        self.payer.check()?;
        let token = self.token.expose();
        check::optional_text("token", token, MAX_TOKEN)?;
        let query = [
            ("appKey", account.config().app_id()),
            ("openId", self.payer.open_id().unwrap_or_default()),
            ("userId", self.payer.user_id().unwrap_or_default()),
            ("token", token),
            ("orderNum", self.order_num.as_str()),
        ];
        // Room for every byte escaped: a reallocation would leave a copy of the token in memory.
        let room: usize = query
            .iter()
            .map(|(name, value)| name.len() + 2 + 3 * value.len())
            .sum();
        let base_url = account.config().base_url();
        let mut url = Zeroizing::new(String::with_capacity(base_url.len() + PATH.len() + room));
        url.push_str(base_url);
        url.push_str(PATH);
        let mut separator = '?';
        for (name, value) in query.into_iter().filter(|(_, value)| !value.is_empty()) {
            url.push(separator);
            url.push_str(name);
            url.push('=');
            url.extend(utf8_percent_encode(value, RESERVED));
            separator = '&';
        }
        Ok(PayPageUrl(url))
    }
}

/// The URL of a pay page, for the payer's browser only. The memory is wiped when dropped, `Debug` hides the URL, and there
/// is no `Display`, so that it cannot enter a log by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct PayPageUrl(Zeroizing<String>);

impl PayPageUrl {
    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PayPageUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PayPageUrl(***)")
    }
}
