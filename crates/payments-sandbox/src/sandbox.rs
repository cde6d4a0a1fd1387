//! The handle of a running sandbox.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::actions::{self, ActionError};
use crate::app::App;
use crate::builder::SandboxBuilder;
use crate::ccpayment::{self, CcpaymentDeposit, CcpaymentInvoice};
use crate::chainup_opay::{self, ChainupOpayFault};
use crate::clock::Clock;
use crate::cpay::{self, Deposit};
use crate::credentials::Credentials;
use crate::store::{Balance, Delivery, Gateway, Order, RequestRecord};
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
    /// webhook is queued. Card orders, payouts and orders of ChainUp OPay take no amount; a payout is
    /// [completed](Self::complete).
    ///
    /// At CCPayment every call is one payment, without an amount of what is still due, and has its own webhook: too
    /// little waits for the rest, too much and too late is taken as well. A hosted order whose payer chose no coin is
    /// paid with USDT on TRC20.
    ///
    /// # Errors
    /// [`ActionError`]: no such order, one that has ended, an amount that is none, a test payer with too little.
    pub async fn pay(&self, id: &str, amount: Option<&str>) -> Result<Order, ActionError> {
        actions::pay(&self.app, id, amount)
    }

    /// Puts a pending order into processing: the payment was seen and is not final. No webhook is sent.
    ///
    /// At CCPayment a payment of what is due is seen, and by a second call confirmed by some blocks; webhooks tell
    /// `pending` and `processing` if the builder says so, and the next payment of that amount makes it final. A
    /// withdrawal or refund is under way.
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

    /// Lets the payment of an order fail, as ChainUp OPay's state 2 has it. Its callback is queued.
    ///
    /// # Errors
    /// [`ActionError`]: no such order, one that has ended, one of a gateway that has no such state.
    pub async fn fail(&self, id: &str) -> Result<Order, ActionError> {
        actions::fail(&self.app, id)
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

    /// Lets the next good request of ChainUp OPay meet a fault; several wait in line, and a reset forgets them.
    ///
    /// # Errors
    /// [`ActionError`]: a code that ChainUp does not have, too many faults waiting.
    pub fn chainup_opay_fault(&self, fault: ChainupOpayFault) -> Result<(), ActionError> {
        chainup_opay::prepare_fault(&self.app, fault)
    }

    /// Sends money of a paid CCPayment order back to its payer. The refund is an order of its own, which is
    /// [completed](Self::complete) or [rejected](Self::reject); then its webhook is queued.
    ///
    /// # Errors
    /// [`ActionError`]: no such order, one of another gateway, more than was paid or than the balance has, an amount the
    /// network fee eats up.
    pub async fn refund(&self, id: &str, amount: &str) -> Result<Order, ActionError> {
        actions::refund(&self.app, id, amount)
    }

    /// Chooses the coin of a CCPayment order with a hosted checkout page, as the payer does there.
    ///
    /// # Errors
    /// [`ActionError`]: no such order or token, an order of one coin, one that was paid or expired.
    pub async fn ccpayment_choose(&self, id: &str, token_id: &str) -> Result<Order, ActionError> {
        ccpayment::control::choose(&self.app, id, token_id)
    }

    /// Coins come to a permanent address at CCPayment: they are credited, and a Direct Deposit webhook is queued.
    ///
    /// # Errors
    /// [`ActionError`]: no such token or address, a token that takes no payments, an amount that is none.
    pub async fn ccpayment_deposit(
        &self,
        deposit: &CcpaymentDeposit,
    ) -> Result<Order, ActionError> {
        ccpayment::control::deposit(&self.app, deposit)
    }

    /// Makes an invoice of CCPayment's merchant platform. Paid, or expired, it queues an Invoice webhook.
    ///
    /// # Errors
    /// [`ActionError`]: no such token, one that takes no payments, an e-mail address or a price that is none.
    pub async fn ccpayment_invoice(
        &self,
        invoice: &CcpaymentInvoice,
    ) -> Result<Order, ActionError> {
        ccpayment::control::invoice(&self.app, invoice)
    }

    /// What the merchant has at C-Pay, a row per currency in the order of `getMerchantBalance`.
    #[must_use]
    pub fn balances(&self) -> Vec<Balance> {
        actions::balances(&self.app, Gateway::Cpay)
    }

    /// What the merchant has at a gateway, a row per currency. ChainUp OPay has no call that tells it; here it is what
    /// was paid.
    #[must_use]
    pub fn balances_at(&self, gateway: Gateway) -> Vec<Balance> {
        actions::balances(&self.app, gateway)
    }

    /// What the merchant has of one currency at C-Pay; none for a currency without a balance.
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
