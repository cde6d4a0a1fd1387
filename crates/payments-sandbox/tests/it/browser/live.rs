//! How soon the overview shows what another program did.

use serde_json::json;

use crate::support::shop::{Shop, order};
use crate::support::visitor::Visitor;

const ORDERS: usize = 10;

/// Sends a form to the gateway, and returns how many milliseconds later its row is in the page, by the page's clock.
const SENT_UNTIL_SHOWN: &str = "(async () => {
    const shown = new Promise((resolve) => {
        const observer = new MutationObserver(() => {
            if (!document.querySelector('#orders').textContent.includes(REFERENCE)) return;
            observer.disconnect();
            resolve(performance.now());
        });
        observer.observe(document.body, { childList: true, subtree: true });
    });
    const start = performance.now();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    await fetch('/openapi/v1/createOrder', { method: 'POST', headers, body: FORM });
    return (await shown) - start;
})()";

#[tokio::test]
#[allow(clippy::print_stdout, reason = "the time is a figure")]
async fn an_order_of_another_program_is_on_the_overview_without_a_reload() {
    let Some(mut visitor) = Visitor::arrive().await else {
        return;
    };
    let shop = Shop::open().await;
    visitor
        .open(&format!("{}/_sandbox", shop.sandbox.base_url()))
        .await;
    visitor.until_shown("Live").await;
    let mut times = Vec::new();
    for number in 0..ORDERS {
        let reference = format!("live-{number}-order");
        let form = shop.signed(&order(&[("merchantTradeNo", &reference)]));
        let script = SENT_UNTIL_SHOWN
            .replace("REFERENCE", &json!(reference).to_string())
            .replace("FORM", &json!(form).to_string());
        times.push(visitor.value(&script).await.as_f64().unwrap());
    }
    times.sort_by(f64::total_cmp);
    let (median, longest) = (times[ORDERS / 2], times[ORDERS - 1]);
    println!(
        "{ORDERS} orders on the open overview: median {median:.0} ms, longest {longest:.0} ms from the request to the row"
    );
    visitor.leave(&[]);
}
