//! `payments dev`: the sandbox, the accounts for it, and its webhooks, until Ctrl-C.

mod env_file;
mod log;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use payments_facade::config::{GatewaysConfig, SystemSecrets};
use payments_facade::{Gateway, standard_executor};
use payments_sandbox::SandboxBuilder;
use tokio::net::TcpListener;

use crate::access;
use crate::accounts_file::{self, CCPAYMENT_V2};
use crate::commands::input::socket_address;
use crate::commands::webhook::forward::Forward;
use crate::commands::webhook::listen::{Account, Listener, Running};
use crate::commands::webhook::post::transport;
use crate::failure::Failure;
use crate::output::shown_path;
use crate::private_file;
use crate::runtime::{runtime, stop_signal};
use crate::sandbox::{Switches, environment, start_failure, stop};
use log::{Log, Ready};

const HELP: &str = "\
Example:
  payments dev --forward http://127.0.0.1:3000/webhooks
      run the gateways, write their accounts to payments.toml, verify their
      webhooks, forward those of cpay/sandbox to your program at
      http://127.0.0.1:3000/webhooks/cpay/sandbox, and log everything
  payments dev --forward 'http://127.0.0.1:3000/{provider}?a={account}' \\
      --write-env
      the same for a program with other addresses, and write .env

Orders without a webhook URL send their webhooks here. ChainUp OPay requires
one in every order: --notify-url http://127.0.0.1:8430/chainup-opay/sandbox.

Without --forward, verified webhooks are shown and acknowledged. Webhooks that
fail verification are refused and not forwarded. Every event is one line; the
reason of a refusal follows it. With --json each line is one object: first
{\"ready\":…} with the URLs and credentials, then request, webhook, delivery
(a webhook that went elsewhere, or whose reply did not arrive) and other.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// Forward verified webhooks to this URL, in which {provider} and {account}
    /// are filled in; without them, /PROVIDER/ACCOUNT is added
    #[arg(long, value_name = "URL")]
    forward: Option<Forward>,
    /// The accounts file to write; other accounts in it stay as they are
    /// [default: $PAYMENTS_CONFIG, or payments.toml]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Write the variables of the clients too; other lines of the file stay
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = ".env")]
    write_env: Option<PathBuf>,
    /// The address of the sandbox; port 0 picks a free port
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8420", value_parser = socket_address)]
    listen: SocketAddr,
    /// The address that receives webhooks; port 0 picks a free port
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8430", value_parser = socket_address)]
    listen_webhooks: SocketAddr,
    /// Print JSON for scripts
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    switches: Switches,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let started = Instant::now();
    for (option, address) in [
        ("--listen", options.listen),
        ("--listen-webhooks", options.listen_webhooks),
    ] {
        if !address.ip().to_canonical().is_loopback() {
            return Err(Failure::bad(format!(
                "{option}: {address} is not a loopback address; `payments sandbox --allow-remote` serves other machines"
            )));
        }
    }
    let builder = options.switches.builder()?;
    runtime()?.block_on(serve(options, builder, started))
}

