//! ChainUp envelopes compared with the bare AWS-LC operations.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::hint::black_box;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{
    KeyPair, Pkcs1PrivateDecryptingKey, Pkcs1PublicEncryptingKey, PrivateDecryptingKey,
    PublicEncryptingKey,
};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use criterion::{Criterion, criterion_group, criterion_main};
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};

const BLOCK: usize = 256;
const CHUNK: usize = BLOCK - 11;

fn read(name: &str) -> String {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/signatures/chainup_opay"
    );
    std::fs::read_to_string(format!("{folder}/{name}"))
        .unwrap()
        .trim()
        .to_owned()
}

fn der(name: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(read(name)).unwrap()
}

/// The same keys, used with AWS-LC directly.
struct Bare {
    encrypting: Pkcs1PublicEncryptingKey,
    decrypting: Pkcs1PrivateDecryptingKey,
    signing: KeyPair,
    verifying: ParsedPublicKey,
}

impl Bare {
    fn new(own: &str, peer: &str) -> Self {
        let (own, peer) = (
            der(&format!("{own}.pri.b64u")),
            der(&format!("{peer}.pub.b64u")),
        );
        let public = PublicEncryptingKey::from_der(&peer).unwrap();
        let private = PrivateDecryptingKey::from_pkcs8(&own).unwrap();
        Self {
            encrypting: Pkcs1PublicEncryptingKey::new(public).unwrap(),
            decrypting: Pkcs1PrivateDecryptingKey::new(private).unwrap(),
            signing: KeyPair::from_pkcs8(&own).unwrap(),
            verifying: ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &peer).unwrap(),
        }
    }

    fn seal(&self, plaintext: &[u8], digest: &[u8]) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        for chunk in plaintext.chunks(CHUNK) {
            self.encrypting.encrypt(chunk, &mut block).unwrap();
        }
        self.signing
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), digest, &mut block)
            .unwrap();
        block
    }

    fn open(&self, blocks: &[u8], digest: &[u8], sign: &[u8]) {
        let mut plaintext = [0; BLOCK];
        for block in blocks.chunks(BLOCK) {
            black_box(self.decrypting.decrypt(block, &mut plaintext).unwrap());
        }
        self.verifying.verify_sig(digest, sign).unwrap();
    }
}

fn envelopes(c: &mut Criterion) {
    let keys = |own: &str, peer: &str| {
        Keys::new(
            PrivateKey::parse(&read(&format!("{own}.pri.b64u"))).unwrap(),
            PublicKey::parse(&read(&format!("{peer}.pub.b64u"))).unwrap(),
        )
    };
    let (merchant, platform) = (keys("merchant", "platform"), keys("platform", "merchant"));
    let (bare_merchant, bare_platform) = (
        Bare::new("merchant", "platform"),
        Bare::new("platform", "merchant"),
    );
    // The signed text always has 32 digits.
    let digest = b"114319e54e03efc1a526a59c45ecec3e";

    for len in [300, 4096] {
        let plaintext = vec![b'x'; len];
        let mut group = c.benchmark_group(format!("chainup_seal_{len}"));
        group.bench_function("ours", |b| {
            b.iter(|| merchant.seal(black_box(&plaintext)).unwrap())
        });
        group.bench_function("bare", |b| {
            b.iter(|| bare_merchant.seal(black_box(&plaintext), digest))
        });
        group.finish();

        let sealed = merchant.seal(&plaintext).unwrap();
        let blocks = URL_SAFE_NO_PAD.decode(&sealed.data).unwrap();
        let sign = bare_merchant.seal(b"", digest);
        let mut group = c.benchmark_group(format!("chainup_open_{len}"));
        group.bench_function("ours", |b| {
            b.iter(|| {
                platform
                    .open(black_box(&sealed.data), black_box(&sealed.sign))
                    .unwrap()
            });
        });
        group.bench_function("bare", |b| {
            b.iter(|| bare_platform.open(black_box(&blocks), digest, &sign))
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(60);
    targets = envelopes
}
criterion_main!(benches);
