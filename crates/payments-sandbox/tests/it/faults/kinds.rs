//! Every kind of fault at every gateway, for a call that moves money and for a query, checked on a plain socket.

use std::io::Read as _;
use std::time::Duration;

use flate2::read::GzDecoder;
use payments_sandbox::{Fault, FaultKind as Kind, FaultWhen, Gateway};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::calls::{money_call, money_request, query_call, query_request, success, until};
use crate::ccpayment::merchant::sign;
use crate::chainup_opay::merchant::Opay;
use crate::support::http::raw;

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Closed,
    Reset,
    Open,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Wire {
    pub(super) bytes: Vec<u8>,
    pub(super) end: End,
}

impl Wire {
    /// Head and body.
    fn parts(&self) -> (&[u8], &[u8]) {
        let mut at = self.bytes.windows(4);
        let at = at.position(|part| part == b"\r\n\r\n");
        at.map_or((&[], &[]), |at| (&self.bytes[..at], &self.bytes[at + 4..]))
    }

    fn head(&self) -> String {
        String::from_utf8_lossy(self.parts().0).into_owned()
    }

    fn body(&self) -> &[u8] {
        self.parts().1
    }

    fn header(&self, name: &str) -> Option<String> {
        self.head().lines().skip(1).find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
    }

    fn status(&self) -> u16 {
        self.head()
            .split(' ')
            .nth(1)
            .unwrap_or("0")
            .parse()
            .unwrap()
    }

    fn length(&self) -> usize {
        self.header("Content-Length").unwrap().parse().unwrap()
    }

    fn json(&self) -> Value {
        serde_json::from_slice(self.body()).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }
}

