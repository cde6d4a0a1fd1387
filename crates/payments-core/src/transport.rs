use crate::RawAnswer;
use async_trait::async_trait;
use bytes::Bytes;
use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// The underlying cause of a failure, of any type.
pub type BoxError = Box<dyn StdError + Send + Sync + 'static>;

/// Carries one request over the network, once.
///
/// A transport never repeats a request and never follows a redirect: only the
/// [`Executor`](crate::Executor) knows what repeating would do. An answer of any status is `Ok`.
/// It caps the size of what it reads, and a body that breaks off is an error, not a short answer.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends the request and reads the whole answer.
    ///
    /// # Errors
    /// A [`TransportError`] that says how far the request got: see [`Reach`].
    async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, TransportError>;
}

/// How far a request got that has no usable answer. When in doubt, it is
/// [`MaybeSent`](Self::MaybeSent).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Not one byte of the request left: the name did not resolve, the connection was refused, or
    /// TLS was not agreed.
    NotSent,
    /// Some of it may have arrived, and the provider may have acted on it.
    MaybeSent,
    /// The provider began to answer, so it has acted on it in some way.
    ResponseStarted,
}

/// What went wrong underneath.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: name lookup, refused, TLS.
    Connect,
    /// It took too long.
    Timeout,
    /// The connection broke.
    Io,
    /// The answer is larger than the transport takes.
    TooLarge,
    /// The transport's own rules forbid this request (say, `http://` to a host that is not local).
    /// It was not sent, and sending it again would change nothing.
    Refused,
}

/// Why a request has no usable answer, and how far it got.
///
/// `Display` is one line and tells neither the cause's text nor the URI, for an HTTP stack's
/// message may hold the query. The cause is kept as [`source`](StdError::source); a transport must
/// strip the query from it first.
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
    partial: Option<RawAnswer>,
    source: Option<BoxError>,
}

impl TransportError {
    /// No connection came about: nothing was sent.
    pub fn connect(source: impl Into<BoxError>) -> Self {
        Self::new(TransportErrorKind::Connect, Reach::NotSent).with_source(source)
    }

    /// The transport's own time limit ran out.
    pub const fn timeout(reach: Reach) -> Self {
        Self::new(TransportErrorKind::Timeout, reach)
    }

    /// The connection broke.
    pub fn io(reach: Reach, source: impl Into<BoxError>) -> Self {
        Self::new(TransportErrorKind::Io, reach).with_source(source)
    }

    /// The answer is larger than the transport takes. `partial` holds what was read of it.
    pub fn too_large(partial: RawAnswer) -> Self {
        Self::new(TransportErrorKind::TooLarge, Reach::ResponseStarted).with_partial(partial)
    }

    /// The transport's own rules forbid the request; `reason` says which, without the URI's query.
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

    /// Keeps the cause. Strip a URI's query and any secret from it first.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Keeps what had come of the answer. The request has then reached the provider, whatever
    /// was said before.
    #[must_use]
    pub fn with_partial(mut self, partial: RawAnswer) -> Self {
        self.partial = Some(partial);
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

    /// What had come of the answer.
    pub const fn partial(&self) -> Option<&RawAnswer> {
        self.partial.as_ref()
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
