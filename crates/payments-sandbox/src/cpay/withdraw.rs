//! `POST withdraw` (specification, chapter 4): a crypto payout.

use serde::Serialize;

use super::answer::{self, Outcome, Refusal};
use super::coins::{self, Network};
use super::new_order::Common;
use super::order::Kind;
use super::state::Cpay;
use super::verify::Verified;

/// The fields of the specification's table, in its order, all texts. Its example has only `fee`.
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
    /// As in the request, e.g. `TRON(TRC-20)`, like the table's examples. Everywhere else it is `TRON`.
    network: &'a str,
    merchant_user_id: &'a str,
    create_time: &'a str,
}

pub(super) fn run(cpay: &Cpay, params: &Verified) -> Outcome {
    let common = Common::read(cpay, params, &["callbackURL"])?;
    let coin = params.required("cryptoCurrency", 16)?;
    let network = params.required("network", 16)?;
    let network = Network::by_long_name(network).ok_or_else(|| {
        Refusal::field(
            "network",
            "must be one of Bitcoin, Ethereum(ERC-20), TRON(TRC-20), BSC(BEP-20)",
        )
    })?;
    let currency = coins::coin_on(coin, network).ok_or_else(|| {
        Refusal::field(
            "cryptoCurrency",
            format!("is not a coin that is paid out on {}", network.long()),
        )
    })?;
    let total = params.amount("totalAmount")?;
    let received = params.amount("receivedAmount")?;
    // The total contains the fee, and the merchant decides how much of it the user gets.
    let fee = total
        .value()
        .minus(received.value())
        .filter(|fee| !fee.is_negative())
        .ok_or_else(|| {
            Refusal::field(
                "receivedAmount",
                "is more than totalAmount, which must contain it and the fee",
            )
        })?;
    // Whether C-Pay checks the address at once is not documented: it is not checked here.
    let to_address = params.required("toAddress", 128)?;
    let ext_info = params.free("extInfo")?;

    let mut state = cpay.state();
    let mut order = common.order(cpay, &state, Kind::Payout, currency, total)?;
    order.network = Some(network);
    to_address.clone_into(&mut order.address);
    ext_info.clone_into(&mut order.ext_info);
    order.fee = fee;
    cpay.start_payout(&mut order);
    let done = common.noted(answer::data(&Created {
        merchant_id: &cpay.account.merchant_id,
        crypto_currency: currency,
        order_amount: order.amount.text(),
        received_amount: received.text(),
        fee: &fee.to_string(),
        merchant_trade_no: &order.merchant_ref,
        remark: "",
        ext_info: &order.ext_info,
        status: order.status.code(),
        order_id: &order.order_id,
        network: network.long(),
        merchant_user_id: &order.user_id,
        create_time: &order.create_time().to_string(),
    })?);
    order.net = Some(received);
    cpay.add_payout(&mut state, order)?;
    Ok(done)
}
