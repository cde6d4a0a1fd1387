//! `payment/address/get`: a customer's permanent deposit address.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{NonEmpty, Optional};
use payments_core::{
    Answer, Effect, Fault, InvalidRequest, Operation, RawAnswer, SensitiveString, Timestamp, check,
    debug_masked, keeps_raw,
};
use serde::{Deserialize, Serialize};

use crate::v1::limits;
use crate::v1::protocol::{Account, Call};

/// Assigns a customer a permanent address on a chain, or returns the one assigned before: `POST payment/address/get`,
/// "Get permanent deposit address for users".
///
/// **Effect: keyed** by customer and chain: by the page there is one address for each pair, so the same call returns the
/// same address. The first call for a pair creates it and uses one of the 1,000 addresses of an App ID; the code beyond
/// that limit is not published.
///
/// ```
/// use ccpayment_client::v1::AssignAddress;
///
/// let request = AssignAddress::new("customer-7", "TRX").notify_url("https://shop.example/webhooks/ccpayment");
/// # let _ = request;
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use = "an address is assigned by `Client::deposit_address`"]
pub struct AssignAddress {
    user_id: String,
    chain: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    notify_url: SensitiveString,
}

impl AssignAddress {
    /// The address of `user_id`, 3 to 64 characters in the merchant's system, on `chain`: `TRX`, `ETH`, `BSC`, `POLYGON`
    /// and others, sent unchanged.
    pub fn new(user_id: impl Into<String>, chain: impl Into<String>) -> Self {
        Self {
            user_id: user_id.into(),
            chain: chain.into(),
            notify_url: SensitiveString::default(),
        }
    }

    /// Where the webhooks of this address are sent, up to 2,048 characters (`assumed`). Default: the account's URL.
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
        let allowed = |invalid: InvalidRequest| invalid.allowed("3 to 64 characters");
        let user_id = check::text("user_id", &self.user_id, 64);
        let user_id = user_id.and_then(|()| match self.user_id.chars().count() < 3 {
            true => Err(InvalidRequest::request("user_id", "is too short")),
            false => Ok(()),
        });
        InvalidRequest::all([
            user_id.map_err(allowed),
            check::text("chain", &self.chain, limits::ID),
            check::optional_url("notify_url", &self.notify_url, limits::URL),
        ])
    }
}

impl Call for AssignAddress {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("payment/address/get", self, now)
    }

    fn decode(&self, answer: Answer<'_>) -> Result<DepositAddress, Fault> {
        let address = answer.data()?;
        Ok(answer.keep(address))
    }
}

/// The answer to `payment/address/get`.
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct DepositAddress {
    /// The address, valid permanently.
    #[serde_as(as = "NonEmpty")]
    pub address: String,
    /// The memo or tag. If it is set, show it: a payment without it is lost.
    #[serde_as(as = "Optional")]
    pub memo: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(DepositAddress);

debug_masked!(DepositAddress shows raw; masks memo; hides address);
