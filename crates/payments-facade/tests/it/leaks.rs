//! What errors, traces and logs show of the secret, a card and a person, when calls fail in every way that the sandbox knows.

use std::sync::{Mutex, PoisonError};

use cpay_client::{Client, FiatPayout, FullName, Gender, IdDocument, Person, PixKey, SubmitKyc};
use payments_core::{Date, Error};
use payments_facade::cpay::{Config, Cpay};
use payments_facade::standard_executor;
use payments_sandbox::{Fault, FaultKind, FaultWhen, Gateway};

use crate::support::{charge, contact, reference, sandbox};
use crate::traces::block_on;
use crate::traces::recorder::Recorder;

#[path = "../../../../fixtures/leaks.rs"]
pub(crate) mod looking;

/// The card, which no test page of the sandbox names, and what belongs to a person.
const CARD: &str = "4111111111111111";
const EMAIL: &str = "sentinel@cliente.example";

/// Everything that the process reports through `log`, as reqwest does.
struct Logs(Mutex<String>);

impl log::Log for Logs {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *all += &format!("{} {} {}\n", record.level(), record.target(), record.args());
    }

    fn flush(&self) {}
}

fn person() -> Person {
    let day = |year, month, day| Date::new(year, month, day).unwrap();
    let document = IdDocument::new("12341234123", day(2008, 1, 1), day(2038, 1, 1))
        .id_card_url("https://files.shop.example/sentinel.jpg");
    Person::new(
        "customer-7",
        FullName::new("sentinelhart", "sentinellee"),
        day(1987, 5, 1),
        Gender::Male,
        "RU",
        contact(),
        document,
    )
}

/// Makes the calls that have cards and persons, and returns what failed.
async fn failures(client: &Client, name: &str) -> Vec<Error> {
    let pix = PixKey::email(EMAIL).unwrap();
    let payout = FiatPayout::pix(reference(name), "customer-7", "5".parse().unwrap(), pix);
    let failed = [
        client.pay_by_card(charge(name, CARD)).await.err(),
        client.create_fiat_payout(payout).await.err(),
        client
            .submit_kyc(SubmitKyc::new(vec![person()]))
            .await
            .err(),
    ];
    failed.into_iter().flatten().collect()
}

/// The kinds but for those that wait for the sandbox's clock, and those of webhooks.
fn kinds() -> impl Iterator<Item = FaultKind> {
    let waits = [
        FaultKind::Lost,
        FaultKind::Trickle,
        FaultKind::Late,
        FaultKind::AfterWebhook,
    ];
    let kinds = FaultKind::ALL.iter().copied();
    kinds.filter(move |kind| kind.group() != "webhook" && !waits.contains(kind))
}

/// Returns the errors, all of them looked through.
async fn fail_in_every_way() -> usize {
    let (sandbox, gateway) = sandbox().await;
    let client = gateway.client();
    let mut errors = 0;
    let mut look = |what: &str, failed: Vec<Error>| {
        errors += failed.len();
        for error in failed {
            looking::check_error(what, &error);
        }
    };
    for kind in kinds() {
        for when in kind.when() {
            let name = format!("{}-{}", kind.as_str(), when.as_str());
            let fault = match when {
                FaultWhen::Instead => Fault::instead(Gateway::CPAY),
                _ => Fault::after(Gateway::CPAY),
            };
            // Each call is repeated if it may be. Some kinds need a signed answer or a code, and C-Pay has none.
            if sandbox.fault(fault.kind(kind).times(20)).is_ok() {
                look(&name, failures(client, &name).await);
            }
            sandbox.clear_faults();
        }
    }
    // A secret that is wrong, and a server that is not there.
    let own = &sandbox.credentials().cpay;
    for (url, secret) in [
        (sandbox.base_url(), "sentinel-secret-of-another"),
        ("http://127.0.0.1:1", own.secret.as_str()),
    ] {
        let config = Config::new(url, &own.merchant_id, secret).unwrap();
        let other = Cpay::new("main", &config, standard_executor().unwrap()).unwrap();
        look(url, failures(other.client(), "other").await);
    }
    errors
}

#[test]
fn no_error_trace_or_log_shows_a_secret_a_card_or_a_person() {
    static LOGS: Logs = Logs(Mutex::new(String::new()));
    log::set_logger(&LOGS).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    let recorder = Recorder::default();
    let errors = recorder.during(|| block_on(fail_in_every_way()));
    assert!(errors >= 150, "{errors} calls failed");
    let traced = recorder.text();
    assert!(traced.contains("pay_by_card"), "{traced}");
    looking::check("a trace", &traced);
    let logged = LOGS.0.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(logged.contains("reqwest"), "{logged}");
    looking::check("a log", &logged);
    println!("errors looked through: {errors}");
}
