//! Processor time of one `create_order` over loopback HTTP, 16 in flight, beside bare reqwest.
//!
//! - `client`: this crate, as an application uses it.
//! - `same work`: bare reqwest with the same signing, form encoding and typed decoding, by hand.
//! - `same bytes`: bare reqwest that only moves the request and the answer.
//!
//! All have the same limits of time and of the answer's size. Beside them:
//!
//! - The same call in other languages, by the programs that `cargo xtask bench` names.
//!
//! The server is a child process, so that only the client's side is counted. Times depend on the machine,
//! ratios far less: the variants take turns, and a ratio is the median over the rounds. Nothing fails here.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod server;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cpay_client::{Client, Config, CreateOrder, CreatedOrder};
use cpu_time::ProcessTime;
use payments_core::wire::{Code, Optional};
use payments_core::{MerchantRef, Timestamp};
use payments_signing::{Secret, cpay::Key};
use tokio::task::JoinSet;

const IN_FLIGHT: usize = 16;
const MERCHANT: &str = "20003092";
const SECRET: &str = "k3y-of-merchant";
const TRADE_NO: &str = "test114";
const AMOUNT: &str = "66.12345678";
const COIN: &str = "USDT";
const CALLBACK: &str = "https://shop.example/cb?a=1&b=2";
const SUCCESS: &str = "https://cashier.cpay.ltd/succed";
const FAIL: &str = "https://cashier.cpay.ltd/lose";
/// That of the standard transport.
const MAX_ANSWER_BYTES: usize = 8 * 1024 * 1024;

/// How much is measured.
struct Size {
    rounds: usize,
    calls: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Variant {
    Client,
    SameWork,
    SameBytes,
}

const VARIANTS: [Variant; 3] = [Variant::Client, Variant::SameWork, Variant::SameBytes];

/// The orders in which they run. Closed connections are left behind, so each variant follows each other one equally often, also from
/// one round to the next.
const ORDERS: [[usize; 3]; 6] = [
    [0, 1, 2],
    [1, 2, 0],
    [2, 0, 1],
    [0, 2, 1],
    [2, 1, 0],
    [1, 0, 2],
];

struct Bench {
    client: Client,
    http: reqwest::Client,
    url: String,
    key: Key,
    /// A recorded request body, for [`Variant::SameBytes`].
    body: Bytes,
}

fn main() {
    if server::is_child() {
        return server::serve();
    }
    // `cargo bench` passes `--bench`; a run as a test only shows that everything works.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let size = if measured {
        Size {
            rounds: 4 * ORDERS.len(),
            calls: 3_200,
        }
    } else {
        Size {
            rounds: 1,
            calls: 32,
        }
    };
    let child = server::Child::start();
    let bench = Arc::new(Bench::new(&child.base_url));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();

    for variant in VARIANTS {
        runtime.block_on(run(&bench, variant, size.calls)); // connections are made, caches are warm
    }
    let mut rounds = Vec::with_capacity(size.rounds);
    for round in 0..size.rounds {
        let mut times = [0.0; VARIANTS.len()];
        for at in ORDERS[round % ORDERS.len()] {
            let start = ProcessTime::now();
            runtime.block_on(run(&bench, VARIANTS[at], size.calls));
            times[at] = start.elapsed().as_secs_f64() * 1e9 / size.calls as f64;
        }
        rounds.push(times);
    }
    report(&rounds);
    let ours = median(rounds.iter().map(|round| round[0]).collect());
    for (name, time) in peers(&bench.url, size.calls) {
        println!("{name:<12} {time:>12.0} {:>13.3}", ours / time);
    }
}

/// Runs the same call in other languages, and returns the processor time of one in nanoseconds. Each line of `BENCH_PEERS` has a
/// name, a program and its script, with tabs between them.
fn peers(url: &str, calls: usize) -> Vec<(String, f64)> {
    let lines = std::env::var("BENCH_PEERS").unwrap_or_default();
    let run = |line: &str| {
        let parts: Vec<&str> = line.split('\t').collect();
        let mut command = std::process::Command::new(parts[1]);
        command.args([parts[2], "http", url, &calls.to_string()]);
        let output = command
            .stderr(std::process::Stdio::inherit())
            .output()
            .unwrap();
        let time = String::from_utf8(output.stdout).unwrap();
        (parts[0].to_owned(), time.trim().parse().unwrap())
    };
    lines.lines().map(run).collect()
}

/// `calls` calls, [`IN_FLIGHT`] at a time.
async fn run(bench: &Arc<Bench>, variant: Variant, calls: usize) {
    let mut workers = JoinSet::new();
    for _ in 0..IN_FLIGHT {
        let bench = Arc::clone(bench);
        workers.spawn(async move {
            for _ in 0..calls / IN_FLIGHT {
                match variant {
                    Variant::Client => bench.client_call().await,
                    Variant::SameWork => bench.same_work().await,
                    Variant::SameBytes => bench.same_bytes().await,
                }
            }
        });
    }
    while let Some(done) = workers.join_next().await {
        done.unwrap();
    }
}

