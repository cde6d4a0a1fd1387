//! Forged webhooks: mutations of genuine ones, and messages that a forger signs with a key of another account. None may be accepted
//! with another meaning.
//!
//! The meaning is everything that is signed, so also everything that the facade books, together with its signature. A mutation that
//! is accepted and means what a genuine message means, such as one with another order of its fields, is no forgery. Both are
//! counted; a message in which nothing changed that the receiver reads is neither.

use fastrand::Rng;
use http::{HeaderMap, HeaderName, HeaderValue};
use payments_fuzz_targets::{Meaning, Message, Scheme, Verdict};
use payments_simulation::of_seeds;
use serde_json::Value;

pub use payments_fuzz_targets::SCHEMES;

/// The forgeries of a scheme are made in so many parts, each from a seed, so that they do not depend on how many cores there are.
const PARTS: u64 = 64;

/// What became of the forgeries of one scheme.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Forgeries {
    /// How many messages were tried. Each differs from the genuine ones.
    pub tried: u64,
    /// How many were accepted with the meaning of a genuine one.
    pub same_meaning: u64,
    /// Those that were accepted with another meaning.
    pub accepted: Vec<String>,
}

/// Tries so many forgeries of a scheme, on all cores.
#[must_use]
pub fn forge(scheme: &Scheme, count: u64) -> Forgeries {
    let genuine = scheme.genuine();
    let recorded = (scheme.recorded)();
    let own = [recorded.clone(), (scheme.forged)()].concat();
    let all: Vec<Vec<Message>> = SCHEMES.iter().map(|it| (it.recorded)()).collect();
    let parts = of_seeds(0..PARTS, |part| {
        let share = count / PARTS + u64::from(part < count % PARTS);
        let forger = Forger {
            scheme,
            genuine: &genuine,
            recorded: &recorded,
            own: &own,
            all: &all,
            random: Rng::with_seed(2_026 + part),
        };
        forger.forge(share)
    });
    parts.into_iter().fold(Forgeries::default(), Forgeries::and)
}

impl Forgeries {
    fn and(mut self, other: Self) -> Self {
        self.tried += other.tried;
        self.same_meaning += other.same_meaning;
        self.accepted.extend(other.accepted);
        self
    }
}

struct Forger<'a> {
    scheme: &'a Scheme,
    /// What the genuine messages mean.
    genuine: &'a [Meaning],
    recorded: &'a [Message],
    /// The recorded messages of this scheme and those with a forger's signature.
    own: &'a [Message],
    /// The recorded messages of all schemes.
    all: &'a [Vec<Message>],
    random: Rng,
}

