//! What a claim forbids.

use std::fmt;

/// What a claim forbids, and happened.
#[derive(Clone, Debug)]
pub struct Violation {
    claim: &'static str,
    text: String,
}

impl Violation {
    /// A violation of this claim.
    #[must_use]
    pub fn of(claim: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { claim, text }
    }

    /// The claim.
    #[must_use]
    pub fn claim(&self) -> &'static str {
        self.claim
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "violated: {}: {}", self.claim, self.text)
    }
}
