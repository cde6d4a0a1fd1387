//! The page where the payer confirms an order. It is not a call: the browser goes there.

use std::fmt;

use payments_core::SensitiveString;
use payments_core::{InvalidRequest, ProviderRef, check};
use zeroize::Zeroizing;

use super::TOKEN;
use crate::Payer;
use crate::protocol::Account;

/// What the pay page is told: `GET /platform/pay.html`.
///
/// The page's URL is neither signed nor encrypted. It opens the order to whoever has it, and with a
/// [`token`](Self::token) more than that: send it to the payer's browser and nowhere else.
///
/// Source: specification, step 2.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the URL is made by `Client::pay_page_url`"]
pub struct PayPage {
    order_num: ProviderRef,
    payer: Payer,
    token: SensitiveString,
}

impl PayPage {
    /// The page of an order for its payer, who must be the one the order was made for.
    pub fn new(order_num: ProviderRef, payer: Payer) -> Self {
        Self {
            order_num,
            payer,
            token: SensitiveString::default(),
        }
    }

    /// The payer's token, up to 2,048 characters (`assumed`). It ends in the browser's history and in logs on the way;
    /// without it the payer logs in on the page (`assumed`).
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = SensitiveString::from(token);
        self
    }

    pub(crate) fn url(&self, account: &Account) -> Result<PayPageUrl, InvalidRequest> {
        self.payer.check()?;
        check::optional_text("token", &self.token, TOKEN)?;
        let query = [
            ("appKey", Some(account.app_id())),
            ("openId", self.payer.open_id()),
            ("userId", self.payer.user_id()),
            ("token", super::present(&self.token)),
            ("orderNum", Some(self.order_num.as_str())),
        ];
        // Room for every byte escaped: a text that moved would leave a token behind.
        let room: usize = query
            .iter()
            .map(|(name, value)| name.len() + 2 + 3 * value.map_or(0, str::len))
            .sum();
        let mut url = Zeroizing::new(String::with_capacity(
            account.base_url().len() + PAGE.len() + room,
        ));
        url.push_str(account.base_url());
        url.push_str(PAGE);
        let mut mark = '?';
        for (name, value) in query {
            let Some(value) = value else { continue };
            url.push(mark);
            url.push_str(name);
            url.push('=');
            escape(&mut url, value);
            mark = '&';
        }
        Ok(PayPageUrl(url))
    }
}

const PAGE: &str = "/platform/pay.html";

/// Appends `value` with everything but the unreserved characters of RFC 3986 escaped.
fn escape(url: &mut String, value: &str) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |nibble: u8| char::from(DIGITS.get(usize::from(nibble)).copied().unwrap_or(b'0'));
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            url.push(char::from(byte));
        } else {
            url.push('%');
            url.push(digit(byte >> 4));
            url.push(digit(byte & 15));
        }
    }
}

/// The URL of a pay page: for the payer's browser and for nobody else. Wiped when dropped; `Debug` shows nothing of it,
/// and there is no `Display`, so that it enters a log only on purpose.
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
