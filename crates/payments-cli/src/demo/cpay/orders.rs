//! Money comes in: by coins and by card.

use std::net::{IpAddr, Ipv4Addr};

use cpay_client::{CreateCardOrder, CreateOrder, OrderQuery, OrderStatus, Product, Purchase};

use super::{COIN, CUSTOMER, Shop, amount, reference, text};
use crate::demo::story::{Stopped, Story};

/// The sandbox's test card that is taken.
const TEST_CARD: [(&str, &str); 3] = [
    ("cardNumber", "4242424242424242"),
    ("expDate", "12/49"),
    ("cvv", "123"),
];

pub(super) async fn tell(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    pay_in(story, shop).await?;
    card_order(story, shop).await
}

async fn pay_in(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    let order = story
        .step("create_order", async {
            let asked = amount("66.12345678")?;
            let order = CreateOrder::new(reference("order-1")?, CUSTOMER, asked, COIN)
                .callback_url(shop.receiver.url())
                .ext_info(r#"{"cart":"42"}"#);
            let made = shop.client.create_order(order).await.map_err(text)?;
            let told = format!("order {} of {asked} {COIN}", made.order_id);
            Ok::<_, String>((made, told))
        })
        .await?;
    let page = story
        .step("open_cashier_page", async {
            let page = shop.browser.open(order.cashier_url.as_deref()).await?;
            let told = format!("{} bytes of HTML, no script", page.html.len());
            Ok::<_, String>((page, told))
        })
        .await?;
    story
        .step("pay", async {
            shop.browser
                .send(&page, &page.form("/payment/pay")?)
                .await?;
            Ok::<_, String>(((), "the page's form was sent, the order is paid".to_owned()))
        })
        .await?;
    story
        .step("receive_webhook", async {
            shop.completed(&reference("order-1")?).await?;
            Ok::<_, String>(((), "signature verified, acknowledged with OK".to_owned()))
        })
        .await?;
    story
        .step("query_order", async {
            let query = OrderQuery::by_trade_no(reference("order-1")?);
            let detail = shop.client.order_detail(query).await.map_err(text)?;
            if detail.status != OrderStatus::Completed || detail.actual_amount != order.order_amount
            {
                return Err(format!(
                    "the order is {} with {:?}",
                    detail.status, detail.actual_amount
                ));
            }
            shop.book.credit(COIN, detail.received_amount)?;
            Ok::<_, String>(((), detail.status.to_string()))
        })
        .await
}

async fn card_order(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    let order = story
        .step("create_card_order", async {
            let product = Product::new("book", amount("19.50")?, 2, "EUR");
            let purchase = Purchase::new(amount("39.00")?, "EUR", vec![product]);
            let address = IpAddr::from(Ipv4Addr::new(192, 0, 2, 7));
            let order = CreateCardOrder::new(
                reference("card-1")?,
                CUSTOMER,
                purchase,
                "PT",
                "ada@shop.example",
                address,
            )
            .callback_url(shop.receiver.url());
            let made = shop.client.create_card_order(order).await.map_err(text)?;
            if !made.is_live() {
                return Err("the order is closed already".to_owned());
            }
            let told = format!("order {} of 39.00 EUR", made.order_id);
            Ok::<_, String>((made, told))
        })
        .await?;
    story
        .step("pay_by_card", async {
            let page = shop.browser.open(order.cashier_url.as_deref()).await?;
            let mut form = page.form("/card/pay")?;
            for (field, value) in TEST_CARD {
                form = form.fill(field, value)?;
            }
            shop.browser.send(&page, &form).await?;
            let event = shop.completed(&reference("card-1")?).await?;
            shop.book.credit("EUR", event.received_amount)?;
            Ok::<_, String>(((), "test card taken, webhook verified".to_owned()))
        })
        .await
}
