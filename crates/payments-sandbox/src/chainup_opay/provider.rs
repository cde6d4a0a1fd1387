//! The provider as the server sees it.

use std::sync::Arc;

use askama::Template as _;
use async_trait::async_trait;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};

use super::panels::Front;
use super::receive::receive;
use super::state::{self, ChainupOpay};
use super::{answer, operations, page, webhook};
use crate::shared::action::{Action, ActionError};
use crate::shared::api_request::ApiRequest;
use crate::shared::decimal::Decimal;
use crate::shared::document::{Changes, Documents, Small, Unreadable};
use crate::shared::gateway::Gateway;
use crate::shared::ledger::Balance;
use crate::shared::order::Order;
use crate::shared::order_table::Stored as _;
use crate::shared::provider::{Message, Provider, Reply, Routes, Signatures, Signing};
use crate::shared::setting::Adjust;

#[async_trait]
impl Provider for ChainupOpay {
    fn gateway(&self) -> Gateway {
        Gateway::CHAINUP_OPAY
    }

    fn routes(self: Arc<Self>) -> Routes {
        let pages = Router::new()
            .route("/platform/pay.html", get(page::show))
            .route("/platform/pay", post(page::pay))
            .route("/platform/fail", post(page::fail))
            .route("/platform/close", post(page::close));
        Routes {
            pages: pages.with_state(self),
            controls: Router::new(),
        }
    }

    fn api_paths(&self) -> &'static [&'static str] {
        &["/platformapi/", "/opay/"]
    }

    async fn receive(&self, request: ApiRequest) -> Response {
        receive(self, request).await
    }

    fn front(&self) -> askama::Result<String> {
        Front::new(&self.account.app_id).render()
    }

    fn overview(&self) -> askama::Result<String> {
        Ok("<p class=\"hint\">ChainUp OPay has no call for balances: its rows show what was paid.</p>".to_owned())
    }

    fn has_failed_payments(&self) -> bool {
        true
    }

    fn accepts_any_amount(&self) -> bool {
        false
    }

    fn has_refunds(&self) -> bool {
        true
    }

    fn base_path(&self) -> &'static str {
        operations::PREFIX
    }

    fn calls(&self) -> Vec<&'static str> {
        operations::names().collect()
    }

    fn error_codes(&self) -> Vec<(i64, String)> {
        answer::errors().collect()
    }

    fn has_error_code(&self, code: i64) -> bool {
        u32::try_from(code).is_ok_and(answer::is_error)
    }

    fn settings(&self) -> &dyn Adjust {
        &self.account.settings
    }

    fn orders(&self) -> Vec<(u64, Order)> {
        self.state().orders.views()
    }

    fn changed_orders(&self) -> Vec<(u64, Order)> {
        self.state().orders.take_changed()
    }

    fn order(&self, id: &str) -> Option<Order> {
        self.state().orders.view(id)
    }

    fn act(&self, id: &str, action: Action<'_>) -> Result<Order, ActionError> {
        let order = match action {
            Action::Pay(None) => self.pay(id),
            Action::Pay(Some(_)) => Err(ActionError::Invalid(
                "A payment at ChainUp OPay is always of the order's amount: leave the amount out."
                    .to_owned(),
            )),
            Action::Fail => self.fail(id),
            Action::Expire => self.close(id),
            Action::Refund(amount) => self.refund(id, amount),
            _ => Err(action.unsupported(self.gateway())),
        };
        order.map(|order| order.view())
    }

    /// Nothing happens without an action: orders do not expire (assumed).
    fn settle_due(&self) {}

    fn next_due(&self) -> Option<u64> {
        None
    }

    fn set_balance(&self, currency: &str, amount: Decimal) -> Result<(), ActionError> {
        Ok(self.state().ledger.set_available(currency, amount)?)
    }

    fn balances(&self) -> Vec<Balance> {
        self.state().ledger.balances().collect()
    }

    fn reset(&self) {
        self.account.settings.restore();
        let mut state = self.state();
        *state = state::State::default();
        state.small = Small::cleared();
        self.context.deliveries().remove_all_of(self.gateway());
    }

    fn save(&self, to: &mut Changes<'_>) {
        let mut state = self.state();
        state.save(to);
        self.context.save_deliveries(self.gateway(), to);
    }

    fn load(&self, from: &mut Documents) -> Result<(), Unreadable> {
        self.state().load(from)
    }

    fn signatures(&self) -> Signatures {
        Signatures {
            answers: true,
            stamped_answers: false,
            stamped_webhooks: true,
        }
    }

    fn attempts(&self) -> usize {
        webhook::ATTEMPTS
    }

    fn waits_s(&self) -> &'static [u64] {
        &webhook::WAITS_S
    }

    /// Encrypts the text again for every attempt, with the attempt's time.
    async fn sign(&self, text: String, signing: Signing) -> Option<Message> {
        let sealed = self.account.seal(text).await?;
        let now_ms = signing.at_ms(self.context.clock.stamp_ms());
        Some(Message {
            headers: Vec::new(),
            content_type: "application/json; charset=utf-8",
            body: webhook::envelope(sealed, &self.account.app_id, now_ms, signing),
        })
    }

    async fn acknowledge(&self, reply: &Reply) -> Result<(), String> {
        webhook::acknowledge(&self.account, reply).await
    }
}
