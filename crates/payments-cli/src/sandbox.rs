//! `payments sandbox`: the local gateways, until Ctrl-C.

mod config_file;
mod environment;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use payments_sandbox::{Credentials, RequestRecord, Sandbox, StartError};
use serde::Serialize;

use crate::failure::{Failure, runtime};
use crate::output::say;
use crate::url;

const HELP: &str = "\
Example:
  payments sandbox --write-config payments.toml
      the gateways to develop against, and the accounts' file that the other commands read
  payments sandbox --write-config payments.toml \\
      --callback-url http://127.0.0.1:8430/cpay/sandbox \\
      --ccpayment-webhook-url http://127.0.0.1:8430/ccpayment/sandbox
      the same, with the webhooks going to `payments webhook listen`";

#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// The loopback address to listen on; port 0 takes a free one
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8420")]
    listen: SocketAddr,
    /// A JSON file with credentials of your own instead of the public test credentials
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// Where C-Pay's webhooks go of orders that name no callback URL
    #[arg(long, value_name = "URL")]
    callback_url: Option<String>,
    /// Where CCPayment's webhooks go
    #[arg(long, value_name = "URL")]
    ccpayment_webhook_url: Option<String>,
    /// What the merchant has of a currency at C-Pay to begin with; may be given several times
    #[arg(long, value_name = "CURRENCY=AMOUNT", value_parser = balance)]
    balance: Vec<(String, String)>,
    /// Complete payouts by themselves after so many seconds; otherwise they wait for a button
    #[arg(long, value_name = "SECONDS")]
    payouts_complete_after: Option<u64>,
    /// Take C-Pay signatures that leave out the value 0, as the official PHP SDK makes them
    #[arg(long)]
    accept_php_signatures: bool,
    /// Write a configuration for the other commands, with the credentials in it
    #[arg(long, value_name = "FILE")]
    write_config: Option<PathBuf>,
    /// Print base URL and credentials as one JSON object on the first line, then one object a request
    #[arg(long)]
    json: bool,
}

fn balance(text: &str) -> Result<(String, String), &'static str> {
    let pair = text
        .split_once('=')
        .filter(|(currency, amount)| !currency.is_empty() && !amount.is_empty());
    let (currency, amount) = pair.ok_or("write it as USDT=1000")?;
    Ok((currency.to_owned(), amount.to_owned()))
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let credentials = match &options.credentials {
        Some(path) => Credentials::from_file(path)
            .map_err(|error| Failure::BadInput(format!("{}: {error}", path.display())))?,
        None => Credentials::test(),
    };
    for (option, url) in [
        ("--callback-url", &options.callback_url),
        ("--ccpayment-webhook-url", &options.ccpayment_webhook_url),
    ] {
        let checked = url.as_deref().map_or(Ok(()), url::check_for_sandbox);
        checked.map_err(|why| Failure::bad(format!("{option}: {why}")))?;
    }
    runtime()?.block_on(serve(options, credentials))
}

async fn serve(options: &Options, credentials: Credentials) -> Result<(), Failure> {
    let json = options.json;
    let mut builder = Sandbox::builder()
        .listen(options.listen)
        .credentials(credentials)
        .accept_php_signatures(options.accept_php_signatures)
        .observe(move |record| log(record, json));
    for (currency, amount) in &options.balance {
        builder = builder.cpay_balance(currency, amount);
    }
    if let Some(seconds) = options.payouts_complete_after {
        let after = Duration::from_secs(seconds);
        builder = builder
            .cpay_payouts_complete_after(after)
            .ccpayment_payouts_complete_after(after);
    }
    if let Some(url) = &options.callback_url {
        builder = builder.cpay_callback_url(url);
    }
    if let Some(url) = &options.ccpayment_webhook_url {
        builder = builder.ccpayment_webhook_url(url);
    }
    let sandbox = builder.start().await.map_err(|error| match error {
        StartError::Bind { .. } => Failure::Failed(error.to_string()),
        StartError::RemoteListen(address) => Failure::bad(format!(
            "--listen: {address} is not a loopback address, and others could reach the sandbox: give 127.0.0.1 or [::1] and a port"
        )),
        _ => Failure::BadInput(error.to_string()),
    })?;
    if let Some(path) = &options.write_config {
        config_file::write(&sandbox, path)?;
    }
    if json {
        announce_json(&sandbox)?;
    } else {
        announce(&sandbox, options.write_config.as_deref())?;
    }
    stop_asked_for().await?;
    sandbox.shutdown().await;
    Ok(())
}

/// Ctrl-C, or the signal that service managers and test scripts send.
pub(crate) async fn stop_asked_for() -> Result<(), Failure> {
    let failed = |error| Failure::failed("cannot wait for a signal to stop", error);
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result.map_err(failed),
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await.map_err(failed)
}

fn announce_json(sandbox: &Sandbox) -> Result<(), Failure> {
    #[derive(Serialize)]
    struct Announcement<'a, C: Serialize> {
        base_url: &'a str,
        #[serde(flatten)]
        credentials: C,
    }
    let announcement = Announcement {
        base_url: sandbox.base_url(),
        credentials: sandbox.credentials().public(),
    };
    let line = serde_json::to_string(&announcement)
        .map_err(|error| Failure::failed("cannot write the credentials", error))?;
    say!("{line}")
}

fn announce(sandbox: &Sandbox, written: Option<&Path>) -> Result<(), Failure> {
    let base_url = sandbox.base_url();
    say!(
        "Sandbox of C-Pay, ChainUp OPay and CCPayment at {base_url}\n  \
           what was asked, and why it was refused:  {base_url}/_sandbox\n  \
           these are test credentials; Ctrl-C stops, and everything is forgotten"
    )?;
    if let Some(path) = written {
        say!("  for the other commands:  --config {}", path.display())?;
    }
    say!("\n{}", environment::text(sandbox))
}

/// CCPayment's API has a path in front.
fn ccpayment_url(sandbox: &Sandbox) -> String {
    format!("{}/ccpayment/v1/", sandbox.base_url())
}

/// One line a request, as it is answered. The sandbox serves on when nobody reads them.
fn log(record: &RequestRecord, json: bool) {
    if json {
        if let Ok(line) = serde_json::to_string(record) {
            let _ = say!("{line}");
        }
        return;
    }
    let operation = record.operation.unwrap_or(&record.path).escape_debug();
    let (method, verdict) = (&record.method, record.verdict.as_str());
    let _ = match &record.reason {
        None => say!("{method} {operation}: {verdict}"),
        Some(reason) => say!("{method} {operation}: {verdict}, {}", reason.escape_debug()),
    };
}
