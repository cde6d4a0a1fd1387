//! Constant time, as dudect measures it: classes of inputs alternate at random, and Welch's t compares their times.
//!
//! |t| below 4.5 means that so many measurements on this very machine reveal no difference. A control beside each measurement does
//! the same work as often and leaks a little after it: it has to be found, or the measurement proves nothing.

mod callbacks;
mod welch;

use std::hint::black_box;

use payments_signing::Secret;
use payments_signing::ccpayment::{Headers, Timestamp, Window, v2};

use self::callbacks::Callbacks;

/// From here on, a difference counts as revealed.
pub const THRESHOLD: f64 = 4.5;
/// Different inputs of a class, so that no single one decides.
const POOL: usize = 64;

/// What a measurement found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Timing {
    /// What was measured.
    pub name: &'static str,
    /// How many measurements, of all classes together.
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

/// Measures everything, one after the other, with so many samples; a tenth of them where each decrypts, and a fortieth where each
/// decrypts four blocks.
pub fn measure(samples: usize) -> impl Iterator<Item = Timing> {
    let all: [fn(usize) -> Vec<Timing>; 5] = [
        leaky_comparison,
        comparison,
        |samples| callbacks::leaky_padding(&Callbacks::new(), samples / 10),
        |samples| callbacks::padding(&Callbacks::new(), samples / 10),
        |samples| callbacks::blocks(&Callbacks::new(), samples / 40),
    ];
    all.into_iter().flat_map(move |measure| measure(samples))
}

/// The one comparison of signatures, behind the HMAC of a webhook. The classes are wrong at the first and at the last letter.
fn comparison(samples: usize) -> Vec<Timing> {
    let name = "the comparison of signatures";
    vec![verification(name, samples, false, |_, _| ())]
}

/// The same, and then what must not be: a comparison that ends at the first difference.
fn leaky_comparison(samples: usize) -> Vec<Timing> {
    #[inline(never)]
    fn same(left: &[u8], right: &[u8]) {
        let mut pairs = left.iter().zip(right);
        black_box(pairs.all(|(left, right)| black_box(left) == black_box(right)));
    }
    let name = "a leaky comparison of signatures";
    vec![verification(name, samples, true, same)]
}

fn verification(
    name: &'static str,
    samples: usize,
    is_leaky: bool,
    and_then: impl Fn(&[u8], &[u8]),
) -> Timing {
    const NOW: u64 = 1_800_000_000;
    let secret = Secret::new("0123456789abcdef0123456789abcdef").unwrap();
    let key = v2::Key::new("ccpv2TestAppId01", secret).unwrap();
    let (stamp, body) = (Timestamp::from_secs(NOW).unwrap(), b"{}");
    let right = key.sign(stamp, body).to_string();
    let classes = [0, right.len() - 1].map(|at| wrong_at(&right, at));
    let times = welch::times(samples, &classes, |_, wrong: &String| {
        let headers = Headers {
            app_id: "ccpv2TestAppId01",
            timestamp: stamp.as_str(),
            sign: wrong,
        };
        let result = key.verify(&headers, black_box(body), NOW, &Window::default());
        assert!(result.is_err());
        and_then(right.as_bytes(), wrong.as_bytes());
    });
    Timing {
        name,
        samples,
        t: welch::largest_t(&times[0], &times[1]),
        is_leaky,
    }
}

/// Signatures with another digit at this place.
fn wrong_at(right: &str, at: usize) -> Vec<String> {
    let digits = "0123456789abcdef".chars().cycle();
    let others = digits.filter(|digit| right.chars().nth(at) != Some(*digit));
    let wrong = others.map(|digit| {
        let mut wrong = right.to_owned();
        wrong.replace_range(at..=at, &digit.to_string());
        wrong
    });
    wrong.take(POOL).collect()
}
