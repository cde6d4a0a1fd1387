//! Payouts: the fee in another coin, the fee in the same coin, to a Cwallet user, and a refund.

use ccpayment_client::v1::{
    ApiWithdrawal, Event, NetworkFeeQuery, PayStatus, UserQuery, Withdraw, WithdrawalQuery,
    WithdrawalStatus,
};
use payments_core::{Amount, MerchantRef};

use super::Shop;
use crate::demo::story::{Result, Story, TRON_ADDRESS, ensure};

const ETHEREUM_ADDRESS: &str = "0x52908400098527886e0f7030069857d2e4169ee7";
/// A test user of the sandbox.
const CWALLET_ID: &str = "9558861";

pub(super) async fn run(story: &mut Story, shop: &mut Shop) -> Result<()> {
    let usdt = shop.token("USDT", "TRX")?.to_owned();
    let query = NetworkFeeQuery::new(&*usdt).address(TRON_ADDRESS);
    let fee = shop.client.network_fee(query).await?.fee;
    story.step("network_fee", format!("sending USDT on TRC20 costs {fee}"));
    let (id, value): (_, Amount) = (MerchantRef::new("payout-1")?, "50".parse()?);
    let payout = Withdraw::new(id.clone(), &*usdt, TRON_ADDRESS, value);
    let made = shop.client.withdraw(payout.merchant_pays_fee(true)).await?;
    let charged = made.network_fee.ok_or("the response has no fee")?;
    ensure(charged.parts() == fee.parts(), &charged)?;
    ensure(made.net_receivable == Some(value), made.net_receivable)?;
    let net = charged.net(value, "USDT");
    ensure(net.is_none(), net)?;
    let (amount, coin) = charged.parts();
    shop.book.debit("USDT", Some(value))?;
    shop.book
        .debit(coin.ok_or("the fee has no coin")?, Some(amount))?;
    let result = format!("{value} USDT, and a fee of {charged} in addition");
    story.step("withdraw", result);
    complete(shop, &id).await?;
    story.step(
        "withdrawal_made",
        "webhook verified; a query returns Successful",
    );

    let (id, value): (_, Amount) = (MerchantRef::new("payout-2")?, "0.1".parse()?);
    let eth = shop.token("ETH", "ETH")?;
    let payout = Withdraw::new(id.clone(), eth, ETHEREUM_ADDRESS, value);
    let made = shop.client.withdraw(payout).await?;
    let net = made.network_fee.and_then(|fee| fee.net(value, "ETH"));
    let net = net.ok_or("the response has no fee in ETH")?;
    let event = complete(shop, &id).await?;
    ensure(event.net_receivable == Some(net), &event)?;
    shop.book.debit("ETH", Some(value))?;
    let result = format!("{value} ETH sent, {net} ETH arrives");
    story.step("receiver_pays_fee", result);

    let user = shop.client.check_user(UserQuery::new(CWALLET_ID)).await?;
    let name = user.nickname.ok_or("the user has no name")?;
    let result = format!("the Cwallet user {CWALLET_ID} is {name}");
    story.step("check_user", result);
    let (id, value): (_, Amount) = (MerchantRef::new("payout-3")?, "5".parse()?);
    let payout = Withdraw::new(id.clone(), &*usdt, CWALLET_ID, value);
    shop.client.withdraw(payout).await?;
    let event = complete(shop, &id).await?;
    let is_free = event.transfer.is_internal() && event.net_receivable == Some(value);
    ensure(is_free, &event)?;
    shop.book.debit("USDT", Some(value))?;
    let result = format!("{value} USDT to {name}, without a fee");
    story.step("internal_transfer", result);

    // The excess of the overpaid order goes back. A refund starts on the merchant platform, not in the API.
    let (id, excess): (_, Amount) = (MerchantRef::new("order-2")?, "2".parse()?);
    let made = shop.sandbox.refund(id.as_str(), "2").await?;
    shop.sandbox.complete(&made.order_id).await?;
    let event = shop.receiver.event().await?;
    let Event::Refund(refund) = &*event else {
        return Err(format!("the webhook is a {}", event.order_type()).into());
    };
    let is_ours = refund.merchant_order_id.as_deref() == Some(id.as_str());
    let is_sent = refund.transfer.status == PayStatus::Success && !event.is_credit();
    ensure(is_ours && is_sent, refund)?;
    let listed = shop.order(&id).await?.refunds.len();
    ensure(listed == 1, listed)?;
    shop.book.debit("USDT", Some(excess))?;
    let net = refund
        .net_receivable
        .ok_or("the webhook has no net amount")?;
    let result = format!("{excess} USDT sent back, {net} USDT arrives");
    story.step("refund", result);
    Ok(())
}

/// Completes a payout; its webhook and a query must both report the success.
async fn complete(shop: &mut Shop, id: &MerchantRef) -> Result<ApiWithdrawal> {
    shop.sandbox.complete(id.as_str()).await?;
    let event = shop.receiver.event().await?;
    let is_ours = event.merchant_order_id() == Some(id.as_str()) && !event.is_credit();
    ensure(is_ours, &event)?;
    let Event::ApiWithdrawal(withdrawal) = event.into_inner() else {
        return Err("the webhook is not for a withdrawal".into());
    };
    let status = &withdrawal.transfer.status;
    ensure(*status == PayStatus::Success, status)?;
    let found = shop
        .client
        .withdrawals(WithdrawalQuery::one(id.clone()))
        .await?;
    let status = found.find(id).map(|payout| &payout.status);
    ensure(status == Some(&WithdrawalStatus::Successful), status)?;
    Ok(withdrawal)
}
