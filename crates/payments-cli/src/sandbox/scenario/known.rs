//! What the steps before have made, and what can be done where a scenario runs.

use std::collections::BTreeMap;

use payments_core::MerchantRef;

use super::at::At;
use super::fields::Fields;
use crate::commands::input;

/// Where a scenario runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a sandbox that it starts.
    Own,
    /// In a sandbox that runs already. Only one on this machine can send webhooks to the command.
    Running { is_here: bool },
}

/// Who made an order, and where its webhooks go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Maker {
    Scenario,
    /// The scenario, by a call without a webhook URL: they go to the URL that the running sandbox has for the account.
    ScenarioWithoutUrl,
    /// The program under test, which gets its webhooks.
    Program,
}

/// The references of a file up to a step. What cannot be done is noted as a mistake of the step.
pub(super) struct Known {
    /// `None` if the file names no gateway, which is a mistake already.
    at: Option<At>,
    place: Place,
    made: BTreeMap<String, Maker>,
}

impl Known {
    pub(super) fn new(at: Option<At>, place: Place) -> Self {
        Self {
            at,
            place,
            made: BTreeMap::new(),
        }
    }

    /// Version 1 of CCPayment takes no URL with a payout.
    pub(super) fn maker_of_payouts(&self) -> Maker {
        match (self.at, self.place) {
            (Some(At::Ccpayment), Place::Running { .. }) => Maker::ScenarioWithoutUrl,
            _ => Maker::Scenario,
        }
    }

    /// A reference that no step before has used.
    pub(super) fn add(
        &mut self,
        verb: &'static str,
        fields: &Fields<'_>,
        maker: Maker,
    ) -> Option<MerchantRef> {
        let reference = fields.read_text(verb, input::reference)?;
        if self.made.insert(reference.to_string(), maker).is_some() {
            fields.wrong(format!("{verb}: {reference} exists already"));
        }
        Some(reference)
    }

    /// A reference that a step before has made.
    pub(super) fn find(&self, verb: &'static str, fields: &Fields<'_>) -> Option<MerchantRef> {
        let reference = fields.read_text(verb, input::reference)?;
        if !self.made.contains_key(reference.as_str()) {
            fields.wrong(format!("{verb}: no step before makes {reference}"));
        }
        Some(reference)
    }

    fn maker(&self, reference: Option<&MerchantRef>) -> Option<Maker> {
        self.made.get(reference?.as_str()).copied()
    }

    pub(super) fn only_running(&self, verb: &str, fields: &Fields<'_>) {
        if self.place == Place::Own {
            fields.wrong(format!(
                "{verb}: your program does not know the sandbox of a scenario; start one for both, \
                 and name it with --url"
            ));
        }
    }

    pub(super) fn only_with_choice(&self, verb: &str, fields: &Fields<'_>) {
        if self.at.is_some_and(|at| !at.has_choice()) {
            fields.wrong(format!(
                "{verb}: only the payers of ccpayment and ccpayment-v2 choose a coin"
            ));
        }
    }

    pub(super) fn only_v2(&self, verb: &str, fields: &Fields<'_>) {
        if self.at.is_some_and(|at| at != At::CcpaymentV2) {
            fields.wrong(format!("{verb}: only ccpayment-v2 has switches"));
        }
    }

    /// For steps about the command's own receiver of webhooks.
    pub(super) fn only_with_inbox(&self, verb: &str, fields: &Fields<'_>) {
        if self.place == (Place::Running { is_here: false }) {
            fields.wrong(format!(
                "{verb}: a sandbox on another machine sends no webhooks to this command; \
                 expect_deliveries shows what your program answered"
            ));
        }
    }

    /// For steps about the webhooks of one order.
    pub(super) fn only_with_webhooks(
        &self,
        verb: &str,
        fields: &Fields<'_>,
        reference: Option<&MerchantRef>,
    ) {
        match self.maker(reference) {
            Some(Maker::Program) => fields.wrong(format!(
                "{verb}: your program makes this order and gets its webhooks; \
                 expect_deliveries shows what it answered"
            )),
            Some(Maker::ScenarioWithoutUrl) => fields.wrong(format!(
                "{verb}: a payout of ccpayment has no webhook URL, so its webhooks go to the URL \
                 that the sandbox was started with; use expect_deliveries"
            )),
            _ => self.only_with_inbox(verb, fields),
        }
    }

    /// For steps that need the ticket of a call.
    pub(super) fn only_of_scenario(
        &self,
        verb: &str,
        fields: &Fields<'_>,
        reference: Option<&MerchantRef>,
    ) {
        if self.maker(reference) == Some(Maker::Program) {
            fields.wrong(format!(
                "{verb}: your program makes this order, so it has the ticket"
            ));
        }
    }
}
