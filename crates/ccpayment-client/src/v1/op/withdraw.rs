//! `withdraw`: pays out the merchant's coins.

use bytes::Bytes;
use http::Request;
use payments_core::wire::{Lenient, Optional, Scalar};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    SensitiveString, Timestamp, check, keeps_raw,
};
use serde::{Deserialize, Serialize};

use super::bill_info::WithdrawalQuery;
use crate::v1::fee::Fee;
use crate::v1::limits;
use crate::v1::protocol::{Account, Call};

/// A withdrawal: `POST withdraw`, "Create a withdrawal order".
///
/// **Effect: unkeyed.** The documents require a unique `merchant_order_id`. They do not state what a second withdrawal under
/// the same id does, nor the code of its refusal. So a withdrawal is never resent once a byte of it may have left: resolve
/// an [`Outcome::Unknown`](payments_core::Outcome) by [`query`](Self::query), and never by a withdrawal under a new id.
///
/// The form of the address is not checked here: a token id does not name a network. The crate `payments-address` checks it,
/// and `payments-facade` does so before every payout.
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
#[derive(Clone, Debug, PartialEq, Serialize)]
#[must_use = "a withdrawal is made by `Client::withdraw`"]
pub struct Withdraw {
    merchant_order_id: MerchantRef,
    address: SensitiveString,
    token_id: String,
    value: Amount,
    #[serde(skip_serializing_if = "str::is_empty")]
    memo: SensitiveString,
    merchant_pays_fee: bool,
}

impl Withdraw {
    /// A withdrawal of `value` to `address`.
    ///
    /// - `merchant_order_id`: the merchant's unique id of this withdrawal. Store it before the call.
    /// - `token_id`: the token of the address's network, from [`Client::coins`](crate::v1::Client::coins); to a Cwallet
    ///   user, any token of the coin. Coins sent over another network than the address's are lost.
    /// - `address`: an address on the chain, a Cwallet id, the e-mail address of a Cwallet account, or a Satoshi invoice,
    ///   which can be paid once. Not checked here.
    /// - `value`: in units of the coin, more than zero, sent without trailing zeros. The coin's `precision` and `min` limit its decimals and its size
    ///   (`assumed`); the gateway checks them.
    pub fn new(
        merchant_order_id: MerchantRef,
        token_id: impl Into<String>,
        address: impl Into<String>,
        value: Amount,
    ) -> Self {
        Self {
            merchant_order_id,
            address: SensitiveString::from(address),
            token_id: token_id.into(),
            value: value.without_zeros_beyond(0),
            memo: SensitiveString::default(),
            merchant_pays_fee: false,
        }
    }

    /// The memo or tag of the address, up to 256 characters (`assumed`). Sent as text: the table has an integer, but every
    /// official SDK sends text.
    pub fn memo(mut self, memo: impl Into<String>) -> Self {
        self.memo = SensitiveString::from(memo);
        self
    }

    /// Who pays the network fee: the merchant, in addition to the value, or the receiver, out of the value (the default).
    pub const fn merchant_pays_fee(mut self, merchant_pays_fee: bool) -> Self {
        self.merchant_pays_fee = merchant_pays_fee;
        self
    }

    /// The query for this withdrawal, for an unknown outcome. A withdrawal that is not found may still have been made: the
    /// gateway may show it late.
    pub fn query(&self) -> WithdrawalQuery {
        WithdrawalQuery::one(self.merchant_order_id.clone())
    }
}

impl Operation for Withdraw {
    type Output = Withdrawal;
    const NAME: &'static str = "withdraw";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::text("token_id", &self.token_id, limits::ID),
            check::text("address", &self.address, limits::ADDRESS),
            check::positive("value", self.value),
            check::optional_text("memo", &self.memo, limits::MEMO),
        ])
    }
}

impl Call for Withdraw {
    fn encode(&self, account: &Account, now: Timestamp) -> Result<Request<Bytes>, InvalidRequest> {
        account.post("withdraw", self, now)
    }

    /// The answer repeats nothing of the request. The only check it permits is that the receiver gets no more than the value.
    fn decode(&self, answer: Answer<'_>) -> Result<Withdrawal, Fault> {
        let wire: WireWithdrawal = answer.data()?;
        if wire.net_receivable.is_some_and(|net| net > self.value) {
            return Err(Fault::foreign("net_receivable"));
        }
        Ok(answer.keep(Withdrawal {
            order_id: wire.order_id,
            record_id: wire.record_id,
            network_fee: Fee::from_wire(
                wire.network_fee,
                wire.network_fee_crypto,
                wire.network_coin_id,
                wire.network_fee_value,
            ),
            net_receivable: wire.net_receivable,
            raw: None,
        }))
    }
}

#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Deserialize)]
struct WireWithdrawal {
    #[serde_as(as = "Scalar")]
    order_id: ProviderRef,
    #[serde_as(as = "Optional")]
    record_id: Option<ProviderRef>,
    #[serde_as(as = "Lenient")]
    network_fee: Option<Amount>,
    #[serde_as(as = "Lenient")]
    network_fee_crypto: Option<String>,
    #[serde_as(as = "Lenient")]
    network_coin_id: Option<String>,
    #[serde_as(as = "Lenient")]
    network_fee_value: Option<Amount>,
    #[serde_as(as = "Lenient")]
    net_receivable: Option<Amount>,
}

/// The answer to `withdraw`: the withdrawal was accepted, which does not mean that it was paid out. For that see the webhook
/// and [`Client::withdrawals`](crate::v1::Client::withdrawals).
///
/// A fee that cannot be read becomes `None` and is only in `raw()`: the withdrawal was accepted all the same.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Withdrawal {
    /// The gateway's id of the withdrawal.
    pub order_id: ProviderRef,
    /// The gateway's id of the transfer, which webhooks contain. In answers since 2023-07-26.
    pub record_id: Option<ProviderRef>,
    /// The network fee, in its own coin. `None` for a withdrawal to a Cwallet user.
    pub network_fee: Option<Fee>,
    /// What the receiver gets, in units of the coin. In answers since 2023-07-26. It equals the value less the fee only if
    /// the receiver pays the fee and the fee is in the same coin.
    pub net_receivable: Option<Amount>,
    raw: Option<RawAnswer>,
}

keeps_raw!(Withdrawal);
