//! `payments sandbox`: the local gateways, until Ctrl-C.

use std::borrow::Cow;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use payments_sandbox::{Credentials, RequestRecord, Sandbox, StartError};
use serde::Serialize;

use crate::failure::{Failure, runtime};
use crate::output::say;

#[derive(Args)]
pub(crate) struct Options {
    /// The loopback address to listen on; port 0 takes a free one
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8420")]
    listen: SocketAddr,
    /// A JSON file with credentials of your own instead of the public test credentials
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// Where webhooks go of orders that name no callback URL
    #[arg(long, value_name = "URL")]
    callback_url: Option<String>,
    /// What the merchant has of a currency at C-Pay to begin with; may be given several times
    #[arg(long, value_name = "CURRENCY=AMOUNT", value_parser = balance)]
    balance: Vec<(String, String)>,
    /// Complete payouts by themselves after so many seconds; otherwise they wait for a button
    #[arg(long, value_name = "SECONDS")]
    payouts_complete_after: Option<u64>,
    /// Take C-Pay signatures that leave out the value 0, as the official PHP SDK makes them
    #[arg(long)]
    accept_php_signatures: bool,
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
        builder = builder.cpay_payouts_complete_after(Duration::from_secs(seconds));
    }
    if let Some(url) = &options.callback_url {
        builder = builder.cpay_callback_url(url);
    }
    let sandbox = builder.start().await.map_err(|error| match error {
        StartError::Bind { .. } => Failure::Failed(error.to_string()),
        _ => Failure::BadInput(error.to_string()),
    })?;
    if json {
        announce_json(&sandbox)?;
    } else {
        announce(&sandbox)?;
    }
    stop_asked_for().await?;
    sandbox.shutdown().await;
    Ok(())
}

/// Ctrl-C, or the signal that service managers and test scripts send.
async fn stop_asked_for() -> Result<(), Failure> {
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

fn announce(sandbox: &Sandbox) -> Result<(), Failure> {
    let base_url = sandbox.base_url();
    let account = &sandbox.credentials().cpay;
    say!(
        "Sandbox of C-Pay at {base_url}\n  \
           what was asked, and why it was refused:  {base_url}/_sandbox\n  \
           these are test credentials; Ctrl-C stops, and everything is forgotten\n\n\
         # .env\n\
         CPAY_BASE_URL={}\n\
         CPAY_MERCHANT_ID={}\n\
         CPAY_SECRET={}\n",
        env_value(base_url),
        env_value(&account.merchant_id),
        env_value(&account.secret),
    )
}

/// A value as shells and .env readers take it: in single quotes where it holds more than they leave alone.
fn env_value(value: &str) -> Cow<'_, str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/".contains(&byte);
    if value.bytes().all(plain) {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(format!("'{}'", value.replace('\'', r"'\''")))
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn env_values_are_quoted_where_a_shell_would_change_them() {
        assert_eq!(env_value("http://127.0.0.1:8420"), "http://127.0.0.1:8420");
        assert_eq!(env_value("a b#$c"), "'a b#$c'");
        assert_eq!(env_value("it's"), r"'it'\''s'");
    }
}
