//! Calls that no group covers are made on the typed client of any `dyn Gateway`.

use std::sync::Arc;

use crate::support::{charge, contact, reference, sandbox, scripted};
use cpay_client::{Client, FullName, Gender, IdDocument, Person, SubmitKyc};
use payments_core::scripted::{ManualClock, ScriptedTransport, block_on};
use payments_core::{Date, Kind, Outcome, Reach, Refusal, TransportError};
use payments_facade::layer::{RateLimited, RateLimiter};
use payments_facade::payment::PaymentKind;
use payments_facade::{Gateway, Gateways, Phase, cpay::Cpay};

/// The gateway as an application holds it: shared, wrapped by a layer, in a registry.
fn registered(gateway: Cpay) -> Gateways {
    let limit = RateLimiter::new(Arc::new(ManualClock::new()));
    let shared: Arc<dyn Gateway> = Arc::new(gateway);
    let mut gateways = Gateways::new();
    gateways.add(RateLimited::new(shared, limit)).unwrap();
    gateways
}

fn client(gateways: &Gateways) -> &Client {
    let gateway = gateways.get(&"cpay/main".parse().unwrap()).unwrap();
    gateway.client().unwrap()
}

#[test]
fn returns_only_the_providers_own_client_type() {
    let gateways = registered(scripted(&ScriptedTransport::new()));
    let gateway = gateways.get(&"cpay/main".parse().unwrap()).unwrap();
    assert!(gateway.client::<Client>().is_some());
    assert!(gateway.client::<String>().is_none());
}

#[cfg(feature = "config")]
#[test]
fn is_returned_by_a_gateway_from_an_accounts_file() {
    use payments_core::SensitiveString;
    use payments_facade::config::{GatewaysConfig, SecretSource, Unobtainable};

    struct Vault;
    impl SecretSource for Vault {
        fn variable(&self, _: &str) -> Result<SensitiveString, Unobtainable> {
            Ok("k3y-of-merchant".into())
        }
        fn file(&self, _: &std::path::Path) -> Result<SensitiveString, Unobtainable> {
            Err(Unobtainable::Missing)
        }
    }
    let file = r#"
        [[gateway]]
        provider = "cpay"
        account = "main"
        base_url = "https://api.cpay.ltd"
        merchant_id = "20003092"
        secret = { env = "CPAY_SECRET" }
    "#;
    let gateways = GatewaysConfig::read(file, &Vault)
        .unwrap()
        .connect()
        .unwrap();
    let _: &Client = client(&gateways);
}

#[tokio::test]
async fn charges_a_card_host_to_host() {
    let (sandbox, gateway) = sandbox().await;
    let gateways = registered(gateway);
    let client = client(&gateways);
    let page = client
        .pay_by_card(charge("card", "4242424242424242"))
        .await
        .unwrap();
    assert!(page.page.is_some() && page.redirect_url.is_some());

    sandbox.pay("card", None).await.unwrap();
    let gateway = gateways.iter().next().unwrap();
    let found = gateway
        .checkout()
        .unwrap()
        .find(&reference("card").into())
        .await;
    let found = found.unwrap().unwrap();
    assert_eq!(
        (found.phase(), found.kind()),
        (Phase::Completed, PaymentKind::Unstated)
    );
    assert_eq!(found.provider_ref(), Some(&page.order_id));

    let declined = client.pay_by_card(charge("bad", "4000000000000002")).await;
    assert_eq!(declined.unwrap_err().code(), Some("90751015"));
    assert!(!format!("{:?}", charge("x", "4242424242424242")).contains("4242424242424242"));
}

#[test]
fn a_declined_card_is_a_refusal_without_effect() {
    let answer = r#"{"code": 90751015, "msg": "pay fail", "data": {"orderId": ""}}"#;
    let gateways = registered(scripted(&ScriptedTransport::new().answer(200, answer)));
    let error = block_on(client(&gateways).pay_by_card(charge("r-1", "4111111111111111")));
    let error = error.unwrap_err();
    assert_eq!(error.kind(), Kind::Refused(Refusal::Declined));
    assert_eq!(error.outcome(), Outcome::NotApplied);
}

#[test]
fn a_charge_with_an_unknown_outcome_is_sent_once() {
    for reach in [Reach::MaybeSent, Reach::ResponseStarted] {
        let transport = ScriptedTransport::new().fail(TransportError::timeout(reach));
        let gateways = registered(scripted(&transport));
        let error = block_on(client(&gateways).pay_by_card(charge("r-1", "4111111111111111")));
        let error = error.unwrap_err();
        assert_eq!(error.outcome(), Outcome::Unknown);
        assert_eq!(transport.requests().len(), 1);
        assert!(!error.to_string().contains("4111"), "{error}");
    }
}

#[tokio::test]
async fn submits_kyc() {
    let (_sandbox, gateway) = sandbox().await;
    let gateways = registered(gateway);
    let client = client(&gateways);
    let receipt = client
        .submit_kyc(SubmitKyc::new(vec![person()]))
        .await
        .unwrap();
    assert!(receipt.is_complete());
    let no_one = client
        .submit_kyc(SubmitKyc::new(Vec::new()))
        .await
        .unwrap_err();
    assert_eq!((no_one.kind(), no_one.attempts()), (Kind::Invalid, 0));
}

fn person() -> Person {
    let day = |year, month, day| Date::new(year, month, day).unwrap();
    let document = IdDocument::new("12341234123", day(2008, 1, 1), day(2038, 1, 1))
        .id_card_url("https://files.shop.example/pi.jpg");
    Person::new(
        "customer-7",
        FullName::new("hart", "lee").middle("van"),
        day(1987, 5, 1),
        Gender::Male,
        "RU",
        contact(),
        document,
    )
}
