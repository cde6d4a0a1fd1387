//! The fake gateway as the environment of the conformance suite.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use payments_core::{Date, MerchantRef, SensitiveString, Timestamp};
use payments_facade::Payee;
use payments_facade::address::AddressRequest;
use payments_facade::layer::Call;
use payments_facade::rate::{RatePurpose, RateRequest};
use payments_testkit::conformance::{
    Act, Delivery, Env, InjectedFault, Op, Order, Probe, with_option,
};
use payments_testkit::{FakeFault, FakeGateway, FakeRequest, FakeWebhook};

use crate::providers::cpay::CpayProvider;
use crate::providers::fixture::Provider as _;
use crate::support::{day, money};

/// Controls and observes the [`FakeGateway`] by its own methods.
pub(crate) struct FakeEnv {
    pub(crate) fake: FakeGateway,
    references: AtomicU64,
    webhooks: Mutex<Vec<(String, Delivery)>>,
    /// The call of the latest order, for the next fault.
    latest: Mutex<Option<Op>>,
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

/// The reference, or the customer of a request for addresses.
fn reference_of(request: &FakeRequest) -> Option<&str> {
    match request {
        FakeRequest::CreateCheckout(order) => Some(order.reference().as_str()),
        FakeRequest::CreatePayout(payout) => Some(payout.reference().as_str()),
        FakeRequest::Exchange(order) => Some(order.reference().as_str()),
        FakeRequest::Addresses(request) => Some(request.customer()),
        _ => None,
    }
}

/// The options and the memo of a request, which `Debug` hides.
fn hidden_values(request: &FakeRequest) -> String {
    macro_rules! options {
        ($options:expr, $($name:ident),+) => {{
            let options = $options;
            let mut text = String::new();
            $(text += &format!("{}: {:?}, ", stringify!($name), options.$name);)+
            text
        }};
    }
    match request {
        FakeRequest::CreateCheckout(order) => {
            let email = order.options().email.as_ref().map(SensitiveString::expose);
            let options = options!(
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
                ip,
                customer_other_id,
                scene_type
            );
            let token = order.options().customer_token.as_ref();
            let token = token.map(SensitiveString::expose);
            format!("{options} email: {email:?} token: {token:?}")
        }
        FakeRequest::CreatePayout(payout) => {
            let memo = match payout.payee() {
                Payee::Chain(to) => to.memo(),
                _ => None,
            };
            let options = options!(
                payout.options(),
                customer,
                notify_url,
                metadata,
                note,
                success_url,
                failure_url
            );
            format!("{options} memo: {memo:?}")
        }
        FakeRequest::Exchange(order) => options!(order.options(), customer, minimum),
        FakeRequest::Addresses(request) => options!(request.options(), notify_url),
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

    async fn received(&self, reference: &MerchantRef) -> String {
        let requests = self.fake.requests();
        let about = requests
            .iter()
            .filter(|one| reference_of(one) == Some(reference.as_str()));
        let texts = about.map(|request| format!("{request:?} {}", hidden_values(request)));
        texts.collect()
    }

    fn order(&self, op: Op, reference: MerchantRef) -> Option<Order> {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(op);
        CpayProvider::order(op, reference, "")
    }

    fn with_option(&self, order: Order, option: &str) -> Option<Probe> {
        let mut probe = with_option(order, option)?;
        match option {
            "country" => probe.evidence = "country: Some(\"ES\")".to_owned(),
            "valid_for" | "pay_with" => probe.evidence = format!("{option}: Some("),
            _ => {}
        }
        Some(probe)
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

    async fn unknown_order(&self) -> Option<Delivery> {
        self.fake.deposit(&money("10", "USDT")).ok().map(delivery)
    }

    async fn acknowledges(&self, reply: &http::Response<Bytes>) -> bool {
        reply.status() == http::StatusCode::OK
    }

    fn inject(&self, fault: InjectedFault) -> bool {
        let latest = *self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let call = match latest {
            Some(Op::Checkout(_)) => Call::CreateCheckout,
            Some(Op::Payout(..)) => Call::CreatePayout,
            Some(Op::Exchange) => Call::Exchange,
            _ => return false,
        };
        let applied = fault == InjectedFault::AnswerLost;
        self.fake.script(call, FakeFault::Lost { applied });
        true
    }

    fn addresses_of(&self, customer: u32) -> Option<AddressRequest> {
        CpayProvider::addresses_of(customer)
    }

    fn rate(&self, purpose: RatePurpose) -> Option<RateRequest> {
        CpayProvider::rate(purpose)
    }

    async fn statement_day(&self) -> Option<Date> {
        Some(day(self.now(), 0))
    }
}
