//! CCPayment's whole story: a hosted page, orders paid in parts, too much and too late, a permanent address, payouts
//! whose fee is in another coin, and assets that add up.

mod book;
mod checkout;
mod endpoint;
mod orders;
mod payouts;

use std::fmt::Display;

use ccpayment_client::v1::{
    ApiDeposit, AssetsQuery, Client, Config, DEFAULT_BASE_URL, DepositOrder, DepositQuery, Event,
    Verified, Webhooks,
};
use payments_core::{Amount, Clock as _, MerchantRef};
use payments_reqwest::SystemClock;
use payments_sandbox::{CcpaymentCredentials, Clock, Credentials, Sandbox};

use super::browser::Browser;
use super::receiver::Receiver;
use super::story::{Stopped, Story};
use book::Book;
use endpoint::Endpoint;

const CUSTOMER: &str = "customer-7";

/// A shop with an account at the gateway.
struct Shop {
    sandbox: Sandbox,
    client: Client,
    receiver: Receiver<Verified<Event>>,
    browser: Browser,
    book: Book,
    tokens: Tokens,
}

/// The ids of the tokens that the story is told with, as `coin/all` gives them.
#[derive(Default)]
struct Tokens {
    usdt: String,
    eth: String,
    trx: String,
}

pub(crate) async fn tell(story: &mut Story) -> Result<(), Stopped> {
    let mut shop = open(story).await?;
    checkout::tell(story, &mut shop).await?;
    orders::tell(story, &mut shop).await?;
    payouts::tell(story, &mut shop).await?;
    story
        .step("assets_after", async {
            let assets = shop.client.assets(AssetsQuery::all()).await.map_err(text)?;
            let agree = shop.book.settle(&assets)?;
            Ok::<_, String>((
                (),
                format!("{agree} coins add up to the last digit of the books"),
            ))
        })
        .await
}

async fn open(story: &mut Story) -> Result<Shop, Stopped> {
    let test = Credentials::test().ccpayment;
    // Payouts are told at the URL set for the account, so the endpoint is there before the gateway.
    let receiver = story
        .step("start_receiver", async {
            let config = config(DEFAULT_BASE_URL, &test)?;
            let endpoint = Endpoint::new(Webhooks::new(&config));
            let receiver = Receiver::start(endpoint).await.map_err(text)?;
            let url = receiver.url();
            Ok::<_, String>((receiver, format!("webhooks go to {url}")))
        })
        .await?;
    let sandbox = story
        .step("start_sandbox", async {
            // A clock that stands still: prices do not move while the story is told.
            let now = SystemClock::new().now();
            let sandbox = Sandbox::builder()
                .clock(Clock::manual(now.as_millis()))
                .ccpayment_webhook_url(receiver.url())
                .start()
                .await?;
            let told = format!("in this process at {}", sandbox.base_url());
            Ok::<_, payments_sandbox::StartError>((sandbox, told))
        })
        .await?;
    let client = story
        .step("connect", async {
            let base_url = format!("{}/ccpayment/v1/", sandbox.base_url());
            let client = Client::new(&config(&base_url, &test)?).map_err(text)?;
            Ok::<_, String>((client, format!("as test app {}", test.app_id)))
        })
        .await?;
    let (browser, book) = story
        .step("assets_before", async {
            let assets = client.assets(AssetsQuery::all()).await.map_err(text)?;
            let usdt = assets.of("USDT").and_then(|asset| asset.value);
            let usdt = usdt.ok_or("there is no USDT")?;
            let told = format!("{usdt} USDT and {} other coins", assets.assets.len() - 1);
            Ok::<_, String>(((Browser::new()?, Book::open(&assets)?), told))
        })
        .await?;
    let tokens = story.step("coins", coins(&client)).await?;
    Ok(Shop {
        sandbox,
        client,
        receiver,
        browser,
        book,
        tokens,
    })
}

async fn coins(client: &Client) -> Result<(Tokens, String), String> {
    let coins = client.coins().await.map_err(text)?;
    let token = |crypto: &str, chain: &str| {
        let token = coins.token(crypto, chain);
        token.ok_or_else(|| format!("there is no {crypto} on {chain}"))
    };
    let usdt = token("USDT", "TRX")?;
    let fee_coin = usdt.network_fee_crypto.as_deref();
    let told = format!(
        "{} of them; USDT on TRC20 costs its fee in {}",
        coins.coins.len(),
        fee_coin.ok_or("the fee's coin is not told")?
    );
    let tokens = Tokens {
        usdt: usdt.token_id.clone(),
        eth: token("ETH", "ETH")?.token_id.clone(),
        trx: token("TRX", "TRX")?.token_id.clone(),
    };
    Ok((tokens, told))
}

fn config(base_url: &str, test: &CcpaymentCredentials) -> Result<Config, String> {
    Config::new(base_url, &*test.app_id, &*test.app_secret).map_err(text)
}

impl Shop {
    /// The next webhook, which must tell that money for this order has come in for good.
    async fn paid(&mut self, id: &MerchantRef) -> Result<ApiDeposit, String> {
        let event = self.receiver.event().await?;
        if !event.is_credit() || event.merchant_order_id() != Some(id.as_str()) {
            return Err(format!("the webhook is no payment of {id}: {event:?}"));
        }
        match event.into_inner() {
            Event::ApiDeposit(deposit) => Ok(deposit),
            other => Err(format!("the webhook is a {}", other.order_type())),
        }
    }

    async fn order(&self, id: &MerchantRef) -> Result<DepositOrder, String> {
        let found = self.client.deposits(DepositQuery::one(id.clone())).await;
        let found = found.map_err(text)?;
        let order = found.find(id).cloned();
        order.ok_or_else(|| format!("{id} is not found"))
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
