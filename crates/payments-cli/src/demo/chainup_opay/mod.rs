//! ChainUp OPay's whole story: an order paid on its page, a callback whose coin is asked for, a repeated order, one that
//! fails, one that is cancelled, and the statement of the day.

mod endpoint;
mod ends;
mod paid;

use std::fmt::Display;

use chainup_opay_client::{
    Client, Config, CreateOrder, CreatedOrder, Event, OrderStatus, Payer, Verified,
};
use payments_core::{Amount, MerchantRef};
use payments_sandbox::Sandbox;

use super::browser::Browser;
use super::receiver::Receiver;
use super::story::{Stopped, Story};
use endpoint::Endpoint;

/// The sandbox's test payer who has enough of every coin.
const PAYER: &str = "22033390";
/// The one whose payments fail.
const UNLUCKY_PAYER: &str = "22033393";
const COIN: &str = "USDT1742";

/// A shop with an app at the platform.
struct Shop {
    sandbox: Sandbox,
    client: Client,
    receiver: Receiver<Verified<Event>>,
    browser: Browser,
}

pub(crate) async fn tell(story: &mut Story) -> Result<(), Stopped> {
    let mut shop = open(story).await?;
    let number = paid::tell(story, &mut shop).await?;
    ends::tell(story, &mut shop).await?;
    paid::statement(story, &shop, &number).await
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
    story
        .step("start_receiver", async {
            let receiver = Receiver::start(Endpoint(client.webhooks().clone()))
                .await
                .map_err(text)?;
            let told = format!("callbacks go to {}", receiver.url());
            let shop = Shop {
                sandbox,
                client,
                receiver,
                browser: Browser::new()?,
            };
            Ok::<_, String>((shop, told))
        })
        .await
}

async fn connect(sandbox: &Sandbox) -> Result<(Client, String), String> {
    let test = &sandbox.credentials().chainup_opay;
    let config = Config::new(
        sandbox.base_url(),
        &*test.app_id,
        &test.merchant_private_key,
        &test.platform_public_key,
    )
    .map_err(text)?;
    let client = Client::new(&config).map_err(text)?;
    Ok((client, format!("as test app {}, two RSA keys", test.app_id)))
}

impl Shop {
    /// An order of the coin for this payer, whose callback comes to the receiver.
    fn order(&self, name: &str, payer: &str, digits: &str) -> Result<CreateOrder, String> {
        Ok(CreateOrder::new(
            MerchantRef::new(name).map_err(text)?,
            Payer::by_user_id(payer),
            amount(digits)?,
            COIN,
            "https://shop.example/return",
            self.receiver.url(),
        ))
    }

    async fn create(&self, order: CreateOrder) -> Result<CreatedOrder, String> {
        self.client.create_order(order).await.map_err(text)
    }

    /// The next callback, which must tell this status of this order.
    async fn told(&mut self, name: &str, status: OrderStatus) -> Result<Verified<Event>, String> {
        let event = self.receiver.event().await?;
        if event.app_order_id != name {
            return Err("the callback tells of another order".to_owned());
        }
        if event.status != status {
            return Err(format!(
                "the callback tells that the order is {}",
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

fn amount(digits: &str) -> Result<Amount, String> {
    digits.parse().map_err(text)
}
