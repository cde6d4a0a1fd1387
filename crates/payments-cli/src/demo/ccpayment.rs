//! CCPayment: a hosted page, orders paid in parts, in excess and late, a deposit, withdrawals, a refund, and balances
//! that add up.

use std::time::Duration;

use ccpayment_client::v1::{
    ApiDeposit, ApiWithdrawal, AssetsQuery, AssignAddress, Client, Coins, Config, CreateCheckout,
    CreateOrder, DEFAULT_BASE_URL, DepositOrder, DepositQuery, DepositStatus, Event,
    NetworkFeeQuery, PayStatus, Price, RateQuery, UserQuery, Verified, Webhooks, Withdraw,
    WithdrawalQuery, WithdrawalStatus, ack, nack,
};
use payments_core::{Amount, Clock as _, MerchantRef};
use payments_reqwest::SystemClock;
use payments_sandbox::{CcpaymentDeposit, Clock, Credentials, Sandbox};

use super::book::Book;
use super::browser::Browser;
use super::receiver::Receiver;
use super::story::{Result, Story, TRON_ADDRESS, ensure};

pub(crate) const ABOUT: &str =
    "orders paid in parts, in excess and late, a deposit, withdrawals and a refund";

const CUSTOMER: &str = "customer-7";
/// A test user of the sandbox.
const CWALLET_ID: &str = "9558861";
const ETHEREUM_ADDRESS: &str = "0x52908400098527886e0f7030069857d2e4169ee7";

pub(crate) async fn run(story: &mut Story) -> Result<()> {
    let mut shop = open(story).await?;
    hosted_page(story, &mut shop).await?;
    own_page(story, &mut shop).await?;
    deposit(story, &mut shop).await?;
    payouts(story, &mut shop).await?;
    let assets = shop.client.assets(AssetsQuery::all()).await?;
    let count = shop.book.compare(|coin| assets.of(coin)?.value)?;
    story.step("assets_after", format!("{count} balances match the books"));
    Ok(())
}

struct Shop {
    sandbox: Sandbox,
    client: Client,
    receiver: Receiver<Verified<Event>>,
    book: Book,
    coins: Coins,
}

async fn open(story: &mut Story) -> Result<Shop> {
    // Webhooks of payouts go to the account's URL, so the endpoint exists before the gateway.
    let test = Credentials::test().ccpayment;
    let config = |base_url: &str| Config::new(base_url, &*test.app_id, &*test.app_secret);
    let webhooks = Webhooks::new(&config(DEFAULT_BASE_URL)?);
    let receiver = Receiver::start(nack(), move |headers, body| {
        let event = webhooks.receive(headers, body, SystemClock::new().now());
        Some((event.ok()?, ack()))
    });
    let receiver = receiver.await?;
    story.step("start_receiver", format!("at {}", receiver.url()));
    // The sandbox's prices change with its clock, so the clock stands still.
    let clock = Clock::manual(SystemClock::new().now().as_millis());
    let builder = Sandbox::builder().clock(clock);
    let builder = builder.ccpayment_webhook_url(receiver.url());
    let sandbox = story.start_sandbox(builder).await?;
    let client = Client::new(&config(&format!("{}/ccpayment/v1/", sandbox.base_url()))?)?;
    story.step("connect", format!("as app {}", test.app_id));
    let assets = client.assets(AssetsQuery::all()).await?.assets;
    let book = Book::open(assets.iter().map(|asset| (&asset.crypto, asset.value)))?;
    story.step("assets_before", format!("{} balances", assets.len()));
    let coins = client.coins().await?;
    let usdt = coins.token("USDT", "TRX");
    let usdt = usdt.ok_or("there is no USDT on TRX")?;
    let fee_coin = usdt.network_fee_crypto.as_deref();
    let fee_coin = fee_coin.ok_or("the fee has no coin")?;
    story.step("coins", format!("the fee for USDT is in {fee_coin}"));
    Ok(Shop {
        sandbox,
        client,
        receiver,
        book,
        coins,
    })
}

impl Shop {
    /// The provider's id of a coin on a network.
    fn token(&self, coin: &str, network: &str) -> Result<&str> {
        let token = self.coins.token(coin, network).ok_or("a coin is missing")?;
        Ok(&token.token_id)
    }

    /// The next webhook, which must report a final payment of this order.
    async fn paid(&mut self, id: &MerchantRef) -> Result<ApiDeposit> {
        let event = self.receiver.event().await?;
        let is_ours = event.merchant_order_id() == Some(id.as_str());
        ensure(is_ours && event.is_credit(), &event)?;
        match event.into_inner() {
            Event::ApiDeposit(deposit) => Ok(deposit),
            other => Err(format!("the webhook is a {}", other.order_type()).into()),
        }
    }

