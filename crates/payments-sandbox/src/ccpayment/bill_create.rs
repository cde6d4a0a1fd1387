//! `bill/create`: an order with an address to pay to, for the merchant's own checkout page.

use serde::Serialize;

use super::answer::{self, Class, Outcome, Refusal};
use super::checkout::Priced;
use super::fiat;
use super::new_order::{self, Terms};
use super::state::Ccpayment;
use super::verify::Verified;

pub(super) const FIELDS: &[&str] = &[
    "remark",
    "token_id",
    "product_price",
    "merchant_order_id",
    "denominated_currency",
    "order_valid_period",
    "custom_value",
    "notify_url",
];

/// The fields of the page's sample, in its order.
#[derive(Serialize)]
struct Created<'a> {
    /// The price as sent, not the amount in coins. "Amount (in USD by default)": whether a price in another currency is repeated
    /// or converted is not documented, so the builder chooses.
    amount: &'a str,
    order_id: &'a str,
    logo: String,
    network: &'a str,
    pay_address: &'a str,
    memo: &'a str,
    token_id: &'a str,
    crypto: &'a str,
    order_valid_period: u64,
}

pub(super) fn run(ccpayment: &Ccpayment, fields: &Verified) -> Outcome {
    let merchant_ref = fields.merchant_order_id()?;
    let priced = priced(fields)?;
    let price = new_order::price(fields, priced)?;
    let token = fields.token()?;
    if !token.receives() {
        return Err(Refusal::new(
            Class::Token,
            format!(
                "{} on {} accepts no payments now: its status in coin/all is not 1",
                token.coin.symbol, token.network
            ),
        ));
    }
    let valid_s = new_order::valid_s(fields, Some(token))?;
    let terms = Terms {
        merchant_ref,
        product_name: "",
        price: &price,
        priced,
        token: Some(token),
        valid_s,
        notify_url: fields.web("notify_url")?,
        return_url: "",
        custom_value: fields.free("custom_value")?,
        remark: fields.free("remark")?,
        invoice: None,
    };
    let order = new_order::open(ccpayment, &mut ccpayment.state(), &terms)?;
    let checkout = order.checkout();
    let quote = checkout.and_then(|checkout| checkout.quote.as_ref());
    let in_usd = match priced {
        Priced::Fiat(fiat) if ccpayment.account.settings.get().amounts_in_usd => {
            price.value().times(fiat.rate)
        }
        _ => None,
    };
    let amount = in_usd.map_or_else(|| price.text().to_owned(), |amount| amount.to_string());
    answer::data(&Created {
        amount: &amount,
        order_id: &order.order_id,
        logo: token.coin.logo(),
        network: token.network,
        pay_address: quote.map_or("", |quote| &quote.place.address),
        memo: quote.map_or("", |quote| &quote.place.memo),
        token_id: token.id,
        crypto: token.coin.symbol,
        order_valid_period: valid_s,
    })
}

/// `denominated_currency`: USD is the only documented fiat currency, others are assumed; `token` occurs in upper and lower case.
fn priced(fields: &Verified) -> Result<Priced, Refusal> {
    let name = "denominated_currency";
    let text = fields.required(name, 16)?;
    if text.eq_ignore_ascii_case("token") {
        return Ok(Priced::Token);
    }
    let fiat = fiat::find(text).ok_or_else(|| {
        let codes = fiat::codes();
        let problem =
            format!("is neither token nor one of {codes}; CCPayment's list is not published");
        Refusal::field(name, problem)
    })?;
    Ok(Priced::Fiat(fiat))
}
