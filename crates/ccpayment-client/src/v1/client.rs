//! The client: one method per call.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use payments_core::{
    Amount, Effect, Error, Executor, Fault, InvalidRequest, Operation, Outcome, Protocol, RawCall,
    RawResponse, Timestamp, open_answer,
};
use serde::Serialize;

use super::config::Config;
use super::op::{
    Assets, AssetsQuery, AssignAddress, BlockHeights, BlockHeightsQuery, Checkout, Coins,
    CoinsQuery, CreateCheckout, CreateOrder, CreatedOrder, CwalletUser, DepositAddress,
    DepositQuery, Deposits, NetworkFee, NetworkFeeQuery, RateQuery, ResendWebhooks, Resent,
    TokenRate, UserQuery, Withdraw, Withdrawal, WithdrawalQuery, Withdrawals,
};
#[allow(deprecated)]
use super::op::{LegacyTokens, SupportedTokensQuery, TokenChainsQuery};
use super::protocol::{Account, Call, PROVIDER};
use super::resend_limit::ResendLimit;
use super::webhook::Webhooks;

/// A client of the CCPayment v1 gateway. Cloning is cheap; clones share one connection pool, the clock correction and the
/// count of resends.
///
/// Dropping the future of a call does not cancel the call: its outcome is then as unknown as after a timeout. Query it with
/// [`deposits`](Self::deposits) or [`withdrawals`](Self::withdrawals).
///
/// The gateway accepts 100 requests a second from one address; the client does not enforce that.
#[derive(Clone)]
pub struct Client {
    account: Arc<Account>,
    resends: Arc<ResendLimit>,
    executor: Executor,
    webhooks: Webhooks,
}

impl Client {
    /// A client over the standard transport: rustls, 5 s to connect, 20 s per attempt, 30 s in total, plain `http://` to
    /// loopback only. Its calls need a tokio runtime.
    ///
    /// # Errors
    /// If the HTTP client cannot be set up; nothing was sent.
    #[cfg(feature = "reqwest")]
    #[cfg_attr(docsrs, doc(cfg(feature = "reqwest")))]
    pub fn new(config: &Config) -> Result<Self, payments_reqwest::BuildError> {
        let executor = payments_reqwest::ReqwestTransport::builder()
            .user_agent(concat!("ccpayment-client/", env!("CARGO_PKG_VERSION")))
            .build_executor()?;
        Ok(Self::with_executor(config, executor))
    }

    /// A client over your own transport, clock and policy.
    #[must_use]
    pub fn with_executor(config: &Config, executor: Executor) -> Self {
        Self {
            account: Arc::new(Account::new(config)),
            resends: Arc::default(),
            executor,
            webhooks: Webhooks::new(config),
        }
    }

    /// Creates an order with an address to pay to. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] query with [`deposits`](Self::deposits) and
    /// [`CreateOrder::query`]: it shows whether the order exists, but not its address, so you may want a new order under a
    /// new id; see [`CreateOrder`]. Every failure that the gateway reports has an unknown outcome: no document states which
    /// of its codes mean that no order was created.
    #[doc(alias = "bill/create")]
    #[doc(alias = "Native Checkout")]
    #[doc(alias = "Denominated Currency")]
    pub async fn create_order(&self, order: CreateOrder) -> Result<CreatedOrder, Error> {
        self.call(&order).await
    }

    /// The amount due of an order in its token, which the answer to [`create_order`](Self::create_order) does not contain.
    /// Makes one [`token_rate`](Self::token_rate) call for a price in US dollars, and none for a price in the token. Effect:
    /// read.
    ///
    /// It uses the current rate: show it as an estimate. The `order_amount` of the webhook and of
    /// [`deposits`](Self::deposits) is binding, at the rate the gateway fixed for the order.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed. A price in another currency than US dollars is
    /// [`Kind::Unsupported`](payments_core::Kind::Unsupported): v1 has no call for its rate.
    pub async fn amount_due(&self, order: &CreateOrder) -> Result<Amount, Error> {
        const NAME: &str = "amount_due";
        let refused = |invalid| Error::local(PROVIDER, NAME, invalid);
        order.check().map_err(refused)?;
        let price = order.price();
        match price.currency() {
            None => return Ok(price.amount()),
            Some(currency) if currency.eq_ignore_ascii_case("USD") => {}
            Some(_) => {
                return Err(refused(InvalidRequest::unsupported(
                    "the rate of a currency other than USD",
                )));
            }
        }
        let rate = self
            .token_rate(RateQuery::new(price.amount(), order.token_id()))
            .await?;
        rate.amount_due(price.amount()).ok_or_else(|| {
            let fault = Fault::undecodable("a rate that yields no amount");
            Error::from_fault(PROVIDER, NAME, Effect::Read, fault, rate.raw().cloned())
        })
    }

