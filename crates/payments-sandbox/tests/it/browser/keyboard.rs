//! The pages without a mouse.

use payments_sandbox::OrderStatus;

use crate::support::http::Receiver;
use crate::support::shop::Shop;
use crate::support::visitor::{Key, Visitor};

/// Whether the focus is on an element, or inside it.
fn is_in(selector: &str) -> String {
    format!("document.activeElement.closest('{selector}') !== null")
}

#[tokio::test]
async fn the_keyboard_alone_pays_filters_resends_and_resets() {
    let Some(mut visitor) = Visitor::arrive().await else {
        return;
    };
    let mut receiver = Receiver::start(&[]).await;
    let shop = Shop::open().await;
    let id = shop.order_id(&[("callBackURL", &receiver.url())]).await;
    for number in ["another", "a-third"] {
        shop.order_id(&[("merchantTradeNo", number)]).await;
    }
    let overview = format!("{}/_sandbox", shop.sandbox.base_url());
    visitor.screen(1_280, 900, "light").await;
    visitor.open(&overview).await;

    // The first stop leads past the head of the page.
    visitor.tab_to(".skip").await;
    visitor.press(Key::Enter).await;
    visitor.until("location.hash === '#main'").await;
    visitor.press(Key::Tab).await;
    visitor.until(&is_in("main")).await;

    // After an action the focus is on what was acted on, also when the page has been updated meanwhile.
    visitor
        .tab_to(&format!("form[action^='/_sandbox/orders/{id}/pay'] button"))
        .await;
    visitor.press(Key::Enter).await;
    visitor
        .until(&format!("location.hash === '#order-{id}'"))
        .await;
    visitor.until_shown("delivered").await;
    visitor.until(&is_in(&format!("#order-{id}"))).await;
    visitor.press(Key::Tab).await;
    visitor.until(&is_in(&format!("#order-{id}"))).await;
    let order = shop.sandbox.order(&id).unwrap();
    assert_eq!(order.status, OrderStatus::Completed);

    visitor
        .tab_to("form[action^='/_sandbox/deliveries/1/resend'] button")
        .await;
    visitor.press(Key::Space).await;
    receiver.wait_for(2).await;
    visitor.until("location.hash === '#delivery-1'").await;
    visitor.until_shown("2 attempts").await;
    visitor.until(&is_in("#delivery-1")).await;

    visitor.open(&overview).await;
    visitor.tab_to("#reference").await;
    visitor.write("another").await;
    visitor.tab_to("#status").await;
    visitor.press(Key::Down).await;
    visitor.press(Key::Enter).await;
    visitor.tab_to("[role=search] button").await;
    visitor.press(Key::Enter).await;
    visitor
        .until("new URLSearchParams(location.search).get('status') === 'pending'")
        .await;
    visitor
        .until("document.querySelectorAll('#orders li').length === 1")
        .await;

    visitor.open(&overview).await;
    visitor.tab_to("#reset summary").await;
    visitor.press(Key::Enter).await;
    visitor.tab_to("#reset form button").await;
    visitor.press(Key::Space).await;
    visitor.until_shown("No orders yet").await;
    assert!(shop.sandbox.orders().is_empty());
    visitor.leave(&[]);
}

#[tokio::test]
async fn a_payer_pays_by_keyboard_and_an_amount_can_be_corrected() {
    let Some(mut visitor) = Visitor::arrive().await else {
        return;
    };
    let shop = Shop::open().await;
    let id = shop.order_id(&[]).await;
    visitor.screen(400, 900, "light").await;
    let base = shop.sandbox.base_url().to_owned();
    visitor.open(&format!("{base}/_sandbox/orders/{id}")).await;
    // A refused amount is kept, and the next stop is in the part of the page that says why.
    visitor.tab_to("#amount").await;
    visitor.write("6,5").await;
    visitor.press(Key::Enter).await;
    visitor.until_shown("plain decimal").await;
    visitor.tab_to("#amount").await;
    visitor
        .until("document.activeElement.getAttribute('aria-describedby') === 'problem'")
        .await;

    visitor
        .open(&shop.sandbox.order(&id).unwrap().cashier_url)
        .await;
    visitor.tab_to("form[action='/payment/pay'] button").await;
    visitor.press(Key::Space).await;
    visitor.until_shown("The full amount arrived").await;

    let card = shop
        .data("createOrderByCreditCard", &[("merchantTradeNo", "card")])
        .await;
    visitor.open(card["cashierURL"].as_str().unwrap()).await;
    for (field, text) in [
        ("#number", "4242 4242 4242 4242"),
        ("#expiry", "12/27"),
        ("#cvv", "737"),
    ] {
        visitor.tab_to(field).await;
        visitor.write(text).await;
    }
    visitor.press(Key::Enter).await;
    visitor.until_shown("Paid.").await;
    // The browser writes a line for the refused amount.
    visitor.leave(&["422"]);
}
