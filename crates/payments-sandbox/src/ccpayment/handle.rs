//! The provider's part of the builder and of the handle.

use std::time::Duration;

use super::deposits::CcpaymentDeposit;
use super::invoices::CcpaymentInvoice;
use super::webhook::MOST_PUSHES;
use crate::builder::SandboxBuilder;
use crate::sandbox::Sandbox;
use crate::shared::action::ActionError;
use crate::shared::clock::millis;
use crate::shared::order::Order;
use crate::shared::order_table::Stored as _;

/// CCPayment.
impl SandboxBuilder {
    /// CCPayment's Webhook URL of the account: where webhooks go of orders and addresses without their own URL, and of
    /// withdrawals and invoices.
    pub fn ccpayment_webhook_url(mut self, url: impl Into<String>) -> Self {
        self.settings.ccpayment.webhook_url = url.into();
        self
    }

    /// The opening balance of a coin at CCPayment, also after a reset, as a plain decimal of at most 18 decimals:
    /// `ccpayment_balance("USDT", "1000")`. Default: 100000 USDT, TRX, XRP and FTM, 100 ETH and BNB, 10 BTC, 10000000 SATS.
    pub fn ccpayment_balance(mut self, coin: impl Into<String>, amount: impl Into<String>) -> Self {
        let balances = &mut self.settings.ccpayment.balances;
        balances.push((coin.into(), amount.into()));
        self
    }

    /// Completes CCPayment's withdrawals and refunds this long after they were made, on the sandbox's clock. Default: they
    /// stay pending until they are completed or rejected by a button, the admin API or [`Sandbox`]. Up to
    /// thirty days.
    pub fn ccpayment_payouts_complete_after(mut self, delay: Duration) -> Self {
        self.settings.ccpayment.payout_delay_ms = Some(millis(delay));
        self
    }

    /// How often a CCPayment webhook is pushed at most, from 1 to 7. Default: 6 ("up to 6 times"; another page says 7).
    pub fn ccpayment_webhook_pushes(mut self, pushes: usize) -> Self {
        let pushes = u32::try_from(pushes).unwrap_or(MOST_PUSHES);
        self.settings.ccpayment.pushes = pushes.clamp(1, MOST_PUSHES);
        self
    }

    /// Pushes CCPayment's states `pending` and `processing` as well, which an account can ask for. Default: off, only final
    /// states.
    pub fn ccpayment_push_every_state(mut self, push: bool) -> Self {
        self.settings.ccpayment.every_state = push;
        self
    }

    /// Answers CCPayment's refusals with the numbers of its version 2 (11000 argument, 11005 sign, 11006 expired, 11011
    /// duplicate, 12001 merchant, 13000 coin, 14000 balance, 15001 addresses). Default: off, 224066 with a `reason`, the only
    /// general code that is documented for version 1.
    pub fn ccpayment_v2_codes(mut self, use_them: bool) -> Self {
        self.settings.ccpayment.v2_codes = use_them;
        self
    }

    /// Answers CCPayment's `bill/create` with the price in USD if it is in another currency. Default: off, the price as sent. The
    /// document has "Amount (in USD by default)", which allows both.
    pub fn ccpayment_amounts_in_usd(mut self, convert: bool) -> Self {
        self.settings.ccpayment.amounts_in_usd = convert;
        self
    }

    /// How many requests a second CCPayment accepts from one address, on the sandbox's clock; more are refused (assumed: with
    /// 224066). A test with a clock that stands still, and many requests, needs `u32::MAX`. Default: 100, as documented.
    pub fn ccpayment_requests_per_second(mut self, most: u32) -> Self {
        self.settings.ccpayment.requests_per_second = most;
        self
    }

    /// Uses the merchant platform's words for the states of orders in CCPayment's `bill/info`, e.g. `Underpayment(Overdue)`.
    /// Default: off, `Pending`, `Processing`, `Successful` and `Expired` (assumed).
    pub fn ccpayment_label_statuses(mut self, use_them: bool) -> Self {
        self.settings.ccpayment.label_statuses = use_them;
        self
    }
}

/// CCPayment.
#[allow(
    clippy::unused_async,
    reason = "public API, async since the first release"
)]
impl Sandbox {
    /// Chooses the coin of a CCPayment order with a hosted checkout page, as the payer does there.
    ///
    /// # Errors
    /// [`ActionError`]: no such order or token, an order of one coin, one that was paid or has expired.
    pub async fn ccpayment_choose(&self, id: &str, token_id: &str) -> Result<Order, ActionError> {
        let order = self.providers.ccpayment.choose(id, token_id);
        order.map(|order| order.view())
    }

    /// Coins arrive at a permanent address at CCPayment: they are credited, and a Direct Deposit webhook is queued.
    ///
    /// # Errors
    /// [`ActionError`]: no such token or address, a token that accepts no payments, an amount that cannot be used.
    pub async fn ccpayment_deposit(
        &self,
        deposit: &CcpaymentDeposit,
    ) -> Result<Order, ActionError> {
        let order = self.providers.ccpayment.deposit(deposit);
        order.map(|order| order.view())
    }

    /// Makes an invoice of CCPayment's merchant platform. When it is paid or expires, an Invoice webhook is queued.
    ///
    /// # Errors
    /// [`ActionError`]: no such token, one that accepts no payments, an e-mail address or a price that cannot be used.
    pub async fn ccpayment_invoice(
        &self,
        invoice: &CcpaymentInvoice,
    ) -> Result<Order, ActionError> {
        let order = self.providers.ccpayment.invoice(invoice);
        order.map(|order| order.view())
    }
}
