//! `POST withdraw` (specification, chapter 4): a crypto payout.

use serde::Serialize;

use super::answer::{self, Refusal};
use super::coins::{self, Network};
use super::new_order::{self, Common};
use super::payout::{self, Sums};
use super::verify::Verified;
use super::{Outcome, status};
use crate::app::App;
use crate::clock::whole_seconds;
use crate::store::OrderKind;

/// The fields of the specification's table, in its order and all texts as it says. Its example shows `fee` only.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'a> {
    merchant_id: &'a str,
    crypto_currency: &'a str,
    order_amount: &'a str,
    received_amount: &'a str,
    fee: &'a str,
    merchant_trade_no: &'a str,
    remark: &'a str,
    ext_info: &'a str,
    status: &'a str,
    order_id: &'a str,
    /// As in the request, e.g. `TRON(TRC-20)`: the table's own examples. Everywhere else it is `TRON`.
    network: &'a str,
    merchant_user_id: &'a str,
    create_time: &'a str,
}

pub(super) fn run(app: &App, params: &Verified) -> Outcome {
    let common = Common::read(params)?;
    let coin = params.required("cryptoCurrency", 16)?;
    let network = params.required("network", 16)?;
    let network = Network::by_long_name(network).ok_or_else(|| {
        Refusal::field(
            "network",
            "is none of Bitcoin, Ethereum(ERC-20), TRON(TRC-20), BSC(BEP-20)",
        )
    })?;
    let currency = coins::coin_on(coin, network).ok_or_else(|| {
        Refusal::field(
            "cryptoCurrency",
            format!("is no coin that is paid out on {}", network.long()),
        )
    })?;
    let total = params.amount("totalAmount")?;
    let received = params.amount("receivedAmount")?;
    // The total contains the fee, and the merchant says how much of it the user gets.
    let fee = total
        .value()
        .minus(received.value())
        .filter(|fee| !fee.is_negative())
        .ok_or_else(|| {
            Refusal::field(
                "receivedAmount",
                "is more than totalAmount, which has to contain it and the fee",
            )
        })?;
    // Whether C-Pay checks the address at once is not documented: it is not checked here.
    let to_address = params.required("toAddress", 128)?;
    let ext_info = params.free("extInfo")?;

    let mut tables = app.store.lock();
    let mut order = new_order::from_params(app, &tables, OrderKind::Payout, &common)?;
    currency.clone_into(&mut order.currency);
    network.short().clone_into(&mut order.network);
    to_address.clone_into(&mut order.address);
    total.text().clone_into(&mut order.amount);
    received.text().clone_into(&mut order.net_amount);
    order.fee = fee.to_string();
    ext_info.clone_into(&mut order.ext_info);
    payout::under_way(app, &mut order);
    let done = answer::data(&Created {
        merchant_id: &app.cpay.merchant_id,
        crypto_currency: &order.currency,
        order_amount: &order.amount,
        received_amount: &order.net_amount,
        fee: &order.fee,
        merchant_trade_no: &order.merchant_ref,
        remark: "",
        ext_info: &order.ext_info,
        status: status::code(order.status),
        order_id: &order.order_id,
        network: network.long(),
        merchant_user_id: &order.user_id,
        create_time: &whole_seconds(order.created_ms).to_string(),
    })?;
    let sums = Sums {
        total: total.value(),
        net: received.value(),
        fee,
    };
    payout::begin(&mut tables, order, sums)?;
    drop(tables);
    app.wake.notify_one();
    Ok(done)
}
