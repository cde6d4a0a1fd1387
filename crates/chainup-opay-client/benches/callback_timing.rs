//! Whether the time of a refusal reveals why a callback was refused, measured as dudect does: classes of forged callbacks
//! alternate at random, and Welch's t compares the times of each class with the first one of its group. All have the
//! signature of another text.
//!
//! - `good padding`: one block, which decrypts to the text of a callback;
//! - `empty`, `full`: the same with an empty text and with the longest possible one, 245 bytes;
//! - `bad padding`: a block that does not decrypt;
//! - `four good`: four blocks, which all decrypt;
//! - `one of four bad`: any one of them does not.
//!
//! |t| below 4.5 means that no difference was found. Above it this many measurements on this very machine reveal one; the
//! difference of the means shows how small it is. No result fails the benchmark.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

use std::hint::black_box;
use std::time::Instant;

use aws_lc_rs::rsa::{Pkcs1PublicEncryptingKey, PublicEncryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chainup_opay_client::{Config, Webhooks};
use payments_signing::chainup_opay::{Keys, Sealed};
use payments_signing::rsa::{PrivateKey, PublicKey};

const APP: &str = "xxx_xxx";
/// The number of different callbacks in a class, so that no single block determines the result.
const POOL: usize = 64;

fn read(name: &str) -> String {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/signatures/chainup_opay"
    );
    std::fs::read_to_string(format!("{folder}/{name}")).unwrap()
}

/// xorshift64: the order of the classes must have no pattern.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// Forged callbacks of one kind.
struct Class {
    name: &'static str,
    /// The class to compare with; the first of a group is compared with itself.
    beside: usize,
    pool: Vec<Vec<u8>>,
}

struct Forger<'a> {
    platform: &'a Keys,
    chance: Chance,
}

impl Forger<'_> {
    /// A block of this text, sealed to the merchant.
    fn block(&self, text: &[u8]) -> Vec<u8> {
        let sealed = self.platform.seal(text).unwrap();
        URL_SAFE_NO_PAD.decode(sealed.data).unwrap()
    }

    /// A block that does not decrypt: below the modulus, whose first byte is above 0x7f.
    fn bad_block(&mut self) -> Vec<u8> {
        let mut block: Vec<u8> = (0..256).map(|_| self.chance.next() as u8).collect();
        block[0] &= 0x7f;
        block
    }

    /// A block of the empty text. Sealing never creates one.
    fn empty_block(&self) -> Vec<u8> {
        let key = PublicEncryptingKey::from_der(&self.merchant_key()).unwrap();
        let key = Pkcs1PublicEncryptingKey::new(key).unwrap();
        let mut block = vec![0; 256];
        key.encrypt(b"", &mut block).unwrap();
        block
    }

    fn merchant_key(&self) -> Vec<u8> {
        URL_SAFE_NO_PAD
            .decode(read("merchant.pub.b64u").trim())
            .unwrap()
    }

    fn class(
        &mut self,
        name: &'static str,
        beside: usize,
        mut blocks: impl FnMut(&mut Self, usize) -> Vec<u8>,
    ) -> Class {
        let sign = self.platform.sign(b"another text").unwrap();
        let pool = (0..POOL).map(|id| {
            let (data, sign) = (URL_SAFE_NO_PAD.encode(blocks(self, id)), sign.clone());
            Sealed { data, sign }.envelope(APP, 1).into_bytes()
        });
        Class {
            name,
            beside,
            pool: pool.collect(),
        }
    }

    fn classes(&mut self) -> Vec<Class> {
        let text = |id: usize| {
            format!(
                r#"{{"outOrderId":"order-{id:04}","orderNum":"1cbdc77d81874fadabe42ea485863d91","orderStatus":"3","payAmount":"10","returnUrl":"https://shop.example/return"}}"#
            )
        };
        let full = |id: usize| format!("{:x<245}", text(id));
        vec![
            self.class("good padding", 0, |forger, id| {
                forger.block(text(id).as_bytes())
            }),
            self.class("empty", 0, |forger, _| forger.empty_block()),
            self.class("full", 0, |forger, id| forger.block(full(id).as_bytes())),
            self.class("bad padding", 0, |forger, _| forger.bad_block()),
            self.class("four good", 4, |forger, id| {
                forger.block(full(id).repeat(4).as_bytes())
            }),
            self.class("one of four bad", 4, |forger, id| {
                let mut blocks = forger.block(full(id).repeat(4).as_bytes());
                let at = id % 4 * 256;
                blocks[at..at + 256].copy_from_slice(&forger.bad_block());
                blocks
            }),
        ]
    }
}

fn main() {
    let measured = std::env::args().any(|argument| argument == "--bench");
    let rounds = if measured { 120_000 } else { 600 };
    let platform = Keys::new(
        PrivateKey::parse(&read("platform.pri.pem")).unwrap(),
        PublicKey::parse(&read("merchant.pub.pem")).unwrap(),
    );
    let config = Config::new(
        "https://service.exchange.example",
        APP,
        &read("merchant.pri.pem"),
        &read("platform.pub.pem"),
    )
    .unwrap();
    let webhooks = Webhooks::new(&config);
    let mut forger = Forger {
        platform: &platform,
        chance: Chance(0x9e37_79b9_7f4a_7c15),
    };
    let classes = forger.classes();
    let mut chance = forger.chance;

    let mut times: Vec<Vec<f64>> = vec![Vec::new(); classes.len()];
    for _ in 0..rounds {
        let class = (chance.next() % classes.len() as u64) as usize;
        let which = (chance.next() % POOL as u64) as usize;
        let body = &classes[class].pool[which];
        let start = Instant::now();
        let refused = black_box(webhooks.receive(black_box(body))).is_err();
        times[class].push(start.elapsed().as_secs_f64() * 1e9);
        assert!(refused);
    }
    println!("refusals of forged callbacks, {rounds} of them");
    println!(
        "{:<16} {:>8} {:>12} {:>12} {:>12} {:>10}",
        "class", "count", "median ns", "mean ns", "beside ns", "Welch's t"
    );
    // Ignores the slowest tenth of each group: interrupts and other programs.
    let limit = |group: usize| {
        let mut all: Vec<f64> = classes
            .iter()
            .zip(&times)
            .filter(|(class, _)| class.beside == group)
            .flat_map(|(_, times)| times.iter().copied())
            .collect();
        all.sort_by(f64::total_cmp);
        all[all.len() * 9 / 10]
    };
    let kept: Vec<Vec<f64>> = classes
        .iter()
        .zip(&times)
        .map(|(class, times)| {
            let limit = limit(class.beside);
            let mut times: Vec<f64> = times
                .iter()
                .copied()
                .filter(|time| *time <= limit)
                .collect();
            times.sort_by(f64::total_cmp);
            times
        })
        .collect();
    for (class, times) in classes.iter().zip(&kept) {
        let beside = &kept[class.beside];
        let difference = mean(times) - mean(beside);
        let error =
            (variance(times) / times.len() as f64 + variance(beside) / beside.len() as f64).sqrt();
        println!(
            "{:<16} {:>8} {:>12.0} {:>12.0} {difference:>12.0} {:>10.2}",
            class.name,
            times.len(),
            times[times.len() / 2],
            mean(times),
            difference / error
        );
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / (values.len() - 1) as f64
}
