//! Makes the guide's pictures: `cargo xtask screenshots`. Clock, ids, keys and addresses are fixed, so the same pages give the same
//! pictures on a machine with the same browser and fonts.

use std::path::PathBuf;

use payments_sandbox::{Clock, Sandbox};
use serde_json::json;

use crate::ccpayment_v2::merchant::{Merchant, START_S};
use crate::support::http::{FORM, Receiver, reply};
use crate::support::shop::{self, Shop};
use crate::support::visitor::Visitor;

/// Both are shown on the pages.
const SANDBOX: &str = "127.0.0.1:8420";
const PROGRAM: &str = "127.0.0.1:3000";

/// What the page is drawn on.
struct Screen {
    width: i64,
    height: i64,
    /// Pixels of the picture for one of the page.
    scale: f64,
    scheme: &'static str,
}

struct Camera {
    visitor: Visitor,
    folder: PathBuf,
}

impl Camera {
    /// Keeps what a screen of this size shows of the page at `path`.
    async fn take(&mut self, name: &str, path: &str, screen: Screen) {
        let Screen {
            width,
            height,
            scale,
            scheme,
        } = screen;
        self.visitor
            .scaled_screen(width, height, scale, scheme)
            .await;
        self.visitor.open(&format!("http://{SANDBOX}{path}")).await;
        // The word `Live` and the buttons to copy are the last things to appear.
        self.visitor
            .until(
                "document.querySelector('[data-live]') === null
                    || document.querySelector('.live')?.textContent === 'Live'",
            )
            .await;
        let picture = self.visitor.shown().await;
        std::fs::write(self.folder.join(format!("{name}.png")), picture).unwrap();
    }
}

#[tokio::test]
#[ignore = "writes the pictures of the guide; `cargo xtask screenshots` runs it"]
async fn pictures_of_the_guide() {
    let folder = std::env::var_os("PICTURES").expect("PICTURES is the folder to write to");
    let visitor = Visitor::arrive().await.expect("Chromium is installed");
    let mut camera = Camera {
        visitor,
        folder: folder.into(),
    };
    let _receiver = Receiver::at(PROGRAM, &[&reply(503, "")], "OK").await;
    let builder = Sandbox::builder()
        .clock(Clock::manual(START_S * 1_000))
        .seed(7);
    let sandbox = builder.listen(SANDBOX.parse().unwrap()).start().await;
    let shop = Shop {
        sandbox: sandbox.expect("the port 8420 is free"),
    };
    let url = format!("http://{PROGRAM}/webhooks/cpay");
    let order = async |number: &str, amount: &str| {
        let changes = [
            ("merchantTradeNo", number),
            ("amount", amount),
            ("callBackURL", &*url),
        ];
        shop.order_id(&changes).await
    };
    let sandbox = &shop.sandbox;
    order("order-1001", "25.50").await;
    sandbox.clock().advance(std::time::Duration::from_secs(90));
    sandbox.pay("order-1001", Some("25")).await.unwrap();
    sandbox.webhooks_quiet().await;
    sandbox.advance_to_next();
    sandbox.webhooks_quiet().await;
    order("order-1002", "60").await;
    sandbox.clock().advance(std::time::Duration::from_secs(30));
    sandbox.pay("order-1002", None).await.unwrap();
    sandbox.webhooks_quiet().await;
    sandbox.clock().advance(std::time::Duration::from_secs(45));
    order("order-1003", "9.99").await;
    // Signed with another secret than the sandbox's.
    let order = shop::order(&[("merchantTradeNo", "order-1004")]);
    let sign = shop::sign(&order, "a-secret-of-another-account");
    let body = format!("{}&sign={sign}", shop::encode(&order));
    shop.post("/openapi/v1/createOrder", &[FORM], &body).await;
    let refused = sandbox.requests().last().unwrap().id;
    let merchant = Merchant {
        sandbox: shop.sandbox,
    };
    let page = invoice(&merchant).await;

    let screen = |width, height, scale, scheme| Screen {
        width,
        height,
        scale,
        scheme,
    };
    let desk = screen(1_240, 1_000, 0.65, "light");
    camera.take("overview", "/_sandbox", desk).await;
    camera
        .take(
            "order",
            "/_sandbox/orders/order-1001",
            screen(840, 720, 0.8, "light"),
        )
        .await;
    let path = format!("/_sandbox/requests/{refused}");
    camera
        .take("wrong-signature", &path, screen(840, 720, 0.8, "light"))
        .await;
    camera
        .take(
            "delivery",
            "/_sandbox/deliveries/1",
            screen(840, 720, 0.8, "light"),
        )
        .await;
    camera
        .take("invoice", &page, screen(600, 720, 0.8, "light"))
        .await;
    camera
        .take(
            "narrow-dark",
            "/_sandbox/orders/order-1001",
            screen(400, 720, 0.8, "dark"),
        )
        .await;
    camera.visitor.leave(&["favicon"]);
}

/// The path of the page of an invoice whose payer has chosen a coin.
async fn invoice(merchant: &Merchant) -> String {
    let invoice = json!({
        "orderId": "invoice-1001",
        "price": "25.50",
        "priceFiatId": 1033,
        "product": "One teapot",
        "expiredAt": START_S + 3_600,
    });
    let answer = merchant.ask("createInvoiceUrl", &invoice).await;
    let id = "invoice-1001";
    let sandbox = &merchant.sandbox;
    sandbox.choose(id, "USDT", "TRX").await.unwrap();
    sandbox.pay(id, Some("10")).await.unwrap();
    let url = answer["invoiceUrl"].as_str().unwrap();
    url.split_once(SANDBOX).unwrap().1.to_owned()
}
