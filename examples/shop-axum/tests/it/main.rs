//! The shop against the sandbox, over HTTP.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)] // a failed unwrap fails the test

#[path = "../../../../fixtures/leaks.rs"]
mod leaks;

use std::future::pending;
use std::path::Path;
use std::time::Duration;

use payments_core::BoxError;
use payments_facade::cpay::{Config, Cpay};
use payments_facade::{Gateways, standard_executor};
use payments_sandbox::{DeliveryState, Fault, FaultKind, Gateway, Sandbox};
use shop_axum::Shop;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A shop with the sandbox's account, and the tasks of its process.
struct Running {
    shop: Shop,
    url: String,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Serves the shop of this file. It delivers nothing yet.
    async fn start(sandbox: &Sandbox, file: &Path, address: &str) -> Result<Self, BoxError> {
        let test = &sandbox.credentials().cpay;
        let config = Config::new(sandbox.base_url(), &test.merchant_id, &test.secret)?;
        let mut gateways = Gateways::new();
        gateways.add(Cpay::new("main", &config, standard_executor()?)?)?;
        let listener = TcpListener::bind(address).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let shop = Shop::open(file, gateways, &"cpay/main".parse()?, &url).await?;
        let router = shop.router();
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        let tasks = vec![server];
        Ok(Self { shop, url, tasks })
    }

    fn work(&mut self) {
        let shop = self.shop.clone();
        let worker = tokio::spawn(async move { shop.work(pending()).await });
        self.tasks.push(worker);
    }

    /// Ends everything at once, as a crash does.
    async fn kill(self) {
        for task in self.tasks {
            task.abort();
            let _ = task.await;
        }
    }

    /// Orders on the shop's page. Returns the reference.
    async fn order(&self, sandbox: &Sandbox) -> String {
        let url = format!("{}/orders", self.url);
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .max_redirects(0)
            .build()
            .into();
        let answer = tokio::task::spawn_blocking(move || agent.post(url).send_empty());
        let answer = answer.await.unwrap().unwrap();
        let page = answer.headers()["location"].to_str().unwrap();
        assert!(page.starts_with(sandbox.base_url()), "{page}");
        sandbox.orders().pop().unwrap().merchant_ref
    }

    async fn page(&self, reference: &str) -> String {
        let url = format!("{}/orders/{reference}", self.url);
        let text = move || ureq::get(url).call().unwrap().body_mut().read_to_string();
        let page = tokio::task::spawn_blocking(text).await.unwrap().unwrap();
        leaks::check("the shop's page", &page);
        page
    }

    /// The page of the order, once it shows a key.
    async fn delivered(&self, reference: &str) -> String {
        for _ in 0..1_200 {
            let page = self.page(reference).await;
            if page.contains("licence key") {
                return page;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("nothing was delivered in a minute");
    }
}

/// A new file for a shop, and a free address that stays the same over restarts.
fn place() -> (TempDir, String) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (TempDir::new().unwrap(), address)
}

fn keys() -> [String; 3] {
    ["KEY-1", "KEY-2", "KEY-3"].map(str::to_owned)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paid_order_gets_one_key_however_often_its_webhook_comes() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (folder, address) = place();
    let file = folder.path().join("shop.db");
    let mut shop = Running::start(&sandbox, &file, &address).await.unwrap();
    shop.work();
    shop.shop.stock(keys()).await.unwrap();

    let reference = shop.order(&sandbox).await;
    assert!(
        shop.page(&reference)
            .await
            .contains("when the order is paid")
    );
    // The webhook comes twice, and later once more.
    let twice = Fault::webhook(Gateway::CPAY, FaultKind::WebhookDuplicate);
    sandbox.fault(twice).unwrap();
    sandbox.pay(&reference, None).await.unwrap();
    let page = shop.delivered(&reference).await;
    assert!(page.contains("KEY-1"), "{page}");
    sandbox.webhooks_quiet().await;
    let webhooks = sandbox.deliveries();
    sandbox.resend(webhooks[0].id).await.unwrap();
    sandbox.webhooks_quiet().await;
    let webhooks = sandbox.deliveries();
    let attempts: usize = webhooks.iter().map(|it| it.attempts.len()).sum();
    assert!(attempts >= 3, "{webhooks:?}");
    assert!(
        webhooks
            .iter()
            .all(|it| it.state == DeliveryState::Delivered)
    );

    // The next order gets the next key: the repeats took none.
    let next = shop.order(&sandbox).await;
    sandbox.pay(&next, None).await.unwrap();
    let page = shop.delivered(&next).await;
    assert!(page.contains("KEY-2"), "{page}");
    shop.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_that_dies_between_webhook_and_delivery_delivers_after_its_restart() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (folder, address) = place();
    let file = folder.path().join("shop.db");
    let shop = Running::start(&sandbox, &file, &address).await.unwrap();
    shop.shop.stock(keys()).await.unwrap();
    let reference = shop.order(&sandbox).await;
    sandbox.pay(&reference, None).await.unwrap();
    sandbox.webhooks_quiet().await;
    // It was acknowledged, so the gateway does not send it again, and nothing was delivered.
    assert_eq!(sandbox.deliveries()[0].state, DeliveryState::Delivered);
    assert!(
        shop.page(&reference)
            .await
            .contains("when the order is paid")
    );
    shop.kill().await;

    let mut shop = Running::start(&sandbox, &file, &address).await.unwrap();
    shop.work();
    let page = shop.delivered(&reference).await;
    assert!(page.contains("KEY-1"), "{page}");
    assert_eq!(sandbox.deliveries().len(), 1);
    shop.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_the_price_delivers_nothing() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let (folder, address) = place();
    let file = folder.path().join("shop.db");
    let mut shop = Running::start(&sandbox, &file, &address).await.unwrap();
    shop.work();
    shop.shop.stock(keys()).await.unwrap();
    let (part, whole) = (shop.order(&sandbox).await, shop.order(&sandbox).await);
    sandbox.pay(&part, Some("10.49")).await.unwrap();
    sandbox.webhooks_quiet().await;
    sandbox.pay(&whole, None).await.unwrap();
    assert!(shop.delivered(&whole).await.contains("KEY-1"));
    assert!(shop.page(&part).await.contains("when the order is paid"));
    shop.kill().await;
}
