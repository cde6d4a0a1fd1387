//! The two versions of CCPayment in an accounts file.

use bytes::Bytes;
use payments_core::scripted::{FixedEntropy, ManualClock, ScriptedTransport, block_on};
use payments_core::{Executor, Timestamp};
use payments_facade::Gateway;
use payments_facade::config::{CcpaymentAccount, CcpaymentV2Account, GatewaysConfig};
use payments_facade::webhook::Hint;
use std::sync::Arc;

use super::support::{Fixed, executor};
use crate::ccpayment_v2::support::{APP_ID, SECRET, signed};

const V2: &str = r#"
[[gateway]]
provider = "ccpayment"
version = "v2"
account = "main"
app_id = "ccpv2TestAppId01"
app_secret = { env = "SECRET" }
previous_app_secret = { env = "OLD", until = 2027-01-16T00:00:00Z }
"#;

fn secrets() -> Fixed {
    Fixed::new(&[("SECRET", SECRET), ("OLD", "s3cret-of-before")])
}

fn read(text: &str) -> GatewaysConfig {
    GatewaysConfig::read(text, &secrets()).unwrap()
}

fn problems(text: &str) -> Vec<String> {
    let problems = GatewaysConfig::read(text, &secrets()).unwrap_err();
    problems.iter().map(ToString::to_string).collect()
}

fn notices(config: &GatewaysConfig) -> Vec<String> {
    config.notices().map(ToString::to_string).collect()
}

#[test]
fn an_account_of_version_2_has_its_own_client_and_default_url() {
    let config = read(V2);
    let account = config.accounts().next().unwrap();
    assert_eq!(account.id().as_str(), "ccpayment/main");
    assert_eq!(
        account.base_url(),
        payments_facade::ccpayment_v2::DEFAULT_BASE_URL
    );
    let v2 = account.provider::<CcpaymentV2Account>().unwrap();
    assert_eq!(v2.config.app_id(), APP_ID);
    assert!(account.provider::<CcpaymentAccount>().is_none());
    assert!(account.previous_until().is_some());
    assert!(notices(&config).is_empty());
    let gateways = config.build(|_| executor()).unwrap();
    let gateway = gateways.iter().next().unwrap();
    let client = gateway.client::<ccpayment_client::v2::Client>();
    assert!(client.is_some());
    let shown = format!("{config:?}");
    assert!(
        !shown.contains(SECRET) && !shown.contains("s3cret"),
        "{shown}"
    );
}

#[test]
fn an_account_without_a_version_is_of_version_1_and_is_named() {
    let text = V2.replace("version = \"v2\"\n", "");
    let config = read(&text);
    let account = config.accounts().next().unwrap();
    assert!(account.provider::<CcpaymentAccount>().is_some());
    assert_eq!(
        notices(&config),
        [
            "line 2, column 1, ccpayment/main, version: is not given, so it is v1, which the provider calls deprecated: \
             write \"v1\" to keep it, or \"v2\" if that is the account's version"
        ]
    );
    let config = read(&V2.replace("\"v2\"", "\"v1\""));
    let account = config.accounts().next().unwrap();
    assert!(account.provider::<CcpaymentAccount>().is_some());
    assert!(notices(&config).is_empty());
}

#[test]
fn hints_that_are_not_queried_are_named() {
    let config = read(&format!("{V2}webhook_policy = \"hint-only\"\n"));
    let found = notices(&config);
    let [notice] = found.as_slice() else {
        panic!("{found:?}")
    };
    let begin = "line 9, column 1, ccpayment/main, webhook_policy: is \"hint-only\": webhooks about payments are not queried";
    assert!(notice.starts_with(begin), "{notice}");
    let config = read(&format!("{V2}webhook_policy = \"query-first\"\n"));
    assert!(notices(&config).is_empty());
}

