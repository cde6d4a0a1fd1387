//! `payments statement`.

use std::future::poll_fn;
use std::time::Duration;

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use payments_core::Date;
use payments_facade::statement::{Rows as Stream, StatementQuery};
use payments_facade::{Answer, Error, Payment};
use serde::Serialize;

use crate::access::{Access, group};
use crate::failure::{FailedCall, Failure, runtime};
use crate::output::{self, counted, say};
use crate::table::Rows;
use crate::view::{PaymentView, ROW, row};

const HELP: &str = "\
Example:
  payments statement 2026-11-22 --gateway chainup-opay/main --json > 2026-11-22.json
      the provider's rows of that day, by its own calendar

After an error what came before it is printed: it is right, and incomplete.";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// The day, as 2026-11-22, by the provider's calendar
    #[arg(value_name = "DAY", value_parser = day)]
    day: Date,
    #[command(flatten)]
    pub(crate) access: Access,
}

fn day(text: &str) -> Result<Date, String> {
    let wrong = || "write it as 2026-11-22".to_owned();
    let mut parts = text.split('-');
    let mut next = || parts.next().ok_or_else(wrong);
    let year = next()?.parse().map_err(|_| wrong())?;
    let month = next()?.parse().map_err(|_| wrong())?;
    let day = next()?.parse().map_err(|_| wrong())?;
    if parts.next().is_some() {
        return Err(wrong());
    }
    Date::new(year, month, day).map_err(|invalid| invalid.to_string())
}

/// `{"gateway":"…","day":"2026-11-22","complete":true,"rows":[…],"error":null}`
#[derive(Serialize)]
struct Told<'a> {
    gateway: &'a str,
    day: String,
    complete: bool,
    rows: Vec<PaymentView>,
    error: Option<FailedCall>,
}

pub(crate) fn run(access: &Access, options: &Options) -> Result<(), Failure> {
    let session = access.open()?;
    let gateway = session.gateway()?;
    let statements = group(gateway, gateway.statements(), "statements")?;
    let query = StatementQuery { day: options.day };
    let (rows, error) = runtime()?.block_on(fetch(statements.rows(&query)));
    if session.json {
        let told = Told {
            gateway: gateway.id().as_str(),
            day: options.day.to_string(),
            complete: error.is_none(),
            rows: rows.iter().map(|row| PaymentView::from(&**row)).collect(),
            error: error.as_ref().map(FailedCall::new),
        };
        output::json(&told)?;
        return error.map_or(Ok(()), |error| Err(Failure::already_told(&error)));
    }
    let mut table = Rows::new(&ROW);
    for payment in &rows {
        table.add(row(payment));
    }
    table.print()?;
    say!("{}", counted(rows.len(), "row"))?;
    error.map_or(Ok(()), |error| Err(Failure::from(error)))
}

/// All rows, and the error that ended them. How many there are so far shows on a terminal.
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

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!(day("2026-11-22").unwrap().parts(), (2026, 11, 22));
        for wrong in [
            "",
            "2026-11",
            "2026-11-22-1",
            "22.11.2026",
            "2026-02-30",
            "a-b-c",
        ] {
            assert!(day(wrong).is_err(), "{wrong}");
        }
    }
}
