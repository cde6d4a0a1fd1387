//! The bodies about incoming money: API Deposit, Invoice and Direct Deposit.

use serde::Serialize;

use super::super::checkout::{Checkout, Quote};
use super::super::coins::Token;
use super::super::order::{Order, OrderType};
use super::super::state::{Ccpayment, State};
use super::{Head, PayStatus, queue};
use crate::shared::order::OrderStatus;

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

/// A payment that is final or was seen, as webhooks show it.
pub(in crate::ccpayment) struct Event<'a> {
    pub(in crate::ccpayment) pay_status: PayStatus,
    pub(in crate::ccpayment) record_id: &'a str,
    pub(in crate::ccpayment) txid: &'a str,
    /// What was paid, its service fee, and what is left; empty if nothing was paid.
    pub(in crate::ccpayment) paid: String,
    pub(in crate::ccpayment) fee: String,
    pub(in crate::ccpayment) credit: String,
}

#[derive(Serialize)]
struct ApiDeposit<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    order_id: &'a str,
    extend: MerchantExtend<'a>,
    #[serde(flatten)]
    price: Price<'a>,
    paid_amount: &'a str,
    #[serde(flatten)]
    place: Where<'a>,
}

/// `custom_value` is documented as returned, but not where: that it is here is assumed.
#[derive(Serialize)]
struct MerchantExtend<'a> {
    merchant_order_id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    custom_value: &'a str,
}

#[derive(Serialize)]
struct InvoicePaid<'a> {
    #[serde(flatten)]
    head: Head<'a>,
    order_id: &'a str,
    extend: InvoiceExtend<'a>,
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
struct InvoiceExtend<'a> {
    invoice_id: &'a str,
    user_email: &'a str,
}

/// Queues the webhook about a payment of an order or an invoice.
pub(in crate::ccpayment) fn queue_payment(
    ccpayment: &Ccpayment,
    state: &mut State,
    order: &Order,
    event: &Event<'_>,
) {
    let Some(checkout) = order.checkout() else {
        return;
    };
    let Some(quote) = &checkout.quote else {
        return;
    };
    let place = Where::of(quote.token, event.txid);
    let (order_type, body) = match &checkout.invoice {
        None => {
            let order_type = OrderType::ApiDeposit;
            let body = serde_json::to_string(&ApiDeposit {
                head: head(order_type, event),
                order_id: &order.order_id,
                extend: MerchantExtend {
                    merchant_order_id: &order.merchant_ref,
                    custom_value: &checkout.custom_value,
                },
                price: Price::of(checkout, quote),
                paid_amount: &event.paid,
                place,
            });
            (order_type, body)
        }
        Some(invoice) => {
            let order_type = OrderType::Invoice;
            let body = serde_json::to_string(&InvoicePaid {
                head: head(order_type, event),
                order_id: &order.order_id,
                extend: InvoiceExtend {
                    invoice_id: &invoice.invoice_id,
                    user_email: &invoice.user_email,
                },
                price: Price::of(checkout, quote),
                paid_amount: &event.paid,
                credit_amount: &event.credit,
                network_fee: "0",
                service_fee: &event.fee,
                place,
                memo: &quote.place.memo,
            });
            (order_type, body)
        }
    };
    queue(ccpayment, state, order, order_type, event.pay_status, body);
}

fn head<'a>(order_type: OrderType, event: &Event<'a>) -> Head<'a> {
    Head {
        pay_status: event.pay_status,
        order_type,
        record_id: event.record_id,
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
    /// Left out for chains without it.
    #[serde(skip_serializing_if = "str::is_empty")]
    from_address: &'a str,
    to_address: &'a str,
    memo: &'a str,
}

/// Queues the webhook about a deposit to a permanent address.
pub(in crate::ccpayment) fn queue_deposit(ccpayment: &Ccpayment, state: &mut State, order: &Order) {
    let Some(deposit) = order.deposit() else {
        return;
    };
    let order_type = OrderType::DirectDeposit;
    let pay_status = match order.status {
        OrderStatus::Pending => PayStatus::Pending,
        OrderStatus::Processing => PayStatus::Processing,
        _ => PayStatus::Success,
    };
    let body = serde_json::to_string(&DirectDeposit {
        head: Head {
            pay_status,
            order_type,
            record_id: &deposit.record_id,
        },
        user_id: &deposit.user_id,
        paid_amount: &deposit.amount.to_string(),
        credit_amount: &deposit.credit.to_string(),
        service_fee: &deposit.service_fee.to_string(),
        place: Where::of(deposit.token, &deposit.txid),
        from_address: &deposit.from,
        to_address: &deposit.to.address,
        memo: &deposit.to.memo,
    });
    queue(ccpayment, state, order, order_type, pay_status, body);
}
