//! The client: one method per call.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
#[cfg(doc)]
use payments_core::Outcome;
use payments_core::{
    Error, Executor, Fault, InvalidRequest, Kind, Operation, Protocol, RawCall, RawResponse,
    Refusal, Timestamp, open_answer,
};
use serde::Serialize;

use super::config::Config;
use super::confirm::Confirm;
use super::op::{
    AddressQuery, AddressValidity, AssetQuery, Assets, AssetsQuery, AssignAddress, AutoWithdrawals,
    AutoWithdrawalsQuery, Chains, ChainsQuery, CoinQuery, Coins, CoinsQuery, CreateInvoice,
    CreateOrder, CreatedInvoice, CreatedOrder, CwalletUser, CwalletUserQuery, Deposit,
    DepositAddress, DepositQuery, Deposits, DepositsQuery, EstimateSwap, Fiats, FiatsQuery,
    Invoice, InvoiceQuery, OneAsset, OneCoin, Order, OrderQuery, Prices, PricesQuery,
    RescanTransaction, Rescanned, ResendWebhooks, Resent, RiskyRefunds, RiskyRefundsQuery, Swap,
    SwapCoins, SwapCoinsQuery, SwapEstimate, SwapQuery, SwapRecord, SwapRecords, Swapped,
    SwapsQuery, UnbindAddress, Unbound, Withdraw, WithdrawFee, WithdrawFeeQuery, WithdrawToCwallet,
    Withdrawal, WithdrawalQuery, WithdrawalRecord, Withdrawals, WithdrawalsQuery,
};
use super::protocol::{Account, Call, PROVIDER};
use super::rows::{Paged, Rows};
use super::webhook::Webhooks;

