//! Money comes in for orders of the shop's own page: in two parts, too much, too late, and without any order.

use std::time::Duration;

use ccpayment_client::v1::{AssignAddress, CreateOrder, DepositStatus, Event, Price};
use payments_core::{Amount, MerchantRef};
use payments_sandbox::CcpaymentDeposit;

use super::{CUSTOMER, Shop, amount, reference, text};
use crate::demo::story::{Stopped, Story};

pub(super) async fn tell(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    in_parts(story, shop).await?;
    story
        .step("overpayment", async {
            let id = make(shop, "order-2", Price::usd(amount("10")?)).await?;
            shop.sandbox
                .pay(id.as_str(), Some("12"))
                .await
                .map_err(text)?;
            let paid = shop.paid(&id).await?;
            let surplus = paid
                .transfer
                .amount
                .zip(paid.quote.order_amount)
                .and_then(|(paid, due)| paid.checked_sub(due))
                .filter(|surplus| !surplus.is_zero())
                .ok_or("the webhook does not show the surplus")?;
            shop.book.credit_payments(&shop.order(&id).await?)?;
            Ok::<_, String>(((), format!("{surplus} USDT too much, seen by the amounts")))
        })
        .await?;
    story
        .step("late_payment", async {
            let id = make(shop, "order-3", Price::in_token(amount("7.25")?)).await?;
            shop.sandbox.expire(id.as_str()).await.map_err(text)?;
            let status = shop.order(&id).await?.status;
            if status != DepositStatus::Expired {
                return Err(format!("the order is {status}"));
            }
            shop.sandbox.pay(id.as_str(), None).await.map_err(text)?;
            shop.paid(&id).await?;
            shop.book.credit_payments(&shop.order(&id).await?)?;
            Ok::<_, String>(((), "expired, then paid: credited all the same".to_owned()))
        })
        .await?;
    permanent_address(story, shop).await
}

/// An order to be paid in USDT on TRC20.
async fn make(shop: &Shop, name: &str, price: Price) -> Result<MerchantRef, String> {
    let id = reference(name)?;
    let order =
        CreateOrder::new(id.clone(), price, &*shop.tokens.usdt).notify_url(shop.receiver.url());
    shop.client.create_order(order).await.map_err(text)?;
    Ok(id)
}

async fn in_parts(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    let (id, due) = story
        .step("create_order", async {
            let id = reference("order-1")?;
            let order = CreateOrder::new(id.clone(), Price::usd(amount("30")?), &*shop.tokens.eth)
                .valid_for(Duration::from_secs(30 * 60))
                .notify_url(shop.receiver.url());
            let due = shop.client.amount_due(&order).await.map_err(text)?;
            shop.client.create_order(order).await.map_err(text)?;
            let asked = shop.order(&id).await?.order_amount;
            if asked != Some(due) {
                return Err(format!("{due} were computed, {asked:?} are due"));
            }
            Ok::<_, String>(((id, due), format!("30 USD, which is {due} ETH")))
        })
        .await?;
    let first = story
        .step("part_payment", async {
            let part = amount("0.004")?;
            shop.sandbox
                .pay(id.as_str(), Some("0.004"))
                .await
                .map_err(text)?;
            let paid = shop.paid(&id).await?;
            if paid.transfer.amount != Some(part) || part >= due {
                return Err(format!("paid were {:?}", paid.transfer.amount));
            }
            Ok::<_, String>((paid, format!("{part} ETH came, {due} were due")))
        })
        .await?;
    story
        .step("pay_the_rest", async {
            shop.sandbox.pay(id.as_str(), None).await.map_err(text)?;
            let second = shop.paid(&id).await?;
            if second.transfer.record_id == first.transfer.record_id {
                return Err("both webhooks have one record id".to_owned());
            }
            let order = shop.order(&id).await?;
            let sum = order
                .payments
                .iter()
                .try_fold(Amount::ZERO, |sum, payment| {
                    sum.checked_add(payment.amount?)
                });
            if sum != Some(due) {
                return Err(format!("all payments are {sum:?}"));
            }
            shop.book.credit_payments(&order)?;
            Ok::<_, String>((
                (),
                "a second webhook with a record id of its own; both make the sum".to_owned(),
            ))
        })
        .await
}

async fn permanent_address(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    story
        .step("permanent_address", async {
            let query = || AssignAddress::new(CUSTOMER, "TRX").notify_url(shop.receiver.url());
            let first = shop.client.deposit_address(query()).await.map_err(text)?;
            let again = shop.client.deposit_address(query()).await.map_err(text)?;
            if first.address != again.address {
                return Err("the customer has two addresses".to_owned());
            }
            Ok::<_, String>(((), format!("one of {CUSTOMER} on TRX, twice the same")))
        })
        .await?;
    story
        .step("direct_deposit", async {
            let deposit = CcpaymentDeposit::new(CUSTOMER, &*shop.tokens.usdt, "25.5");
            let made = shop.sandbox.ccpayment_deposit(&deposit).await;
            made.map_err(text)?;
            let event = shop.receiver.event().await?;
            let Event::DirectDeposit(direct) = &*event else {
                return Err(format!("the webhook is a {}", event.order_type()));
            };
            if !event.is_credit() || direct.user_id.as_deref() != Some(CUSTOMER) {
                return Err("the webhook tells of another deposit".to_owned());
            }
            shop.book.credit("USDT", direct.credit_amount)?;
            let credit = direct.credit_amount.ok_or("no credit is told")?;
            Ok::<_, String>(((), format!("25.5 USDT came, {credit} are credited")))
        })
        .await
}
