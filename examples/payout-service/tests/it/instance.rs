//! Instances of the service in this process, and their callers.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use payments_core::{Clock, Timestamp};
use payments_facade::ccpayment::{self, Ccpayment};
use payments_facade::ccpayment_v2::{self, CcpaymentV2};
use payments_facade::{Gateways, standard_executor};
use payments_reqwest::SystemClock;
use payments_sandbox::Sandbox;
use payout_service::Service;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::leaks;

/// Both accounts of CCPayment; `base` is the URL of the first.
pub(crate) fn gateways(sandbox: &Sandbox, base: &str) -> Gateways {
    let mut gateways = Gateways::new();
    let (executor, app) = (
        standard_executor().unwrap(),
        &sandbox.credentials().ccpayment_v2,
    );
    let url = format!("{base}/ccpayment/v2/");
    let config = ccpayment_v2::Config::new(url, &*app.app_id, &*app.app_secret).unwrap();
    let main = CcpaymentV2::new("main", &config, executor.clone()).unwrap();
    gateways.add(main).unwrap();
    let app = &sandbox.credentials().ccpayment;
    let url = format!("{}/ccpayment/v1/", sandbox.base_url());
    let config = ccpayment::Config::new(url, &*app.app_id, &*app.app_secret).unwrap();
    let spare = Ccpayment::new("spare", &config, executor).unwrap();
    gateways.add(spare).unwrap();
    gateways
}

/// The clock of a later time.
#[derive(Debug)]
struct Later(Duration, SystemClock);

#[async_trait]
impl Clock for Later {
    fn now(&self) -> Timestamp {
        self.1.now().checked_add(self.0).unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.1.monotonic()
    }

    async fn sleep(&self, duration: Duration) {
        self.1.sleep(duration).await;
    }
}

/// Where an instance listens: to callers, and to providers.
pub(crate) struct Listeners {
    api: TcpListener,
    webhooks: TcpListener,
}

impl Listeners {
    pub(crate) async fn bind() -> Self {
        Self {
            api: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            webhooks: TcpListener::bind("127.0.0.1:0").await.unwrap(),
        }
    }

    /// The URL to which an account sends its webhooks.
    pub(crate) fn webhooks(&self, account: &str) -> String {
        let address = self.webhooks.local_addr().unwrap();
        format!("http://{address}/webhooks/{account}")
    }
}

/// One instance, which works until it is dropped.
pub(crate) struct Instance {
    pub(crate) url: String,
    _stop: watch::Sender<bool>,
}

impl Instance {
    pub(crate) async fn start(sandbox: &Sandbox, database: &str) -> Self {
        let gateways = gateways(sandbox, sandbox.base_url());
        Self::serve(gateways, database, Listeners::bind().await).await
    }

    pub(crate) async fn serve(gateways: Gateways, database: &str, on: Listeners) -> Self {
        Self::serve_later(Duration::ZERO, gateways, database, on).await
    }

    /// As if it were started this much later.
    pub(crate) async fn serve_later(
        later: Duration,
        gateways: Gateways,
        database: &str,
        on: Listeners,
    ) -> Self {
        let accounts = ["ccpayment/main", "ccpayment/spare"].map(|id| id.parse().unwrap());
        let clock = Arc::new(Later(later, SystemClock::new()));
        let service = Service::connect(database, gateways, accounts.to_vec(), clock).await;
        let service = service.unwrap();
        let url = format!("http://{}", on.api.local_addr().unwrap());
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(async move { service.run(on.api, on.webhooks, stopped).await });
        Self { url, _stop: stop }
    }

    /// Asks for a payout of 4 USDT. Returns the status and the body.
    pub(crate) async fn pay(&self, reference: &str) -> (u16, Value) {
        self.pay_to("TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw", reference)
            .await
    }

    pub(crate) async fn pay_to(&self, address: &str, reference: &str) -> (u16, Value) {
        let url = format!("{}/payouts", self.url);
        let request = json!({
            "reference": reference,
            "address": address,
            "network": "Tron",
            "money": {"amount": "4", "asset": "USDT"},
        });
        blocking(move || post(&url, &request)).await
    }

    /// What the service knows of a payout.
    pub(crate) async fn known(&self, reference: &str) -> Value {
        let url = format!("{}/payouts/{reference}", self.url);
        let (status, known) = blocking(move || get(&url)).await;
        assert_eq!(status, 200, "{known}");
        known
    }

    /// Waits until the service shows this of a payout.
    pub(crate) async fn shows(&self, reference: &str, name: &str, value: &str) -> Value {
        for _ in 0..1_200 {
            let known = self.known(reference).await;
            if known[name] == value {
                return known;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{name} of {reference} is not {value} in a minute");
    }
}

async fn blocking<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(call).await.unwrap()
}

pub(crate) fn post(url: &str, request: &Value) -> (u16, Value) {
    answered(agent().post(url).send_json(request))
}

pub(crate) fn get(url: &str) -> (u16, Value) {
    answered(agent().get(url).call())
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false);
    config.build().into()
}

/// The status, and the body, which is JSON or nothing.
fn answered(answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> (u16, Value) {
    let mut answer = answer.unwrap();
    let body = answer.body_mut().read_to_string().unwrap();
    leaks::check("an answer of the service", &body);
    let status = answer.status().as_u16();
    (status, serde_json::from_str(&body).unwrap_or_default())
}

/// The payouts that the gateways made, under all references.
pub(crate) fn made(sandbox: &Sandbox) -> Vec<String> {
    let orders = sandbox.orders().into_iter();
    orders.map(|order| order.merchant_ref).collect()
}
