//! A provider's documented limits and behaviour, as data.

use std::fmt;
use std::time::Duration;

/// A value and its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact<T> {
    /// The value.
    pub value: T,
    /// Its source.
    pub source: Basis,
}

/// The source of a [`Fact`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// A document of the provider, and the place in it.
    Documented(&'static str),
    /// Not documented. The reason why it is assumed.
    Assumed(&'static str),
}

impl<T> Fact<T> {
    /// A fact that a document states.
    #[must_use]
    pub const fn documented(value: T, document: &'static str) -> Self {
        let source = Basis::Documented(document);
        Self { value, source }
    }

    /// A fact that no document states.
    #[must_use]
    pub const fn assumed(value: T, reason: &'static str) -> Self {
        let source = Basis::Assumed(reason);
        Self { value, source }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Documented(document) => f.write_str(document),
            Self::Assumed(reason) => write!(f, "assumed: {reason}"),
        }
    }
}

/// How a call with an unknown outcome is resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// By querying the merchant's reference.
    Query,
    /// By sending the same order again under the same reference: the provider refuses a reference that exists. Never for
    /// payouts.
    Repeat,
}

/// A rate limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// The number of requests.
    pub requests: u32,
    /// The period.
    pub per: Duration,
}

/// Limits and documented behaviour of a provider. What it can do is computed instead: see
/// [`Capabilities`](crate::Capabilities).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// How an unknown outcome is resolved.
    pub strategy: Fact<Strategy>,
    /// How long after a call its order may still appear. Until then, "not found" proves nothing.
    pub quiet_period: Fact<Duration>,
    /// Whether "not found" proves after that period that there is no order.
    pub not_found_proves: Fact<bool>,
    /// With [`Strategy::Repeat`], how long after a call its order may be sent again. One day by default.
    pub repeat_within: Fact<Duration>,
    /// The longest merchant reference, in characters.
    pub reference_chars: Option<Fact<u32>>,
    /// How long an order can be paid by default.
    pub order_lifetime: Option<Fact<Duration>>,
    /// The provider's rate limit.
    pub rate_limit: Option<Fact<RateLimit>>,
    /// Error codes after which no more requests should be sent: more requests prolong the ban.
    pub ban_codes: &'static [Fact<&'static str>],
    /// How often the provider tries to deliver a webhook, including the first attempt.
    pub webhook_tries: Option<Fact<u32>>,
    /// Further notes, one sentence each.
    pub notes: &'static [Fact<&'static str>],
}

impl Facts {
    /// The three facts that recovery needs. All others are unknown.
    #[must_use]
    pub const fn new(
        strategy: Fact<Strategy>,
        quiet_period: Fact<Duration>,
        not_found_proves: Fact<bool>,
    ) -> Self {
        Self {
            strategy,
            quiet_period,
            not_found_proves,
            repeat_within: Fact::assumed(
                Duration::from_secs(24 * 60 * 60),
                "an order from the day before is no longer expected",
            ),
            reference_chars: None,
            order_lifetime: None,
            rate_limit: None,
            ban_codes: &[],
            webhook_tries: None,
            notes: &[],
        }
    }

    /// With [`repeat_within`](Self::repeat_within).
    #[must_use]
    pub const fn with_repeat_within(mut self, time: Fact<Duration>) -> Self {
        self.repeat_within = time;
        self
    }

    /// With [`reference_chars`](Self::reference_chars).
    #[must_use]
    pub const fn with_reference_chars(mut self, chars: Fact<u32>) -> Self {
        self.reference_chars = Some(chars);
        self
    }

    /// With [`order_lifetime`](Self::order_lifetime).
    #[must_use]
    pub const fn with_order_lifetime(mut self, lifetime: Fact<Duration>) -> Self {
        self.order_lifetime = Some(lifetime);
        self
    }

    /// With [`rate_limit`](Self::rate_limit).
    #[must_use]
    pub const fn with_rate_limit(mut self, limit: Fact<RateLimit>) -> Self {
        self.rate_limit = Some(limit);
        self
    }

    /// With [`ban_codes`](Self::ban_codes).
    #[must_use]
    pub const fn with_ban_codes(mut self, codes: &'static [Fact<&'static str>]) -> Self {
        self.ban_codes = codes;
        self
    }

    /// With [`webhook_tries`](Self::webhook_tries).
    #[must_use]
    pub const fn with_webhook_tries(mut self, tries: Fact<u32>) -> Self {
        self.webhook_tries = Some(tries);
        self
    }

    /// With [`notes`](Self::notes).
    #[must_use]
    pub const fn with_notes(mut self, notes: &'static [Fact<&'static str>]) -> Self {
        self.notes = notes;
        self
    }
}
