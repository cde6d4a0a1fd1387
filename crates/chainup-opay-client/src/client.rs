//! The client: one method for each call.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use payments_core::{
    Error, Executor, Fault, InvalidRequest, Protocol, RawCall, RawResponse, Timestamp, Transport,
    open_answer,
};
use payments_signing::Verified;
use serde::Serialize;

use crate::config::Config;
use crate::confirm::{self, Confirmed};
use crate::decrypt::DecryptingTransport;
use crate::op::cancel_order::{CancelOrder, CancelReceipt};
use crate::op::create_third_order::{CreateOrder, CreatedOrder};
use crate::op::merchant_billing_day::{DailyStatement, Statement};
use crate::op::order_detail::{OrderDetail, OrderQuery};
use crate::op::pay_page::{PayPage, PayPageUrl};
use crate::protocol::{Account, Call};
use crate::statement_rows::StatementRows;
use crate::webhook::{Event, Webhooks};

/// A client of the ChainUp OPay gateway. Cloning is cheap; clones share one connection pool.
///
/// Dropping the future of a call leaves its outcome unknown, as a timeout does: the request may be on its way.
#[derive(Clone)]
pub struct Client {
    account: Arc<Account>,
    executor: Executor,
    webhooks: Webhooks,
}

impl Client {
    /// A client over the standard transport: rustls, 5 s to connect, 20 s for an attempt, 30 s for a call, answers of up
    /// to 4 MiB, plain `http://` to loopback addresses only. Its calls need a tokio runtime.
    ///
    /// # Errors
    /// If the HTTP client cannot be set up. Nothing is sent.
    #[cfg(feature = "reqwest")]
    #[cfg_attr(docsrs, doc(cfg(feature = "reqwest")))]
    pub fn new(config: &Config) -> Result<Self, payments_reqwest::BuildError> {
        let executor = payments_reqwest::ReqwestTransport::builder()
            .max_answer_bytes(crate::protocol::envelope::MAX_ANSWER)
            .build_executor()?;
        Ok(Self::with_executor(config, executor))
    }

    /// A client with your own transport, clock and policy.
    ///
    /// The transport should accept answers of 4 MiB. Answers above 6 KiB are decrypted on a thread of their own, one at a
    /// time for the client and its clones, within the policy's deadline. This takes real time: with a clock that never
    /// waits, as in tests, such an answer times out: set [`Config::decryption_threads`] to zero there.
    #[must_use]
    pub fn with_executor(config: &Config, executor: Executor) -> Self {
        let account = Arc::new(Account::new(config));
        let executor = match config.decryption_threads {
            0 => executor,
            _ => executor.map_transport(|transport| {
                Arc::new(DecryptingTransport::new(transport, Arc::clone(&account)))
                    as Arc<dyn Transport>
            }),
        };
        Self {
            executor,
            account,
            webhooks: Webhooks::new(config),
        }
    }

    /// Creates an order. Effect: keyed by the merchant's id; repeated with the same id where that may help.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`](payments_core::Outcome::Unknown) see [`CreateOrder`].
    pub async fn create_order(&self, order: CreateOrder) -> Result<CreatedOrder, Error> {
        self.call(&order).await
    }

    /// The URL where the payer pays an order. Nothing is sent.
    ///
    /// # Errors
    /// [`InvalidRequest`] if an id or the token cannot be right.
    ///
    /// ```
    /// # use chainup_opay_client::{Client, Config, PayPage, Payer};
    /// # use payments_core::ProviderRef;
    /// # fn page(client: &Client) -> Result<(), payments_core::InvalidRequest> {
    /// let page = PayPage::new(ProviderRef::new("1000000009")?, Payer::by_user_id("2023203"));
    /// let url = client.pay_page_url(&page)?;
    /// assert_eq!(url.as_str(), "https://service.exchange.example/platform/pay.html?appKey=shop_5157&userId=2023203&orderNum=1000000009");
    /// # Ok(())
    /// # }
    /// # use payments_core::scripted::{ManualClock, ScriptedTransport};
    /// # let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/signatures/chainup_opay/");
    /// # let read = |name: &str| std::fs::read_to_string(format!("{folder}{name}")).unwrap();
    /// # let config = Config::new("https://service.exchange.example", "shop_5157", &read("merchant.pri.pem"), &read("platform.pub.pem")).unwrap();
    /// # let client = Client::with_executor(&config, ScriptedTransport::new().executor(&ManualClock::new()));
    /// # page(&client).unwrap();
    /// ```
    pub fn pay_page_url(&self, page: &PayPage) -> Result<PayPageUrl, InvalidRequest> {
        page.url(&self.account)
    }

    /// Queries an order. Effect: read; repeated where that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed. A new order may not be found yet: 70001 is a
    /// [`Refusal::State`](payments_core::Refusal::State), and the next step is to ask again. Errors are not signed, so none
    /// of them proves that the order was not paid.
    pub async fn order_detail(&self, query: OrderQuery) -> Result<OrderDetail, Error> {
        self.call(&query).await
    }

    /// Queries the order of an event, which has the coin, and compares number, merchant's id and amount of both. Effect:
    /// read.
    ///
    /// With [`OrderDetailMode::Plain`](crate::OrderDetailMode) the answer is not signed, and [`Confirmed::is_verified`]
    /// returns false.
    ///
    /// # Errors
    /// [`Error`]: as [`order_detail`](Self::order_detail), or [`Kind::Integrity`](payments_core::Kind::Integrity) if event
    /// and order differ. Deliver nothing then.
    pub async fn confirm(&self, event: &Verified<Event>) -> Result<Confirmed, Error> {
        let detail = self
            .order_detail(OrderQuery::new(event.order_num.clone()))
            .await?;
        Confirmed::new(event, detail)
    }

