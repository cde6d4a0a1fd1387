//! A sandbox, a client and a callback endpoint.

use std::sync::Arc;
use std::time::Duration;

use super::receiver::Receiver;
use chainup_opay_client::{
    Client, Config, CreateOrder, OrderDetail, OrderQuery, OrderStatus, Payer,
};
use payments_core::{
    Amount, Error, Executor, Kind, MerchantRef, Outcome, Policy, ProviderRef, Refusal,
};
use payments_reqwest::{ReqwestTransport, SystemClock, SystemEntropy};
use payments_sandbox::{Sandbox, SandboxBuilder};

/// Test payers of the sandbox: with enough money, with second factors, with little money, and one whose payments fail.
pub(crate) const PAYER: &str = "22033390";
pub(crate) const OPEN_ID: &str = "2ae04ed9165624419bad68e9e0f3f29fbd";
pub(crate) const CAREFUL_PAYER: &str = "22033391";
pub(crate) const POOR_PAYER: &str = "22033392";
pub(crate) const UNLUCKY_PAYER: &str = "22033393";

pub(crate) const COIN: &str = "USDT1742";

pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    pub(crate) config: Config,
    pub(crate) client: Client,
    pub(crate) receiver: Receiver,
}

impl Shop {
    pub(crate) async fn open() -> Self {
        Self::with(|builder| builder, |config| config).await
    }

    pub(crate) async fn with(
        set: impl FnOnce(SandboxBuilder) -> SandboxBuilder,
        choose: impl FnOnce(Config) -> Config,
    ) -> Self {
        let sandbox = set(Sandbox::builder().seed(7)).start().await.unwrap();
        let config = choose(config(&sandbox, &sandbox.credentials().chainup_opay.app_id));
        let client = client(&config);
        let receiver = Receiver::start(client.webhooks().clone()).await;
        Self {
            sandbox,
            config,
            client,
            receiver,
        }
    }

    /// An order of [`PAYER`] in [`COIN`] with callbacks to the receiver.
    pub(crate) fn order(&self, id: &str, digits: &str) -> CreateOrder {
        self.order_for(Payer::by_user_id(PAYER), id, digits, COIN)
    }

    pub(crate) fn order_for(
        &self,
        payer: Payer,
        id: &str,
        digits: &str,
        coin: &str,
    ) -> CreateOrder {
        CreateOrder::new(
            reference(id),
            payer,
            amount(digits),
            coin,
            "https://shop.example/return?a=1&b=2",
            self.receiver.url(),
        )
    }

    /// Creates an order and returns its number.
    pub(crate) async fn made(&self, id: &str, digits: &str) -> ProviderRef {
        let order = self.order(id, digits);
        self.client.create_order(order).await.unwrap().order_num
    }

    pub(crate) async fn detail(&self, number: &ProviderRef) -> OrderDetail {
        let query = OrderQuery::new(number.clone());
        self.client.order_detail(query).await.unwrap()
    }

    pub(crate) async fn status(&self, number: &ProviderRef) -> OrderStatus {
        self.detail(number).await.status
    }
}

pub(crate) fn config(sandbox: &Sandbox, app_id: &str) -> Config {
    let test = &sandbox.credentials().chainup_opay;
    Config::new(
        sandbox.base_url(),
        app_id,
        &test.merchant_private_key,
        &test.platform_public_key,
    )
    .unwrap()
}

/// A client that does not wait between attempts.
pub(crate) fn client(config: &Config) -> Client {
    let transport = ReqwestTransport::builder()
        .max_answer_bytes(4 << 20)
        .build()
        .unwrap();
    let executor = Executor::new(
        Arc::new(transport),
        Arc::new(SystemClock::new()),
        Arc::new(SystemEntropy),
    )
    .with_policy(Policy::new().with_backoff(Duration::ZERO, Duration::ZERO));
    Client::with_executor(config, executor)
}

pub(crate) fn reference(id: &str) -> MerchantRef {
    MerchantRef::new(id).unwrap()
}

pub(crate) fn amount(digits: &str) -> Amount {
    digits.parse().unwrap()
}

/// Asserts a refusal with this code at the first attempt, not applied.
pub(crate) fn refused(error: &Error, code: &str, refusal: Refusal) {
    assert_eq!(error.code(), Some(code), "{error}");
    assert_eq!(
        (error.kind(), error.outcome()),
        (Kind::Refused(refusal), Outcome::NotApplied),
        "{error}"
    );
    assert_eq!(error.attempts(), 1);
}
