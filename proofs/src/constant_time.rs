//! Constant time, as dudect measures it: two classes of inputs alternate at random, and Welch's t compares their times.
//!
//! |t| below 4.5 means that so many measurements on this very machine reveal no difference. A leaky comparison, measured in the
//! same way, shows that a difference would be revealed.

use std::hint::black_box;
use std::time::Instant;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fastrand::Rng;
use payments_signing::Secret;
use payments_signing::ccpayment::{Headers, Timestamp, Window, v2};
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};

/// From here on, a difference counts as revealed.
pub const THRESHOLD: f64 = 4.5;
/// The slowest are left out, as much as these parts: interrupts and other programs. The largest t counts.
const KEPT: [f64; 5] = [1.0, 0.99, 0.95, 0.9, 0.75];
/// Different inputs of a class, so that no single one decides.
const POOL: usize = 64;

/// What a measurement found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Timing {
    /// What was measured.
    pub name: &'static str,
    /// How many measurements.
    pub samples: usize,
    /// Welch's t.
    pub t: f64,
    /// Whether it leaks on purpose.
    pub is_leaky: bool,
}

impl Timing {
    /// Whether it is as it should be.
    #[must_use]
    pub fn is_as_expected(&self) -> bool {
        (self.t.abs() >= THRESHOLD) == self.is_leaky
    }
}

/// Measures everything, one after the other, with so many samples; a fiftieth of them where each decrypts, and half as many where
/// each decrypts several blocks.
pub fn measure(samples: usize) -> impl Iterator<Item = Timing> {
    let all: [fn(usize) -> Timing; 4] = [
        leaky_comparison,
        comparison,
        |samples| padding(samples / 50),
        |samples| blocks(samples / 100),
    ];
    all.into_iter().map(move |measure| measure(samples))
}

/// Two classes of signatures: wrong at the first letter, and wrong at the last one.
fn wrong_signatures(right: &str) -> [Vec<String>; 2] {
    let wrong_at = |at: usize| {
        let letters = "0123456789abcdef".chars().cycle();
        let other = letters.filter(move |it| right.chars().nth(at) != Some(*it));
        let wrong = other.map(move |letter| {
            let mut wrong = right.to_owned();
            wrong.replace_range(at..=at, &letter.to_string());
            wrong
        });
        wrong.take(POOL).collect()
    };
    [wrong_at(0), wrong_at(right.len() - 1)]
}

/// What must not be: it returns at the first difference.
fn leaky_comparison(samples: usize) -> Timing {
    #[inline(never)]
    fn same(left: &[u8], right: &[u8]) -> bool {
        left.iter()
            .zip(right)
            .all(|(left, right)| black_box(left) == black_box(right))
    }
    let right = "6f".repeat(32);
    let classes = wrong_signatures(&right);
    let t = welch(samples, &classes, |wrong| {
        black_box(same(right.as_bytes(), black_box(wrong.as_bytes())));
    });
    Timing {
        name: "a leaky comparison",
        samples,
        t,
        is_leaky: true,
    }
}

/// The one comparison of signatures, behind the HMAC of a webhook.
fn comparison(samples: usize) -> Timing {
    const NOW: u64 = 1_800_000_000;
    let secret = Secret::new("0123456789abcdef0123456789abcdef").unwrap();
    let key = v2::Key::new("ccpv2TestAppId01", secret).unwrap();
    let (stamp, body) = (Timestamp::from_secs(NOW).unwrap(), b"{}");
    let right = key.sign(stamp, body).to_string();
    let classes = wrong_signatures(&right);
    let t = welch(samples, &classes, |wrong| {
        let headers = Headers {
            app_id: "ccpv2TestAppId01",
            timestamp: stamp.as_str(),
            sign: wrong,
        };
        let result = key.verify(&headers, black_box(body), NOW, &Window::default());
        assert!(result.is_err());
    });
    Timing {
        name: "the comparison of signatures",
        samples,
        t,
        is_leaky: false,
    }
}

struct Forger {
    platform: Keys,
    merchant: Keys,
    /// A right signature of another text.
    sign: String,
    random: Rng,
}

