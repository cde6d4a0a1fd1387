//! A statement of 2,000 rows through the client, compared with bare decryption of the same blocks by AWS-LC.
//!
//! - `client`: `Client::daily_statement` over a transport that returns the answer at once: envelope, decryption on all
//!   cores, signature, rows.
//! - `bare`: only the private-key operations, one after the other. Divided by the number of cores it is the lower bound.
//! - `bare, all cores`: the same operations split evenly between threads: what the cores of this machine achieve together
//!   at the moment, which is less if they share hardware or do other work.
//!
//! Times depend on the machine, ratios far less: the variants alternate, and each ratio is the median over all rounds. If
//! the machine does other work too, the ratio of processor times is the most reliable. No result fails the benchmark.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

use std::future::pending;
use std::hint::black_box;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, available_parallelism};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use aws_lc_rs::rsa::{Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use chainup_opay_client::{Client, Config, DailyStatement, Date};
use cpu_time::ProcessTime;
use payments_core::scripted::{FixedEntropy, block_on};
use payments_core::{Clock, Executor, Timestamp, Transport, TransportError};
use payments_signing::chainup_opay::Keys;
use payments_signing::rsa::{PrivateKey, PublicKey};

const ROWS: usize = 2_000;
/// Rows of a page, the most that the gateway allows.
const PAGE: usize = 2_000;
const BLOCK: usize = 256;
const TARGET: f64 = 1.15;

fn read(name: &str) -> String {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fixtures/signatures/chainup_opay"
    );
    let text = std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
    text.trim().to_owned()
}

/// A transport that answers with one page after the other, and begins again after the last one.
#[derive(Debug)]
struct Ready {
    pages: Vec<Bytes>,
    sent: AtomicUsize,
}

#[async_trait]
impl Transport for Ready {
    async fn send(&self, _: http::Request<Bytes>) -> Result<http::Response<Bytes>, TransportError> {
        let at = self.sent.fetch_add(1, Ordering::Relaxed) % self.pages.len();
        Ok(http::Response::new(self.pages[at].clone()))
    }
}

/// A clock that never advances, so that no deadline passes.
#[derive(Debug)]
struct StoppedClock;

#[async_trait]
impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_700_000_000)
    }

    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    async fn sleep(&self, _: Duration) {
        pending().await
    }
}

