//! What a sandbox costs: start, memory, `createOrder` beside a bare handler, and how calls and pages grow with the orders.
//!
//! The bare handler is an axum router that verifies the same signature and answers a constant; it stores nothing. Both servers run
//! on a thread each, whose processor time is counted, and take turns; the ratio is the median over the rounds. Nothing fails here.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod client;
mod server;

use std::time::Instant;

use payments_sandbox::Sandbox;
use tokio::runtime::{Builder, Runtime};

use crate::client::{Client, Took};
use crate::server::Server;

/// How much is measured.
struct Size {
    rounds: usize,
    orders: usize,
    sandboxes: usize,
    /// How many orders are stored when calls and pages are measured. A gateway keeps 10,000.
    stored: &'static [usize],
}

fn main() {
    // `cargo bench` passes `--bench`; a run as a test only shows that everything works.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let size = if measured {
        Size {
            rounds: 7,
            orders: 8_000,
            sandboxes: 200,
            stored: &[100, 1_000, 10_000],
        }
    } else {
        Size {
            rounds: 1,
            orders: 32,
            sandboxes: 2,
            stored: &[100, 200],
        }
    };
    starts(&size);
    orders(&size);
    growth(&size);
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Start-up time and memory, with all sandboxes alive.
fn starts(size: &Size) {
    runtime().block_on(async {
        let mut alive = vec![Sandbox::builder().start().await.unwrap()];
        let before = resident_kib();
        let mut times = Vec::new();
        for _ in 0..size.sandboxes {
            let start = Instant::now();
            alive.push(Sandbox::builder().start().await.unwrap());
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        let used = resident_kib().saturating_sub(before);
        let each = used as f64 / 1024.0 / size.sandboxes as f64;
        let count = size.sandboxes;
        println!("start of a sandbox  {:>9.2} ms", median(times));
        println!("memory of a sandbox {each:>9.2} MiB, {count} in one process; target 5");
    });
}

fn orders(size: &Size) {
    let sandbox = Server::sandbox();
    let bare = Server::bare();
    runtime().block_on(async {
        let mut client = Client::new();
        client.create_orders(&sandbox, size.orders / 4).await;
        client.create_orders(&bare, size.orders / 4).await;
        let mut rounds = Vec::new();
        for _ in 0..size.rounds {
            client::reset(&sandbox).await;
            let ours = client.create_orders(&sandbox, size.orders).await;
            let bare = client.create_orders(&bare, size.orders).await;
            rounds.push((ours, bare));
        }
        println!("createOrder per second               ours    bare  ratio");
        let ratio = rates("of the server's processor time", &rounds, |took| {
            took.processor
        });
        let clock = format!("by the clock, {} in flight", client::IN_FLIGHT);
        rates(&clock, &rounds, |took| took.clock);
        let mark = if ratio < 0.6 { "under" } else { "" };
        println!("ratio of processor time             {ratio:.2}; target 0.60 {mark}");
    });
}

/// Prints requests per second of the sandbox and of the bare handler, and their ratio, which is returned.
fn rates(measure: &str, rounds: &[(Took, Took)], time: fn(&Took) -> f64) -> f64 {
    let of = |value: &dyn Fn(&(Took, Took)) -> f64| median(rounds.iter().map(value).collect());
    let ours = of(&|(ours, _)| 1.0 / time(ours));
    let bare = of(&|(_, bare)| 1.0 / time(bare));
    let ratio = of(&|(ours, bare)| time(bare) / time(ours));
    println!("{measure:<32} {ours:>8.0} {bare:>7.0} {ratio:>6.2}");
    ratio
}

/// The server's processor time for calls and pages, by the number of orders that are stored.
fn growth(size: &Size) {
    const MEASURED: usize = 64;
    let sandbox = Server::sandbox();
    runtime().block_on(async {
        println!("orders   createOrder   getOrderDetail   list of 50   overview; target 50 ms");
        let (mut client, mut stored) = (Client::new(), 0);
        for &wanted in size.stored {
            let before = wanted - MEASURED - stored;
            client.create_orders(&sandbox, before).await;
            let create = client.create_orders(&sandbox, MEASURED).await.processor * 1e6;
            stored = wanted;
            let query = client.query_orders(&sandbox, MEASURED).await.processor * 1e6;
            let list = pages(&sandbox, "/_sandbox/orders?limit=50").await * 1e3;
            let overview = pages(&sandbox, "/_sandbox").await * 1e3;
            println!(
                "{wanted:>6} {create:>10.1} µs {query:>13.1} µs {list:>9.2} ms {overview:>7.2} ms"
            );
        }
    });
}

/// The server's processor time for a page, in seconds.
async fn pages(server: &Server, path: &str) -> f64 {
    const TIMES: u32 = 20;
    let before = server.used();
    for _ in 0..TIMES {
        client::get(server, path).await;
    }
    (server.used() - before).as_secs_f64() / f64::from(TIMES)
}

/// The memory of this process, by the kernel. Zero where there is no `/proc`.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|text| text.trim().trim_end_matches(" kB").parse().ok())
        .unwrap_or_default()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
