//! `payments demo`: payments at each provider over real HTTP, with every step checked.

mod ccpayment;
mod ccpayment_v2;
mod chainup_opay;
mod cpay;
mod durable;
mod facade;
mod page;
mod shop;
pub(crate) mod story;

use clap::Args;
use serde_json::json;

use crate::commands::input::socket_address;
use crate::failure::Failure;
use crate::output;
use crate::runtime::runtime;
use story::{Story, summary};

const HELP: &str = "\
Example:
  payments demo --json > demo.json
      run every step, and write the results for a script

Exit status 1: a step failed.";

#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// Print one JSON object instead of lines and a table
    #[arg(long)]
    pub(crate) json: bool,
    /// For the demo itself: be the process that it kills
    #[arg(long, hide = true, num_args = 2, value_names = ["FOLDER", "ADDRESS"])]
    receiver: Option<Vec<String>>,
}

/// A story that fails does not keep the next ones from running.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    if let Some([folder, address]) = options.receiver.as_deref() {
        let address = socket_address(address).map_err(Failure::bad)?;
        return durable::receiver::run(folder.as_ref(), address);
    }
    let aloud = !options.json;
    let stories = runtime()?.block_on(async {
        [
            Story::play(aloud, "C-Pay", cpay::run).await,
            Story::play(aloud, "ChainUp OPay", chainup_opay::run).await,
            Story::play(aloud, "CCPayment", ccpayment::run).await,
            Story::play(aloud, "CCPayment v2", ccpayment_v2::run).await,
            Story::play(aloud, "Facade", facade::run).await,
            Story::play(aloud, "Store", durable::run).await,
        ]
    });
    if options.json {
        let [cpay, opay, ccpayment, ccpayment_v2, facade, store] = &stories;
        let providers = json!({
            "cpay": cpay,
            "chainup_opay": opay,
            "ccpayment": ccpayment,
            "ccpayment_v2": ccpayment_v2,
        });
        output::json(&json!({"providers": providers, "facade": facade, "store": store}))?;
    } else {
        summary(&stories).print()?;
    }
    let passed = stories.iter().all(Story::passed);
    if passed {
        Ok(())
    } else {
        Err(Failure::Refused)
    }
}
