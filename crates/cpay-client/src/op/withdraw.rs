//! `withdraw`: coins to an external address.

use bytes::Bytes;
use payments_core::wire::{Lenient, Millis, Optional};
use payments_core::{
    Amount, Answer, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    SensitiveString, Timestamp, check, debug_masked, keeps_raw,
};
use serde::Deserialize;

use crate::protocol::{Account, Call};
use crate::rules::{self, Names};
use crate::status::OrderStatus;

/// A payout of coins: `POST /openapi/v1/withdraw`.
///
/// **Effect: unkeyed.** No document states what a second payout with the same reference does, so it is never sent again
/// once a byte of it may have left. After [`Outcome::Unknown`](payments_core::Outcome), query
/// [`order_detail`](crate::Client::order_detail) with the same reference. Do not retry with a new reference before that
/// is resolved: the money may be on its way.
///
/// The form of the address is not checked here. The crate `payments-address` checks it, and `payments-facade` does so before
/// every payout.
///
/// ```
/// use cpay_client::Withdraw;
/// use payments_core::MerchantRef;
///
/// // Four leave the account, three arrive, one is the fee.
/// let payout = Withdraw::new(
///     MerchantRef::new("payout-1001")?, // stored before the call
///     "customer-7",
///     "4".parse()?,
///     "3".parse()?,
///     "USDT",
///     "TRON(TRC-20)",
///     "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw",
/// )
/// .callback_url("https://shop.example/webhooks/cpay");
/// # let _ = payout;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a payout is made by `Client::withdraw`"]
pub struct Withdraw {
    merchant_trade_no: MerchantRef,
    user_id: String,
    total_amount: Amount,
    received_amount: Amount,
    crypto_currency: String,
    network: String,
    to_address: SensitiveString,
    create_time: Option<Timestamp>,
    callback_url: String,
    names: Names,
}

impl Withdraw {
    /// A payout to `to_address`.
    ///
    /// - `merchant_trade_no`: the merchant's own id of this payout, unique, up to 64 characters. Store it before the
    ///   call: after a failure you query the order by it.
    /// - `user_id`: the customer in the merchant's system, up to 64 characters.
    /// - `total_amount`: what is debited, including the fee, in units of the coin, up to 8 decimals (specification).
    /// - `received_amount`: what arrives: the total minus the fee; more than zero, not more than the total, up to 8
    ///   decimals.
    /// - `crypto_currency`: `USDT`, `BTC`, `ETH`, `BNB` or `TRX`, in capitals, on a network that has it; see
    ///   [`allow_unlisted`](Self::allow_unlisted).
    /// - `network`: in the long form of addresses: `Bitcoin`, `Ethereum(ERC-20)`, `TRON(TRC-20)` or `BSC(BEP-20)`. Coins
    ///   sent over another network than the address belongs to are lost.
    /// - `to_address`: up to 128 characters (64 in the provider's later document). Whether it belongs to the network is
    ///   not checked.
    pub fn new(
        merchant_trade_no: MerchantRef,
        user_id: impl Into<String>,
        total_amount: Amount,
        received_amount: Amount,
        crypto_currency: impl Into<String>,
        network: impl Into<String>,
        to_address: impl Into<String>,
    ) -> Self {
        Self {
            merchant_trade_no,
            user_id: user_id.into(),
            total_amount: total_amount.without_zeros_beyond(8),
            received_amount: received_amount.without_zeros_beyond(8),
            crypto_currency: crypto_currency.into(),
            network: network.into(),
            to_address: SensitiveString::from(to_address),
            create_time: None,
            callback_url: String::new(),
            names: Names::Listed,
        }
    }

    /// Sends a coin or network that C-Pay's documents do not list, as it is. Default: such a name is refused before anything is sent,
    /// because it is more often a typing error, and the gateway's answer to one proves nothing.
    pub fn allow_unlisted(mut self) -> Self {
        self.names = Names::Any;
        self
    }

    /// Where the webhook of this payout goes, up to 256 characters. Default: the URL that is set for the account. Sent
    /// as `callbackURL`, with a small `b` in this call.
    pub fn callback_url(mut self, url: impl Into<String>) -> Self {
        self.callback_url = url.into();
        self
    }

    /// When the merchant created the payout; sent in milliseconds. Default: the time of sending.
    pub fn create_time(mut self, time: Timestamp) -> Self {
        self.create_time = Some(time);
        self
    }
}