    /// Reads one page of a day's statement. Effect: read; repeated where that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed.
    pub async fn daily_statement(&self, statement: DailyStatement) -> Result<Statement, Error> {
        self.call(&statement).await
    }

    /// All rows of a day's statement, from the given page to the end, fetched on demand.
    ///
    /// ```
    /// # use chainup_opay_client::{Client, DailyStatement, Date};
    /// # async fn read(client: &Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut rows = client.daily_statement_rows(DailyStatement::new(Date::new(2026, 11, 22)?));
    /// while let Some(row) = rows.next().await {
    ///     let row = row?;
    ///     println!("{} {} {}", row.app_order_id, row.amount, row.coin);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn daily_statement_rows(&self, statement: DailyStatement) -> StatementRows {
        let client = self.clone();
        StatementRows::new(statement, move |page| {
            let client = client.clone();
            Box::pin(async move { client.daily_statement(page).await })
        })
    }

    /// Cancels a pending order. Effect: keyed by its number; repeated where that may help.
    ///
    /// The answer is rarely signed: [`confirm_cancelled`](Self::confirm_cancelled) queries the order.
    ///
    /// # Errors
    /// [`Error`] with its outcome. After [`Outcome::Unknown`](payments_core::Outcome::Unknown) query the order with
    /// [`order_detail`](Self::order_detail).
    pub async fn cancel_order(&self, cancel: CancelOrder) -> Result<CancelReceipt, Error> {
        self.call(&cancel).await
    }

    /// Queries the order of a cancellation and checks that it is closed. Effect: read.
    ///
    /// ```
    /// # use chainup_opay_client::{CancelOrder, Client};
    /// # use payments_core::ProviderRef;
    /// # async fn cancel(client: &Client, order_num: ProviderRef) -> Result<(), payments_core::Error> {
    /// let receipt = client.cancel_order(CancelOrder::new(order_num)).await?;
    /// if !receipt.is_verified() {
    ///     client.confirm_cancelled(&receipt).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error`]: as [`order_detail`](Self::order_detail), or [`Kind::Integrity`](payments_core::Kind::Integrity) if the
    /// order is not closed: it may be paid already, or be paid later.
    pub async fn confirm_cancelled(&self, receipt: &CancelReceipt) -> Result<OrderDetail, Error> {
        let query = OrderQuery::new(receipt.order_num.clone());
        confirm::closed(self.order_detail(query).await?)
    }

    /// Makes the call of a request that is needed again, for example to look up the order after a failure. The methods by name take
    /// the request by value. Effect: that of the request.
    ///
    /// ```
    /// # use chainup_opay_client::{Client, CreateOrder};
    /// # async fn pay(client: &Client, order: CreateOrder) -> Result<(), Box<dyn std::error::Error>> {
    /// let created = client.call(&order).await?;
    /// println!("{order:?} is {}", created.order_num);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error`] with its outcome, as for the method by name.
    pub async fn call<C: Call>(&self, call: &C) -> Result<C::Output, Error> {
        self.executor.execute(&*self.account, call).await
    }

    /// Makes a call that this crate has no type for, or a known one with further fields. Effect: a [`RawCall::read`] is
    /// repeated where that may help; a [`RawCall::write`] is never sent again once a byte of it may have left.
    ///
    /// The name is the path below `/platformapi/chainup/open/`, such as `auth/token`; a name without `/` is in `opay/`.
    /// `fields` is the JSON object to sign and encrypt, for example `serde_json::to_value` of a request type with further
    /// fields. Raw queries of an order should contain `appKey`: see [`OrderQuery`].
    ///
    /// ```
    /// # use chainup_opay_client::{Client, RawCall};
    /// # async fn reference(client: &Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let fields = serde_json::json!({"appKey": "shop_5157", "appOrderId": "order-1001"});
    /// let response = client.call_raw(RawCall::read("getReferenceOrder"), &fields).await?;
    /// let order: serde_json::Value = response.parse()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error`] with its outcome. A read of a call that is known to change something is refused and not sent. Codes that
    /// belong to one call only are [`Kind::Ambiguous`](payments_core::Kind) here, and for a write every code is. A success
    /// without `data` is not signed: for a read its JSON is `null`, and for a write it is
    /// [`Kind::Unverified`](payments_core::Kind::Unverified) with an unknown outcome.
    pub async fn call_raw<const WRITE: bool>(
        &self,
        call: RawCall<WRITE>,
        fields: &impl Serialize,
    ) -> Result<RawResponse, Error> {
        self.call(&call.with_fields(fields)).await
    }

    /// The receiver of this app's callbacks.
    #[must_use]
    pub const fn webhooks(&self) -> &Webhooks {
        &self.webhooks
    }

    /// The sealed request of a call, for your own HTTP stack. Nothing is sent.
    ///
    /// Do not log it: `Debug` of an `http::Request` prints the body, which could be replayed.
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
    /// It decrypts on the caller's thread and on helper threads. For a statement of 2,000 rows that takes most of a second
    /// of one core: in an async program, call it on a thread for blocking work.
    ///
    /// # Errors
    /// A [`Fault`] that describes what the answer proves. The outcome of the call depends on earlier attempts too: see
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
