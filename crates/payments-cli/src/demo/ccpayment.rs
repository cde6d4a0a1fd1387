//! CCPayment: a hosted page, orders paid in parts, in excess and late, a deposit, withdrawals, a refund, and balances
//! that add up.

use std::time::Duration;

use ccpayment_client::v1::*;
use payments_core::{Amount, Clock as _, MerchantRef};
use payments_reqwest::SystemClock;
use payments_sandbox::{CcpaymentDeposit, Clock, Credentials, Sandbox};

use super::page::Page;
use super::shop::{Book, Receiver};
use super::story::{CUSTOMER, Result, Story, TRON_ADDRESS, ensure, ensure_eq, unexpected};
use crate::accounts_file;

/// A test user of the sandbox.
const CWALLET_ID: &str = "9558861";
const ETHEREUM_ADDRESS: &str = "0x52908400098527886e0f7030069857d2e4169ee7";

pub(crate) async fn run(story: &mut Story) -> Result<()> {
    story.say(
        "CCPayment: orders paid in part, in excess and late, a deposit, payouts, a refund\n",
    )?;
    // Webhooks of payouts go to the account's URL, so the endpoint exists before the gateway.
    let test = Credentials::test().ccpayment;
    let config = |base_url: &str| Config::new(base_url, &*test.app_id, &*test.app_secret);
    let webhooks = Webhooks::new(&config(DEFAULT_BASE_URL)?);
    let receiver = Receiver::start(nack(), move |headers, body| {
        let event = webhooks.receive(headers, body, SystemClock::new().now());
        Some((event.ok()?, ack()))
    })?;
    story.step("start_receiver", format!("at {}", receiver.url()))?;
    // The sandbox's prices change with its clock, so the clock stands still.
    let clock = Clock::manual(SystemClock::new().now().as_millis());
    let builder = Sandbox::builder().clock(clock);
    let builder = builder.ccpayment_webhook_url(receiver.url());
    let sandbox = story.start_sandbox(builder).await?;
    let client = Client::new(&config(&accounts_file::ccpayment_url(&sandbox))?)?;
    story.step("connect", format!("as app {}", test.app_id))?;
    let assets = client.assets(AssetsQuery::all()).await?.assets;
    let book = Book::open(assets.iter().map(|asset| (&asset.crypto, asset.value)))?;
    story.step("assets_before", format!("{} balances", assets.len()))?;
    let coins = client.coins().await?;
    let usdt = coins.token("USDT", "TRX");
    let fee_coin = usdt.and_then(|usdt| usdt.network_fee_crypto.as_deref());
    let fee_coin = fee_coin.ok_or("the fee for USDT has no coin")?;
    story.step("coins", format!("the fee for USDT is in {fee_coin}"))?;
    let mut shop = Shop {
        sandbox,
        client,
        receiver,
        book,
        coins,
    };
    payments(story, &mut shop).await?;
    payouts(story, &mut shop).await?;
    let assets = shop.client.assets(AssetsQuery::all()).await?;
    let result = shop.book.compare(|coin| assets.of(coin)?.value)?;
    story.step("assets_after", result)
}

struct Shop {
    sandbox: Sandbox,
    client: Client,
    receiver: Receiver<Verified<Event>>,
    book: Book,
    coins: Coins,
}

impl Shop {
    /// The provider's id of a coin on a network.
    fn token(&self, coin: &str, network: &str) -> Result<&str> {
        let token = self.coins.token(coin, network).ok_or("a coin is missing")?;
        Ok(&token.token_id)
    }

    /// The next webhook, which must report a final payment of this order.
    async fn paid(&mut self, id: &str) -> Result<ApiDeposit> {
        let event = self.receiver.event().await?.into_inner();
        let is_paid = event.merchant_order_id() == Some(id) && event.is_credit();
        match event {
            Event::ApiDeposit(deposit) if is_paid => Ok(deposit),
            other => unexpected(other),
        }
    }

    async fn order(&self, id: &str) -> Result<DepositOrder> {
        let id: MerchantRef = id.parse()?;
        let found = self.client.deposits(DepositQuery::one(id.clone())).await?;
        Ok(found.find(&id).cloned().ok_or("the order is not found")?)
    }

    /// Books each payment of an order less its service fee.
    async fn credit_order(&mut self, id: &str) -> Result<DepositOrder> {
        let order = self.order(id).await?;
        for payment in &order.payments {
            let coin = payment.crypto.as_deref().ok_or("a payment has no coin")?;
            let sums = payment.amount.zip(payment.service_fee.as_ref());
            let net = sums.and_then(|(amount, fee)| fee.net(amount, coin));
            self.book.credit(coin, net)?;
        }
        Ok(order)
    }

