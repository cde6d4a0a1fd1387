//! The provider's part of the builder and of the handle.

use std::time::Duration;

use super::payments::CcpaymentV2Deposit;
use crate::builder::SandboxBuilder;
use crate::sandbox::Sandbox;
use crate::shared::action::ActionError;
use crate::shared::clock::millis;
use crate::shared::deliveries::Delivery;
use crate::shared::order::Order;
use crate::shared::order_table::Stored as _;

/// CCPayment v2.
impl SandboxBuilder {
    /// The webhook URL in CCPayment v2's console: where webhooks go of orders, addresses and withdrawals without `notifyUrl`.
    pub fn ccpayment_v2_webhook_url(mut self, url: impl Into<String>) -> Self {
        self.settings.ccpayment_v2.webhook_url = url.into();
        self
    }

    /// The opening balance of a coin at CCPayment v2, also after a reset, as a plain decimal of at most 18 decimals. Default:
    /// 100000 USDT, POL, TETH, TRX and XRP, 100 ETH and BNB, 10 BTC.
    pub fn ccpayment_v2_balance(
        mut self,
        coin: impl Into<String>,
        amount: impl Into<String>,
    ) -> Self {
        let balances = &mut self.settings.ccpayment_v2.balances;
        balances.push((coin.into(), amount.into()));
        self
    }

    /// Completes CCPayment v2's withdrawals this long after they were made or approved, on the sandbox's clock. Default: they
    /// stay as they are until they are completed, rejected or fail by a button, the admin API or [`Sandbox`].
    pub fn ccpayment_v2_payouts_complete_after(mut self, delay: Duration) -> Self {
        self.settings.ccpayment_v2.payout_delay_ms = Some(millis(delay));
        self
    }

    /// Pushes CCPayment v2's `Processing` and `WaitingApproval` as well. Default: on; the document says that at times only final
    /// states are pushed.
    pub fn ccpayment_v2_push_every_state(mut self, push: bool) -> Self {
        self.settings.ccpayment_v2.final_states_only = !push;
        self
    }

    /// CCPayment v2's withdrawals wait for an approval (`WaitingApproval`), which [`Sandbox::process`] gives. Default: off.
    pub fn ccpayment_v2_approval(mut self, needed: bool) -> Self {
        self.settings.ccpayment_v2.approval = needed;
        self
    }
}

/// CCPayment v2.
#[allow(
    clippy::unused_async,
    reason = "public API, async since the first release"
)]
impl Sandbox {
    /// Chooses the coin and the chain of a CCPayment v2 invoice, as the payer does on its page; also again, for another payment.
    ///
    /// # Errors
    /// [`ActionError`]: no such invoice, coin or chain, one that takes no deposits, an invoice that has expired.
    pub async fn ccpayment_v2_choose(
        &self,
        id: &str,
        coin_id: u64,
        chain: &str,
    ) -> Result<Order, ActionError> {
        let invoice = self.providers.ccpayment_v2.choose(id, coin_id, chain);
        invoice.map(|invoice| invoice.view())
    }

    /// Coins arrive at a permanent address at CCPayment v2: they are credited, and a `DirectDeposit` webhook is queued.
    ///
    /// # Errors
    /// [`ActionError`]: no such coin, chain or address, one that takes no deposits, an amount that cannot be used.
    pub async fn ccpayment_v2_deposit(
        &self,
        deposit: &CcpaymentV2Deposit,
    ) -> Result<Order, ActionError> {
        let deposit = self.providers.ccpayment_v2.deposit(deposit);
        deposit.map(|deposit| deposit.view())
    }

    /// Flags CCPayment v2's deposits as risky from now on: they are not credited. A reset ends it.
    pub fn ccpayment_v2_risky(&self, risky: bool) {
        self.providers.ccpayment_v2.state().risky = risky;
    }

    /// Sends `ActivateWebhookURL`, as CCPayment's console does when a URL is saved there.
    ///
    /// # Errors
    /// [`ActionError::Conflict`] without a [URL](SandboxBuilder::ccpayment_v2_webhook_url).
    pub async fn ccpayment_v2_probe(&self) -> Result<Delivery, ActionError> {
        self.providers.ccpayment_v2.probe()
    }
}
