//! `POST createOrder` (specification, chapter 13): a crypto pay-in with a cashier page.

use serde::Serialize;

use super::answer::{self, Refusal};
use super::verify::Verified;
use super::{Outcome, cashier};
use crate::app::App;
use crate::clock;
use crate::store::{AddRefused, Funds, Gateway, Order, OrderStatus, Tables};

/// The coins of this call, each with the short name of its network. Only `TRON` stands in a document's example;
/// the other short names are assumed.
const COINS: [(&str, &str); 4] = [
    ("USDT", "TRON"),
    ("ETH", "Ethereum"),
    ("BTC", "Bitcoin"),
    ("BNB", "BSC"),
];

/// The fields of the specification's example, in its order; its table names more.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'a> {
    order_id: &'a str,
    /// A text here, a number in `getOrderDetail`.
    merchant_id: &'a str,
    crypto_currency: &'a str,
    order_amount: &'a str,
    received_amount: &'a str,
    merchant_trade_no: &'a str,
    #[serde(rename = "cashierURL")]
    cashier_url: &'a str,
    #[serde(rename = "returnURL")]
    return_url: &'a str,
    #[serde(rename = "successURL")]
    success_url: &'a str,
    #[serde(rename = "failURL")]
    fail_url: &'a str,
    remark: &'a str,
    ext_info: &'a str,
}

pub(super) fn run(app: &App, params: &Verified) -> Outcome {
    let merchant_ref = params.required("merchantTradeNo", 64)?;
    params.long("createTime")?;
    let user_id = params.required("userId", 64)?;
    let amount = params.amount("amount")?;
    let coin = params.required("cryptoCurrency", 16)?;
    let (currency, network) = COINS
        .iter()
        .find(|(known, _)| *known == coin)
        .ok_or_else(|| {
            Refusal::field(
                "cryptoCurrency",
                "is none of USDT, ETH, BTC, BNB (in capitals)",
            )
        })?;
    // The table says callbackURL; the example beside it and every official client say callBackURL,
    // so that one goes first when both are sent (assumed).
    let small = params.optional("callbackURL", 256)?;
    let capital = params.optional("callBackURL", 256)?;
    let own = Some(if capital.is_empty() { small } else { capital }).filter(|url| !url.is_empty());
    let success_url = params.optional("successURL", 256)?;
    let fail_url = params.optional("failURL", 256)?;
    // Sent by official clients, in no table of this call: no length is known.
    let return_url = params.get("returnURL").unwrap_or_default();
    let ext_info = params.get("extInfo").unwrap_or_default();

    let created_ms = app.clock.now_ms();
    let mut tables = app.store.lock();
    let order_id = order_id(app, &tables, created_ms);
    let order = Order {
        gateway: Gateway::Cpay,
        merchant_ref: merchant_ref.to_owned(),
        user_id: user_id.to_owned(),
        status: OrderStatus::Pending,
        funds: Funds::None,
        currency: (*currency).to_owned(),
        network: (*network).to_owned(),
        address: app.ids.address(network),
        amount: amount.text().to_owned(),
        actual_amount: "0".to_owned(),
        received_amount: "0".to_owned(),
        fee: "0".to_owned(),
        hash: String::new(),
        callback_url: own
            .or(app.cpay.callback_url.as_deref())
            .unwrap_or_default()
            .to_owned(),
        success_url: success_url.to_owned(),
        fail_url: fail_url.to_owned(),
        return_url: return_url.to_owned(),
        ext_info: ext_info.to_owned(),
        cashier_url: cashier::url(app, &order_id)?,
        created_ms,
        settled_ms: None,
        order_id,
    };
    let answer = answer::data(&Created {
        order_id: &order.order_id,
        merchant_id: &app.cpay.merchant_id,
        crypto_currency: &order.currency,
        order_amount: &order.amount,
        received_amount: &order.amount,
        merchant_trade_no: &order.merchant_ref,
        cashier_url: &order.cashier_url,
        return_url: &order.return_url,
        success_url: &order.success_url,
        fail_url: &order.fail_url,
        remark: "",
        ext_info: &order.ext_info,
    })?;
    tables.orders.add(order).map_err(|refused| match refused {
        AddRefused::DuplicateMerchantRef => Refusal::new(
            "duplicate merchantTradeNo",
            "an order with this merchantTradeNo exists already",
        ),
        AddRefused::Full => Refusal::new(
            "system error",
            "the sandbox holds as many orders as it can; reset it",
        ),
    })?;
    Ok(answer)
}

/// `yyMMddHHmmss` in UTC, six digits, `014`: the form of every pay-in id in the documents.
fn order_id(app: &App, tables: &Tables, now_ms: u64) -> String {
    const NUMBERS: u32 = 1_000_000;
    let stamp = clock::stamp(now_ms);
    let mut number = app.ids.below(NUMBERS);
    loop {
        let id = format!("{stamp}{number:06}014");
        if !tables.orders.has_id(&id) {
            return id;
        }
        // Ends: the ledger holds far fewer orders than there are numbers.
        number = (number + 1) % NUMBERS;
    }
}