    /// Creates an order for the shop's own page. Returns what is due in the coin.
    async fn create(&self, id: &str, price: Price, token_id: &str) -> Result<Amount> {
        let order = CreateOrder::new(id.parse()?, price, token_id)
            .valid_for(Duration::from_secs(30 * 60))
            .notify_url(self.receiver.url());
        let due = self.client.amount_due(&order).await?;
        self.client.create_order(order).await?;
        Ok(due)
    }

    /// Completes a payout; its webhook and a query must both report the success.
    async fn complete(&mut self, id: &str) -> Result<ApiWithdrawal> {
        self.sandbox.complete(id).await?;
        let event = self.receiver.event().await?.into_inner();
        let is_ours = event.merchant_order_id() == Some(id) && !event.is_credit();
        let withdrawal = match event {
            Event::ApiWithdrawal(withdrawal) if is_ours => withdrawal,
            other => return unexpected(other),
        };
        ensure_eq(&withdrawal.transfer.status, &PayStatus::Success)?;
        let query = WithdrawalQuery::one(id.parse()?);
        let found = self.client.withdrawals(query).await?;
        let status = found.find(&id.parse()?).map(|payout| &payout.status);
        ensure_eq(status, Some(&WithdrawalStatus::Successful))?;
        Ok(withdrawal)
    }
}

/// Incoming money.
async fn payments(story: &mut Story, shop: &mut Shop) -> Result<()> {
    // The customer chooses the coin on the provider's page and pays there.
    let (trx, price) = (shop.token("TRX", "TRX")?.to_owned(), "25.50".parse()?);
    let rate = shop.client.token_rate(RateQuery::new(price, &*trx)).await?;
    let due = rate.amount_due(price).ok_or("the rate cannot be applied")?;
    story.step("token_rate", format!("{price} USD are {due} TRX"))?;
    let order = CreateCheckout::new("cart-1".parse()?, price, "One teapot");
    let order = order.notify_url(shop.receiver.url());
    let url = shop.client.create_checkout(order).await?.payment_url;
    story.step("create_checkout", format!("a payment page for {price} USD"))?;
    let page = Page::open(&url).await?;
    page.submit("/pay/choose", &[("token_id", &*trx)]).await?;
    story.step("open_checkout_page", "chose TRX")?;
    Page::open(&url).await?.submit("/pay/pay", &[]).await?;
    story.step("pay", format!("paid {due} TRX on the page"))?;
    let paid = shop.paid("cart-1").await?;
    let sums = (paid.transfer.amount, paid.quote.order_amount);
    ensure_eq(sums, (Some(due), Some(due)))?;
    story.step("receive_webhook", "verified, acknowledged with success")?;
    let order = shop.credit_order("cart-1").await?;
    let is_due = order.order_amount == Some(due);
    ensure(is_due && order.status == DepositStatus::Successful, &order)?;
    let fee = order
        .payments
        .first()
        .and_then(|paid| paid.service_fee.as_ref());
    let fee = fee.ok_or("the payment has no service fee")?;
    story.step("query_order", format!("paid, the service fee is {fee}"))?;

    // On the shop's own page: paid in two parts, too much, and too late.
    let usdt = shop.token("USDT", "TRX")?.to_owned();
    let (price, eth) = (Price::usd("30".parse()?), shop.token("ETH", "ETH")?);
    let due = shop.create("order-1", price, eth).await?;
    ensure_eq(shop.order("order-1").await?.order_amount, Some(due))?;
    story.step("create_order", format!("30 USD is {due} ETH"))?;
    let part = "0.004".parse()?;
    shop.sandbox.pay("order-1", Some("0.004")).await?;
    let first = shop.paid("order-1").await?.transfer;
    ensure(first.amount == Some(part) && part < due, &first)?;
    story.step("part_payment", format!("{part} ETH of {due} ETH arrived"))?;
    shop.sandbox.pay("order-1", None).await?;
    let second = shop.paid("order-1").await?.transfer;
    ensure(second.record_id != first.record_id, &second)?;
    let payments = shop.credit_order("order-1").await?.payments;
    let mut amounts = payments.iter().map(|payment| payment.amount);
    let sum = amounts.try_fold(Amount::ZERO, |sum, amount| sum.checked_add(amount?));
    ensure_eq(sum, Some(due))?;
    story.step("pay_the_rest", "both payments add up to the price")?;

    let price = Price::usd("10".parse()?);
    shop.create("order-2", price, &usdt).await?;
    shop.sandbox.pay("order-2", Some("12")).await?;
    let paid = shop.paid("order-2").await?;
    let sums = paid.transfer.amount.zip(paid.quote.order_amount);
    let excess = sums.and_then(|(paid, due)| paid.checked_sub(due));
    let excess = excess.filter(|excess| !excess.is_zero());
    let excess = excess.ok_or("the webhook does not show the excess")?;
    shop.credit_order("order-2").await?;
    story.step("overpayment", format!("{excess} USDT more than due"))?;

    let price = Price::in_token("7.25".parse()?);
    shop.create("order-3", price, &usdt).await?;
    shop.sandbox.expire("order-3").await?;
    ensure_eq(shop.order("order-3").await?.status, DepositStatus::Expired)?;
    shop.sandbox.pay("order-3", None).await?;
    shop.paid("order-3").await?;
    shop.credit_order("order-3").await?;
    story.step("late_payment", "paid after it expired, and credited")?;

    // A customer's permanent address takes coins at any time.
    let query = || AssignAddress::new(CUSTOMER, "TRX").notify_url(shop.receiver.url());
    let first = shop.client.deposit_address(query()).await?.address;
    let again = shop.client.deposit_address(query()).await?.address;
    ensure_eq(again, first)?;
    story.step("permanent_address", "always the same for the customer")?;
    let deposit = CcpaymentDeposit::new(CUSTOMER, shop.token("USDT", "TRX")?, "25.5");
    shop.sandbox.ccpayment_deposit(&deposit).await?;
    let event = shop.receiver.event().await?;
    let Event::DirectDeposit(direct) = &*event else {
        return unexpected(event);
    };
    let is_ours = direct.user_id.as_deref() == Some(CUSTOMER);
    ensure(is_ours && event.is_credit(), direct)?;
    shop.book.credit("USDT", direct.credit_amount)?;
    let credit = direct.credit_amount.ok_or("no credited amount")?;
    story.step("direct_deposit", format!("{credit} USDT credited"))
}

