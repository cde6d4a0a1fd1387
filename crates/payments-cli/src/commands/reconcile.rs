//! `payments reconcile`.

pub(crate) mod close;
pub(crate) mod report;
pub(crate) mod run;

use clap::Subcommand;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use payments_facade::Money;
use payments_store::{Finding, FindingKind, Resolved};
use serde::Serialize;

use crate::table::Details;
use crate::view::{MoneyView, moment};

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Compare the database with what the providers say
    Run(run::Options),
    /// List what a person has to look at
    Report(report::Options),
    /// End a finding by your decision
    Close(close::Options),
}

/// The kinds of findings by their names.
fn kinds() -> impl TypedValueParser<Value = FindingKind> {
    let names = FindingKind::ALL.iter().map(|kind| kind.as_str());
    // Only names of kinds get here.
    PossibleValuesParser::new(names).map(|name| name.parse().unwrap_or(FindingKind::Contested))
}

/// `{"id","kind","gateway","subject","detail","money","found_at_ms","resolved_at_ms","resolutions"}`
#[derive(Serialize)]
struct FindingView<'a> {
    id: String,
    kind: &'static str,
    gateway: &'a str,
    subject: &'a str,
    detail: &'a str,
    money: Option<MoneyView<'a>>,
    found_at_ms: u64,
    resolved_at_ms: Option<u64>,
    resolutions: &'a [Resolved],
}

impl<'a> From<&'a Finding> for FindingView<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            id: finding.id().to_string(),
            kind: finding.kind.as_str(),
            gateway: finding.gateway.as_str(),
            subject: &finding.subject,
            detail: &finding.detail,
            money: finding.money.as_ref().map(MoneyView::from),
            found_at_ms: finding.found_at.as_millis(),
            resolved_at_ms: finding.resolved_at.map(|time| time.as_millis()),
            resolutions: &finding.resolutions,
        }
    }
}

/// A finding for people, with what to copy into `reconcile close`.
fn details(finding: &Finding) -> Details {
    let mut details = Details::default();
    details.add("finding", Some(finding.id()));
    details.add("amount", finding.money.as_ref().map(Money::to_string));
    details.add("found at", Some(moment(finding.found_at)));
    details.add("detail", Some(&finding.detail));
    if let (Some(time), Some(latest)) = (finding.resolved_at, finding.resolutions.last()) {
        details.add("closed at", Some(moment(time)));
        details.add("by", Some(&latest.by));
        details.add("because", Some(&latest.because));
    }
    details
}
