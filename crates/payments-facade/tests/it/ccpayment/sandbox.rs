//! Every group against the sandbox over real HTTP, its webhooks among them.

use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use payments_core::{Kind, Outcome, Timestamp};
use payments_facade::address::AddressRequest;
use payments_facade::ccpayment::{Ccpayment, Config};
use payments_facade::payment::{Closure, PaymentKind};
use payments_facade::rate::RateRequest;
use payments_facade::webhook::Event;
use payments_facade::{
    CheckoutOrder, CustomerStep, Fee, Gateway, Gateways, Payment, Phase, Resolution, Settlement,
    network, standard_executor,
};
use payments_sandbox::{CcpaymentDeposit, CcpaymentInvoice, Sandbox};

use super::support::*;

async fn start() -> (Sandbox, Ccpayment) {
    let sandbox = Sandbox::builder()
        .ccpayment_webhook_url("http://127.0.0.1:9/hook")
        .ccpayment_label_statuses(true)
        .start()
        .await
        .unwrap();
    let own = &sandbox.credentials().ccpayment;
    let base_url = format!("{}/ccpayment/v1/", sandbox.base_url());
    let config = Config::new(base_url, &own.app_id, &own.app_secret).unwrap();
    let gateway = Ccpayment::new("main", &config, standard_executor().unwrap()).unwrap();
    (sandbox, gateway)
}

fn now() -> Timestamp {
    Timestamp::from_secs(
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs(),
    )
}

/// The webhooks the sandbox would send, received in order. Every attempt is signed again, also here.
fn webhooks(sandbox: &Sandbox, gateway: &Ccpayment) -> Vec<Event> {
    let own = &sandbox.credentials().ccpayment;
    let deliveries = sandbox.deliveries();
    let events = deliveries.iter().map(|one| {
        let body = Bytes::from(one.body.clone());
        let headers = headers_at(&own.app_id, &own.app_secret, &body, now());
        gateway
            .webhooks()
            .receive(&headers, &body, now())
            .unwrap()
            .into_event()
    });
    events.collect()
}

async fn found(gateway: &Ccpayment, text: &str) -> Payment {
    let found = gateway
        .checkout()
        .unwrap()
        .find(&reference(text).into())
        .await;
    found.unwrap().unwrap().into_inner()
}

#[tokio::test]
async fn an_order_paid_in_two_parts_is_reported_and_found() {
    let (sandbox, gateway) = start().await;
    let created = gateway
        .checkout()
        .unwrap()
        .create(&native("order-1"))
        .await
        .unwrap();
    let CustomerStep::Send { to, money } = &created.next else {
        panic!("{created:?}")
    };
    assert_eq!((to.network(), money), (network::TRON, &Some(usdt("25.5"))));
    assert_eq!(created.payment.funds().settlement(), Settlement::Nothing);

    sandbox.pay("order-1", Some("10")).await.unwrap();
    let mut payment = created.payment.clone();
    payment.merge(found(&gateway, "order-1").await).unwrap();
    assert_eq!(
        payment.funds().settlement(),
        Settlement::Missing(usdt("15.5"))
    );
    assert_eq!(payment.phase(), Phase::Processing);

    sandbox.pay("order-1", Some("15.5")).await.unwrap();
    let reported = webhooks(&sandbox, &gateway);
    assert_eq!(reported.len(), 2);
    let mut by_webhooks = created.payment.clone();
    for event in reported {
        payment.merge(event.payment().clone()).unwrap();
        by_webhooks.merge(event.into_payment()).unwrap();
    }
    payment.merge(found(&gateway, "order-1").await).unwrap();
    for payment in [&payment, &by_webhooks] {
        assert!(
            payment.status().is_paid_in_full() && !payment.is_contested(),
            "{payment:?}"
        );
        assert_eq!(payment.funds().settlement(), Settlement::Exact);
        assert!(!payment.funds().late);
    }
    // 0.03 % of it is the provider's.
    assert_eq!(payment.funds().credited, Some(usdt("25.49235")));

    // Under one reference there is no second order: what became of the second call, a query states.
    let again = gateway
        .checkout()
        .unwrap()
        .create(&native("order-1"))
        .await
        .unwrap_err();
    assert_eq!(
        (again.outcome(), sandbox.orders().len()),
        (Outcome::Unknown, 1)
    );
    let ticket = again.ticket().unwrap().clone();
    let mut gateways = Gateways::new();
    gateways.add(gateway).unwrap();
    let resolution = ticket.resolve(&gateways, now()).await.unwrap();
    assert!(matches!(resolution, Resolution::Found(_)), "{resolution:?}");
}

