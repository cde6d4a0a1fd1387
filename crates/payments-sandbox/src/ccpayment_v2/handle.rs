//! The provider's part of the builder and of the handle.

use std::net::IpAddr;
use std::time::Duration;

use super::payments::CcpaymentV2Deposit;
use super::switches::CcpaymentV2Switches;
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

    /// The addresses that may call CCPayment v2's API; others are refused with 12002. Default: every address.
    pub fn ccpayment_v2_allowed_ips(mut self, addresses: impl IntoIterator<Item = IpAddr>) -> Self {
        let addresses = addresses.into_iter().map(|ip| ip.to_canonical());
        self.settings.ccpayment_v2.allowed_ips = Some(addresses.collect());
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
    /// stay as they are until they are completed, rejected or fail by a button, the admin API or [`Sandbox`]. Up to thirty days.
    pub fn ccpayment_v2_payouts_complete_after(mut self, delay: Duration) -> Self {
        self.settings.ccpayment_v2.payout_delay_ms = Some(millis(delay));
        self
    }

    /// Pushes CCPayment v2's `Processing` and `WaitingApproval` as well. Default: on; the document says that at times only final
    /// states are pushed.
    pub fn ccpayment_v2_push_every_state(mut self, push: bool) -> Self {
        self.settings.ccpayment_v2.switches.final_states_only = !push;
        self
    }

    /// CCPayment v2's withdrawals wait for an approval (`WaitingApproval`), which [`Sandbox::process`] gives. Default: off.
    pub fn ccpayment_v2_approval(mut self, needed: bool) -> Self {
        self.settings.ccpayment_v2.switches.approval = needed;
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
        self.ccpayment_v2_switch(|switches| switches.risky = risky);
    }

    /// Coins of the merchant leave for its own address, as CCPayment v2's automatic withdrawal does: `getAutoWithdrawRecordList`
    /// has it, no webhook does. [`refund`](Sandbox::refund) of a risky deposit's id makes a record of `getRiskyRefundRecordList`.
    ///
    /// # Errors
    /// [`ActionError`]: no such coin or chain, one that pays nothing out, an amount that cannot be used or is not available.
    pub async fn ccpayment_v2_auto_withdrawal(
        &self,
        coin_id: u64,
        chain: &str,
        amount: &str,
    ) -> Result<Order, ActionError> {
        let provider = &self.providers.ccpayment_v2;
        let made = provider.withdraw_automatically(coin_id, chain, amount);
        made.map(|transfer| transfer.view())
    }

    /// Pushes CCPayment v2's webhook of a payment (`recordId`) or of a withdrawal (also `orderId`) once more: as a duplicate, or
    /// with another status, as a message that was overtaken by a later one. The record stays as it is.
    ///
    /// # Errors
    /// [`ActionError`]: no such record, one without webhooks, no such status.
    pub async fn ccpayment_v2_push(
        &self,
        id: &str,
        status: Option<&str>,
    ) -> Result<Delivery, ActionError> {
        self.providers.ccpayment_v2.push_again(id, status)
    }

    /// Changes CCPayment v2's switches and returns them. A reset restores what they were at the start.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// let sandbox = payments_sandbox::Sandbox::builder().start().await?;
    /// let switches = sandbox.ccpayment_v2_switch(|switches| switches.ban_after = 3);
    /// assert_eq!((switches.ban_after, switches.requests_per_second), (3, 0));
    /// # Ok::<(), payments_sandbox::StartError>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn ccpayment_v2_switch(
        &self,
        change: impl FnOnce(&mut CcpaymentV2Switches),
    ) -> CcpaymentV2Switches {
        let settings = &self.providers.ccpayment_v2.account.settings;
        settings.change(|settings| {
            change(&mut settings.switches);
            settings.switches
        })
    }

    /// Sends `ActivateWebhookURL`, as CCPayment's console does when a URL is saved there.
    ///
    /// # Errors
    /// [`ActionError::Conflict`] without a [URL](SandboxBuilder::ccpayment_v2_webhook_url).
    pub async fn ccpayment_v2_probe(&self) -> Result<Delivery, ActionError> {
        self.providers.ccpayment_v2.probe()
    }
}