/// A page with these rows of a day with `count` rows.
fn page(rows: Range<usize>, count: usize) -> String {
    let row = |id: usize| {
        format!(
            r#"{{"merchantUserId":10001,"appOrderId":"order-{id:06}","payCoinSymbol":"btc","orderAmount":{id}.25,"orderType":1,"userId":22033390,"openId":"2ae04ed9165624419bad68e9e0f3f29fbd","createTime":"1715310032123","payTime":"1715310099000"}}"#
        )
    };
    let rows: Vec<String> = rows.map(row).collect();
    format!(r#"{{"count":{count},"list":[{}]}}"#, rows.join(","))
}

fn day() -> DailyStatement {
    let page = u16::try_from(PAGE).unwrap();
    DailyStatement::new(Date::new(2026, 11, 22).unwrap()).page_size(page)
}

struct Bench {
    /// Rows of the day.
    rows: usize,
    client: Client,
    bare: Pkcs1PrivateDecryptingKey,
    /// The blocks of the first page.
    blocks: Vec<u8>,
}

impl Bench {
    fn new(rows: usize) -> Self {
        let platform = Keys::new(
            PrivateKey::parse(&read("platform.pri.b64u")).unwrap(),
            PublicKey::parse(&read("merchant.pub.b64u")).unwrap(),
        );
        let (mut pages, mut blocks) = (Vec::new(), Vec::new());
        for first in (0..rows).step_by(PAGE) {
            let page = page(first..rows.min(first + PAGE), rows);
            let sealed = platform.seal(page.as_bytes()).unwrap();
            pages.push(Bytes::from(format!(
                r#"{{"code":"0","msg":"succ","data":"{}","sign":"{}"}}"#,
                sealed.data, sealed.sign
            )));
            if first == 0 {
                blocks = URL_SAFE_NO_PAD.decode(&sealed.data).unwrap();
            }
        }
        let own = read("merchant.pri.b64u");
        let config = Config::new(
            "https://service.exchange.example",
            "xxx_xxx",
            &own,
            &read("platform.pub.b64u"),
        )
        .unwrap();
        let client = Client::with_executor(
            &config,
            Executor::new(
                Arc::new(Ready {
                    pages,
                    sent: AtomicUsize::new(0),
                }),
                Arc::new(StoppedClock),
                Arc::new(FixedEntropy::new(0)),
            ),
        );
        let key = PrivateDecryptingKey::from_pkcs8(&URL_SAFE_NO_PAD.decode(own).unwrap()).unwrap();
        Self {
            rows,
            client,
            bare: Pkcs1PrivateDecryptingKey::new(key).unwrap(),
            blocks,
        }
    }

    fn client(&self) {
        let page = block_on(self.client.daily_statement(day())).unwrap();
        assert_eq!(page.rows.len(), ROWS);
    }

    /// All pages of the day.
    fn all_rows(&self) {
        block_on(async {
            let (mut rows, mut read) = (self.client.daily_statement_rows(day()), 0);
            while let Some(row) = rows.next().await {
                row.unwrap();
                read += 1;
            }
            assert_eq!(read, self.rows);
        });
    }

    fn bare(&self) {
        self.decrypt(&self.blocks);
    }

    fn bare_on_all(&self, cores: usize) {
        let share = self.blocks.len().div_ceil(BLOCK).div_ceil(cores) * BLOCK;
        thread::scope(|scope| {
            for blocks in self.blocks.chunks(share) {
                scope.spawn(|| self.decrypt(blocks));
            }
        });
    }

    fn decrypt(&self, blocks: &[u8]) {
        let mut plaintext = [0; BLOCK];
        for block in blocks.chunks(BLOCK) {
            black_box(self.bare.decrypt(block, &mut plaintext).unwrap());
        }
    }
}

/// The duration of a piece of work, in seconds.
struct Took {
    wall: f64,
    processor: f64,
}

fn timed(work: impl FnOnce()) -> Took {
    let (wall, processor) = (Instant::now(), ProcessTime::now());
    work();
    Took {
        wall: wall.elapsed().as_secs_f64(),
        processor: processor.elapsed().as_secs_f64(),
    }
}

fn main() {
    // `cargo bench` passes `--bench`; a test run only checks that everything works.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let rounds = if measured { 25 } else { 1 };
    let (bench, cores) = (Bench::new(ROWS), available_parallelism().unwrap().get());
    timed(|| bench.client());
    let rounds: Vec<[Took; 3]> = (0..rounds)
        .map(|_| {
            [
                timed(|| bench.client()),
                timed(|| bench.bare()),
                timed(|| bench.bare_on_all(cores)),
            ]
        })
        .collect();

    let time = |which: usize| 1e3 * median(rounds.iter().map(|round| round[which].wall));
    println!(
        "a statement of {ROWS} rows, {} blocks, {cores} cores, {} rounds",
        bench.blocks.len() / BLOCK,
        rounds.len()
    );
    println!("client                        {:>8.1} ms", time(0));
    println!("bare, one block after another {:>8.1} ms", time(1));
    println!("bare, all cores               {:>8.1} ms", time(2));
    let ratio = |of: &dyn Fn(&[Took; 3]) -> f64| median(rounds.iter().map(of));
    let by_cores = ratio(&|[client, bare, _]| client.wall / (bare.wall / cores as f64));
    let by_machine = ratio(&|[client, _, all]| client.wall / all.wall);
    let processor = ratio(&|[client, bare, _]| client.processor / bare.processor);
    for (what, ratio) in [
        ("client / (bare / cores)", by_cores),
        ("client / bare on all cores", by_machine),
        ("processor time, client / bare", processor),
    ] {
        let mark = if ratio > TARGET { "over" } else { "" };
        println!("{what:<29} {ratio:>8.3}, target {TARGET} {mark}");
    }
    growth(if measured { 10_000 } else { 100 });
}

/// How the processor time of a row grows with the rows of a day. Nearly all of it is private-key operations: 10,000 rows take seconds.
fn growth(largest: usize) {
    println!("rows of a day   ns for each   times the first");
    let (mut first, mut rows) = (None, 100);
    while rows <= largest {
        let bench = Bench::new(rows);
        let rounds = (10_000 / rows).min(10);
        let times = (0..rounds).map(|_| timed(|| bench.all_rows()).processor);
        let each = median(times) * 1e9 / rows as f64;
        let ratio = each / *first.get_or_insert(each);
        println!("{rows:>13} {each:>13.0} {ratio:>17.2}");
        rows *= 10;
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
