//! Money goes out: with a fee in another coin, with one in the same, inside Cwallet, and back to a payer.

use ccpayment_client::v1::{
    ApiWithdrawal, Event, NetworkFeeQuery, PayStatus, UserQuery, Withdraw, WithdrawalQuery,
    WithdrawalStatus,
};
use payments_core::MerchantRef;

use super::{Shop, amount, reference, text};
use crate::demo::story::{Stopped, Story};

const TRON_ADDRESS: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";
const ETHEREUM_ADDRESS: &str = "0x52908400098527886e0f7030069857d2e4169ee7";
/// A test user of the sandbox.
const CWALLET_ID: &str = "9558861";

pub(super) async fn tell(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    fee_in_another_coin(story, shop).await?;
    fee_in_the_same_coin(story, shop).await?;
    inside_cwallet(story, shop).await?;
    refund(story, shop).await
}

async fn fee_in_another_coin(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    let fee = story
        .step("network_fee", async {
            let query = NetworkFeeQuery::new(&*shop.tokens.usdt).address(TRON_ADDRESS);
            let fee = shop.client.network_fee(query).await.map_err(text)?.fee;
            let told = format!("{fee} for USDT on TRC20");
            Ok::<_, String>((fee, told))
        })
        .await?;
    let id = story
        .step("withdraw", async {
            let (id, value) = (reference("payout-1")?, amount("50")?);
            let payout = Withdraw::new(id.clone(), &*shop.tokens.usdt, TRON_ADDRESS, value)
                .merchant_pays_fee(true);
            let made = shop.client.withdraw(payout).await.map_err(text)?;
            let told = made.network_fee.ok_or("the gateway names no fee")?;
            if told.parts() != fee.parts() || made.net_receivable != Some(value) {
                return Err(format!(
                    "{told}, the receiver gets {:?}",
                    made.net_receivable
                ));
            }
            if told.net(value, "USDT").is_some() {
                return Err("TRX were subtracted from USDT".to_owned());
            }
            shop.book.debit("USDT", Some(value))?;
            shop.book.debit_fee(&told)?;
            Ok::<_, String>((id, format!("{value} USDT, and {told} on top")))
        })
        .await?;
    story
        .step("withdrawal_made", async {
            completed(shop, &id).await?;
            Ok::<_, String>(((), "webhook verified, query says Successful".to_owned()))
        })
        .await
}

async fn fee_in_the_same_coin(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    story
        .step("receiver_pays_fee", async {
            let (id, value) = (reference("payout-2")?, amount("0.1")?);
            let payout = Withdraw::new(id.clone(), &*shop.tokens.eth, ETHEREUM_ADDRESS, value);
            let made = shop.client.withdraw(payout).await.map_err(text)?;
            let net = made.network_fee.and_then(|fee| fee.net(value, "ETH"));
            let event = completed(shop, &id).await?;
            if net.is_none() || event.net_receivable != net {
                return Err(format!("the receiver gets {:?}", event.net_receivable));
            }
            shop.book.debit("ETH", Some(value))?;
            let net = net.map_or_else(String::new, |net| net.to_string());
            Ok::<_, String>(((), format!("of {value} ETH {net} arrive")))
        })
        .await
}

async fn inside_cwallet(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    let name = story
        .step("check_user", async {
            let user = shop.client.check_user(UserQuery::new(CWALLET_ID)).await;
            let name = user.map_err(text)?.nickname.ok_or("the user has no name")?;
            let told = format!("{CWALLET_ID} is {name}");
            Ok::<_, String>((name, told))
        })
        .await?;
    story
        .step("internal_transfer", async {
            let (id, value) = (reference("payout-3")?, amount("5")?);
            let payout = Withdraw::new(id.clone(), &*shop.tokens.usdt, CWALLET_ID, value);
            shop.client.withdraw(payout).await.map_err(text)?;
            let event = completed(shop, &id).await?;
            if !event.transfer.is_internal() || event.net_receivable != Some(value) {
                return Err("it went over a chain".to_owned());
            }
            shop.book.debit("USDT", Some(value))?;
            Ok::<_, String>(((), format!("{value} USDT to {name}, without a fee")))
        })
        .await
}

/// The surplus of the over-paid order goes back, which begins on the merchant platform.
async fn refund(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    story
        .step("refund", async {
            let (id, surplus) = (reference("order-2")?, amount("2")?);
            let made = shop.sandbox.refund(id.as_str(), "2").await.map_err(text)?;
            shop.sandbox.complete(&made.order_id).await.map_err(text)?;
            let event = shop.receiver.event().await?;
            let Event::Refund(refund) = &*event else {
                return Err(format!("the webhook is a {}", event.order_type()));
            };
            let back = refund.merchant_order_id.as_deref() == Some(id.as_str());
            if !back || refund.transfer.status != PayStatus::Success || event.is_credit() {
                return Err("the webhook tells of something else".to_owned());
            }
            if shop.order(&id).await?.refunds.len() != 1 {
                return Err("the order does not show its refund".to_owned());
            }
            shop.book.debit("USDT", Some(surplus))?;
            let net = refund.net_receivable.ok_or("what arrives is not told")?;
            Ok::<_, String>(((), format!("of {surplus} USDT {net} arrive")))
        })
        .await
}

/// The payout is made; webhook and query must both tell it.
async fn completed(shop: &mut Shop, id: &MerchantRef) -> Result<ApiWithdrawal, String> {
    shop.sandbox.complete(id.as_str()).await.map_err(text)?;
    let event = shop.receiver.event().await?;
    if event.is_credit() || event.merchant_order_id() != Some(id.as_str()) {
        return Err("the webhook tells of something else".to_owned());
    }
    let Event::ApiWithdrawal(withdrawal) = event.into_inner() else {
        return Err("the webhook is about no withdrawal".to_owned());
    };
    let found = shop.client.withdrawals(WithdrawalQuery::one(id.clone()));
    let found = found.await.map_err(text)?;
    let status = found.find(id).map(|payout| &payout.status);
    if withdrawal.transfer.status != PayStatus::Success
        || status != Some(&WithdrawalStatus::Successful)
    {
        return Err(format!("the payout is {status:?}"));
    }
    Ok(withdrawal)
}
