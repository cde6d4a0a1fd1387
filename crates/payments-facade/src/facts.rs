//! What a provider documents about itself, as data.

use std::fmt;
use std::time::Duration;

/// A value and what it rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact<T> {
    /// What holds.
    pub value: T,
    /// What says so.
    pub source: Basis,
}

/// What a [`Fact`] rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// A document of the provider's: which, and where in it.
    Documented(&'static str),
    /// No document proves it; why it is assumed.
    Assumed(&'static str),
}

impl<T> Fact<T> {
    /// A document says so.
    #[must_use]
    pub const fn documented(value: T, document: &'static str) -> Self {
        let source = Basis::Documented(document);
        Self { value, source }
    }

    /// No document says so.
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

/// How it is found out what became of a call whose outcome is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// By a query for the merchant's reference.
    Query,
    /// By making the same order again under the same reference: the provider refuses a reference it knows. Never for
    /// payouts.
    Repeat,
}

/// So many requests in so long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// How many.
    pub requests: u32,
    /// In how long.
    pub per: Duration,
}

/// Limits and documented behaviour of a provider. What it can do is not here: that is computed, see
/// [`Capabilities`](crate::Capabilities).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// How an unknown outcome is resolved.
    pub strategy: Fact<Strategy>,
    /// How long after a call its order may still turn up. Until then "not found" is no proof.
    pub quiet_period: Fact<Duration>,
    /// Whether "not found" proves anything at all after that.
    pub not_found_proves: Fact<bool>,
    /// With [`Strategy::Repeat`], how long after a call its order may still be sent again. A day unless the gateway says
    /// otherwise.
    pub repeat_within: Fact<Duration>,
    /// The most characters of a merchant's reference.
    pub reference_chars: Option<Fact<u32>>,
    /// How long an order can be paid when nothing else is asked for.
    pub order_lifetime: Option<Fact<Duration>>,
    /// How many requests the provider takes.
    pub rate_limit: Option<Fact<RateLimit>>,
    /// Codes after which the provider must be left alone: more requests make it worse.
    pub ban_codes: &'static [Fact<&'static str>],
    /// How often the provider tries to deliver a webhook, the first time included.
    pub webhook_tries: Option<Fact<u32>>,
    /// What else a user should know, a sentence each.
    pub notes: &'static [Fact<&'static str>],
}

impl Facts {
    /// The three facts that recovery rests on; nothing else is known.
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
                "nobody waits for an order of the day before",
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
