use std::borrow::Cow;
use std::fmt;

/// What sending an operation a second time would do.
///
/// It belongs to the operation's type, by the provider's documentation, and is no flag of the
/// caller's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It changes nothing. Repeating is always safe.
    Read,
    /// It changes something, and the provider documents that the merchant's own reference
    /// de-duplicates: a second sending of the same reference changes nothing more.
    Keyed,
    /// It changes something, and no document says what a second sending would do. It is never
    /// sent again once a byte of it may have left.
    Unkeyed,
}

/// One call to a gateway: a typed request, what it answers with, and what repeating it would do.
///
/// A reference that de-duplicates is part of the value and is chosen by the caller, never made on
/// the way: every attempt carries the same one.
pub trait Operation: Send + Sync {
    /// What a success gives back.
    type Output: Send;

    /// The operation's name in errors, in `snake_case`: `create_order`.
    const NAME: &'static str;

    /// What sending it again would do.
    const EFFECT: Effect;

    /// Checks everything that can be known without asking the provider. It runs once, before any
    /// I/O.
    ///
    /// # Errors
    /// [`InvalidRequest`] when the provider would have to refuse the request.
    fn check(&self) -> Result<(), InvalidRequest> {
        Ok(())
    }
}

/// Why a request was not sent: a refusal of our own, before any I/O.
///
/// It names the field and what is wrong with it, and never holds the field's value.
///
/// ```
/// use payments_core::InvalidRequest;
///
/// let invalid = InvalidRequest::request("user_id", "is longer than the provider takes")
///     .allowed("1 to 64 characters");
/// assert_eq!(
///     invalid.to_string(),
///     "user_id is longer than the provider takes (allowed: 1 to 64 characters)",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct InvalidRequest {
    kind: InvalidKind,
    field: &'static str,
    problem: Cow<'static, str>,
    allowed: Option<Cow<'static, str>>,
}

/// Which side of the call [`InvalidRequest`] found wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InvalidKind {
    /// A value of the request is outside what the provider takes.
    Request,
    /// The provider cannot do this, or not with this option.
    Unsupported,
    /// The client is set up wrongly: a key, an endpoint, credentials.
    Configuration,
    /// Nothing is wrong: a limit of the caller's own holds the request back for now.
    Busy,
}

impl InvalidRequest {
    /// A value of the request that the provider does not take. `problem` reads on from the field's
    /// name ("is empty") and must not repeat the value.
    pub fn request(field: &'static str, problem: impl Into<Cow<'static, str>>) -> Self {
        Self::new(InvalidKind::Request, field, problem.into())
    }

    /// Something this provider cannot do: `what` is the operation or the option.
    pub fn unsupported(what: &'static str) -> Self {
        let problem = Cow::Borrowed("is not supported by this provider");
        Self::new(InvalidKind::Unsupported, what, problem)
    }

    /// A setting of the client that cannot work. `problem` must not repeat a key or a secret.
    pub fn configuration(field: &'static str, problem: impl Into<Cow<'static, str>>) -> Self {
        Self::new(InvalidKind::Configuration, field, problem.into())
    }

    /// Nothing is wrong with the request: a limit of the caller's own holds it back, and the same call may be made
    /// later. `limit` is its name.
    pub fn busy(limit: &'static str, problem: impl Into<Cow<'static, str>>) -> Self {
        Self::new(InvalidKind::Busy, limit, problem.into())
    }

    /// Adds what would have been right.
    #[must_use]
    pub fn allowed(mut self, allowed: impl Into<Cow<'static, str>>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }

    fn new(kind: InvalidKind, field: &'static str, problem: Cow<'static, str>) -> Self {
        Self {
            kind,
            field,
            problem,
            allowed: None,
        }
    }

    /// Whether the request, the capability or the configuration is at fault.
    pub const fn kind(&self) -> InvalidKind {
        self.kind
    }

    /// The field, option or setting, by its Rust name.
    pub const fn field(&self) -> &'static str {
        self.field
    }

    /// What is wrong with it.
    pub fn problem(&self) -> &str {
        &self.problem
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.problem)?;
        match &self.allowed {
            Some(allowed) => write!(f, " (allowed: {allowed})"),
            None => Ok(()),
        }
    }
}
