//! The fake gateway as a provider of its own.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use payments_core::Date;
use payments_core::{MerchantRef, Timestamp};
use payments_facade::address::AddressRequest;
use payments_facade::layer::Call;
use payments_facade::rate::{RatePurpose, RateRequest};
use payments_facade::{Money, Payee};
use payments_testkit::conformance::{Act, Delivery, Env, Op, Order, Probe, Strike, with_option};
use payments_testkit::{FakeFault, FakeGateway, FakeRequest, FakeWebhook};

use crate::providers::cpay::CpayParty;
use crate::providers::world::{Party as _, civil};

/// The other end of a [`FakeGateway`] is its own control.
pub(crate) struct FakeEnv {
    pub(crate) fake: FakeGateway,
    references: AtomicU64,
    webhooks: Mutex<Vec<(String, Delivery)>>,
    latest: Mutex<Option<Op>>,
}

fn money(amount: &str, symbol: &str) -> Money {
    Money::of(amount, symbol).unwrap()
}

fn delivery(webhook: FakeWebhook) -> Delivery {
    Delivery::new(webhook.headers, webhook.body)
}

impl FakeEnv {
    pub(crate) fn new() -> Self {
        let fake = FakeGateway::builder("fake", "main")
            .balance(&money("1000000", "USDT"))
            .balance(&money("1000000", "BRL"))
            .payout_fee("0.5".parse().unwrap())
            .rate("USDT", "BTC", "40000".parse().unwrap())
            .rate("USD", "USDT", "1".parse().unwrap())
            .not_found_proves()
            .build();
        Self {
            fake: fake.unwrap(),
            references: AtomicU64::new(0),
            webhooks: Mutex::default(),
            latest: Mutex::default(),
        }
    }
}

/// The reference a request names.
fn named(request: &FakeRequest) -> Option<&MerchantRef> {
    match request {
        FakeRequest::CreateCheckout(order) => Some(order.reference()),
        FakeRequest::CreatePayout(payout) => Some(payout.reference()),
        FakeRequest::Exchange(order) => Some(order.reference()),
        _ => None,
    }
}

/// The values of a request that its `Debug` does not show.
fn hidden(request: &FakeRequest) -> String {
    macro_rules! shown {
        ($options:expr, $($name:ident),+) => {{
            let options = $options;
            let mut text = String::new();
            $(text += &format!("{}: {:?}, ", stringify!($name), options.$name);)+
            text
        }};
    }
    match request {
        FakeRequest::CreateCheckout(order) => shown!(
            order.options(),
            customer,
            notify_url,
            success_url,
            failure_url,
            valid_for,
            language,
            title,
            items,
            metadata,
            note,
            pay_with,
            country,
            email,
            ip
        ),
        FakeRequest::CreatePayout(payout) => {
            let memo = match payout.payee() {
                Payee::Chain(to) => to.memo(),
                _ => None,
            };
            let options = shown!(payout.options(), customer, notify_url, metadata, note);
            format!("{options} memo: {memo:?}")
        }
        FakeRequest::Exchange(order) => shown!(order.options(), customer),
        _ => String::new(),
    }
}

#[async_trait]
impl Env for FakeEnv {
    fn reference(&self) -> MerchantRef {
        let number = self.references.fetch_add(1, Ordering::Relaxed);
        MerchantRef::new(format!("f{number:06}")).unwrap()
    }

    fn now(&self) -> Timestamp {
        self.fake.now()
    }

    async fn advance(&self, by: Duration) {
        self.fake.advance(by);
    }

    fn requests(&self) -> u64 {
        self.fake.requests().len() as u64
    }

    async fn count(&self, reference: &MerchantRef) -> usize {
        usize::from(self.fake.order(reference).is_some())
    }

    /// `Debug` hides options and a memo, so they are added.
    async fn told(&self, reference: &MerchantRef) -> String {
        let requests = self.fake.requests();
        let about = requests.iter().filter(|one| named(one) == Some(reference));
        let texts = about.map(|request| format!("{request:?} {}", hidden(request)));
        texts.collect()
    }

    fn order(&self, op: Op, reference: MerchantRef) -> Option<Order> {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(op);
        CpayParty::order(op, reference, "")
    }

    fn with_option(&self, order: Order, option: &str) -> Option<Probe> {
        let probe = with_option(order, option)?;
        let evidence = match option {
            "email" => Some("email: Some(***)".to_owned()),
            "valid_for" => Some("valid_for: Some(1800s)".to_owned()),
            "pay_with" => Some("pay_with: Some(".to_owned()),
            _ => probe.evidence,
        };
        Some(Probe {
            order: probe.order,
            evidence,
        })
    }

    async fn act(&self, reference: &MerchantRef, act: Act) -> bool {
        let fake = &self.fake;
        let webhook = match act {
            Act::PayExactly | Act::PayLate => fake.pay(reference),
            Act::PayLess => fake.underpay(reference, "0.5"),
            Act::PayMore => fake.overpay(reference, "0.5"),
            Act::Expire => fake.expire(reference),
            Act::Complete => fake.complete(reference),
            Act::Reject => fake.reject(reference),
            _ => return false,
        };
        let Ok(webhook) = webhook else { return false };
        let mut webhooks = self.webhooks.lock().unwrap_or_else(PoisonError::into_inner);
        webhooks.push((reference.to_string(), delivery(webhook)));
        true
    }

    async fn deliveries(&self, reference: &MerchantRef) -> Vec<Delivery> {
        let webhooks = self.webhooks.lock().unwrap_or_else(PoisonError::into_inner);
        let about = webhooks
            .iter()
            .filter(|(about, _)| about == reference.as_str());
        about.map(|(_, delivery)| delivery.clone()).collect()
    }

    async fn redelivery(&self, reference: &MerchantRef) -> Option<Delivery> {
        self.deliveries(reference).await.pop()
    }

    async fn foreign(&self) -> Delivery {
        let other = FakeGateway::builder("fake", "main")
            .webhook_secret(payments_signing::Secret::new("another-secret").unwrap())
            .build();
        delivery(other.unwrap().deposit(&money("10", "USDT")).unwrap())
    }

    async fn stranger(&self) -> Option<Delivery> {
        self.fake.deposit(&money("10", "USDT")).ok().map(delivery)
    }

    async fn acknowledges(&self, reply: &http::Response<Bytes>) -> bool {
        reply.status() == http::StatusCode::OK
    }

    fn strike(&self, fault: Strike) -> bool {
        let latest = *self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let call = match latest {
            Some(Op::Checkout(_)) => Call::CreateCheckout,
            Some(Op::Payout(..)) => Call::CreatePayout,
            Some(Op::Exchange) => Call::Exchange,
            _ => return false,
        };
        let applied = fault == Strike::AnswerLost;
        self.fake.script(call, FakeFault::Lost { applied });
        true
    }

    fn addresses_of(&self, customer: u32) -> Option<AddressRequest> {
        CpayParty::addresses_of(customer)
    }

    fn rate(&self, purpose: RatePurpose) -> Option<RateRequest> {
        CpayParty::rate(purpose)
    }

    async fn statement_day(&self) -> Option<Date> {
        Some(civil(self.now().as_secs() / 86_400))
    }
}
