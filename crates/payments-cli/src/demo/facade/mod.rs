//! The three gateways through one API: the same lines of code for each.

mod lost;
mod money;

use std::fmt::Display;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use payments_core::{Clock as _, MerchantRef, Timestamp};
use payments_facade::webhook::Event;
use payments_facade::{
    Capabilities, Gateway, GatewayId, Gateways, Money, ccpayment, chainup_opay, cpay,
    standard_executor,
};
use payments_reqwest::SystemClock;
use payments_sandbox::{Credentials, Sandbox};

use super::receiver::{self, Receiver};
use super::story::{Stopped, Story};

/// A shop with an account at every gateway.
struct Shop {
    sandbox: Sandbox,
    gateways: Gateways,
    clock: SystemClock,
}

pub(crate) async fn tell(story: &mut Story) -> Result<(), Stopped> {
    let shop = story.step("gateways", open()).await?;
    money::tell(story, &shop).await?;
    lost::tell(story, &shop).await
}

async fn open() -> Result<(Shop, String), String> {
    let sandbox = Sandbox::builder().start().await.map_err(text)?;
    let gateways = registry(sandbox.base_url(), sandbox.credentials())?;
    let able: Vec<String> = gateways
        .iter()
        .map(|gateway| {
            let able = Capabilities::of(gateway).iter().count();
            format!("{} can {able} things", gateway.id())
        })
        .collect();
    let shop = Shop {
        sandbox,
        gateways,
        clock: SystemClock::new(),
    };
    Ok((shop, able.join(", ")))
}

/// The one place that names the providers.
fn registry(base_url: &str, test: &Credentials) -> Result<Gateways, String> {
    let executor = standard_executor().map_err(text)?;
    let of_cpay =
        cpay::Config::new(base_url, &*test.cpay.merchant_id, &*test.cpay.secret).map_err(text)?;
    let opay = &test.chainup_opay;
    let of_opay = chainup_opay::Config::new(
        base_url,
        &*opay.app_id,
        &opay.merchant_private_key,
        &opay.platform_public_key,
    )
    .map_err(text)?;
    let of_ccpayment = ccpayment::Config::new(
        format!("{base_url}/ccpayment/v1/"),
        &*test.ccpayment.app_id,
        &*test.ccpayment.app_secret,
    )
    .map_err(text)?;
    let mut gateways = Gateways::new();
    let taken = cpay::Cpay::new("main", &of_cpay, executor.clone()).map_err(text)?;
    gateways.add(taken).map_err(text)?;
    let taken = chainup_opay::ChainupOpay::new("main", &of_opay, executor.clone()).map_err(text)?;
    gateways.add(taken).map_err(text)?;
    let taken = ccpayment::Ccpayment::new("main", &of_ccpayment, executor).map_err(text)?;
    gateways.add(taken).map_err(text)?;
    Ok(gateways)
}

impl Shop {
    fn gateway(&self, name: &str) -> Result<Arc<dyn Gateway>, String> {
        let id: GatewayId = name.parse().map_err(text)?;
        let gateway = self.gateways.get_shared(&id);
        gateway.ok_or_else(|| format!("there is no gateway {name}"))
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// An endpoint of any gateway's.
struct Endpoint {
    gateway: Arc<dyn Gateway>,
    clock: SystemClock,
}

impl Endpoint {
    async fn start(shop: &Shop, name: &str) -> Result<Receiver<Event>, String> {
        let endpoint = Self {
            gateway: shop.gateway(name)?,
            clock: shop.clock,
        };
        Receiver::start(endpoint).await.map_err(text)
    }
}

impl receiver::Endpoint for Endpoint {
    type Event = Event;

    fn receive(&self, headers: &HeaderMap, body: &Bytes) -> Option<(Event, http::Response<Bytes>)> {
        let webhooks = self.gateway.webhooks();
        let received = webhooks.receive(headers, body, self.clock.now()).ok()?;
        let ack = received.ack();
        Some((received.into_event(), ack))
    }

    fn nack(&self) -> http::Response<Bytes> {
        self.gateway.webhooks().nack()
    }
}

/// What goes wrong in a step is told, not acted on.
fn text(error: impl Display) -> String {
    error.to_string()
}

fn reference(name: &str) -> Result<MerchantRef, String> {
    MerchantRef::new(name).map_err(text)
}

fn money(amount: &str, asset: &str) -> Result<Money, String> {
    Money::of(amount, asset).map_err(text)
}
