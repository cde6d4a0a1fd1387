//! `payments webhook listen`.

mod address;
mod console;
mod job;

use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use clap::Args;
use http::Response;
use http_body_util::Full;
use payments_server::{Limits, Received};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::forward::Forward;
use super::post::transport;
use crate::access::{Access, Session};
use crate::commands::input::socket_address;
use crate::failure::Failure;
use crate::runtime::{runtime, stop_signal};
pub(crate) use address::Account;
use console::Console;
pub(crate) use console::{Event, Other, Place, Report, differences};
pub(crate) use job::Listener;

const HELP: &str = "\
Example:
  payments webhook listen --forward http://127.0.0.1:3000/webhooks
      receive webhooks for cpay/main at http://127.0.0.1:8430/cpay/main, verify
      and print them, forward them to http://127.0.0.1:3000/webhooks/cpay/main,
      and return your program's response; the same for every other account
  payments webhook listen --forward 'http://[::1]:3000/{provider}?a={account}'
      the same for a program with other addresses

Webhooks are forwarded unchanged. Without --forward, verified webhooks are
acknowledged. Webhooks that fail verification are refused and not forwarded.
To receive webhooks of the sandbox, create orders with
--notify-url http://127.0.0.1:8430/cpay/sandbox.

Requests that are no webhooks are printed, too, with the addresses that exist.
With --json each line is one object: first the addresses, then each request.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// The address to listen on; port 0 picks a free port
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8430", value_parser = socket_address)]
    listen: SocketAddr,
    /// Forward verified webhooks to this URL, in which {provider} and {account}
    /// are filled in; without them, /PROVIDER/ACCOUNT is added
    #[arg(long, value_name = "URL")]
    forward: Option<Forward>,
    /// Stop after this many verified webhooks
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    #[command(flatten)]
    pub(crate) access: Access,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let session = access.open()?;
    runtime()?.block_on(serve(session, options))
}

async fn serve(session: Session, options: &Options) -> Result<(), Failure> {
    let accounts = accounts(&session, options)?;
    let address = options.listen;
    let listening = TcpListener::bind(address).await.map_err(|error| {
        let what = format!("cannot listen on {address} (choose a free port with --listen)");
        Failure::failed(&what, error)
    })?;
    let address = listening
        .local_addr()
        .map_err(|error| Failure::failed("cannot read the address of the listener", error))?;
    let console = Console { json: session.json };
    let base = format!("http://{address}");
    console.announce(&accounts, &base)?;
    let listener = Listener::new(Box::new(console), base, accounts, options.count);
    let running = Running::start(listening, listener);
    tokio::select! {
        _ = stop_signal() => {}
        () = running.listener.counted() => {}
    }
    running.stop().await
}

/// A listener that serves until it is stopped or dropped.
pub(crate) struct Running {
    listener: Arc<Listener>,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
}

impl Running {
    pub(crate) fn start(listening: TcpListener, listener: Listener) -> Self {
        let listener = Arc::new(listener);
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::clone(&listener);
        let handler = move |received| answer(Arc::clone(&shared), received);
        let limits = Limits::webhooks();
        let server = payments_server::serve(listening, limits, stopped, handler);
        Self {
            listener,
            stop,
            server: tokio::spawn(server),
        }
    }

    /// Completes what is under way. Another signal ends the wait for work whose sender has hung up.
    pub(crate) async fn stop(self) -> Result<(), Failure> {
        self.stop.send_replace(true);
        self.server
            .await
            .map_err(|error| Failure::failed("the listener failed", error))?;
        tokio::select! {
            _ = stop_signal() => {}
            () = self.listener.idle() => {}
        }
        Ok(())
    }
}

fn accounts(session: &Session, options: &Options) -> Result<Vec<Account>, Failure> {
    let mut accounts = Vec::new();
    let transport = transport()?;
    for one in session.selected() {
        let id = one.id();
        let forward = options.forward.as_ref();
        if let Some(gateway) = session.gateways.get_shared(id) {
            accounts.push(Account {
                forward: forward
                    .map(|forward| forward.post(id, &transport))
                    .transpose()?,
                gateway,
            });
        }
    }
    Ok(accounts)
}

/// Work that has begun is completed and printed even if the sender hangs up: it has a task that does not end with the connection.
async fn answer(listener: Arc<Listener>, received: Received) -> Response<Full<Bytes>> {
    let work = tokio::spawn(job::run(listener, received));
    let reply = work.await.unwrap_or_else(|_| {
        let mut reply = Response::new(Bytes::new());
        *reply.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
        reply
    });
    reply.map(Full::new)
}
