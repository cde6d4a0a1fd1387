//! The defects, and the trials that must detect them.

/// How a dishonest gateway breaks the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Defect {
    /// The gateway is honest: the wrapper alone must not fail a trial.
    None,
    /// Lists a kind of order that it refuses.
    ListsUnsupportedKind,
    /// Queries the provider before it refuses an unsupported kind.
    SendsUnsupported,
    /// Accepts a supported option and drops it.
    DropsOption,
    /// Accepts an unsupported option and drops it.
    AcceptsUnsupportedOption,
    /// Finds orders that do not exist.
    FindsEverything,
    /// Reports an unknown outcome as "not applied".
    ReportsUnknownAsNotApplied,
    /// Reports a success as a refusal.
    ReportsSuccessAsRefusal,
    /// Returns no ticket for an unknown outcome.
    OmitsTicket,
    /// Repeats a payout with an unknown outcome under a new reference.
    RepeatsUnderNewReference,
    /// Repeats a payout with an unknown outcome under the same reference.
    RepeatsUnderSameReference,
    /// Gives every delivery of a webhook another effect key.
    ChangesEffectKey,
    /// Gives all webhooks the same effect key.
    SharesEffectKey,
    /// Accepts a webhook that fails verification.
    AcceptsUnverified,
    /// Replies to accepted webhooks with a refusal.
    NeverAcknowledges,
    /// Does not report what was paid.
    HidesUnderpayment,
    /// Resolves every ticket as "not found".
    DeniesExisting,
}

impl Defect {
    /// The defects that the conformance suite must detect, each with a trial that must fail.
    pub(crate) const IN_CONFORMANCE: &'static [(Self, &'static str)] = &[
        (
            Self::ListsUnsupportedKind,
            "creates one order and reports it",
        ),
        (Self::SendsUnsupported, "refuses the kind"),
        (Self::DropsOption, "sends the option"),
        (Self::AcceptsUnsupportedOption, "refuses the option"),
        (Self::FindsEverything, "does not find a missing order"),
        (Self::ReportsUnknownAsNotApplied, "resolves a lost answer"),
        (
            Self::ReportsSuccessAsRefusal,
            "creates one order and reports it",
        ),
        (Self::OmitsTicket, "resolves a lost answer"),
        (Self::RepeatsUnderSameReference, "resolves a lost answer"),
        (Self::ChangesEffectKey, "keeps one effect key per event"),
        (Self::SharesEffectKey, "keeps one effect key per event"),
        (Self::AcceptsUnverified, "refuses every altered webhook"),
        (
            Self::NeverAcknowledges,
            "accepts a genuine webhook, and the provider accepts the replies",
        ),
        (Self::HidesUnderpayment, "reports an underpayment"),
        (
            Self::DeniesExisting,
            "resolves a ticket from before the call",
        ),
    ];

    /// The defects that the tests with injected faults must detect.
    pub(crate) const IN_FAULTS: &'static [Self] = &[
        Self::ReportsUnknownAsNotApplied,
        Self::ReportsSuccessAsRefusal,
        Self::OmitsTicket,
        Self::RepeatsUnderNewReference,
        Self::RepeatsUnderSameReference,
        Self::ChangesEffectKey,
        Self::DeniesExisting,
    ];

    pub(crate) fn concerns_payouts(self) -> bool {
        matches!(
            self,
            Self::RepeatsUnderNewReference | Self::RepeatsUnderSameReference
        )
    }
}
