//! After real traffic too, `Debug` and errors print no key, payer or token.

use std::time::Duration;

use chainup_opay_client::{DailyStatement, Date, OrderQuery, PayPage, Payer};
use payments_sandbox::Clock;

use crate::sandbox::shop::{COIN, OPEN_ID, PAYER, Shop};
use crate::support::Transcript;

const TOKEN: &str = "pl4nted-T0ken";

#[tokio::test]
async fn no_secret_is_printed() {
    let shop = Shop::with(
        |builder| {
            builder
                .clock(Clock::manual(1_715_310_000_000))
                .chainup_opay_time_window(Duration::MAX)
        },
        |config| config,
    )
    .await;
    let mut transcript = Transcript::default();
    transcript.note(&shop.config);
    transcript.note(&shop.client);
    let payer = Payer::by_open_id(OPEN_ID).and_user_id(PAYER);
    let order = shop
        .order_for(payer.clone(), "order-1", "5", COIN)
        .token(TOKEN);
    transcript.note(&order);
    let created = shop.client.create_order(order.clone()).await.unwrap();
    transcript.note(&(&created, created.raw(), created.plaintext()));
    transcript.note_error(&shop.client.create_order(order).await.unwrap_err());
    let number = created.order_num;
    let page = PayPage::new(number.clone(), payer).token(TOKEN);
    let url = shop.client.pay_page_url(&page).unwrap();
    transcript.note(&(&page, &url));
    shop.sandbox.pay(number.as_str(), None).await.unwrap();
    shop.sandbox.webhooks_quiet().await;
    let event = shop.receiver.events().remove(0);
    transcript.note(&event);
    transcript.note(&shop.client.confirm(&event).await.unwrap());
    let query = OrderQuery::new(number).token(TOKEN);
    let detail = shop.client.order_detail(query).await.unwrap();
    transcript.note(&(&detail, detail.plaintext(), detail.raw()));
    let statement = DailyStatement::new(Date::new(2024, 5, 10).unwrap());
    let page = shop.client.daily_statement(statement).await.unwrap();
    assert_eq!(page.rows.len(), 1);
    transcript.note(&page);

    for expected in ["order-1", "70002", "Paid", "create_order", "StatementRow"] {
        assert!(transcript.0.contains(expected), "{expected}");
    }
    let test = &shop.sandbox.credentials().chainup_opay;
    let key_lines = test.merchant_private_key.lines();
    let key_lines = key_lines.filter(|line| line.len() >= 40 && !line.contains("PRIVATE"));
    let parts: Vec<_> = key_lines.map(|line| &line[8..32]).collect();
    assert!(parts.len() > 10);
    for hidden in parts
        .into_iter()
        .chain([TOKEN, OPEN_ID, PAYER, "999995", url.as_str()])
    {
        assert!(!transcript.0.contains(hidden), "{hidden} is printed");
    }
}
