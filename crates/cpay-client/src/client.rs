//! The client and its calls.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use payments_core::{
    Error, Executor, Fault, InvalidRequest, Protocol, RawCall, RawResponse, Timestamp, open_answer,
};
use serde::Serialize;

use crate::protocol::{Account, Call};
use crate::{
    BalanceQuery, Balances, CardExchangeRate, CardOrder, CardPayment, CardPaymentPage,
    CardRateQuery, Config, CreateCardOrder, CreateOrder, CreatedFiatPayout, CreatedOrder, Exchange,
    ExchangeRate, Exchanged, FiatPayout, KycReceipt, OrderDetail, OrderQuery, RateQuery, SubmitKyc,
    WalletAddressQuery, WalletAddresses, Webhooks, Withdraw, Withdrawal,
};

/// A client of the C-Pay gateway. Cloning is cheap; clones share one connection pool.
///
/// Dropping the future of a call does not undo the call: the outcome is unknown, as after a timeout. Query
/// [`order_detail`](Self::order_detail).
#[derive(Clone)]
pub struct Client {
    account: Arc<Account>,
    executor: Executor,
    webhooks: Webhooks,
}

impl Client {
    /// A client over the standard transport: rustls, connect 5 s, attempt 20 s, 30 s in total, plain
    /// `http://` to loopback only. Needs a tokio runtime when called.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up; nothing was sent.
    #[cfg(feature = "reqwest")]
    #[cfg_attr(docsrs, doc(cfg(feature = "reqwest")))]
    pub fn new(config: &Config) -> Result<Self, payments_reqwest::BuildError> {
        let executor = payments_reqwest::ReqwestTransport::builder()
            .user_agent(concat!("cpay-client/", env!("CARGO_PKG_VERSION")))
            .build_executor()?;
        Ok(Self::with_executor(config, executor))
    }

    /// A client with another transport, clock or policy.
    #[must_use]
    pub fn with_executor(config: &Config, executor: Executor) -> Self {
        Self {
            account: Arc::new(Account::new(config)),
            executor,
            webhooks: Webhooks::new(config),
        }
    }

    /// Creates a pay-in order. Effect: unkeyed, never sent again by this client once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`](payments_core::Outcome::Unknown), query
    /// [`order_detail`](Self::order_detail) with the same reference.
    pub async fn create_order(&self, order: CreateOrder) -> Result<CreatedOrder, Error> {
        self.call(&order).await
    }

    /// Gets the state of an order. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case. An unknown order is answered with code 1 (`assumed`: no document
    /// shows it), like other failures.
    pub async fn order_detail(&self, query: OrderQuery) -> Result<OrderDetail, Error> {
        self.call(&query).await
    }

    /// Creates a pay-in order that is paid by card on a page of the gateway or of its bank. Effect: unkeyed, never sent
    /// again by this client once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`](payments_core::Outcome::Unknown), query
    /// [`order_detail`](Self::order_detail) with the same reference. A success may be an order that is closed already:
    /// see [`CardOrder::is_live`].
    pub async fn create_card_order(&self, order: CreateCardOrder) -> Result<CardOrder, Error> {
        self.call(&order).await
    }

    /// Charges a card whose data the merchant has. Effect: unkeyed, never sent again by this client once it may have
    /// left.
    ///
    /// # Errors
    /// [`Error`] with its outcome: a declined card is [`Refusal::Declined`](payments_core::Refusal::Declined) and
    /// counts as not charged (`assumed`: the specification says "pay fail" and shows an empty order id). After
    /// [`Outcome::Unknown`](payments_core::Outcome::Unknown), query [`order_detail`](Self::order_detail) with the same
    /// reference.
    pub async fn pay_by_card(&self, payment: CardPayment) -> Result<CardPaymentPage, Error> {
        self.call(&payment).await
    }

    /// Gets the deposit addresses of a customer, and creates them for a new one. Effect: keyed by the customer,
    /// repeated when that may help (that a repeat returns the same addresses is `assumed`).
    ///
    /// # Errors
    /// [`Error`]. After [`Outcome::Unknown`](payments_core::Outcome::Unknown), make the same call again: no money was
    /// moved.
    pub async fn wallet_addresses(
        &self,
        query: WalletAddressQuery,
    ) -> Result<WalletAddresses, Error> {
        self.call(&query).await
    }

    /// Pays out coins to an address. Effect: unkeyed, never sent again by this client once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`](payments_core::Outcome::Unknown), query
    /// [`order_detail`](Self::order_detail) with the same reference, and do not retry with a new one before that is
    /// resolved. The answer to a payout that exceeds the balance is not documented: if it is code 1, it is unknown as
    /// well.
    pub async fn withdraw(&self, payout: Withdraw) -> Result<Withdrawal, Error> {
        self.call(&payout).await
    }

