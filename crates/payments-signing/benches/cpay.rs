//! C-Pay signatures compared with the bare HMAC over the same canonical bytes.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use ctutils::CtEq;
use hmac::{Hmac, KeyInit, Mac};
use payments_signing::{Secret, cpay::Key};
use sha2::Sha256;

const SECRET: &str = "z6h3cuw9grtbun9sgg5u1j35u72hycq0";

/// A createOrder call, sorted by name.
const PARAMS: [(&str, &str); 10] = [
    ("amount", "66.12345678"),
    ("callBackURL", "https://shop.example/cpay/callback"),
    ("createTime", "1668597997000"),
    ("cryptoCurrency", "USDT"),
    ("extInfo", r#"{"reason":"test"}"#),
    ("failURL", "https://shop.example/pay/failed"),
    ("merchantId", "20003092"),
    ("merchantTradeNo", "7b785240e426694635bb09fb101ae241"),
    ("successURL", "https://shop.example/pay/thanks"),
    ("userId", "1001"),
];

/// Another order, as a program might write them.
const UNSORTED: [usize; 10] = [6, 7, 2, 9, 0, 3, 1, 8, 5, 4];

fn canonical() -> String {
    let mut text: String = PARAMS
        .iter()
        .map(|(name, value)| format!("{name}={value}&"))
        .collect();
    text.push_str("key=");
    text + SECRET
}

fn sign(c: &mut Criterion) {
    let key = Key::new(Secret::new(SECRET).unwrap());
    let unsorted = UNSORTED.map(|at| PARAMS[at]);
    let map: BTreeMap<&str, &str> = PARAMS.into();
    let prepared = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    let canonical = canonical();

    let bare = |text: &str| {
        let mut mac = prepared.clone();
        mac.update(text.as_bytes());
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        digest
    };
    let hex = base16ct::lower::encode_string(&bare(&canonical));
    assert_eq!(
        key.sign(unsorted).unwrap().as_str(),
        hex,
        "both sides must do the same work"
    );

    let mut group = c.benchmark_group("cpay_sign");
    group.bench_function("typed", |b| {
        b.iter(|| key.sign(black_box(&PARAMS).iter().copied()).unwrap())
    });
    group.bench_function("map", |b| {
        b.iter(|| key.sign(black_box(&unsorted).iter().copied()).unwrap())
    });
    group.bench_function("btree", |b| {
        b.iter(|| {
            key.sign(black_box(&map).iter().map(|(n, v)| (*n, *v)))
                .unwrap()
        })
    });
    group.bench_function("bare", |b| b.iter(|| bare(black_box(&canonical))));
    group.finish();

    let expected = bare(&canonical);
    let mut group = c.benchmark_group("cpay_verify");
    group.bench_function("ours", |b| {
        b.iter(|| {
            let params = black_box(&PARAMS).iter().copied();
            key.verify(params, black_box(&hex)).unwrap();
        })
    });
    group.bench_function("bare", |b| {
        b.iter(|| {
            let digest = bare(black_box(&canonical));
            assert!(digest[..].ct_eq(&black_box(&expected)[..]).to_bool());
        })
    });
    group.finish();
}

criterion_group!(benches, sign);
criterion_main!(benches);
