//! Signing and verifying allocate nothing. A separate test binary, because it replaces the global allocator.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use payments_signing::Secret;
use payments_signing::ccpayment::{self, Headers, Timestamp, Window};
use payments_signing::cpay::{Key, MAX_PARAMS};

#[track_caller]
fn allocates_nothing(what: impl FnOnce()) {
    assert_eq!(allocation_counter::measure(what).count_total, 0);
}

#[test]
fn cpay_signs_and_verifies_without_allocating() {
    let key = Key::new(Secret::new("z6h3cuw9grtbun9sgg5u1j35u72hycq0").unwrap());
    let names: Vec<String> = (0..MAX_PARAMS).map(|at| format!("name{at:02}")).collect();
    let long = "v".repeat(2000);
    for count in [0, 1, 10, 16, 17, MAX_PARAMS] {
        for value in ["", "66.12345678", &long] {
            let params = || names.iter().take(count).map(|name| (&**name, value));
            let sign = key.sign(params()).unwrap();
            allocates_nothing(|| drop(key.sign(params()).map(|sign| sign.as_str().len())));
            allocates_nothing(|| drop(key.sign(params().rev()).map(|sign| sign.as_str().len())));
            allocates_nothing(|| key.verify(params(), sign.as_str()).unwrap());
        }
    }
}

#[test]
fn ccpayment_signs_and_verifies_without_allocating() {
    let key = ccpayment::Key::new(
        "202302010636261620672405236006912",
        Secret::new("0123456789").unwrap(),
    )
    .unwrap();
    let timestamp = Timestamp::from_secs(1_677_152_490).unwrap();
    let body = format!("{{\"a\":\"{}\"}}", "x".repeat(1016));
    let sign = key.sign(timestamp, body.as_bytes());
    let headers = Headers {
        app_id: key.app_id(),
        timestamp: timestamp.as_str(),
        sign: sign.as_str(),
    };
    allocates_nothing(|| assert_eq!(key.sign(timestamp, body.as_bytes()).as_str().len(), 64));
    allocates_nothing(|| {
        key.verify(&headers, body.as_bytes(), 1_677_152_490, &Window::default())
            .unwrap()
    });
}

#[test]
fn ccpayment_v2_signs_and_verifies_without_allocating() {
    let secret = Secret::new("0123456789").unwrap();
    let key = ccpayment::v2::Key::new("ccpv2TestAppId01", secret).unwrap();
    let timestamp = Timestamp::from_secs(1_800_000_000).unwrap();
    for length in [8, 100, 1024, 60_000] {
        let body = format!("{{\"a\":\"{}\"}}", "x".repeat(length - 8));
        let sign = key.sign(timestamp, body.as_bytes());
        let headers = Headers {
            app_id: key.app_id(),
            timestamp: timestamp.as_str(),
            sign: sign.as_str(),
        };
        allocates_nothing(|| assert_eq!(key.sign(timestamp, body.as_bytes()).as_str().len(), 64));
        allocates_nothing(|| {
            key.verify(&headers, body.as_bytes(), 1_800_000_000, &Window::default())
                .unwrap()
        });
    }
}
