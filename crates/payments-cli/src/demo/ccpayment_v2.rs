//! CCPayment v2: an invoice paid on its page, an order paid in parts, webhooks without amounts, payouts, an exchange, a lost
//! answer, and balances that add up.

use std::time::Duration;

use ccpayment_client::v2::*;
use payments_core::{Amount, Clock as _, Kind, Timestamp};
use payments_reqwest::SystemClock;
use payments_sandbox::{Credentials, Fault, Gateway, Sandbox};

use super::page::Page;
use super::shop::{Book, Receiver};
use super::story::{Result, Story, ensure, ensure_eq, unexpected};
use crate::accounts_file;

const USDT: u64 = 1280;
const POL: u64 = 1329;
const CHAIN: &str = "POLYGON";
/// A test user of the sandbox.
const CWALLET_ID: &str = "9454818";
const ADDRESS: &str = "0x52908400098527886e0f7030069857d2e4169ee7";

pub(crate) async fn run(story: &mut Story) -> Result<()> {
    story.say("CCPayment v2: an invoice, an order, payouts, an exchange, a lost answer\n")?;
    // Webhooks of payouts go to the account's URL, so the endpoint exists before the gateway.
    let test = Credentials::test().ccpayment_v2;
    let config = |base_url: &str| Config::new(base_url, &*test.app_id, &*test.app_secret);
    let webhooks = Webhooks::new(&config(DEFAULT_BASE_URL)?);
    let receiver = Receiver::start(nack(), move |headers, body| {
        let event = webhooks.receive(headers, body, SystemClock::new().now());
        Some((event.ok()?, ack()))
    })?;
    story.step("start_receiver", format!("at {}", receiver.url()))?;
    let builder = Sandbox::builder().ccpayment_v2_webhook_url(receiver.url());
    // Only final states are pushed, as the provider does at times.
    let builder = builder.ccpayment_v2_push_every_state(false);
    let sandbox = story.start_sandbox(builder).await?;
    let client = Client::new(&config(&accounts_file::ccpayment_v2_url(&sandbox))?)?;
    story.step("connect", format!("as app {}", test.app_id))?;
    let mut shop = Shop {
        book: Book::open(std::iter::empty())?,
        sandbox,
        client,
        receiver,
    };
    shop.check_url(story).await?;
    let assets = shop.client.assets().await?.assets;
    let symbols = assets.iter().map(|one| one.coin_symbol.clone());
    let symbols: Option<Vec<String>> = symbols.collect();
    let symbols = symbols.ok_or("an asset has no symbol")?;
    let available = assets.iter().map(|one| one.available);
    shop.book = Book::open(symbols.iter().zip(available))?;
    story.step("assets_before", format!("{} balances", assets.len()))?;
    let coins = shop.client.coins().await?;
    let usdt = coins.get(USDT).ok_or("USDT is not enabled")?;
    let chains = usdt.networks.len();
    story.step("coins", format!("USDT is coin {USDT}, on {chains} chains"))?;
    payments(story, &mut shop).await?;
    payouts(story, &mut shop).await?;
    let assets = shop.client.assets().await?;
    let result = shop.book.compare(|symbol| {
        let mut all = assets.assets.iter();
        let asset = all.find(|one| one.coin_symbol.as_deref() == Some(symbol));
        asset?.available
    })?;
    story.step("assets_after", result)
}

struct Shop {
    sandbox: Sandbox,
    client: Client,
    receiver: Receiver<Verified<Event>>,
    book: Book,
}

impl Shop {
    /// Saving a URL in the console sends a webhook that is about nothing.
    async fn check_url(&mut self, story: &mut Story) -> Result<()> {
        self.sandbox.ccpayment_v2_probe().await?;
        let event = self.receiver.event().await?;
        ensure(matches!(&*event, Event::Activation), &event)?;
        story.step("webhook_url", "the check of the URL is acknowledged")
    }

    /// The record of the next webhook, which must be a confirmed payment of this order. It is booked less its service fee.
    async fn paid(&mut self, id: &str) -> Result<Deposit> {
        let event = self.receiver.event().await?.into_inner();
        let deposit = match &event {
            Event::ApiDeposit(paid) if paid.order_id.as_deref() == Some(id) => {
                self.client.deposit(paid.query()).await?
            }
            other => return unexpected(other),
        };
        ensure(deposit.is_credit(), &deposit)?;
        let coin = deposit.coin_symbol.as_deref();
        let fee = deposit
            .service_fee
            .ok_or("the payment has no service fee")?;
        let coin = coin.ok_or("the payment has no coin")?;
        self.book.credit(coin, deposit.amount.checked_sub(fee))?;
        Ok(deposit)
    }

    /// Completes a payout to a chain; its webhook and its record must both report the success.
    async fn complete(&mut self, payout: &Withdraw, id: &str) -> Result<WithdrawalRecord> {
        self.sandbox.complete(id).await?;
        let event = self.receiver.event().await?.into_inner();
        let query = match &event {
            Event::ApiWithdrawal(made) if made.order_id.as_deref() == Some(id) => made.query(),
            other => return unexpected(other),
        };
        let record = self.client.withdrawal(query).await?;
        ensure_eq(&record.status, &WithdrawalStatus::Success)?;
        // Compares amount, coin and address with what was requested.
        let confirmed = self.client.confirm(payout).await?;
        ensure(confirmed.is_some(), &record)?;
        Ok(record)
    }
}

/// When an order ends that is made now.
fn in_half_an_hour() -> Result<Timestamp> {
    let end = SystemClock::new()
        .now()
        .checked_add(Duration::from_secs(30 * 60));
    Ok(end.ok_or("the machine's clock is wrong")?)
}

