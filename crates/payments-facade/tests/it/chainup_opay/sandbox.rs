//! ChainUp OPay against the sandbox over real HTTP, its callbacks delivered and acknowledged.

#[allow(dead_code)]
#[path = "../../../../payments-testkit/tests/it/providers/clock.rs"]
mod clock;
#[allow(dead_code)]
#[path = "../../../../payments-testkit/tests/it/providers/receiver.rs"]
mod receiver;

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use payments_core::Date;
use payments_core::scripted::FixedEntropy;
use payments_core::{Executor, Kind, MerchantRef, Outcome, Refusal, Timestamp};
use payments_facade::chainup_opay::{Cancelled, ChainupOpay, Config};
use payments_facade::checkout::Checkout;
use payments_facade::payment::Closure;
use payments_facade::statement::StatementQuery;
use payments_facade::webhook::Event;
use payments_facade::{CheckoutOrder, Gateway, Money, Payment, Phase, Resolution, Settlement};
use payments_reqwest::ReqwestTransport;
use payments_sandbox::{ChainupOpayFault, DeliveryState, Sandbox};

use self::clock::SimClock;
use self::receiver::Receiver;

/// A shop at the sandbox.
struct Shop {
    sandbox: Sandbox,
    gateway: ChainupOpay,
    receiver: Receiver,
}

impl Shop {
    async fn open() -> Self {
        let clock = SimClock::new();
        let sandbox = Sandbox::builder()
            .clock(clock.of_sandbox())
            .start()
            .await
            .unwrap();
        let test = &sandbox.credentials().chainup_opay;
        let (own, peer) = (&test.merchant_private_key, &test.platform_public_key);
        let config = Config::new(sandbox.base_url(), &test.app_id, own, peer).unwrap();
        let executor = Executor::new(
            Arc::new(ReqwestTransport::builder().build().unwrap()),
            Arc::new(clock),
            Arc::new(FixedEntropy::new(0)),
        );
        let gateway = ChainupOpay::new("main", &config, executor).unwrap();
        // What acknowledges one callback acknowledges all.
        let ack = chainup_opay_client::Webhooks::new(&config).ack();
        let receiver = Receiver::start(ack).await;
        Self {
            sandbox,
            gateway,
            receiver,
        }
    }

    fn checkout(&self) -> &dyn Checkout {
        self.gateway.checkout().unwrap()
    }

    fn order(&self, reference: &str) -> CheckoutOrder {
        let reference = MerchantRef::new(reference).unwrap();
        CheckoutOrder::hosted(reference, usdt("10.50"))
            .customer("22033390")
            .success_url("https://shop.example/return")
            .notify_url(self.receiver.url())
    }

    async fn make(&self, reference: &str) -> Payment {
        let created = self
            .checkout()
            .create(&self.order(reference))
            .await
            .unwrap();
        created.payment.clone()
    }

