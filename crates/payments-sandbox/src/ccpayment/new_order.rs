//! What the making of every kind of order has in common: its ids, its terms, its row.

use super::answer::Refusal;
use super::checkout::{Checkout, InvoiceOf, Priced, Quote};
use super::coins::Token;
use super::control::show;
use super::verify::Verified;
use crate::amount::Amount;
use crate::app::App;
use crate::clock;
use crate::decimal::{Decimal, PLACES};
use crate::store::{AddRefused, Gateway, Order, OrderKind, Tables};

/// `order_valid_period` when it is not given, and the most of it.
pub(super) const DEFAULT_VALID_S: u64 = 86_400;
const MOST_VALID_S: u64 = 864_000;
/// The most for Satoshi; its default as well (assumed).
const MOST_VALID_SATS_S: u64 = 7_200;
/// Decimals of a price in USD.
pub(super) const PRICE_DECIMALS: usize = 2;

/// 33 digits that begin with the time, as the documents' ids do.
pub(super) fn id(app: &App, now_ms: u64) -> String {
    format!("20{}{}", clock::stamp(now_ms), app.ids.digits(19))
}

fn order_id(app: &App, tables: &Tables, now_ms: u64) -> String {
    loop {
        let id = id(app, now_ms);
        if !tables.orders.has_id(&id) {
            return id;
        }
    }
}

/// A new row with its id and the account's URL.
pub(super) fn blank(app: &App, tables: &Tables, kind: OrderKind, now_ms: u64) -> Order {
    Order {
        callback_url: app.ccpayment.settings.webhook_url.clone(),
        ..Order::blank(
            Gateway::Ccpayment,
            kind,
            order_id(app, tables, now_ms),
            now_ms,
        )
    }
}

/// How long coins of a token can be awaited.
pub(super) fn most_valid_s(token: Option<&Token>) -> u64 {
    match token {
        Some(token) if token.coin.symbol == "SATS" => MOST_VALID_SATS_S,
        _ => MOST_VALID_S,
    }
}

/// `order_valid_period`: seconds, not an instant. Too long a one is refused, not shortened (assumed).
pub(super) fn valid_s(fields: &Verified, token: Option<&Token>) -> Result<u64, Refusal> {
    let name = "order_valid_period";
    let most = most_valid_s(token);
    match fields.whole(name)? {
        None => Ok(DEFAULT_VALID_S.min(most)),
        Some(seconds) if seconds <= most => Ok(seconds),
        Some(_) => Err(Refusal::field(
            name,
            format!("is more than {most} seconds; it is a duration, not an instant"),
        )),
    }
}

/// `product_price`: two decimals in USD; of a price in coins as many as the sandbox counts (assumed).
pub(super) fn price(fields: &Verified, priced: Priced) -> Result<Amount, Refusal> {
    let decimals = match priced {
        Priced::Usd => PRICE_DECIMALS,
        Priced::Token => PLACES,
    };
    fields.amount("product_price", decimals)
}

/// What an order is made from.
pub(super) struct Terms<'a> {
    pub(super) kind: OrderKind,
    pub(super) merchant_ref: &'a str,
    pub(super) product_name: &'a str,
    pub(super) price: &'a Amount,
    pub(super) priced: Priced,
    /// None when the payer chooses.
    pub(super) token: Option<&'static Token>,
    pub(super) valid_s: u64,
    pub(super) notify_url: &'a str,
    pub(super) return_url: &'a str,
    pub(super) custom_value: &'a str,
    pub(super) remark: &'a str,
    pub(super) invoice: Option<InvoiceOf>,
}

/// Why an order was not made.
pub(super) enum NotOpened {
    Add(AddRefused),
    TooLarge,
}

impl From<NotOpened> for Refusal {
    fn from(why: NotOpened) -> Self {
        match why {
            NotOpened::Add(refused) => refused.into(),
            NotOpened::TooLarge => Self::field(
                "product_price",
                "comes to more coins than the sandbox can count (assumed limit: about 1.7e20)",
            ),
        }
    }
}

/// Makes the order, its page and its row.
pub(super) fn open(app: &App, tables: &mut Tables, terms: &Terms<'_>) -> Result<Order, NotOpened> {
    let now_ms = app.clock.now_ms();
    tables
        .orders
        .room_for(Gateway::Ccpayment, terms.merchant_ref)
        .map_err(NotOpened::Add)?;
    let mut order = blank(app, tables, terms.kind, now_ms);
    let quote = match terms.token {
        Some(token) => {
            let price = terms.price.value();
            let quote = quote(app, &order.order_id, token, price, terms.priced, now_ms);
            Some(quote.ok_or(NotOpened::TooLarge)?)
        }
        None => None,
    };
    let key = loop {
        let key = id(app, now_ms);
        if !tables.ccpayment.has_key(&key) {
            break key;
        }
    };
    order.cashier_url = format!("{}/pay?key={key}", app.base_url);
    terms.merchant_ref.clone_into(&mut order.merchant_ref);
    terms.remark.clone_into(&mut order.remark);
    terms.custom_value.clone_into(&mut order.ext_info);
    if !terms.notify_url.is_empty() {
        terms.notify_url.clone_into(&mut order.callback_url);
    }
    for url in [
        &mut order.return_url,
        &mut order.success_url,
        &mut order.fail_url,
    ] {
        terms.return_url.clone_into(url);
    }
    let checkout = Checkout {
        key,
        hosted: terms.token.is_none(),
        product_name: terms.product_name.to_owned(),
        product_price: terms.price.text().to_owned(),
        price: terms.price.value(),
        priced: terms.priced,
        quote,
        created_ms: now_ms,
        expires_ms: now_ms.saturating_add(terms.valid_s.saturating_mul(1_000)),
        payments: Vec::new(),
        seen: None,
        refunds: Vec::new(),
        invoice: terms.invoice.clone(),
    };
    show(&mut order, &checkout, now_ms);
    tables.orders.add(order.clone()).map_err(NotOpened::Add)?;
    tables.ccpayment.add_checkout(&order.order_id, checkout);
    Ok(order)
}

/// What an order asks for in a coin, at the order's own address.
pub(super) fn quote(
    app: &App,
    order_id: &str,
    token: &'static Token,
    price: Decimal,
    priced: Priced,
    now_ms: u64,
) -> Option<Quote> {
    let place = token
        .chain
        .place(&app.cpay.address_salt, &["order", order_id]);
    Quote::new(token, price, priced, place, now_ms)
}