    async fn order(&self, id: &MerchantRef) -> Result<DepositOrder> {
        let found = self.client.deposits(DepositQuery::one(id.clone())).await?;
        Ok(found.find(id).cloned().ok_or("the order is not found")?)
    }

    /// Books each payment of an order less its service fee.
    fn credit_payments(&mut self, order: &DepositOrder) -> Result<()> {
        for payment in &order.payments {
            let coin = payment.crypto.as_deref().ok_or("a payment has no coin")?;
            let sums = payment.amount.zip(payment.service_fee.as_ref());
            let net = sums.and_then(|(amount, fee)| fee.net(amount, coin));
            self.book.credit(coin, net)?;
        }
        Ok(())
    }

    /// An order to be paid in USDT on TRC20.
    async fn create(&self, name: &str, price: Price) -> Result<MerchantRef> {
        let id = MerchantRef::new(name)?;
        let order = CreateOrder::new(id.clone(), price, self.token("USDT", "TRX")?);
        let order = order.notify_url(self.receiver.url());
        self.client.create_order(order).await?;
        Ok(id)
    }
}

/// The customer chooses the coin on the provider's page and pays there.
async fn hosted_page(story: &mut Story, shop: &mut Shop) -> Result<()> {
    let (trx, price) = (shop.token("TRX", "TRX")?.to_owned(), "25.50".parse()?);
    let rate = shop.client.token_rate(RateQuery::new(price, &*trx)).await?;
    let due = rate.amount_due(price).ok_or("the rate cannot be applied")?;
    story.step("token_rate", format!("{price} USD are {due} TRX"));
    let id = MerchantRef::new("cart-1")?;
    let order = CreateCheckout::new(id.clone(), price, "One teapot");
    let order = order.notify_url(shop.receiver.url());
    let url = shop.client.create_checkout(order).await?.payment_url;
    story.step("create_checkout", format!("a payment page for {price} USD"));
    let browser = Browser::new()?;
    let page = browser.open(&url).await?;
    let choice = [("token_id", &*trx)];
    browser.submit(&page, "/pay/choose", &choice).await?;
    story.step("open_checkout_page", format!("{}; chose TRX", page.size()));
    let page = browser.open(&url).await?;
    browser.submit(&page, "/pay/pay", &[]).await?;
    story.step("pay", format!("paid {due} TRX on the page"));
    let paid = shop.paid(&id).await?;
    let sums = (paid.transfer.amount, paid.quote.order_amount);
    ensure(sums == (Some(due), Some(due)), sums)?;
    story.step("receive_webhook", "verified, acknowledged with success");
    let order = shop.order(&id).await?;
    let is_due = order.order_amount == Some(due);
    ensure(is_due && order.status == DepositStatus::Successful, &order)?;
    shop.credit_payments(&order)?;
    let mut fees = order.payments.iter().map(|payment| &payment.service_fee);
    let fee = fees.next().and_then(Option::as_ref);
    let fee = fee.ok_or("the payment has no service fee")?;
    story.step("query_order", format!("paid, the service fee is {fee}"));
    Ok(())
}

/// Orders on the shop's own page: paid in two parts, too much, and too late.
async fn own_page(story: &mut Story, shop: &mut Shop) -> Result<()> {
    let (id, price) = (MerchantRef::new("order-1")?, Price::usd("30".parse()?));
    let order = CreateOrder::new(id.clone(), price, shop.token("ETH", "ETH")?)
        .valid_for(Duration::from_secs(30 * 60))
        .notify_url(shop.receiver.url());
    let due = shop.client.amount_due(&order).await?;
    shop.client.create_order(order).await?;
    let ordered = shop.order(&id).await?.order_amount;
    ensure(ordered == Some(due), ordered)?;
    story.step("create_order", format!("30 USD is {due} ETH"));
    let part = "0.004".parse()?;
    shop.sandbox.pay(id.as_str(), Some("0.004")).await?;
    let first = shop.paid(&id).await?.transfer;
    ensure(first.amount == Some(part) && part < due, &first)?;
    story.step("part_payment", format!("{part} ETH of {due} ETH arrived"));
    shop.sandbox.pay(id.as_str(), None).await?;
    let second = shop.paid(&id).await?.transfer;
    ensure(second.record_id != first.record_id, &second)?;
    let order = shop.order(&id).await?;
    let mut amounts = order.payments.iter().map(|payment| payment.amount);
    let sum = amounts.try_fold(Amount::ZERO, |sum, amount| sum.checked_add(amount?));
    ensure(sum == Some(due), sum)?;
    shop.credit_payments(&order)?;
    story.step("pay_the_rest", "both payments add up to the price");

    let id = shop.create("order-2", Price::usd("10".parse()?)).await?;
    shop.sandbox.pay(id.as_str(), Some("12")).await?;
    let paid = shop.paid(&id).await?;
    let sums = paid.transfer.amount.zip(paid.quote.order_amount);
    let excess = sums.and_then(|(paid, due)| paid.checked_sub(due));
    let excess = excess.filter(|excess| !excess.is_zero());
    let excess = excess.ok_or("the webhook does not show the excess")?;
    shop.credit_payments(&shop.order(&id).await?)?;
    story.step("overpayment", format!("{excess} USDT more than due"));

    let price = Price::in_token("7.25".parse()?);
    let id = shop.create("order-3", price).await?;
    shop.sandbox.expire(id.as_str()).await?;
    let status = shop.order(&id).await?.status;
    ensure(status == DepositStatus::Expired, status)?;
    shop.sandbox.pay(id.as_str(), None).await?;
    shop.paid(&id).await?;
    shop.credit_payments(&shop.order(&id).await?)?;
    story.step("late_payment", "paid after it expired, and credited");
    Ok(())
}

