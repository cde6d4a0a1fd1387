//! The pages in a real browser: a headless Chromium, driven by its protocol. Without Chromium the tests print that and pass.
//!
//! `CHROMIUM` is the browser's program if it is not in the `PATH`; `AXE` the file `axe.min.js` of the npm package `axe-core`, by
//! which accessibility is checked; `SCREENSHOTS` a folder for pictures of all pages.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chromiumoxide::browser::{Browser, BrowserConfig};
use chromiumoxide::cdp::browser_protocol::emulation::{
    MediaFeature, SetDeviceMetricsOverrideParams, SetEmulatedMediaParams,
};
use chromiumoxide::cdp::browser_protocol::log::EventEntryAdded;
use chromiumoxide::cdp::js_protocol::runtime::{EventConsoleApiCalled, EventExceptionThrown};
use chromiumoxide::page::{Page, ScreenshotParams};
use futures_util::StreamExt as _;
use serde_json::json;
use tokio::task::JoinHandle;

use crate::ccpayment::merchant::Merchant;
use crate::chainup_opay::merchant::{OPEN_ID, Opay};
use crate::support::http::Receiver;
use crate::support::shop::Shop;

/// How long a page may need on a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

/// A browser with one page that keeps what the console shows.
struct Visitor {
    browser: Browser,
    page: Page,
    tasks: Vec<JoinHandle<()>>,
    complaints: Arc<Mutex<Vec<String>>>,
    profile: PathBuf,
}

fn program() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM") {
        return Some(path.into());
    }
    let paths = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let candidates =
        std::env::split_paths(&paths).flat_map(|path| names.map(|name| path.join(name)));
    candidates.into_iter().find(|path| path.is_file())
}

impl Visitor {
    /// `None` without a browser.
    async fn arrive() -> Option<Self> {
        let Some(program) = program() else {
            println!("skipped: no Chromium in the PATH");
            return None;
        };
        static VISITORS: AtomicU32 = AtomicU32::new(0);
        let number = VISITORS.fetch_add(1, Ordering::Relaxed);
        let profile = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
            .join(format!("browser-{}-{number}", std::process::id()));
        let config = BrowserConfig::builder()
            .chrome_executable(program)
            .user_data_dir(&profile)
            // Containers have no user namespaces; the pages are our own.
            .no_sandbox()
            .args([
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-proxy-server",
            ])
            .launch_timeout(LONGEST)
            .request_timeout(LONGEST)
            .build()
            .unwrap();
        let (browser, mut events) = Browser::launch(config).await.unwrap();
        // Events that the crate does not know are errors, not the end.
        let driver = tokio::spawn(async move { while events.next().await.is_some() {} });
        let page = browser.new_page("about:blank").await.unwrap();
        let complaints = Arc::<Mutex<Vec<String>>>::default();
        let mut tasks = vec![driver];
        let mut console = page
            .event_listener::<EventConsoleApiCalled>()
            .await
            .unwrap();
        let mut log = page.event_listener::<EventEntryAdded>().await.unwrap();
        let mut thrown = page.event_listener::<EventExceptionThrown>().await.unwrap();
        page.execute(chromiumoxide::cdp::browser_protocol::log::EnableParams::default())
            .await
            .unwrap();
        let kept = Arc::clone(&complaints);
        tasks.push(tokio::spawn(async move {
            loop {
                let text = tokio::select! {
                    Some(event) = console.next() => format!("{event:?}"),
                    Some(event) = log.next() => format!("{event:?}"),
                    Some(event) = thrown.next() => format!("{event:?}"),
                    else => return,
                };
                kept.lock().unwrap().push(text);
            }
        }));
        Some(Self {
            browser,
            page,
            tasks,
            complaints,
            profile,
        })
    }

    async fn open(&self, url: &str) {
        self.page.goto(url).await.unwrap();
    }

    /// The value of an expression.
    async fn value<T: serde::de::DeserializeOwned>(&self, expression: &str) -> T {
        let found = self.page.evaluate(expression).await;
        found.unwrap().into_value().unwrap()
    }

