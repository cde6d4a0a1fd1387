//! Seals a ChainUp OPay request and opens it as the platform:
//! `cargo run -p payments-signing --features rsa --example chainup_opay_envelope`.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::fs;

use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};

/// The test keys of this repository. Use your own private key and the platform's public key.
const FOLDER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../fixtures/signatures/chainup_opay"
);

fn keys(own: &str, peer: &str) -> Result<Keys, Box<dyn Error>> {
    let own = fs::read_to_string(format!("{FOLDER}/{own}.pri.pem"))?;
    let peer = fs::read_to_string(format!("{FOLDER}/{peer}.pub.pem"))?;
    Ok(Keys::new(
        PrivateKey::parse(&own)?,
        PublicKey::parse(&peer)?,
    ))
}

fn main() -> Result<(), Box<dyn Error>> {
    let merchant = keys("merchant", "platform")?;
    let platform = keys("platform", "merchant")?;

    let sealed = merchant.seal(br#"{"appOrderId":"11321","orderAmount":"10"}"#)?;
    let body = sealed.envelope("app-id", 1_715_310_032_123);
    println!("{} bytes to send", body.len());

    let text = platform.open_callback("app-id", body.as_bytes())?;
    println!("opened and verified: {}", String::from_utf8_lossy(&text));
    Ok(())
}
