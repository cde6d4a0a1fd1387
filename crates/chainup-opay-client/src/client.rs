//! The client: one line per call.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use payments_core::{Error, Executor, Fault, InvalidRequest, Protocol, Timestamp, Transport};

use crate::confirm;
use crate::opening::Opening;
use crate::protocol::{Account, Call};
use crate::{
    CancelOrder, CancelReceipt, Config, Confirmed, CreateOrder, CreatedOrder, DailyStatement,
    Event, OrderDetail, OrderQuery, PayPage, PayPageUrl, Statement, StatementRows, Verified,
    Webhooks,
};

/// A client of the ChainUp OPay gateway. Cloning is cheap; clones share one connection pool.
///
/// Dropping the future of a call gives up waiting, not the call: whether it took effect is then as
/// unknown as after a timeout.
#[derive(Clone)]
pub struct Client {
    account: Arc<Account>,
    executor: Executor,
    webhooks: Webhooks,
}

impl Client {
    /// A client over the standard transport: rustls, connect 5 s, attempt 20 s, 30 s in total, answers of up to 4 MiB,
    /// plain `http://` to loopback only. Needs a tokio runtime when called.
    ///
    /// # Errors
    /// When the HTTP client cannot be set up; nothing was sent.
    #[cfg(feature = "reqwest")]
    pub fn new(config: &Config) -> Result<Self, payments_reqwest::BuildError> {
        let executor = payments_reqwest::ReqwestTransport::builder()
            .max_answer_bytes(crate::protocol::MAX_ANSWER)
            .build_executor()?;
        Ok(Self::with_executor(config, executor))
    }

    /// A client over a transport, clock and policy of your own.
    ///
    /// Large answers are opened on threads of their own before the executor reads them, two at once for this client and
    /// its clones, while others wait in line. All of that counts towards the policy's deadline; let the transport take answers of 4 MiB. Opening takes real time: under a clock that never waits, as in
    /// tests, an answer of more than 6 KiB has run out of its time before it is open.
    #[must_use]
    pub fn with_executor(config: &Config, executor: Executor) -> Self {
        let account = Arc::new(Account::new(config));
        let opening = |transport| {
            Arc::new(Opening::new(transport, Arc::clone(&account))) as Arc<dyn Transport>
        };
        Self {
            executor: executor.map_transport(opening),
            account,
            webhooks: Webhooks::new(config),
        }
    }

    /// Makes an order. Effect: keyed by the merchant's id, repeated with the same id when that may help.
    ///
    /// # Errors
    /// [`Error`] with its outcome; see [`CreateOrder`] for what to do after
    /// [`Outcome::Unknown`](payments_core::Outcome::Unknown).
    pub async fn create_order(&self, order: CreateOrder) -> Result<CreatedOrder, Error> {
        self.call(&order).await
    }

    /// The URL where the payer pays an order. Nothing is sent.
    ///
    /// # Errors
    /// [`InvalidRequest`] when an id or the token cannot be right.
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

    /// Asks what became of an order. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case. An order that was made just now may not be found yet: 70001 is a
    /// [`Refusal::State`](payments_core::Refusal::State) that says to ask again. An error is not signed either: neither is
    /// proof that nobody paid.
    pub async fn order_detail(&self, query: OrderQuery) -> Result<OrderDetail, Error> {
        self.call(&query).await
    }

    /// Asks for the order of an event, which tells the coin, and compares the platform's number, the merchant's id and
    /// the amount of both. Effect: read.
    ///
    /// With [`OrderDetailMode::Plain`](crate::OrderDetailMode) the answer is nobody's word but TLS's, and
    /// [`Confirmed::is_verified`] says so.
    ///
    /// # Errors
    /// [`Error`]: that of [`order_detail`](Self::order_detail), or
    /// [`Kind::Integrity`](payments_core::Kind::Integrity) when event and order differ. Deliver nothing then.
    pub async fn confirm(&self, event: &Verified<Event>) -> Result<Confirmed, Error> {
        let detail = self
            .order_detail(OrderQuery::new(event.order_num.clone()))
            .await?;
        Confirmed::new(event, detail)
    }

    /// Asks for one page of a day's statement. Effect: read, repeated when that may help.
    ///
    /// # Errors
    /// [`Error`]; nothing was changed in any case.
    pub async fn daily_statement(&self, statement: DailyStatement) -> Result<Statement, Error> {
        self.call(&statement).await
    }

    /// All rows of a day's statement, from the page that `statement` names to the end, fetched as they are asked for.
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
        StatementRows::new(self.clone(), statement)
    }

    /// Cancels a pending order. Effect: keyed by its number, repeated when that may help.
    ///
    /// The answer is hardly ever signed: [`confirm_cancelled`](Self::confirm_cancelled) makes sure.
    ///
    /// # Errors
    /// [`Error`] with its outcome; after [`Outcome::Unknown`](payments_core::Outcome::Unknown) ask with
    /// [`order_detail`](Self::order_detail).
    pub async fn cancel_order(&self, cancel: CancelOrder) -> Result<CancelReceipt, Error> {
        self.call(&cancel).await
    }

    /// Asks for the order of a cancellation: it has to be closed. Effect: read.
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
    /// [`Error`]: that of [`order_detail`](Self::order_detail), or
    /// [`Kind::Integrity`](payments_core::Kind::Integrity) when the order is in any other state. It is not cancelled then
    /// as far as the platform says now: it may still be paid, or is paid already.
    pub async fn confirm_cancelled(&self, receipt: &CancelReceipt) -> Result<OrderDetail, Error> {
        let query = OrderQuery::new(receipt.order_num.clone());
        confirm::closed(self.order_detail(query).await?)
    }

    /// The receiver of this app's callbacks.
    #[must_use]
    pub const fn webhooks(&self) -> &Webhooks {
        &self.webhooks
    }

    /// The sealed request of a call, for people with an HTTP stack of their own. Nothing is sent.
    ///
    /// `Debug` of an `http::Request` prints the body, which can be sent again by whoever reads it: do not log it.
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
    /// It opens the answer here and now: of 2,000 rows of a statement that is most of a second of one core, shared by
    /// the cores there are. An async program does that on a thread for blocking work.
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
