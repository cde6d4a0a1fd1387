//! Settings of a sandbox, and its start.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};

use crate::amount::{self, CPAY_DECIMALS};
use crate::app::{App, Observer};
use crate::clock::{Clock, millis};
use crate::cpay::coins::{self, START_BALANCES};
use crate::credentials::{Credentials, CredentialsError};
use crate::ids::Ids;
use crate::sandbox::Sandbox;
use crate::store::{Account, Ledger, Move, RequestRecord, Store};
use crate::{ccpayment, chainup_opay, cpay, router, server, webhook};

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
    cpay: cpay::Settings,
    cpay_balances: Vec<(String, String)>,
    chainup_opay: chainup_opay::Settings,
    ccpayment: ccpayment::Settings,
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
    /// A balance to begin with cannot be used.
    #[error("the balance of {currency} {problem}")]
    Balance {
        /// The currency asked for.
        currency: String,
        /// What is wrong.
        problem: String,
    },
    /// A secret of the credentials cannot be used as a key.
    #[error("cpay.secret: {0}")]
    Key(#[from] payments_signing::KeyError),
    /// The CCPayment credentials cannot be used as a key.
    #[error("ccpayment.app_id or app_secret: {0}")]
    CcpaymentKey(payments_signing::KeyError),
    /// A key of the credentials cannot sign.
    #[error("chainup_opay.merchant_private_key: {0}")]
    Sign(#[from] payments_signing::SignError),
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
            cpay: cpay::Settings::default(),
            cpay_balances: Vec::new(),
            chainup_opay: chainup_opay::Settings::default(),
            ccpayment: ccpayment::Settings::default(),
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
        self.cpay.callback_url = Some(url.into()).filter(|url| !url.is_empty());
        self
    }

    /// What the merchant has of a currency at C-Pay to begin with and after a reset, as a plain decimal of at most
    /// eight decimals: `cpay_balance("USDT", "1000")`. Default: 100000 USDT, USD, EUR, BRL and TRX, 100 ETH and BNB,
    /// 10 BTC.
    pub fn cpay_balance(mut self, currency: impl Into<String>, amount: impl Into<String>) -> Self {
        self.cpay_balances.push((currency.into(), amount.into()));
        self
    }

    /// The addresses that may call C-Pay's API; others are told 90751002 "illegal IP". Default: every address.
    pub fn cpay_allowed_ips(mut self, addresses: impl IntoIterator<Item = IpAddr>) -> Self {
        let addresses = addresses.into_iter().map(|ip| ip.to_canonical());
        self.cpay.allowed_ips = Some(addresses.collect());
        self
    }

    /// Completes payouts by themselves, so long after they were made on the sandbox's clock. Default: they stay in
    /// processing until they are completed or rejected by a button, the admin API or [`Sandbox`].
    pub fn cpay_payouts_complete_after(mut self, delay: Duration) -> Self {
        self.cpay.payout_delay_ms = Some(millis(delay));
        self
    }

    /// Takes C-Pay signatures that leave values of exactly `0` out, as the official PHP SDK and plugins make them.
    /// A request taken that way says so in [`RequestRecord::notes`]. Default: off, as C-Pay's text has it.
    pub fn accept_php_signatures(mut self, accept: bool) -> Self {
        self.cpay.php_signatures = accept;
        self
    }

    /// How far the `time` of a ChainUp OPay request may be from the sandbox's clock; others are told 50010. A client on
    /// the machine's clock needs a wide one when the sandbox has a clock of its own: `Duration::MAX` takes every time.
    /// Default: five minutes (assumed).
    pub fn chainup_opay_time_window(mut self, window: Duration) -> Self {
        self.chainup_opay.time_window_ms = millis(window);
        self
    }

    /// Answers ChainUp OPay's `orderDetail` also without an envelope, to a plain and unsigned `{appKey, orderNum}` as
    /// the provider's own payment page sends it. The answer is plain too. Default: off.
    pub fn chainup_opay_plain_order_detail(mut self, accept: bool) -> Self {
        self.chainup_opay.plain_order_detail = accept;
        self
    }

    /// The scene types (`orderSceneType`) that the merchant has in ChainUp's console, as texts of digits; orders with
    /// others are told 70009. Default: `1000011`, `1001` and `202`, those of the documents' samples.
    pub fn chainup_opay_scene_types<T: Into<String>>(
        mut self,
        types: impl IntoIterator<Item = T>,
    ) -> Self {
        self.chainup_opay.scene_types = types.into_iter().map(Into::into).collect();
        self
    }

    /// CCPayment's Webhook URL of the account: where webhooks go of orders and addresses without their own, and those of
    /// withdrawals and invoices.
    pub fn ccpayment_webhook_url(mut self, url: impl Into<String>) -> Self {
        self.ccpayment.webhook_url = url.into();
        self
    }

    /// What the merchant has of a coin at CCPayment to begin with and after a reset, as a plain decimal of at most 18
    /// decimals: `ccpayment_balance("USDT", "1000")`. Default: 100000 USDT, TRX, XRP and FTM, 100 ETH and BNB, 10 BTC,
    /// 10000000 SATS.
    pub fn ccpayment_balance(mut self, coin: impl Into<String>, amount: impl Into<String>) -> Self {
        self.ccpayment.balances.push((coin.into(), amount.into()));
        self
    }

    /// Completes CCPayment's withdrawals and refunds by themselves, so long after they were made on the sandbox's clock.
    /// Default: they stay pending until they are completed or rejected by a button, the admin API or [`Sandbox`].
    pub fn ccpayment_payouts_complete_after(mut self, delay: Duration) -> Self {
        self.ccpayment.payout_delay_ms = Some(millis(delay));
        self
    }

    /// How often a CCPayment webhook is pushed at most, from 1 to 7. Default: 6 ("up to 6 times"; another page says 7).
    pub fn ccpayment_webhook_pushes(mut self, pushes: usize) -> Self {
        self.ccpayment.pushes = pushes.clamp(1, ccpayment::webhook::MOST_PUSHES);
        self
    }

    /// Pushes CCPayment's states `pending` and `processing` as well, which an account can choose to get. Default: off,
    /// final states only.
    pub fn ccpayment_push_every_state(mut self, push: bool) -> Self {
        self.ccpayment.every_state = push;
        self
    }

    /// Answers CCPayment's refusals with the numbers of its version 2 (11000 argument, 11005 sign, 11006 expired, 11011
    /// duplicate, 12001 merchant, 13000 coin, 14000 balance, 15001 addresses). Default: off, 224066 with a `reason`, the
    /// only general code that is documented for version 1.
    pub fn ccpayment_v2_codes(mut self, use_them: bool) -> Self {
        self.ccpayment.v2_codes = use_them;
        self
    }

    /// Lets CCPayment's `bill/info` say the states of orders in the words of the merchant platform, e.g.
    /// `Underpayment(Overdue)`. Default: off; then `Pending`, `Processing`, `Successful` and `Expired` (assumed).
    pub fn ccpayment_label_statuses(mut self, use_them: bool) -> Self {
        self.ccpayment.label_statuses = use_them;
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
    /// [`StartError`]: credentials or balances that cannot be used, an address that is not loopback or is taken.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let opay_keys = self.credentials.checked()?;
        if !self.allow_remote_listen && !self.listen.ip().to_canonical().is_loopback() {
            return Err(StartError::RemoteListen(self.listen));
        }
        let bind = |source| StartError::Bind {
            address: self.listen,
            source,
        };
        let opening = opening(&self.cpay_balances)?;
        let ccpayment_book = ccpayment::Book::open(&self.ccpayment.balances)
            .map_err(|(currency, problem)| StartError::Balance { currency, problem })?;
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
            cpay: cpay::Account::new(&self.credentials.cpay, self.cpay, &ids)?,
            chainup_opay: chainup_opay::Account::new(
                &self.credentials.chainup_opay.app_id,
                &opay_keys,
                self.chainup_opay,
            )?,
            ccpayment: ccpayment::Account::new(&self.credentials.ccpayment, self.ccpayment)
                .map_err(StartError::CcpaymentKey)?,
            credentials: self.credentials,
            clock: self.clock,
            ids,
            store: Store::new(opening),
            observer: self.observer,
            wake: Notify::new(),
            sent: watch::Sender::new(0),
        });
        app.store.lock().ccpayment = ccpayment_book;
        let (stop, stopped) = watch::channel(false);
        let router = router::router(Arc::clone(&app));
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

/// The balances to begin with: the defaults, each replaced by what was asked for last.
fn opening(asked: &[(String, String)]) -> Result<Ledger, StartError> {
    let refuse = |currency: &str, problem: String| StartError::Balance {
        currency: currency.to_owned(),
        problem,
    };
    let mut balances: BTreeMap<&str, &str> = START_BALANCES.into_iter().collect();
    for (currency, amount) in asked {
        let known = coins::currency(currency).ok_or_else(|| {
            let known = coins::CURRENCIES.join(", ");
            refuse(currency, format!("does not exist; there are {known}"))
        })?;
        balances.insert(known, amount);
    }
    let mut ledger = Ledger::new(coins::CURRENCIES);
    for (currency, text) in balances {
        let amount = amount::decimal(text, CPAY_DECIMALS)
            .map_err(|bad| refuse(currency, bad.to_string()))?;
        let credit = Move {
            currency,
            from: Account::Outside,
            to: Account::Available,
            amount,
        };
        ledger
            .post(&[credit])
            .map_err(|refused| refuse(currency, refused.to_string()))?;
    }
    Ok(ledger)
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
