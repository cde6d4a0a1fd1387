//! A shop at the sandbox whose clock the test moves, gateways over a script, and orders for both.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::HeaderMap;
use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport};
use payments_core::{Asset, Clock, Executor, MerchantRef, Timestamp};
use payments_facade::ccpayment_v2::{CcpaymentV2, Config, DEFAULT_BASE_URL};
use payments_facade::exchange::ExchangeOrder;
use payments_facade::webhook::{Hint, Queried};
use payments_facade::{
    CheckoutOrder, Destination, Fee, Gateway as _, Lookup, Money, Payee, Payment, PayoutOrder,
    network,
};
use payments_reqwest::ReqwestTransport;
use payments_sandbox::{Fault, Gateway, Sandbox, SandboxBuilder};
use payments_signing::Secret;
use payments_signing::ccpayment::Timestamp as Stamp;
use payments_signing::ccpayment::v2::Key;
use serde_json::Value;

pub(crate) const APP_ID: &str = "ccpv2TestAppId01";
pub(crate) const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// 2027-01-15 08:00:00 UTC
pub(crate) const START: u64 = 1_800_000_000;
pub(crate) const USDT: u64 = 1280;
pub(crate) const EVM_ADDRESS: &str = "0xdac17f958d2ee523a2206206994597c13d831ec7";
/// Cwallet's user of the documents.
pub(crate) const ACCOUNT: &str = "9454818";

/// The sandbox's time, with real waits.
#[derive(Debug)]
struct SandboxClock(payments_sandbox::Clock, payments_reqwest::SystemClock);

#[async_trait]
impl Clock for SandboxClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.now_ms())
    }

    fn monotonic(&self) -> Duration {
        self.1.monotonic()
    }

    async fn sleep(&self, duration: Duration) {
        self.1.sleep(duration).await;
    }
}

/// A merchant at the sandbox.
pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    pub(crate) gateway: CcpaymentV2,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::with(|builder| builder, |gateway| gateway).await
    }

    pub(crate) async fn with(
        settings: impl FnOnce(SandboxBuilder) -> SandboxBuilder,
        gateway: impl FnOnce(CcpaymentV2) -> CcpaymentV2,
    ) -> Self {
        let clock = payments_sandbox::Clock::manual(START * 1_000);
        let builder = Sandbox::builder()
            .clock(clock)
            .seed(7)
            .ccpayment_v2_webhook_url("http://127.0.0.1:9/hook");
        let sandbox = settings(builder).start().await.unwrap();
        let own = &sandbox.credentials().ccpayment_v2;
        let of_sandbox = at(&sandbox, &own.app_id, &own.app_secret);
        Self {
            gateway: gateway(of_sandbox),
            sandbox,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.sandbox.clock().now_ms())
    }

    pub(crate) fn wait(&self, seconds: u64) {
        self.sandbox.clock().advance(Duration::from_secs(seconds));
    }

    /// The next call of this name is carried out, and its answer is lost.
    pub(crate) fn lose_answer(&self, call: &str) {
        let fault = Fault::after(Gateway::CCPAYMENT_V2).call(call);
        self.sandbox.fault(fault).unwrap();
    }

    pub(crate) async fn found(&self, text: &str) -> Payment {
        self.try_find(reference(text)).await.unwrap()
    }

    pub(crate) async fn try_find(&self, by: impl Into<Lookup>) -> Option<Payment> {
        let checkout = self.gateway.checkout().unwrap();
        let found = checkout.find(&by.into()).await.unwrap();
        found.map(|answer| answer.into_inner())
    }

    pub(crate) async fn found_payout(&self, text: &str) -> Payment {
        let payouts = self.gateway.payouts().unwrap();
        let found = payouts.find(&reference(text).into()).await.unwrap();
        found.unwrap().into_inner()
    }

    /// The bodies of the webhooks so far, in order.
    pub(crate) fn webhooks(&self) -> Vec<Bytes> {
        let deliveries = self.sandbox.deliveries();
        let mut deliveries: Vec<_> = deliveries.iter().collect();
        deliveries.sort_by_key(|one| one.id);
        let bodies = deliveries.iter().map(|one| Bytes::from(one.body.clone()));
        bodies.collect()
    }

    /// As the sandbox signs it now: every try has its own signature.
    pub(crate) fn headers(&self, body: &[u8]) -> HeaderMap {
        let own = &self.sandbox.credentials().ccpayment_v2;
        signed(&own.app_id, &own.app_secret, self.now(), body)
    }

    pub(crate) fn hint(&self, body: &Bytes) -> Hint {
        let webhooks = self.gateway.webhooks();
        webhooks.hint(&self.headers(body), body).unwrap()
    }

    /// What the latest webhook is a hint about.
    pub(crate) async fn follow_latest(&self) -> Queried {
        let body = self.webhooks().pop().unwrap();
        self.hint(&body).query(&self.gateway).await.unwrap()
    }

    /// How often a call arrived.
    pub(crate) fn count(&self, call: &str) -> usize {
        let requests = self.sandbox.requests();
        let path = format!("/ccpayment/v2/{call}");
        requests.iter().filter(|one| one.path == path).count()
    }

    pub(crate) fn balance(&self, coin: &str) -> String {
        let balances = self.sandbox.balances_at(Gateway::CCPAYMENT_V2);
        let row = balances.iter().find(|row| row.currency == coin).unwrap();
        row.available.clone()
    }
}

