//! Seeded mutations: the same ones in every run.

/// Texts that parsers treat in a special way.
const TOKENS: &[&str] = &[
    "null",
    "true",
    "-1",
    "0",
    "1e400",
    "18446744073709551616",
    "\"\"",
    "\\u0000",
    "\\ud800",
    "{}",
    "[[[[",
    "}",
    "&",
    "=",
    "%00",
    "%",
    "\u{feff}",
    "\u{202e}",
    "\n",
    "\0",
    "-----BEGIN PRIVATE KEY-----",
    "sign",
    "data",
    "code",
];

pub(crate) struct Mutator<'a> {
    corpus: &'a [Vec<u8>],
    random: fastrand::Rng,
}

impl<'a> Mutator<'a> {
    pub(crate) fn new(corpus: &'a [Vec<u8>]) -> Self {
        Self {
            corpus,
            random: fastrand::Rng::with_seed(2_026),
        }
    }

    /// An input of the corpus with one to four changes.
    pub(crate) fn next(&mut self) -> Vec<u8> {
        let mut bytes = self.any().to_vec();
        for _ in 0..self.random.usize(1..=4) {
            self.change(&mut bytes);
        }
        bytes
    }

    fn any(&mut self) -> &'a [u8] {
        &self.corpus[self.random.usize(..self.corpus.len())]
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let at = self.random.usize(..=bytes.len());
        let end = (at + self.random.usize(..16)).min(bytes.len());
        match self.random.u8(..10) {
            0 if at < bytes.len() => bytes[at] ^= 1 << self.random.u8(..8),
            1 if at < bytes.len() => bytes[at] = self.random.u8(..),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let repeated = bytes[at..end].to_vec();
                bytes.splice(at..at, repeated);
            }
            4 => bytes.truncate(at),
            5 => {
                let other = self.any();
                let from = self.random.usize(..=other.len());
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            6..=8 => self.respell(bytes, at),
            _ => {
                let token = TOKENS[self.random.usize(..TOKENS.len())];
                bytes.splice(at..end, token.bytes());
            }
        }
    }

    /// Another digit or letter in the place of the next one, so that what is around it can still be read.
    fn respell(&mut self, bytes: &mut [u8], from: usize) {
        let mut rest = bytes.iter_mut().skip(from);
        if let Some(byte) = rest.find(|byte| byte.is_ascii_alphanumeric()) {
            *byte = match byte.is_ascii_digit() {
                true => self.random.digit(10) as u8,
                false => self.random.alphabetic() as u8,
            };
        }
    }
}
