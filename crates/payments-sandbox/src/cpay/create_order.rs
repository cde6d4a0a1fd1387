//! `POST createOrder` (specification, chapter 13): a crypto pay-in with a cashier page.

use serde::Serialize;

use super::answer::{self, Outcome, Refusal};
use super::coins::Network;
use super::link;
use super::new_order::Common;
use super::order::Kind;
use super::state::Cpay;
use super::verify::Verified;

/// The coins of this call, each on one network (assumed: the call names none).
const COINS: [(&str, Network); 4] = [
    ("USDT", Network::Tron),
    ("ETH", Network::Ethereum),
    ("BTC", Network::Bitcoin),
    ("BNB", Network::Bsc),
];

/// The fields of the specification's example, in its order, then those that only its table names.
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
    // Only in the table, which states no types (assumed: texts, as in the other calls).
    status: &'a str,
    network: &'a str,
    fee: &'a str,
    pledge_amount: &'a str,
    merchant_user_id: &'a str,
    create_time: &'a str,
}

pub(super) fn run(cpay: &Cpay, params: &Verified) -> Outcome {
    // The table has one spelling, the example and every official client the other.
    let common = Common::read(cpay, params, &["callBackURL", "callbackURL"])?;
    let amount = params.amount("amount")?;
    let coin = params.required("cryptoCurrency", 16)?;
    let (currency, network) = COINS
        .into_iter()
        .find(|(known, _)| *known == coin)
        .ok_or_else(|| {
            Refusal::field(
                "cryptoCurrency",
                "must be one of USDT, ETH, BTC, BNB (in capitals)",
            )
        })?;
    // Official clients send it, but no table of this call has it, so no length is known.
    let return_url = params.free("returnURL")?;
    let ext_info = params.free("extInfo")?;

    let mut state = cpay.state();
    let mut order = common.order(cpay, &state, Kind::PayIn, currency, amount)?;
    order.network = Some(network);
    order.address = network.address_of_order(&cpay.account.address_salt, &order.order_id);
    return_url.clone_into(&mut order.return_url);
    ext_info.clone_into(&mut order.ext_info);
    order.page_url = link::url(cpay, link::CASHIER, &order.order_id)?;
    let done = common.noted(answer::data(&Created {
        order_id: &order.order_id,
        merchant_id: &cpay.account.merchant_id,
        crypto_currency: currency,
        order_amount: order.amount.text(),
        received_amount: order.amount.text(),
        merchant_trade_no: &order.merchant_ref,
        cashier_url: &order.page_url,
        return_url: &order.return_url,
        success_url: &order.success_url,
        fail_url: &order.fail_url,
        remark: "",
        ext_info: &order.ext_info,
        status: order.status.code(),
        network: order.network_name(),
        fee: "0",
        pledge_amount: "0",
        merchant_user_id: &order.user_id,
        create_time: &order.create_time().to_string(),
    })?);
    cpay.announce(&order);
    state.orders.add(order, cpay.context.next_order())?;
    Ok(done)
}
