//! Shared by the sandbox tests: a sandbox with a manual clock, a client on that clock, and a webhook endpoint.

use std::time::Duration;

use ccpayment_client::v1::{
    AssetsQuery, Client, Config, CreateOrder, DEFAULT_BASE_URL, DepositOrder, DepositQuery, Event,
    Price, Verified, Webhooks, Withdraw, WithdrawalOrder, WithdrawalQuery, ack, nack,
};
use payments_core::{Amount, Error, Kind, MerchantRef, NextStep, Outcome};
use payments_sandbox::{Clock, Credentials, Gateway, Sandbox, SandboxBuilder};

use crate::receiver::Receiver;
use crate::shop_clock;

/// Tokens of the sandbox: USDT on Tron (its fee is in TRX), Ethereum (in ETH), BSC (in USDT) and, in maintenance, Polygon.
pub(crate) const USDT: &str = "0912e09a-d8e2-41d7-a0bc-a25530892988";
pub(crate) const USDT_ERC20: &str = "264f4725-3cfd-4ff6-bc80-ff9d799d5fb2";
pub(crate) const USDT_BEP20: &str = "92b15088-7973-4813-b0f3-1895588a5df7";
pub(crate) const USDT_POLYGON: &str = "c30d8b76-28db-425e-a3b2-29f1c4069545";
pub(crate) const TRX: &str = "9e30691c-2386-42ea-926a-1e48cc11d357";
pub(crate) const ETH: &str = "21da8978-206f-4c66-b1e0-c07e9e115e4b";
pub(crate) const XRP: &str = "2a9eba0c-df56-4d80-aa75-9159fb7ff337";
pub(crate) const SATS: &str = "32ea6928-f623-4bf2-904b-74ba4a0fe75d";
pub(crate) const FTM: &str = "a02fdaa1-ad86-4c44-a049-548e8a0a8c96";

pub(crate) const TRON_ADDRESS: &str = "TRMYtLHzmTeMm1FW86LZh2LGnE2D7kJnnw";
pub(crate) const EVM_ADDRESS: &str = "0x52908400098527886e0f7030069857d2e4169ee7";

pub(crate) const START_MS: u64 = 1_700_000_000_000;

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
        let clock = Clock::manual(START_MS);
        let test = Credentials::test().ccpayment;
        let config = Config::new(DEFAULT_BASE_URL, &*test.app_id, &*test.app_secret).unwrap();
        let receiver = receiver(Webhooks::new(&config), clock.clone()).await;
        let builder = Sandbox::builder()
            .clock(clock)
            .seed(7)
            .ccpayment_webhook_url(receiver.url());
        let sandbox = set(builder).start().await.unwrap();
        let client = client(&sandbox, &test.app_id, &test.app_secret, 0);
        Self {
            sandbox,
            client,
            receiver,
        }
    }

    /// Another client of the same account, without a correction and without counted resends.
    pub(crate) fn another_client(&self, ahead_s: i64) -> Client {
        let test = &self.sandbox.credentials().ccpayment;
        client(&self.sandbox, &test.app_id, &test.app_secret, ahead_s)
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.sandbox.clock().advance(Duration::from_secs(seconds));
    }

    /// The last event, after all due webhooks were sent.
    pub(crate) async fn last_event(&self) -> Verified<Event> {
        self.sandbox.webhooks_quiet().await;
        self.receiver.events().pop().unwrap()
    }

    pub(crate) async fn order(&self, id: &str) -> Option<DepositOrder> {
        let query = DepositQuery::one(reference(id));
        let found = self.client.deposits(query).await.unwrap();
        found.find(&reference(id)).cloned()
    }

    pub(crate) async fn payout(&self, id: &str) -> Option<WithdrawalOrder> {
        let query = WithdrawalQuery::one(reference(id));
        let found = self.client.withdrawals(query).await.unwrap();
        found.find(&reference(id)).cloned()
    }

    /// The balance in the answer to `assets`, which must equal the available balance of the sandbox.
    pub(crate) async fn balance(&self, crypto: &str) -> Amount {
        let assets = self.client.assets(AssetsQuery::all()).await.unwrap();
        let available = assets.of(crypto).unwrap().value.unwrap();
        let rows = self.sandbox.balances_at(Gateway::CCPAYMENT);
        let row = rows.iter().find(|row| row.currency == crypto).unwrap();
        assert_eq!(available, amount(&row.available));
        available
    }

    pub(crate) fn frozen(&self, crypto: &str) -> Amount {
        let rows = self.sandbox.balances_at(Gateway::CCPAYMENT);
        let row = rows.iter().find(|row| row.currency == crypto).unwrap();
        amount(&row.frozen)
    }

    /// Why the gateway refused the last request, by the `reason` of its answer.
    pub(crate) fn last_reason(&self) -> String {
        self.sandbox.requests().pop().unwrap().message
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
    let base_url = format!("{}/ccpayment/v1/", sandbox.base_url());
    let config = Config::new(base_url, app_id, secret).unwrap();
    Client::with_executor(&config, shop_clock::executor(sandbox, ahead_s))
}

pub(crate) fn reference(id: &str) -> MerchantRef {
    MerchantRef::new(id).unwrap()
}

pub(crate) fn amount(digits: &str) -> Amount {
    digits.parse().unwrap()
}

pub(crate) fn sum(digits: &str) -> Option<Amount> {
    Some(amount(digits))
}

/// An order in US dollars, paid in USDT on TRC20.
pub(crate) fn order(id: &str, dollars: &str) -> CreateOrder {
    CreateOrder::new(reference(id), Price::usd(amount(dollars)), USDT)
}

pub(crate) fn payout(id: &str, value: &str) -> Withdraw {
    Withdraw::new(reference(id), USDT, TRON_ADDRESS, amount(value))
}

/// A failure with the general code, which leaves the outcome unknown.
pub(crate) fn proves_nothing(error: &Error) {
    assert_eq!(error.code(), Some("224066"), "{error}");
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Ambiguous, Outcome::Unknown),
        "{error}"
    );
    assert_eq!((error.next_step(), error.attempts()), (NextStep::Query, 1));
    assert!(error.raw().is_some());
}
