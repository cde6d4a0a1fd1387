//! What the making of every kind of order has in common.

use super::answer::Refusal;
use super::verify::Verified;
use crate::app::App;
use crate::clock;
use crate::store::{Gateway, Order, OrderKind, Tables};

/// The last digits of an order id. Every pay-in of the documents ends with 014, the one payout with 003; the ending
/// of exchanges is assumed.
fn ending(kind: OrderKind) -> &'static str {
    match kind {
        OrderKind::Payout | OrderKind::FiatPayout => "003",
        OrderKind::Exchange => "004",
        _ => "014",
    }
}

/// A new order with its id, its time and the account's callback URL, everything else still empty.
pub(super) fn blank(app: &App, tables: &Tables, kind: OrderKind) -> Order {
    let now_ms = app.clock.now_ms();
    let order_id = order_id(app, tables, now_ms, ending(kind));
    Order {
        callback_url: app.cpay.callback_url.clone().unwrap_or_default(),
        ..Order::blank(Gateway::Cpay, kind, order_id, now_ms)
    }
}

/// The same with what the calls that make an order share: the merchant's number, the user and the callback URL, of
/// which the order's goes before the account's.
pub(super) fn from_params(
    app: &App,
    tables: &Tables,
    kind: OrderKind,
    params: &Common<'_>,
) -> Result<Order, Refusal> {
    tables.orders.room_for(Gateway::Cpay, params.merchant_ref)?;
    let mut order = blank(app, tables, kind);
    params.merchant_ref.clone_into(&mut order.merchant_ref);
    params.user_id.clone_into(&mut order.user_id);
    if let Some(url) = params.callback_url {
        url.clone_into(&mut order.callback_url);
    }
    params.success_url.clone_into(&mut order.success_url);
    params.fail_url.clone_into(&mut order.fail_url);
    Ok(order)
}

/// The parameters that make an order and mean the same in every call.
#[derive(Clone, Copy, Debug)]
pub(super) struct Common<'a> {
    pub(super) merchant_ref: &'a str,
    pub(super) user_id: &'a str,
    pub(super) callback_url: Option<&'a str>,
    pub(super) success_url: &'a str,
    pub(super) fail_url: &'a str,
}

impl<'a> Common<'a> {
    pub(super) fn read(params: &'a Verified) -> Result<Self, Refusal> {
        let merchant_ref = params.required("merchantTradeNo", 64)?;
        params.long("createTime")?;
        let user_id = params.required("userId", 64)?;
        // The tables say callbackURL or callBackURL by turns; the example of createOrder and every official client
        // say callBackURL, so that one goes first when both are sent (assumed).
        let small = params.optional("callbackURL", 256)?;
        let capital = params.optional("callBackURL", 256)?;
        let url = if capital.is_empty() { small } else { capital };
        Ok(Self {
            merchant_ref,
            user_id,
            callback_url: Some(url).filter(|url| !url.is_empty()),
            success_url: params.optional("successURL", 256)?,
            fail_url: params.optional("failURL", 256)?,
        })
    }
}

/// `yyMMddHHmmss` in UTC, six digits, the ending of the kind.
fn order_id(app: &App, tables: &Tables, now_ms: u64, ending: &str) -> String {
    const NUMBERS: u32 = 1_000_000;
    let stamp = clock::stamp(now_ms);
    let mut number = app.ids.below(NUMBERS);
    loop {
        let id = format!("{stamp}{number:06}{ending}");
        if !tables.orders.has_id(&id) {
            return id;
        }
        // Ends: the ledger holds far fewer orders than there are numbers.
        number = (number + 1) % NUMBERS;
    }
}
