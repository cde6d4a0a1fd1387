//! The settings of the transport and their defaults.

use std::sync::Arc;
use std::time::Duration;

use payments_core::Executor;

use crate::error::BuildError;
use crate::failure::Limits;
use crate::transport::Settings;
use crate::{ReqwestTransport, SystemClock, SystemEntropy, tls};

/// How long an idle connection is kept. Servers, load balancers and NAT tables keep it longer (60 s is common): a
/// request on a connection that was silently dropped has an unknown outcome.
const IDLE: Duration = Duration::from_secs(15);

/// Requests to loopback bypass the proxy.
const LOOPBACK: &str = "localhost,127.0.0.0/8,::1";

/// Configures a [`ReqwestTransport`]; created by [`ReqwestTransport::builder`].
#[derive(Clone, Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct Builder {
    connect_timeout: Duration,
    attempt_timeout: Duration,
    max_answer_bytes: usize,
    plain_http_anywhere: bool,
    proxy: Proxy,
    user_agent: String,
    root_certificates: Vec<Vec<u8>>,
    title_case_headers: bool,
    keep_connections: bool,
}

#[derive(Clone)]
enum Proxy {
    None,
    #[cfg(feature = "system-proxy")]
    System,
    Url(String),
}

impl Proxy {
    /// Host and port, without user name and password.
    fn place(&self) -> Option<String> {
        match self {
            Self::None => None,
            #[cfg(feature = "system-proxy")]
            Self::System => None,
            Self::Url(url) => {
                let url = reqwest::Url::parse(url).ok()?;
                let port = url.port_or_known_default()?;
                Some(format!("{}:{port}", url.host_str()?))
            }
        }
    }
}

// A proxy URL may carry a password.
impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            #[cfg(feature = "system-proxy")]
            Self::System => "System",
            Self::Url(_) => "Url(***)",
        })
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            attempt_timeout: Duration::from_secs(20),
            max_answer_bytes: 8 * 1024 * 1024,
            plain_http_anywhere: false,
            proxy: Proxy::None,
            user_agent: concat!("payments-reqwest/", env!("CARGO_PKG_VERSION")).to_owned(),
            root_certificates: Vec::new(),
            title_case_headers: false,
            keep_connections: true,
        }
    }
}

impl ReqwestTransport {
    /// Starts from the defaults: see [`Builder`].
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
    /// How long DNS, TCP and TLS may take together. Default: 5 s. Never more than half of
    /// [`attempt_timeout`](Self::attempt_timeout).
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long one attempt may take from connecting to the last byte of the answer. Default: 20 s.
    ///
    /// The deadline over all attempts (default 30 s) belongs to `payments_core::Policy`.
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// The largest answer body taken in, in bytes. Default: 8 MiB. A longer one is an error that keeps
    /// the bytes read so far.
    pub fn max_answer_bytes(mut self, bytes: usize) -> Self {
        self.max_answer_bytes = bytes;
        self
    }

    /// Lets plain `http://` go to hosts other than loopback.
    ///
    /// Requests and answers can then be read and changed on the way: a signature protects a request, but not its
    /// answer. Off by default.
    pub fn allow_plain_http(mut self, allow: bool) -> Self {
        self.plain_http_anywhere = allow;
        self
    }

