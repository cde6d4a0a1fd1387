//! The providers of one sandbox together: what the handle, the admin API and the pages act on.

use std::sync::Arc;
use std::time::Duration;

use crate::credentials::Credentials;
use crate::sender::post::Receiver;
use crate::sender::target::Rules;
use crate::shared::action::{Action, ActionError};
use crate::shared::amount::decimal;
use crate::shared::clock::END_MS;
use crate::shared::context::Context;
use crate::shared::decimal::PLACES;
use crate::shared::deliveries::{Delivery, DeliveryState};
use crate::shared::fault::waiting::Faults;
use crate::shared::fault::{Fault, FaultKind};
use crate::shared::gateway::Gateway;
use crate::shared::ledger::Balance;
use crate::shared::masking;
use crate::shared::order::{Order, OrderStatus};
use crate::shared::provider::Provider;
use crate::shared::setting::{Adjust, Live, SandboxSetting};
#[cfg(feature = "state-file")]
use crate::state_file::StateFile;

/// One running sandbox.
pub(crate) struct App {
    pub(crate) credentials: Credentials,
    pub(crate) context: Arc<Context>,
    /// In the order of the pages.
    pub(crate) providers: Vec<Arc<dyn Provider>>,
    /// The limits for webhooks.
    pub(crate) rules: Live<Rules>,
    /// Gets the webhooks instead of the hosts of their URLs.
    pub(crate) receiver: Option<Receiver>,
    /// The settings that only the start decides.
    pub(crate) fixed: Vec<SandboxSetting>,
    #[cfg(feature = "state-file")]
    pub(crate) state_file: Option<StateFile>,
}

impl App {
    /// The provider of a gateway.
    pub(crate) fn provider(&self, gateway: Gateway) -> Option<&dyn Provider> {
        let mut providers = self.providers.iter().map(AsRef::as_ref);
        providers.find(|provider| provider.gateway() == gateway)
    }

    /// The order with this id of a gateway, else the first with this reference of the merchant.
    fn find(&self, id: &str) -> Option<(&dyn Provider, Order)> {
        let found = |provider: &Arc<dyn Provider>| provider.order(id);
        let candidates = || {
            let providers = self.providers.iter();
            providers.filter_map(|provider| Some((provider.as_ref(), found(provider)?)))
        };
        candidates()
            .find(|(_, order)| order.order_id == id)
            .or_else(|| candidates().next())
    }

    /// Does something to an order.
    pub(crate) fn act(&self, id: &str, action: Action<'_>) -> Result<Order, ActionError> {
        let (provider, _) = self.find(id).ok_or_else(|| ActionError::no_order(id))?;
        let done = provider.act(id, action);
        self.note_changes();
        done
    }

    /// Ends the time to pay of an order, and pays it then.
    pub(crate) fn pay_late(&self, id: &str) -> Result<Order, ActionError> {
        let (provider, order) = self.find(id).ok_or_else(|| ActionError::no_order(id))?;
        if !provider.takes_late_payments(order.kind) {
            let (name, kind) = (provider.gateway().name(), order.kind.as_str());
            return Err(ActionError::Conflict(format!(
                "At {name}, an order of the kind {kind} cannot be paid after its time."
            )));
        }
        if order.network.is_empty() {
            let no_coin = "The payer of this order has chosen no coin yet.".to_owned();
            return Err(ActionError::Conflict(no_coin));
        }
        if order.status != OrderStatus::Closed {
            self.act(id, Action::Expire)?;
        }
        self.act(id, Action::Pay(None))
    }

    /// Takes over what has changed at the providers, for the lists.
    pub(crate) fn note_changes(&self) {
        let mut any = false;
        // Locked before the providers, and by no provider: a later state never reaches the journal first.
        let mut journal = self.context.journal();
        for provider in &self.providers {
            let changed = provider.changed_orders();
            if changed.is_empty() {
                continue;
            }
            any = true;
            let now_ms = self.context.clock.now_ms();
            for (place, order) in changed {
                journal.note(place, order, now_ms);
            }
        }
        drop(journal);
        if any {
            self.context.changed();
        }
    }