/// A gateway with these credentials at the sandbox.
pub(crate) fn at(sandbox: &Sandbox, app_id: &str, secret: &str) -> CcpaymentV2 {
    let base_url = format!("{}/ccpayment/v2/", sandbox.base_url());
    let config = Config::new(base_url, app_id, secret).unwrap();
    let clock = SandboxClock(
        sandbox.clock().clone(),
        payments_reqwest::SystemClock::new(),
    );
    let executor = Executor::new(
        Arc::new(ReqwestTransport::builder().build().unwrap()),
        Arc::new(clock),
        Arc::new(FixedEntropy::new(0)),
    );
    CcpaymentV2::new("main", &config, executor).unwrap()
}

/// The headers of a webhook.
pub(crate) fn signed(app_id: &str, secret: &str, at: Timestamp, body: &[u8]) -> HeaderMap {
    let key = Key::new(app_id, Secret::new(secret).unwrap()).unwrap();
    let stamp = Stamp::from_secs(at.as_secs()).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("Appid", app_id.parse().unwrap());
    headers.insert("Timestamp", stamp.as_str().parse().unwrap());
    headers.insert("Sign", key.sign(stamp, body).as_str().parse().unwrap());
    headers
}

pub(crate) fn config(secret: &str) -> Config {
    Config::new(DEFAULT_BASE_URL, APP_ID, secret).unwrap()
}

/// A gateway over a script, at [`START`].
pub(crate) fn scripted(transport: &ScriptedTransport) -> CcpaymentV2 {
    let clock = ManualClock::at(Timestamp::from_secs(START));
    CcpaymentV2::new("main", &config(SECRET), transport.executor(&clock)).unwrap()
}

/// Answers of a script.
pub(crate) trait Says: Sized {
    /// The next request is answered with a success of this `data`.
    fn says(self, data: &str) -> Self;

    /// The next request is refused with this code.
    fn refuses(self, code: u32) -> Self;
}

impl Says for ScriptedTransport {
    fn says(self, data: &str) -> Self {
        self.answer(
            200,
            format!(r#"{{"code":10000,"msg":"success","data":{data}}}"#),
        )
    }

    fn refuses(self, code: u32) -> Self {
        self.answer(200, format!(r#"{{"code":{code},"msg":"no"}}"#))
    }
}

/// Call and body of every request so far.
pub(crate) fn sent(transport: &ScriptedTransport) -> Vec<(String, Value)> {
    let requests = transport.requests();
    let sent = requests.iter().map(|request| {
        let path = request.uri().path().strip_prefix("/ccpayment/v2/").unwrap();
        let body = serde_json::from_slice(request.body()).unwrap();
        (path.to_owned(), body)
    });
    sent.collect()
}

/// `getCoinList`: USDT on Polygon and TRON, POL on Polygon.
pub(crate) const COINS: &str = r#"{"coins":[
    {"coinId":1280,"symbol":"USDT","status":"Normal","networks":{
        "POLYGON":{"chain":"POLYGON","chainFullName":"Polygon","contract":"0xc2132d05d31c914a87c6611c10748aeb04b58e8f","precision":6,
            "canDeposit":true,"canWithdraw":true,"minimumWithdrawAmount":"1","maximumWithdrawAmount":"0","isSupportMemo":false},
        "TRX":{"chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","precision":6,"canDeposit":true,"canWithdraw":false}}},
    {"coinId":1329,"symbol":"POL","status":"Normal","networks":{"POLYGON":{"chain":"POLYGON","contract":"137","precision":18}}}]}"#;

pub(crate) fn reference(text: &str) -> MerchantRef {
    MerchantRef::new(text).unwrap()
}

pub(crate) fn asset(symbol: &str) -> Asset {
    Asset::new(symbol).unwrap()
}

pub(crate) fn money(amount: &str, symbol: &str) -> Money {
    Money::of(amount, symbol).unwrap()
}

pub(crate) fn usdt(amount: &str) -> Money {
    money(amount, "USDT").on_network(network::POLYGON).unwrap()
}

pub(crate) fn dollars(amount: &str) -> Money {
    money(amount, "USD")
}

pub(crate) fn hosted(text: &str) -> CheckoutOrder {
    CheckoutOrder::hosted(reference(text), dollars("25.50")).title("Teapot")
}

/// An order of 25 USDT.
pub(crate) fn native(text: &str) -> CheckoutOrder {
    CheckoutOrder::native(reference(text), usdt("25"))
}

pub(crate) fn to_chain(text: &str, fee: Fee) -> PayoutOrder {
    let to = Destination::new(EVM_ADDRESS, network::POLYGON).unwrap();
    PayoutOrder::new(reference(text), Payee::Chain(to), money("4", "USDT"), fee)
}

pub(crate) fn to_account(text: &str) -> PayoutOrder {
    let account = Payee::Account(ACCOUNT.into());
    PayoutOrder::new(reference(text), account, money("4", "USDT"), Fee::Included)
}

/// 100 USDT for at least 300 POL.
pub(crate) fn swap(text: &str) -> ExchangeOrder {
    ExchangeOrder::new(reference(text), money("100", "USDT"), asset("POL"))
        .minimum("300".parse::<payments_core::Amount>().unwrap())
}
