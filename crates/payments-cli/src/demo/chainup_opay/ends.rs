//! Orders that are not paid: one fails, one is cancelled.

use chainup_opay_client::{CancelOrder, OrderStatus};
use payments_core::{Kind, Refusal};

use super::{PAYER, Shop, UNLUCKY_PAYER, text};
use crate::demo::story::{Stopped, Story};

pub(super) async fn tell(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    story
        .step("failed_payment", async {
            let order = shop.order("order-2", UNLUCKY_PAYER, "5")?;
            shop.create(order).await?;
            shop.sandbox.fail("order-2").await.map_err(text)?;
            shop.told("order-2", OrderStatus::Failed).await?;
            Ok::<_, String>(((), "the callback tells it, nothing is delivered".to_owned()))
        })
        .await?;
    story
        .step("cancel_order", async {
            let number = shop
                .create(shop.order("order-3", PAYER, "7.5")?)
                .await?
                .order_num;
            let cancel = || shop.client.cancel_order(CancelOrder::new(number.clone()));
            let receipt = cancel().await.map_err(text)?;
            // The answer is not signed; the order's own state is.
            shop.client
                .confirm_cancelled(&receipt)
                .await
                .map_err(text)?;
            match cancel().await {
                Err(error) if error.kind() == Kind::Refused(Refusal::State) => {}
                Err(error) => return Err(error.to_string()),
                Ok(_) => return Err("it could be cancelled twice".to_owned()),
            }
            shop.told("order-3", OrderStatus::Closed).await?;
            Ok::<_, String>(((), "closed; a second time is refused with 70003".to_owned()))
        })
        .await
}
