//! `payments sandbox --state`, killed at any moment.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};

use cpay_client::{Client, Config, CreateOrder};
use payments_core::MerchantRef;
use serde_json::Value;

use crate::support::{command, payments};

/// Rounds, and the acknowledged orders after which a round is killed.
const KILLED_AFTER: [usize; 5] = [1, 5, 9, 14, 23];
/// Orders that are made at one time.
const AT_ONCE: usize = 4;

/// A folder that is removed when it is dropped.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A running sandbox with its base URL and C-Pay's secret.
fn start(state: &Path) -> (Child, String, String) {
    let state = state.to_str().unwrap();
    let options = [
        "sandbox",
        "--json",
        "--listen",
        "127.0.0.1:0",
        "--state",
        state,
    ];
    let mut child = command(&options).stdin(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    lines.read_line(&mut line).unwrap();
    // It goes on if its output is closed.
    let ready: Value = serde_json::from_str(&line).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let (url, secret) = (text(&ready["base_url"]), text(&ready["cpay"]["secret"]));
    (child, url, secret)
}

/// Makes orders until the sandbox does not answer, and notes those that were acknowledged.
async fn make_orders(client: Client, round: usize, worker: usize, made: Arc<Mutex<Vec<String>>>) {
    for number in 0.. {
        let reference = format!("order-{round}-{worker}-{number}");
        let order = CreateOrder::new(
            MerchantRef::new(&reference).unwrap(),
            "customer-7",
            "1".parse().unwrap(),
            "USDT",
        );
        if client.create_order(order).await.is_err() {
            return;
        }
        made.lock().unwrap().push(reference);
    }
}

#[test]
#[allow(clippy::print_stdout, reason = "the figure of the run")]
fn no_acknowledged_order_is_lost_by_a_kill() {
    let name = format!("payments-state-{}", std::process::id());
    let folder = Folder(std::env::temp_dir().join(name));
    std::fs::create_dir_all(&folder.0).unwrap();
    let state = folder.0.join("state.db");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let made = Arc::new(Mutex::new(Vec::new()));
    for (round, killed_after) in KILLED_AFTER.into_iter().enumerate() {
        let (mut child, url, secret) = start(&state);
        let config = Config::new(&url, "20003092", &secret).unwrap();
        let client = runtime.block_on(async { Client::new(&config).unwrap() });
        let before = made.lock().unwrap().len();
        let workers: Vec<_> = (0..AT_ONCE)
            .map(|worker| {
                let work = make_orders(client.clone(), round, worker, Arc::clone(&made));
                runtime.spawn(work)
            })
            .collect();
        while made.lock().unwrap().len() < before + killed_after {
            assert!(child.try_wait().unwrap().is_none(), "the sandbox ended");
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        for worker in workers {
            runtime.block_on(worker).unwrap();
        }
    }

    let (mut child, url, _) = start(&state);
    let made = made.lock().unwrap();
    let list = [
        "sandbox", "orders", "list", "--limit", "500", "--json", "--url", &url,
    ];
    let listed = payments(&list, "");
    let known: Vec<String> = listed.json()["orders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|order| order["merchant_ref"].as_str().unwrap().to_owned())
        .collect();
    let lost: Vec<&String> = made.iter().filter(|one| !known.contains(one)).collect();
    let _ = child.kill();
    let _ = child.wait();
    println!(
        "{} acknowledged orders, {} kills, {} lost",
        made.len(),
        KILLED_AFTER.len(),
        lost.len()
    );
    assert!(lost.is_empty(), "{lost:?} of {}", made.len());
}
