//! Money is exchanged and goes out.

use cpay_client::{CardRateQuery, Conversion, Exchange, FiatPayout, PixKey, RateQuery, Withdraw};

use super::{COIN, CUSTOMER, Shop, amount, reference, text};
use crate::demo::story::{Stopped, Story};

pub(super) async fn tell(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    exchange(story, shop).await?;
    withdraw(story, shop).await?;
    fiat_payout(story, shop).await
}

async fn exchange(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    story
        .step("exchange_rates", async {
            let conversion = || Ok::<_, String>(Conversion::spending(amount("100")?, "USD", "ETH"));
            let rate = shop
                .client
                .exchange_rate(RateQuery::new(conversion()?))
                .await
                .map_err(text)?
                .rate;
            let card = shop
                .client
                .card_exchange_rate(CardRateQuery::new(conversion()?))
                .await
                .map_err(text)?;
            let computed = conversion()?
                .at(card.rate)
                .ok_or("the rate cannot be applied")?;
            if card.amount_exchanged != Some(computed) {
                return Err(format!(
                    "the gateway exchanges {:?}, its rate says {computed}",
                    card.amount_exchanged
                ));
            }
            Ok::<_, String>((
                (),
                format!("1 ETH is {rate} USD, 100 USD are {computed} ETH"),
            ))
        })
        .await?;
    story
        .step("exchange", async {
            let given = amount("40")?;
            let order = Exchange::new(reference("exchange-1")?, CUSTOMER, given, COIN, "BTC");
            let exchanged = shop.client.exchange(order).await.map_err(text)?;
            shop.book.debit(COIN, Some(given))?;
            shop.book.credit("BTC", Some(exchanged.target_amount))?;
            Ok::<_, String>((
                (),
                format!("{given} {COIN} became {} BTC", exchanged.target_amount),
            ))
        })
        .await
}

async fn withdraw(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    story
        .step("withdraw", async {
            let (total, received) = (amount("4")?, amount("3")?);
            let payout = Withdraw::new(
                reference("payout-1")?,
                CUSTOMER,
                total,
                received,
                COIN,
                "TRON(TRC-20)",
                "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw",
            )
            .callback_url(shop.receiver.url());
            let made = shop.client.withdraw(payout).await.map_err(text)?;
            shop.sandbox.complete("payout-1").await.map_err(text)?;
            shop.completed(&reference("payout-1")?).await?;
            shop.book.debit(COIN, Some(total))?;
            let fee = made.fee.ok_or("the gateway names no fee")?;
            Ok::<_, String>((
                (),
                format!("{total} {COIN}, a fee of {fee} in it, webhook verified"),
            ))
        })
        .await
}

async fn fiat_payout(story: &mut Story, shop: &mut Shop) -> Result<(), Stopped> {
    story
        .step("fiat_payout", async {
            let key = PixKey::email("ada@shop.example").map_err(text)?;
            let payout = FiatPayout::pix(reference("payout-2")?, CUSTOMER, amount("5")?, key)
                .callback_url(shop.receiver.url());
            let made = shop.client.create_fiat_payout(payout).await.map_err(text)?;
            shop.sandbox.complete("payout-2").await.map_err(text)?;
            shop.completed(&reference("payout-2")?).await?;
            shop.book.debit("BRL", made.order_amount)?;
            let total = made
                .order_amount
                .map_or_else(String::new, |amount| amount.to_string());
            Ok::<_, String>(((), format!("5 BRL by Pix cost {total}, webhook verified")))
        })
        .await
}