/// Payouts: the fee in another coin, the fee in the same coin, to a Cwallet user, and a refund.
async fn payouts(story: &mut Story, shop: &mut Shop) -> Result<()> {
    let usdt = shop.token("USDT", "TRX")?.to_owned();
    let query = NetworkFeeQuery::new(&*usdt).address(TRON_ADDRESS);
    let fee = shop.client.network_fee(query).await?.fee;
    story.step("network_fee", format!("{fee} to send USDT"))?;
    let value = "50".parse()?;
    let payout = Withdraw::new("payout-1".parse()?, &*usdt, TRON_ADDRESS, value);
    let made = shop.client.withdraw(payout.merchant_pays_fee(true)).await?;
    ensure_eq(made.net_receivable, Some(value))?;
    let charged = made.network_fee.ok_or("the response has no fee")?;
    let is_in_usdt = charged.net(value, "USDT").is_some();
    ensure(charged.parts() == fee.parts() && !is_in_usdt, &charged)?;
    let (amount, coin) = charged.parts();
    shop.book.debit("USDT", Some(value))?;
    shop.book
        .debit(coin.ok_or("the fee has no coin")?, Some(amount))?;
    story.step("withdraw", format!("{value} USDT, the fee is {charged}"))?;
    shop.complete("payout-1").await?;
    story.step("withdrawal_made", "confirmed by webhook and query")?;

    let (value, eth) = ("0.1".parse()?, shop.token("ETH", "ETH")?);
    let payout = Withdraw::new("payout-2".parse()?, eth, ETHEREUM_ADDRESS, value);
    let made = shop.client.withdraw(payout).await?;
    let net = made.network_fee.and_then(|fee| fee.net(value, "ETH"));
    let net = net.ok_or("the response has no fee in ETH")?;
    let event = shop.complete("payout-2").await?;
    ensure(event.net_receivable == Some(net), &event)?;
    shop.book.debit("ETH", Some(value))?;
    story.step("receiver_pays_fee", format!("{net} of {value} ETH arrives"))?;

    let user = shop.client.check_user(UserQuery::new(CWALLET_ID)).await?;
    let name = user.nickname.ok_or("the user has no name")?;
    story.step("check_user", format!("user {CWALLET_ID} is {name}"))?;
    let value = "5".parse()?;
    let payout = Withdraw::new("payout-3".parse()?, &*usdt, CWALLET_ID, value);
    shop.client.withdraw(payout).await?;
    let event = shop.complete("payout-3").await?;
    let is_free = event.transfer.is_internal() && event.net_receivable == Some(value);
    ensure(is_free, &event)?;
    shop.book.debit("USDT", Some(value))?;
    story.step("internal_transfer", format!("{value} USDT to {name}"))?;

    // The excess of the overpaid order goes back. A refund starts on the merchant platform, not in the API.
    let made = shop.sandbox.refund("order-2", "2").await?;
    shop.sandbox.complete(&made.order_id).await?;
    let event = shop.receiver.event().await?;
    let Event::Refund(refund) = &*event else {
        return unexpected(event);
    };
    let is_ours = refund.merchant_order_id.as_deref() == Some("order-2");
    let is_sent = refund.transfer.status == PayStatus::Success && !event.is_credit();
    ensure(is_ours && is_sent, refund)?;
    ensure_eq(shop.order("order-2").await?.refunds.len(), 1)?;
    shop.book.debit("USDT", Some("2".parse()?))?;
    let net = refund.net_receivable.ok_or("no net amount")?;
    story.step("refund", format!("{net} of 2 USDT arrives"))
}
