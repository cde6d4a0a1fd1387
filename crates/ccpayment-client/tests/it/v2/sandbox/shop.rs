//! Shared by the sandbox tests: a sandbox with a manual clock, a client on that clock, and a webhook endpoint.

use std::time::Duration;

use ccpayment_client::v2::{
    AssetQuery, Client, Config, CreateInvoice, CreateOrder, DEFAULT_BASE_URL, Event, Price, Swap,
    Verified, Webhooks, Withdraw, WithdrawToCwallet, ack, nack,
};
use payments_core::{Amount, Timestamp};
use payments_sandbox::{Clock, Credentials, Gateway, Sandbox, SandboxBuilder};

use crate::receiver::Receiver;
use crate::shop_clock;
use crate::v2::support::{amount, reference};

/// Coins of the sandbox.
pub(crate) const USDT: u64 = 1280;
pub(crate) const POL: u64 = 1329;
pub(crate) const TETH: u64 = 1891;
pub(crate) const XRP: u64 = 9004;
pub(crate) const BNB: u64 = 9005;

pub(crate) const EVM_ADDRESS: &str = "0xdac17f958d2ee523a2206206994597c13d831ec7";
pub(crate) const TRON_ADDRESS: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";
pub(crate) const XRP_ADDRESS: &str = "rrrrrrrrrrrrrrrrrrrrrhoLvTp";

/// 2027-01-15 08:00:00 UTC
pub(crate) const START_S: u64 = 1_800_000_000;

pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) receiver: Receiver<Event>,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::with(|builder| builder).await
    }

    pub(crate) async fn with(set: impl FnOnce(SandboxBuilder) -> SandboxBuilder) -> Self {
        let clock = Clock::manual(START_S * 1_000);
        let test = Credentials::test().ccpayment_v2;
        let config = Config::new(DEFAULT_BASE_URL, &*test.app_id, &*test.app_secret).unwrap();
        let receiver = receiver(Webhooks::new(&config), clock.clone()).await;
        let builder = Sandbox::builder()
            .clock(clock)
            .seed(7)
            .ccpayment_v2_webhook_url(receiver.url());
        let sandbox = set(builder).start().await.unwrap();
        let client = client(&sandbox, &test.app_id, &test.app_secret, 0);
        Self {
            sandbox,
            client,
            receiver,
        }
    }

    /// Another client of the same account, on a clock that is `ahead_s` seconds ahead.
    pub(crate) fn another_client(&self, ahead_s: i64) -> Client {
        let test = &self.sandbox.credentials().ccpayment_v2;
        client(&self.sandbox, &test.app_id, &test.app_secret, ahead_s)
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.sandbox.clock().advance(Duration::from_secs(seconds));
    }

    /// The events so far, after all due webhooks were sent.
    pub(crate) async fn events(&self) -> Vec<Verified<Event>> {
        self.sandbox.webhooks_quiet().await;
        self.receiver.events()
    }

    /// The balance in the answer to `getAppCoinAsset`, which must equal the available balance of the sandbox.
    pub(crate) async fn balance(&self, coin_id: u64) -> Amount {
        let asset = self.client.asset(AssetQuery::new(coin_id)).await.unwrap();
        let asset = asset.asset;
        let rows = self.sandbox.balances_at(Gateway::CCPAYMENT_V2);
        let symbol = asset.coin_symbol.unwrap();
        let row = rows.iter().find(|row| row.currency == symbol).unwrap();
        assert_eq!(asset.available, Some(amount(&row.available)));
        amount(&row.available)
    }

    /// How many requests the gateway received for a call.
    pub(crate) fn received(&self, call: &str) -> usize {
        let requests = self.sandbox.requests();
        let path = format!("/ccpayment/v2/{call}");
        requests.iter().filter(|one| one.path == path).count()
    }
}

/// A webhook endpoint that verifies with these keys.
pub(crate) async fn receiver(webhooks: Webhooks, clock: Clock) -> Receiver<Event> {
    let receive = move |headers: &_, body: &_, now| webhooks.receive(headers, body, now);
    let reply = |is_genuine| if is_genuine { ack() } else { nack() };
    Receiver::start(receive, reply, clock).await
}

/// A client on the sandbox's clock plus `ahead_s` seconds.
pub(crate) fn client(sandbox: &Sandbox, app_id: &str, secret: &str, ahead_s: i64) -> Client {
    let base_url = format!("{}/ccpayment/v2/", sandbox.base_url());
    let config = Config::new(base_url, app_id, secret).unwrap();
    Client::with_executor(&config, shop_clock::executor(sandbox, ahead_s))
}

/// An hour after the start of the clock.
pub(crate) const fn in_an_hour() -> Timestamp {
    Timestamp::from_secs(START_S + 3_600)
}

/// An order in US dollars, paid in USDT on Polygon.
pub(crate) fn order(id: &str, dollars: &str) -> CreateOrder {
    let price = Price::usd(amount(dollars));
    CreateOrder::new(reference(id), USDT, "POLYGON", price, in_an_hour())
}

/// An invoice in US dollars.
pub(crate) fn invoice(id: &str, dollars: &str) -> CreateInvoice {
    CreateInvoice::new(reference(id), Price::usd(amount(dollars)), in_an_hour())
}

pub(crate) fn payout(id: &str, value: &str) -> Withdraw {
    Withdraw::new(reference(id), USDT, "POLYGON", EVM_ADDRESS, amount(value))
}

pub(crate) fn cwallet_payout(id: &str, value: &str) -> WithdrawToCwallet {
    WithdrawToCwallet::new(reference(id), USDT, "9454818", amount(value))
}

pub(crate) fn swap(id: &str, value: &str, least: &str) -> Swap {
    Swap::new(reference(id), USDT, amount(value), POL, amount(least))
}
