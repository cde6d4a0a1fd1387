//! The client: one method per call. Those of single calls are in the files of their group.

mod batches;
mod common;
mod orders;
mod swaps;
mod users;
mod withdrawals;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use payments_core::{
    Error, Executor, Fault, InvalidRequest, Kind, Operation, Protocol, RawCall, RawResponse,
    Refusal, Timestamp, open_answer,
};
use serde::Serialize;

use super::config::Config;
use super::confirm::Confirm;
use super::protocol::{Account, Call, PROVIDER};
use super::rows::{Paged, Rows};
use super::webhook::Webhooks;

/// A client of the CCPayment v2 gateway. Cloning is cheap; clones share one connection pool, and the count of refused
/// credentials.
///
/// Dropping the future of a call does not cancel the call: its outcome is then as unknown as after a timeout. Look it up with
/// [`confirm`](Self::confirm).
///
/// The provider publishes no limit of requests. It bans the IP address and the app id of who keeps sending wrong signatures
/// or app ids: after three such refusals in a row (codes 11005 and 12001, under HTTP status 200) this client sends nothing
/// for ten minutes, then one request; each further refusal doubles the pause, up to a day. After code 11014 it sends nothing
/// for a day. Meanwhile every call fails with [`Kind::Configuration`] and is not sent. A new client starts without that
/// count.
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
    /// is [`Kind::Integrity`]: the `orderId` was used for something else, or was changed on the way. So is an order with a price
    /// in a fiat currency whose price cannot be compared: see [`Order::costs`](super::Order::costs).
    ///
    /// ```
    /// # async fn example(client: ccpayment_client::v2::Client, withdrawal: ccpayment_client::v2::Withdraw)
    /// # -> Result<(), Box<dyn std::error::Error>> {
    /// if let Err(error) = client.call(&withdrawal).await {
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

    /// All records of a list, page by page: of any query that is [`Paged`], such as
    /// [`DepositsQuery`](super::DepositsQuery). Effect: read.
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

    /// Makes the call of a request that is needed again, for example to look up the order after a failure. The methods by name take
    /// the request by value. Effect: that of the request.
    ///
    /// ```
    /// # use ccpayment_client::v2::{Client, CreateOrder};
    /// # async fn pay(client: &Client, order: CreateOrder) -> Result<(), Box<dyn std::error::Error>> {
    /// let created = client.call(&order).await?;
    /// println!("{order:?} is paid to {}", created.address);
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
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}