    /// The event that the sandbox delivers about this, and sees acknowledged.
    async fn event(&self, payment: &Payment) -> Event {
        let number = payment.provider_ref().unwrap().as_str();
        let is_delivered = || {
            let deliveries = self.sandbox.deliveries();
            let about = deliveries.iter().find(|one| one.order_id == number);
            about.is_some_and(|one| one.state == DeliveryState::Delivered)
        };
        let mut left = 1_000;
        while !is_delivered() {
            left -= 1;
            assert!(left > 0, "{:?}", self.sandbox.deliveries());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let came = self.receiver.about("");
        let mut events = came.iter().map(|one| {
            let (webhooks, now) = (self.gateway.webhooks(), Timestamp::from_secs(100));
            webhooks
                .receive(&HeaderMap::new(), &one.body, now)
                .unwrap()
                .into_event()
        });
        let about = |event: &Event| event.provider_ref() == payment.provider_ref();
        events.find(about).unwrap()
    }

    async fn found(&self, payment: &Payment) -> Payment {
        let by = payment.provider_ref().unwrap().clone().into();
        self.checkout()
            .find(&by)
            .await
            .unwrap()
            .unwrap()
            .into_inner()
    }
}

fn usdt(amount: &str) -> Money {
    Money::of(amount, "USDT1742").unwrap()
}

#[tokio::test]
async fn a_paid_order_is_reported_found_and_in_the_statement() {
    let shop = Shop::open().await;
    let created = shop
        .checkout()
        .create(&shop.order("order-1"))
        .await
        .unwrap();
    let number = created.payment.provider_ref().unwrap().as_str();
    let page = created.next.url().unwrap();
    assert!(
        page.starts_with(shop.sandbox.base_url()) && page.contains(number),
        "{page}"
    );
    let mut payment = created.payment.clone();
    assert_eq!(shop.found(&payment).await.phase(), Phase::Open);

    shop.sandbox.pay("order-1", None).await.unwrap();
    let event = shop.event(&payment).await;
    assert_eq!(
        (event.reference(), event.money()),
        (payment.reference(), None)
    );
    let key = event.effect_key().clone();
    payment.merge(event.into_payment()).unwrap();
    assert_eq!(payment.funds().settlement(), Settlement::Unstated);
    payment.merge(shop.found(&payment).await).unwrap();
    assert!(payment.status().is_paid_in_full() && !payment.is_contested());
    assert_eq!(payment.funds().settlement(), Settlement::Exact);
    let keys = payment
        .observations()
        .iter()
        .filter_map(|one| one.effect_key());
    assert_eq!(keys.filter(|one| **one == key).count(), 2);

    // The books of the day, by the calendar of UTC+8, have what was paid, and that alone.
    shop.make("order-2").await;
    let day = Date::new(2023, 11, 15).unwrap();
    let mut rows = shop
        .gateway
        .statements()
        .unwrap()
        .rows(&StatementQuery::of(day));
    let mut booked = Vec::new();
    while let Some(row) = poll_fn(|cx| rows.as_mut().poll_next(cx)).await {
        booked.push(row.unwrap().into_inner());
    }
    assert_eq!(booked.len(), 1);
    assert!(booked[0].status().is_paid_in_full());
    assert_eq!(payment.merge(booked.remove(0)), Ok(true));
    assert!(!payment.is_contested());
}

#[tokio::test]
async fn unpaid_orders_are_closed_with_the_reason() {
    let shop = Shop::open().await;
    let mut failed = shop.make("failed").await;
    let mut expired = shop.make("expired").await;
    let mut called_off = shop.make("called-off").await;
    shop.sandbox.fail("failed").await.unwrap();
    shop.sandbox.expire("expired").await.unwrap();
    let cancellation = shop.checkout().cancellation().unwrap();
    let by = called_off.provider_ref().unwrap().clone().into();
    let cancelled = cancellation.cancel(&by).await.unwrap();
    assert!(cancelled.provided::<Cancelled>().unwrap().detail.is_ok());
    called_off.merge(cancelled.into_inner()).unwrap();
    for (payment, closure) in [
        (&mut failed, Closure::Failed),
        (&mut expired, Closure::Unstated),
        (&mut called_off, Closure::Cancelled),
    ] {
        payment
            .merge(shop.event(payment).await.into_payment())
            .unwrap();
        payment.merge(shop.found(payment).await).unwrap();
        assert_eq!(payment.phase(), Phase::Closed(closure));
        assert!(payment.funds().received.is_none() && !payment.is_contested());
    }
    let again = cancellation.cancel(&by).await.unwrap_err();
    assert_eq!(
        (again.kind(), again.code()),
        (Kind::Refused(Refusal::State), Some("70003"))
    );
    let nobodys = payments_core::ProviderRef::new("0".repeat(32)).unwrap();
    assert!(
        shop.checkout()
            .find(&nobodys.into())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_lost_order_is_found_by_its_ticket_and_never_made_twice() {
    let shop = Shop::open().await;
    // It was made, and no one was reported so.
    shop.sandbox
        .chainup_opay_fault(ChainupOpayFault::after(50_009))
        .unwrap();
    let error = shop
        .checkout()
        .create(&shop.order("lost"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.outcome(), error.code()),
        (Outcome::Unknown, Some("50009"))
    );
    let resolution = error
        .ticket()
        .unwrap()
        .resolve_at(&shop.gateway, Timestamp::from_secs(0))
        .await;
    let Resolution::Found(found) = resolution else {
        panic!("{resolution:?}")
    };
    assert_eq!(found.reference().unwrap().as_str(), "lost");
    assert_eq!(
        (found.provider_ref(), found.phase()),
        (None, Phase::Unrecognised)
    );
    let orders = shop.sandbox.orders();
    assert_eq!(orders.len(), 1);

    // The callback brings the number: the rest is as ever.
    shop.sandbox.expire("lost").await.unwrap();
    let id = payments_core::ProviderRef::new(orders[0].order_id.clone()).unwrap();
    let by = id.into();
    let reported = shop
        .checkout()
        .find(&by)
        .await
        .unwrap()
        .unwrap()
        .into_inner();
    let mut payment = found.into_inner();
    payment
        .merge(shop.event(&reported).await.into_payment())
        .unwrap();
    payment.merge(reported).unwrap();
    assert_eq!(payment.phase(), Phase::Closed(Closure::Unstated));

    // It was not made; resolving makes it, once.
    shop.sandbox
        .chainup_opay_fault(ChainupOpayFault::instead(10_001))
        .unwrap();
    let error = shop
        .checkout()
        .create(&shop.order("never"))
        .await
        .unwrap_err();
    assert_eq!(shop.sandbox.orders().len(), 1);
    let ticket = error.ticket().unwrap();
    for is_new in [true, false] {
        let resolution = ticket
            .resolve_at(&shop.gateway, Timestamp::from_secs(0))
            .await;
        let Resolution::Found(found) = resolution else {
            panic!("{resolution:?}")
        };
        assert_eq!(found.provider_ref().is_some(), is_new);
        assert_eq!(shop.sandbox.orders().len(), 2);
    }
    let duplicate = shop
        .checkout()
        .create(&shop.order("never"))
        .await
        .unwrap_err();
    assert_eq!(
        (duplicate.kind(), duplicate.outcome()),
        (Kind::Duplicate, Outcome::NotApplied)
    );
    assert!(
        duplicate.ticket().is_some(),
        "an order is there, perhaps from an earlier run"
    );
}