/// Incoming money.
async fn payments(story: &mut Story, shop: &mut Shop) -> Result<()> {
    // The customer chooses the coin on the provider's page and pays there.
    let price = Price::usd("25.50".parse()?);
    let invoice = CreateInvoice::new("cart-1".parse()?, price, in_half_an_hour()?);
    let invoice = invoice.product("One teapot");
    let url = shop
        .client
        .create_invoice(invoice.clone())
        .await?
        .invoice_url;
    story.step("create_invoice", "a payment page for 25.50 USD")?;
    let page = Page::open(&url).await?;
    let chosen = format!("{POL} {CHAIN}");
    page.submit("/ccpayment_v2/pay/choose", &[("choice", &chosen)])
        .await?;
    story.step("open_invoice_page", "chose POL on Polygon")?;
    let page = Page::open(&url).await?;
    page.submit("/ccpayment_v2/pay/pay", &[]).await?;
    story.step("pay", "paid in POL on the page")?;
    let paid = shop.paid("cart-1").await?;
    let amount = paid.amount;
    story.step(
        "receive_webhook",
        format!("verified, without an amount; its record has {amount} POL"),
    )?;
    let invoice = shop.client.invoice(invoice.query()).await?;
    ensure(invoice.is_paid(), &invoice)?;
    let value = invoice.credited().ok_or("the invoice has no value")?;
    story.step("query_invoice", format!("paid, worth {value} USD"))?;

    // On the shop's own page. The answer to the order is lost: a query returns address and amount.
    let fault = Fault::after(Gateway::CCPAYMENT_V2).call("createAppOrderDepositAddress");
    shop.sandbox.fault(fault)?;
    let price = Price::coin("30".parse()?, USDT);
    let order = CreateOrder::new("order-1".parse()?, USDT, CHAIN, price, in_half_an_hour()?);
    let lost = shop.client.create_order(order.clone()).await;
    let lost = lost.err().ok_or("the answer was not lost")?;
    story.step("lost_answer", format!("outcome {:?}", lost.outcome()))?;
    let found = shop.client.confirm(&order).await?;
    let found = found.ok_or("the order is not found")?;
    let due = found.amount_to_pay;
    ensure(found.to_address.is_some(), &found)?;
    story.step(
        "confirm_order",
        format!("it exists: {due} USDT, with address"),
    )?;
    shop.sandbox.pay("order-1", Some("12")).await?;
    let first = shop.paid("order-1").await?;
    let order_now = shop.client.order(order.query()).await?;
    ensure(!order_now.is_paid() && first.amount < due, &order_now)?;
    story.step(
        "part_payment",
        format!("{} of {due} USDT arrived", first.amount),
    )?;
    shop.sandbox.pay("order-1", None).await?;
    let second = shop.paid("order-1").await?;
    let order_now = shop.client.order(order.query()).await?;
    ensure(
        order_now.is_paid() && second.record_id != first.record_id,
        &order_now,
    )?;
    ensure_eq(order_now.credited(), Some(due))?;
    story.step("pay_the_rest", "two records add up to the amount due")
}

/// Money going out, and an exchange.
async fn payouts(story: &mut Story, shop: &mut Shop) -> Result<()> {
    let value: Amount = "50".parse()?;
    let payout = Withdraw::new("payout-1".parse()?, USDT, CHAIN, ADDRESS, value);
    let payout = payout.merchant_pays_fee(true);
    shop.client.withdraw(payout.clone()).await?;
    story.step(
        "withdraw",
        format!("{value} USDT accepted, which is not paid yet"),
    )?;
    let record = shop.complete(&payout, "payout-1").await?;
    let fee = record.fee.ok_or("the record has no fee")?;
    let symbol = fee.coin_symbol.as_deref().ok_or("the fee has no coin")?;
    shop.book.debit("USDT", Some(value))?;
    shop.book.debit(symbol, Some(fee.amount))?;
    story.step(
        "withdrawal_made",
        format!("by webhook and record, fee {} {symbol}", fee.amount),
    )?;
    let repeated = shop.client.withdraw(payout).await;
    let refused = repeated.err().ok_or("the payout was made twice")?;
    ensure_eq(refused.kind(), Kind::Duplicate)?;
    let code = refused.code().unwrap_or_default();
    story.step("repeat_it", format!("refused with code {code}: made once"))?;

    let value: Amount = "5".parse()?;
    let payout = WithdrawToCwallet::new("payout-2".parse()?, USDT, CWALLET_ID, value);
    shop.client.withdraw_to_cwallet(payout.clone()).await?;
    shop.sandbox.complete("payout-2").await?;
    let record = shop.client.withdrawal(payout.query()).await?;
    ensure_eq(&record.status, &WithdrawalStatus::Success)?;
    shop.book.debit("USDT", Some(record.amount))?;
    story.step(
        "transfer",
        format!("{value} USDT to a Cwallet user; it has no webhook"),
    )?;

    let value: Amount = "100".parse()?;
    let estimate = EstimateSwap::new(USDT, value, POL);
    let estimate = shop.client.estimate_swap(estimate).await?;
    let least = estimate.net_amount_out;
    story.step("estimate_swap", format!("{value} USDT are {least} POL"))?;
    let swap = Swap::new("swap-1".parse()?, USDT, value, POL, least);
    shop.client.swap(swap.clone()).await?;
    let record = shop.client.confirm(&swap).await?;
    let record = record.ok_or("the swap has no record")?;
    ensure_eq(&record.status, &SwapStatus::Success)?;
    shop.book.debit("USDT", Some(record.amount_in))?;
    shop.book.credit("POL", Some(record.net_amount_out))?;
    story.step(
        "swap",
        format!("{} POL, confirmed by its record", record.net_amount_out),
    )
}
