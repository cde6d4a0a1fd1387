//! Merchants in Python that share no code with this workspace: the published package, and a client of the standard library.
//! `tests/foreign/README.md` describes them.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use payments_sandbox::{Gateway, Order, Sandbox};
use serde_json::json;

use crate::support::skip;

/// The longest that a script may take: it waits for webhooks, each at most 30 seconds.
const LONGEST: Duration = Duration::from_secs(300);

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The Python in which `.ci/run` installs the package.
fn python_with_package() -> PathBuf {
    folder("../../target/foreign-python/bin/python")
}

fn runs(python: &Path, code: &str) -> bool {
    let mut command = Command::new(python);
    command.args(["-c", code]).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// A script that has printed the URL of its webhook endpoint and waits for the credentials.
struct Script {
    child: Child,
    webhook_url: String,
}

impl Script {
    fn start(python: &Path, name: &str) -> Self {
        let mut child = Command::new(python)
            .arg("-B")
            .arg(folder("tests/foreign").join(name))
            .env("NO_PROXY", "127.0.0.1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        Self {
            child,
            webhook_url: line.trim().to_owned(),
        }
    }

    /// Gives it the sandbox and waits for its end.
    async fn play(mut self, sandbox: &Sandbox) -> ExitStatus {
        let account = &sandbox.credentials().ccpayment_v2;
        let fields = json!({
            "base_url": sandbox.base_url(),
            "app_id": account.app_id,
            "app_secret": account.app_secret,
        });
        let mut stdin = self.child.stdin.take().unwrap();
        writeln!(stdin, "{fields}").unwrap();
        let wait = async {
            loop {
                if let Some(status) = self.child.try_wait().unwrap() {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(LONGEST, wait)
            .await
            .expect("the script ends")
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lets a script play its part, and checks what the sandbox has afterwards: both scripts make the same orders.
async fn is_a_merchant(python: &Path, name: &str) {
    let script = Script::start(python, name);
    let url = script.webhook_url.clone();
    let sandbox = Sandbox::builder().ccpayment_v2_webhook_url(url);
    let sandbox = sandbox.start().await.unwrap();
    let status = script.play(&sandbox).await;
    let refused: Vec<_> = sandbox
        .requests()
        .into_iter()
        .filter_map(|request| {
            let call = request.operation;
            request.reason.map(|reason| (call, reason))
        })
        .collect();
    assert!(status.success(), "{name}: {status}; refused: {refused:#?}");

    sandbox.webhooks_quiet().await;
    for id in ["order-1", "invoice-1", "payout-1", "payout-2", "swap-1"] {
        let order = sandbox.order(id).unwrap();
        assert_eq!(order.status.as_str(), "completed", "{id}");
    }
    let deposit = |order: &Order| order.user_id == "customer-7";
    assert_eq!(
        sandbox
            .orders()
            .iter()
            .filter(|order| deposit(order))
            .count(),
        1
    );
    let deliveries = sandbox.deliveries();
    assert_eq!(deliveries.len(), 6);
    for delivery in deliveries {
        assert_eq!(delivery.state.as_str(), "delivered", "{}", delivery.body);
        assert_eq!(delivery.attempts.len(), 1, "{}", delivery.body);
    }
    // 100000 + 4 + 6.5 + 10 + 25.5, each without a fee of 0.5 %, then 5, 5 and 100 less.
    for (coin, available) in [("USDT", "99935.77"), ("POL", "100398")] {
        let rows = sandbox.balances_at(Gateway::CCPAYMENT_V2);
        let row = rows.into_iter().find(|row| row.currency == coin).unwrap();
        assert_eq!(
            (row.available.as_str(), row.frozen.as_str()),
            (available, "0")
        );
    }
}

#[tokio::test]
async fn a_client_of_pythons_standard_library_is_a_merchant() {
    let python = Path::new("python3");
    if !runs(python, "import http.server, hmac") {
        return skip::without("python3");
    }
    is_a_merchant(python, "ccpayment_v2_stdlib.py").await;
}

#[tokio::test]
async fn the_published_package_is_a_merchant() {
    let python = python_with_package();
    if !runs(&python, "import ccpayments_gateway") {
        return skip::without("ccpayments-gateway");
    }
    is_a_merchant(&python, "ccpayment_v2_package.py").await;
}
