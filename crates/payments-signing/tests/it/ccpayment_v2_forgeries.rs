//! Seeded forgeries of CCPayment v2 webhooks: none may be accepted.
//!
//! `CCPAYMENT_V2_FORGERIES=1000000 cargo test -p payments-signing --all-features --test it -- forgeries --nocapture` runs as
//! many as named and prints the figures.

use std::collections::BTreeMap;

use payments_signing::Secret;
use payments_signing::ccpayment::{self, Headers, Timestamp, Window, v2::Key};

const NOW: u64 = 1_800_000_000;
const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// SplitMix64: the same forgeries in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

/// A message as a receiver gets it.
#[derive(Clone, PartialEq)]
struct Message {
    app_id: String,
    timestamp: String,
    sign: String,
    body: Vec<u8>,
}

impl Message {
    fn genuine(key: &Key, random: &mut Random) -> Self {
        let status = ["Processing", "Success", "Failed"][random.below(3)];
        let body = format!(
            r#"{{"type":"ApiDeposit","msg":{{"recordId":"{}","orderId":"{}","status":"{status}"}}}}"#,
            random.next(),
            "o".repeat(random.below(70)),
        );
        let timestamp = Timestamp::from_secs(NOW).unwrap();
        Self {
            app_id: key.app_id().to_owned(),
            timestamp: timestamp.to_string(),
            sign: key.sign(timestamp, body.as_bytes()).to_string(),
            body: body.into_bytes(),
        }
    }

    /// The signature is the same for every split of the joined text. The time of the split is inside the window.
    fn with_moved_borders(&self, random: &mut Random) -> Self {
        let text = [
            self.app_id.as_bytes(),
            self.timestamp.as_bytes(),
            &self.body,
        ]
        .concat();
        let mut cuts = [
            random.below(self.app_id.len() + 13),
            random.below(self.app_id.len() + 24),
        ];
        cuts.sort_unstable();
        let ascii = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            app_id: ascii(&text[..cuts[0]]),
            timestamp: ascii(&text[cuts[0]..cuts[1]]),
            sign: self.sign.clone(),
            body: text[cuts[1]..].to_vec(),
        }
    }

    fn with_another_body(mut self, random: &mut Random) -> Self {
        let at = random.below(self.body.len());
        match random.below(6) {
            0 => self.body[at] ^= 1 << random.below(8),
            1 => drop(self.body.remove(at)),
            2 => self.body.insert(at, random.next() as u8),
            3 => self.body.truncate(at),
            4 => self.body.extend(b"{}".iter().take(1 + random.below(2))),
            _ => self.body.extend((0..64).map(|_| 0)),
        }
        self
    }

    fn with_another_timestamp(mut self, random: &mut Random) -> Self {
        let shift = 1 + random.below(240) as u64;
        self.timestamp = match random.below(5) {
            0 => (NOW + shift).to_string(),
            1 => (NOW - shift).to_string(),
            2 => format!("{NOW}{}", random.below(1_000)),
            3 => format!("{NOW} "),
            _ => NOW.to_string()[random.below(9) + 1..].to_owned(),
        };
        self
    }

    fn with_another_header(mut self, random: &mut Random) -> Self {
        let other = |text: &str, random: &mut Random| {
            let mut bytes = text.as_bytes().to_vec();
            let at = random.below(bytes.len());
            match random.below(4) {
                0 => bytes[at] = b"0123456789abcdefABCDEF"[random.below(22)],
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b'0'),
                _ => bytes = text.to_uppercase().into_bytes(),
            }
            String::from_utf8(bytes).unwrap()
        };
        if random.below(2) == 0 {
            self.app_id = other(&self.app_id, random);
        } else {
            self.sign = other(&self.sign, random);
        }
        self
    }

    /// Signed by the same secret in the way of v1, or by another secret.
    fn with_another_key(mut self, random: &mut Random) -> Self {
        let timestamp = Timestamp::from_secs(NOW).unwrap();
        self.sign = if random.below(2) == 0 {
            let key = ccpayment::Key::new(&*self.app_id, Secret::new(SECRET).unwrap()).unwrap();
            key.sign(timestamp, &self.body).to_string()
        } else {
            let secret = format!("{:032x}", random.next());
            let key = Key::new(&*self.app_id, Secret::new(secret).unwrap()).unwrap();
            key.sign(timestamp, &self.body).to_string()
        };
        self
    }

    fn is_accepted_by(&self, key: &Key) -> bool {
        let headers = Headers {
            app_id: &self.app_id,
            timestamp: &self.timestamp,
            sign: &self.sign,
        };
        // A border may be moved so that the timestamp is another number: the window must not be what refuses it.
        let now = match self.timestamp.parse::<u64>() {
            Ok(stamp) if stamp.abs_diff(NOW) > 240 => stamp,
            _ => NOW,
        };
        let window = Window::default();
        key.verify_webhook(&headers, &self.body, now, &window)
            .is_ok()
            || key
                .verify_response(&headers, &self.body, now, &window)
                .is_ok()
            || key
                .verify_request(&headers, &self.body, now, &window)
                .is_ok()
    }
}

#[test]
fn accepts_no_forgery_of_a_forger_who_sees_genuine_webhooks() {
    type Forge = fn(Message, &mut Random) -> Message;
    const KINDS: [(&str, Forge); 5] = [
        ("moved borders", |seen, random| {
            seen.with_moved_borders(random)
        }),
        ("another body", Message::with_another_body),
        ("another timestamp", Message::with_another_timestamp),
        ("another header", Message::with_another_header),
        ("another key", Message::with_another_key),
    ];
    let wanted: usize = match std::env::var("CCPAYMENT_V2_FORGERIES") {
        Ok(number) => number.parse().unwrap(),
        Err(_) => 100_000,
    };
    let keys = ["ccpv2TestAppId01", "202302010636261620672405236006912"]
        .map(|app_id| Key::new(app_id, Secret::new(SECRET).unwrap()).unwrap());
    let mut random = Random(2026);
    let (mut tried, mut accepted) = (BTreeMap::new(), 0_usize);
    let mut total = 0;
    while total < wanted {
        let key = &keys[random.below(keys.len())];
        let genuine = Message::genuine(key, &mut random);
        assert!(
            genuine.is_accepted_by(key),
            "the forger sees genuine webhooks"
        );
        let (name, forge) = KINDS[random.below(KINDS.len())];
        let forged = forge(genuine.clone(), &mut random);
        if forged == genuine {
            continue;
        }
        *tried.entry(name).or_insert(0) += 1;
        accepted += usize::from(forged.is_accepted_by(key));
        total += 1;
    }
    println!("{total} forged CCPayment v2 webhooks, {accepted} accepted: {tried:?}");
    assert_eq!(accepted, 0);
    assert_eq!(tried.len(), KINDS.len());
}