/// A customer's permanent address takes coins at any time.
async fn deposit(story: &mut Story, shop: &mut Shop) -> Result<()> {
    let query = || AssignAddress::new(CUSTOMER, "TRX").notify_url(shop.receiver.url());
    let first = shop.client.deposit_address(query()).await?.address;
    let again = shop.client.deposit_address(query()).await?.address;
    ensure(first == again, again)?;
    let result = format!("one for {CUSTOMER}, always the same");
    story.step("permanent_address", result);
    let deposit = CcpaymentDeposit::new(CUSTOMER, shop.token("USDT", "TRX")?, "25.5");
    shop.sandbox.ccpayment_deposit(&deposit).await?;
    let event = shop.receiver.event().await?;
    let Event::DirectDeposit(direct) = &*event else {
        return Err(format!("the webhook is a {}", event.order_type()).into());
    };
    let is_ours = direct.user_id.as_deref() == Some(CUSTOMER);
    ensure(is_ours && event.is_credit(), direct)?;
    shop.book.credit("USDT", direct.credit_amount)?;
    let credit = direct.credit_amount.ok_or("no credited amount")?;
    story.step("direct_deposit", format!("{credit} USDT credited"));
    Ok(())
}

/// Payouts: the fee in another coin, the fee in the same coin, to a Cwallet user, and a refund.
async fn payouts(story: &mut Story, shop: &mut Shop) -> Result<()> {
    let usdt = shop.token("USDT", "TRX")?.to_owned();
    let query = NetworkFeeQuery::new(&*usdt).address(TRON_ADDRESS);
    let fee = shop.client.network_fee(query).await?.fee;
    story.step("network_fee", format!("{fee} to send USDT"));
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
    let coin = coin.ok_or("the fee has no coin")?;
    shop.book.debit(coin, Some(amount))?;
    story.step("withdraw", format!("{value} USDT, the fee is {charged}"));
    complete(shop, &id).await?;
    story.step("withdrawal_made", "confirmed by webhook and query");

    let (id, value): (_, Amount) = (MerchantRef::new("payout-2")?, "0.1".parse()?);
    let eth = shop.token("ETH", "ETH")?;
    let payout = Withdraw::new(id.clone(), eth, ETHEREUM_ADDRESS, value);
    let made = shop.client.withdraw(payout).await?;
    let net = made.network_fee.and_then(|fee| fee.net(value, "ETH"));
    let net = net.ok_or("the response has no fee in ETH")?;
    let event = complete(shop, &id).await?;
    ensure(event.net_receivable == Some(net), &event)?;
    shop.book.debit("ETH", Some(value))?;
    story.step("receiver_pays_fee", format!("{net} of {value} ETH arrives"));

    let user = shop.client.check_user(UserQuery::new(CWALLET_ID)).await?;
    let name = user.nickname.ok_or("the user has no name")?;
    story.step("check_user", format!("user {CWALLET_ID} is {name}"));
    let (id, value): (_, Amount) = (MerchantRef::new("payout-3")?, "5".parse()?);
    let payout = Withdraw::new(id.clone(), &*usdt, CWALLET_ID, value);
    shop.client.withdraw(payout).await?;
    let event = complete(shop, &id).await?;
    let is_free = event.transfer.is_internal() && event.net_receivable == Some(value);
    ensure(is_free, &event)?;
    shop.book.debit("USDT", Some(value))?;
    story.step("internal_transfer", format!("{value} USDT to {name}"));

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
    let net = refund.net_receivable.ok_or("no net amount")?;
    story.step("refund", format!("{net} of {excess} USDT arrives"));
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
    let query = WithdrawalQuery::one(id.clone());
    let found = shop.client.withdrawals(query).await?;
    let status = found.find(id).map(|payout| &payout.status);
    ensure(status == Some(&WithdrawalStatus::Successful), status)?;
    Ok(withdrawal)
}
