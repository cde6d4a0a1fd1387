//! Webhooks that the gateway signed, whatever they state: an event that is read has the reference and the amounts that the body
//! states, and the facade books none but these.

use std::sync::LazyLock;

use bytes::Bytes;
use ccpayment_client::{v1, v2};
use http::HeaderMap;
use payments_core::{Amount, Executor, Timestamp};
use payments_facade::ccpayment::Ccpayment;
use payments_facade::ccpayment_v2::CcpaymentV2;
use payments_facade::chainup_opay::ChainupOpay;
use payments_facade::cpay::Cpay;
use payments_facade::webhook::Event;
use payments_facade::{Gateway, MerchantRef, WebhookError};

use crate::accounts::{self, CCPAYMENT_NOW, CCPAYMENT_V2_NOW, Signer};
use crate::stated::Stated;

/// What the facade makes of a webhook that the client has accepted.
fn booked(
    gateway: &impl Gateway,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<Event, WebhookError> {
    let body = Bytes::copy_from_slice(body);
    let received = gateway.webhooks().receive(headers, &body, now)?;
    Ok(received.event().clone())
}

/// Panics if an event has another reference, or money other than these amounts.
fn books_only(event: &Event, reference: Option<&str>, amounts: &[Option<Amount>]) {
    if let Some(booked) = event.reference().map(MerchantRef::as_str) {
        assert_eq!(Some(booked), reference);
    }
    if let Some(money) = event.money() {
        let is_stated = amounts.contains(&Some(money.amount));
        assert!(is_stated, "{} is not stated: {amounts:?}", money.amount);
    }
}

pub(crate) fn cpay(body: &[u8]) -> bool {
    static RECEIVER: LazyLock<cpay_client::Webhooks> =
        LazyLock::new(|| cpay_client::Webhooks::new(&accounts::cpay()));
    static GATEWAY: LazyLock<Cpay> =
        LazyLock::new(|| Cpay::new("main", &accounts::cpay(), Executor::offline()).unwrap());
    // White space around a form would be part of its first name and last value.
    let body = body.trim_ascii();
    let Some(signed) = accounts::sign_cpay(Signer::Gateway, body) else {
        return false;
    };
    let Ok(event) = RECEIVER.receive(&signed) else {
        return false;
    };
    let stated = Stated::of(body).unwrap_or_else(|| Stated::of_form(body));
    for (name, value) in event.fields().iter() {
        stated.states(name, Some(value));
    }
    let trade_no = event.merchant_trade_no.as_deref();
    stated.states("merchantTradeNo", trade_no);
    stated.states("orderId", event.order_id.as_ref().map(|id| id.as_str()));
    stated.states("orderStatus", Some(event.status.as_str()));
    stated.states("merchantUserId", event.merchant_user_id.as_deref());
    stated.states("cryptoCurrency", event.crypto_currency.as_deref());
    stated.states("hash", event.hash.as_deref());
    stated.states_amount("actualAmount", event.actual_amount);
    stated.states_amount("receivedAmount", event.received_amount);
    stated.states_amount_if_any("fee", event.fee);

    let now = Timestamp::from_secs(1_700_000_000);
    if let Ok(booked) = booked(&*GATEWAY, &HeaderMap::new(), &signed, now) {
        // Where the gross amount is not stated, it is the net amount and the fee.
        let gross = || event.received_amount?.checked_add(event.fee?);
        books_only(&booked, trade_no, &[event.actual_amount.or_else(gross)]);
        assert_eq!(booked.customer(), event.merchant_user_id.as_deref());
    }
    true
}

pub(crate) fn chainup(text: &[u8]) -> bool {
    static RECEIVER: LazyLock<chainup_opay_client::Webhooks> =
        LazyLock::new(|| chainup_opay_client::Webhooks::new(&accounts::chainup()));
    static GATEWAY: LazyLock<ChainupOpay> = LazyLock::new(|| {
        ChainupOpay::new("main", &accounts::chainup(), Executor::offline()).unwrap()
    });
    let body = accounts::seal_callback(Signer::Gateway, text);
    let Ok(event) = RECEIVER.receive(&body) else {
        return false;
    };
    assert_eq!(event.plaintext().as_bytes(), text);
    let stated = Stated::of(text).unwrap();
    stated.states("outOrderId", Some(&event.app_order_id));
    stated.states("orderNum", Some(event.order_num.as_str()));
    stated.states("orderStatus", Some(event.status.as_str()));
    stated.states_amount("payAmount", Some(event.amount));

    let now = Timestamp::from_secs(1_700_000_000);
    let booked = booked(&*GATEWAY, &HeaderMap::new(), &body, now).unwrap();
    // It states no coin.
    books_only(&booked, Some(&event.app_order_id), &[]);
    true
}

pub(crate) fn ccpayment(body: &[u8]) -> bool {
    static RECEIVER: LazyLock<v1::Webhooks> =
        LazyLock::new(|| v1::Webhooks::new(&accounts::ccpayment()));
    static GATEWAY: LazyLock<Ccpayment> = LazyLock::new(|| {
        Ccpayment::new("main", &accounts::ccpayment(), Executor::offline()).unwrap()
    });
    let headers = accounts::sign_ccpayment(Signer::Gateway, body);
    let Ok(event) = RECEIVER.receive(&headers, body, CCPAYMENT_NOW) else {
        return false;
    };
    let stated = Stated::of(body).unwrap();
    let amounts = states_transfer(&stated, &event);
    let extend = stated.object("extend");
    let reference = match *event {
        v1::Event::ApiDeposit(_) | v1::Event::Invoice(_) => extend.text("merchant_order_id"),
        v1::Event::DirectDeposit(_) | v1::Event::Unlisted(_) => None,
        _ => stated.text("merchant_order_id"),
    };
    let reference = reference.or_else(|| {
        event.merchant_order_id()?;
        stated.text("merchant_order_id")
    });
    assert_eq!(event.merchant_order_id(), reference.as_deref());

    let booked = booked(&*GATEWAY, &headers, body, CCPAYMENT_NOW).unwrap();
    books_only(&booked, reference.as_deref(), &amounts);
    true
}

/// Panics if an event has another record, status, coin or amount than its body states. Returns the amounts that may be booked.
fn states_transfer(stated: &Stated, event: &v1::Event) -> Vec<Option<Amount>> {
    let transfer = event.transfer();
    let fee = |fee: &Option<v1::Fee>| fee.as_ref().map(|fee| fee.parts().0);
    let (field, others) = match event {
        v1::Event::DirectDeposit(one) => {
            stated.states("user_id", one.user_id.as_deref());
            stated.states_amount("credit_amount", one.credit_amount);
            ("paid_amount", sum(one.credit_amount, fee(&one.service_fee)))
        }
        v1::Event::Invoice(one) => {
            stated.states_amount("credit_amount", one.credit_amount);
            stated.states_amount("order_amount", one.quote.order_amount);
            ("paid_amount", sum(one.credit_amount, fee(&one.service_fee)))
        }
        v1::Event::ApiDeposit(one) => {
            stated.states_amount("order_amount", one.quote.order_amount);
            ("paid_amount", None)
        }
        v1::Event::ApiWithdrawal(one) => {
            stated.states_amount("net_receivable", one.net_receivable);
            (
                "withdraw_amount",
                net(one.net_receivable, transfer, fee(&one.network_fee)),
            )
        }
        v1::Event::Refund(one) => {
            stated.states_amount("net_receivable", one.net_receivable);
            (
                "amount",
                net(one.net_receivable, transfer, fee(&one.network_fee)),
            )
        }
        _ => ("amount", None),
    };
    stated.states("record_id", Some(transfer.record_id.as_str()));
    let status = stated.text("pay_status").unwrap();
    assert!(status.eq_ignore_ascii_case(transfer.status.as_str()));
    stated.states("crypto", transfer.crypto.as_deref());
    stated.states_amount(field, transfer.amount);
    vec![transfer.amount, others]
}

/// The net amount. Where it is not stated, it is the gross amount less the fee.
fn net(stated: Option<Amount>, gross: &v1::Transfer, fee: Option<Amount>) -> Option<Amount> {
    stated.or_else(|| gross.amount?.checked_sub(fee?))
}

fn sum(one: Option<Amount>, other: Option<Amount>) -> Option<Amount> {
    one?.checked_add(other?)
}

pub(crate) fn ccpayment_v2(body: &[u8]) -> bool {
    static RECEIVER: LazyLock<v2::Webhooks> =
        LazyLock::new(|| v2::Webhooks::new(&accounts::ccpayment_v2()));
    static GATEWAY: LazyLock<CcpaymentV2> = LazyLock::new(|| {
        CcpaymentV2::new("main", &accounts::ccpayment_v2(), Executor::offline()).unwrap()
    });
    let headers = accounts::sign_ccpayment_v2(Signer::Gateway, body);
    let Ok(event) = RECEIVER.receive(&headers, body, CCPAYMENT_V2_NOW) else {
        return false;
    };
    let msg = Stated::of(body).unwrap().object("msg");
    let reference = match &*event {
        v2::Event::ApiDeposit(one) => one.order_id.as_deref(),
        v2::Event::ApiWithdrawal(one) => one.order_id.as_deref(),
        v2::Event::UserWithdrawal(one) => one.order_id.as_deref(),
        _ => None,
    };
    if let Some(reference) = reference {
        msg.states("orderId", Some(reference));
    }
    if let Some((record, status)) = event.dedup_key() {
        msg.states("recordId", Some(record));
        let stated = msg.text("status").unwrap();
        assert!(stated.eq_ignore_ascii_case(status));
    }

    // Whatever it states, it is no money.
    match booked(&*GATEWAY, &headers, body, CCPAYMENT_V2_NOW) {
        Ok(booked) => books_only(&booked, None, &[]),
        Err(error) => assert_eq!(error, WebhookError::OnlyHint),
    }
    true
}
