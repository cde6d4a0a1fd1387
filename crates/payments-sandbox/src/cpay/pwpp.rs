//! `POST pwpp` (specification, chapter 12): a card payment from the merchant's own page, confirmed at the bank's.

use askama::Template;
use serde::Serialize;
use zeroize::Zeroizing;

use super::answer::{self, Refusal};
use super::card::Card;
use super::new_order::{self, Common};
use super::verify::Verified;
use super::{Outcome, card_order, link, shapes};
use crate::app::App;
use crate::clock;
use crate::decimal::PLACES;
use crate::store::{OrderKind, OrderStatus, Tables};

/// The parameters of the call but for the card's own three. Any other may be a card's, misspelt.
pub(super) const SHOWN: &[&str] = &[
    "merchantId",
    "merchantTradeNo",
    "createTime",
    "userId",
    "callbackURL",
    "callBackURL",
    "successURL",
    "failURL",
    "lang",
    "firstName",
    "lastName",
    "email",
    "iddCode",
    "mobile",
    "addressLine",
    "country",
    "city",
    "zip",
    "ip",
    "currency",
    "amount",
    "products",
    "payChannel",
    "storeCc",
    "ccStorageID",
    "clientHTTPAccept",
    "clientHTTPUserAgent",
    "extInfo",
    "sign",
];

/// Digits of a stored card's id: those of the example.
const STORAGE_ID_DIGITS: usize = 18;

/// The fields of the specification's example, in its order. Its table names `redirectURL` as well.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'a> {
    order_id: &'a str,
    page_data: String,
    #[serde(rename = "ccStorageID")]
    storage_id: &'a str,
}

/// The page the merchant shows: it leads on to the bank's.
#[derive(Template)]
#[template(path = "jump.html")]
struct Jump<'a> {
    url: &'a str,
}

pub(super) fn run(app: &App, params: &Verified) -> Outcome {
    let common = Common::read(params)?;
    holder(params)?;
    let currency = params.one_of("currency", &["USD", "EUR"])?;
    // "Higher precision rounds down"; the signature covers the text as it was sent.
    let amount = params.amount_with("amount", PLACES)?;
    let cut = amount.value().cut(2);
    if !cut.is_positive() {
        return Err(Refusal::field(
            "amount",
            "is nothing after its second decimal was cut",
        ));
    }
    card_order::products(params)?;
    let store = params.one_of_or("storeCc", &["0", "1"], "0")? == "1";
    let stored = params.optional("ccStorageID", 64)?;
    let ext_info = params.free("extInfo")?;
    let card = if stored.is_empty() {
        Some(card(params)?)
    } else {
        None
    };

    let mut tables = app.store.lock();
    let mut order = new_order::from_params(app, &tables, OrderKind::CardDirect, &common)?;
    // Declined before it becomes an order, as the example's empty orderId says.
    let declined = match &card {
        Some(card) => card.decline(&clock::stamp(order.created_ms)),
        None => stored_problem(&tables, stored, common.user_id),
    };
    drop(card);
    if let Some(reason) = declined {
        return Err(Refusal::pay_fail(reason));
    }
    currency.clone_into(&mut order.currency);
    order.amount = if cut == amount.value() {
        amount.text().to_owned()
    } else {
        cut.to_string()
    };
    ext_info.clone_into(&mut order.ext_info);
    order.cashier_url = link::url(app, link::THREE_DS, &order.order_id)?;
    let storage_id = match (stored, store) {
        ("", true) => app.ids.hex(STORAGE_ID_DIGITS),
        _ => stored.to_owned(),
    };
    let page = Jump {
        url: &order.cashier_url,
    };
    let done = answer::data(&Created {
        order_id: &order.order_id,
        page_data: page
            .render()
            .map_err(|error| Refusal::new("system error", error.to_string()))?,
        storage_id: &storage_id,
    })?;
    if store && stored.is_empty() {
        tables
            .users
            .store_card(&storage_id, common.user_id, &order.order_id)
            .ok_or_else(|| Refusal::full("cards"))?;
    }
    tables.orders.add(order)?;
    Ok(done)
}

/// Who pays, and with which browser.
fn holder(params: &Verified) -> Result<(), Refusal> {
    params.optional("lang", 16)?;
    params.required("firstName", 64)?;
    params.required("lastName", 64)?;
    params.shaped("email", 256, shapes::email, "is no e-mail address")?;
    params.shaped("iddCode", 8, shapes::digits, "is not digits only")?;
    params.shaped("mobile", 32, shapes::digits, "is not digits only")?;
    let look = "is not 1 to 50 of letters, digits, _, -, .";
    params.shaped("addressLine", 256, shapes::address_line, look)?;
    params.shaped("country", 2, shapes::alpha2, "is no ISO alpha-2 code")?;
    params.shaped("city", 256, shapes::city, "is not 1 to 15 letters")?;
    params.required("zip", 32)?;
    params.shaped("ip", 64, shapes::ipv4, "is no IPv4 address")?;
    params.one_of_or("payChannel", &["payChannel1", "payChannel2"], "payChannel1")?;
    params.required("clientHTTPAccept", 256)?;
    params.required("clientHTTPUserAgent", 256)?;
    Ok(())
}

/// The card itself; with a stored one its three fields may be left out (assumed).
fn card(params: &Verified) -> Result<Card, Refusal> {
    let secret = |name| {
        let text = params.required(name, 64)?;
        Ok::<_, Refusal>(Zeroizing::new(text.to_owned()))
    };
    Card::new(secret("cardNumber")?, secret("cvv")?, secret("expDate")?)
        .map_err(|bad| Refusal::field(bad.field, bad.problem))
}

/// A card can be charged once the payment it was stored with has been made, and by its own user only (assumed).
fn stored_problem(tables: &Tables, card_id: &str, user_id: &str) -> Option<&'static str> {
    let Some(order_id) = tables.users.card_order(card_id, user_id) else {
        return Some("this user has no stored card of this ccStorageID");
    };
    let paid = tables
        .orders
        .find(order_id)
        .is_some_and(|order| order.status == OrderStatus::Completed);
    (!paid).then_some("the payment with which this card was to be stored has not been made")
}
