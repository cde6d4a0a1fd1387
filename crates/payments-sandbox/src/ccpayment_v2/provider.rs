//! The provider as the server sees it.

use std::sync::Arc;

use askama::Template as _;
use async_trait::async_trait;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};

use super::page::Front;
use super::receive::receive;
use super::state::CcpaymentV2;
use super::{answer, codes, controls, controls_page, messages, operations, page};
use crate::shared::action::{Action, ActionError};
use crate::shared::api_request::ApiRequest;
use crate::shared::decimal::Decimal;
use crate::shared::document::{Changes, Documents, Unreadable};
use crate::shared::gateway::Gateway;
use crate::shared::ledger::Balance;
use crate::shared::masking;
use crate::shared::order::{Order, OrderKind};
use crate::shared::provider::{Message, Provider, Reply, Routes, Signatures, Signing};
use crate::shared::setting::Adjust;

#[async_trait]
impl Provider for CcpaymentV2 {
    fn gateway(&self) -> Gateway {
        Gateway::CCPAYMENT_V2
    }

    fn routes(self: Arc<Self>) -> Routes {
        let pages = Router::new()
            .route("/ccpayment_v2/pay", get(page::show))
            .route("/ccpayment_v2/pay/choose", post(page::choose))
            .route("/ccpayment_v2/pay/pay", post(page::pay))
            .route("/ccpayment_v2/pay/expire", post(page::expire));
        let controls = Router::new()
            .route("/ccpayment_v2/choose/{id}", post(controls::choose))
            .route("/ccpayment_v2/deposits", post(controls::deposit))
            .route("/ccpayment_v2", get(controls_page::show))
            .route("/ccpayment_v2/addresses", get(controls::addresses))
            .route(
                "/ccpayment_v2/auto_withdrawals",
                post(controls::auto_withdrawal),
            )
            .route("/ccpayment_v2/webhooks/{id}", post(controls::push))
            .route("/ccpayment_v2/probe", post(controls::probe));
        Routes {
            pages: pages.with_state(Arc::clone(&self)),
            controls: controls.with_state(self),
        }
    }

    fn api_paths(&self) -> &'static [&'static str] {
        &["/ccpayment/v2/"]
    }

    async fn receive(&self, request: ApiRequest) -> Response {
        receive(self, request).await
    }

    fn front(&self) -> askama::Result<String> {
        let app_id = self.account.key.app_id();
        Front { app_id }.render()
    }

    fn overview(&self) -> askama::Result<String> {
        Ok("<p class=\"hint\">CCPayment v2 has <a href=\"/_sandbox/ccpayment_v2\">more controls</a>: deposits, automatic withdrawals, coins and test users.</p>".to_owned())
    }

    fn has_failed_payments(&self) -> bool {
        true
    }

    fn has_several_payments(&self) -> bool {
        true
    }

    fn takes_late_payments(&self, kind: OrderKind) -> bool {
        matches!(kind, OrderKind::PayIn | OrderKind::Invoice)
    }

    fn base_path(&self) -> &'static str {
        operations::PREFIX
    }

    fn calls(&self) -> Vec<&'static str> {
        operations::names().collect()
    }

    /// The ids of coins are no secrets.
    fn hides(&self, _: &str) -> Box<dyn Fn(&str) -> bool> {
        Box::new(|field| field != "token_id" && masking::is_secret(field))
    }

    fn error_codes(&self) -> Vec<(i64, String)> {
        codes::errors().collect()
    }

    fn has_error_code(&self, code: i64) -> bool {
        code != answer::OK
    }

    fn settings(&self) -> &dyn Adjust {
        &self.account.settings
    }

    fn orders(&self) -> Vec<(u64, Order)> {
        self.state().views()
    }

    fn changed_orders(&self) -> Vec<(u64, Order)> {
        self.state().take_changed()
    }

    fn order(&self, id: &str) -> Option<Order> {
        self.state().view(id)
    }

    fn act(&self, id: &str, action: Action<'_>) -> Result<Order, ActionError> {
        self.do_to(id, action)
    }

    fn settle_due(&self) {
        self.settle_due_orders();
    }

    fn next_due(&self) -> Option<u64> {
        self.state().next_due()
    }

    fn set_balance(&self, currency: &str, amount: Decimal) -> Result<(), ActionError> {
        Ok(self.state().ledger.set_available(currency, amount)?)
    }

    fn balances(&self) -> Vec<Balance> {
        self.state().ledger.balances().collect()
    }

    fn reset(&self) {
        self.clear();
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
        let answers = self.account.settings.get().switches.signed_answers;
        Signatures {
            answers,
            stamped_answers: answers,
            stamped_webhooks: true,
        }
    }

    fn attempts(&self) -> usize {
        messages::ATTEMPTS
    }

    fn waits_s(&self) -> &'static [u64] {
        &messages::WAITS_S
    }

    async fn sign(&self, body: String, signing: Signing) -> Option<Message> {
        let now_ms = self.context.clock.stamp_ms();
        Some(messages::sign(&self.account, now_ms, body, signing))
    }

    async fn acknowledge(&self, reply: &Reply) -> Result<(), String> {
        let exact = self.account.settings.get().switches.exact_acknowledgement;
        messages::acknowledge(reply, exact)
    }
}
