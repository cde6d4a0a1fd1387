//! `withdraw`: coins of the merchant's to somebody.

use payments_core::SensitiveString;
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer, check,
    wire,
};
use serde::{Deserialize, Serialize};

use super::{WithdrawalQuery, unset, without_all};
use crate::v1::protocol::wiring::Wired;
use crate::v1::protocol::{Answer, keeps_raw};
use crate::v1::{Fee, rules};

/// A withdrawal: `POST withdraw`, "Create a withdrawal order".
///
/// **Effect: unkeyed.** The documents want `merchant_order_id` to be unique and do not say what a second withdrawal under
/// the same one does, nor under which code it is refused. A withdrawal is never sent again by this library once a byte of
/// it may have left: an [`Outcome::Unknown`](payments_core::Outcome) is resolved by [`query`](Self::query), and never
/// by a withdrawal with a new id.
///
/// ```
/// use ccpayment_client::v1::Withdraw;
/// use payments_core::MerchantRef;
///
/// let withdrawal = Withdraw::new(
///     MerchantRef::new("withdrawal-1001")?, // stored before the call
///     "0912e09a-d8e2-41d7-a0bc-a25530892988",
///     "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw",
///     "4".parse()?,
/// )
/// .merchant_pays_fee(true);
/// let after_a_failure = withdrawal.query();
/// # let _ = after_a_failure;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a withdrawal is made by `Client::withdraw`"]
pub struct Withdraw {
    merchant_order_id: MerchantRef,
    token_id: String,
    address: SensitiveString,
    value: Amount,
    memo: SensitiveString,
    merchant_pays_fee: bool,
}

impl Withdraw {
    /// A withdrawal of `value` to `address`.
    ///
    /// - `merchant_order_id`: the merchant's own id of this withdrawal, unique. Keep it before the call.
    /// - `token_id`: the token that the address is of, from [`Client::coins`](crate::v1::Client::coins); to a Cwallet
    ///   user, any token of the coin. Coins sent over another network than the address belongs to are lost.
    /// - `address`: an address on the chain, a Cwallet id, the e-mail address of a Cwallet account, or an invoice for
    ///   Satoshi, which works once. Not checked here.
    /// - `value`: in units of the coin, more than zero. Its decimals and its least value are bounded by the coin's
    ///   `precision` and `min` (`assumed`); they are the gateway's to check.
    pub fn new(
        merchant_order_id: MerchantRef,
        token_id: impl Into<String>,
        address: impl Into<String>,
        value: Amount,
    ) -> Self {
        Self {
            merchant_order_id,
            token_id: token_id.into(),
            address: SensitiveString::from(address),
            value,
            memo: SensitiveString::default(),
            merchant_pays_fee: false,
        }
    }

    /// The memo or tag of the address, up to 256 characters (`assumed`). Sent as text: the table says integer, every
    /// client of the provider's sends text.
    pub fn memo(mut self, memo: impl Into<String>) -> Self {
        self.memo = SensitiveString::from(memo);
        self
    }

    /// Who pays the network's fee: the merchant, on top of the value, or the receiver, out of it (the default).
    pub const fn merchant_pays_fee(mut self, merchant_pays_fee: bool) -> Self {
        self.merchant_pays_fee = merchant_pays_fee;
        self
    }

    /// The question what became of this withdrawal, for when the call itself cannot tell. That it is not found is no proof
    /// that it was not made: the gateway may show it late.
    pub fn query(&self) -> WithdrawalQuery {
        WithdrawalQuery::one(self.merchant_order_id.clone())
    }
}

impl Operation for Withdraw {
    type Output = Withdrawal;
    const NAME: &'static str = "withdraw";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::text("token_id", &self.token_id, rules::ID)?;
        check::text("address", &self.address, rules::ADDRESS)?;
        check::positive("value", self.value)?;
        check::optional_text("memo", &self.memo, rules::MEMO)
    }
}

#[derive(Serialize)]
struct Body<'a> {
    merchant_order_id: &'a MerchantRef,
    address: &'a str,
    token_id: &'a str,
    value: Amount,
    #[serde(skip_serializing_if = "unset")]
    memo: &'a str,
    merchant_pays_fee: bool,
}

impl Wired for Withdraw {
    const PATH: &'static str = "withdraw";

    fn body(&self) -> impl Serialize {
        Body {
            merchant_order_id: &self.merchant_order_id,
            address: &self.address,
            token_id: &self.token_id,
            value: self.value,
            memo: &self.memo,
            merchant_pays_fee: self.merchant_pays_fee,
        }
    }

    fn read(&self, answer: Answer<'_>) -> Result<Withdrawal, Fault> {
        let told: Told = answer.data()?;
        Ok(answer.keep(Withdrawal {
            order_id: told.order_id,
            record_id: told.record_id,
            network_fee: Fee::told(
                told.network_fee,
                told.network_fee_crypto,
                told.network_coin_id,
                told.network_fee_value,
            ),
            net_receivable: told.net_receivable,
            raw: None,
        }))
    }

    fn redact(&self, said: String) -> String {
        without_all(said, [&self.address, &self.memo])
    }
}

#[derive(Deserialize)]
struct Told {
    #[serde(deserialize_with = "wire::provider_ref")]
    order_id: ProviderRef,
    #[serde(default, deserialize_with = "wire::optional_provider_ref")]
    record_id: Option<ProviderRef>,
    #[serde(default, deserialize_with = "crate::v1::informative::amount")]
    network_fee: Option<Amount>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    network_fee_crypto: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::text")]
    network_coin_id: Option<String>,
    #[serde(default, deserialize_with = "crate::v1::informative::amount")]
    network_fee_value: Option<Amount>,
    #[serde(default, deserialize_with = "crate::v1::informative::amount")]
    net_receivable: Option<Amount>,
}

/// What `withdraw` answers: the withdrawal was accepted, which does not mean that it was made. The webhook and
/// [`Client::withdrawals`](crate::v1::Client::withdrawals) tell that.
///
/// A withdrawal was accepted also if its fee cannot be read: that is none then, and stands in `raw()`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Withdrawal {
    /// The gateway's id of the withdrawal.
    pub order_id: ProviderRef,
    /// The gateway's id of the movement: the one webhooks are told apart by. In answers since 2023-07-26.
    pub record_id: Option<ProviderRef>,
    /// What the network charges, in its own coin. Nothing for a withdrawal to a Cwallet user.
    pub network_fee: Option<Fee>,
    /// What the receiver gets, in units of the coin. In answers since 2023-07-26. It is the value less the fee only
    /// where the receiver pays it and it is in the same coin.
    pub net_receivable: Option<Amount>,
    raw: Option<RawAnswer>,
}

keeps_raw!(Withdrawal);
