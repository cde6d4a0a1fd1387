//! `payments sandbox`: the local gateways, and commands for a running sandbox.

pub(crate) mod environment;
mod serve;
mod switches;

use clap::Args;

use crate::failure::Failure;
pub(crate) use switches::{Switches, start_failure};

const HELP: &str = "\
Example:
  payments sandbox --write-config payments.toml
      run the gateways, and write the accounts file for the other commands
  payments sandbox --write-config payments.toml \\
      --callback-url http://127.0.0.1:8430/cpay/sandbox \\
      --ccpayment-webhook-url http://127.0.0.1:8430/ccpayment/sandbox
      the same, and send the webhooks to `payments webhook listen`";

#[derive(Args, Debug)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    #[command(flatten)]
    serve: serve::Options,
}

pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    serve::run(&options.serve)
}