    /// Lets the next request or webhook that it fits meet a fault, and returns its number.
    pub(crate) fn fault(&self, fault: Fault) -> Result<u64, ActionError> {
        let none = || ActionError::NotFound("There is no such gateway.".to_owned());
        let provider = self.provider(fault.gateway).ok_or_else(none)?;
        let now_ms = self.context.clock.now_ms();
        self.context.faults().add(fault, provider, now_ms)
    }

    /// Does what the clock says is due at every provider.
    pub(crate) fn settle_due(&self) {
        for provider in &self.providers {
            provider.settle_due();
        }
        self.note_changes();
    }

    /// When the next thing is due: a webhook, a payout, the end of an order.
    pub(crate) fn next_due(&self) -> Option<u64> {
        let orders = self.providers.iter().map(|provider| provider.next_due());
        let deliveries = self.context.deliveries().next_due();
        orders.chain([deliveries]).flatten().min()
    }

    /// All orders of all providers, oldest first.
    pub(crate) fn orders(&self) -> Vec<Order> {
        self.settle_due();
        let providers = self.providers.iter();
        let mut orders: Vec<_> = providers.flat_map(|provider| provider.orders()).collect();
        orders.sort_by_key(|(place, _)| *place);
        orders.into_iter().map(|(_, order)| order).collect()
    }

    /// The order with this id of a gateway or this reference of the merchant.
    pub(crate) fn order(&self, id: &str) -> Option<Order> {
        self.settle_due();
        self.find(id).map(|(_, order)| order)
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        self.settle_due();
        self.context.deliveries().iter().cloned().collect()
    }

    pub(crate) fn balances(&self, gateway: Gateway) -> Vec<Balance> {
        self.settle_due();
        let provider = self.provider(gateway);
        provider.map_or_else(Vec::new, |provider| provider.balances())
    }

    /// Makes exactly this much of a currency available to the merchant.
    pub(crate) fn set_balance(
        &self,
        gateway: Gateway,
        currency: &str,
        available: &str,
    ) -> Result<Balance, ActionError> {
        let amount = decimal(available, PLACES).map_err(ActionError::amount)?;
        let none = || ActionError::NotFound("There is no such balance.".to_owned());
        let provider = self.provider(gateway).ok_or_else(none)?;
        provider.set_balance(currency, amount)?;
        let mut rows = provider.balances().into_iter();
        rows.find(|row| row.currency == currency).ok_or_else(none)
    }

    /// Sends a webhook again, at once and with all its attempts. The first of them meets the fault.
    pub(crate) fn resend(
        &self,
        delivery_id: u64,
        fault: Option<FaultKind>,
    ) -> Result<Delivery, ActionError> {
        let none = || ActionError::NotFound(format!("No delivery has the number {delivery_id}."));
        let mut deliveries = self.context.deliveries();
        let row = deliveries.get(delivery_id).ok_or_else(none)?;
        if row.state == DeliveryState::Sending {
            return Err(ActionError::Conflict(format!(
                "Delivery {delivery_id} is being sent right now."
            )));
        }
        let attempts = self.provider(row.gateway).ok_or_else(none)?.attempts();
        let now_ms = self.context.clock.now_ms();
        deliveries.meet(delivery_id, fault);
        let row = deliveries.again(delivery_id, attempts, now_ms);
        let row = row.cloned().ok_or_else(none)?;
        drop(deliveries);
        self.context.wake.notify_one();
        self.context.changed();
        Ok(row)
    }

