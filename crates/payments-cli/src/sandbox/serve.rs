//! `payments sandbox` without a subcommand: the local gateways, until Ctrl-C.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use payments_sandbox::{Sandbox, SandboxBuilder};
use serde::Serialize;
use serde_json::{Value, json};

use super::environment;
use super::ready_first::ReadyFirst;
use super::records;
use super::switches::{Switches, start_failure, stop};
use crate::accounts_file;
use crate::commands::input::socket_address;
use crate::event_line::EventLine;
use crate::failure::Failure;
use crate::output::{self, say};
use crate::private_file;
use crate::runtime::{runtime, stop_signal};
use crate::url;

#[derive(Args, Debug)]
pub(crate) struct Serve {
    /// The address to listen on; port 0 picks a free port
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8420", value_parser = socket_address)]
    listen: SocketAddr,
    /// Listen on an address that other machines reach: nothing asks for a password
    #[arg(long)]
    allow_remote: bool,
    /// Send webhooks to other machines too
    #[arg(long)]
    allow_remote_webhooks: bool,
    /// The URL under which clients and payers reach the sandbox
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// The URL for C-Pay's webhooks of orders without a callback URL
    #[arg(long, value_name = "URL")]
    callback_url: Option<String>,
    /// The URL for CCPayment's webhooks
    #[arg(long, value_name = "URL")]
    ccpayment_webhook_url: Option<String>,
    /// The URL for the webhooks of CCPayment v2
    #[arg(long, value_name = "URL")]
    ccpayment_v2_webhook_url: Option<String>,
    /// Write an accounts file with the credentials, for the other commands
    #[arg(long, value_name = "FILE")]
    write_config: Option<PathBuf>,
    /// Print JSON: the base URL and credentials, then each request and webhook
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    switches: Switches,
}

pub(crate) fn run(options: &Serve) -> Result<(), Failure> {
    let remote = options.allow_remote_webhooks;
    let urls = [
        ("--callback-url", &options.callback_url),
        ("--ccpayment-webhook-url", &options.ccpayment_webhook_url),
        (
            "--ccpayment-v2-webhook-url",
            &options.ccpayment_v2_webhook_url,
        ),
    ];
    let problem = |(option, url): (&str, &Option<String>)| {
        let why = url::check_for_sandbox(url.as_deref()?, remote).err()?;
        Some(format!("{option}: {why}"))
    };
    let problems: Vec<String> = urls.into_iter().filter_map(problem).collect();
    if !problems.is_empty() {
        return Err(Failure::bad(problems.join("\n")));
    }
    let builder = options.switches.builder()?;
    runtime()?.block_on(serve(options, builder))
}

async fn serve(options: &Serve, builder: SandboxBuilder) -> Result<(), Failure> {
    let json = options.json;
    let lines = Arc::new(ReadyFirst::new());
    let (requests, deliveries) = (Arc::clone(&lines), Arc::clone(&lines));
    let mut builder = builder
        .listen(options.listen)
        .allow_remote_listen(options.allow_remote)
        .allow_remote_webhooks(options.allow_remote_webhooks)
        .observe(move |record| {
            let record = record.clone();
            requests.print(move || log(&record, records::request, json));
        })
        .observe_deliveries(move |delivery| {
            let delivery = json!({ "delivery": delivery });
            let line = |line: &Value| records::delivery(&line["delivery"]);
            deliveries.print(move || log(&delivery, line, json));
        });
    if let Some(url) = &options.public_url {
        builder = builder.public_url(url);
    }
    if let Some(url) = &options.callback_url {
        builder = builder.cpay_callback_url(url);
    }
    if let Some(url) = &options.ccpayment_webhook_url {
        builder = builder.ccpayment_webhook_url(url);
    }
    if let Some(url) = &options.ccpayment_v2_webhook_url {
        builder = builder.ccpayment_v2_webhook_url(url);
    }
    let sandbox = builder
        .start()
        .await
        .map_err(|error| start_failure(&error, options.switches.state.as_deref()))?;
    warn(options, sandbox.local_addr());
    if let Some(path) = &options.write_config {
        write_config(&sandbox, path)?;
    }
    if json {
        announce_json(&sandbox)?;
    } else {
        let (written, state) = (&options.write_config, &options.switches.state);
        announce(&sandbox, written.as_deref(), state.as_deref())?;
    }
    lines.ready();
    stop_signal().await?;
    stop(sandbox, options.switches.state.as_deref()).await
}

/// What the options allow strangers. Not worth a failure: the owner may have closed standard error.
fn warn(options: &Serve, address: SocketAddr) {
    let mut stderr = anstream::stderr().lock();
    if !address.ip().to_canonical().is_loopback() {
        let _ = writeln!(
            stderr,
            "warning: --allow-remote: everyone who reaches {address} can pay, read and reset;\n  there is no password"
        );
    }
    if options.allow_remote_webhooks {
        let _ = writeln!(
            stderr,
            "warning: --allow-remote-webhooks: webhooks go wherever a callback URL leads"
        );
    }
}

fn announce_json(sandbox: &Sandbox) -> std::io::Result<()> {
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
    output::json(&announcement)
}

fn announce(
    sandbox: &Sandbox,
    written: Option<&Path>,
    state: Option<&Path>,
) -> std::io::Result<()> {
    let base_url = sandbox.base_url();
    let end = match state {
        Some(path) => format!("; its data stays in {}", output::shown_path(path)),
        None => " and deletes its data".to_owned(),
    };
    say!(
        "Sandbox of C-Pay, ChainUp OPay and CCPayment at {base_url}\n  \
           requests, refusals with reasons, orders:  {base_url}/_sandbox\n  \
           the credentials below are for tests only\n  \
           Ctrl-C stops the sandbox{end}"
    )?;
    if let Some(path) = written {
        say!(
            "  other commands use it with:  --config {}",
            output::shown_path(path)
        )?;
    }
    say!("\n# .env\n{}", environment::text(sandbox))
}

/// Only the owner may read the file. A file that another program or a person wrote is not overwritten.
fn write_config(sandbox: &Sandbox, path: &Path) -> Result<(), Failure> {
    let failed =
        |error| Failure::failed(&format!("cannot write {}", output::shown_path(path)), error);
    let text = accounts_file::text(sandbox)
        .map_err(|error| Failure::failed("cannot write the accounts file", error))?;
    let text = match std::fs::read_to_string(path) {
        Ok(old) if !old.starts_with(accounts_file::HEAD) => {
            return Err(Failure::bad(format!(
                "--write-config: {} exists and was not written by this command; name another file",
                output::shown_path(path)
            )));
        }
        // Its owner may have added accounts.
        _ => accounts_file::updated(path, &text)?,
    };
    private_file::write(path, &text).map_err(failed)
}

/// The sandbox goes on if its output is closed.
fn log(record: &impl Serialize, line: fn(&Value) -> EventLine, json: bool) {
    if json {
        let _ = output::json(record);
    } else {
        line(&serde_json::to_value(record).unwrap_or_default()).print();
    }
}
