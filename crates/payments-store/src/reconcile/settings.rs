//! Settings of the reconciler, and what a run did.

use std::fmt;
use std::time::Duration;

use payments_facade::GatewayId;

use super::schedule::Schedule;
use crate::finding::FindingKind;
use crate::stated::WEBHOOK_GRACE;

/// Settings of [`Store::reconcile`](crate::Store::reconcile), with their defaults.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ReconcileSettings {
    /// How long [`run_reconciler`](crate::Store::run_reconciler) waits between two runs: 60 seconds.
    pub every: Duration,
    /// How often the provider is queried about a payment.
    pub schedule: Schedule,
    /// How many calls to one provider all processes over the database make in a minute: 30. It is at most half of what the
    /// [facts](payments_facade::facts::Facts::rate_limit) of the gateway document, because a provider's minute can overlap two of ours. A
    /// statement needs 2 calls in one minute, and a request for webhooks 3: with a lower limit, they are never made. A query counts
    /// once, although at CCPayment v2 it may send up to 13 requests.
    pub calls_per_minute: u32,
    /// How many calls of one provider a run makes: 1000.
    pub calls_per_run: u32,
    /// How long a webhook may take after a query showed its event, before it is missed: 15 minutes. If the query cannot be booked,
    /// the provider is asked to send the webhook again.
    pub webhook_grace: Duration,
    /// How many times in 24 hours an account asks for webhooks to be sent again: 20. CCPayment v1 documents 25.
    pub resends_per_day: u32,
    /// How often statements are read: every 6 hours.
    pub statements_every: Duration,
    /// How many days before the latest one are read again, because rows come late: 2. So many days before yesterday are read
    /// first.
    pub statement_overlap: u32,
    /// How often balances are read: every hour.
    pub balances_every: Duration,
    /// The kinds of findings that are recorded: all. Without intents, leave out
    /// [`PayoutWithoutIntent`](FindingKind::PayoutWithoutIntent).
    pub kinds: Vec<FindingKind>,
}

impl Default for ReconcileSettings {
    fn default() -> Self {
        const HOUR: Duration = Duration::from_secs(60 * 60);
        Self {
            every: Duration::from_secs(60),
            schedule: Schedule::default(),
            calls_per_minute: 30,
            calls_per_run: 1000,
            webhook_grace: WEBHOOK_GRACE,
            resends_per_day: 20,
            statements_every: 6 * HOUR,
            statement_overlap: 2,
            balances_every: HOUR,
            kinds: FindingKind::ALL.to_vec(),
        }
    }
}

impl ReconcileSettings {
    /// The longest time from now at which a payment is looked at next.
    pub(super) fn longest_wait(&self) -> Duration {
        let Schedule {
            open,
            closed,
            completed,
        } = &self.schedule;
        let steps = [open, closed, completed].into_iter().flatten();
        let longest = steps.map(|step| step.every).max();
        self.webhook_grace.max(longest.unwrap_or_default())
    }
}

/// What a run of the reconciler did. `{}` shows it in one line: "3 payments queried, 1 finding new or changed". `{:#}` adds a line for
/// each problem.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReconcileReport {
    /// How many payments were queried.
    pub queries: usize,
    /// How many intents of unknown outcome are known now.
    pub resolved_intents: usize,
    /// How many events were stored that no webhook had reported. A handler gets them from [`run`](crate::Store::run).
    pub events: usize,
    /// How many times webhooks were requested again.
    pub resends: usize,
    /// How many payments statements stated.
    pub statement_rows: usize,
    /// How many findings are new, or differ from what was found before.
    pub findings: usize,
    /// How many payments were due and wait for a later run, because the budget of calls is used up or the provider fails.
    pub waiting: usize,
    /// What failed. It is tried again in a later run.
    pub problems: Vec<Problem>,
}

impl fmt::Display for ReconcileReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.queries, "payment", "queried"),
            (self.resolved_intents, "unknown call", "resolved"),
            (self.events, "event", "without a webhook stored"),
            (self.resends, "request", "to send webhooks again"),
            (self.statement_rows, "payment", "in statements"),
            (self.findings, "finding", "new or changed"),
            (self.waiting, "payment", "left for later"),
        ];
        let mut separator = "";
        for (index, (count, noun, what)) in parts.into_iter().enumerate() {
            if count > 0 || index == 0 {
                let ending = if count == 1 { "" } else { "s" };
                write!(f, "{separator}{count} {noun}{ending} {what}")?;
                separator = ", ";
            }
        }
        if f.alternate() {
            for problem in &self.problems {
                write!(f, "\n{problem}")?;
            }
        }
        Ok(())
    }
}

/// What failed in a run. `Display` shows the gateway and the text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The gateway.
    pub gateway: GatewayId,
    /// What failed, and why.
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.gateway, self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_says_what_a_run_did() {
        let mut report = ReconcileReport::default();
        assert_eq!(report.to_string(), "0 payments queried");
        (report.queries, report.events, report.waiting) = (1, 2, 3);
        assert_eq!(
            report.to_string(),
            "1 payment queried, 2 events without a webhook stored, 3 payments left for later"
        );
    }

    #[test]
    fn a_report_shows_its_problems_in_lines() {
        let mut report = ReconcileReport::default();
        report.problems.push(Problem {
            gateway: GatewayId::new("cpay", "main").unwrap(),
            text: "the balances cannot be read: 401".to_owned(),
        });
        assert_eq!(report.to_string(), "0 payments queried");
        assert_eq!(
            format!("{report:#}"),
            "0 payments queried\ncpay/main: the balances cannot be read: 401"
        );
    }
}
