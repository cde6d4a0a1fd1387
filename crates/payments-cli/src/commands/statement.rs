//! `payments statement`.

use std::future::poll_fn;
use std::time::Duration;

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use indicatif::{ProgressBar, ProgressStyle};
use payments_core::Date;
use payments_facade::facts::{Basis, Fact};
use payments_facade::payment::PaymentKind;
use payments_facade::statement::{DayZone, Rows as Stream, StatementQuery, Statements};
use payments_facade::{Answer, Error, Gateway, Payment};
use serde::Serialize;

use super::input;
use crate::access::{Access, group, now};
use crate::failure::{FailedCall, Failure};
use crate::output::{self, counted, say};
use crate::payment_view::{PaymentView, ROW, row};
use crate::runtime::runtime;
use crate::table::Rows;
use crate::wording;

const HELP: &str = "\
Example:
  payments statement 2026-11-22 --gateway chainup-opay/main --json > day.json
      list what the provider booked on that day of its calendar
  payments statement 2026-11-22 --gateway chainup-opay/main --kind refund
      list the transfers to customers

If an error ends the list, the rows before it are printed. They are correct, but
the list is incomplete.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// The day in the provider's calendar, as in 2026-11-22
    #[arg(value_name = "DAY", value_parser = input::day)]
    day: Date,
    /// Only payments of this kind, if the provider can select them
    #[arg(long, value_parser = kinds())]
    kind: Option<PaymentKind>,
    #[command(flatten)]
    pub(crate) access: Access,
}

/// The kinds by their names in JSON.
fn kinds() -> impl TypedValueParser<Value = PaymentKind> {
    let names = PaymentKind::STATED.iter().map(|kind| kind.as_str());
    PossibleValuesParser::new(names).map(|name| {
        let kinds = PaymentKind::STATED.iter().copied();
        let mut named = kinds.filter(|kind| kind.as_str() == name);
        named.next().unwrap_or(PaymentKind::Unstated)
    })
}

/// `{"gateway":"…","day":"2026-11-22","kind":null,"complete":true,"rows":[…],"error":null}`
#[derive(Serialize)]
struct Listed<'a> {
    gateway: &'a str,
    day: String,
    kind: Option<&'static str>,
    /// The provider's time zone, in which the day is counted.
    day_zone: String,
    complete: bool,
    rows: Vec<PaymentView>,
    error: Option<FailedCall>,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let statements = group(gateway, gateway.statements(), "statements")?;
    let query = StatementQuery {
        day: options.day,
        kind: options.kind,
    };
    if let Some(kind) = options.kind.filter(|kind| !statements.selects(*kind)) {
        return Err(unsupported(gateway, statements, kind));
    }
    let is_over = statements.is_complete(&query, now());
    let zone = zone_text(statements.day_zone());
    let (rows, error) = runtime()?.block_on(fetch(statements.rows(&query)));
    if session.json {
        let listed = Listed {
            gateway: gateway.id().as_str(),
            day: options.day.to_string(),
            kind: options.kind.map(PaymentKind::as_str),
            day_zone: zone.clone(),
            complete: error.is_none() && is_over,
            rows: rows.iter().map(|row| PaymentView::from(&**row)).collect(),
            error: error
                .as_ref()
                .map(|error| FailedCall::new(error).with_answer(access.show_answer)),
        };
        output::json(&listed)?;
        return error.map_or(Ok(()), |error| Err(Failure::already_printed(&error)));
    }
    let mut table = Rows::new(&ROW);
    for payment in &rows {
        table.add(row(payment));
    }
    table.print()?;
    say!(
        "{}; the day is counted in {zone}",
        counted(rows.len(), "row")
    )?;
    if error.is_some() {
        say!("The list is not complete: an error ended it.")?;
    } else if !is_over {
        say!("The list is not complete: that day is not over, or rows may still be added.")?;
    }
    error.map_or(Ok(()), |error| session.done(gateway, Err(error)))
}

fn unsupported(gateway: &dyn Gateway, statements: &dyn Statements, kind: PaymentKind) -> Failure {
    let kinds = PaymentKind::STATED.iter().copied();
    let selects = kinds.filter(|kind| statements.selects(*kind));
    let selects: Vec<_> = selects.map(PaymentKind::as_str).collect();
    let selects = match selects.is_empty() {
        true => "leave --kind out for all rows".to_owned(),
        false => format!("supported: {}", selects.join(", ")),
    };
    Failure::bad(format!(
        "--kind {} is not supported by {} ({selects})",
        kind.as_str(),
        wording::provider(gateway.id().provider()),
    ))
}

/// `UTC+08:00 (assumed)`.
fn zone_text(zone: Fact<DayZone>) -> String {
    match zone.source {
        Basis::Documented(_) => zone.value.to_string(),
        Basis::Assumed(_) => format!("{} (assumed)", zone.value),
    }
}

/// All rows, and the error that ended them. A terminal shows the number of rows so far.
async fn fetch(mut stream: Stream<'_>) -> (Vec<Answer<Payment>>, Option<Error>) {
    let progress = ProgressBar::new_spinner().with_message("rows of the statement");
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} {msg} [{elapsed}]") {
        progress.set_style(style);
    }
    progress.enable_steady_tick(Duration::from_millis(120));
    let mut rows = Vec::new();
    let mut error = None;
    while let Some(row) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        match row {
            Ok(row) => rows.push(row),
            Err(failed) => error = Some(failed),
        }
        progress.set_position(rows.len() as u64);
    }
    progress.finish_and_clear();
    (rows, error)
}
