//! `POST createOrder` (specification, chapter 13): a crypto pay-in with a cashier page.

use serde::Serialize;

use super::answer::{self, Refusal};
use super::coins::Network;
use super::new_order::{self, Common};
use super::verify::Verified;
use super::{Outcome, link};
use crate::app::App;
use crate::store::OrderKind;

/// The coins of this call, each on one network (assumed: the call names none).
const COINS: [(&str, Network); 4] = [
    ("USDT", Network::Tron),
    ("ETH", Network::Ethereum),
    ("BTC", Network::Bitcoin),
    ("BNB", Network::Bsc),
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
    let common = Common::read(params)?;
    let amount = params.amount("amount")?;
    let coin = params.required("cryptoCurrency", 16)?;
    let (currency, network) = COINS
        .into_iter()
        .find(|(known, _)| *known == coin)
        .ok_or_else(|| {
            Refusal::field(
                "cryptoCurrency",
                "is none of USDT, ETH, BTC, BNB (in capitals)",
            )
        })?;
    // Sent by official clients, in no table of this call: no length is known.
    let return_url = params.free("returnURL")?;
    let ext_info = params.free("extInfo")?;

    let mut tables = app.store.lock();
    let mut order = new_order::from_params(app, &tables, OrderKind::PayIn, &common)?;
    currency.clone_into(&mut order.currency);
    network.short().clone_into(&mut order.network);
    order.address = network.address_of_order(&app.cpay.address_salt, &order.order_id);
    amount.text().clone_into(&mut order.amount);
    return_url.clone_into(&mut order.return_url);
    ext_info.clone_into(&mut order.ext_info);
    order.cashier_url = link::url(app, link::CASHIER, &order.order_id)?;
    let done = answer::data(&Created {
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
    tables.orders.add(order)?;
    Ok(done)
}
