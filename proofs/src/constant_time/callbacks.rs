//! Forged callbacks of ChainUp OPay: what they decrypt to, or that they do not, must not show in the time of the refusal.

use std::hint::black_box;

use aws_lc_rs::rsa::{Pkcs1PublicEncryptingKey, PublicEncryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fastrand::Rng;
use md5::{Digest as _, Md5};
use payments_signing::chainup_opay::{Keys, Sealed};
use payments_signing::rsa::{PrivateKey, PublicKey};

use super::{POOL, Timing, welch};

const APP: &str = "xxx_xxx";
/// The longest text of a block.
const FULL: usize = 245;
const SHORT: usize = 20;

/// A merchant, and a forger who can encrypt to it and has a right signature of another text.
pub(super) struct Callbacks {
    platform: Keys,
    merchant: Keys,
    merchant_key: Vec<u8>,
    sign: String,
}

fn read(name: &str) -> String {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../fixtures/signatures/chainup_opay"
    );
    std::fs::read_to_string(format!("{folder}/{name}")).unwrap()
}

impl Callbacks {
    pub(super) fn new() -> Self {
        let private = |name| PrivateKey::parse(&read(name)).unwrap();
        let public = |name| PublicKey::parse(&read(name)).unwrap();
        let platform = Keys::new(private("platform.pri.pem"), public("merchant.pub.pem"));
        let der = URL_SAFE_NO_PAD.decode(read("merchant.pub.b64u").trim());
        Self {
            sign: platform.sign(b"another text").unwrap(),
            platform,
            merchant: Keys::new(private("merchant.pri.pem"), public("platform.pub.pem")),
            merchant_key: der.unwrap(),
        }
    }

    /// Different bodies, each with these blocks.
    fn class(&self, mut blocks: impl FnMut(usize) -> Vec<u8>) -> Vec<String> {
        let body = |number| {
            let (data, sign) = (URL_SAFE_NO_PAD.encode(blocks(number)), self.sign.clone());
            Sealed { data, sign }.envelope(APP, 1)
        };
        (0..POOL).map(body).collect()
    }

    /// Blocks of a text of so many digits.
    fn good(&self, digits: usize, number: usize) -> Vec<u8> {
        let text = format!("{number:0>digits$}");
        let sealed = self.platform.seal(text.as_bytes()).unwrap();
        URL_SAFE_NO_PAD.decode(sealed.data).unwrap()
    }

    /// A block of the empty text. Sealing never makes one.
    fn empty(&self) -> Vec<u8> {
        let key = PublicEncryptingKey::from_der(&self.merchant_key).unwrap();
        let key = Pkcs1PublicEncryptingKey::new(key).unwrap();
        let mut block = vec![0; 256];
        key.encrypt(b"", &mut block).unwrap();
        block
    }

    fn is_refused(&self, body: &str) {
        let result = self.merchant.open_callback(APP, black_box(body.as_bytes()));
        assert!(result.is_err());
    }

    /// A block with bad padding, which is replaced by one as long as `FULL`, and good ones, from the longest to the shortest.
    fn one_block(&self) -> [Vec<String>; 4] {
        let mut random = Rng::with_seed(2_026);
        [
            self.class(|_| bad(&mut random)),
            self.class(|number| self.good(FULL, number)),
            self.class(|number| self.good(SHORT, number)),
            self.class(|_| self.empty()),
        ]
    }
}

/// A block whose padding is wrong: below the modulus, whose first byte is above 0x7f.
fn bad(random: &mut Rng) -> Vec<u8> {
    let mut block: Vec<u8> = (0..256).map(|_| random.u8(..)).collect();
    block[0] &= 0x7f;
    block
}

/// One block with bad padding against good ones of all lengths.
pub(super) fn padding(callbacks: &Callbacks, samples: usize) -> Vec<Timing> {
    let times = welch::times(samples, &callbacks.one_block(), |_, body: &String| {
        callbacks.is_refused(body);
    });
    let names = [
        "ChainUp's padding, bad or full",
        "ChainUp's padding, bad or short",
        "ChainUp's padding, bad or empty",
    ];
    compared(names, samples, false, &times)
}

/// The same, and then what must not be: a hash of no more bytes than the text has, a few hundred nanoseconds of difference.
pub(super) fn leaky_padding(callbacks: &Callbacks, samples: usize) -> Vec<Timing> {
    let [bad, _, short, empty] = callbacks.one_block();
    let (classes, lengths) = ([bad, short, empty], [FULL, SHORT, 0]);
    let times = welch::times(samples, &classes, |class, body: &String| {
        callbacks.is_refused(body);
        black_box(Md5::digest(&[0; FULL][..black_box(lengths[class])]));
    });
    let names = [
        "a leaky decryption, bad or short",
        "a leaky decryption, bad or empty",
    ];
    compared(names, samples, true, &times)
}

/// Four blocks with good padding against four of which one has bad padding.
pub(super) fn blocks(callbacks: &Callbacks, samples: usize) -> Vec<Timing> {
    let mut random = Rng::with_seed(2_026);
    let good = |number| callbacks.good(4 * FULL, number);
    let one_bad = |number| {
        let mut blocks = good(number);
        let at = number % 4 * 256;
        blocks[at..at + 256].copy_from_slice(&bad(&mut random));
        blocks
    };
    let classes = [callbacks.class(good), callbacks.class(one_bad)];
    let times = welch::times(samples, &classes, |_, body: &String| {
        callbacks.is_refused(body);
    });
    let names = ["ChainUp's padding, one bad of four"];
    compared(names, samples, false, &times)
}

/// The first class with each of the others.
fn compared<const OTHERS: usize>(
    names: [&'static str; OTHERS],
    samples: usize,
    is_leaky: bool,
    times: &[Vec<f64>],
) -> Vec<Timing> {
    let others = names.into_iter().zip(&times[1..]);
    let timings = others.map(|(name, other)| Timing {
        name,
        samples,
        t: welch::largest_t(&times[0], other),
        is_leaky,
    });
    timings.collect()
}