fn check(order: &CreatedOrder) {
    assert_eq!(order.order_id.as_str(), "221116112637772768014");
    assert_eq!(order.order_amount, Some(AMOUNT.parse().unwrap()));
}

impl Bench {
    fn new(base_url: &str) -> Self {
        let config = Config::new(base_url, MERCHANT, SECRET).unwrap();
        let client = Client::new(&config).unwrap();
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        // What the standard transport sets as well.
        let http = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(20))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            // An order has a connection for itself.
            .pool_max_idle_per_host(0)
            .no_proxy()
            .user_agent("loopback")
            .build()
            .unwrap();
        let body = client
            .prepare(&order(), Timestamp::from_secs(1_700_000_000))
            .unwrap()
            .into_body();
        let key = Key::new(Secret::new(SECRET).unwrap());
        Self {
            client,
            http,
            url: format!("{base_url}/openapi/v1/createOrder"),
            key,
            body,
        }
    }

    async fn client_call(&self) {
        check(&self.client.create_order(order()).await.unwrap());
    }

    /// The signed form, as one would write it by hand for this one call.
    fn form(&self) -> Bytes {
        let time = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        let time = time.as_millis().to_string();
        let amount: payments_core::Amount = AMOUNT.parse().unwrap();
        let fields = [
            ("amount", amount.to_string()),
            ("callBackURL", CALLBACK.to_owned()),
            ("createTime", time),
            ("cryptoCurrency", COIN.to_owned()),
            ("failURL", FAIL.to_owned()),
            ("merchantId", MERCHANT.to_owned()),
            ("merchantTradeNo", TRADE_NO.to_owned()),
            ("successURL", SUCCESS.to_owned()),
            ("userId", "1001".to_owned()),
        ];
        let sign = self
            .key
            .sign(fields.iter().map(|(name, value)| (*name, value.as_str())))
            .unwrap();
        let mut form = form_urlencoded::Serializer::new(String::with_capacity(512));
        form.extend_pairs(&fields)
            .append_pair("sign", sign.as_str());
        Bytes::from(form.finish())
    }

    /// Without any care for failures.
    async fn same_work(&self) {
        #[serde_with::apply(Option => #[serde(default)])]
        #[serde_with::serde_as]
        #[derive(serde::Deserialize)]
        struct Envelope {
            code: Code,
            #[serde_as(as = "Optional")]
            msg: Option<String>,
            data: CreatedOrder,
            #[serde_as(as = "Optional")]
            traceid: Option<String>,
        }
        let answer = self.post(self.form()).await;
        let envelope: Envelope = serde_json::from_slice(&answer).unwrap();
        assert!(
            envelope.code.as_str() == "0" && envelope.msg.is_some() && envelope.traceid.is_some()
        );
        // An answer to another request is no success.
        let order = &envelope.data;
        assert_eq!(order.merchant_trade_no.as_deref(), Some(TRADE_NO));
        assert_eq!(order.crypto_currency.as_deref(), Some(COIN));
        check(order);
    }

    async fn same_bytes(&self) {
        assert!(!self.post(self.body.clone()).await.is_empty());
    }

    async fn post(&self, body: Bytes) -> Bytes {
        let request = self
            .http
            .post(&self.url)
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        let mut answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200);
        // One chunk is not copied, and a longer answer than the limit is not kept in memory.
        let mut body = answer.chunk().await.unwrap().unwrap_or_default();
        while let Some(chunk) = answer.chunk().await.unwrap() {
            assert!(body.len() + chunk.len() <= MAX_ANSWER_BYTES);
            body = [body, chunk].concat().into();
        }
        assert!(body.len() <= MAX_ANSWER_BYTES);
        body
    }
}

fn order() -> CreateOrder {
    CreateOrder::new(
        MerchantRef::new(TRADE_NO).unwrap(),
        "1001",
        AMOUNT.parse().unwrap(),
        COIN,
    )
    .callback_url(CALLBACK)
    .success_url(SUCCESS)
    .fail_url(FAIL)
}

/// One line a variant: median time, and the median ratio of the client to it within a round.
fn report(rounds: &[[f64; 3]]) {
    let time = |at: usize| median(rounds.iter().map(|round| round[at]).collect());
    let ratio = |at: usize| median(rounds.iter().map(|round| round[0] / round[at]).collect());
    println!(
        "create_order over loopback, {IN_FLIGHT} in flight, {} rounds",
        rounds.len()
    );
    println!(
        "{:<12} {:>12} {:>13} {:>7}",
        "variant", "CPU ns/call", "client/this", "target"
    );
    println!("{:<12} {:>12.0}", "client", time(0));
    for (at, name, target) in [(1, "same work", 1.03), (2, "same bytes", 1.15)] {
        let ratio = ratio(at);
        let mark = if ratio > target { "over" } else { "" };
        println!(
            "{name:<12} {:>12.0} {ratio:>13.3} {target:>7.2} {mark}",
            time(at)
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