#[test]
fn an_unknown_version_and_keys_of_the_other_version_are_problems() {
    let unknown = problems(&V2.replace("\"v2\"", "\"v3\""));
    assert_eq!(
        unknown,
        ["line 4, column 11, ccpayment/main, version: must be one of \"v1\", \"v2\""]
    );
    let wrong = format!("{V2}currencies = [\"EUR\"]\n");
    assert_eq!(
        problems(&wrong),
        ["line 9, column 1, ccpayment/main, currencies: is only for version = \"v1\""]
    );
    let of_v1 = V2.replace("\"v2\"", "\"v1\"");
    let wrong = format!("{of_v1}webhook_policy = \"hint-only\"\nconfirm = false\n");
    assert_eq!(
        problems(&wrong),
        [
            "line 9, column 1, ccpayment/main, webhook_policy: is only for version = \"v2\"",
            "line 10, column 1, ccpayment/main, confirm: is only for version = \"v2\""
        ]
    );
    let without = V2.replace("version = \"v2\"\n", "");
    let wrong = format!("{without}confirm = false\n");
    assert_eq!(
        problems(&wrong),
        ["line 8, column 1, ccpayment/main, confirm: is only for version = \"v2\""]
    );
    let wrong = format!("{V2}webhook_policy = \"query\"\nconfirm = \"no\"\n");
    assert_eq!(
        problems(&wrong),
        [
            "line 9, column 18, ccpayment/main, webhook_policy: must be one of \"query-first\", \"hint-only\"",
            "line 10, column 11, ccpayment/main, confirm: must be true or false"
        ]
    );
}

#[test]
fn other_providers_have_no_version() {
    let cpay = "[[gateway]]\nprovider = \"cpay\"\naccount = \"main\"\nversion = \"v2\"\nbase_url = \"https://api.cpay.ltd\"\n\
                merchant_id = \"7\"\nsecret = { env = \"SECRET\" }\n";
    let found = problems(cpay);
    assert_eq!(found.len(), 1);
    assert!(
        found[0].starts_with("line 4, column 1, cpay/main, version: is no key here"),
        "{found:?}"
    );
}

#[test]
fn a_base_url_of_another_version_names_the_right_one_and_the_other_version() {
    for (url, right) in [
        (
            "https://ccpayment.com",
            "https://ccpayment.com/ccpayment/v2",
        ),
        (
            "https://admin.ccpayment.com/ccpayment/v1",
            "https://ccpayment.com/ccpayment/v2, or version = \"v1\" for an account of that version",
        ),
        (
            "http://127.0.0.1:18421/ccpayment/v1/",
            "http://127.0.0.1:18421/ccpayment/v2, or version = \"v1\" for an account of that version",
        ),
    ] {
        let found = problems(&format!("{V2}base_url = \"{url}\"\n"));
        let expected = format!(
            "line 9, column 12, ccpayment/main, base_url: must end with /ccpayment/v2: write {right}"
        );
        assert_eq!(found, [expected]);
    }
    for good in [
        "https://ccpayment.com/ccpayment/v2",
        "http://127.0.0.1:18421/ccpayment/v2/",
        "https://proxy.example/to-the-gateway",
    ] {
        read(&format!("{V2}base_url = \"{good}\"\n"));
    }
}

/// The webhook of a payment, read by the gateway of this file.
fn hint(text: &str, transport: &ScriptedTransport) -> (Hint, Arc<dyn Gateway>) {
    let now = Timestamp::from_secs(1_800_000_000);
    let executor = |transport: &ScriptedTransport| {
        Executor::new(
            Arc::new(transport.clone()),
            Arc::new(ManualClock::at(now)),
            Arc::new(FixedEntropy::new(0)),
        )
    };
    let gateways = read(text).build(|_| executor(transport)).unwrap();
    let gateway = gateways
        .get_shared(&"ccpayment/main".parse().unwrap())
        .unwrap();
    let body = Bytes::from_static(
        br#"{"type":"ApiDeposit","msg":{"recordId":"7","orderId":"order-1","status":"Success"}}"#,
    );
    let headers = signed(APP_ID, SECRET, now, &body);
    let hint = gateway.webhooks().hint(&headers, &body).unwrap();
    (hint, gateway)
}

#[test]
fn the_policy_of_webhooks_is_that_of_the_file() {
    let not_found = r#"{"code":11003,"msg":"NotFound"}"#;
    for (policy, requests, status) in [("", 1, 500), ("webhook_policy = \"hint-only\"\n", 0, 200)] {
        let transport = ScriptedTransport::new().answer(200, not_found);
        let (hint, gateway) = hint(&format!("{V2}{policy}"), &transport);
        let queried = block_on(hint.query(&*gateway)).unwrap();
        assert_eq!(transport.requests().len(), requests);
        assert_eq!(queried.reply().status().as_u16(), status);
    }
}