async fn serve(
    options: &Options,
    builder: SandboxBuilder,
    started: Instant,
) -> Result<(), Failure> {
    let (listening, base) = listen(options.listen_webhooks).await?;
    let log = Arc::new(Log::new(options.json, &base));
    let (requests, deliveries) = (Arc::clone(&log), Arc::clone(&log));
    let sandbox = builder
        .listen(options.listen)
        .cpay_callback_url(format!("{base}/{CPAY}"))
        .ccpayment_webhook_url(format!("{base}/{CCPAYMENT}"))
        .ccpayment_v2_webhook_url(format!("{base}/{CCPAYMENT_V2}"))
        .observe(move |record| requests.request(record))
        .observe_deliveries(move |delivery| deliveries.delivery(delivery))
        .start()
        .await
        .map_err(|error| start_failure(&error, options.switches.state.as_deref()))?;
    let text = accounts_file::text(&sandbox)
        .map_err(|error| Failure::failed("cannot write the accounts file", error))?;
    let gateways = gateways(&text)?;
    let config = access::path(options.config.as_ref());
    // Both are read and checked before one is written.
    let accounts_text = accounts_file::updated(&config, &text)?;
    let mut files = vec![("--config", config.as_path(), accounts_text)];
    if let Some(path) = &options.write_env {
        if is_same_file(path, &config) {
            return Err(Failure::bad(format!(
                "--write-env: {} is the accounts file; name another file",
                shown_path(path)
            )));
        }
        let variables = environment::text(&sandbox);
        files.push(("--write-env", path, env_file::updated(path, &variables)?));
    }
    let mut written = Vec::new();
    for (option, path, text) in files {
        let failed = |error| unwritten(option, path, &error, &written);
        private_file::write(path, &text).map_err(failed)?;
        written.push(path);
    }
    let transport = transport()?;
    let accounts = gateways.into_iter().map(|gateway| {
        let forward = options.forward.as_ref();
        Ok(Account {
            forward: forward
                .map(|forward| forward.post(gateway.id(), &transport))
                .transpose()?,
            gateway,
        })
    });
    let accounts = accounts.collect::<Result<Vec<_>, Failure>>()?;
    log.ready(&Ready {
        sandbox: &sandbox,
        accounts: &accounts,
        base: &base,
        forward: options.forward.as_ref(),
        config: &config,
        env: options.write_env.as_deref(),
        state: options.switches.state.as_deref(),
        took: started.elapsed(),
    })?;
    let listener = Listener::new(Box::new(Arc::clone(&log)), base, accounts, None);
    let running = Running::start(listening, listener);
    stop_signal().await?;
    let closed = stop(sandbox, options.switches.state.as_deref()).await;
    running.stop().await.and(closed)
}

/// Why the file of an option was not written, and which files were written before it.
fn unwritten(option: &str, path: &Path, error: &std::io::Error, written: &[&Path]) -> Failure {
    let advice = match error.kind() {
        ErrorKind::NotFound => "; create the folder first",
        ErrorKind::PermissionDenied => &format!(
            "; run it in a folder that you can write to, or name a file there with {option}"
        ),
        _ => "",
    };
    let written = written.iter().map(|path| shown_path(path));
    let written: Vec<String> = written
        .map(|path| format!("; {path} was written"))
        .collect();
    let (shown, written) = (shown_path(path), written.concat());
    Failure::Failed(format!(
        "{option}: cannot write {shown}: {error}{advice}{written}"
    ))
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| std::path::absolute(path).ok();
    let real = |path: &Path| path.canonicalize().ok().or_else(|| whole(path));
    real(one) == real(other)
}

const CPAY: &str = "cpay/sandbox";
const CHAINUP_OPAY: &str = "chainup-opay/sandbox";
const CCPAYMENT: &str = "ccpayment/sandbox";

async fn listen(address: SocketAddr) -> Result<(TcpListener, String), Failure> {
    let failed = |error| {
        let what = format!(
            "cannot listen for webhooks on {address} (choose a free port with --listen-webhooks)"
        );
        Failure::failed(&what, error)
    };
    let listening = TcpListener::bind(address).await.map_err(failed)?;
    let address = listening.local_addr().map_err(failed)?;
    Ok((listening, format!("http://{address}")))
}

/// What verifies the webhooks of each account of the sandbox.
fn gateways(accounts: &str) -> Result<Vec<Arc<dyn Gateway>>, Failure> {
    let failed = |error: &dyn std::fmt::Display| {
        Failure::failed("the sandbox's accounts cannot be used", error)
    };
    let config = GatewaysConfig::read(accounts, &SystemSecrets::new());
    let config = config.map_err(|error| failed(&error))?;
    // They verify, and query what a webhook of CCPayment v2 names, so one executor serves them all.
    let executor = standard_executor().map_err(|error| failed(&error))?;
    let gateways = config
        .build(|_| executor.clone())
        .map_err(|error| failed(&error))?;
    let ids = gateways.iter().map(Gateway::id);
    let shared = ids.filter_map(|id| gateways.get_shared(id));
    Ok(shared.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_is_named_by_its_option_and_with_what_was_written() {
        let error = std::io::Error::from(ErrorKind::PermissionDenied);
        let written = [Path::new("payments.toml")];
        let failure = unwritten("--write-env", Path::new("a/env.txt"), &error, &written);
        let Failure::Failed(message) = failure else {
            panic!("{failure:?}");
        };
        assert!(
            message.starts_with("--write-env: cannot write a/env.txt: "),
            "{message}"
        );
        let end = "or name a file there with --write-env; payments.toml was written";
        assert!(message.ends_with(end), "{message}");
    }
}
