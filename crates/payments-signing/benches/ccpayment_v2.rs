//! CCPayment v2 signatures compared with the bare HMAC over the same bytes, for bodies of 100 bytes and 1 KiB.
#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit, Mac};
use payments_signing::Secret;
use payments_signing::ccpayment::v2::Key;
use payments_signing::ccpayment::{Headers, Timestamp, Window};
use sha2::Sha256;

const APP_ID: &str = "202302010636261620672405236006912";
const SECRET: &str = "0123456789abcdef0123456789abcdef";
const NOW: u64 = 1_800_000_000;

/// A JSON object of exactly `length` bytes.
fn body(length: usize) -> String {
    let start = r#"{"type":"ApiDeposit","msg":{"fill":""#;
    format!("{start}{}\"}}}}", "x".repeat(length - start.len() - 3))
}

fn signatures(c: &mut Criterion) {
    let key = Key::new(APP_ID, Secret::new(SECRET).unwrap()).unwrap();
    let timestamp = Timestamp::from_secs(NOW).unwrap();
    let prepared = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    let bare = |text: &str| {
        let mut mac = prepared.clone();
        mac.update(text.as_bytes());
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        digest
    };
    for length in [100, 1024] {
        let body = body(length);
        assert_eq!(body.len(), length);
        let text = format!("{APP_ID}{NOW}{body}");
        let sign = key.sign(timestamp, body.as_bytes());
        let hex = base16ct::lower::encode_string(&bare(&text));
        assert_eq!(sign.as_str(), hex, "both sides must do the same work");
        let headers = Headers {
            app_id: APP_ID,
            timestamp: timestamp.as_str(),
            sign: sign.as_str(),
        };

        let mut group = c.benchmark_group(format!("ccpayment_v2_sign_{length}"));
        group.bench_function("ours", |b| {
            b.iter(|| key.sign(black_box(timestamp), black_box(body.as_bytes())))
        });
        group.bench_function("bare", |b| b.iter(|| bare(black_box(&text))));
        group.finish();

        let mut group = c.benchmark_group(format!("ccpayment_v2_verify_{length}"));
        group.bench_function("ours", |b| {
            b.iter(|| {
                key.verify(
                    black_box(&headers),
                    black_box(body.as_bytes()),
                    NOW,
                    &Window::default(),
                )
                .unwrap()
            });
        });
        group.bench_function("bare", |b| b.iter(|| bare(black_box(&text))));
        group.finish();
    }
}

criterion_group!(benches, signatures);
criterion_main!(benches);
