//! An order is paid, confirmed, and found in the statement.

use chainup_opay_client::{
    DailyStatement, Date, Goods, OrderQuery, OrderStatus, OrderType, PayPage, Payer,
};
use jiff::tz::{TimeZone, offset};
use payments_core::{Kind, MerchantRef, ProviderRef};

use super::{COIN, PAYER, Shop, amount, text};
use crate::demo::story::{Stopped, Story};

const ORDER: &str = "order-1";
const PRICE: &str = "66.123456";

pub(super) async fn tell(story: &mut Story, shop: &mut Shop) -> Result<ProviderRef, Stopped> {
    let number = story
        .step("create_order", async {
            let goods = Goods::new("book", "Nachts, 300 pages");
            let order = shop.order(ORDER, PAYER, PRICE)?.goods([goods]);
            let made = shop.create(order).await?;
            let told = format!("{PRICE} {COIN}, number {}", made.order_num);
            Ok::<_, String>((made.order_num, told))
        })
        .await?;
    let page = story
        .step("open_pay_page", async {
            let page = PayPage::new(number.clone(), Payer::by_user_id(PAYER));
            let url = shop.client.pay_page_url(&page).map_err(text)?;
            let page = shop.browser.open(Some(url.as_str())).await?;
            let told = format!("{} bytes of HTML, no script", page.html.len());
            Ok::<_, String>((page, told))
        })
        .await?;
    story
        .step("pay", async {
            let form = page.form("/platform/pay")?;
            shop.browser.send(&page, &form).await?;
            Ok::<_, String>(((), "the page's form was sent, the order is paid".to_owned()))
        })
        .await?;
    let event = story
        .step("receive_callback", async {
            let event = shop.told(ORDER, OrderStatus::Paid).await?;
            Ok::<_, String>((event, "decrypted, verified, acknowledged signed".to_owned()))
        })
        .await?;
    story
        .step("confirm_coin", async {
            let confirmed = shop.client.confirm(&event).await.map_err(text)?;
            if !confirmed.is_paid() || !confirmed.is_for(amount(PRICE)?, COIN) {
                return Err(format!("paid were {} {}", confirmed.amount, confirmed.coin));
            }
            Ok::<_, String>(((), format!("the callback names no coin; it is {COIN}")))
        })
        .await?;
    story
        .step("create_order_again", async {
            let again = shop.order(ORDER, PAYER, PRICE)?;
            match shop.client.create_order(again).await {
                Err(error) if error.kind() == Kind::Duplicate => Ok::<_, String>((
                    (),
                    "refused with 70002: one order, whatever is repeated".to_owned(),
                )),
                Err(error) => Err(error.to_string()),
                Ok(order) => Err(format!("a second order {}", order.order_num)),
            }
        })
        .await?;
    Ok(number)
}

/// The statement of today lists the paid order and no other.
pub(super) async fn statement(
    story: &mut Story,
    shop: &Shop,
    number: &ProviderRef,
) -> Result<(), Stopped> {
    story
        .step("daily_statement", async {
            let detail = shop.client.order_detail(OrderQuery::new(number.clone()));
            let detail = detail.await.map_err(text)?;
            let mut rows = shop
                .client
                .daily_statement_rows(DailyStatement::new(today(shop)?));
            let mut listed = Vec::new();
            while let Some(row) = rows.next().await {
                listed.push(row.map_err(text)?);
            }
            let order = MerchantRef::new(ORDER).map_err(text)?;
            let row = listed
                .iter()
                .find(|row| row.is_of(&order, &OrderType::Payment))
                .ok_or("the paid order is not in it")?;
            if listed.len() != 1 || Some(row.amount) != detail.amount || !row.is_in(COIN) {
                return Err(format!(
                    "{} rows, {} {}",
                    listed.len(),
                    row.amount,
                    row.coin
                ));
            }
            Ok::<_, String>(((), format!("one row: {ORDER}, {} {}", row.amount, row.coin)))
        })
        .await
}

/// The platform's day, as the sandbox assumes it: that of UTC+8.
fn today(shop: &Shop) -> Result<Date, String> {
    let now_ms = i64::try_from(shop.sandbox.clock().now_ms()).map_err(text)?;
    let now = jiff::Timestamp::from_millisecond(now_ms).map_err(text)?;
    let day = now.to_zoned(TimeZone::fixed(offset(8))).date();
    let number = |part: i8| u8::try_from(part).map_err(text);
    let year = u16::try_from(day.year()).map_err(text)?;
    Date::new(year, number(day.month())?, number(day.day())?).map_err(text)
}
