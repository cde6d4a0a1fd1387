//! `payments reconcile run`.

use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use payments_facade::Gateways;
use payments_store::{
    FindingFilter, FindingKind, ReconcileReport, ReconcileSettings, Store, StoreError,
};
use serde::Serialize;

use super::kinds;
use crate::access::Access;
use crate::commands::input;
use crate::database::DatabaseOption;
use crate::failure::{Failure, both};
use crate::output::{self, printable, say};
use crate::runtime::{runtime, stop_signal};

const HELP: &str = "\
Examples:
  payments reconcile run --database sqlite:payments.db
      query what is due by now, and exit with status 5 if there are findings
  payments reconcile run --database sqlite:payments.db --every 60s
      do so every minute until Ctrl-C; several processes share the work

Open payments are queried less and less often, and ended ones for 72 hours, as
money may come late. An event whose webhook was lost is stored as if it had
come: `payments inbox serve` forwards it. Calls of unknown outcome are queried,
statements and balances are read, and CCPayment is asked to send webhooks again.
No money moves. What is wrong is a finding: see `payments reconcile report`.

Exit status:
  0  no finding is open
  1  a provider or the database failed, so that not everything was compared
  2  the input is invalid
  5  a person has to look: findings are open
With --every, it is 0 after Ctrl-C, whatever was found; a run that failed is
repeated. `payments reconcile report` has the status 5 then.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    #[command(flatten)]
    database: DatabaseOption,
    /// Run once, which is the default
    #[arg(long, conflicts_with = "every")]
    once: bool,
    /// Run again after this time, as in 60s, until Ctrl-C; at least 1s
    #[arg(long, value_name = "TIME", value_parser = every)]
    every: Option<Duration>,
    /// The most calls of one provider in a minute, by all processes together
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, default_value = "30", value_parser = clap::value_parser!(u32).range(1..))]
    calls_per_minute: u32,
    /// Do not record findings of this kind; can be repeated
    #[arg(long, value_name = "KIND", value_parser = kinds())]
    without: Vec<FindingKind>,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// Without a pause, the runs would keep the database busy.
fn every(text: &str) -> Result<Duration, &'static str> {
    match input::duration(text)? {
        time if time < Duration::from_secs(1) => Err("write a time of at least 1s"),
        time => Ok(time),
    }
}

impl Options {
    fn settings(&self) -> ReconcileSettings {
        let mut settings = ReconcileSettings::default();
        settings.calls_per_minute = self.calls_per_minute;
        settings.kinds.retain(|kind| !self.without.contains(kind));
        if let Some(every) = self.every {
            settings.every = every;
        }
        settings
    }
}

/// `{"queries":3,"resolved_intents":0,"events":1,"resends":0,"statement_rows":0,"new_findings":1,"waiting":0,"problems":[…]}`
#[derive(Serialize)]
struct ReportView<'a> {
    queries: usize,
    resolved_intents: usize,
    events: usize,
    resends: usize,
    statement_rows: usize,
    new_findings: usize,
    waiting: usize,
    problems: Vec<ProblemView<'a>>,
}

#[derive(Serialize)]
struct ProblemView<'a> {
    gateway: &'a str,
    problem: &'a str,
}

impl<'a> From<&'a ReconcileReport> for ReportView<'a> {
    fn from(report: &'a ReconcileReport) -> Self {
        let problems = report.problems.iter().map(|problem| ProblemView {
            gateway: problem.gateway.as_str(),
            problem: &problem.text,
        });
        Self {
            queries: report.queries,
            resolved_intents: report.resolved_intents,
            events: report.events,
            resends: report.resends,
            statement_rows: report.statement_rows,
            new_findings: report.findings,
            waiting: report.waiting,
            problems: problems.collect(),
        }
    }
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let (session, database) = both(access.open(), options.database.named())?;
    let gateways = session.selected_gateways()?;
    let settings = options.settings();
    runtime()?.block_on(async {
        let store = database.store().await?;
        match options.every {
            None => once(&store, &gateways, &settings, session.json).await,
            Some(_) => repeatedly(&store, &gateways, &settings, session.json).await,
        }
    })
}

async fn once(
    store: &Store,
    gateways: &Gateways,
    settings: &ReconcileSettings,
    json: bool,
) -> Result<(), Failure> {
    let progress = ProgressBar::new_spinner().with_message("comparing with the providers");
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{elapsed}]") {
        progress.set_style(style);
    }
    progress.enable_steady_tick(Duration::from_millis(120));
    let result = tokio::select! {
        result = store.reconcile(gateways, settings) => result.map(Some),
        stopped = stop_signal() => {
            stopped?;
            Ok(None)
        }
    };
    progress.finish_and_clear();
    let Some(report) = result? else {
        return Err(Failure::Failed(
            "stopped before everything was compared; nothing is lost, run it again".to_owned(),
        ));
    };
    print(&report, json)?;
    if !report.problems.is_empty() {
        return Err(Failure::Refused);
    }
    match store
        .list_findings(&FindingFilter::default(), 1)
        .await?
        .is_empty()
    {
        true => Ok(()),
        false => Err(Failure::Findings),
    }
}

async fn repeatedly(
    store: &Store,
    gateways: &Gateways,
    settings: &ReconcileSettings,
    json: bool,
) -> Result<(), Failure> {
    let mut stopped = Ok(());
    let shutdown = async { stopped = stop_signal().await };
    let watch = |result: &Result<ReconcileReport, StoreError>| {
        // A reader of the output that is gone does not stop the work.
        let _ = match result {
            Ok(report) => print(report, json),
            Err(error) => failed(error, json),
        };
    };
    store
        .run_reconciler(gateways, settings, watch, shutdown)
        .await;
    stopped
}

fn print(report: &ReconcileReport, json: bool) -> std::io::Result<()> {
    if json {
        return output::json(&ReportView::from(report));
    }
    output::prose(&report.to_string())?;
    for problem in &report.problems {
        output::prose(&printable(&problem.to_string()))?;
    }
    if report.findings > 0 {
        say!("`payments reconcile report` lists the findings.")?;
    }
    Ok(())
}

/// `{"problem":"…"}`
#[derive(Serialize)]
struct FailedView {
    problem: String,
}

fn failed(error: &StoreError, json: bool) -> std::io::Result<()> {
    let problem = error.to_string();
    match json {
        true => output::json(&FailedView { problem }),
        false => output::prose(&format!(
            "the run failed and is repeated: {}",
            printable(&problem)
        )),
    }
}
