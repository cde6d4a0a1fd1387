use std::fmt;

/// Whether a failed call took effect at the provider: the worst over all its attempts, in the
/// order of the variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// *This call* certainly had no effect. A [`Read`](crate::Effect::Read) never has.
    ///
    /// Other calls may have had one: after [`Kind::Duplicate`] an order with this reference exists, created by an
    /// earlier call, perhaps by a process that crashed. Follow [`NextStep`] before you pay with a new reference.
    NotApplied,
    /// It took effect, but not as asked.
    Applied,
    /// It may have taken effect. Money may have moved: resolve this first.
    Unknown,
}

/// What went wrong in the last attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A value of the request was refused locally, before any I/O.
    Invalid,
    /// The provider does not support it: refused locally, before any I/O.
    Unsupported,
    /// A key, an endpoint or a rule of the transport: refused locally, before any I/O.
    Configuration,
    /// No connection was established.
    Connect,
    /// No answer in time.
    Timeout,
    /// The connection broke.
    Network,
    /// A 5xx, an HTML page or half an answer.
    Unavailable,
    /// The provider asks to be called later: by a code that it documents as not executed, or by HTTP status 429 or 503 with
    /// `Retry-After`, which prove nothing about a write. If there was no attempt, a local limit delayed the request.
    Busy,
    /// The provider refused for certain.
    Refused(Refusal),
    /// The merchant's reference exists already, possibly from an earlier call of this caller.
    Duplicate,
    /// The provider answered with a code whose effect no document proves.
    Ambiguous,
    /// The answer does not have the documented shape, or is too large.
    Undecodable,
    /// The answer's signature is missing or wrong, or the answer is not encrypted.
    Unverified,
    /// It succeeded, but amount, asset or reference differ from the request.
    Integrity,
}

/// Why a provider refused, by its code table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// A value of the request.
    Request,
    /// The key, the signature or its timestamp.
    Authentication,
    /// What the account may do, or from which address.
    Permission,
    /// The reference is unknown.
    NotFound,
    /// The merchant's balance is too small.
    Funds,
    /// The amount or the total is outside a limit.
    Limit,
    /// It cannot be done in the state the order is in.
    State,
    /// The payer's bank or the provider's risk control declined it.
    Declined,
    /// Only for now: the coin, the network or the service is suspended, or too much was asked for in this minute or on this day.
    Temporary,
    /// Another reason.
    Other,
}

/// What to do after an [`Error`](crate::Error).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NextStep {
    /// Nothing took effect. Correct the values: the same request will be refused again.
    FixRequest,
    /// Nothing took effect. Correct the keys, the endpoint, the clock or the provider's list of allowed IP addresses.
    FixConfiguration,
    /// Nothing took effect and nothing is wrong with the request: make the same call later, with
    /// the same reference.
    RetryLater,
    /// Nothing took effect. The merchant's account at the provider needs funds first.
    AddFunds,
    /// Query the merchant's reference first, and do not repeat the call with a *new* reference until the result is
    /// known. If the provider has no such query, use its statements or its support.
    Query,
    /// Only the provider can help: a limit of the account, a declined payment, an undocumented code. Give it the
    /// request id.
    ContactProvider,
    /// A person has to check it: the provider's answer differs from the request.
    Investigate,
}

/// What follows from what happened and whether it took effect. `elsewhere` is whether the status of the answer shows that the
/// request did not reach the provider's application.
pub(crate) const fn next_step(kind: Kind, outcome: Outcome, elsewhere: bool) -> NextStep {
    match outcome {
        Outcome::Unknown => return NextStep::Query,
        Outcome::Applied => return NextStep::Investigate,
        Outcome::NotApplied => {}
    }
    match kind {
        Kind::Invalid | Kind::Unsupported => NextStep::FixRequest,
        Kind::Configuration | Kind::Unverified => NextStep::FixConfiguration,
        Kind::Unavailable | Kind::Undecodable | Kind::Ambiguous if elsewhere => {
            NextStep::FixConfiguration
        }
        Kind::Connect | Kind::Timeout | Kind::Network | Kind::Unavailable | Kind::Busy => {
            NextStep::RetryLater
        }
        Kind::Refused(refusal) => match refusal {
            Refusal::Request | Refusal::NotFound | Refusal::Limit => NextStep::FixRequest,
            Refusal::Authentication | Refusal::Permission => NextStep::FixConfiguration,
            Refusal::Funds => NextStep::AddFunds,
            Refusal::Temporary => NextStep::RetryLater,
            Refusal::State => NextStep::Query,
            Refusal::Declined | Refusal::Other => NextStep::ContactProvider,
        },
        // Somebody's order is there: an earlier run of the same program may have made it.
        Kind::Duplicate => NextStep::Query,
        Kind::Ambiguous => NextStep::ContactProvider,
        Kind::Undecodable | Kind::Integrity => NextStep::Investigate,
    }
}

