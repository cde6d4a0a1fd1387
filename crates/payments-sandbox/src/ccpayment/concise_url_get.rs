//! `concise/url/get`: an order with a hosted checkout page, where the payer chooses the coin.

use serde::Serialize;

use super::answer::{self, Outcome};
use super::checkout::Priced;
use super::fiat::USD;
use super::limits;
use super::new_order::{self, Terms};
use super::state::Ccpayment;
use super::verify::Verified;

pub(super) const FIELDS: &[&str] = &[
    "product_price",
    "merchant_order_id",
    "product_name",
    "order_valid_period",
    "return_url",
    "notify_url",
    "custom_value",
];

#[derive(Serialize)]
struct Created<'a> {
    payment_url: &'a str,
}

pub(super) fn run(ccpayment: &Ccpayment, fields: &Verified) -> Outcome {
    let merchant_ref = fields.merchant_order_id()?;
    let price = new_order::price(fields, Priced::Fiat(&USD))?;
    let terms = Terms {
        merchant_ref,
        product_name: fields.required("product_name", limits::PRODUCT_NAME)?,
        price: &price,
        priced: Priced::Fiat(&USD),
        token: None,
        valid_s: new_order::valid_s(fields, None)?,
        notify_url: fields.web("notify_url")?,
        return_url: fields.web("return_url")?,
        custom_value: fields.free("custom_value")?,
        remark: "",
        invoice: None,
    };
    let order = new_order::open(ccpayment, &mut ccpayment.state(), &terms)?;
    let checkout = order.checkout();
    answer::data(&Created {
        payment_url: checkout.map_or("", |checkout| &checkout.page_url),
    })
}
