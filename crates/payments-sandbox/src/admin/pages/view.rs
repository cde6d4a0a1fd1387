//! How the pages of the dashboard show times, states and money.

use crate::app::App;
use crate::shared::amount::decimal;
use crate::shared::clock::readable;
use crate::shared::decimal::PLACES;
use crate::shared::deliveries::{Delivery, DeliveryState};
use crate::shared::order::{Funds, Order, OrderKind, OrderStatus};
use crate::shared::requests::RequestRecord;

/// What templates call.
pub(super) struct View<'a> {
    pub(super) app: &'a App,
}

impl View<'_> {
    pub(super) fn at(&self, ms: &u64) -> String {
        readable(*ms)
    }

    /// The time of day as an element that has the date in its title.
    pub(super) fn time(&self, ms: &u64) -> String {
        let full = readable(*ms);
        let day = full.get(..10).unwrap_or_default();
        let time = full.get(11..19).unwrap_or(&full);
        format!("<time datetime=\"{day}T{time}Z\" title=\"{full}\">{time}</time>")
    }

    /// A name of the JSON as words.
    pub(super) fn words(&self, name: &str) -> String {
        name.replace('_', " ")
    }

    /// The merchant's reference, or the gateway's id of an order without one.
    pub(super) fn title<'o>(&self, order: &'o Order) -> &'o str {
        match order.merchant_ref.as_str() {
            "" => &order.order_id,
            reference => reference,
        }
    }

    /// The order that a webhook is about: by its reference, or by the gateway's id if it has none that can stand in a path.
    pub(super) fn order_of<'d>(&self, delivery: &'d Delivery) -> &'d str {
        let reference = delivery.merchant_ref.as_str();
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        match !reference.is_empty() && reference.bytes().all(plain) {
            true => reference,
            false => &delivery.order_id,
        }
    }

    pub(super) fn call(&self, record: &RequestRecord) -> String {
        let unknown = || format!("{} {}", record.method, record.path);
        record.operation.map_or_else(unknown, str::to_owned)
    }

    /// How the money that arrived differs from the order's amount.
    pub(super) fn money(&self, order: &Order) -> Option<String> {
        let asked = decimal(&order.amount, PLACES).ok()?;
        let sent = decimal(&order.actual_amount, PLACES).ok()?;
        let (by, word) = match order.funds {
            Funds::Under => (asked.minus(sent)?, "too little"),
            Funds::Over => (sent.minus(asked)?, "too much"),
            Funds::None | Funds::Exact => return None,
        };
        Some(format!(
            "{} arrived: {by} {} {word}",
            order.actual_amount, order.currency
        ))
    }

    /// The action that leads an order to its usual end, and its button.
    pub(super) fn main_action(&self, order: &Order) -> Option<(&'static str, &'static str)> {
        if order.status.is_final() || order.kind == OrderKind::Exchange {
            return None;
        }
        if order.kind.is_payout() {
            return Some(("complete", "Complete"));
        }
        Some(("pay", "Pay"))
    }

    pub(super) fn attempts(&self, delivery: &Delivery) -> String {
        match delivery.attempts.len() {
            1 => "1 attempt".to_owned(),
            count => format!("{count} attempts"),
        }
    }

    pub(super) fn can_resend(&self, delivery: &Delivery) -> bool {
        delivery.state != DeliveryState::Sending
    }

    /// A signature before, at and after the character at which it differs.
    pub(super) fn split<'s>(
        &self,
        sign: &'s str,
        at: &Option<usize>,
    ) -> Option<(&'s str, &'s str, &'s str)> {
        let start = sign.char_indices().nth((*at)?)?.0;
        let (same, rest) = sign.split_at(start);
        let one = rest.chars().next()?.len_utf8();
        let (differs, rest) = rest.split_at(one);
        Some((same, differs, rest))
    }

    /// Whether anything can still be paid: also after its time at gateways that accept late payments.
    pub(super) fn is_payable(&self, order: &Order) -> bool {
        if order.kind.is_payout() || matches!(order.kind, OrderKind::Exchange | OrderKind::Refund) {
            return false;
        }
        let provider = self.app.provider(order.gateway);
        match order.status {
            OrderStatus::Pending | OrderStatus::Processing => true,
            OrderStatus::Completed => {
                provider.is_some_and(|provider| provider.has_several_payments())
                    && matches!(order.kind, OrderKind::PayIn | OrderKind::Invoice)
            }
            OrderStatus::Closed => {
                provider.is_some_and(|provider| provider.takes_late_payments(order.kind))
            }
            OrderStatus::Failed => false,
        }
    }

    /// Whether the order is still open and its gateway would accept a payment after its end.
    pub(super) fn is_payable_late(&self, order: &Order) -> bool {
        let provider = self.app.provider(order.gateway);
        self.is_payable(order)
            && !order.network.is_empty()
            && provider.is_some_and(|provider| provider.takes_late_payments(order.kind))
    }

    /// Whether the payer can send another amount than the order's.
    pub(super) fn takes_amount(&self, order: &Order) -> bool {
        let provider = self.app.provider(order.gateway);
        self.is_payable(order)
            && matches!(order.kind, OrderKind::PayIn | OrderKind::Invoice)
            && provider.is_some_and(|provider| provider.accepts_any_amount())
    }
}