impl Outcome {
    /// A stable name for logs, metrics and scripts: `not_applied`, `applied` or `unknown`. It does not change between
    /// versions.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotApplied => "not_applied",
            Self::Applied => "applied",
            Self::Unknown => "unknown",
        }
    }
}

impl Kind {
    /// A stable name for logs, metrics and scripts, such as `timeout` or `refused_funds`; a refusal for no known reason
    /// is `refused`. It does not change between versions.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Unsupported => "unsupported",
            Self::Configuration => "configuration",
            Self::Connect => "connect",
            Self::Timeout => "timeout",
            Self::Network => "network",
            Self::Unavailable => "unavailable",
            Self::Busy => "busy",
            Self::Refused(refusal) => match refusal {
                Refusal::Request => "refused_request",
                Refusal::Authentication => "refused_authentication",
                Refusal::Permission => "refused_permission",
                Refusal::NotFound => "refused_not_found",
                Refusal::Funds => "refused_funds",
                Refusal::Limit => "refused_limit",
                Refusal::State => "refused_state",
                Refusal::Declined => "refused_declined",
                Refusal::Temporary => "refused_temporary",
                Refusal::Other => "refused",
            },
            Self::Duplicate => "duplicate",
            Self::Ambiguous => "ambiguous",
            Self::Undecodable => "undecodable",
            Self::Unverified => "unverified",
            Self::Integrity => "integrity",
        }
    }
}

impl NextStep {
    /// A stable name for logs, metrics and scripts, such as `retry_later`. It does not change between versions.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FixRequest => "fix_request",
            Self::FixConfiguration => "fix_configuration",
            Self::RetryLater => "retry_later",
            Self::AddFunds => "add_funds",
            Self::Query => "query",
            Self::ContactProvider => "contact_provider",
            Self::Investigate => "investigate",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "the request is invalid",
            Self::Unsupported => "not supported by this provider",
            Self::Configuration => "the client is set up wrongly",
            Self::Connect => "no connection",
            Self::Timeout => "no answer in time",
            Self::Network => "the connection broke",
            Self::Unavailable => "the provider's application did not answer",
            Self::Busy => "the gateway is busy",
            Self::Refused(refusal) => match refusal {
                Refusal::Request => "refused: a value of the request",
                Refusal::Authentication => "refused: key, signature or clock",
                Refusal::Permission => "refused: not permitted",
                Refusal::NotFound => "refused: not found",
                Refusal::Funds => "refused: not enough funds",
                Refusal::Limit => "refused: outside a limit",
                Refusal::State => "refused: not possible in this state",
                Refusal::Declined => "refused: declined",
                Refusal::Temporary => "refused for now",
                Refusal::Other => "refused",
            },
            Self::Duplicate => "the merchant's reference exists already",
            Self::Ambiguous => "an answer that the provider's documents do not explain",
            Self::Undecodable => "the answer cannot be read",
            Self::Unverified => "the answer's signature is wrong",
            Self::Integrity => "the answer differs from the request",
        })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotApplied => "it did not take effect",
            Self::Applied => "it took effect",
            Self::Unknown => "it may have taken effect",
        })
    }
}

impl fmt::Display for NextStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FixRequest => "correct the request",
            Self::FixConfiguration => "correct the configuration",
            Self::RetryLater => "try again later with the same reference",
            Self::AddFunds => "add funds at the provider",
            Self::Query => "query by the merchant's reference before you do anything else",
            Self::ContactProvider => "ask the provider",
            Self::Investigate => "have a person check it",
        })
    }
}
