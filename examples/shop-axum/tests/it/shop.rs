//! A shop in this process.

use std::sync::Arc;
use std::time::Duration;

use payments_facade::cpay::{Config, Cpay};
use payments_facade::{Gateways, standard_executor};
use payments_sandbox::Sandbox;
use payments_server::{Limits, serve_tower};
use payments_store::engine::Engine;
use shop_axum::Shop;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::leaks;

/// A shop with the sandbox's account, and the tasks of its process.
pub(crate) struct Running {
    shop: Shop,
    url: String,
    /// The shop works until it is dropped.
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Running {
    /// Serves a shop over this database, with three keys to sell. It delivers nothing yet.
    pub(crate) async fn start(sandbox: &Sandbox, database: Arc<dyn Engine>, address: &str) -> Self {
        let test = &sandbox.credentials().cpay;
        let config = Config::new(sandbox.base_url(), &test.merchant_id, &test.secret).unwrap();
        let mut gateways = Gateways::new();
        let cpay = Cpay::new("main", &config, standard_executor().unwrap());
        gateways.add(cpay.unwrap()).unwrap();
        let listener = TcpListener::bind(address).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let account = "cpay/main".parse().unwrap();
        let shop = Shop::open(database, gateways, &account, &url).await;
        let shop = shop.unwrap();
        let keys = ["KEY-1", "KEY-2", "KEY-3"].map(str::to_owned);
        shop.stock(keys).await.unwrap();
        let (stop, stopped) = watch::channel(false);
        let server = serve_tower(listener, Limits::webhooks(), stopped, shop.router());
        let tasks = vec![tokio::spawn(server)];
        Self {
            shop,
            url,
            stop,
            tasks,
        }
    }

    pub(crate) fn work(&mut self) {
        let (shop, stopped) = (self.shop.clone(), self.stop.subscribe());
        let worker = tokio::spawn(async move { shop.work(stopped).await });
        self.tasks.push(worker);
    }

    /// Ends everything at once, as a crash does.
    pub(crate) async fn kill(self) {
        for task in self.tasks {
            task.abort();
            let _ = task.await;
        }
    }

    /// Orders on the shop's page. Returns the reference.
    pub(crate) async fn order(&self, sandbox: &Sandbox) -> String {
        let url = self.url.clone();
        let page = tokio::task::spawn_blocking(move || order(&url));
        let page = page.await.unwrap();
        assert!(page.starts_with(sandbox.base_url()), "{page}");
        sandbox.orders().pop().unwrap().merchant_ref
    }

    pub(crate) async fn page(&self, reference: &str) -> String {
        let url = format!("{}/orders/{reference}", self.url);
        let page = tokio::task::spawn_blocking(move || read(&url));
        page.await.unwrap()
    }

    /// The page of the order, once it shows a key.
    pub(crate) async fn delivered(&self, reference: &str) -> String {
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

/// Orders at the shop with this URL. Returns the URL of the page to pay on.
pub(crate) fn order(shop: &str) -> String {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .max_redirects(0)
        .build()
        .into();
    let answer = agent.post(format!("{shop}/orders")).send_empty().unwrap();
    answer.headers()["location"].to_str().unwrap().to_owned()
}

/// A page of the shop.
pub(crate) fn read(url: &str) -> String {
    let page = ureq::get(url).call().unwrap().body_mut().read_to_string();
    let page = page.unwrap();
    leaks::check("the shop's page", &page);
    page
}
