//! The page of one order: its money, what can be done to it, and what happened.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::view::View;
use crate::admin::details::OrderDetail;
use crate::app::App;
use crate::shared::action::ActionError;
use crate::shared::amount::decimal;
use crate::shared::decimal::{Decimal, PLACES};
use crate::shared::html;
use crate::shared::order::{Order, OrderKind, OrderStatus};

#[derive(Template)]
#[template(path = "dashboard/order.html")]
struct Page<'a> {
    view: View<'a>,
    order: Order,
    actions: Vec<Button>,
    takes_amount: bool,
    takes_refunds: bool,
    refused: Option<Refused<'a>>,
    timeline: Vec<Item>,
}

/// An action that did not work, shown with its amount to be corrected.
pub(crate) struct Refused<'a> {
    pub(crate) error: &'a ActionError,
    /// As in the path: `pay`, `refund` and the others.
    pub(crate) action: &'a str,
    /// Empty if the action has no amount.
    pub(crate) amount: &'a str,
}

impl Page<'_> {
    /// The amount that this action refused.
    fn refused_amount(&self, action: &str) -> Option<&str> {
        let refused = self.refused.as_ref()?;
        (refused.action == action && !refused.amount.is_empty()).then_some(refused.amount)
    }
}

/// One button of the page.
struct Button {
    path: &'static str,
    label: &'static str,
    /// Empty if the action has no amount.
    amount: String,
}

impl Button {
    fn new(path: &'static str, label: &'static str) -> Self {
        Self {
            path,
            label,
            amount: String::new(),
        }
    }
}

/// Something that happened.
struct Item {
    at_ms: u64,
    what: String,
    chip: &'static str,
    text: String,
    link: String,
    link_text: String,
}

/// The page of an order, or why it cannot be shown.
pub(crate) fn order(app: &App, id: &str, refused: Option<Refused<'_>>) -> Response {
    let detail = match OrderDetail::of(app, id) {
        Ok(detail) => detail,
        Err(error) => return html::notice(error.status(), "No such order", &error.to_string()),
    };
    let view = View { app };
    let order = &detail.order;
    let provider = app.provider(order.gateway);
    let page = Page {
        actions: buttons(&view, order),
        takes_amount: view.takes_amount(order),
        takes_refunds: order.status == OrderStatus::Completed
            && order.kind == OrderKind::PayIn
            && provider.is_some_and(|provider| provider.has_refunds()),
        refused,
        timeline: timeline(&detail),
        view,
        order: detail.order,
    };
    let refused = page.refused.as_ref();
    let status = refused.map_or(StatusCode::OK, |refused| refused.error.status());
    html::dashboard(status, &page)
}

fn buttons(view: &View<'_>, order: &Order) -> Vec<Button> {
    let is_open = !order.status.is_final();
    if order.kind == OrderKind::Exchange {
        return Vec::new();
    }
    if order.kind.is_payout() || order.kind == OrderKind::Refund {
        let all = [
            Button::new("complete", "Complete"),
            Button::new("process", "Put into processing"),
            Button::new("reject", "Reject"),
        ];
        return all.into_iter().filter(|_| is_open).collect();
    }
    let mut buttons = Vec::new();
    if view.is_payable(order) {
        buttons.push(Button::new(
            "pay",
            match order.status {
                OrderStatus::Closed => "Pay late",
                OrderStatus::Completed => "Pay again",
                _ => "Pay exactly",
            },
        ));
        if view.takes_amount(order) {
            let some = |(label, percent)| {
                let amount = share(&order.amount, percent)?;
                Some(Button {
                    path: "pay",
                    label,
                    amount,
                })
            };
            let presets = [("−1 %", 99), ("+1 %", 101), ("Half", 50)];
            buttons.extend(presets.into_iter().filter_map(some));
        }
    }
    if is_open {
        if order.status == OrderStatus::Pending {
            buttons.push(Button::new("process", "Payment seen"));
            if order.kind != OrderKind::Deposit {
                buttons.push(Button::new("expire", "Let it expire"));
            }
            if view.is_payable_late(order) {
                buttons.push(Button::new("pay_late", "Pay late"));
            }
        }
        let provider = view.app.provider(order.gateway);
        if provider.is_some_and(|provider| provider.has_failed_payments()) {
            buttons.push(Button::new("fail", "Let it fail"));
        }
    }
    buttons
}

/// So many percent of an amount, cut after its own decimals or two. `None` if that is zero or the amount itself.
fn share(amount: &str, percent: i128) -> Option<String> {
    let asked = decimal(amount, PLACES).ok()?;
    let decimals = amount.split_once('.').map_or(0, |(_, part)| part.len());
    let places = i32::try_from(decimals.max(2)).ok()?;
    let part = asked.times(Decimal::constant(percent, 2))?.cut(places);
    (part.is_positive() && part != asked).then(|| part.to_string())
}

fn timeline(detail: &OrderDetail) -> Vec<Item> {
    let mut items = Vec::new();
    for record in &detail.requests {
        items.push(Item {
            at_ms: record.at_ms,
            what: record.operation.unwrap_or("Unknown call").to_owned(),
            chip: record.verdict.as_str(),
            text: record.reason.clone().unwrap_or_default(),
            link: format!("/_sandbox/requests/{}", record.id),
            link_text: format!("Request {}", record.id),
        });
    }
    let currency = &detail.order.currency;
    let mut before: Option<&str> = None;
    for event in &detail.events {
        let moved = &event.actual_amount;
        let is_new = before.unwrap_or("0") != moved;
        before = Some(moved);
        let mut text = event.gateway_state.clone();
        if is_new {
            let joint = if text.is_empty() { "" } else { ", " };
            text = format!("{text}{joint}{moved} {currency} in all");
        }
        items.push(Item {
            at_ms: event.at_ms,
            what: "Order".to_owned(),
            chip: event.status.as_str(),
            text,
            link: String::new(),
            link_text: String::new(),
        });
    }
    for delivery in &detail.deliveries {
        for (at, attempt) in delivery.attempts.iter().enumerate() {
            items.push(Item {
                at_ms: attempt.at_ms,
                what: format!(
                    "Webhook: {}, attempt {}",
                    delivery.order_status.as_str(),
                    at + 1
                ),
                chip: if attempt.problem.is_some() {
                    "failed"
                } else {
                    "delivered"
                },
                text: attempt.problem.clone().unwrap_or_default(),
                link: format!("/_sandbox/deliveries/{}", delivery.id),
                link_text: format!("Webhook {}", delivery.id),
            });
        }
        if let Some(due_ms) = delivery.due_ms {
            items.push(Item {
                at_ms: due_ms,
                what: format!("Webhook: {}, next attempt", delivery.order_status.as_str()),
                chip: delivery.state.as_str(),
                text: String::new(),
                link: format!("/_sandbox/deliveries/{}", delivery.id),
                link_text: format!("Webhook {}", delivery.id),
            });
        }
    }
    // What happened at the same time stays in this order: the call, its effect, the webhook.
    items.sort_by_key(|item| item.at_ms);
    items
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn shares_keep_the_decimals_of_the_amount() {
        for (amount, percent, want) in [
            ("10", 99, Some("9.9")),
            ("10.50", 101, Some("10.6")),
            ("66.12345678", 50, Some("33.06172839")),
            ("0.01", 99, None),
            ("0.01", 101, None),
            ("x", 50, None),
        ] {
            assert_eq!(
                share(amount, percent).as_deref(),
                want,
                "{amount} {percent}"
            );
        }
    }
}
