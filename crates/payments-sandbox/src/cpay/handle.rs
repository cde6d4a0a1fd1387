//! The provider's part of the builder and of the handle.

use std::net::IpAddr;
use std::time::Duration;

use super::deposit::Deposit;
use crate::builder::SandboxBuilder;
use crate::sandbox::Sandbox;
use crate::shared::action::ActionError;
use crate::shared::clock::millis;
use crate::shared::gateway::Gateway;
use crate::shared::ledger::Balance;
use crate::shared::order::Order;
use crate::shared::order_table::Stored as _;

/// C-Pay.
impl SandboxBuilder {
    /// C-Pay's "callbackURL configured in the merchant platform": where webhooks go of orders without a callback URL.
    pub fn cpay_callback_url(mut self, url: impl Into<String>) -> Self {
        self.settings.cpay.callback_url = url.into();
        self
    }

    /// The opening balance of a currency at C-Pay, also after a reset, as a plain decimal of at most eight decimals:
    /// `cpay_balance("USDT", "1000")`. Default: 100000 USDT, USD, EUR, BRL and TRX, 100 ETH and BNB, 10 BTC.
    pub fn cpay_balance(mut self, currency: impl Into<String>, amount: impl Into<String>) -> Self {
        let balances = &mut self.settings.cpay.balances;
        balances.push((currency.into(), amount.into()));
        self
    }

    /// The addresses that may call C-Pay's API; others are refused with 90751002 "illegal IP". Default: every address.
    pub fn cpay_allowed_ips(mut self, addresses: impl IntoIterator<Item = IpAddr>) -> Self {
        let addresses = addresses.into_iter().map(|ip| ip.to_canonical());
        self.settings.cpay.allowed_ips = Some(addresses.collect());
        self
    }

    /// Completes payouts this long after they were made, on the sandbox's clock. Default: they stay in processing until they
    /// are completed or rejected by a button, the admin API or [`Sandbox`]. Up to thirty days.
    pub fn cpay_payouts_complete_after(mut self, delay: Duration) -> Self {
        self.settings.cpay.payout_delay_ms = Some(millis(delay));
        self
    }

    /// Whether C-Pay's `pwpp` refuses users without an accepted item of `submitKYC` ("user KYC data must be submitted"). Default:
    /// on.
    pub fn cpay_kyc_required(mut self, required: bool) -> Self {
        self.settings.cpay.kyc_required = required;
        self
    }

    /// Whether the C-Pay account has the service "Credit Card Storage". Without it, `pwpp` stores no card and declines stored
    /// ones (assumed). Default: on.
    pub fn cpay_card_storage(mut self, enabled: bool) -> Self {
        self.settings.cpay.card_storage = enabled;
        self
    }

    /// Lets every call of C-Pay take the callback URL as `callbackURL` and as `callBackURL`. Default: off, only in the spelling of the
    /// call's table; the other one is ignored with a note.
    pub fn cpay_any_callback_spelling(mut self, accept: bool) -> Self {
        self.settings.cpay.any_callback_spelling = accept;
        self
    }

    /// Sends C-Pay's webhooks also for new orders (status 0, payouts 11) and for those in processing (11), which the table of the
    /// webhook lists. Default: off, only final states, as the text of the calls says.
    pub fn cpay_push_every_state(mut self, push: bool) -> Self {
        self.settings.cpay.every_state = push;
        self
    }

    /// Accepts C-Pay signatures that leave out values of exactly `0`, as the official PHP SDK and plugins make them.
    /// [`RequestRecord::notes`](crate::RequestRecord::notes) mentions it. Default: off, as C-Pay's text demands.
    pub fn accept_php_signatures(mut self, accept: bool) -> Self {
        self.settings.cpay.php_signatures = accept;
        self
    }
}

/// C-Pay.
#[allow(
    clippy::unused_async,
    reason = "public API, async since the first release"
)]
impl Sandbox {
    /// Coins arrive at a user's address at C-Pay without an order. C-Pay makes an order, credits it, and sends a webhook to
    /// the account's callback URL.
    ///
    /// # Errors
    /// [`ActionError::Invalid`]: a coin and network that do not go together, an amount that cannot be used.
    pub async fn deposit(&self, deposit: &Deposit) -> Result<Order, ActionError> {
        let order = self.providers.cpay.deposit(deposit);
        order.map(|order| order.view())
    }

    /// The merchant's balances at C-Pay, one row per currency, in the order of `getMerchantBalance`.
    #[must_use]
    pub fn balances(&self) -> Vec<Balance> {
        self.balances_at(Gateway::CPAY)
    }

    /// The merchant's balance of one currency at C-Pay; `None` for a currency without a balance.
    #[must_use]
    pub fn balance(&self, currency: &str) -> Option<Balance> {
        let mut balances = self.balances().into_iter();
        balances.find(|balance| balance.currency == currency)
    }
}