#[tokio::test]
async fn a_page_is_overpaid_and_an_order_expires_and_is_paid_late() {
    let (sandbox, gateway) = start().await;
    let checkout = gateway.checkout().unwrap();
    let page = checkout.create(&hosted("over")).await.unwrap();
    assert!(page.next.url().unwrap().starts_with(sandbox.base_url()));
    assert_eq!(
        found(&gateway, "over").await.funds().expected,
        Some(dollars("25.50"))
    );
    sandbox.pay("over", Some("30")).await.unwrap();
    let mut over = page.payment.clone();
    over.merge(found(&gateway, "over").await).unwrap();
    assert_eq!(over.funds().settlement(), Settlement::Excess(usdt("4.5")));
    assert!(over.status().is_paid_in_full() && !over.is_contested());

    let priced = CheckoutOrder::native(reference("late"), usdt("7"));
    let created = checkout.create(&priced).await.unwrap();
    sandbox.expire("late").await.unwrap();
    let never = found(&gateway, "late").await;
    assert_eq!(
        (never.phase(), never.funds().settlement()),
        (Phase::Closed(Closure::Expired), Settlement::Nothing)
    );
    sandbox.pay("late", None).await.unwrap();
    let mut late = created.payment.clone();
    late.merge(found(&gateway, "late").await).unwrap();
    assert!(
        late.funds().late && late.status().is_paid_in_full() && !late.is_contested(),
        "{late:?}"
    );
}