/// A client of the CCPayment v2 gateway. Cloning is cheap; clones share one connection pool, and the count of refused
/// credentials.
///
/// Dropping the future of a call does not cancel the call: its outcome is then as unknown as after a timeout. Look it up with
/// [`confirm`](Self::confirm).
///
/// The provider publishes no limit of requests. It bans the IP address and the app id of who keeps sending wrong signatures or
/// app ids: after three such refusals in a row (codes 11005 and 12001) this client sends nothing for ten minutes, then one
/// request; each further refusal doubles the pause, up to a day. After code 11014 it sends nothing for a day. Meanwhile every
/// call fails with [`Kind::Configuration`] and is not sent. A new client starts without that count.
#[derive(Clone)]
pub struct Client {
    account: Arc<Account>,
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
            executor,
            webhooks: Webhooks::new(config),
        }
    }

    /// Creates an order with an address to pay to. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] use [`confirm`](Self::confirm), which returns the address and the amount.
    #[doc(alias = "createAppOrderDepositAddress")]
    pub async fn create_order(&self, request: CreateOrder) -> Result<CreatedOrder, Error> {
        self.call(&request).await
    }

    /// Returns an order and its payments. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAppOrderInfo")]
    pub async fn order(&self, request: OrderQuery) -> Result<Order, Error> {
        self.call(&request).await
    }

    /// Creates an invoice with a page to pay on. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] use [`confirm`](Self::confirm), which returns the page.
    #[doc(alias = "createInvoiceUrl")]
    pub async fn create_invoice(&self, request: CreateInvoice) -> Result<CreatedInvoice, Error> {
        self.call(&request).await
    }

    /// Returns an invoice and its payments. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getInvoiceOrderInfo")]
    pub async fn invoice(&self, request: InvoiceQuery) -> Result<Invoice, Error> {
        self.call(&request).await
    }

    /// Returns the permanent address of a user, and assigns one if the user has no address. Effect: keyed, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] call it again: it returns the same address.
    #[doc(alias = "getOrCreateAppDepositAddress")]
    pub async fn deposit_address(&self, request: AssignAddress) -> Result<DepositAddress, Error> {
        self.call(&request).await
    }

    /// Cuts a permanent address off its user. Effect: keyed, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] call it again. [`Kind::Duplicate`](payments_core::Kind::Duplicate), code 17003, states that the address is cut off.
    #[doc(alias = "addressUnbinding")]
    pub async fn unbind_address(&self, request: UnbindAddress) -> Result<Unbound, Error> {
        self.call(&request).await
    }

    /// Returns a deposit. Book a webhook's payment from it. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAppDepositRecord")]
    pub async fn deposit(&self, request: DepositQuery) -> Result<Deposit, Error> {
        self.call(&request).await
    }

    /// Returns a page of deposits; all of them: [`rows`](Self::rows). Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAppDepositRecordList")]
    pub async fn deposits(&self, request: DepositsQuery) -> Result<Deposits, Error> {
        self.call(&request).await
    }

    /// Pays out to an address. A success means that the withdrawal was accepted, not that it was paid out. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] use [`confirm`](Self::confirm), and never pay under a new id before it is resolved.
    #[doc(alias = "applyAppWithdrawToNetwork")]
    pub async fn withdraw(&self, request: Withdraw) -> Result<Withdrawal, Error> {
        self.call(&request).await
    }

    /// Pays out to a Cwallet user. There is no webhook: query it with [`withdrawal`](Self::withdrawal). Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. As [`withdraw`](Self::withdraw).
    #[doc(alias = "applyAppWithdrawToCwallet")]
    pub async fn withdraw_to_cwallet(
        &self,
        request: WithdrawToCwallet,
    ) -> Result<Withdrawal, Error> {
        self.call(&request).await
    }

    /// Returns a withdrawal. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAppWithdrawRecord")]
    pub async fn withdrawal(&self, request: WithdrawalQuery) -> Result<WithdrawalRecord, Error> {
        self.call(&request).await
    }

    /// Returns a page of withdrawals; all of them: [`rows`](Self::rows). Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAppWithdrawRecordList")]
    pub async fn withdrawals(&self, request: WithdrawalsQuery) -> Result<Withdrawals, Error> {
        self.call(&request).await
    }

    /// Returns a page of automatic withdrawals; all of them: [`rows`](Self::rows). Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAutoWithdrawRecordList")]
    pub async fn auto_withdrawals(
        &self,
        request: AutoWithdrawalsQuery,
    ) -> Result<AutoWithdrawals, Error> {
        self.call(&request).await
    }

    /// Returns a page of refunds of risky deposits; all of them: [`rows`](Self::rows). Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getRiskyRefundRecordList")]
    pub async fn risky_refunds(&self, request: RiskyRefundsQuery) -> Result<RiskyRefunds, Error> {
        self.call(&request).await
    }

    /// Returns the coins that can be swapped. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getSwapCoinList")]
    pub async fn swap_coins(&self) -> Result<SwapCoins, Error> {
        self.call(&SwapCoinsQuery::new()).await
    }

    /// Returns what a swap would yield. Nothing is moved or reserved. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "estimate")]
    pub async fn estimate_swap(&self, request: EstimateSwap) -> Result<SwapEstimate, Error> {
        self.call(&request).await
    }

    /// Exchanges coins, at once. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`] use [`confirm`](Self::confirm), and never swap under a new id before it is resolved.
    pub async fn swap(&self, request: Swap) -> Result<Swapped, Error> {
        self.call(&request).await
    }

    /// Returns a swap. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getSwapRecord")]
    pub async fn swap_record(&self, request: SwapQuery) -> Result<SwapRecord, Error> {
        self.call(&request).await
    }

    /// Returns a page of swaps; all of them: [`rows`](Self::rows). Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getSwapRecordList")]
    pub async fn swap_records(&self, request: SwapsQuery) -> Result<SwapRecords, Error> {
        self.call(&request).await
    }

    /// Returns the coins that the merchant has enabled, with their chains. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getCoinList")]
    pub async fn coins(&self) -> Result<Coins, Error> {
        self.call(&CoinsQuery::new()).await
    }

    /// Returns one coin. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getCoin")]
    pub async fn coin(&self, request: CoinQuery) -> Result<OneCoin, Error> {
        self.call(&request).await
    }

    /// Returns prices of coins in USDT. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getCoinUSDTPrice")]
    pub async fn prices(&self, request: PricesQuery) -> Result<Prices, Error> {
        self.call(&request).await
    }

    /// Returns the fiat currencies of prices. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getFiatList")]
    pub async fn fiats(&self) -> Result<Fiats, Error> {
        self.call(&FiatsQuery::new()).await
    }

    /// Returns chains. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getChainList")]
    pub async fn chains(&self, request: ChainsQuery) -> Result<Chains, Error> {
        self.call(&request).await
    }

    /// Returns the merchant's balances. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAppCoinAssetList")]
    pub async fn assets(&self) -> Result<Assets, Error> {
        self.call(&AssetsQuery::new()).await
    }

    /// Returns the balance of one coin. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getAppCoinAsset")]
    pub async fn asset(&self, request: AssetQuery) -> Result<OneAsset, Error> {
        self.call(&request).await
    }

    /// Checks whether a Cwallet user exists. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getCwalletUserId")]
    pub async fn cwallet_user(&self, request: CwalletUserQuery) -> Result<CwalletUser, Error> {
        self.call(&request).await
    }

    /// Checks whether an address is valid on a chain. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "checkWithdrawalAddressValidity")]
    pub async fn check_address(&self, request: AddressQuery) -> Result<AddressValidity, Error> {
        self.call(&request).await
    }

    /// Returns the network fee of a withdrawal. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    #[doc(alias = "getWithdrawFee")]
    pub async fn withdraw_fee(&self, request: WithdrawFeeQuery) -> Result<WithdrawFee, Error> {
        self.call(&request).await
    }

    /// Asks the gateway to look for a payment on the chain again. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. It moves no money: after [`Outcome::Unknown`] call it again.
    #[doc(alias = "rescanLostTransaction")]
    pub async fn rescan(&self, request: RescanTransaction) -> Result<Rescanned, Error> {
        self.call(&request).await
    }

    /// Asks for past webhooks again. Effect: unkeyed, never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome. It moves no money: after [`Outcome::Unknown`] wait for webhooks, or call it again.
    #[doc(alias = "webhook/resend")]
    pub async fn resend_webhooks(&self, request: ResendWebhooks) -> Result<Resent, Error> {
        self.call(&request).await
    }

    /// Looks up what became of a call that creates an order or moves money, by its `orderId`, and compares what is found with
    /// the call. Effect: read, repeated when that may help.
    ///
    /// `None` means that the gateway knows no such order (code 11003). **That alone does not prove that the call had no
    /// effect**: a request that is still on its way can be accepted for two minutes from its timestamp. No document states how
    /// soon an accepted one is found. So ask again after that time and some more for clocks, and even then do not pay under a
    /// new id on this answer alone if the sum matters: the provider's support or the console decide.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed. If what is found differs from the call in amount, coin, chain, address or currency, it
    /// is [`Kind::Integrity`]: the `orderId` was used for something else, or was changed on the way.
    ///
    /// ```
    /// # async fn example(client: ccpayment_client::v2::Client, withdrawal: ccpayment_client::v2::Withdraw)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// if let Err(error) = client.withdraw(withdrawal.clone()).await {
    ///     eprintln!("{error}"); // states the outcome
    ///     match client.confirm(&withdrawal).await? {
    ///         Some(record) => println!("it was made: {}", record.status),
    ///         None => println!("not found yet: ask again later, and do not pay again"),
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn confirm<C: Confirm>(
        &self,
        call: &C,
    ) -> Result<Option<<C::Query as Operation>::Output>, Error> {
        let query = call.query();
        let found = match self.call(&query).await {
            Ok(found) => found,
            Err(error) if error.kind() == Kind::Refused(Refusal::NotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        match call.compare(&found) {
            Ok(()) => Ok(Some(found)),
            Err(fault) => {
                let (name, effect) = (
                    <C::Query as Operation>::NAME,
                    <C::Query as Operation>::EFFECT,
                );
                Err(Error::from_fault(PROVIDER, name, effect, fault, None))
            }
        }
    }

    /// All records of a list, page by page: of a [`DepositsQuery`], [`WithdrawalsQuery`], [`AutoWithdrawalsQuery`],
    /// [`RiskyRefundsQuery`] or [`SwapsQuery`]. Effect: read.
    ///
    /// ```
    /// # async fn example(client: ccpayment_client::v2::Client, stored: Option<String>)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// use ccpayment_client::v2::{DepositsQuery, Paged};
    ///
    /// let mut query = DepositsQuery::all().coin(1280);
    /// if let Some(cursor) = stored {
    ///     query = query.at_cursor(cursor); // where the last run ended
    /// }
    /// let mut rows = client.rows(query);
    /// while let Some(deposit) = rows.next().await {
    ///     let deposit = deposit?;
    ///     // ... store it under deposit.record_id, together with:
    ///     let cursor = rows.cursor();
    ///     # let _ = (deposit, cursor);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn rows<Q: Paged>(&self, query: Q) -> Rows<Q> {
        let client = self.clone();
        Rows::new(query, move |page| {
            let client = client.clone();
            Box::pin(async move { client.call(&page).await })
        })
    }

    /// Makes a call that this crate has no type for, or a known call with further fields: the escape hatch.
    ///
    /// The name is the path below the base URL, `getUserCoinAssetList`. `fields` is anything that serializes as a JSON object;
    /// the typed requests do. The result is the `data` of a success, with no further checks.
    ///
    /// Effect: read for [`RawCall::read`], unkeyed for [`RawCall::write`], which is never resent once it may have left.
    ///
    /// # Errors
    /// [`Error`] with its outcome, of the operation `call_raw`. A read of a call that is known to change something is refused
    /// and not sent. Values of the fields are masked in the gateway's message.
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

    /// Reads the answer to a [`prepare`](Self::prepare)d request.
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
