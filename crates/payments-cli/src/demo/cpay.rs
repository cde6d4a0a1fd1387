//! C-Pay: an order, a card order, rates, an exchange, two payouts, and balances that add up.

use cpay_client::*;
use payments_core::Amount;
use payments_sandbox::Sandbox;

use super::page::Page;
use super::shop::{Book, Receiver};
use super::story::{CUSTOMER, Result, Story, TRON_ADDRESS, ensure};

pub(crate) async fn run(story: &mut Story) -> Result<()> {
    story.say("C-Pay: an order paid in coins, one paid by card, an exchange, two payouts\n")?;
    let sandbox = story.start_sandbox(Sandbox::builder()).await?;
    let test = &sandbox.credentials().cpay;
    let config = Config::new(sandbox.base_url(), &*test.merchant_id, &*test.secret)?;
    let client = Client::new(&config)?;
    story.step("connect", format!("as merchant {}", test.merchant_id))?;
    let webhooks = client.webhooks().clone();
    let mut receiver = Receiver::start(nack(), move |_, body| {
        Some((webhooks.receive(body).ok()?, ack()))
    })?;
    story.step("start_receiver", format!("at {}", receiver.url()))?;
    let balances = client.balances().await?.balances;
    let mut book = Book::open(balances.iter().map(|one| (&one.currency, one.available)))?;
    story.step("balances_before", format!("{} balances", balances.len()))?;
    let query = WalletAddressQuery::new(CUSTOMER);
    let addresses = client.wallet_addresses(query).await?.addresses;
    let first = addresses.first().ok_or("the customer has no address")?;
    story.step("wallet_addresses", format!("for {} first", first.currency))?;

    let price = "66.12345678".parse()?;
    let order = CreateOrder::new("order-1".parse()?, CUSTOMER, price, "USDT")
        .callback_url(receiver.url())
        .ext_info(r#"{"cart":"42"}"#);
    let order = client.create_order(order).await?;
    story.step("create_order", format!("order {}", order.order_id))?;
    let url = order.cashier_url.ok_or("the order has no cashier page")?;
    let page = Page::open(&url).await?;
    story.step("open_cashier_page", format!("{} bytes", page.html.len()))?;
    page.submit("/payment/pay", &[]).await?;
    story.step("pay", "submitted the form on the page")?;
    completed(&mut receiver, "order-1").await?;
    story.step("receive_webhook", "verified, acknowledged with OK")?;
    let query = OrderQuery::by_trade_no("order-1".parse()?);
    let detail = client.order_detail(query).await?;
    let is_paid = detail.actual_amount == order.order_amount;
    ensure(is_paid && detail.status == OrderStatus::Completed, &detail)?;
    book.credit("USDT", detail.received_amount)?;
    story.step("query_order", format!("the order is {}", detail.status))?;

    let product = Product::new("book", "19.50".parse()?, 2, "EUR");
    let purchase = Purchase::new("39.00".parse()?, "EUR", vec![product]);
    let (id, email, ip) = ("card-1".parse()?, "ada@shop.example", "192.0.2.7".parse()?);
    let order = CreateCardOrder::new(id, CUSTOMER, purchase, "PT", email, ip);
    let order = order.callback_url(receiver.url());
    let order = client.create_card_order(order).await?;
    ensure(order.is_live(), &order)?;
    story.step("create_card_order", format!("order {}", order.order_id))?;
    let url = order.cashier_url.ok_or("the order has no card page")?;
    let page = Page::open(&url).await?;
    // The sandbox accepts payments by this card.
    let (number, expiry) = (("cardNumber", "4242424242424242"), ("expDate", "12/49"));
    page.submit("/card/pay", &[number, expiry, ("cvv", "123")])
        .await?;
    let event = completed(&mut receiver, "card-1").await?;
    book.credit("EUR", event.received_amount)?;
    story.step("pay_by_card", "test card accepted, webhook verified")?;

    let spent = "100".parse()?;
    let conversion = || Conversion::spending(spent, "USD", "ETH");
    let query = RateQuery::new(conversion());
    let rate = client.exchange_rate(query).await?.rate;
    let query = CardRateQuery::new(conversion());
    let card = client.card_exchange_rate(query).await?;
    let bought = conversion().at(card.rate);
    ensure(bought.is_some() && card.amount_exchanged == bought, &card)?;
    story.step("exchange_rates", format!("1 ETH costs {rate} USD"))?;
    let spent = "40".parse()?;
    let order = Exchange::new("exchange-1".parse()?, CUSTOMER, spent, "USDT", "BTC");
    let bought = client.exchange(order).await?.target_amount;
    book.debit("USDT", Some(spent))?;
    book.credit("BTC", Some(bought))?;
    story.step("exchange", format!("{spent} USDT for {bought} BTC"))?;

    let (total, net): (Amount, Amount) = ("4".parse()?, "3".parse()?);
    let (id, coin, to) = ("payout-1".parse()?, "USDT", TRON_ADDRESS);
    let payout = Withdraw::new(id, CUSTOMER, total, net, coin, "TRON(TRC-20)", to);
    let made = client.withdraw(payout.callback_url(receiver.url())).await?;
    sandbox.complete("payout-1").await?;
    completed(&mut receiver, "payout-1").await?;
    book.debit("USDT", Some(total))?;
    let fee = made.fee.ok_or("the response has no fee")?;
    story.step("withdraw", format!("{total} USDT, {fee} of it as fee"))?;
    let key = PixKey::email("ada@shop.example")?;
    let payout = FiatPayout::pix("payout-2".parse()?, CUSTOMER, "5".parse()?, key);
    let payout = payout.callback_url(receiver.url());
    let total = client.create_fiat_payout(payout).await?.order_amount;
    sandbox.complete("payout-2").await?;
    completed(&mut receiver, "payout-2").await?;
    book.debit("BRL", total)?;
    let total = total.ok_or("the response has no total")?;
    story.step("fiat_payout", format!("5 BRL, {total} with the fee"))?;

    let balances = client.balances().await?;
    let result = book.compare(|currency| balances.of(currency)?.available)?;
    let mut frozen = balances.balances.iter().filter_map(|one| one.frozen);
    ensure(frozen.all(|amount| amount.is_zero()), &balances)?;
    story.step("balances_after", result)
}

/// The next webhook, which must report this order as completed.
async fn completed(from: &mut Receiver<Verified<Event>>, id: &str) -> Result<Verified<Event>> {
    let event = from.event().await?;
    let is_ours = event.merchant_trade_no.as_deref() == Some(id);
    ensure(is_ours && event.status == OrderStatus::Completed, &event)?;
    Ok(event)
}