/// Sends a request whose fault is waiting; the clock moves as soon as the fault is met.
async fn exchange(opay: &Opay, request: &str, is_lost: bool) -> Wire {
    let sandbox = &opay.shop.sandbox;
    let mut stream = TcpStream::connect(sandbox.local_addr()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    until(|| sandbox.waiting_faults() == 0).await;
    let mut bytes = Vec::new();
    if is_lost {
        let read = tokio::time::timeout(Duration::from_millis(50), stream.read_buf(&mut bytes));
        let end = if read.await.is_err() {
            End::Open
        } else {
            End::Closed
        };
        return Wire { bytes, end };
    }
    let read = stream.read_to_end(&mut bytes);
    let clock = async {
        loop {
            sandbox.clock().advance(Duration::from_secs(1));
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let end = tokio::select! {
        read = read => if read.is_ok() { End::Closed } else { End::Reset },
        () = clock => unreachable!(),
    };
    Wire { bytes, end }
}

fn fault(kind: Kind, when: FaultWhen, gateway: Gateway) -> Fault {
    let fault = match when {
        FaultWhen::Instead => Fault::instead(gateway),
        _ => Fault::after(gateway),
    };
    match kind {
        Kind::Code => fault.code(error_code(gateway)),
        Kind::Reset => fault.kind(kind).bytes(17),
        Kind::Late => fault.kind(kind).delay(Duration::from_secs(30)),
        Kind::Page => fault.http_status(429).retry_after(7),
        _ => fault.kind(kind),
    }
}

pub(super) fn error_code(gateway: Gateway) -> i64 {
    match gateway {
        Gateway::CHAINUP_OPAY => 50_009,
        Gateway::CPAY => 90_751_015,
        _ => 11_002,
    }
}

/// The data of an answer, and whether its signature is right.
pub(super) fn data(opay: &Opay, gateway: Gateway, wire: &Wire) -> Value {
    let json = wire.json();
    if gateway == Gateway::CHAINUP_OPAY {
        let part = |name: &str| json[name].as_str().unwrap().to_owned();
        return serde_json::from_str(&opay.open_sealed(&part("data"), &part("sign"))).unwrap();
    }
    signed(opay, gateway, wire);
    json["data"].clone()
}

/// Checks the signature of CCPayment v1, which covers the body.
fn signed(opay: &Opay, gateway: Gateway, wire: &Wire) {
    if gateway == Gateway::CCPAYMENT {
        assert_eq!(
            wire.header("Sign"),
            Some(right_sign(opay, wire)),
            "{wire:?}"
        );
    }
}

fn right_sign(opay: &Opay, wire: &Wire) -> String {
    let account = &opay.shop.sandbox.credentials().ccpayment;
    let body = String::from_utf8_lossy(wire.body());
    let timestamp = wire.header("Timestamp").unwrap();
    sign(&account.app_id, &account.app_secret, &timestamp, &body)
}

fn now_s(opay: &Opay) -> u64 {
    opay.shop.sandbox.clock().now_ms() / 1_000
}

fn code(json: &Value) -> String {
    json["code"].to_string().trim_matches('"').to_owned()
}

/// Checks what the kind promises. `plain` is the data of the same answer without a fault, where that is known.
fn check(opay: &Opay, gateway: Gateway, kind: Kind, wire: &Wire, plain: Option<&Value>) {
    let body = wire.body();
    let is_json = || serde_json::from_slice::<Value>(body).is_ok();
    match kind {
        Kind::Cut => assert!(wire.bytes.is_empty() && wire.end == End::Closed),
        Kind::Lost => assert!(wire.bytes.is_empty() && wire.end == End::Open),
        Kind::Reset => {
            assert_eq!(
                (wire.bytes.as_slice(), wire.end),
                (&b"HTTP/1.1 200 OK\r\n"[..], End::Reset)
            );
        }
        Kind::Half => assert!(wire.length() / 2 == body.len() && !is_json()),
        Kind::LengthTooLong => assert!(wire.length() == body.len() + 100 && is_json()),
        Kind::LengthTooShort => assert!(wire.length() == body.len() / 2 && is_json()),
        Kind::BrokenChunk => {
            assert_eq!(wire.header("Transfer-Encoding").unwrap(), "chunked");
            assert!(body.ends_with(b"}\r\n"), "{wire:?}");
        }
        Kind::NotHttp => assert!(wire.bytes.starts_with(b"220 ")),
        Kind::Trickle => assert!(wire.length() == body.len() && is_json()),
        Kind::Late | Kind::AfterWebhook => {
            let found = data(opay, gateway, wire);
            assert_eq!(code(&wire.json()), success(gateway));
            assert!(plain.is_none_or(|plain| *plain == found));
        }
        Kind::UnknownOrder => {
            let is_refused = code(&wire.json()) != success(gateway);
            assert!(is_refused || data(opay, gateway, wire) == Value::Array(vec![]));
        }
        Kind::Page => {
            assert_eq!(
                (wire.status(), wire.header("Retry-After").as_deref()),
                (429, Some("7"))
            );
            assert!(body.starts_with(b"<html>"));
        }
        Kind::Redirect => {
            assert_eq!((wire.status(), body), (302, &b""[..]));
            assert!(wire.header("Location").unwrap().starts_with('/'));
        }
        Kind::Gzip => {
            assert_eq!(wire.header("Content-Encoding").unwrap(), "gzip");
            let mut text = String::new();
            GzDecoder::new(body).read_to_string(&mut text).unwrap();
            assert!(serde_json::from_str::<Value>(&text).is_ok());
        }
        Kind::WrongContentType => assert_eq!(wire.header("Content-Type").unwrap(), "text/html"),
        Kind::NoContentType => assert!(wire.header("Content-Type").is_none() && is_json()),
        Kind::StaleDate => {
            let date = jiff::fmt::rfc2822::parse(&wire.header("Date").unwrap()).unwrap();
            let date_s = u64::try_from(date.timestamp().as_second()).unwrap();
            assert!(now_s(opay) - date_s >= 3_600);
        }
        Kind::EmptyBody => assert!(body.is_empty() && wire.length() == 0),
        Kind::NotJson | Kind::TruncatedJson | Kind::TrailingText | Kind::DeepNesting => {
            assert!(!body.is_empty() && !is_json());
            signed(opay, gateway, wire);
        }
        Kind::JsonArray => assert!(wire.json().is_array()),
        Kind::InvalidUtf8 => assert!(std::str::from_utf8(body).is_err()),
        Kind::DuplicateKey => assert_eq!(
            String::from_utf8_lossy(body).matches("\"code\":").count(),
            2
        ),
        Kind::Huge => assert!(body.len() == 10 * 1024 * 1024 && wire.json().is_object()),
        Kind::WrongSignature if gateway == Gateway::CCPAYMENT => {
            assert_ne!(wire.header("Sign").unwrap(), right_sign(opay, wire));
        }
        Kind::WrongSignature => {
            let json = wire.json();
            let part = |name: &str| json[name].as_str().unwrap().to_owned();
            assert!(!opay.is_sealed(&part("data"), &part("sign")));
        }
        Kind::NoSignature => {
            assert!(wire.header("Sign").is_none() && wire.json().get("sign").is_none());
            assert_eq!(code(&wire.json()), success(gateway));
        }
        Kind::StaleTimestamp => {
            signed(opay, gateway, wire);
            let timestamp: u64 = wire.header("Timestamp").unwrap().parse().unwrap();
            assert!(now_s(opay) - timestamp >= 3_600);
        }
        Kind::Code => assert_eq!(code(&wire.json()), error_code(gateway).to_string()),
        kind => {
            assert_eq!(kind.group(), "data");
            let found = data(opay, gateway, wire);
            assert!(
                plain.is_none_or(|plain| *plain != found),
                "{kind:?}: {found}"
            );
        }
    }
}

/// Whether the kind can happen at this gateway.
fn is_possible(kind: Kind, gateway: Gateway) -> bool {
    match kind {
        Kind::WrongSignature | Kind::NoSignature => {
            matches!(gateway, Gateway::CHAINUP_OPAY | Gateway::CCPAYMENT)
        }
        Kind::StaleTimestamp => gateway == Gateway::CCPAYMENT,
        _ => true,
    }
}

#[tokio::test]
async fn every_kind_does_what_it_promises_at_every_gateway() {
    let (mut tried, mut refused) = (0, 0);
    for gateway in Gateway::ALL {
        let opay = Opay::with(|builder| builder.ccpayment_requests_per_second(u32::MAX)).await;
        let sandbox = &opay.shop.sandbox;
        for reference in ["first", "second"] {
            super::send(&opay, gateway, reference).await.unwrap();
        }
        for kind in Kind::ALL
            .iter()
            .copied()
            // It needs two requests, and has its own tests.
            .filter(|kind| kind.group() != "webhook" && *kind != Kind::Lagging)
        {
            for when in kind.when().iter().copied() {
                let label = format!("{}-{}-{}", gateway.as_str(), when.as_str(), kind.as_str());
                println!("{label}");
                let fault = fault(kind, when, gateway);
                if !is_possible(kind, gateway) {
                    assert!(sandbox.fault(fault).is_err(), "{label}");
                    refused += 1;
                    continue;
                }
                let is_lost = kind == Kind::Lost;
                // The call that moves money.
                sandbox
                    .fault(fault.clone().call(money_call(gateway)))
                    .unwrap();
                let request = money_request(&opay, gateway, &label);
                let wire = exchange(&opay, &request, is_lost).await;
                check(&opay, gateway, kind, &wire, None);
                let is_made = when == FaultWhen::After || kind == Kind::Late;
                if !is_lost {
                    assert_eq!(sandbox.order(&label).is_some(), is_made, "{label}");
                }
                // The query: of another order first, whose answer is then known.
                let query = async |reference: &str| {
                    let request = query_request(&opay, gateway, reference);
                    let answer = raw(sandbox.local_addr(), request.as_bytes());
                    let answer = answer.await.unwrap();
                    Wire {
                        bytes: format!("{}\r\n\r\n{}", answer.head, answer.body).into_bytes(),
                        end: End::Closed,
                    }
                };
                let plain = data(&opay, gateway, &query("first").await);
                query("second").await;
                sandbox.fault(fault.call(query_call(gateway))).unwrap();
                let request = query_request(&opay, gateway, "first");
                let wire = exchange(&opay, &request, is_lost).await;
                check(&opay, gateway, kind, &wire, Some(&plain));
                tried += 2;
            }
        }
    }
    println!(
        "{} kinds, {tried} calls, {refused} refused",
        Kind::ALL.len()
    );
    assert!(tried > 400, "{tried}");
}
