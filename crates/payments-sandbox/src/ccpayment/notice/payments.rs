//! The bodies about money that comes in: API Deposit, Invoice and Direct Deposit.

use serde::Serialize;

use super::super::book::Permanent;
use super::super::checkout::{Checkout, Quote};
use super::super::coins::Token;
use super::{Head, OrderType, PayStatus, queue};
use crate::app::App;
use crate::store::{Order, Tables};

/// The five fields of a price.
#[derive(Serialize)]
struct Price<'a> {
    product_price: &'a str,
    denominated_currency: &'static str,
    order_amount: String,
    fiat_rate: String,
    token_rate: String,
}

impl<'a> Price<'a> {
    fn of(checkout: &'a Checkout, quote: &Quote) -> Self {
        Self {
            product_price: &checkout.product_price,
            denominated_currency: checkout.priced.as_str(),
            order_amount: quote.order_amount.to_string(),
            fiat_rate: quote.fiat_rate.to_string(),
            token_rate: quote.token_rate.to_string(),
        }
    }
}

#[derive(Serialize)]
struct Where<'a> {
    chain: &'static str,
    contract: &'static str,
    crypto: &'static str,
    txid: &'a str,
}

impl<'a> Where<'a> {
    fn of(token: &Token, txid: &'a str) -> Self {
        Self {
            chain: token.chain.name(),
            contract: token.contract,
            crypto: token.coin.symbol,
            txid,
        }
    }
}

/// A payment as webhooks tell it: one that is final, or one that was only seen.
pub(in super::super) struct Told<'a> {
    pub(in super::super) pay_status: PayStatus,
    pub(in super::super) record_id: &'a str,
    pub(in super::super) txid: &'a str,
    /// What was paid, the service fee of it, and the rest; empty when nothing was.
    pub(in super::super) paid: String,
    pub(in super::super) fee: String,
    pub(in super::super) credit: String,
}

#[derive(Serialize)]
struct ApiDeposit<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    order_id: &'a str,
    extend: MerchantsOwn<'a>,
    #[serde(flatten)]
    price: Price<'a>,
    paid_amount: &'a str,
    #[serde(flatten)]
    place: Where<'a>,
}

/// `custom_value` is promised to be returned, and shown nowhere: that it stands here is assumed.
#[derive(Serialize)]
struct MerchantsOwn<'a> {
    merchant_order_id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    custom_value: &'a str,
}

#[derive(Serialize)]
struct InvoicePaid<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    order_id: &'a str,
    extend: InvoiceOwn<'a>,
    #[serde(flatten)]
    price: Price<'a>,
    paid_amount: &'a str,
    credit_amount: &'a str,
    network_fee: &'static str,
    service_fee: &'a str,
    #[serde(flatten)]
    place: Where<'a>,
    memo: &'a str,
}

#[derive(Serialize)]
struct InvoiceOwn<'a> {
    invoice_id: &'a str,
    user_email: &'a str,
}

/// A payment of an order or an invoice.
pub(in super::super) fn payment(app: &App, tables: &mut Tables, order: &Order, told: &Told<'_>) {
    let Some(checkout) = tables.ccpayment.checkouts.get(&order.order_id) else {
        return;
    };
    let Some(quote) = &checkout.quote else {
        return;
    };
    let place = Where::of(quote.token, told.txid);
    let (order_type, body) = match &checkout.invoice {
        None => {
            let order_type = OrderType::ApiDeposit;
            let body = serde_json::to_string(&ApiDeposit {
                head: head(order_type, told),
                order_id: &order.order_id,
                extend: MerchantsOwn {
                    merchant_order_id: &order.merchant_ref,
                    custom_value: &order.ext_info,
                },
                price: Price::of(checkout, quote),
                paid_amount: &told.paid,
                place,
            });
            (order_type, body)
        }
        Some(invoice) => {
            let order_type = OrderType::Invoice;
            let body = serde_json::to_string(&InvoicePaid {
                head: head(order_type, told),
                order_id: &order.order_id,
                extend: InvoiceOwn {
                    invoice_id: &invoice.invoice_id,
                    user_email: &invoice.user_email,
                },
                price: Price::of(checkout, quote),
                paid_amount: &told.paid,
                credit_amount: &told.credit,
                network_fee: "0",
                service_fee: &told.fee,
                place,
                memo: &quote.place.memo,
            });
            (order_type, body)
        }
    };
    queue(app, tables, order, order_type, told.pay_status, body);
}

fn head<'a>(order_type: OrderType, told: &Told<'a>) -> Head<'a> {
    Head {
        pay_status: told.pay_status,
        order_type,
        record_id: told.record_id,
    }
}

#[derive(Serialize)]
struct DirectDeposit<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    user_id: &'a str,
    paid_amount: &'a str,
    credit_amount: &'a str,
    service_fee: &'a str,
    #[serde(flatten)]
    place: Where<'a>,
    /// Left out where a chain does not tell it.
    #[serde(skip_serializing_if = "str::is_empty")]
    from_address: &'a str,
    to_address: &'a str,
    memo: &'a str,
}

/// Coins that came to a permanent address.
pub(in super::super) fn direct(
    app: &App,
    tables: &mut Tables,
    order: &Order,
    told: &Told<'_>,
    token: &Token,
    (from, to): (&str, &Permanent),
) {
    let order_type = OrderType::DirectDeposit;
    let body = serde_json::to_string(&DirectDeposit {
        head: head(order_type, told),
        user_id: &order.user_id,
        paid_amount: &told.paid,
        credit_amount: &told.credit,
        service_fee: &told.fee,
        place: Where::of(token, told.txid),
        from_address: from,
        to_address: &to.place.address,
        memo: &to.place.memo,
    });
    queue(app, tables, order, order_type, told.pay_status, body);
}
