//! The handle of a running sandbox.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::http::{Request, Response};
use bytes::Bytes;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::credentials::Credentials;
use crate::providers::Providers;
use crate::router::Site;
use crate::server;
use crate::shared::action::{Action, ActionError};
use crate::shared::clock::Clock;
use crate::shared::deliveries::Delivery;
use crate::shared::fault::Fault;
use crate::shared::gateway::Gateway;
use crate::shared::ledger::Balance;
use crate::shared::order::Order;
use crate::shared::requests::RequestRecord;
use crate::shared::setting::SandboxSetting;

/// A running sandbox. Dropping it stops it at once; [`shutdown`](Sandbox::shutdown) waits for requests under way.
///
/// Its methods do what the admin API under `/_sandbox` does, without HTTP.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
/// use payments_sandbox::Sandbox;
///
/// let sandbox = Sandbox::builder().start().await?;
/// assert!(sandbox.base_url().starts_with("http://127.0.0.1:"));
/// assert_eq!(sandbox.credentials().cpay.merchant_id, "20003092");
/// // … point a client at `base_url()`, create an order, then pay it:
/// assert!(sandbox.pay("no such order", None).await.is_err());
/// sandbox.shutdown().await;
/// # Ok::<(), payments_sandbox::StartError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Sandbox {
    app: Arc<App>,
    site: Arc<Site>,
    pub(crate) providers: Providers,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    /// What runs besides.
    tasks: Vec<JoinHandle<()>>,
}

#[allow(
    clippy::unused_async,
    reason = "public API, async since the first release"
)]
impl Sandbox {
    pub(crate) fn new(
        app: Arc<App>,
        site: Arc<Site>,
        providers: Providers,
        address: SocketAddr,
        stop: watch::Sender<bool>,
        server: JoinHandle<()>,
        tasks: Vec<JoinHandle<()>>,
    ) -> Self {
        Self {
            app,
            site,
            providers,
            address,
            stop,
            server,
            tasks,
        }
    }