    /// Pays out reais by Pix. Effect: unkeyed, never sent again by this client once it may have left.
    ///
    /// # Errors
    /// As for [`withdraw`](Self::withdraw).
    pub async fn create_fiat_payout(&self, payout: FiatPayout) -> Result<CreatedFiatPayout, Error> {
        self.call(&payout).await
    }

    /// Exchanges an amount of one currency into another. Effect: unkeyed, never sent again by this client once it
    /// may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`](payments_core::Outcome::Unknown), query
    /// [`order_detail`](Self::order_detail) with the same reference.
    pub async fn exchange(&self, exchange: Exchange) -> Result<Exchanged, Error> {
        self.call(&exchange).await
    }

    /// Gets the rate of a conversion. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case.
    pub async fn exchange_rate(&self, query: RateQuery) -> Result<ExchangeRate, Error> {
        self.call(&query).await
    }

    /// Gets the rate of a conversion paid by credit card. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case.
    pub async fn card_exchange_rate(
        &self,
        query: CardRateQuery,
    ) -> Result<CardExchangeRate, Error> {
        self.call(&query).await
    }

    /// Gets the merchant's balances. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case.
    pub async fn balances(&self) -> Result<Balances, Error> {
        self.call(&BalanceQuery::new()).await
    }

    /// Submits the data of up to 1,000 customers. Effect: unkeyed, never sent again by this client once it may have
    /// left.
    ///
    /// # Errors
    /// [`Error`] with its outcome, without the gateway's message, which may repeat personal data; it is in
    /// [`raw`](Error::raw). A success may have omitted customers: see [`KycReceipt::is_complete`].
    pub async fn submit_kyc(&self, submission: SubmitKyc) -> Result<KycReceipt, Error> {
        self.call(&submission).await
    }

    /// Makes the call of a request that is needed again, for example to look up the order after a failure. The methods by name take
    /// the request by value. Effect: that of the request.
    ///
    /// ```
    /// # async fn pay(client: &cpay_client::Client, order: cpay_client::CreateOrder) -> Result<(), Box<dyn std::error::Error>> {
    /// let created = client.call(&order).await?;
    /// println!("{order:?} is {}", created.order_id);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error`] with its outcome, as for the method by name.
    pub async fn call<C: Call>(&self, call: &C) -> Result<C::Output, Error> {
        self.executor.execute(&*self.account, call).await
    }

    /// Makes a call that this crate has no method for, or a known call with further fields: signs, sends, checks the
    /// envelope (C-Pay signs no answers) and returns its `data`. Effect: a [`RawCall::read`] is sent as GET and repeated when that may help; a
    /// [`RawCall::write`] is sent as POST and is unkeyed, never sent again by this client once it may have left.
    ///
    /// `fields` is anything that serializes as a JSON object of strings, numbers and booleans; numbers are sent as they
    /// are written in JSON. Arrays and objects are sent as JSON text, so pass them as a string. The client adds
    /// `merchantId` and `sign`; `createTime`, where a call needs it, is yours.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use cpay_client::RawCall;
    /// # async fn pay(client: &cpay_client::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let fields = BTreeMap::from([("merchantTradeNo", "order-1001")]);
    /// let answer = client.call_raw(RawCall::read("getOrderDetail"), &fields).await?;
    /// println!("{}", answer.json());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error`] with its outcome. A read of a call that is known to change something is refused and not sent. Values of
    /// the fields are masked in the gateway's message.
    pub async fn call_raw<const WRITE: bool>(
        &self,
        call: RawCall<WRITE>,
        fields: &impl Serialize,
    ) -> Result<RawResponse, Error> {
        self.call(&call.with_fields(fields)).await
    }

    /// The receiver of this account's webhooks.
    #[must_use]
    pub const fn webhooks(&self) -> &Webhooks {
        &self.webhooks
    }

    /// The signed request of a call, for another HTTP stack. Nothing is sent.
    ///
    /// The body of a [`CardPayment`] or [`SubmitKyc`] contains a card or personal data, and `Debug` of an
    /// `http::Request` prints it: do not log it.
    ///
    /// # Errors
    /// [`InvalidRequest`], as before any call.
    pub fn prepare<C: Call>(
        &self,
        call: &C,
        now: Timestamp,
    ) -> Result<http::Request<Bytes>, InvalidRequest> {
        call.check()?;
        self.account.seal(call, now)
    }

    /// The typed answer to a [`prepare`](Self::prepare)d request.
    ///
    /// # Errors
    /// A [`Fault`] that states what the answer proves. The outcome of the call also depends on other attempts: see
    /// `payments_core::Executor`.
    pub fn parse<C: Call>(
        &self,
        call: &C,
        answer: &http::Response<Bytes>,
        now: Timestamp,
    ) -> Result<C::Output, Fault> {
        open_answer(&*self.account, call, answer, now)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}
