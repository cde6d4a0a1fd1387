use std::borrow::Cow;
use std::fmt;

/// What a second sending of an operation would do.
///
/// It is a constant of the operation's type and follows the provider's documentation; callers cannot choose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It changes nothing. Repeating is always safe.
    Read,
    /// It changes something, and the provider documents that the merchant's reference de-duplicates: a second request
    /// with the same reference changes nothing.
    Keyed,
    /// It changes something, and no document states what a second request would do. It is never sent again once a byte
    /// of it may have left.
    Unkeyed,
}

/// A call to a gateway: a typed request, its output, and its effect.
///
/// A reference that de-duplicates is part of the value and is chosen by the caller, so every attempt contains the same
/// one.
pub trait Operation: Send + Sync {
    /// The result of a success.
    type Output: Send;

    /// The operation's name in errors, in `snake_case`: `create_order`.
    const NAME: &'static str;

    /// What sending it again would do.
    const EFFECT: Effect;

    /// Checks what can be checked without the provider. It runs once, before any I/O.
    ///
    /// # Errors
    /// [`InvalidRequest`] when the provider would refuse the request.
    fn check(&self) -> Result<(), InvalidRequest> {
        Ok(())
    }
}

/// Why a request was not sent: it was refused locally, before any I/O.
///
/// It names the field and the problem, and never contains the field's value.
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
    others: Vec<InvalidRequest>,
}

/// What is wrong: the request, the capability, the configuration or the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum InvalidKind {
    /// The provider does not accept a value of the request.
    Request,
    /// The provider cannot do this, or not with this option.
    Unsupported,
    /// The client is misconfigured: a key, an endpoint, credentials.
    Configuration,
    /// Nothing is wrong: a local limit delays the request.
    Busy,
}

impl InvalidRequest {
    /// A value that the provider does not accept. `problem` continues the field's name ("is empty") and must not repeat
    /// the value.
    pub fn request(field: &'static str, problem: impl Into<Cow<'static, str>>) -> Self {
        Self::new(InvalidKind::Request, field, problem.into())
    }

    /// Something that the provider cannot do: `what` is the operation or the option.
    pub fn unsupported(what: &'static str) -> Self {
        let problem = Cow::Borrowed("is not supported by this provider");
        Self::new(InvalidKind::Unsupported, what, problem)
    }

    /// An invalid setting of the client. `problem` must not repeat a key or a secret.
    pub fn configuration(field: &'static str, problem: impl Into<Cow<'static, str>>) -> Self {
        Self::new(InvalidKind::Configuration, field, problem.into())
    }

    /// A local limit delays the request; the same call may be made later. `limit` is its name.
    pub fn busy(limit: &'static str, problem: impl Into<Cow<'static, str>>) -> Self {
        Self::new(InvalidKind::Busy, limit, problem.into())
    }

    /// Adds what is allowed.
    #[must_use]
    pub fn allowed(mut self, allowed: impl Into<Cow<'static, str>>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }

    /// Combines all problems into one error with the kind and field of the first. If a field has several problems, only its first is kept.
    /// Pass unsupported options first, because correcting other values does not help there.
    ///
    /// ```
    /// use payments_core::InvalidRequest;
    ///
    /// let missing = |field| Err(InvalidRequest::request(field, "is missing"));
    /// let all = InvalidRequest::all([missing("customer"), Ok(()), missing("title")]);
    /// assert_eq!(all.unwrap_err().to_string(), "customer is missing; title is missing");
    /// ```
    ///
    /// # Errors
    /// `InvalidRequest` unless every check passed.
    pub fn all(checks: impl IntoIterator<Item = Result<(), Self>>) -> Result<(), Self> {
        let mut problems = checks.into_iter().filter_map(Result::err);
        let Some(mut first) = problems.next() else {
            return Ok(());
        };
        for mut problem in problems {
            let nested = std::mem::take(&mut problem.others);
            for other in std::iter::once(problem).chain(nested) {
                if first.problems().all(|known| known.field != other.field) {
                    first.others.push(other);
                }
            }
        }
        Err(first)
    }

    /// This problem, and the others of the same request.
    pub fn problems(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.others)
    }

    /// Replaces the problem. It continues the field's name and must not repeat a value.
    #[must_use]
    pub fn with_problem(mut self, problem: impl Into<Cow<'static, str>>) -> Self {
        self.problem = problem.into();
        self
    }

    fn new(kind: InvalidKind, field: &'static str, problem: Cow<'static, str>) -> Self {
        Self {
            kind,
            field,
            problem,
            allowed: None,
            others: Vec::new(),
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

    /// What is allowed instead.
    pub fn allowed_values(&self) -> Option<&str> {
        self.allowed.as_deref()
    }
}

impl fmt::Display for InvalidRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.problem)?;
        if let Some(allowed) = &self.allowed {
            write!(f, " (allowed: {allowed})")?;
        }
        self.others
            .iter()
            .try_for_each(|other| write!(f, "; {other}"))
    }
}
