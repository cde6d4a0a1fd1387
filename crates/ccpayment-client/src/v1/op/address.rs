//! `payment/address/get`: a customer's own address for deposits.

use payments_core::{
    Effect, Fault, InvalidRequest, Operation, RawAnswer, check, debug_masked, wire,
};
use payments_core::{SensitiveString, redact};
use serde::{Deserialize, Serialize};

use super::unset;
use crate::v1::protocol::wiring::Wired;
use crate::v1::protocol::{Answer, keeps_raw};
use crate::v1::rules;

/// Assigns a customer a permanent address on a chain, or gives the one assigned before: `POST payment/address/get`,
/// "Get permanent deposit address for users".
///
/// **Effect: keyed** by customer and chain: the page says that there is one address for each pair, so the same call gives
/// the same address. The first call for a pair makes it, and takes one of the 1,000 that an App ID has; the code beyond that
/// is not published.
///
/// ```
/// use ccpayment_client::v1::AssignAddress;
///
/// let request = AssignAddress::new("customer-7", "TRX").notify_url("https://shop.example/webhooks/ccpayment");
/// # let _ = request;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an address is assigned by `Client::deposit_address`"]
pub struct AssignAddress {
    user_id: String,
    chain: String,
    notify_url: SensitiveString,
}

impl AssignAddress {
    /// The address of `user_id`, 3 to 64 characters in the merchant's system, on `chain`: `TRX`, `ETH`, `BSC`, `POLYGON`
    /// and others, passed on as it is.
    pub fn new(user_id: impl Into<String>, chain: impl Into<String>) -> Self {
        Self {
            user_id: user_id.into(),
            chain: chain.into(),
            notify_url: SensitiveString::default(),
        }
    }

    /// Where the webhooks of this address go, up to 2,048 characters (`assumed`). Without it the gateway uses the URL
    /// set for the account.
    pub fn notify_url(mut self, url: impl Into<String>) -> Self {
        self.notify_url = SensitiveString::from(url);
        self
    }
}

impl Operation for AssignAddress {
    type Output = DepositAddress;
    const NAME: &'static str = "deposit_address";
    const EFFECT: Effect = Effect::Keyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        rules::between("user_id", &self.user_id, 3, 64)?;
        check::text("chain", &self.chain, rules::ID)?;
        check::optional_url("notify_url", &self.notify_url, rules::URL)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    user_id: &'a str,
    chain: &'a str,
    #[serde(skip_serializing_if = "unset")]
    notify_url: &'a str,
}

impl Wired for AssignAddress {
    const PATH: &'static str = "payment/address/get";

    fn body(&self) -> impl Serialize {
        Body {
            user_id: &self.user_id,
            chain: &self.chain,
            notify_url: &self.notify_url,
        }
    }

    fn read(&self, answer: Answer<'_>) -> Result<DepositAddress, Fault> {
        let Told { address, memo } = answer.data()?;
        Ok(answer.keep(DepositAddress {
            address,
            memo,
            raw: None,
        }))
    }

    fn redact(&self, said: String) -> String {
        redact::without(&said, &self.notify_url)
    }
}

#[derive(Deserialize)]
struct Told {
    #[serde(deserialize_with = "super::present_text")]
    address: String,
    #[serde(default, deserialize_with = "wire::optional_text")]
    memo: Option<String>,
}

/// What `payment/address/get` answers.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct DepositAddress {
    /// The address to pay to, at any time.
    pub address: String,
    /// The memo or tag. Where there is one, a payment without it is lost: show it.
    pub memo: Option<String>,
    raw: Option<RawAnswer>,
}

keeps_raw!(DepositAddress);

debug_masked!(DepositAddress shows raw; masks memo; hides address);
