//! `withdraw`: coins of a customer's to an address outside.

use bytes::Bytes;
use payments_core::{
    Amount, Effect, Fault, InvalidRequest, MerchantRef, Operation, ProviderRef, RawAnswer,
    Timestamp, check, debug_masked, wire,
};
use payments_core::{SensitiveString, redact};
use serde::Deserialize;

use super::{Urls, setters};
use crate::OrderStatus;
use crate::protocol::wiring::Wired;
use crate::protocol::{Account, Answer, keeps_raw};

/// A payout of coins: `POST /openapi/v1/withdraw`.
///
/// **Effect: unkeyed.** No document says what a second payout with the same reference does, so once a byte of
/// it may have left it is not sent again: an [`Outcome::Unknown`](payments_core::Outcome) is resolved by
/// [`order_detail`](crate::Client::order_detail) with the same reference. Never try again with a new reference
/// before that is answered: the money may be on its way.
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
    urls: Urls,
}

impl Withdraw {
    /// A payout to `to_address`.
    ///
    /// - `merchant_trade_no`: the merchant's own id of this payout, unique, up to 64 characters. Keep it before
    ///   the call: after a failure it is the way to ask what happened.
    /// - `user_id`: the customer in the merchant's system, up to 64 characters.
    /// - `total_amount`: what is taken, the fee in it, in units of the coin, up to 8 decimals (specification).
    /// - `received_amount`: what arrives, which is the total less the fee; more than zero, not more than the
    ///   total, up to 8 decimals.
    /// - `crypto_currency`: `BTC`, `USDT`, `ETH` for example; passed on as it is, up to 16 characters.
    /// - `network`: in the long form of addresses: `Bitcoin`, `Ethereum(ERC-20)`, `TRON(TRC-20)` or
    ///   `BSC(BEP-20)`; passed on as it is, up to 16 characters. Coins sent over another network than the
    ///   address belongs to are lost.
    /// - `to_address`: up to 128 characters (64 in the provider's later document). Whether it is one of the
    ///   network's is not checked.
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
            total_amount,
            received_amount,
            crypto_currency: crypto_currency.into(),
            network: network.into(),
            to_address: SensitiveString::from(to_address),
            create_time: None,
            urls: Urls::default(),
        }
    }
}

setters!(Withdraw {
    /// Where the webhook of this payout goes, up to 256 characters. Without it the gateway uses the URL set for
    /// the account. Sent as `callbackURL`, with a small `b` in this call.
    callback_url;

    /// When the merchant made the payout; sent in milliseconds. Default: the clock at the time of sending.
    create_time;
});

impl Operation for Withdraw {
    type Output = Withdrawal;
    const NAME: &'static str = "withdraw";
    const EFFECT: Effect = Effect::Unkeyed;

    fn check(&self) -> Result<(), InvalidRequest> {
        check::separable("merchant_trade_no", self.merchant_trade_no.as_str(), 64)?;
        check::separable("user_id", &self.user_id, 64)?;
        check::decimals("total_amount", self.total_amount, 8)?;
        check::positive("received_amount", self.received_amount)?;
        check::decimals("received_amount", self.received_amount, 8)?;
        if self.received_amount > self.total_amount {
            return Err(
                InvalidRequest::request("received_amount", "is more than the total")
                    .allowed("up to total_amount, which has the fee in it"),
            );
        }
        check::text("crypto_currency", &self.crypto_currency, 16)?;
        check::text("network", &self.network, 16)?;
        check::separable("to_address", &self.to_address, 128)?;
        self.urls.check()
    }
}

impl Wired for Withdraw {
    fn write(
        &self,
        account: &Account,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        account.post(
            "withdraw",
            &[
                ("callbackURL", &self.urls.callback),
                ("createTime", &self.create_time.unwrap_or(now).to_text()),
                ("cryptoCurrency", &self.crypto_currency),
                ("merchantId", account.merchant_id()),
                ("merchantTradeNo", self.merchant_trade_no.as_str()),
                ("network", &self.network),
                ("receivedAmount", &self.received_amount.to_text()),
                ("toAddress", &self.to_address),
                ("totalAmount", &self.total_amount.to_text()),
                ("userId", &self.user_id),
            ],
        )
    }

    /// The network is not compared: it comes back in the one form or the other.
    fn read(&self, answer: Answer<'_>) -> Result<Withdrawal, Fault> {
        let payout: Withdrawal = answer.data()?;
        let trade_no = self.merchant_trade_no.as_str();
        answer.expect(
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
        Ok(answer.keep(payout))
    }

    fn redact(&self, said: String) -> String {
        redact::without(&said, &self.to_address)
    }
}

/// What `withdraw` answers: the payout was accepted, which does not mean that it was carried out.
///
/// The specification's example has nothing but the fee, so every other field may be absent. A field the gateway
/// sends empty is absent as well, and one that tells nothing the payout depends on and cannot be read, the fee among
/// them. Without an order id here, the webhook and [`order_detail`](crate::Client::order_detail) tell the rest.
#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Withdrawal {
    /// What the gateway charges, in units of the coin; it is in the total.
    #[serde(default, deserialize_with = "crate::informative::amount")]
    pub fee: Option<Amount>,
    /// The gateway's id of the payout.
    #[serde(default, deserialize_with = "wire::optional_provider_ref")]
    pub order_id: Option<ProviderRef>,
    /// The state of the payout.
    #[serde(default, deserialize_with = "crate::status::optional")]
    pub status: Option<OrderStatus>,
    /// The merchant's reference, as sent.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub merchant_trade_no: Option<String>,
    /// The merchant this payout belongs to.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub merchant_id: Option<String>,
    /// The customer in the merchant's system.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub merchant_user_id: Option<String>,
    /// The coin of the amounts.
    #[serde(default, deserialize_with = "wire::optional_text")]
    pub crypto_currency: Option<String>,
    /// What is taken, the fee in it: the total of the request.
    #[serde(default, deserialize_with = "wire::optional_amount")]
    pub order_amount: Option<Amount>,
    /// What arrives.
    #[serde(default, deserialize_with = "wire::optional_amount")]
    pub received_amount: Option<Amount>,
    /// The network, in the long form by the specification's table and in the short one (`TRON`) in the later
    /// document's example.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub network: Option<String>,
    /// When the payout was made. A number in the provider's later document.
    #[serde(default, deserialize_with = "crate::informative::millis")]
    pub create_time: Option<Timestamp>,
    /// A note of the gateway.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub remark: Option<String>,
    /// `extInfo`, JSON text.
    #[serde(default, deserialize_with = "crate::informative::text")]
    pub ext_info: Option<String>,
    #[serde(skip)]
    raw: Option<RawAnswer>,
}

keeps_raw!(Withdrawal);

debug_masked!(Withdrawal shows fee, order_id, status, merchant_trade_no, merchant_id, merchant_user_id, crypto_currency,
    order_amount, received_amount, network, create_time; masks remark, ext_info; ends raw);
