//! C-Pay's whole story: addresses, a pay-in, a card order, rates, an exchange, payouts, and balances that add up.

mod book;
mod endpoint;
mod orders;
mod payouts;

use std::fmt::Display;

use cpay_client::{Client, Config, Event, OrderStatus, Verified, WalletAddressQuery};
use payments_core::{Amount, MerchantRef};
use payments_sandbox::Sandbox;

use super::browser::Browser;
use super::receiver::Receiver;
use super::story::{Stopped, Story};
use book::Book;
use endpoint::Endpoint;

const CUSTOMER: &str = "customer-7";
const COIN: &str = "USDT";

/// A shop with an account at the gateway.
struct Shop {
    sandbox: Sandbox,
    client: Client,
    receiver: Receiver<Verified<Event>>,
    browser: Browser,
    book: Book,
}

pub(crate) async fn tell(story: &mut Story) -> Result<(), Stopped> {
    let mut shop = open(story).await?;
    orders::tell(story, &mut shop).await?;
    payouts::tell(story, &mut shop).await?;
    story
        .step("balances_after", async {
            let balances = shop.client.balances().await.map_err(text)?;
            let agree = shop.book.settle(&balances)?;
            Ok::<_, String>(((), format!("{agree} currencies add up to what was booked")))
        })
        .await
}

async fn open(story: &mut Story) -> Result<Shop, Stopped> {
    let sandbox = story
        .step("start_sandbox", async {
            let sandbox = Sandbox::builder().start().await?;
            let told = format!("in this process at {}", sandbox.base_url());
            Ok::<_, payments_sandbox::StartError>((sandbox, told))
        })
        .await?;
    let client = story.step("connect", connect(&sandbox)).await?;
    let receiver = story
        .step("start_receiver", async {
            let receiver = Receiver::start(Endpoint(client.webhooks().clone())).await?;
            let url = receiver.url();
            Ok::<_, std::io::Error>((receiver, format!("webhooks go to {url}")))
        })
        .await?;
    let (browser, book) = story
        .step("balances_before", async {
            let balances = client.balances().await.map_err(text)?;
            let told = balances.of(COIN).and_then(|balance| balance.available);
            let told = told.map_or_else(
                || format!("no {COIN}"),
                |amount| format!("{amount} {COIN} available"),
            );
            Ok::<_, String>(((Browser::new()?, Book::open(&balances)?), told))
        })
        .await?;
    story
        .step("wallet_addresses", async {
            let addresses = client
                .wallet_addresses(WalletAddressQuery::new(CUSTOMER))
                .await
                .map_err(text)?;
            let first = addresses
                .addresses
                .first()
                .ok_or("the customer has no address")?;
            let told = format!(
                "{} of {CUSTOMER}, {} on {}",
                addresses.addresses.len(),
                first.currency,
                first.network
            );
            Ok::<_, String>(((), told))
        })
        .await?;
    Ok(Shop {
        sandbox,
        client,
        receiver,
        browser,
        book,
    })
}

async fn connect(sandbox: &Sandbox) -> Result<(Client, String), String> {
    let test = &sandbox.credentials().cpay;
    let config =
        Config::new(sandbox.base_url(), &*test.merchant_id, &*test.secret).map_err(text)?;
    let client = Client::new(&config).map_err(text)?;
    Ok((client, format!("as test merchant {}", test.merchant_id)))
}

impl Shop {
    /// The next webhook, which must tell that this order is completed.
    async fn completed(&mut self, reference: &MerchantRef) -> Result<Verified<Event>, String> {
        let event = self.receiver.event().await?;
        if event.merchant_trade_no.as_deref() != Some(reference.as_str()) {
            return Err("the webhook tells of another order".to_owned());
        }
        if event.status != OrderStatus::Completed {
            return Err(format!(
                "the webhook tells that the order is {}",
                event.status
            ));
        }
        Ok(event)
    }
}

/// What goes wrong in a step is told, not acted on.
fn text(error: impl Display) -> String {
    error.to_string()
}

fn reference(name: &str) -> Result<MerchantRef, String> {
    MerchantRef::new(name).map_err(text)
}

fn amount(digits: &str) -> Result<Amount, String> {
    digits.parse().map_err(text)
}