#[tokio::test]
async fn payouts_are_made_and_rejected() {
    let (sandbox, gateway) = start().await;
    let payouts = gateway.payouts().unwrap();
    let on_top = payouts
        .create(&to_chain("on-top", Fee::OnTop))
        .await
        .unwrap();
    let included = payouts
        .create(&to_chain("included", Fee::Included))
        .await
        .unwrap();
    let account = payouts.create(&to_account("account")).await.unwrap();
    for payment in [&on_top, &included] {
        // The fee is in another coin.
        assert_eq!(payment.fee().map(|fee| fee.asset.symbol()), Some("TRX"));
        assert_eq!(payment.funds().received, None);
    }
    assert_eq!(
        included
            .funds()
            .expected
            .unwrap()
            .amount
            .cmp(&"4".parse().unwrap()),
        std::cmp::Ordering::Less
    );

    for text in ["on-top", "included", "account"] {
        sandbox.complete(text).await.unwrap();
    }
    let events = webhooks(&sandbox, &gateway);
    assert_eq!(events.len(), 3);
    for made in [on_top, included, account] {
        let mut payment = made.into_inner();
        let own = events
            .iter()
            .filter(|event| event.reference() == payment.reference());
        let reported: Vec<Payment> = own.map(|event| event.payment().clone()).collect();
        for part in reported {
            payment.merge(part).unwrap();
        }
        let by = payment.reference().unwrap().clone().into();
        payment
            .merge(payouts.find(&by).await.unwrap().unwrap().into_inner())
            .unwrap();
        assert_eq!(
            (payment.kind(), payment.funds().settlement()),
            (PaymentKind::Payout, Settlement::Exact)
        );
        assert!(
            payment.status().is_paid_in_full() && !payment.is_contested(),
            "{payment:?}"
        );
    }

    payouts
        .create(&to_chain("rejected", Fee::OnTop))
        .await
        .unwrap();
    sandbox.reject("rejected").await.unwrap();
    let rejected = payouts
        .find(&reference("rejected").into())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(rejected.phase(), Phase::Closed(Closure::Failed));
    let as_order = gateway
        .checkout()
        .unwrap()
        .find(&reference("rejected").into())
        .await
        .unwrap_err();
    assert_eq!(as_order.kind(), Kind::Integrity);
    assert!(
        payouts
            .find(&reference("nobody").into())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn rates_balances_addresses_and_deposits() {
    let (sandbox, gateway) = start().await;
    let balances = gateway.balances().unwrap().list().await.unwrap();
    let row = balances
        .iter()
        .find(|row| row.asset.symbol() == "USDT")
        .unwrap();
    assert_eq!(row.available, Some("100000".parse().unwrap()));

    let rates = gateway.rates().unwrap();
    let quote = rates
        .quote(&RateRequest::spending(dollars("25.50"), asset("USDT")))
        .await
        .unwrap();
    assert_eq!(quote.target, Some(money("25.5", "USDT")));

    let addresses = gateway.addresses().unwrap();
    let request = |network: &str| AddressRequest::new("customer-7").network(network);
    let tron = addresses.get(&request(network::TRON)).await.unwrap();
    assert_eq!(*tron, *addresses.get(&request("TRC20")).await.unwrap());
    let ripple = addresses.get(&request(network::XRP)).await.unwrap();
    assert!(ripple[0].memo.is_some());
    assert!(!format!("{tron:?}").contains(tron[0].address.expose()));

    let deposit = CcpaymentDeposit::new("customer-7", USDT_TRON, "7.5");
    sandbox.ccpayment_deposit(&deposit).await.unwrap();
    let event = webhooks(&sandbox, &gateway).pop().unwrap();
    assert_eq!(
        (event.kind(), event.money()),
        (PaymentKind::Deposit, Some(usdt("7.5")))
    );

    let invoice = CcpaymentInvoice::new("payer@shop.test", USDT_TRON, "25");
    let invoice = sandbox.ccpayment_invoice(&invoice).await.unwrap();
    sandbox.pay(&invoice.order_id, None).await.unwrap();
    let event = webhooks(&sandbox, &gateway).pop().unwrap();
    assert_eq!(
        (event.kind(), event.reference()),
        (PaymentKind::Checkout, None)
    );
    assert!(event.status().is_paid_in_full(), "{event:?}");
}

#[tokio::test]
async fn receives_a_refund_and_refuses_tokens_out_of_service() {
    let (sandbox, gateway) = start().await;
    let checkout = gateway.checkout().unwrap();
    checkout.create(&native("order-1")).await.unwrap();
    sandbox.pay("order-1", None).await.unwrap();
    let refund = sandbox.refund("order-1", "10").await.unwrap();
    sandbox.complete(&refund.order_id).await.unwrap();
    let event = webhooks(&sandbox, &gateway).pop().unwrap();
    assert_eq!(
        (event.kind(), event.reference()),
        (PaymentKind::Refund, Some(&reference("order-1")))
    );
    // The query states the refund as well. Whatever is merged first, it counts once.
    let queried = found(&gateway, "order-1").await;
    assert_eq!(
        queried.funds().settlement(),
        Settlement::Missing(usdt("10"))
    );
    let paid = queried.funds().received;
    let mut order = event.payment().refund_of_order().unwrap();
    assert_eq!(order.funds().refunded, Some(usdt("10")));
    order.merge(queried).unwrap();
    assert_eq!(
        (order.funds().received, order.funds().refunded),
        (paid, Some(usdt("10")))
    );
    assert!(!order.status().is_paid_in_full());

    let before = sandbox.orders().len();
    let fantom = asset("FTM").on_network("FTM").unwrap();
    for (coin, kind) in [
        (usdt_on(network::POLYGON), Kind::Busy),
        (fantom, Kind::Invalid),
    ] {
        let order = CheckoutOrder::native(reference("never"), dollars("1")).pay_with(coin);
        let error = checkout.create(&order).await.unwrap_err();
        assert_eq!(
            (error.kind(), error.outcome(), error.ticket()),
            (kind, Outcome::NotApplied, None)
        );
    }
    assert_eq!(sandbox.orders().len(), before);
}

#[tokio::test]
async fn a_lost_webhook_is_sent_again() {
    let (sandbox, gateway) = start().await;
    let checkout = gateway.checkout().unwrap();
    let resending = gateway.webhooks().resending().unwrap();
    let by = |text: &str| reference(text).into();
    checkout.create(&native("order-1")).await.unwrap();
    // There is no webhook yet, and nothing is asked of the day's 25.
    let unpaid = resending.resend(&by("order-1")).await.unwrap_err();
    assert_eq!(
        (unpaid.kind(), unpaid.field()),
        (Kind::Invalid, Some("reference"))
    );
    sandbox.pay("order-1", None).await.unwrap();
    sandbox.webhooks_quiet().await;
    // The query has no key to book under.
    let queried = found(&gateway, "order-1").await;
    assert!(
        queried
            .observations()
            .iter()
            .all(|one| one.effect_key().is_none())
    );
    let resent = resending.resend(&by("order-1")).await.unwrap();
    assert_eq!(resent.count, Some(1));
    assert!(resent.from < now() && resent.until > resent.from);
    // The limit of the provider: once a minute.
    let refused = resending.resend(&by("order-1")).await.unwrap_err();
    assert_eq!((refused.kind(), refused.attempts()), (Kind::Busy, 0));
}
