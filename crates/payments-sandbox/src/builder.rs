//! Settings of a sandbox, and its start.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::app::{App, Observer};
use crate::clock::Clock;
use crate::credentials::{Credentials, CredentialsError};
use crate::ids::Ids;
use crate::sandbox::Sandbox;
use crate::store::{RequestRecord, Store};
use crate::{admin, cpay, server, webhook};

/// Settings of a sandbox. The defaults suit a test: a free loopback port, the public test credentials, the
/// machine's clock.
#[must_use = "a builder does nothing until `start`"]
pub struct SandboxBuilder {
    listen: SocketAddr,
    allow_remote_listen: bool,
    allow_remote_webhooks: bool,
    webhook_timeout: Duration,
    credentials: Credentials,
    clock: Clock,
    seed: Option<u64>,
    cpay_callback_url: Option<String>,
    observer: Option<Observer>,
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address is not this machine's own and remote listening was not switched on.
    #[error(
        "{0} is not a loopback address: others could reach the sandbox; allow_remote_listen(true) permits it"
    )]
    RemoteListen(SocketAddr),
    /// The credentials cannot be used.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// The address asked for.
        address: SocketAddr,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A secret of the credentials cannot be used as a key.
    #[error("cpay.secret: {0}")]
    Key(#[from] payments_signing::KeyError),
}

impl SandboxBuilder {
    pub(crate) fn new() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_remote_listen: false,
            allow_remote_webhooks: false,
            webhook_timeout: Duration::from_secs(10),
            credentials: Credentials::test(),
            clock: Clock::system(),
            seed: None,
            cpay_callback_url: None,
            observer: None,
        }
    }

    /// The address to listen on. Default: `127.0.0.1:0`, a free port.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Permits addresses that other machines can reach, and answers whatever the `Host` header says.
    /// The admin API has no password: switch this on in closed networks only. Default: off.
    pub fn allow_remote_listen(mut self, allow: bool) -> Self {
        self.allow_remote_listen = allow;
        self
    }

    /// Permits webhooks to other machines. Default: off, only loopback addresses and `localhost`.
    pub fn allow_remote_webhooks(mut self, allow: bool) -> Self {
        self.allow_remote_webhooks = allow;
        self
    }

    /// The longest one webhook try may take, in real time. Default: 10 seconds (assumed).
    pub fn webhook_timeout(mut self, timeout: Duration) -> Self {
        self.webhook_timeout = timeout;
        self
    }

    /// The merchant's credentials. Default: [`Credentials::test`].
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// The clock to live by. Default: [`Clock::system`].
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Makes ids, hashes and addresses repeatable. Default: other ones in every run.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// C-Pay's "callbackURL configured in the merchant platform": where webhooks go of orders without their own URL.
    pub fn cpay_callback_url(mut self, url: impl Into<String>) -> Self {
        self.cpay_callback_url = Some(url.into()).filter(|url| !url.is_empty());
        self
    }

    /// Called with the record of every gateway request, e.g. to print a log. Runs inside the request: be quick.
    pub fn observe(mut self, observer: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Self {
        self.observer = Some(Box::new(observer));
        self
    }

    /// Starts the sandbox inside the current tokio runtime. It serves until it is shut down or dropped.
    ///
    /// # Errors
    /// [`StartError`]: credentials that cannot be used, an address that is not loopback or is taken.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        self.credentials.check()?;
        if !self.allow_remote_listen && !self.listen.ip().to_canonical().is_loopback() {
            return Err(StartError::RemoteListen(self.listen));
        }
        let bind = |source| StartError::Bind {
            address: self.listen,
            source,
        };
        let listener = TcpListener::bind(self.listen).await.map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        let ids = Ids::new(self.seed);
        let app = Arc::new(App {
            base_url: format!("http://{}", reachable(address)),
            remote_listen: self.allow_remote_listen,
            webhooks: webhook::Rules {
                remote: self.allow_remote_webhooks,
                timeout: self.webhook_timeout,
            },
            cpay: cpay::Account::new(&self.credentials.cpay, self.cpay_callback_url, ids.hex(64))?,
            credentials: self.credentials,
            clock: self.clock,
            ids,
            store: Store::default(),
            observer: self.observer,
            wake: Notify::new(),
            sent: watch::Sender::new(0),
        });
        let (stop, stopped) = watch::channel(false);
        let router = admin::router(Arc::clone(&app));
        let server = tokio::spawn(server::serve(listener, router, stopped));
        let sender = tokio::spawn(webhook::run(Arc::clone(&app)));
        Ok(Sandbox::new(app, address, stop, server, sender))
    }
}

impl std::fmt::Debug for SandboxBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SandboxBuilder")
            .field("listen", &self.listen)
            .field("credentials", &self.credentials)
            .field("clock", &self.clock)
            .finish_non_exhaustive()
    }
}

/// An address a client on this machine can use: "all interfaces" is none.
fn reachable(address: SocketAddr) -> SocketAddr {
    let mut reachable = address;
    if address.ip().is_unspecified() {
        reachable.set_ip(match address {
            SocketAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    reachable
}
