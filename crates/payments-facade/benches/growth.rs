//! How the time for merging observations and for reading a configuration grows with their number.
//!
//! The time of one observation or account is compared with that of the smallest number; nothing fails here.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods
)]

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use payments_core::{MerchantRef, ProviderRef, SensitiveString};
use payments_facade::config::{GatewaysConfig, SecretSource, Unobtainable};
use payments_facade::payment::{Observation, PaymentKind, Payments, Source};
use payments_facade::{GatewayId, Money, Payment, Phase};

fn main() {
    // `cargo bench` passes `--bench`; a run as a test only shows that everything works.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let most = if measured { 1_000_000 } else { 1_000 };
    let counts = [100, 1_000, 10_000, 100_000, 1_000_000];
    let counts = counts.into_iter().filter(|count| *count <= most);
    curve("observations merged", counts, |count| {
        let observations = observations(count);
        timed(|| {
            let payments: Payments = observations.into_iter().collect();
            assert_eq!(payments.all().len(), count / 2);
        })
    });
    // A file of more than a mebibyte is refused.
    curve("accounts configured", [100, 1_000, 5_000], |count| {
        let file = file(count);
        timed(|| {
            let config = GatewaysConfig::read(&file, &Vault).unwrap();
            assert_eq!(config.accounts().count(), count);
        })
    });
}

fn curve(
    what: &str,
    counts: impl IntoIterator<Item = usize>,
    mut seconds: impl FnMut(usize) -> f64,
) {
    println!("{what:<20} ns for each   times the first");
    let mut first = None;
    for count in counts {
        // Small numbers are measured until a large one would be.
        let rounds = (100_000 / count).clamp(1, 100);
        let fastest = (0..rounds).map(|_| seconds(count)).reduce(f64::min);
        let each = fastest.unwrap() * 1e9 / count as f64;
        let times = each / *first.get_or_insert(each);
        println!("{count:>20} {each:>11.0} {times:>17.2}");
    }
}

fn timed(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// Of each order, the application's record and a webhook that names the reference and the provider's id. First all records, then
/// all webhooks, so that what belongs together is far apart.
fn observations(count: usize) -> Vec<Payment> {
    let gateway = GatewayId::new("cpay", "main").unwrap();
    let price = Money::of("10.50", "USDT").unwrap();
    let reference = |at: usize| MerchantRef::new(format!("order-{at}")).unwrap();
    let records = (0..count / 2).map(|at| {
        let kind = PaymentKind::Checkout;
        Payment::asked_for(gateway.clone(), kind, reference(at), price.clone())
    });
    let events = (0..count / 2).map(|at| {
        let event = Observation::new(Source::Event, PaymentKind::Checkout)
            .reference(Some(reference(at)))
            .provider_ref(Some(ProviderRef::new(at.to_string()).unwrap()))
            .phase(Phase::Completed, "14")
            .paid(Some(price.clone()));
        Payment::new(gateway.clone(), event)
    });
    records.chain(events).collect()
}

fn file(accounts: usize) -> String {
    let mut file = String::new();
    for at in 0..accounts {
        let account = format!(
            "[[gateway]]\nprovider = \"cpay\"\naccount = \"shop-{at}\"\nbase_url = \"https://api.cpay.ltd\"\n\
             merchant_id = \"{}\"\nsecret = {{ env = \"CPAY_SECRET\" }}\n\n",
            20_000_000 + at
        );
        file.write_str(&account).unwrap();
    }
    file
}

struct Vault;

impl SecretSource for Vault {
    fn variable(&self, _: &str) -> Result<SensitiveString, Unobtainable> {
        Ok(SensitiveString::from("k3y-of-merchant"))
    }

    fn file(&self, _: &Path) -> Result<SensitiveString, Unobtainable> {
        Err(Unobtainable::Missing)
    }
}