impl Operation for Withdraw {
    type Output = Withdrawal;
    const NAME: &'static str = "withdraw";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        InvalidRequest::all([
            check::no_ampersand("merchant_trade_no", self.merchant_trade_no.as_str(), 64),
            check::no_ampersand("user_id", &self.user_id, 64),
            check::decimals("total_amount", self.total_amount, 8),
            check::positive("received_amount", self.received_amount),
            check::decimals("received_amount", self.received_amount, 8),
            match self.received_amount > self.total_amount {
                true => Err(
                    InvalidRequest::request("received_amount", "is more than the total")
                        .allowed("up to total_amount, which has the fee in it"),
                ),
                false => Ok(()),
            },
            self.names
                .check_coin_on(&self.crypto_currency, &self.network),
            check::no_ampersand("to_address", self.to_address.expose(), 128),
            check::optional_url("callback_url", &self.callback_url, rules::URL),
        ])
    }
}

impl Call for Withdraw {
    fn encode(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.post(
            "withdraw",
            &mut [
                ("callbackURL", &self.callback_url),
                ("createTime", &self.create_time.unwrap_or(now).to_text()),
                ("cryptoCurrency", &self.crypto_currency),
                ("merchantId", account.merchant_id()),
                ("merchantTradeNo", self.merchant_trade_no.as_str()),
                ("network", &self.network),
                ("receivedAmount", &self.received_amount.to_text()),
                ("toAddress", self.to_address.expose()),
                ("totalAmount", &self.total_amount.to_text()),
                ("userId", &self.user_id),
            ],
        )
    }

    /// The gateway returns the network in its long or its short form, so it is compared by the part before the parenthesis.
    fn decode(&self, answer: Answer<'_>) -> Result<Withdrawal, Fault> {
        let payout: Withdrawal = answer.data()?;
        let trade_no = self.merchant_trade_no.as_str();
        answer.expect_reference(
            "merchantTradeNo",
            trade_no,
            payout.merchant_trade_no.as_deref(),
        )?;
        answer.expect(
            "orderAmount",
            &self.total_amount,
            payout.order_amount.as_ref(),
        )?;
        answer.expect(
            "receivedAmount",
            &self.received_amount,
            payout.received_amount.as_ref(),
        )?;
        let coin = payout.crypto_currency.as_deref();
        answer.expect_currency("cryptoCurrency", &self.crypto_currency, coin)?;
        if let Some(network) = &payout.network {
            rules::expect_network(&self.network, network)?;
        }
        Ok(answer.keep(payout))
    }
}

/// The answer to `withdraw`: the payout was accepted. That does not mean that it was executed.
///
/// The specification's example contains only the fee, so every other field may be `None`. Empty fields are `None` too,
/// and so are malformed fields that do not affect the payout, such as the fee. If the order id is missing, use the
/// webhook or [`order_detail`](crate::Client::order_detail).
#[serde_with::apply(Option => #[serde(default)])]
#[serde_with::serde_as]
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Withdrawal {
    /// The fee of the gateway, in units of the coin; the total includes it.
    #[serde_as(as = "Lenient")]
    pub fee: Option<Amount>,
    /// The gateway's id of the payout.
    #[serde_as(as = "Optional")]
    pub order_id: Option<ProviderRef>,
    /// The state of the payout.
    #[serde_as(as = "Optional")]
    pub status: Option<OrderStatus>,
    /// The merchant's reference, as sent.
    #[serde_as(as = "Optional")]
    pub merchant_trade_no: Option<String>,
    /// The merchant id.
    #[serde_as(as = "Lenient")]
    pub merchant_id: Option<String>,
    /// The customer in the merchant's system.
    #[serde_as(as = "Lenient")]
    pub merchant_user_id: Option<String>,
    /// The coin of the amounts.
    #[serde_as(as = "Optional")]
    pub crypto_currency: Option<String>,
    /// The debited amount, including the fee: the total of the request.
    #[serde_as(as = "Optional")]
    pub order_amount: Option<Amount>,
    /// The amount that arrives.
    #[serde_as(as = "Optional")]
    pub received_amount: Option<Amount>,
    /// The network, in the long form by the specification's table and in the short one (`TRON`) in the later
    /// document's example.
    #[serde_as(as = "Lenient")]
    pub network: Option<String>,
    /// When the payout was created. A number in the provider's later document.
    #[serde_as(as = "Lenient<Millis>")]
    pub create_time: Option<Timestamp>,
    /// A note of the gateway.
    #[serde_as(as = "Lenient")]
    pub remark: Option<String>,
    /// `extInfo`: JSON text.
    #[serde_as(as = "Lenient")]
    pub ext_info: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Withdrawal);

debug_masked!(Withdrawal shows fee, order_id, status, merchant_trade_no, merchant_id, merchant_user_id, crypto_currency,
    order_amount, received_amount, network, create_time; masks remark, ext_info; ends raw);
