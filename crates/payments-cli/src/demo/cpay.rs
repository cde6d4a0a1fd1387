//! C-Pay: an order, a card order, rates, an exchange, two payouts, and balances that add up.

use std::net::Ipv4Addr;

use cpay_client::{
    CardRateQuery, Client, Config, Conversion, CreateCardOrder, CreateOrder, Event, Exchange,
    FiatPayout, OrderQuery, OrderStatus, PixKey, Product, Purchase, RateQuery, Verified,
    WalletAddressQuery, Withdraw, ack, nack,
};
use payments_core::{Amount, MerchantRef};
use payments_sandbox::Sandbox;

use super::book::Book;
use super::browser::Browser;
use super::receiver::Receiver;
use super::story::{Result, Story, TRON_ADDRESS, ensure};

pub(crate) const ABOUT: &str = "an order paid in coins, one paid by card, an exchange, two payouts";

const CUSTOMER: &str = "customer-7";
/// The sandbox accepts payments by this card.
const TEST_CARD: [(&str, &str); 3] = [
    ("cardNumber", "4242424242424242"),
    ("expDate", "12/49"),
    ("cvv", "123"),
];

pub(crate) async fn run(story: &mut Story) -> Result<()> {
    let sandbox = story.start_sandbox(Sandbox::builder()).await?;
    let test = &sandbox.credentials().cpay;
    let config = Config::new(sandbox.base_url(), &*test.merchant_id, &*test.secret)?;
    let client = Client::new(&config)?;
    let result = format!("as the test merchant {}", test.merchant_id);
    story.step("connect", result);
    let webhooks = client.webhooks().clone();
    let receiver = Receiver::start(move |_, body| {
        let event = webhooks.receive(body).map_err(|_| nack())?;
        Ok((event, ack()))
    });
    let mut receiver = receiver.await?;
    let result = format!("webhooks go to {}", receiver.url());
    story.step("start_receiver", result);
    let balances = client.balances().await?.balances;
    let mut book = Book::open(balances.iter().map(|one| (&one.currency, one.available)))?;
    let result = format!("{} USDT available", book.balance("USDT")?);
    story.step("balances_before", result);
    let query = WalletAddressQuery::new(CUSTOMER);
    let addresses = client.wallet_addresses(query).await?.addresses;
    let first = addresses.first().ok_or("the customer has no address")?;
    let (count, coin, network) = (addresses.len(), &first.currency, &first.network);
    let result = format!("{count}; the first is for {coin} on {network}");
    story.step("wallet_addresses", result);

    orders(story, &client, &mut receiver, &mut book).await?;

    let spent = "100".parse()?;
    let conversion = || Conversion::spending(spent, "USD", "ETH");
    let rate = client
        .exchange_rate(RateQuery::new(conversion()))
        .await?
        .rate;
    let card = client
        .card_exchange_rate(CardRateQuery::new(conversion()))
        .await?;
    let bought = conversion()
        .at(card.rate)
        .ok_or("the rate cannot be applied")?;
    ensure(card.amount_exchanged == Some(bought), &card)?;
    let result = format!("1 ETH costs {rate} USD, 100 USD buy {bought} ETH");
    story.step("exchange_rates", result);
    let (reference, spent) = (MerchantRef::new("exchange-1")?, "40".parse()?);
    let order = Exchange::new(reference, CUSTOMER, spent, "USDT", "BTC");
    let bought = client.exchange(order).await?.target_amount;
    book.debit("USDT", Some(spent))?;
    book.credit("BTC", Some(bought))?;
    story.step("exchange", format!("{spent} USDT for {bought} BTC"));

    let (total, net): (Amount, Amount) = ("4".parse()?, "3".parse()?);
    let (reference, network) = (MerchantRef::new("payout-1")?, "TRON(TRC-20)");
    let payout = Withdraw::new(
        reference,
        CUSTOMER,
        total,
        net,
        "USDT",
        network,
        TRON_ADDRESS,
    );
    let made = client.withdraw(payout.callback_url(receiver.url())).await?;
    sandbox.complete("payout-1").await?;
    completed(&mut receiver, "payout-1").await?;
    book.debit("USDT", Some(total))?;
    let fee = made.fee.ok_or("the response has no fee")?;
    let result = format!("{total} USDT, {fee} of it as fee; webhook verified");
    story.step("withdraw", result);
    let key = PixKey::email("ada@shop.example")?;
    let payout = FiatPayout::pix(MerchantRef::new("payout-2")?, CUSTOMER, "5".parse()?, key);
    let payout = payout.callback_url(receiver.url());
    let total = client.create_fiat_payout(payout).await?.order_amount;
    sandbox.complete("payout-2").await?;
    completed(&mut receiver, "payout-2").await?;
    book.debit("BRL", total)?;
    let total = total.ok_or("the response has no total")?;
    let result = format!("5 BRL by Pix, {total} BRL with the fee; webhook verified");
    story.step("fiat_payout", result);

    let balances = client.balances().await?;
    let count = book.compare(|currency| balances.of(currency)?.available)?;
    let mut frozen = balances
        .balances
        .iter()
        .filter_map(|balance| balance.frozen);
    ensure(frozen.all(|amount| amount.is_zero()), &balances)?;
    let result = format!("{count} balances match the books to the last digit");
    story.step("balances_after", result);
    Ok(())
}

