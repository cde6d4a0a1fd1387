//! Verifies a CCPayment webhook: `cargo run -p payments-signing --example verify_ccpayment_webhook`.
#![allow(clippy::print_stdout)]

use payments_signing::Secret;
use payments_signing::ccpayment::{Headers, Key, Timestamp, Window};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = Secret::new("0123456789abcdef0123456789abcdef")?;
    let key = Key::new("202302010636261620672405236006912", secret)?;

    // A server takes the headers and the exact bytes of the body from the request, and the time from its clock.
    let body = br#"{"pay_status":"success","record_id":"1","extend":{"merchant_order_id":"165"}}"#;
    let timestamp = Timestamp::from_secs(1_677_152_490)?;
    let sign = key.sign(timestamp, body);
    let headers = Headers {
        app_id: key.app_id(),
        timestamp: timestamp.as_str(),
        sign: sign.as_str(),
    };
    let now_s = 1_677_152_500;

    let verified = key.verify_webhook(&headers, body, now_s, &Window::default())?;
    let event = verified.try_map(serde_json::from_slice::<serde_json::Value>)?;
    println!("verified: {}", *event);

    let late = key.verify_webhook(&headers, body, now_s + 120, &Window::default());
    println!("two minutes later: {}", late.is_err());
    Ok(())
}