    /// Creates an order with a page to pay on. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// As [`create_order`](Self::create_order); query with [`CreateCheckout::query`], which does not return the page.
    #[doc(alias = "concise/url/get")]
    #[doc(alias = "Hosted Checkout")]
    pub async fn create_checkout(&self, checkout: CreateCheckout) -> Result<Checkout, Error> {
        self.call(&checkout).await
    }

    /// Queries up to 100 orders of deposits. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed. Two rows of one id are [`Kind::Integrity`](payments_core::Kind::Integrity).
    #[doc(alias = "bill/info")]
    pub async fn deposits(&self, query: DepositQuery) -> Result<Deposits, Error> {
        self.call(&query).await
    }

    /// Queries up to 100 withdrawals. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed. Two rows of one id and two transfers of one withdrawal are
    /// [`Kind::Integrity`](payments_core::Kind::Integrity): inspect the raw answer, money may have been paid out twice.
    #[doc(alias = "bill/info")]
    pub async fn withdrawals(&self, query: WithdrawalQuery) -> Result<Withdrawals, Error> {
        self.call(&query).await
    }

    /// Returns a customer's permanent address on a chain, and assigns one at the first call. Effect: keyed by customer and
    /// chain, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; after [`Outcome::Unknown`] make the same call again: no money was moved.
    #[doc(alias = "payment/address/get")]
    pub async fn deposit_address(&self, request: AssignAddress) -> Result<DepositAddress, Error> {
        self.call(&request).await
    }

    /// Pays out coins. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] query with [`withdrawals`](Self::withdrawals) and
    /// [`Withdraw::query`]. Every failure that the gateway reports has an unknown outcome, including an insufficient
    /// balance: its code is not published.
    #[doc(alias = "Create a withdrawal order")]
    pub async fn withdraw(&self, withdrawal: Withdraw) -> Result<Withdrawal, Error> {
        self.call(&withdrawal).await
    }

    /// Lists the coins and tokens that the merchant accepts. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "coin/all")]
    #[doc(alias = "Token ID")]
    #[doc(alias = "Supported Coins")]
    pub async fn coins(&self) -> Result<Coins, Error> {
        self.call(&CoinsQuery::new()).await
    }

    /// Returns what US dollars are worth in a token. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "token/rate")]
    #[doc(alias = "Current Token Rate")]
    pub async fn token_rate(&self, query: RateQuery) -> Result<TokenRate, Error> {
        self.call(&query).await
    }

    /// Returns the merchant's balances. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "Asset Balance")]
    pub async fn assets(&self, query: AssetsQuery) -> Result<Assets, Error> {
        self.call(&query).await
    }

    /// Returns the network fee of a withdrawal. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "network/fee")]
    pub async fn network_fee(&self, query: NetworkFeeQuery) -> Result<NetworkFee, Error> {
        self.call(&query).await
    }

    /// Returns the block heights of the chains. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "get/network/height/info")]
    #[doc(alias = "Block Height")]
    pub async fn block_heights(&self) -> Result<BlockHeights, Error> {
        self.call(&BlockHeightsQuery::new()).await
    }

    /// Checks whether a Cwallet user exists. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed. A user that does not exist is
    /// [`Refusal::NotFound`](payments_core::Refusal::NotFound).
    #[doc(alias = "check/user")]
    #[doc(alias = "Cwallet ID validity")]
    pub async fn check_user(&self, query: UserQuery) -> Result<CwalletUser, Error> {
        self.call(&query).await
    }