    /// Waits until an expression is true, also across navigations.
    async fn until(&self, expression: &str) {
        let wait = async {
            loop {
                let found = self.page.evaluate(expression).await;
                if found.is_ok_and(|found| found.into_value().unwrap_or(false)) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        if tokio::time::timeout(LONGEST, wait).await.is_err() {
            let text: String = self.value("document.body.innerText").await;
            panic!("{expression} never became true on a page with: {text}");
        }
    }

    async fn until_shown(&self, text: &str) {
        let text = json!(text);
        self.until(&format!("document.body.innerText.includes({text})"))
            .await;
    }

    async fn click(&self, selector: &str) {
        let element = self.page.find_element(selector).await;
        element
            .unwrap_or_else(|error| panic!("{selector}: {error}"))
            .click()
            .await
            .unwrap();
    }

    /// Replaces the text of a field as a person does.
    async fn fill(&self, selector: &str, text: &str) {
        let quoted = json!(selector);
        let _: bool = self
            .value(&format!(
                "(() => {{ document.querySelector({quoted}).value = ''; return true; }})()"
            ))
            .await;
        let field = self.page.find_element(selector).await.unwrap();
        field.click().await.unwrap();
        field.type_str(text).await.unwrap();
    }

    async fn screen(&self, width: i64, scheme: &str) {
        let metrics = SetDeviceMetricsOverrideParams::new(width, 900, 1.0, false);
        self.page.execute(metrics).await.unwrap();
        let scheme = MediaFeature::new("prefers-color-scheme", scheme);
        let media = SetEmulatedMediaParams::builder().feature(scheme).build();
        self.page.execute(media).await.unwrap();
    }

    /// Checks the page that is shown: it is not wider than the screen, and has no serious problem of accessibility.
    async fn check(&self, what: &str) {
        for (width, scheme) in [
            (400, "light"),
            (400, "dark"),
            (1_280, "light"),
            (1_280, "dark"),
        ] {
            self.screen(width, scheme).await;
            let is_wide: i64 = self.value("document.documentElement.scrollWidth").await;
            assert!(
                is_wide <= width,
                "{what} is {is_wide} wide on a screen of {width}"
            );
            if let Some(folder) = std::env::var_os("SCREENSHOTS") {
                let name = what.replace(|letter: char| !letter.is_alphanumeric(), "-");
                let path = PathBuf::from(folder).join(format!("{name}-{width}-{scheme}.png"));
                let whole = ScreenshotParams::builder().full_page(true).build();
                self.page.save_screenshot(whole, path).await.unwrap();
            }
            let Some(axe) = axe() else { continue };
            let _: bool = self.value(&format!("{axe}; true")).await;
            let found: Vec<String> = self
                .value(
                    "axe.run().then((found) => found.violations
                        .filter((one) => ['serious', 'critical'].includes(one.impact))
                        .map((one) => one.id + ': ' + one.nodes.map((node) => node.html).join(' ')))",
                )
                .await;
            assert!(found.is_empty(), "{what}, {width}, {scheme}: {found:#?}");
        }
    }

    /// Whether the console was silent: no script failed and nothing was against the policy.
    async fn leave(mut self) {
        let _ = self.browser.close().await;
        let _ = self.browser.wait().await;
        for task in self.tasks {
            task.abort();
        }
        let _ = std::fs::remove_dir_all(&self.profile);
        let complaints = self.complaints.lock().unwrap();
        assert!(complaints.is_empty(), "{complaints:#?}");
    }
}

fn axe() -> Option<String> {
    let path = std::env::var_os("AXE")?;
    Some(std::fs::read_to_string(path).unwrap())
}

#[tokio::test]
async fn the_overview_shows_what_happens_without_a_reload() {
    let Some(visitor) = Visitor::arrive().await else {
        return;
    };
    let mut receiver = Receiver::start(&[]).await;
    let shop = Shop::open().await;
    visitor
        .open(&format!("{}/_sandbox", shop.sandbox.base_url()))
        .await;
    visitor.until_shown("Live").await;
    visitor.until_shown("No orders yet").await;

    // Another program creates an order while the page is open.
    let id = shop.order_id(&[("callBackURL", &receiver.url())]).await;
    visitor.until_shown("test114").await;
    visitor.check("the overview").await;
    visitor
        .click(&format!("form[action^='/_sandbox/orders/{id}/pay'] button"))
        .await;
    visitor
        .until(&format!("location.hash === '#order-{id}'"))
        .await;
    receiver.wait_for(1).await;
    visitor.until_shown("delivered").await;
    visitor
        .click("form[action^='/_sandbox/deliveries/1/resend'] button")
        .await;
    receiver.wait_for(2).await;
    visitor.until_shown("2 attempts").await;

    // The search is in the address.
    shop.create(&[("merchantTradeNo", "other")]).await;
    visitor.fill("#reference", "test114").await;
    visitor.click("[role=search] button").await;
    visitor
        .until("new URLSearchParams(location.search).get('reference') === 'test114'")
        .await;
    visitor
        .until("document.querySelectorAll('#orders li').length === 1")
        .await;

    // Reset is behind a question.
    let is_open: bool = visitor
        .value("document.querySelector('#reset details').open")
        .await;
    assert!(!is_open);
    visitor.click("#reset summary").await;
    visitor.click("#reset form button").await;
    visitor.until_shown("No order fits").await;
    assert!(shop.sandbox.orders().is_empty());
    visitor.leave().await;
}

#[tokio::test]
async fn the_pages_of_an_order_a_request_and_a_webhook_work_in_a_browser() {
    let Some(visitor) = Visitor::arrive().await else {
        return;
    };
    let mut receiver = Receiver::start(&[]).await;
    let shop = Shop::open().await;
    let base = shop.sandbox.base_url().to_owned();
    let id = shop.order_id(&[("callBackURL", &receiver.url())]).await;
    shop.create(&[("merchantTradeNo", "test114")]).await;

    visitor.open(&format!("{base}/_sandbox/orders/{id}")).await;
    visitor.check("the page of an order").await;
    visitor.fill("#amount", "1.2.3").await;
    visitor.click("#act .fields button").await;
    visitor.until_shown("plain decimal").await;
    let kept: String = visitor
        .value("document.querySelector('#amount').value")
        .await;
    assert_eq!(kept, "1.2.3");
    visitor.fill("#amount", "60").await;
    visitor.click("#act .fields button").await;
    visitor.until_shown("6.12345678 USDT too little").await;
    receiver.wait_for(1).await;
    visitor.until_shown("Webhook: completed, attempt 1").await;

    visitor.open(&format!("{base}/_sandbox/requests/2")).await;
    visitor.until_shown("duplicate merchantTradeNo").await;
    let buttons: i64 = visitor
        .value("document.querySelectorAll('.copier').length")
        .await;
    assert!(buttons >= 3, "the script adds buttons to copy texts");
    visitor.check("the page of a request").await;

    visitor.open(&format!("{base}/_sandbox/deliveries/1")).await;
    visitor.check("the page of a webhook").await;
    visitor
        .click("form[action^='/_sandbox/deliveries/1/resend'] button")
        .await;
    visitor.until_shown("Attempt 2").await;
    for path in ["/", "/_sandbox/ccpayment"] {
        visitor.open(&format!("{base}{path}")).await;
        visitor.check(path).await;
    }
    // An answer that is an error is one line of the console, which nothing of ours writes.
    visitor
        .complaints
        .lock()
        .unwrap()
        .retain(|line| !line.contains("422"));
    visitor.leave().await;
}

#[tokio::test]
async fn payers_pay_on_the_page_of_every_gateway() {
    let Some(visitor) = Visitor::arrive().await else {
        return;
    };
    let shop = Shop::open().await;
    let id = shop.order_id(&[]).await;
    visitor
        .open(&shop.sandbox.order(&id).unwrap().cashier_url)
        .await;
    visitor.check("C-Pay's cashier").await;
    visitor.click("#payer button").await;
    visitor.until_shown("The full amount arrived").await;

    let card = shop.data("createOrderByCreditCard", &[]).await;
    visitor.open(card["cashierURL"].as_str().unwrap()).await;
    visitor.check("C-Pay's card page").await;
    visitor.fill("#number", "4242 4242 4242 4242").await;
    visitor.fill("#expiry", "12/27").await;
    visitor.fill("#cvv", "737").await;
    visitor.click("#payer button").await;
    visitor.until_shown("Paid.").await;

    let page = shop.data("pwpp", &[]).await;
    let order = page["orderId"].as_str().unwrap();
    visitor
        .open(&shop.sandbox.order(order).unwrap().cashier_url)
        .await;
    visitor.check("the bank's page").await;
    let is_question: bool = visitor
        .value("document.body.innerText.includes('Is this payment yours?')")
        .await;
    assert!(is_question);
    visitor.click("form[action='/3ds/confirm'] button").await;
    visitor
        .until(
            "location.pathname !== '/3ds' || document.body.innerText.includes('Payment confirmed')",
        )
        .await;
    assert_eq!(
        shop.sandbox.order(order).unwrap().status.as_str(),
        "completed"
    );

    let opay = Opay::open().await;
    let number = opay.order(&json!({})).await;
    let (base, app) = (opay.shop.sandbox.base_url(), &opay.app_id);
    visitor
        .open(&format!(
            "{base}/platform/pay.html?appKey={app}&openId={OPEN_ID}&orderNum={number}"
        ))
        .await;
    visitor.check("ChainUp's page").await;
    visitor.click("form[action='/platform/pay'] button").await;
    visitor.until_shown("Paid in full").await;

    let merchant = Merchant::open().await;
    let hosted = json!({"merchant_order_id": "1", "product_price": "10", "product_name": "Tea"});
    let answer = merchant.ask("concise/url/get", &hosted).await;
    visitor.open(answer["payment_url"].as_str().unwrap()).await;
    visitor.check("CCPayment's choice of coins").await;
    visitor.click("input[name=token_id]").await;
    visitor.click("form[action='/pay/choose'] button").await;
    visitor.until_shown("Send exactly this amount").await;
    visitor.check("CCPayment's page").await;
    visitor.click("form[action='/pay/pay'] button").await;
    visitor.until_shown("Thank you").await;
    visitor
        .complaints
        .lock()
        .unwrap()
        .retain(|line| !line.contains("shop.example"));
    visitor.leave().await;
}
