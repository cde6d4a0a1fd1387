//! Signs a C-Pay form and prints the body to send: `cargo run -p payments-signing --example sign_cpay_form`.
#![allow(clippy::print_stdout)]

use payments_signing::{Secret, cpay::Key};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = Key::new(Secret::new("k3y-of-merchant")?);
    // Any order: the key sorts. Values are signed raw and encoded afterwards.
    let params = [
        ("merchantId", "20003092"),
        ("merchantTradeNo", "order-1001"),
        ("amount", "66.50"),
        ("cryptoCurrency", "USDT"),
        ("callBackURL", "https://shop.example/cpay/callback"),
    ];
    let sign = key.sign(params)?;
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(params)
        .append_pair("sign", sign.as_str())
        .finish();
    println!("{body}");

    // The gateway reads and verifies it like this.
    let fields = key.verify_webhook(body.as_bytes())?;
    println!("signed amount: {}", fields.get("amount").unwrap_or("none"));
    Ok(())
}
