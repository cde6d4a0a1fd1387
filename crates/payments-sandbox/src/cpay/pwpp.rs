//! `POST pwpp` (specification, chapter 12): a card payment from the merchant's own page, confirmed on the bank's page.

use askama::Template;
use serde::Serialize;
use zeroize::Zeroizing;

use super::answer::{self, Outcome, Refusal};
use super::card::Card;
use super::new_order::Common;
use super::order::{Kind, Status};
use super::state::{Cpay, State};
use super::verify::Verified;
use super::{link, products, shapes};
use crate::shared::clock;
use crate::shared::decimal::PLACES;
use crate::shared::text::is_digits;

/// The recorded parameters: all except those of the card. Unknown names are not recorded, because they may be misspelled
/// card parameters.
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

/// Digits of a stored card's id, as in the example.
const STORAGE_ID_DIGITS: usize = 18;

/// The fields of the specification's example, in its order, then the one that only its table names.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'a> {
    order_id: &'a str,
    page_data: String,
    #[serde(rename = "ccStorageID")]
    storage_id: &'a str,
    /// Only in the table (assumed: the bank's page, to which `page_data` leads as well).
    #[serde(rename = "redirectURL")]
    redirect_url: &'a str,
}

/// The page that the merchant shows; it leads to the bank's page.
#[derive(Template)]
#[template(path = "cpay/jump.html")]
struct Jump<'a> {
    url: &'a str,
}

pub(super) fn run(cpay: &Cpay, params: &Verified) -> Outcome {
    let common = Common::read(cpay, params, &["callbackURL"])?;
    holder(params)?;
    let currency = params.one_of("currency", &["USD", "EUR"])?;
    // "Higher precision rounds down"; the signature covers the text as sent.
    let amount = params.amount_with("amount", PLACES)?;
    let cut = amount.value().cut(2);
    if !cut.is_positive() {
        return Err(Refusal::field("amount", "is zero after its second decimal"));
    }
    products::check(params)?;
    let store = params.one_of_or("storeCc", &["0", "1"], "0")? == "1";
    let stored = params.optional("ccStorageID", 64)?;
    let ext_info = params.free("extInfo")?;
    let has_card = CARD_FIELDS.iter().any(|name| params.get(name).is_some());
    let card = if stored.is_empty() || has_card {
        Some(card(params)?)
    } else {
        None
    };
    let mut notes = Vec::new();
    if !stored.is_empty() {
        notes.push(if has_card { BOTH_NOTE } else { STORED_NOTE });
    }

    let charged = if cut == amount.value() {
        amount
    } else {
        cut.into()
    };

    let settings = cpay.account.settings.get();
    let mut state = cpay.state();
    if settings.kyc_required && !state.users.has_kyc(common.user_id) {
        return Err(Refusal::new(
            "user kyc not submitted",
            "submitKYC has not accepted this userId: the specification demands it in this mode; cpay_kyc_required(false) (--cpay-no-kyc) does not",
        ));
    }
    let mut order = common.order(cpay, &state, Kind::CardDirect, currency, charged)?;
    // A declined card makes no order: orderId is empty in the example.
    let declined = card
        .as_ref()
        .and_then(|card| card.decline(&clock::stamp(order.created_ms)))
        .or_else(|| match stored {
            "" => None,
            _ if !settings.card_storage => Some("the account does not store cards"),
            stored => stored_problem(&state, stored, common.user_id),
        });
    drop(card);
    if let Some(reason) = declined {
        return Err(Refusal::pay_fail(reason));
    }
    ext_info.clone_into(&mut order.ext_info);
    order.page_url = link::url(cpay, link::THREE_DS, &order.order_id)?;
    let store = store && stored.is_empty();
    if store && !settings.card_storage {
        notes.push(NO_STORAGE_NOTE);
    }
    let store = store && settings.card_storage;
    let storage_id = if store {
        cpay.context.ids.hex(STORAGE_ID_DIGITS)
    } else {
        stored.to_owned()
    };
    let page = Jump {
        url: &order.page_url,
    };
    let done = answer::data(&Created {
        order_id: &order.order_id,
        page_data: page
            .render()
            .map_err(|error| Refusal::new("system error", error.to_string()))?,
        storage_id: &storage_id,
        redirect_url: &order.page_url,
    })?;
    let mut done = common.noted(done);
    done.notes.extend(notes.into_iter().map(str::to_owned));
    if store {
        state
            .users
            .store_card(&storage_id, common.user_id, &order.order_id)
            .ok_or_else(|| Refusal::full("cards"))?;
    }
    cpay.announce(&order);
    state.orders.add(order, cpay.context.next_order())?;
    Ok(done)
}

/// Checks the card holder and the browser.
fn holder(params: &Verified) -> Result<(), Refusal> {
    params.optional("lang", 16)?;
    params.required("firstName", 64)?;
    params.required("lastName", 64)?;
    params.shaped("email", 256, shapes::email, "is no e-mail address")?;
    params.shaped("iddCode", 8, is_digits, "is not digits only")?;
    params.shaped("mobile", 32, is_digits, "is not digits only")?;
    let form = "is not 1 to 50 letters, digits, _, - or .";
    params.shaped("addressLine", 256, shapes::address_line, form)?;
    params.shaped("country", 2, shapes::alpha2, "is no ISO alpha-2 code")?;
    params.shaped("city", 256, shapes::city, "is not 1 to 15 letters")?;
    params.required("zip", 32)?;
    params.shaped("ip", 64, shapes::ipv4, "is no IPv4 address")?;
    params.one_of_or("payChannel", &["payChannel1", "payChannel2"], "payChannel1")?;
    params.required("clientHTTPAccept", 256)?;
    params.required("clientHTTPUserAgent", 256)?;
    Ok(())
}

const CARD_FIELDS: [&str; 3] = ["cardNumber", "cvv", "expDate"];
const STORED_NOTE: &str = "The card's fields are mandatory in the table: that a stored card needs none of them is assumed.";
const BOTH_NOTE: &str = "Both a card and a stored card: which of them the gateway charges is not documented. Here both must be good.";
const NO_STORAGE_NOTE: &str = "The account does not store cards (\"Credit Card Storage service should be enabled\"): the payment was made and the card not stored (assumed).";

/// The card. Its three fields may be left out together when a stored card is charged (assumed).
fn card(params: &Verified) -> Result<Card, Refusal> {
    let secret = |name| {
        let text = params.required(name, 64)?;
        Ok::<_, Refusal>(Zeroizing::new(text.to_owned()))
    };
    Card::new(secret("cardNumber")?, secret("cvv")?, secret("expDate")?)
        .map_err(|bad| Refusal::field(bad.field, bad.problem))
}

/// A stored card can be charged only by its user, and only after the payment it was stored with (assumed).
fn stored_problem(state: &State, card_id: &str, user_id: &str) -> Option<&'static str> {
    let Some(order_id) = state.users.card_order(card_id, user_id) else {
        return Some("this user has no stored card with this ccStorageID");
    };
    let paid = state
        .orders
        .by_id(order_id)
        .is_some_and(|order| order.status == Status::Completed);
    (!paid).then_some("the payment this card was stored with has not been made")
}