    /// Asks for past webhooks again. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] there is nothing to query and no money moves: wait for
    /// webhooks, or call again a minute later. A call less than a minute after the last one, or the 26th within 24 hours, is
    /// [`Kind::Busy`](payments_core::Kind::Busy) and is not sent. Only calls of this client and its clones are counted,
    /// not those by [`prepare`](Self::prepare), [`call`](Self::call) or [`call_raw`](Self::call_raw).
    #[doc(alias = "webhook/resend")]
    pub async fn resend_webhooks(&self, resend: ResendWebhooks) -> Result<Resent, Error> {
        let refused = |invalid| Error::local(PROVIDER, ResendWebhooks::NAME, invalid);
        resend.check().map_err(refused)?;
        let now = self.executor.now();
        self.resends.take(now).map_err(refused)?;
        let answer = self.call(&resend).await;
        if let Err(error) = &answer
            && error.outcome() == Outcome::NotApplied
        {
            self.resends.give_back(now);
        }
        answer
    }

    /// Lists the supported tokens by the older call. Effect: read.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[deprecated(note = "the documents no longer list support/token: use `coins`")]
    #[allow(deprecated)]
    #[doc(alias = "support/token")]
    pub async fn supported_tokens(&self) -> Result<LegacyTokens, Error> {
        self.call(&SupportedTokensQuery::new()).await
    }

    /// Lists the chains of a token by the older call. Effect: read.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[deprecated(note = "the documents no longer list token/chain: use `coins`")]
    #[allow(deprecated)]
    #[doc(alias = "token/chain")]
    pub async fn token_chains(&self, query: TokenChainsQuery) -> Result<LegacyTokens, Error> {
        self.call(&query).await
    }

    /// Makes the call of a request that is needed again, for example to look up the order after a failure. The methods by name take
    /// the request by value. Effect: that of the request. [`resend_webhooks`](Self::resend_webhooks) has a limit that this method does
    /// not keep.
    ///
    /// ```
    /// # use ccpayment_client::v1::{Client, CreateOrder};
    /// # async fn pay(client: &Client, order: CreateOrder) -> Result<(), Box<dyn std::error::Error>> {
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

    /// Makes a call that this crate has no type for, or a known call with further fields: the escape hatch.
    ///
    /// The name is the path below the base URL, `bill/create`. `fields` is anything that serializes as a JSON object; the
    /// typed requests do. The request is signed and sent, and the answer verified, as for the typed calls; the result is the
    /// `data` of a success, with no further checks: neither limits of the request nor whether the answer matches it.
    ///
    /// Effect: read for [`RawCall::read`], unkeyed for [`RawCall::write`], which is never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome, of the operation `call_raw`. After [`Outcome::Unknown`] of a write, query what it was
    /// meant to create. A read of a call that is known to change something is refused and not sent. Values of the fields
    /// are masked in the gateway's message.
    ///
    /// ```
    /// # async fn example(client: ccpayment_client::v1::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// use ccpayment_client::v1::RawCall;
    ///
    /// #[derive(serde::Serialize)]
    /// struct Rate<'a> {
    ///     amount: &'a str,
    ///     token_id: &'a str,
    /// }
    ///
    /// let fields = Rate { amount: "1000", token_id: "0912e09a-d8e2-41d7-a0bc-a25530892988" };
    /// let response = client.call_raw(RawCall::read("token/rate"), &fields).await?;
    /// println!("{} bytes of JSON", response.json().len());
    /// # Ok(())
    /// # }
    /// ```
    #[doc(alias = "custom call")]
    pub async fn call_raw<const WRITE: bool>(
        &self,
        call: RawCall<WRITE>,
        fields: &impl Serialize,
    ) -> Result<RawResponse, Error> {
        self.call(&call.with_fields(fields)).await
    }

    /// Verifies and reads this account's webhooks.
    #[must_use]
    pub const fn webhooks(&self) -> &Webhooks {
        &self.webhooks
    }

    /// How many seconds are added to the local clock, measured by the gateway's verified answers; 0 while the clock is off
    /// by at most 30. If it is not 0, set the clock: webhooks are checked against it without correction.
    #[must_use]
    pub fn clock_skew_secs(&self) -> i64 {
        self.account.skew_secs()
    }

    /// The signed request of a call, for your own HTTP stack. Nothing is sent.
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

    /// Verifies and reads the answer to a [`prepare`](Self::prepare)d request. Its headers contain the signature.
    ///
    /// # Errors
    /// A [`Fault`] that states what the answer proves. What that means for the call depends on what else was sent: see
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
