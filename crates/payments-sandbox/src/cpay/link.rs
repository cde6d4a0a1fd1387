//! Links to the pages of orders: `…?orderId=…&sign=…`, as in the example of `createOrder`, and the forms behind them.

use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::Bytes;
use zeroize::Zeroizing;

use super::answer::Refusal;
use crate::actions::ActionError;
use crate::app::App;
use crate::form;
use crate::html;
use crate::store::Order;
use crate::web;

/// The page of a crypto order.
pub(super) const CASHIER: &str = "/payment";
/// The page where a card is entered.
pub(super) const CARD: &str = "/card";
/// The page where a bank asks its customer to confirm.
pub(super) const THREE_DS: &str = "/3ds";

/// A link is for one page: the card page of an order is not its cashier.
fn signed<'a>(page: &'a str, order_id: &'a str) -> [(&'a str, &'a str); 2] {
    [("orderId", order_id), ("page", page)]
}

pub(super) fn url(app: &App, page: &str, order_id: &str) -> Result<String, Refusal> {
    let sign = app
        .cpay
        .link_key
        .sign(signed(page, order_id))
        .map_err(|error| Refusal::new("system error", error.to_string()))?;
    Ok(format!(
        "{}{page}?orderId={order_id}&sign={sign}",
        app.base_url
    ))
}

/// What a link or a form of a page carries, from somebody with the right link. Wiped when dropped: a card page's
/// form holds card data.
pub(super) struct Visit {
    page: &'static str,
    pairs: Vec<(String, Zeroizing<String>)>,
}

impl Visit {
    /// Reads a query. Names the page does not know are passed over: shops and mail programs add some to links.
    pub(super) fn of_link(app: &App, page: &'static str, uri: &Uri) -> Option<Self> {
        Self::read(app, page, uri.query().unwrap_or_default())
    }

    /// Reads a form and wipes it.
    pub(super) fn of_form(app: &App, page: &'static str, body: Bytes) -> Option<Self> {
        let visit = std::str::from_utf8(&body)
            .ok()
            .and_then(|text| Self::read(app, page, text));
        form::wipe(body);
        visit
    }

    fn read(app: &App, page: &'static str, text: &str) -> Option<Self> {
        let mut visit = Self {
            page,
            pairs: Vec::new(),
        };
        for pair in form::pairs(text) {
            visit.pairs.push(pair.ok()?);
        }
        app.cpay
            .link_key
            .verify(signed(page, visit.order_id()), visit.sign())
            .is_ok()
            .then_some(visit)
    }

    /// The last one counts, where a name stands twice.
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

    /// The order, or the page that says it is gone.
    #[allow(clippy::result_large_err, reason = "the answer of a page, made once")]
    pub(super) fn order(&self, app: &App) -> Result<Order, Response> {
        let found = app.store.lock().orders.find(self.order_id()).cloned();
        found.ok_or_else(|| {
            html::notice(
                StatusCode::NOT_FOUND,
                "This order is gone",
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

/// The same answer for a wrong sign and for an order that never was.
pub(super) fn stranger() -> Response {
    html::notice(
        StatusCode::FORBIDDEN,
        "This payment link is not valid",
        "Open the link of the answer (cashierURL, or the page in pageData) exactly as it was given.",
    )
}

/// The status of a page whose button worked, or did not.
pub(super) fn status(error: Option<&ActionError>) -> StatusCode {
    error.map_or(StatusCode::OK, ActionError::status)
}

/// Where the customer of an order that has ended may go on to: a web address of the shop. None for `javascript:` and
/// its like.
pub(super) fn onward(order: &Order) -> Option<&str> {
    Some(order.onward_url()).filter(|url| web::is_address(url))
}

/// The same with `txnRef=<orderId>` at its end, which is documented for `pwpp` only.
pub(super) fn onward_with_reference(order: &Order) -> Option<String> {
    onward(order).map(|url| with_reference(url, &order.order_id))
}

/// The sheet shows `<Your_SuccessURL>?txnRef=…`; that an own query is kept is assumed.
fn with_reference(url: &str, order_id: &str) -> String {
    let (url, fragment) = match url.split_once('#') {
        Some((url, fragment)) => (url, format!("#{fragment}")),
        None => (url, String::new()),
    };
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}txnRef={order_id}{fragment}")
}

/// Moves a value of a form into the care of the caller.
pub(super) fn secret(visit: &Visit, name: &str) -> Zeroizing<String> {
    Zeroizing::new(visit.get(name).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_id_is_spliced_to_the_shops_address() {
        for (url, want) in [
            ("https://a.example/ok", "https://a.example/ok?txnRef=1"),
            ("https://a.example/?a=1", "https://a.example/?a=1&txnRef=1"),
            ("http://a.example/#x", "http://a.example/?txnRef=1#x"),
        ] {
            assert_eq!(with_reference(url, "1"), want, "{url}");
        }
    }
}