impl Forger<'_> {
    fn forge(mut self, count: u64) -> Forgeries {
        let mut done = Forgeries::default();
        while done.tried < count {
            let (headers, body) = self.next();
            if self.is_unchanged(&headers, &body) {
                continue;
            }
            done.tried += 1;
            match self.scheme.judge(self.genuine, &headers, &body) {
                Verdict::Refused => {}
                Verdict::Genuine => done.same_meaning += 1,
                Verdict::Forged => {
                    let body = body.escape_ascii();
                    done.accepted.push(format!("{headers:?} \"{body}\""));
                }
            }
        }
        done
    }

    /// Whether a message has the body and those headers of a recorded one that the receiver reads.
    fn is_unchanged(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let headers = self.scheme.headers_of(headers);
        let mut recorded = self.recorded.iter();
        recorded.any(|(known, text)| *text == body && self.scheme.headers_of(known) == headers)
    }

    fn next(&mut self) -> Message {
        let (mut headers, mut body) = self.any();
        for _ in 0..self.random.usize(1..=3) {
            match self.random.u8(..9) {
                0..=2 => self.change_fields(&mut body),
                3 | 4 => self.change_bytes(&mut body),
                5 => self.change_header(&mut headers),
                // Another body under this signature.
                6 => body = self.any().1,
                7 => self.exchange_field(&mut body),
                // A message of another provider, or under another's headers.
                _ => {
                    let other = &self.all[self.random.usize(..self.all.len())];
                    let other = &other[self.random.usize(..other.len())];
                    match self.random.bool() {
                        true => headers.extend(other.0.clone()),
                        false => body.clone_from(&other.1),
                    }
                }
            }
        }
        (headers, body)
    }

    fn any(&mut self) -> Message {
        self.own[self.random.usize(..self.own.len())].clone()
    }

    /// Puts a field of another message into a JSON object, such as a genuine signature.
    fn exchange_field(&mut self, body: &mut Vec<u8>) {
        let read = |body: &[u8]| match serde_json::from_slice(body) {
            Ok(Value::Object(object)) => object,
            _ => serde_json::Map::new(),
        };
        let (mut object, other) = (read(body), read(&self.any().1));
        let names: Vec<&String> = other.keys().collect();
        let (false, false) = (object.is_empty(), names.is_empty()) else {
            return;
        };
        let name = names[self.random.usize(..names.len())];
        object.insert(name.clone(), other[name].clone());
        *body = Value::Object(object).to_string().into_bytes();
    }

    /// Changes a JSON object: a value, the order, a name that comes twice, is missing or is new.
    fn change_fields(&mut self, body: &mut Vec<u8>) {
        let Ok(Value::Object(object)) = serde_json::from_slice(body) else {
            return self.change_bytes(body);
        };
        let mut fields: Vec<(String, Value)> = object.into_iter().collect();
        if fields.is_empty() {
            return;
        }
        let at = self.random.usize(..fields.len());
        match self.random.u8(..8) {
            0 => self.random.shuffle(&mut fields),
            1 => drop(fields.remove(at)),
            2 => {
                let mut again = fields[at].clone();
                again.1 = self.value(&again.1);
                let to = self.random.usize(..=fields.len());
                fields.insert(to, again);
            }
            3 => fields[at].1 = Value::String(String::new()),
            4 => fields[at].1 = Value::Null,
            5 => fields.push(("note".to_owned(), "1".into())),
            6 => {
                let other = self.random.usize(..fields.len());
                let value = fields[other].1.clone();
                fields[at].1 = value;
            }
            _ => fields[at].1 = self.value(&fields[at].1),
        }
        let escapes = self.random.u8(..4) == 0;
        let fields = fields.iter().map(|(name, value)| {
            let name = match escapes {
                true => escaped(name),
                false => Value::from(name.as_str()).to_string(),
            };
            format!("{name}:{value}")
        });
        *body = format!("{{{}}}", fields.collect::<Vec<_>>().join(",")).into_bytes();
    }

    /// A similar value that may mean something else, or the same in another spelling.
    fn value(&mut self, value: &Value) -> Value {
        let Some(text) = value.as_str() else {
            return match value {
                Value::Number(number) => Value::String(number.to_string()),
                other => other.to_string().into(),
            };
        };
        let text = match self.random.u8(..9) {
            0 => format!("{text}0"),
            1 => format!("0{text}"),
            2 => format!(" {text}"),
            3 => format!("{text}&receivedAmount=666"),
            4 => text.to_uppercase(),
            5 => text.replace('.', ""),
            6 => text.replacen(|it: char| it.is_ascii_digit(), "9", 1),
            7 => format!("{text}\u{200b}"),
            _ => text.chars().rev().collect(),
        };
        match text.parse::<u32>() {
            Ok(number) if self.random.bool() => number.into(),
            _ => text.into(),
        }
    }

    fn change_bytes(&mut self, body: &mut Vec<u8>) {
        let at = self.random.usize(..=body.len());
        let end = (at + self.random.usize(..8)).min(body.len());
        match self.random.u8(..6) {
            0 | 1 if at < body.len() => body[at] ^= 1 << self.random.u8(..8),
            2 => drop(body.drain(at..end)),
            3 => {
                let again = body[at..end].to_vec();
                body.splice(at..at, again);
            }
            4 => body.truncate(at),
            _ => body.insert(at, b" \t\n\0{}"[self.random.usize(..6)]),
        }
    }

    fn change_header(&mut self, headers: &mut HeaderMap) {
        let names: Vec<HeaderName> = headers.keys().cloned().collect();
        if names.is_empty() {
            return;
        }
        let name = &names[self.random.usize(..names.len())];
        let mut value = headers[name].as_bytes().to_vec();
        let at = self.random.usize(..=value.len());
        match self.random.u8(..6) {
            0 => drop(headers.remove(name)),
            1 => {
                let other = &names[self.random.usize(..names.len())];
                headers.append(name.clone(), headers[other].clone());
            }
            2 => value.make_ascii_uppercase(),
            3 if at < value.len() => value[at] ^= 1 << self.random.u8(..7),
            4 => value.truncate(at),
            _ => value.insert(at, b"0 +-a"[self.random.usize(..5)]),
        }
        if let (true, Ok(value)) = (headers.contains_key(name), HeaderValue::from_bytes(&value)) {
            headers.insert(name.clone(), value);
        }
    }
}

/// A JSON text in which every letter is an escape.
fn escaped(name: &str) -> String {
    let letters = name.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
    format!("\"{}\"", letters.collect::<String>())
}
