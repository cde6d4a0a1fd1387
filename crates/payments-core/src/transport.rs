use crate::RawAnswer;
use async_trait::async_trait;
use bytes::Bytes;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

/// The underlying cause of a failure, of any type.
pub type BoxError = Box<dyn StdError + Send + Sync + 'static>;

/// Sends a request once.
///
/// A transport never repeats a request and never follows a redirect: only the [`Executor`](crate::Executor) knows
/// whether that is safe. An answer of any status is `Ok`. The size of answers is limited, and a truncated body is an
/// error.
///
/// The executor puts the operation's [`Effect`](crate::Effect) into the request's extensions. Only a request marked
/// [`Read`](crate::Effect::Read) may use a connection that was idle or carried another request. The server may have closed such a
/// connection, which leaves the outcome unknown although nothing arrived, or it may still carry a late answer to the earlier request. A
/// transport that wraps another one passes the extensions on.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends the request and reads the complete answer.
    ///
    /// # Errors
    /// A [`TransportError`] with how far the request got: see [`Reach`].
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError>;

    /// How long [`send`](Self::send) takes at most, if this transport keeps such a limit. The executor sets a timer only if the
    /// deadline of the call comes earlier. A transport around another one may pass its limit on if it adds no work and no wait.
    fn time_limit(&self) -> Option<Duration> {
        None
    }
}

/// How far a request without a usable answer got. When in doubt, it is [`MaybeSent`](Self::MaybeSent).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Not one byte was sent: the name did not resolve, the connection was refused, or the TLS handshake failed.
    NotSent,
    /// Some of it may have arrived, and the provider may have acted on it.
    MaybeSent,
    /// The provider began to answer, so the request arrived.
    ResponseStarted,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: name lookup, refused, TLS.
    Connect,
    /// It took too long.
    Timeout,
    /// The connection broke.
    Io,
    /// The answer is larger than the limit.
    TooLarge,
    /// A rule of the transport forbids this request (for example `http://` to a remote host). It was not sent, and
    /// repeating it does not help.
    Refused,
}

/// Why a request has no usable answer, and how far it got.
///
/// `Display` is one line with the [reason](Self::with_reason), but without the cause's text and the URI, because the message of
/// an HTTP stack may contain the query. The cause is available as [`source`](StdError::source); a transport must remove the query from it.
///
/// ```
/// use payments_core::{Reach, TransportError};
///
/// let error = TransportError::io(Reach::MaybeSent, std::io::Error::other("reset by peer"));
/// assert_eq!(error.to_string(), "the connection broke, the request may have arrived");
/// ```
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    reach: Reach,
    reason: Option<Cow<'static, str>>,
    /// Boxed, so that a result with this error stays small.
    partial: Option<Box<RawAnswer>>,
    source: Option<BoxError>,
}

impl TransportError {
    /// No connection was established: nothing was sent.
    pub fn connect(source: impl Into<BoxError>) -> Self {
        Self::new(TransportErrorKind::Connect, Reach::NotSent).with_source(source)
    }

    /// The time limit of the transport expired.
    pub const fn timeout(reach: Reach) -> Self {
        Self::new(TransportErrorKind::Timeout, reach)
    }

    /// The connection broke.
    pub fn io(reach: Reach, source: impl Into<BoxError>) -> Self {
        Self::new(TransportErrorKind::Io, reach).with_source(source)
    }

    /// The answer is larger than the limit. `partial` contains the part that was read.
    pub fn too_large(partial: RawAnswer) -> Self {
        Self::new(TransportErrorKind::TooLarge, Reach::ResponseStarted).with_partial(partial)
    }

    /// A rule of the transport forbids the request; `reason` names it, without the URI's query.
    pub fn refused(reason: impl Into<Cow<'static, str>>) -> Self {
        let mut error = Self::new(TransportErrorKind::Refused, Reach::NotSent);
        error.reason = Some(reason.into());
        error
    }

    const fn new(kind: TransportErrorKind, reach: Reach) -> Self {
        Self {
            kind,
            reach,
            reason: None,
            partial: None,
            source: None,
        }
    }

    /// Adds what happened and where, in words: the host, the limit, the cause. Neither a path nor a query.
    ///
    /// ```
    /// use payments_core::TransportError;
    ///
    /// let cause = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
    /// let error = TransportError::connect(cause).with_reason("connection refused by 127.0.0.1:8080");
    /// assert_eq!(error.to_string(), "no connection: connection refused by 127.0.0.1:8080, nothing was sent");
    /// ```
    #[must_use]
    pub fn with_reason(mut self, reason: impl Into<Cow<'static, str>>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// Adds the cause. Remove a URI's query and any secret from it first.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds the received part of the answer. This proves that the request reached the provider.
    #[must_use]
    pub fn with_partial(mut self, partial: RawAnswer) -> Self {
        self.partial = Some(Box::new(partial));
        self.reach = Reach::ResponseStarted;
        self
    }

    /// What went wrong.
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// How far the request got.
    pub const fn reach(&self) -> Reach {
        self.reach
    }

    /// The received part of the answer.
    pub fn partial(&self) -> Option<&RawAnswer> {
        self.partial.as_deref()
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "no connection",
            TransportErrorKind::Timeout => "no answer in time",
            TransportErrorKind::Io => "the connection broke",
            TransportErrorKind::TooLarge => "the answer is too large",
            TransportErrorKind::Refused => "the transport refused the request",
        })?;
        if let Some(reason) = &self.reason {
            write!(f, ": {reason}")?;
        }
        f.write_str(match self.reach {
            Reach::NotSent => ", nothing was sent",
            Reach::MaybeSent => ", the request may have arrived",
            Reach::ResponseStarted => ", part of the answer had come",
        })
    }
}

impl StdError for TransportError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
