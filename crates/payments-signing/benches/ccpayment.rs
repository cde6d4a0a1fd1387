//! CCPayment signatures compared with the bare SHA-256 over the same bytes, for bodies of 1 KiB.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use payments_signing::Secret;
use payments_signing::ccpayment::{Headers, Key, Timestamp, Window};
use sha2::{Digest, Sha256};

const APP_ID: &str = "202302010636261620672405236006912";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const NOW: u64 = 1_677_152_490;

/// A JSON object of exactly 1 KiB, like a webhook.
fn body() -> String {
    let mut body = String::from(
        r#"{"pay_status":"success","extend":{"merchant_order_id":"3735077979050379"}"#,
    );
    for at in 0..20 {
        body += &format!(r#","field_number_{at}":"value of some length""#);
    }
    body += r#","fill":""#;
    body += &"x".repeat(1024 - body.len() - 2);
    body + "\"}"
}

fn signatures(c: &mut Criterion) {
    let key = Key::new(APP_ID, Secret::new(SECRET).unwrap()).unwrap();
    let (timestamp, body, window) = (
        Timestamp::from_secs(NOW).unwrap(),
        body(),
        Window::default(),
    );
    assert_eq!(body.len(), 1024);
    let text = format!("{APP_ID}{SECRET}{NOW}{body}");
    let sign = key.sign(timestamp, body.as_bytes());
    let headers = Headers {
        app_id: APP_ID,
        timestamp: timestamp.as_str(),
        sign: sign.as_str(),
    };
    let hex = base16ct::lower::encode_string(&Sha256::digest(&text));
    assert_eq!(sign.as_str(), hex, "both sides must do the same work");

    let mut group = c.benchmark_group("ccpayment_sign");
    group.bench_function("ours", |b| {
        b.iter(|| key.sign(black_box(timestamp), black_box(body.as_bytes())))
    });
    group.bench_function("bare", |b| {
        b.iter(|| Sha256::digest(black_box(text.as_bytes())))
    });
    group.finish();

    let mut group = c.benchmark_group("ccpayment_verify");
    group.bench_function("ours", |b| {
        b.iter(|| {
            key.verify(
                black_box(&headers),
                black_box(body.as_bytes()),
                NOW,
                &window,
            )
            .unwrap()
        });
    });
    group.bench_function("bare", |b| {
        b.iter(|| Sha256::digest(black_box(text.as_bytes())))
    });
    group.finish();

    // The difference is the cost of the shape check.
    let mut group = c.benchmark_group("ccpayment_webhook");
    group.bench_function("ours", |b| {
        b.iter(|| {
            key.verify_webhook(
                black_box(&headers),
                black_box(body.as_bytes()),
                NOW,
                &window,
            )
            .unwrap()
        });
    });
    group.bench_function("signature_only", |b| {
        b.iter(|| {
            key.verify(
                black_box(&headers),
                black_box(body.as_bytes()),
                NOW,
                &window,
            )
            .unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, signatures);
criterion_main!(benches);
