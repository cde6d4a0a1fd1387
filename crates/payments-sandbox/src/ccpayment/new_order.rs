//! What all new orders have in common: ids, terms, quotes.

use super::answer::Refusal;
use super::checkout::{Checkout, InvoiceOf, Priced, Quote};
use super::coins::Token;
use super::order::{Details, Order};
use super::state::{Ccpayment, State};
use super::verify::Verified;
use crate::shared::amount::Amount;
use crate::shared::clock;
use crate::shared::decimal::{Decimal, PLACES};
use crate::shared::order::OrderStatus;
use crate::shared::order_table::AddRefused;

/// The default of `order_valid_period`, and the most of it.
pub(super) const DEFAULT_VALID_S: u64 = 86_400;
const MOST_VALID_S: u64 = 864_000;
/// The most for Satoshi; its default as well (assumed).
const MOST_VALID_SATS_S: u64 = 7_200;
/// Decimals of a price in a currency.
pub(super) const PRICE_DECIMALS: usize = 2;

/// 33 digits that begin with the time, like the documents' ids.
pub(super) fn id(ccpayment: &Ccpayment, now_ms: u64) -> String {
    format!(
        "20{}{}",
        clock::stamp(now_ms),
        ccpayment.context.ids.digits(19)
    )
}

pub(super) fn order_id(ccpayment: &Ccpayment, state: &State, now_ms: u64) -> String {
    loop {
        let id = id(ccpayment, now_ms);
        if !state.orders.has_id(&id) {
            return id;
        }
    }
}

/// The most of `order_valid_period`.
pub(super) fn most_valid_s(token: Option<&Token>) -> u64 {
    match token {
        Some(token) if token.coin.symbol == "SATS" => MOST_VALID_SATS_S,
        _ => MOST_VALID_S,
    }
}

/// `order_valid_period`: seconds, not an instant. Too long a period is refused, not shortened (assumed).
pub(super) fn valid_s(fields: &Verified, token: Option<&Token>) -> Result<u64, Refusal> {
    let name = "order_valid_period";
    let most = most_valid_s(token);
    match fields.integer(name)? {
        None => Ok(DEFAULT_VALID_S.min(most)),
        Some(seconds) if seconds <= most => Ok(seconds),
        Some(_) => Err(Refusal::field(
            name,
            format!("is more than {most} seconds; it is a duration, not an instant"),
        )),
    }
}

/// `product_price`: two decimals in a currency; in coins as many as the sandbox counts (assumed).
pub(super) fn price(fields: &Verified, priced: Priced) -> Result<Amount, Refusal> {
    let decimals = match priced {
        Priced::Fiat(_) => PRICE_DECIMALS,
        Priced::Token => PLACES,
    };
    fields.amount("product_price", decimals)
}

/// The terms of an order.
pub(super) struct Terms<'a> {
    pub(super) merchant_ref: &'a str,
    pub(super) product_name: &'a str,
    pub(super) price: &'a Amount,
    pub(super) priced: Priced,
    /// `None` if the payer chooses.
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

/// Makes the order and its page.
pub(super) fn open(
    ccpayment: &Ccpayment,
    state: &mut State,
    terms: &Terms<'_>,
) -> Result<Order, NotOpened> {
    let now_ms = ccpayment.context.clock.now_ms();
    let room = state.orders.room_for(terms.merchant_ref);
    room.map_err(NotOpened::Add)?;
    let order_id = order_id(ccpayment, state, now_ms);
    let (price, priced) = (terms.price.value(), terms.priced);
    let quote = terms
        .token
        .map(|token| {
            let quote = quote(ccpayment, &order_id, token, price, priced, now_ms);
            quote.ok_or(NotOpened::TooLarge)
        })
        .transpose()?;
    let key = loop {
        let key = id(ccpayment, now_ms);
        if !state.has_key(&key) {
            break key;
        }
    };
    let checkout = Checkout {
        key: key.clone(),
        hosted: terms.token.is_none(),
        product_name: terms.product_name.to_owned(),
        product_price: terms.price.text().to_owned(),
        price,
        priced,
        quote,
        created_ms: now_ms,
        expires_ms: now_ms.saturating_add(terms.valid_s.saturating_mul(1_000)),
        payments: Vec::new(),
        seen: None,
        refunds: Vec::new(),
        invoice: terms.invoice.clone(),
        return_url: terms.return_url.to_owned(),
        remark: terms.remark.to_owned(),
        custom_value: terms.custom_value.to_owned(),
        page_url: format!("{}/pay?key={key}", ccpayment.context.base_url),
    };
    let settings = ccpayment.account.settings.get();
    let callback_url = match terms.notify_url {
        "" => &settings.webhook_url,
        url => url,
    };
    let mut order = Order {
        order_id,
        merchant_ref: terms.merchant_ref.to_owned(),
        status: OrderStatus::Pending,
        label: String::new(),
        callback_url: callback_url.to_owned(),
        details: Details::Checkout(Box::new(checkout)),
        created_ms: now_ms,
        settled_ms: None,
        due_ms: None,
    };
    order.refresh(now_ms);
    let added = state.add_with_page(&key, order.clone(), ccpayment.context.next_order());
    added.map_err(NotOpened::Add)?;
    // The sender waits for the end of the time to pay.
    ccpayment.context.wake.notify_one();
    Ok(order)
}

/// What an order asks for in a coin, at the order's address.
pub(super) fn quote(
    ccpayment: &Ccpayment,
    order_id: &str,
    token: &'static Token,
    price: Decimal,
    priced: Priced,
    now_ms: u64,
) -> Option<Quote> {
    let place = token
        .chain
        .place(&ccpayment.account.address_salt, &["order", order_id]);
    Quote::new(token, price, priced, place, now_ms)
}