    /// Sends everything but requests to loopback through this proxy (`http://user:password@host:port`).
    /// Default: no proxy, and the environment's proxy variables are not read.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Proxy::Url(url.into());
        self
    }

    /// Uses the proxy settings of the environment (`HTTPS_PROXY` and the like). `NO_PROXY` decides whether requests to
    /// loopback use it.
    #[cfg(feature = "system-proxy")]
    #[cfg_attr(docsrs, doc(cfg(feature = "system-proxy")))]
    pub fn system_proxy(mut self) -> Self {
        self.proxy = Proxy::System;
        self
    }

    /// The `User-Agent` of requests that do not carry one themselves. Default: this crate and its version.
    pub fn user_agent(mut self, user_agent: impl Into<String>) -> Self {
        self.user_agent = user_agent.into();
        self
    }

    /// Trusts these root certificates (PEM, one or many) beside the platform's.
    pub fn root_certificates_pem(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Sends header names as `Content-Type` instead of `content-type`, for servers that compare them in one case only.
    pub fn title_case_headers(mut self, title_case: bool) -> Self {
        self.title_case_headers = title_case;
        self
    }

    /// Whether reads use connections of earlier reads. Default: on. Other requests never do.
    ///
    /// A server or proxy that answers late or twice can make a read on a kept connection return the answer to the read before it.
    /// The clients notice that where an answer repeats its request. Rates, balances and "not found" repeat nothing: switch this off
    /// where that matters more than a handshake per read.
    pub fn keep_connections(mut self, keep: bool) -> Self {
        self.keep_connections = keep;
        self
    }

    /// Builds the transport and its connection pool for reads. The only I/O is reading the platform's root certificates.
    ///
    /// # Errors
    /// A setting that cannot be used: a malformed proxy URL, user agent or certificate, a zero timeout.
    pub fn build(self) -> Result<ReqwestTransport, BuildError> {
        if self.connect_timeout.is_zero() || self.attempt_timeout.is_zero() {
            return Err(BuildError::ZeroTimeout);
        }
        let mut roots = Vec::new();
        for pem in &self.root_certificates {
            roots.extend(tls::parse_pem(pem)?);
        }
        let tls = tls::config(roots)?;
        let limits = Limits {
            // With the limit of the attempt, a connection timeout would look like a lost answer.
            connect: self.connect_timeout.min(self.attempt_timeout / 2),
            attempt: self.attempt_timeout,
        };
        // Both clients have the same TLS sessions, so that a new connection resumes an earlier session.
        // With zero idle connections, the HTTP stack has no pool at all.
        let unpooled = self.client(&tls, limits, 0)?;
        let pooled = match self.keep_connections {
            true => self.client(&tls, limits, usize::MAX)?,
            false => unpooled.clone(),
        };
        let settings = Settings {
            max_answer_bytes: self.max_answer_bytes,
            plain_http_anywhere: self.plain_http_anywhere,
            proxy: self.proxy.place(),
            limits,
        };
        Ok(ReqwestTransport::new(pooled, unpooled, settings))
    }

    fn client(
        &self,
        tls: &rustls::ClientConfig,
        limits: Limits,
        idle_connections: usize,
    ) -> Result<reqwest::Client, BuildError> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .connect_timeout(limits.connect)
            .timeout(limits.attempt)
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(idle_connections)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .http1_only()
            // Features of reqwest that another crate enables must not change answers.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .user_agent(&self.user_agent);
        let client = match self.title_case_headers {
            true => client.http1_title_case_headers(),
            false => client,
        };
        let client = match &self.proxy {
            Proxy::None => client.no_proxy(),
            #[cfg(feature = "system-proxy")]
            Proxy::System => client,
            Proxy::Url(url) => client.proxy(
                reqwest::Proxy::all(url.as_str())
                    .map_err(|_| BuildError::Proxy)?
                    .no_proxy(reqwest::NoProxy::from_string(LOOPBACK)),
            ),
        };
        client
            .build()
            .map_err(|error| BuildError::Client(Box::new(error)))
    }

    /// Builds the transport, and over it an executor with [`SystemClock`], [`SystemEntropy`] and the default policy.
    ///
    /// # Errors
    /// Those of [`build`](Self::build).
    pub fn build_executor(self) -> Result<Executor, BuildError> {
        let transport = self.build()?;
        let clock = SystemClock::new();
        Ok(Executor::new(
            Arc::new(transport),
            Arc::new(clock),
            Arc::new(SystemEntropy),
        ))
    }
}