impl Forger {
    fn new() -> Self {
        let read = |name: &str| {
            let folder = concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/../fixtures/signatures/chainup_opay"
            );
            std::fs::read_to_string(format!("{folder}/{name}")).unwrap()
        };
        let private = |name| PrivateKey::parse(&read(name)).unwrap();
        let public = |name| PublicKey::parse(&read(name)).unwrap();
        let platform = Keys::new(private("platform.pri.pem"), public("merchant.pub.pem"));
        let merchant = Keys::new(private("merchant.pri.pem"), public("platform.pub.pem"));
        Self {
            sign: platform.sign(b"another text").unwrap(),
            platform,
            merchant,
            random: Rng::with_seed(2_026),
        }
    }

    /// Blocks of a text that fills them, sealed to the merchant.
    fn good(&self, blocks: usize, number: usize) -> Vec<u8> {
        let text = format!("{number:0>245}").repeat(blocks);
        let sealed = self.platform.seal(text.as_bytes()).unwrap();
        URL_SAFE_NO_PAD.decode(sealed.data).unwrap()
    }

    /// A block whose padding is wrong: below the modulus, whose first byte is above 0x7f.
    fn bad(&mut self) -> Vec<u8> {
        let mut block: Vec<u8> = (0..256).map(|_| self.random.u8(..)).collect();
        block[0] &= 0x7f;
        block
    }

    fn measure(self, name: &'static str, samples: usize, classes: &[Vec<String>; 2]) -> Timing {
        let t = welch(samples, classes, |data| {
            assert!(self.merchant.open(black_box(data), &self.sign).is_err());
        });
        Timing {
            name,
            samples,
            t,
            is_leaky: false,
        }
    }
}

/// One block with right and with wrong padding, under a signature that fits neither.
fn padding(samples: usize) -> Timing {
    let mut forger = Forger::new();
    let good = (0..POOL)
        .map(|it| URL_SAFE_NO_PAD.encode(forger.good(1, it)))
        .collect();
    let bad = (0..POOL)
        .map(|_| URL_SAFE_NO_PAD.encode(forger.bad()))
        .collect();
    forger.measure("ChainUp's padding", samples, &[good, bad])
}

/// Four blocks, of which all, or all but one, have right padding.
fn blocks(samples: usize) -> Timing {
    let mut forger = Forger::new();
    let good = (0..POOL)
        .map(|it| URL_SAFE_NO_PAD.encode(forger.good(4, it)))
        .collect();
    let bad = (0..POOL).map(|it| {
        let mut blocks = forger.good(4, it);
        let at = it % 4 * 256;
        blocks[at..at + 256].copy_from_slice(&forger.bad());
        URL_SAFE_NO_PAD.encode(blocks)
    });
    let bad = bad.collect();
    forger.measure(
        "ChainUp's padding, one of four blocks",
        samples,
        &[good, bad],
    )
}

/// Welch's t of the times of both classes: the largest over all crops.
fn welch(samples: usize, classes: &[Vec<String>; 2], mut run: impl FnMut(&str)) -> f64 {
    let mut random = Rng::with_seed(2_026);
    let mut times: [Vec<f64>; 2] = Default::default();
    for number in 0..samples + samples / 10 {
        let class = usize::from(random.bool());
        let input = &classes[class][random.usize(..POOL)];
        let start = Instant::now();
        run(input);
        let nanos = start.elapsed().as_secs_f64() * 1e9;
        // The first ones warm up.
        if number >= samples / 10 {
            times[class].push(nanos);
        }
    }
    let mut all = times.concat();
    all.sort_by(f64::total_cmp);
    let cropped = KEPT.into_iter().map(|part| {
        #[allow(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a place in the list"
        )]
        let place = ((all.len() - 1) as f64 * part) as usize;
        let limit = all[place];
        let kept = times.each_ref().map(|times| {
            let kept = times.iter().copied().filter(|time| *time <= limit);
            kept.collect::<Vec<f64>>()
        });
        t_of(&kept[0], &kept[1])
    });
    cropped
        .max_by(|left, right| left.abs().total_cmp(&right.abs()))
        .unwrap()
}

fn t_of(left: &[f64], right: &[f64]) -> f64 {
    let error = (variance(left) / count(left) + variance(right) / count(right)).sqrt();
    match error > 0.0 {
        true => (mean(left) - mean(right)) / error,
        false => 0.0,
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / count(values)
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / (count(values) - 1.0)
}

#[allow(clippy::cast_precision_loss, reason = "far below 2^52")]
fn count(values: &[f64]) -> f64 {
    values.len() as f64
}
