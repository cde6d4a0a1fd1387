//! CCPayment: a hosted page, orders paid in parts, in excess and late, a deposit, withdrawals, a refund, and balances
//! that add up.

mod payouts;

use std::time::Duration;

use ccpayment_client::v1::{
    ApiDeposit, AssetsQuery, AssignAddress, Client, Coins, Config, CreateCheckout, CreateOrder,
    DEFAULT_BASE_URL, DepositOrder, DepositQuery, DepositStatus, Event, Price, RateQuery, Verified,
    Webhooks, ack, nack,
};
use payments_core::{Amount, Clock as _, MerchantRef};
use payments_reqwest::SystemClock;
use payments_sandbox::{CcpaymentDeposit, Clock, Credentials, Sandbox};

use super::book::Book;
use super::browser::Browser;
use super::receiver::Receiver;
use super::story::{Result, Story, ensure};

pub(crate) const ABOUT: &str =
    "orders paid in parts, in excess and late, a deposit, withdrawals and a refund";

const CUSTOMER: &str = "customer-7";

pub(crate) async fn run(story: &mut Story) -> Result<()> {
    let mut shop = open(story).await?;
    hosted_page(story, &mut shop).await?;
    own_page(story, &mut shop).await?;
    deposit(story, &mut shop).await?;
    payouts::run(story, &mut shop).await?;
    let assets = shop.client.assets(AssetsQuery::all()).await?;
    let count = shop.book.compare(|coin| assets.of(coin)?.value)?;
    let result = format!("{count} balances match the books to the last digit");
    story.step("assets_after", result);
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
    let receiver = Receiver::start(move |headers, body| {
        let event = webhooks.receive(headers, body, SystemClock::new().now());
        event.map(|event| (event, ack())).map_err(|_| nack())
    });
    let receiver = receiver.await?;
    let result = format!("webhooks go to {}", receiver.url());
    story.step("start_receiver", result);
    // The sandbox's prices change with its clock, so the clock stands still.
    let clock = Clock::manual(SystemClock::new().now().as_millis());
    let builder = Sandbox::builder()
        .clock(clock)
        .ccpayment_webhook_url(receiver.url());
    let sandbox = story.start_sandbox(builder).await?;
    let client = Client::new(&config(&format!("{}/ccpayment/v1/", sandbox.base_url()))?)?;
    story.step("connect", format!("as the test app {}", test.app_id));
    let assets = client.assets(AssetsQuery::all()).await?.assets;
    let book = Book::open(assets.iter().map(|asset| (&asset.crypto, asset.value)))?;
    let result = format!("{} USDT available", book.balance("USDT")?);
    story.step("assets_before", result);
    let coins = client.coins().await?;
    let usdt = coins
        .token("USDT", "TRX")
        .ok_or("there is no USDT on TRX")?;
    let fee_coin = usdt
        .network_fee_crypto
        .as_deref()
        .ok_or("the fee has no coin")?;
    let count = coins.coins.len();
    let result = format!("{count} coins; sending USDT on TRC20 costs {fee_coin}");
    story.step("coins", result);
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
            self.book
                .credit(coin, sums.and_then(|(amount, fee)| fee.net(amount, coin)))?;
        }
        Ok(())
    }

    /// An order to be paid in USDT on TRC20.
    async fn create(&self, name: &str, price: Price) -> Result<MerchantRef> {
        let id = MerchantRef::new(name)?;
        let order = CreateOrder::new(id.clone(), price, self.token("USDT", "TRX")?);
        self.client
            .create_order(order.notify_url(self.receiver.url()))
            .await?;
        Ok(id)
    }
}

