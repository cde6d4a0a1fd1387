//! `payments demo`: the main job over real HTTP, every step checked.

mod browser;
mod ccpayment;
mod chainup_opay;
mod cpay;
mod facade;
mod form;
mod receiver;
mod story;

use clap::Args;
use serde::Serialize;

use crate::failure::{Failure, runtime};
use crate::output::say;
use story::{Story, summary};

#[derive(Args)]
pub(crate) struct Options {
    /// Print one JSON object instead of lines and a table
    #[arg(long)]
    json: bool,
}

/// The stories in the order they are told, and the report: `{"providers":{"cpay":{"steps":[…]},…}}`.
#[derive(Serialize)]
struct Report {
    providers: Providers,
    /// All of them through one API.
    facade: Story,
}

#[derive(Serialize)]
struct Providers {
    cpay: Story,
    chainup_opay: Story,
    ccpayment: Story,
}

impl Providers {
    fn all(&self) -> [&Story; 3] {
        [&self.cpay, &self.chainup_opay, &self.ccpayment]
    }
}

impl Report {
    fn all(&self) -> impl Iterator<Item = &Story> {
        self.providers.all().into_iter().chain([&self.facade])
    }
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let report = runtime()?.block_on(tell(!options.json));
    let passed = report.all().all(Story::passed);
    if options.json {
        let text = serde_json::to_string(&report)
            .map_err(|error| Failure::failed("cannot write the report", error))?;
        say!("{text}")?;
    } else {
        say!("{}", summary(report.all()))?;
    }
    if passed {
        Ok(())
    } else {
        Err(Failure::Refused)
    }
}

/// Tells every story, also after one that broke off.
async fn tell(aloud: bool) -> Report {
    let mut cpay = Story::begin("C-Pay", "money in, exchanged and out", aloud);
    let ended = cpay::tell(&mut cpay).await;
    cpay.end(ended);
    let mut chainup_opay = Story::begin(
        "ChainUp OPay",
        "orders paid, failed and cancelled, and the statement of the day",
        aloud,
    );
    let ended = chainup_opay::tell(&mut chainup_opay).await;
    chainup_opay.end(ended);
    let mut ccpayment = Story::begin(
        "CCPayment",
        "orders paid in part, in excess and late, deposits, withdrawals and a refund",
        aloud,
    );
    let ended = ccpayment::tell(&mut ccpayment).await;
    ccpayment.end(ended);
    let mut facade = Story::begin("Facade", "all three through one API", aloud);
    let ended = facade::tell(&mut facade).await;
    facade.end(ended);
    Report {
        providers: Providers {
            cpay,
            chainup_opay,
            ccpayment,
        },
        facade,
    }
}