    /// `http://ADDRESS:PORT`, or the public URL, without a trailing slash: the base URL of the gateways' APIs and of the pages.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.app.context.base_url
    }

    /// The address it listens on.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// The merchant's credentials.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.app.credentials
    }

    /// The sandbox's clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.app.context.clock
    }

    /// Answers a request without a connection, as a simulation needs it: with this, with a [clock of the runtime](Clock::runtime)
    /// whose time is paused, and with [`receive_webhooks`](crate::SandboxBuilder::receive_webhooks), no thread and no socket
    /// takes part, and a day takes milliseconds. The limits of the server for connections and bodies do not apply. A request
    /// that has begun is carried out even if the future is dropped, as that of a client that hangs up.
    ///
    /// The request needs a `Host` header of this machine. Where a [fault](Self::fault) writes an answer byte by byte, the
    /// response has the extension `payments_server::Verbatim`, and its body is everything that a connection would carry.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// use payments_sandbox::Sandbox;
    ///
    /// let sandbox = Sandbox::builder().start().await?;
    /// let request = http::Request::post("http://localhost/openapi/v1/createOrder").header("Host", "localhost");
    /// let answer = sandbox.answer(request.body("merchantId=1".into())?).await;
    /// assert!(answer.body().starts_with(b"{\"code\":"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub async fn answer(&self, request: Request<Bytes>) -> Response<Bytes> {
        server::answer_locally(Arc::clone(&self.site), request).await
    }

    /// Advances the clock to the next thing that is due, such as the retry of a webhook, the end of an order or a late answer, and
    /// returns its time in milliseconds since the Unix epoch. `None` if nothing is due later than now. Await
    /// [`webhooks_quiet`](Self::webhooks_quiet) first, or a webhook that is being sent has no next attempt yet.
    pub fn advance_to_next(&self) -> Option<u64> {
        self.app.advance_to_next()
    }

    /// Pays an order: `amount` as a decimal text, or exactly what the order asks for. `id` is the gateway's order id or the
    /// merchant's reference. The merchant is credited and a webhook is queued. A payout is [completed](Self::complete).
    ///
    /// Which amounts an order accepts depends on its gateway: card orders and some gateways accept only the order's amount,
    /// some complete an order whatever the amount, others accept several payments for one order.
    ///
    /// # Errors
    /// [`ActionError`]: no such order, an order that has ended, an amount that cannot be used, a test payer with too little
    /// money.
    pub async fn pay(&self, id: &str, amount: Option<&str>) -> Result<Order, ActionError> {
        self.app.act(id, Action::Pay(amount))
    }

    /// Puts a pending order into processing: its payment was seen and is not final. Paying the order makes it final.
    ///
    /// # Errors
    /// [`ActionError`]: no such order, one that is not pending, a gateway without this state.
    pub async fn process(&self, id: &str) -> Result<Order, ActionError> {
        self.app.act(id, Action::Process)
    }

    /// Closes a pending order as if its time to pay had ended; a webhook is queued if the gateway sends one. A payout is
    /// [rejected](Self::reject).
    ///
    /// # Errors
    /// [`ActionError`]: no such order, one that is not pending, a deposit, which has no time to pay.
    pub async fn expire(&self, id: &str) -> Result<Order, ActionError> {
        self.app.act(id, Action::Expire)
    }

    /// Lets the payment of an order fail. Its webhook is queued.
    ///
    /// # Errors
    /// [`ActionError`]: no such order, one that has ended, a gateway without failed payments.
    pub async fn fail(&self, id: &str) -> Result<Order, ActionError> {
        self.app.act(id, Action::Fail)
    }

    /// Completes a payout: its frozen money leaves the balance. Its webhook is queued.
    ///
    /// # Errors
    /// [`ActionError`]: no such order, one that is not a payout, one that is completed or closed.
    pub async fn complete(&self, id: &str) -> Result<Order, ActionError> {
        self.app.act(id, Action::Complete)
    }

    /// Rejects a payout: its frozen money is available again. Its webhook is queued.
    ///
    /// # Errors
    /// [`ActionError`]: no such order, one that is not a payout, one that is completed or closed.
    pub async fn reject(&self, id: &str) -> Result<Order, ActionError> {
        self.app.act(id, Action::Reject)
    }

    /// Sends money of a paid order back to its payer. The refund is a separate order; [complete](Self::complete) or
    /// [reject](Self::reject) it, then its webhook is queued.
    ///
    /// # Errors
    /// [`ActionError`]: no such order, a gateway without refunds, more than was paid or than the balance has, an amount that
    /// does not cover the network fee.
    pub async fn refund(&self, id: &str, amount: &str) -> Result<Order, ActionError> {
        self.app.act(id, Action::Refund(amount))
    }

    /// Ends the time to pay of an order and pays it then: an order of CCPayment, or an invoice of version 2.
    ///
    /// # Errors
    /// [`ActionError`]: no such order, one that cannot be paid after its time, one whose payer has chosen no coin or that is paid.
    pub async fn pay_late(&self, id: &str) -> Result<Order, ActionError> {
        self.app.pay_late(id)
    }

    /// Chooses the coin and the network of an order that is paid on the gateway's page, as its payer does there: `USDT` and `TRX`.
    ///
    /// # Errors
    /// [`ActionError`]: no such order, a gateway or an order without a choice, no such coin or network, an order that is paid or over.
    pub async fn choose(&self, id: &str, coin: &str, network: &str) -> Result<Order, ActionError> {
        self.app.act(id, Action::Choose { coin, network })
    }

    /// Lets the next valid request to a gateway, or its next webhook, meet a [`Fault`]. Several faults wait in line, each for the
    /// first request that it fits; a reset removes them. Returns the number of the fault.
    ///
    /// # Errors
    /// [`ActionError`]: a setting that cannot be, with all reasons at once; too many faults waiting.
    pub fn fault(&self, fault: Fault) -> Result<u64, ActionError> {
        self.app.fault(fault)
    }

    /// Removes a fault that waits. Returns whether it was waiting.
    pub fn remove_fault(&self, id: u64) -> bool {
        self.app.context.faults().remove(id)
    }

    /// Removes all faults that wait, and returns how many there were.
    pub fn clear_faults(&self) -> usize {
        self.app.context.faults().clear()
    }

    /// How many faults wait for a request or a webhook.
    #[must_use]
    pub fn waiting_faults(&self) -> usize {
        let now_ms = self.clock().now_ms();
        self.app.context.faults().iter(now_ms).len()
    }

    /// The merchant's balances at a gateway, one row per currency.
    #[must_use]
    pub fn balances_at(&self, gateway: Gateway) -> Vec<Balance> {
        self.app.balances(gateway)
    }

    /// Makes exactly `available` of a currency available to the merchant at a gateway; what is frozen stays. At ChainUp OPay the
    /// balances are what was paid.
    ///
    /// # Errors
    /// [`ActionError`]: no such currency, an amount that cannot be used.
    pub fn set_balance(
        &self,
        gateway: Gateway,
        currency: &str,
        available: &str,
    ) -> Result<Balance, ActionError> {
        self.app.set_balance(gateway, currency, available)
    }

    /// All settings with their values. Those that only the start decides come last.
    #[must_use]
    pub fn settings(&self) -> Vec<SandboxSetting> {
        self.app.settings()
    }

    /// Changes settings by their names, all of them or none. A reset restores what they were at the start. What an order or a webhook
    /// got from a setting before, such as its URL, stays.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let sandbox = payments_sandbox::Sandbox::builder().start().await?;
    /// sandbox.change_settings(&[("cpay_kyc_required", "false"), ("webhook_timeout_ms", "500")])?;
    /// let refused = sandbox.change_settings(&[("cpay_kyc_required", "no"), ("seed", "1")]);
    /// assert!(refused.unwrap_err().to_string().contains("cpay_kyc_required is true or false"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`ActionError::Invalid`], with all problems: no such setting, one that only the start decides, a value that it cannot be.
    pub fn change_settings(&self, changes: &[(&str, &str)]) -> Result<(), ActionError> {
        self.app.change_settings(changes)
    }

    /// Sends a webhook again, at once and with all its attempts.
    ///
    /// # Errors
    /// [`ActionError`]: no such delivery, or one that is being sent.
    pub async fn resend(&self, delivery_id: u64) -> Result<Delivery, ActionError> {
        self.app.resend(delivery_id, None)
    }

    /// Waits until no webhook is being sent and none is due at the clock's present time.
    pub async fn webhooks_quiet(&self) {
        self.app.webhooks_quiet().await;
    }

    /// All orders, oldest first.
    #[must_use]
    pub fn orders(&self) -> Vec<Order> {
        self.app.orders()
    }

    /// The order with this gateway id or this merchant's order number.
    #[must_use]
    pub fn order(&self, id: &str) -> Option<Order> {
        self.app.order(id)
    }

    /// The last requests to the gateways' APIs with their verdicts, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.app.context.requests().iter().cloned().collect()
    }

    /// All webhook deliveries, oldest first.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.app.deliveries()
    }

    /// Forgets orders, users, recorded requests and deliveries; balances and settings are those of the start. Clock, credentials and
    /// the sequence of random ids stay.
    ///
    /// The providers are reset one after another. A request or webhook that is under way is not cancelled, so end your calls
    /// first, or their orders may survive.
    pub fn reset(&self) {
        self.app.reset();
    }

    /// Stops the sandbox: no new connections, no more webhooks; requests under way have two seconds to end.
    ///
    /// With a state file, `close` also says whether what happened is in it.
    pub async fn shutdown(mut self) {
        self.end().await;
    }

    /// Stops the sandbox as [`shutdown`](Self::shutdown) does, and writes what is not yet in its state file.
    ///
    /// # Errors
    /// [`StateFileError`](crate::StateFileError): the file could not be written, so what happened since the last time it was written is
    /// lost. Without a state file there is no error.
    #[cfg(feature = "state-file")]
    pub async fn close(mut self) -> Result<(), crate::StateFileError> {
        self.end().await;
        crate::saving::finish(&self.app)
    }

    async fn end(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        let _ = self.stop.send(true);
        let _ = (&mut self.server).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        self.server.abort();
        // There is no one to report a failure to; `close` does.
        #[cfg(feature = "state-file")]
        let _ = crate::saving::finish(&self.app);
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox")
            .field("base_url", &self.app.context.base_url)
            .finish_non_exhaustive()
    }
}
