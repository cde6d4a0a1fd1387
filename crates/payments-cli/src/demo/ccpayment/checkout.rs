//! The customer pays on the gateway's page: opens it, chooses coin and network, and pays there.

use ccpayment_client::v1::{CreateCheckout, DepositStatus, RateQuery};

use super::{Shop, amount, reference, text};
use crate::demo::story::{Stopped, Story};

const PRICE: &str = "25.50";

pub(super) async fn tell(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    let due = story
        .step("token_rate", async {
            let price = amount(PRICE)?;
            let rate = shop
                .client
                .token_rate(RateQuery::new(price, &*shop.tokens.trx))
                .await
                .map_err(text)?;
            let due = rate.amount_due(price).ok_or("the rate cannot be applied")?;
            let told = format!("1 TRX is {} USD, {PRICE} USD are {due} TRX", rate.price);
            Ok::<_, String>((due, told))
        })
        .await?;
    let url = story
        .step("create_checkout", async {
            let checkout = CreateCheckout::new(reference("cart-1")?, amount(PRICE)?, "One teapot")
                .notify_url(shop.receiver.url());
            let made = shop.client.create_checkout(checkout).await.map_err(text)?;
            Ok::<_, String>((made.payment_url, format!("a page for {PRICE} USD")))
        })
        .await?;
    story
        .step("open_checkout_page", async {
            let page = shop.browser.open(Some(&url)).await?;
            let told = format!("{} bytes of HTML, no script", page.html.len());
            // The radio button of TRX among those of all tokens.
            let form = page
                .form("/pay/choose")?
                .choose("token_id", &shop.tokens.trx)?;
            shop.browser.send(&page, &form).await?;
            Ok::<_, String>(((), format!("{told}; TRX on TRC20 is chosen")))
        })
        .await?;
    story
        .step("pay", async {
            let page = shop.browser.open(Some(&url)).await?;
            shop.browser.send(&page, &page.form("/pay/pay")?).await?;
            Ok::<_, String>(((), format!("{due} TRX by the page's form")))
        })
        .await?;
    let id = story
        .step("receive_webhook", async {
            let id = reference("cart-1")?;
            let paid = shop.paid(&id).await?;
            if paid.transfer.amount != Some(due) || paid.quote.order_amount != Some(due) {
                return Err(format!("paid were {:?}", paid.transfer.amount));
            }
            Ok::<_, String>((
                id,
                "signature verified, acknowledged with success".to_owned(),
            ))
        })
        .await?;
    story
        .step("query_order", async {
            let order = shop.order(&id).await?;
            if order.status != DepositStatus::Successful || order.order_amount != Some(due) {
                return Err(format!("the order is {}", order.status));
            }
            shop.book.credit_payments(&order)?;
            let fee = order
                .payments
                .first()
                .and_then(|payment| payment.service_fee.as_ref());
            let fee = fee.ok_or("the service fee is not told")?;
            Ok::<_, String>(((), format!("{}, service fee {fee}", order.status)))
        })
        .await
}
