//! Links to the pages of orders, `…?orderId=…&sign=…` as in the example of `createOrder`, and the forms of these pages.

use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::Bytes;
use zeroize::Zeroizing;

use super::answer::Refusal;
use super::order::Order;
use super::state::Cpay;
use crate::shared::action::ActionError;
use crate::shared::text::is_web_url;
use crate::shared::{form, html};

/// The page of a crypto order.
pub(super) const CASHIER: &str = "/payment";
/// The page where a card is entered.
pub(super) const CARD: &str = "/card";
/// The page where the bank asks the customer to confirm.
pub(super) const THREE_DS: &str = "/3ds";

/// A link is valid for one page: the card page of an order is not its cashier.
fn signed<'a>(page: &'a str, order_id: &'a str) -> [(&'a str, &'a str); 2] {
    [("orderId", order_id), ("page", page)]
}

pub(super) fn url(cpay: &Cpay, page: &str, order_id: &str) -> Result<String, Refusal> {
    let sign = cpay
        .account
        .link_key
        .sign(signed(page, order_id))
        .map_err(|error| Refusal::new("system error", error.to_string()))?;
    Ok(format!(
        "{}{page}?orderId={order_id}&sign={sign}",
        cpay.context.base_url
    ))
}

/// The parameters of a page's link or form, with a valid signature. Wiped when dropped: the form of the card page contains
/// card data.
pub(super) struct Visit {
    page: &'static str,
    pairs: Vec<form::Pair>,
}

impl Visit {
    /// Reads a query. Unknown names are ignored: shops and mail programs add some to links.
    pub(super) fn of_link(cpay: &Cpay, page: &'static str, uri: &Uri) -> Option<Self> {
        Self::read(cpay, page, uri.query().unwrap_or_default().as_bytes())
    }

    /// Reads a form and wipes it.
    pub(super) fn of_form(cpay: &Cpay, page: &'static str, body: Bytes) -> Option<Self> {
        let visit = Self::read(cpay, page, &body);
        form::wipe(body);
        visit
    }

    fn read(cpay: &Cpay, page: &'static str, text: &[u8]) -> Option<Self> {
        let pairs = form::pairs(text).ok()?;
        let visit = Self { page, pairs };
        cpay.account
            .link_key
            .verify(signed(page, visit.order_id()), visit.sign())
            .is_ok()
            .then_some(visit)
    }

    /// The last value, if a name occurs twice.
    pub(super) fn get(&self, name: &str) -> &str {
        let pair = self.pairs.iter().rfind(|(known, _)| known == name);
        pair.map_or("", |(_, value)| value.trim())
    }

    pub(super) fn order_id(&self) -> &str {
        self.get("orderId")
    }

    pub(super) fn sign(&self) -> &str {
        self.get("sign")
    }

    /// The order, or the page that says that it no longer exists.
    #[allow(
        clippy::result_large_err,
        reason = "the error is the page that is sent"
    )]
    pub(super) fn order(&self, cpay: &Cpay) -> Result<Order, Response> {
        let found = cpay.state().orders.by_id(self.order_id()).cloned();
        found.ok_or_else(|| {
            html::notice(
                StatusCode::NOT_FOUND,
                "This order no longer exists",
                "The sandbox was reset after the order was made.",
            )
        })
    }

    /// The way back to the page after a button.
    pub(super) fn back(&self) -> Response {
        Redirect::to(&format!(
            "{}?orderId={}&sign={}",
            self.page,
            self.order_id(),
            self.sign()
        ))
        .into_response()
    }
}

/// The same page for a wrong sign and for an order that never existed.
pub(super) fn invalid_link() -> Response {
    html::notice(
        StatusCode::FORBIDDEN,
        "This payment link is not valid",
        "Open the link of the answer (cashierURL, or the page in pageData) exactly as it is in the answer.",
    )
}

/// The HTTP status of a page after a button.
pub(super) fn status(error: Option<&ActionError>) -> StatusCode {
    error.map_or(StatusCode::OK, ActionError::status)
}

/// Where the customer of an order that has ended may go on to, if it is a web URL and not e.g. `javascript:`.
pub(super) fn onward(order: &Order) -> Option<&str> {
    Some(order.onward_url()).filter(|url| is_web_url(url))
}

/// The same with `txnRef=<orderId>`, which is documented for `pwpp` only.
pub(super) fn onward_with_reference(order: &Order) -> Option<String> {
    onward(order).map(|url| with_reference(url, &order.order_id))
}

/// The document shows `<Your_SuccessURL>?txnRef=…`; that a query of the URL is kept is assumed.
fn with_reference(url: &str, order_id: &str) -> String {
    let (url, fragment) = match url.split_once('#') {
        Some((url, fragment)) => (url, format!("#{fragment}")),
        None => (url, String::new()),
    };
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}txnRef={order_id}{fragment}")
}

/// A copy of a value of a form, which is wiped when it is dropped.
pub(super) fn secret(visit: &Visit, name: &str) -> Zeroizing<String> {
    Zeroizing::new(visit.get(name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_id_is_added_to_the_shops_url() {
        for (url, want) in [
            ("https://a.example/ok", "https://a.example/ok?txnRef=1"),
            ("https://a.example/?a=1", "https://a.example/?a=1&txnRef=1"),
            ("http://a.example/#x", "http://a.example/?txnRef=1#x"),
        ] {
            assert_eq!(with_reference(url, "1"), want, "{url}");
        }
    }
}
