//! ChainUp OPay: an order that is paid, one that fails, one that is cancelled, and the statement of the day.

use chainup_opay_client::*;
use jiff::tz::{TimeZone, offset};
use payments_core::{Kind, MerchantRef, Refusal};
use payments_sandbox::Sandbox;

use super::page::Page;
use super::shop::Receiver;
use super::story::{Result, Story, ensure, ensure_eq};
use crate::commands::input::day;

/// The sandbox's test payer with enough of every coin.
const PAYER: &str = "22033390";
/// The sandbox's test payer whose payments fail.
const FAILING_PAYER: &str = "22033393";
const COIN: &str = "USDT1742";
const PRICE: &str = "66.123456";

type Endpoint = Receiver<Verified<Event>>;

pub(crate) async fn run(story: &mut Story) -> Result<()> {
    story.say("ChainUp OPay: orders paid, failed and cancelled, and the statement of the day\n")?;
    let sandbox = story.start_sandbox(Sandbox::builder()).await?;
    let test = &sandbox.credentials().chainup_opay;
    let (own, platform) = (&test.merchant_private_key, &test.platform_public_key);
    let config = Config::new(sandbox.base_url(), &*test.app_id, own, platform)?;
    let client = Client::new(&config)?;
    story.step("connect", format!("as app {}", test.app_id))?;
    let webhooks = client.webhooks().clone();
    let mut receiver = Receiver::start(nack(), move |_, body| {
        Some((webhooks.receive(body).ok()?, webhooks.ack()))
    })?;
    let url = receiver.url();
    story.step("start_receiver", format!("at {url}"))?;
    let order = |name: &str, payer: &str, amount: &str| -> Result<CreateOrder> {
        let (name, payer) = (MerchantRef::new(name)?, Payer::by_user_id(payer));
        let (amount, back) = (amount.parse()?, "https://shop.example/return");
        Ok(CreateOrder::new(name, payer, amount, COIN, back, &*url))
    };

    let goods = [Goods::new("book", "Nachts, 300 pages")];
    let paid = order("order-1", PAYER, PRICE)?.goods(goods);
    let number = client.create_order(paid).await?.order_num;
    story.step("create_order", format!("order {number}"))?;
    let page = PayPage::new(number.clone(), Payer::by_user_id(PAYER));
    let page = Page::open(client.pay_page_url(&page)?.as_str()).await?;
    story.step("open_pay_page", format!("{} bytes", page.html.len()))?;
    page.submit("/platform/pay", &[]).await?;
    story.step("pay", "submitted the form on the page")?;
    let event = callback(&mut receiver, "order-1", OrderStatus::Paid).await?;
    story.step("receive_callback", "decrypted, verified, acknowledged")?;
    let paid = client.confirm(&event).await?;
    let is_price = paid.is_paid() && paid.is_for(PRICE.parse()?, COIN);
    ensure(is_price, &paid)?;
    story.step("confirm_coin", format!("a query confirms {COIN}"))?;
    let again = client.create_order(order("order-1", PAYER, PRICE)?).await;
    let refusal = again.err().map(|error| error.kind());
    ensure_eq(refusal, Some(Kind::Duplicate))?;
    story.step("create_order_again", "refused: the order exists")?;

    let failing = order("order-2", FAILING_PAYER, "5")?;
    client.create_order(failing).await?;
    sandbox.fail("order-2").await?;
    callback(&mut receiver, "order-2", OrderStatus::Failed).await?;
    story.step("failed_payment", "the callback reports the failure")?;
    let cancelled = client.create_order(order("order-3", PAYER, "7.5")?).await?;
    let cancel = || client.cancel_order(CancelOrder::new(cancelled.order_num.clone()));
    let receipt = cancel().await?;
    // The response is not signed; the order's state is.
    client.confirm_cancelled(&receipt).await?;
    let refusal = cancel().await.err().map(|error| error.kind());
    ensure_eq(refusal, Some(Kind::Refused(Refusal::State)))?;
    callback(&mut receiver, "order-3", OrderStatus::Closed).await?;
    story.step("cancel_order", "closed; cancelling again is refused")?;

    // The sandbox assumes that the platform's days are in UTC+8.
    let now = jiff::Timestamp::from_millisecond(sandbox.clock().now_ms().try_into()?)?;
    let today = day(&now.to_zoned(TimeZone::fixed(offset(8))).date().to_string())?;
    let mut rows = client.daily_statement_rows(DailyStatement::new(today));
    let row = rows.next().await.ok_or("the statement is empty")??;
    let detail = client.order_detail(OrderQuery::new(number)).await?;
    let is_order = row.is_of(&MerchantRef::new("order-1")?, &OrderType::Payment);
    let is_paid = row.is_in(COIN) && Some(row.amount) == detail.amount;
    ensure(is_order && is_paid, &row)?;
    ensure_eq(rows.next().await.transpose()?.is_none(), true)?;
    story.step("daily_statement", format!("one row: {} {COIN}", row.amount))
}

/// The next callback, which must report this order with this status.
async fn callback(from: &mut Endpoint, id: &str, status: OrderStatus) -> Result<Verified<Event>> {
    let event = from.event().await?;
    ensure(event.app_order_id == id && event.status == status, &event)?;
    Ok(event)
}