/// The next webhook, which must report this order as completed.
async fn completed(
    receiver: &mut Receiver<Verified<Event>>,
    reference: &str,
) -> Result<Verified<Event>> {
    let event = receiver.event().await?;
    let is_ours = event.merchant_trade_no.as_deref() == Some(reference);
    let is_completed = event.status == OrderStatus::Completed;
    ensure(is_ours && is_completed, &event)?;
    Ok(event)
}

async fn orders(
    story: &mut Story,
    client: &Client,
    receiver: &mut Receiver<Verified<Event>>,
    book: &mut Book,
) -> Result<()> {
    let (reference, price) = (MerchantRef::new("order-1")?, "66.12345678".parse()?);
    let order = CreateOrder::new(reference.clone(), CUSTOMER, price, "USDT")
        .callback_url(receiver.url())
        .ext_info(r#"{"cart":"42"}"#);
    let order = client.create_order(order).await?;
    let result = format!("order {} for {price} USDT", order.order_id);
    story.step("create_order", result);
    let browser = Browser::new()?;
    let url = order
        .cashier_url
        .as_deref()
        .ok_or("the order has no cashier page")?;
    let page = browser.open(url).await?;
    story.step("open_cashier_page", page.size());
    browser.submit(&page, "/payment/pay", &[]).await?;
    story.step("pay", "submitted the form on the page");
    completed(receiver, "order-1").await?;
    story.step(
        "receive_webhook",
        "signature verified, acknowledged with OK",
    );
    let detail = client
        .order_detail(OrderQuery::by_trade_no(reference))
        .await?;
    let is_paid = detail.actual_amount == order.order_amount;
    ensure(is_paid && detail.status == OrderStatus::Completed, &detail)?;
    book.credit("USDT", detail.received_amount)?;
    story.step("query_order", format!("the order is {}", detail.status));

    let product = Product::new("book", "19.50".parse()?, 2, "EUR");
    let purchase = Purchase::new("39.00".parse()?, "EUR", vec![product]);
    let (reference, ip) = (
        MerchantRef::new("card-1")?,
        Ipv4Addr::new(192, 0, 2, 7).into(),
    );
    let email = "ada@shop.example";
    let order = CreateCardOrder::new(reference, CUSTOMER, purchase, "PT", email, ip);
    let order = client
        .create_card_order(order.callback_url(receiver.url()))
        .await?;
    ensure(order.is_live(), &order)?;
    let result = format!("order {} for 39.00 EUR", order.order_id);
    story.step("create_card_order", result);
    let url = order
        .cashier_url
        .as_deref()
        .ok_or("the order has no card page")?;
    let page = browser.open(url).await?;
    browser.submit(&page, "/card/pay", &TEST_CARD).await?;
    let event = completed(receiver, "card-1").await?;
    book.credit("EUR", event.received_amount)?;
    story.step("pay_by_card", "test card accepted, webhook verified");
    Ok(())
}
