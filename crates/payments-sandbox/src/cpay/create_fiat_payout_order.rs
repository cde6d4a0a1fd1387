//! `POST createFiatPayoutOrder` (specification, chapter 5): a payout to a bank account.

use serde::Serialize;

use super::answer::{self, Outcome, Refusal};
use super::new_order::Common;
use super::order::Kind;
use super::shapes;
use super::state::Cpay;
use super::verify::Verified;
use crate::shared::decimal::Decimal;

/// Added to what the user receives. Half a unit for every payout is the fee of the specification's example; the rule is not
/// documented (assumed).
const FEE: Decimal = Decimal::constant(5, 1);

const CURRENCIES: &[&str] = &["BRL", "USD", "EUR"];

/// The fields of the specification's example, in its order. All are texts.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'a> {
    merchant_id: &'a str,
    currency: &'a str,
    order_amount: &'a str,
    received_amount: &'a str,
    fee: &'a str,
    merchant_trade_no: &'a str,
    remark: &'a str,
    status: &'a str,
    order_id: &'a str,
    merchant_user_id: &'a str,
    create_time: &'a str,
}

pub(super) fn run(cpay: &Cpay, params: &Verified) -> Outcome {
    let common = Common::read(cpay, params, &["callBackURL"])?;
    let channel = params.one_of("payoutChannel", &["1", "2"])?;
    params.required("amount", 12)?;
    let received = params.amount("amount")?;
    let currency = params.one_of("currency", CURRENCIES)?;
    // The table's limit of twelve characters is not applied: its own example has fifteen.
    let account_type = params.required("accountType", 1)?;
    let to_account = params.required("toAccount", 128)?;
    let country = params.shaped("country", 12, shapes::alpha3, "is no ISO alpha-3 code")?;
    if channel == "1" {
        pix(currency, country, account_type, to_account)?;
    }
    let remark = params.optional("remark", 256)?;
    let ext_info = params.optional("extInfo", 256)?;
    let total = received.value().plus(FEE).ok_or_else(|| {
        Refusal::field(
            "amount",
            "with its fee is larger than the sandbox can count",
        )
    })?;

    let mut state = cpay.state();
    let mut order = common.order(cpay, &state, Kind::FiatPayout, currency, total.into())?;
    to_account.clone_into(&mut order.address);
    remark.clone_into(&mut order.remark);
    ext_info.clone_into(&mut order.ext_info);
    order.fee = FEE;
    cpay.start_payout(&mut order);
    let done = common.noted(answer::data(&Created {
        merchant_id: &cpay.account.merchant_id,
        currency,
        order_amount: order.amount.text(),
        received_amount: received.text(),
        fee: &FEE.to_string(),
        merchant_trade_no: &order.merchant_ref,
        remark: &order.remark,
        status: order.status.code(),
        order_id: &order.order_id,
        merchant_user_id: &order.user_id,
        create_time: &order.create_time().to_string(),
    })?);
    order.net = Some(received);
    cpay.add_payout(&mut state, order)?;
    Ok(done)
}

/// The rules of channel 1. That the account must have the form of its type is assumed.
fn pix(currency: &str, country: &str, account_type: &str, to_account: &str) -> Result<(), Refusal> {
    if currency != "BRL" {
        return Err(Refusal::field(
            "currency",
            "must be BRL for payoutChannel 1",
        ));
    }
    if country != "BRA" {
        return Err(Refusal::field("country", "must be BRA for payoutChannel 1"));
    }
    let (fits, form): (fn(&str) -> bool, _) = match account_type {
        "1" => (shapes::tax_number, "the digits of a cpf or cnpj"),
        "2" => (shapes::email, "an e-mail address"),
        "3" => (shapes::brazilian_mobile, "+55, area and number"),
        "4" => (|_| true, "a random key"),
        _ => {
            return Err(Refusal::field(
                "accountType",
                "must be one of 1 (cpf/cnpj), 2 (e-mail), 3 (mobile), 4 (random key)",
            ));
        }
    };
    if fits(to_account) {
        Ok(())
    } else {
        let problem = format!("does not match accountType {account_type}: {form}");
        Err(Refusal::field("toAccount", problem))
    }
}
