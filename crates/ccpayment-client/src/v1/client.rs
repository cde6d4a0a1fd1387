//! The client: one line per call.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use payments_core::{
    Amount, Effect, Error, Executor, Fault, InvalidRequest, Operation, Outcome, Protocol, Timestamp,
};

use super::protocol::{Account, Call, PROVIDER};
use super::{
    Assets, AssetsQuery, AssignAddress, BlockHeights, BlockHeightsQuery, Checkout, Coins,
    CoinsQuery, Config, CreateCheckout, CreateOrder, CreatedOrder, CwalletUser, DepositAddress,
    DepositQuery, Deposits, NetworkFee, NetworkFeeQuery, RateQuery, ResendWebhooks, Resent,
    TokenRate, UserQuery, Webhooks, Withdraw, Withdrawal, WithdrawalQuery, Withdrawals,
};
#[allow(deprecated)]
use super::{LegacyTokens, SupportedTokensQuery, TokenChainsQuery};

/// A client of the CCPayment v1 gateway. Cloning is cheap; clones share one connection pool, the correction of the clock
/// and the count of resends.
///
/// Dropping the future of a call gives up waiting, not the call: whether it took effect is then as
/// unknown as after a timeout. Ask with [`deposits`](Self::deposits) or [`withdrawals`](Self::withdrawals).
///
/// The gateway takes 100 requests a second from one address; the client does not keep count of that.
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
    pub fn new(config: &Config) -> Result<Self, payments_reqwest::BuildError> {
        let executor = payments_reqwest::ReqwestTransport::builder()
            .user_agent(concat!("ccpayment-client/", env!("CARGO_PKG_VERSION")))
            .build_executor()?;
        Ok(Self::with_executor(config, executor))
    }

    /// A client over a transport, clock and policy of your own.
    #[must_use]
    pub fn with_executor(config: &Config, executor: Executor) -> Self {
        Self {
            account: Arc::new(Account::new(config)),
            executor,
            webhooks: Webhooks::new(config),
        }
    }

    /// Makes an order with an address to pay to. Effect: unkeyed, never sent again by this client once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome; after [`Outcome::Unknown`] ask with [`deposits`](Self::deposits) and
    /// [`CreateOrder::query`]: it tells whether the order stands, not its address, so that a new order under a new id may be
    /// what is wanted; see [`CreateOrder`]. Any failure that the gateway answers with is unknown: no document says which of
    /// its codes come before an order is written.
    #[doc(alias = "bill/create")]
    #[doc(alias = "Native Checkout")]
    #[doc(alias = "Denominated Currency")]
    pub async fn create_order(&self, order: CreateOrder) -> Result<CreatedOrder, Error> {
        self.call(&order).await
    }

    /// What an order comes to in its token, which the answer to [`create_order`](Self::create_order) does not tell. One
    /// [`token_rate`](Self::token_rate) for a price in US dollars; none for a price in the token. Effect: read.
    ///
    /// It is the gateway's rate of this moment: show it as what is due about now. What binds is the `order_amount` of
    /// the webhook and of [`deposits`](Self::deposits), at the rate the gateway fixed for the order.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case. A price in another currency than US dollars is
    /// [`Kind::Unsupported`](payments_core::Kind::Unsupported): no call of v1 tells its rate.
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
            let fault = Fault::undecodable("a rate that makes no amount");
            Error::from_fault(PROVIDER, NAME, Effect::Read, fault, rate.raw().cloned())
        })
    }

    /// Makes an order with a page to pay on. Effect: unkeyed, never sent again by this client once it may have left.
    ///
    /// # Errors
    /// As [`create_order`](Self::create_order); ask with [`CreateCheckout::query`], which does not tell the page.
    #[doc(alias = "concise/url/get")]
    #[doc(alias = "Hosted Checkout")]
    pub async fn create_checkout(&self, checkout: CreateCheckout) -> Result<Checkout, Error> {
        self.call(&checkout).await
    }

    /// Asks what became of orders of deposits, up to 100 at once. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case. Two rows of one id are [`Kind::Integrity`](payments_core::Kind::Integrity).
    #[doc(alias = "bill/info")]
    pub async fn deposits(&self, query: DepositQuery) -> Result<Deposits, Error> {
        self.call(&query).await
    }

    /// Asks what became of withdrawals, up to 100 at once. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case. Two rows of one id and two transfers of one withdrawal are
    /// [`Kind::Integrity`](payments_core::Kind::Integrity): look at the answer as it came, money may have gone out twice.
    #[doc(alias = "bill/info")]
    pub async fn withdrawals(&self, query: WithdrawalQuery) -> Result<Withdrawals, Error> {
        self.call(&query).await
    }

    /// Gives a customer's permanent address on a chain, and makes it for a new one. Effect: keyed by customer and chain,
    /// repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; after [`Outcome::Unknown`] make the same call again: no money was moved.
    #[doc(alias = "payment/address/get")]
    pub async fn deposit_address(&self, request: AssignAddress) -> Result<DepositAddress, Error> {
        self.call(&request).await
    }

    /// Pays coins out. Effect: unkeyed, never sent again by this client once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome; after [`Outcome::Unknown`] ask with [`withdrawals`](Self::withdrawals) and
    /// [`Withdraw::query`]. Any failure that the gateway answers with is unknown, a balance that is too small among
    /// them: its code is not published.
    #[doc(alias = "Create a withdrawal order")]
    pub async fn withdraw(&self, withdrawal: Withdraw) -> Result<Withdrawal, Error> {
        self.call(&withdrawal).await
    }

    /// Asks which coins and tokens the merchant takes. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case.
    #[doc(alias = "coin/all")]
    #[doc(alias = "Token ID")]
    #[doc(alias = "Supported Coins")]
    pub async fn coins(&self) -> Result<Coins, Error> {
        self.call(&CoinsQuery::new()).await
    }

    /// Asks what US dollars come to in a token. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case.
    #[doc(alias = "token/rate")]
    #[doc(alias = "Current Token Rate")]
    pub async fn token_rate(&self, query: RateQuery) -> Result<TokenRate, Error> {
        self.call(&query).await
    }

    /// Asks for the merchant's balances. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case.
    #[doc(alias = "Asset Balance")]
    pub async fn assets(&self, query: AssetsQuery) -> Result<Assets, Error> {
        self.call(&query).await
    }

    /// Asks what the network charges for a withdrawal. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case.
    #[doc(alias = "network/fee")]
    pub async fn network_fee(&self, query: NetworkFeeQuery) -> Result<NetworkFee, Error> {
        self.call(&query).await
    }

    /// Asks how far the chains are. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case.
    #[doc(alias = "get/network/height/info")]
    #[doc(alias = "Block Height")]
    pub async fn block_heights(&self) -> Result<BlockHeights, Error> {
        self.call(&BlockHeightsQuery::new()).await
    }

    /// Asks whether a Cwallet user exists. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case. A user that does not exist is
    /// [`Refusal::NotFound`](payments_core::Refusal::NotFound).
    #[doc(alias = "check/user")]
    #[doc(alias = "Cwallet ID validity")]
    pub async fn check_user(&self, query: UserQuery) -> Result<CwalletUser, Error> {
        self.call(&query).await
    }

    /// Asks for webhooks once more. Effect: unkeyed, never sent again by this client once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome; after [`Outcome::Unknown`] there is nothing to ask: no money moves, so look whether
    /// webhooks come, or call again a minute later. A call less than a minute after the last one, or the 26th within 24
    /// hours, is [`Kind::Invalid`](payments_core::Kind::Invalid) and is not sent. Only calls of this client and its clones are
    /// counted, not what [`prepare`](Self::prepare) gives.
    #[doc(alias = "webhook/resend")]
    pub async fn resend_webhooks(&self, resend: ResendWebhooks) -> Result<Resent, Error> {
        let refused = |invalid| Error::local(PROVIDER, ResendWebhooks::NAME, invalid);
        resend.check().map_err(refused)?;
        let now = self.executor.now();
        self.account.resends().take(now).map_err(refused)?;
        let answer = self.call(&resend).await;
        if let Err(error) = &answer
            && error.outcome() == Outcome::NotApplied
        {
            self.account.resends().give_back(now);
        }
        answer
    }

    /// Asks for the supported tokens the old way. Effect: read.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case.
    #[deprecated(note = "the documents no longer list support/token: use `coins`")]
    #[allow(deprecated)]
    #[doc(alias = "support/token")]
    pub async fn supported_tokens(&self) -> Result<LegacyTokens, Error> {
        self.call(&SupportedTokensQuery::new()).await
    }

    /// Asks for the chains of a token the old way. Effect: read.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case.
    #[deprecated(note = "the documents no longer list token/chain: use `coins`")]
    #[allow(deprecated)]
    #[doc(alias = "token/chain")]
    pub async fn token_chains(&self, query: TokenChainsQuery) -> Result<LegacyTokens, Error> {
        self.call(&query).await
    }

    /// The receiver of this account's webhooks.
    #[must_use]
    pub const fn webhooks(&self) -> &Webhooks {
        &self.webhooks
    }

    /// How many seconds are added to the clock, by the stamps of the gateway's verified answers; 0 while it is off by
    /// no more than 30. If it is not 0, set the clock right: webhooks are judged by it as it is.
    #[must_use]
    pub fn clock_skew_secs(&self) -> i64 {
        self.account.skew().seconds()
    }

    /// The signed request of a call, for people with an HTTP stack of their own. Nothing is sent.
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

    /// The typed answer to a [`prepare`](Self::prepare)d request: with its headers, where the signature is.
    ///
    /// # Errors
    /// A [`Fault`] that says what the answer proves. What that means for the call depends on what else was sent:
    /// see `payments_core::Executor`.
    pub fn parse<C: Call>(
        &self,
        call: &C,
        answer: &http::Response<Bytes>,
        now: Timestamp,
    ) -> Result<C::Output, Fault> {
        self.account.open(call, answer, now)
    }

    async fn call<C: Call>(&self, call: &C) -> Result<C::Output, Error> {
        self.executor.execute(&*self.account, call).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}
