//! Settings of a sandbox, and its start.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::App;
use crate::credentials::Credentials;
use crate::providers::{Providers, Settings};
use crate::router::Site;
use crate::sandbox::Sandbox;
use crate::sender::target::Rules;
use crate::shared::clock::Clock;
use crate::shared::context::{Context, Observers};
use crate::shared::deliveries::Delivery;
use crate::shared::ids::Ids;
use crate::shared::requests::RequestRecord;
use crate::shared::text::is_web_url;
use crate::start_error::StartError;
use crate::{sender, server};

/// Settings of a sandbox. The defaults suit a test: a free loopback port, the public test credentials, the
/// machine's clock.
#[must_use = "a builder does nothing until `start`"]
pub struct SandboxBuilder {
    listen: SocketAddr,
    public_url: Option<String>,
    allow_remote_listen: bool,
    allow_remote_webhooks: bool,
    webhook_timeout: Duration,
    credentials: Credentials,
    clock: Clock,
    seed: Option<u64>,
    pub(crate) settings: Settings,
    observers: Observers,
}

impl Sandbox {
    /// Settings, then [`start`](SandboxBuilder::start).
    pub fn builder() -> SandboxBuilder {
        SandboxBuilder::new()
    }
}

impl SandboxBuilder {
    fn new() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            public_url: None,
            allow_remote_listen: false,
            allow_remote_webhooks: false,
            webhook_timeout: Duration::from_secs(10),
            credentials: Credentials::test(),
            clock: Clock::system(),
            seed: None,
            settings: Settings::default(),
            observers: Observers::default(),
        }
    }

    /// The address to listen on. Default: `127.0.0.1:0`, a free port.
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// The URL under which clients and payers reach the sandbox, for the links in answers, e.g. `http://sandbox:8420` in a network of
    /// containers. Default: `http://` and the address it listens on.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// Permits addresses that other machines can reach, and answers requests with any `Host` header. The admin API has no
    /// password: use this only in closed networks. Default: off.
    pub fn allow_remote_listen(mut self, allow: bool) -> Self {
        self.allow_remote_listen = allow;
        self
    }

    /// Permits webhooks to other machines. Default: off, only loopback addresses and `localhost`.
    pub fn allow_remote_webhooks(mut self, allow: bool) -> Self {
        self.allow_remote_webhooks = allow;
        self
    }

    /// The longest that one attempt to send a webhook may take, in real time. Default: 10 seconds (assumed).
    pub fn webhook_timeout(mut self, timeout: Duration) -> Self {
        self.webhook_timeout = timeout;
        self
    }

    /// The merchant's credentials. Default: [`Credentials::test`].
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.credentials = credentials;
        self
    }

    /// The sandbox's clock. Default: [`Clock::system`].
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Makes ids, hashes and addresses repeatable. Default: they differ in every run.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Called with the record of every gateway request, e.g. to print a log. Runs inside the request: be quick.
    pub fn observe(mut self, observer: impl Fn(&RequestRecord) + Send + Sync + 'static) -> Self {
        self.observers.request = Some(Box::new(observer));
        self
    }

    /// Called with a webhook delivery after each of its attempts. Runs inside the sender: be quick.
    pub fn observe_deliveries(
        mut self,
        observer: impl Fn(&Delivery) + Send + Sync + 'static,
    ) -> Self {
        self.observers.delivery = Some(Box::new(observer));
        self
    }

    /// Starts the sandbox inside the current tokio runtime. It serves until it is shut down or dropped.
    ///
    /// # Errors
    /// [`StartError`]: credentials or balances that cannot be used, an address that is not loopback or is in use.
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
        let base_url = match &self.public_url {
            Some(url) if is_web_url(url) => url.trim_end_matches('/').to_owned(),
            Some(_) => return Err(StartError::PublicUrl),
            None => format!("http://{}", reachable(address)),
        };
        let (stop, stopped) = watch::channel(false);
        let context = Arc::new(Context::new(
            base_url,
            self.clock,
            Ids::new(self.seed),
            self.observers,
            stopped.clone(),
        ));
        let providers = Providers::new(&context, &self.credentials, self.settings)?;
        let app = Arc::new(App {
            credentials: self.credentials,
            context,
            providers: providers.list(),
        });
        let rules = Rules {
            remote: self.allow_remote_webhooks,
            timeout: self.webhook_timeout,
        };
        let site = Site::new(Arc::clone(&app), self.allow_remote_listen);
        let server = tokio::spawn(server::serve(listener, site, stopped));
        let sender = tokio::spawn(sender::run(Arc::clone(&app), rules));
        Ok(Sandbox::new(app, providers, address, stop, server, sender))
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

/// The address for clients on this machine: the loopback address instead of "all interfaces".
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
