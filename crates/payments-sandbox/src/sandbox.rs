//! The handle of a running sandbox.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::actions::{self, ActionError};
use crate::app::App;
use crate::builder::SandboxBuilder;
use crate::clock::Clock;
use crate::cpay::{self, Deposit};
use crate::credentials::Credentials;
use crate::store::{Balance, Delivery, Order, RequestRecord};
use crate::webhook;

/// A running sandbox. Dropping it stops it at once; [`shutdown`](Sandbox::shutdown) lets requests under way end.
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
/// // … point a client at `base_url()`, create an order, then be the payer:
/// assert!(sandbox.pay("no such order", None).await.is_err());
/// sandbox.shutdown().await;
/// # Ok::<(), payments_sandbox::StartError>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Sandbox {
    app: Arc<App>,
    address: SocketAddr,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    sender: JoinHandle<()>,
}

#[allow(clippy::unused_async, reason = "a stored ledger will be waited for")]
impl Sandbox {
    /// Settings, then [`start`](SandboxBuilder::start).
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }

    pub(crate) fn new(
        app: Arc<App>,
        address: SocketAddr,
        stop: watch::Sender<bool>,
        server: JoinHandle<()>,
        sender: JoinHandle<()>,
    ) -> Self {
        Self {
            app,
            address,
            stop,
            server,
            sender,
        }
    }

    /// `http://ADDRESS:PORT`, without a slash at its end: the base URL of the gateways' APIs and of the pages.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.app.base_url
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

    /// The clock it lives by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.app.clock
    }

    /// Pays an order: `amount` as a decimal text, or exactly what it asks for. `id` is the gateway's order id or the
    /// merchant's order number. The order completes whatever the amount (assumed), the merchant is credited, and its
    /// webhook is queued. Card orders and payouts take no amount; a payout is [completed](Self::complete).
    ///
    /// # Errors
    /// [`ActionError`]: no such order, one that is completed or closed, an amount that is none.
    pub async fn pay(&self, id: &str, amount: Option<&str>) -> Result<Order, ActionError> {
        actions::pay(&self.app, id, amount)
    }

    /// Puts a pending order into processing: the payment was seen and is not final. No webhook is sent.
    ///
    /// # Errors
    /// [`ActionError`]: no such order, or one that is not pending.
    pub async fn process(&self, id: &str) -> Result<Order, ActionError> {
        actions::process(&self.app, id)
    }

    /// Closes a pending order as if nobody had paid in time; its webhook is queued. A payout is
    /// [rejected](Self::reject).
    ///
    /// # Errors
    /// [`ActionError`]: no such order, or one that is not pending.
    pub async fn expire(&self, id: &str) -> Result<Order, ActionError> {
        actions::expire(&self.app, id)
    }

    /// Completes a payout under way: what was frozen leaves the balance. Its webhook is queued.
    ///
    /// # Errors
    /// [`ActionError`]: no such order, one that is no payout, one that is completed or closed.
    pub async fn complete(&self, id: &str) -> Result<Order, ActionError> {
        actions::complete(&self.app, id)
    }

    /// Rejects a payout under way: what was frozen is available again. Its webhook is queued.
    ///
    /// # Errors
    /// [`ActionError`]: no such order, one that is no payout, one that is completed or closed.
    pub async fn reject(&self, id: &str) -> Result<Order, ActionError> {
        actions::reject(&self.app, id)
    }

    /// Coins come to a user's address without an order: C-Pay makes one, credits it, and tells the account's callback
    /// URL.
    ///
    /// # Errors
    /// [`ActionError::Invalid`]: a coin and network that do not go together, an amount that is none.
    pub async fn deposit(&self, deposit: &Deposit) -> Result<Order, ActionError> {
        cpay::deposit(&self.app, deposit)
    }

    /// What the merchant has at C-Pay, a row per currency in the order of `getMerchantBalance`.
    #[must_use]
    pub fn balances(&self) -> Vec<Balance> {
        actions::balances(&self.app)
    }

    /// What the merchant has of one currency; none for a currency without a balance.
    #[must_use]
    pub fn balance(&self, currency: &str) -> Option<Balance> {
        let mut balances = self.balances().into_iter();
        balances.find(|balance| balance.currency == currency)
    }

    /// Sends a webhook again, at once and with all its tries.
    ///
    /// # Errors
    /// [`ActionError`]: no such delivery, or one that is being sent.
    pub async fn resend(&self, delivery_id: u64) -> Result<Delivery, ActionError> {
        actions::resend(&self.app, delivery_id)
    }

    /// Waits until no webhook is being sent and none is due at the clock's present time.
    pub async fn webhooks_quiet(&self) {
        webhook::quiet(&self.app).await;
    }

    /// All orders, oldest first.
    #[must_use]
    pub fn orders(&self) -> Vec<Order> {
        actions::settle_due(&self.app);
        self.app.store.lock().orders.iter().cloned().collect()
    }

    /// The order with this gateway id or this merchant's order number.
    #[must_use]
    pub fn order(&self, id: &str) -> Option<Order> {
        actions::settle_due(&self.app);
        self.app.store.lock().orders.find(id).cloned()
    }

    /// The last requests to the gateways' APIs with their verdicts, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.app.store.lock().requests.iter().cloned().collect()
    }

    /// All webhook deliveries, oldest first.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        actions::settle_due(&self.app);
        self.app.store.lock().deliveries.iter().cloned().collect()
    }

    /// Forgets orders, users, records and deliveries; balances are those of the start. Clock, credentials and settings
    /// stay.
    pub fn reset(&self) {
        actions::reset(&self.app);
    }

    /// Stops: no new connections, requests under way may end (two seconds at most), webhooks are no longer sent.
    pub async fn shutdown(mut self) {
        self.sender.abort();
        let _ = self.stop.send(true);
        let _ = (&mut self.server).await;
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.sender.abort();
        self.server.abort();
    }
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox")
            .field("base_url", &self.app.base_url)
            .finish_non_exhaustive()
    }
}