/// The customer chooses the coin on the provider's page and pays there.
async fn hosted_page(story: &mut Story, shop: &mut Shop) -> Result<()> {
    let (trx, price) = (shop.token("TRX", "TRX")?.to_owned(), "25.50".parse()?);
    let rate = shop.client.token_rate(RateQuery::new(price, &*trx)).await?;
    let due = rate.amount_due(price).ok_or("the rate cannot be applied")?;
    let result = format!("1 TRX costs {} USD, {price} USD are {due} TRX", rate.price);
    story.step("token_rate", result);
    let id = MerchantRef::new("cart-1")?;
    let order = CreateCheckout::new(id.clone(), price, "One teapot");
    let order = order.notify_url(shop.receiver.url());
    let url = shop.client.create_checkout(order).await?.payment_url;
    story.step("create_checkout", format!("a payment page for {price} USD"));
    let browser = Browser::new()?;
    let page = browser.open(&url).await?;
    browser
        .submit(&page, "/pay/choose", &[("token_id", &trx)])
        .await?;
    story.step("open_checkout_page", format!("{}; chose TRX", page.size()));
    let page = browser.open(&url).await?;
    browser.submit(&page, "/pay/pay", &[]).await?;
    let result = format!("submitted the form on the page for {due} TRX");
    story.step("pay", result);
    let paid = shop.paid(&id).await?;
    let sums = (paid.transfer.amount, paid.quote.order_amount);
    ensure(sums == (Some(due), Some(due)), sums)?;
    story.step(
        "receive_webhook",
        "signature verified, acknowledged with success",
    );
    let order = shop.order(&id).await?;
    let is_due = order.order_amount == Some(due);
    ensure(is_due && order.status == DepositStatus::Successful, &order)?;
    shop.credit_payments(&order)?;
    let fee = order
        .payments
        .first()
        .and_then(|payment| payment.service_fee.as_ref());
    let fee = fee.ok_or("the payment has no service fee")?;
    let result = format!("the order is {}, service fee {fee}", order.status);
    story.step("query_order", result);
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
    let result = format!("an order for 30 USD, which is {due} ETH");
    story.step("create_order", result);
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
    story.step(
        "pay_the_rest",
        "a second webhook; both payments add up to the price",
    );

    let id = shop.create("order-2", Price::usd("10".parse()?)).await?;
    shop.sandbox.pay(id.as_str(), Some("12")).await?;
    let paid = shop.paid(&id).await?;
    let sums = paid.transfer.amount.zip(paid.quote.order_amount);
    let excess = sums.and_then(|(paid, due)| paid.checked_sub(due));
    let excess = excess.filter(|excess| !excess.is_zero());
    let excess = excess.ok_or("the webhook does not show the excess")?;
    shop.credit_payments(&shop.order(&id).await?)?;
    let result = format!("the webhook shows {excess} USDT too much");
    story.step("overpayment", result);

    let id = shop
        .create("order-3", Price::in_token("7.25".parse()?))
        .await?;
    shop.sandbox.expire(id.as_str()).await?;
    let status = shop.order(&id).await?.status;
    ensure(status == DepositStatus::Expired, status)?;
    shop.sandbox.pay(id.as_str(), None).await?;
    shop.paid(&id).await?;
    shop.credit_payments(&shop.order(&id).await?)?;
    story.step(
        "late_payment",
        "paid after it expired; the money is credited all the same",
    );
    Ok(())
}

/// A customer's permanent address takes coins at any time.
async fn deposit(story: &mut Story, shop: &mut Shop) -> Result<()> {
    let query = || AssignAddress::new(CUSTOMER, "TRX").notify_url(shop.receiver.url());
    let first = shop.client.deposit_address(query()).await?.address;
    let again = shop.client.deposit_address(query()).await?.address;
    ensure(first == again, again)?;
    let result = format!("{CUSTOMER} has one on TRX, and it stays the same");
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
    let credit = direct
        .credit_amount
        .ok_or("the webhook has no credited amount")?;
    let result = format!("25.5 USDT arrived, {credit} credited after the fee");
    story.step("direct_deposit", result);
    Ok(())
}