    /// Sends the message of a webhook once more, as another delivery.
    pub(crate) fn duplicate(&self, delivery_id: u64) -> Result<Delivery, ActionError> {
        let none = || ActionError::NotFound(format!("No delivery has the number {delivery_id}."));
        let mut deliveries = self.context.deliveries();
        let row = deliveries.get(delivery_id).ok_or_else(none)?;
        let attempts = self.provider(row.gateway).ok_or_else(none)?.attempts();
        let row = deliveries.duplicate(delivery_id, attempts, self.context.clock.now_ms());
        let row = row.cloned().ok_or_else(none)?;
        drop(deliveries);
        self.context.wake.notify_one();
        self.context.changed();
        Ok(row)
    }

    /// What changes while the sandbox runs, by part.
    fn adjustable(&self) -> impl Iterator<Item = &dyn Adjust> {
        let own: &dyn Adjust = &self.rules;
        let providers = self.providers.iter();
        std::iter::once(own).chain(providers.map(|provider| provider.settings()))
    }

    /// All settings; those that only the start decides last.
    pub(crate) fn settings(&self) -> Vec<SandboxSetting> {
        let live = self.adjustable().flat_map(Adjust::rows);
        live.chain(self.fixed.iter().cloned()).collect()
    }

    /// Changes settings, all or none of them.
    pub(crate) fn change_settings(&self, changes: &[(&str, &str)]) -> Result<(), ActionError> {
        let problem = |&(name, text): &(&str, &str)| match self
            .adjustable()
            .find_map(|part| part.check(name, text))
        {
            Some(checked) => checked.err(),
            None if self.fixed.iter().any(|fixed| fixed.name == name) => {
                Some(format!("{name} is decided when the sandbox starts"))
            }
            None => Some(format!("no setting is called {}", masking::repeated(name))),
        };
        let problems: Vec<String> = changes.iter().filter_map(problem).collect();
        if !problems.is_empty() {
            let known = self.adjustable().flat_map(Adjust::rows).map(|row| row.name);
            let known: Vec<&str> = known.collect();
            return Err(ActionError::Invalid(format!(
                "Nothing was changed: {}. The settings are {}.",
                problems.join("; "),
                known.join(", ")
            )));
        }
        for (name, text) in changes {
            self.adjustable().for_each(|part| part.set(name, text));
        }
        self.context.wake.notify_one();
        self.context.changed();
        Ok(())
    }

    /// See [`Sandbox::reset`](crate::Sandbox::reset).
    pub(crate) fn reset(&self) {
        self.rules.restore();
        for provider in &self.providers {
            provider.reset();
        }
        self.context.requests().clear();
        *self.context.faults() = Faults::default();
        self.context.journal().clear();
        self.context.wake.notify_one();
        self.context.deliveries_changed();
    }

    pub(crate) fn advance(&self, by_ms: u64) {
        self.context.clock.advance(Duration::from_millis(by_ms));
    }

    /// When the next thing after now happens: a webhook, a payout, the end of an order, what a fault holds back.
    pub(crate) fn next_event(&self) -> Option<u64> {
        self.settle_due();
        let now_ms = self.context.clock.now_ms();
        let all = [self.next_due(), self.context.next_wait()].into_iter();
        let later = now_ms.saturating_add(1)..END_MS;
        all.flatten().filter(|due| later.contains(due)).min()
    }

    /// Advances the clock to the next thing that happens, and returns its time.
    pub(crate) fn advance_to_next(&self) -> Option<u64> {
        let due_ms = self.next_event()?;
        let now_ms = self.context.clock.now_ms();
        self.advance(due_ms.saturating_sub(now_ms));
        Some(due_ms)
    }

    /// Waits until no webhook is being sent and none is due at the clock's present time.
    pub(crate) async fn webhooks_quiet(&self) {
        let mut sent = self.context.sent.subscribe();
        loop {
            self.settle_due();
            sent.borrow_and_update();
            let now_ms = self.context.clock.now_ms();
            if self.context.deliveries().is_quiet(now_ms) {
                return;
            }
            // The sender of the channel is in `context`, so the channel stays open while we wait.
            let _ = sent.changed().await;
        }
    }
}
