//! Settings of a sandbox, and its start.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::http::{Request, Response};
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::app::App;
use crate::credentials::Credentials;
use crate::providers::{Providers, Settings};
use crate::router::Site;
use crate::sandbox::Sandbox;
use crate::sender::post::Receiver;
use crate::sender::target::{MOST_TIMEOUT_MS, Rules, SETTINGS};
use crate::shared::clock::{Clock, millis};
use crate::shared::context::{Context, Observers};
use crate::shared::deliveries::Delivery;
use crate::shared::ids::Ids;
use crate::shared::requests::RequestRecord;
use crate::shared::setting::{Live, SandboxSetting, SettingValue};
use crate::shared::text::is_web_url;
use crate::start_error::StartError;
#[cfg(feature = "state-file")]
use crate::{saving, state_file::StateFile};
use crate::{sender, server};

/// Settings of a sandbox. The defaults suit a test: a free loopback port, the public test credentials, the
/// machine's clock.
#[must_use = "a builder does nothing until `start`"]
pub struct SandboxBuilder {
    listen: SocketAddr,
    public_url: Option<String>,
    allow_remote_listen: bool,
    rules: Rules,
    receiver: Option<Receiver>,
    credentials: Credentials,
    clock: Clock,
    seed: Option<u64>,
    #[cfg(feature = "state-file")]
    state_file: Option<std::path::PathBuf>,
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
            rules: Rules {
                remote: false,
                timeout_ms: 10_000,
            },
            receiver: None,
            credentials: Credentials::test(),
            clock: Clock::system(),
            seed: None,
            #[cfg(feature = "state-file")]
            state_file: None,
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
    /// containers, without a query or fragment. Requests for its host and forms from its origin are accepted, so the pages work behind a
    /// proxy that ends https. Default: `http://` and the address it listens on.
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
        self.rules.remote = allow;
        self
    }

    /// The longest that one attempt to send a webhook may take, in real time: between a millisecond and an hour. Default: 10 seconds
    /// (assumed).
    pub fn webhook_timeout(mut self, timeout: Duration) -> Self {
        self.rules.timeout_ms = millis(timeout);
        self
    }

    /// Hands webhooks to this function instead of sending them to the hosts of their URLs, which must be of this machine all the
    /// same. The request has the path of the URL; an error is a sentence about a reply that does not come. For simulations, see
    /// [`Sandbox::answer`]. Default: webhooks are sent over connections.
    pub fn receive_webhooks<F>(
        mut self,
        receiver: impl Fn(Request<Bytes>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Response<Bytes>, String>> + Send + 'static,
    {
        self.receiver = Some(Box::new(move |request| Box::pin(receiver(request))));
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

    /// Keeps the state in this SQLite file, which is made if it does not exist, so that it survives a restart: orders, users,
    /// addresses, balances, webhooks with their attempts and what is still due, the clock's offset, and the sequence of random
    /// ids. Not kept are credentials, settings, the log of requests, faults, and what is counted by the second. Default: memory.
    ///
    /// What an answer or a webhook is about is in the file before it leaves; what this process does through [`Sandbox`] is
    /// written a moment later, at the latest by [`close`](Sandbox::close), which says so. A file belongs to one sandbox at a time and to the
    /// ids of its accounts. Listen on the same address again: the links of pages contain it. Opening balances and a manual clock
    /// count for a new file, and the clock never goes back.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
    /// # let directory = tempfile::tempdir()?;
    /// # let file = directory.path().join("sandbox.db");
    /// use payments_sandbox::{Gateway, Sandbox};
    ///
    /// let sandbox = Sandbox::builder().state_file(&file).start().await?;
    /// sandbox.set_balance(Gateway::CPAY, "USDT", "12.5")?;
    /// sandbox.close().await?;
    ///
    /// let again = Sandbox::builder().state_file(&file).start().await?;
    /// assert_eq!(again.balance("USDT").unwrap().available, "12.5");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # })?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "state-file")]
    pub fn state_file(mut self, path: impl Into<std::path::PathBuf>) -> Self {
        self.state_file = Some(path.into());
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

    /// The settings that only the start decides.
    fn fixed(&self, address: SocketAddr, base_url: &str, seed: Option<u64>) -> Vec<SandboxSetting> {
        let fixed = SandboxSetting::fixed;
        #[cfg(feature = "state-file")]
        let state_file = self.state_file.as_ref();
        #[cfg(not(feature = "state-file"))]
        let state_file: Option<&std::path::PathBuf> = None;
        let state_file = state_file.map_or(SettingValue::None, |path| {
            SettingValue::Text(path.display().to_string())
        });
        let remote = SettingValue::Flag(self.allow_remote_listen);
        let clock = if self.clock.is_manual() {
            "manual"
        } else {
            "system"
        };
        let seed = seed.map_or(SettingValue::None, SettingValue::Number);
        let balances = |name, of: &[(String, String)]| {
            let rows = of
                .iter()
                .map(|(currency, amount)| format!("{currency}={amount}"));
            let about =
                "Opening balances besides the usual ones; /_sandbox/balances sets the present ones";
            fixed(name, SettingValue::List(rows.collect()), about)
        };
        let settings = &self.settings;
        vec![
            fixed(
                "listen",
                SettingValue::Text(address.to_string()),
                "The address that it listens on",
            ),
            fixed(
                "public_url",
                SettingValue::Text(base_url.to_owned()),
                "The URL in the links of answers",
            ),
            fixed("allow_remote_listen", remote, "Other machines may call"),
            fixed(
                "credentials",
                SettingValue::None,
                "The accounts; /_sandbox/credentials has them",
            ),
            fixed(
                "clock",
                SettingValue::Text(clock.to_owned()),
                "The kind of clock; /_sandbox/clock moves it",
            ),
            fixed("seed", seed, "Where the random ids began"),
            fixed(
                "state_file",
                state_file,
                "Where the state survives a restart",
            ),
            balances("cpay_balance", &settings.cpay.balances),
            balances("ccpayment_balance", &settings.ccpayment.balances),
            balances("ccpayment_v2_balance", &settings.ccpayment_v2.balances),
        ]
    }

    /// Starts the sandbox inside the current tokio runtime. It serves until it is shut down or dropped.
    ///
    /// # Errors
    /// [`StartError`]: credentials, a public URL, balances, times or a state file that cannot be used, an address that is not loopback or is
    /// in use. Everything but a state file that cannot be used and an address in use is found before a file or a port is opened.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        self.credentials.check()?;
        if !self.allow_remote_listen && !self.listen.ip().to_canonical().is_loopback() {
            return Err(StartError::RemoteListen(self.listen));
        }
        if !(1..=MOST_TIMEOUT_MS).contains(&self.rules.timeout_ms) {
            return Err(StartError::WebhookTimeout);
        }
        let is_public = |url: &String| is_web_url(url) && !url.contains(['?', '#']);
        if !self.public_url.as_ref().is_none_or(is_public) {
            return Err(StartError::PublicUrl);
        }
        self.settings.check()?;
        let seed = self.seed;
        #[cfg(feature = "state-file")]
        let (state_file, mut saved) = match &self.state_file {
            Some(path) => {
                let (file, saved) = StateFile::open(path, &self.credentials, seed)?;
                (Some(file), Some(saved))
            }
            None => (None, None),
        };
        #[cfg(feature = "state-file")]
        let seed = saved.as_ref().map_or(seed, |saved| Some(saved.seed));
        let bind = |source| StartError::Bind {
            address: self.listen,
            source,
        };
        let listener = TcpListener::bind(self.listen).await.map_err(bind)?;
        let address = listener.local_addr().map_err(bind)?;
        let base_url = match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!("http://{}", reachable(address)),
        };
        let fixed = self.fixed(address, &base_url, seed);
        let (stop, stopped) = watch::channel(false);
        let context = Arc::new(Context::new(
            base_url,
            self.clock,
            Ids::new(seed),
            self.observers,
            stopped.clone(),
        ));
        let providers = Providers::new(&context, &self.credentials, self.settings)?;
        let app = Arc::new(App {
            credentials: self.credentials,
            context,
            providers: providers.list(),
            rules: Live::new(SETTINGS, self.rules),
            receiver: self.receiver,
            fixed,
            #[cfg(feature = "state-file")]
            state_file,
        });
        #[cfg(feature = "state-file")]
        if let Some(saved) = &mut saved {
            saving::load(&app, saved)?;
        }
        let site = Arc::new(Site::new(Arc::clone(&app), self.allow_remote_listen));
        let server = tokio::spawn(server::serve(listener, Arc::clone(&site), stopped));
        let tasks = vec![
            tokio::spawn(sender::run(Arc::clone(&app))),
            #[cfg(feature = "state-file")]
            tokio::spawn(saving::run(Arc::clone(&app))),
        ];
        Ok(Sandbox::new(
            app, site, providers, address, stop, server, tasks,
        ))
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
