//! `payments sandbox`: the local gateways, and commands for a running sandbox.

mod actions;
pub(crate) mod admin;
pub(crate) mod environment;
mod faults;
mod filter;
mod lists;
pub(crate) mod ready_first;
pub(crate) mod records;
mod scenario;
mod serve;
mod settings;
mod switches;
mod tail;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::failure::{Failure, ended};
use crate::runtime::runtime;
use filter::List;
pub(crate) use scenario::check as check_scenario;
pub(crate) use switches::{Switches, start_failure, stop};
pub(crate) use tail::Logs;

const HELP: &str = "\
Example:
  payments sandbox --write-config payments.toml
      run the gateways, and write the accounts file for the other commands
  payments sandbox --write-config payments.toml \\
      --callback-url http://127.0.0.1:8430/cpay/sandbox \\
      --ccpayment-webhook-url http://127.0.0.1:8430/ccpayment/sandbox
      the same, and send the webhooks to `payments webhook listen`
  payments sandbox pay order-1001
      be the payer of an order in the sandbox that runs

`payments dev` runs the gateways, the accounts file and the webhooks at once.";

#[derive(Args, Debug)]
#[command(after_help = HELP, args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Serve,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Orders, payouts and deposits of a running sandbox
    #[command(subcommand)]
    Orders(lists::Command),
    /// Requests to a running sandbox, and why they were refused
    #[command(subcommand)]
    Requests(lists::Command),
    /// Webhooks of a running sandbox, and how they were answered
    #[command(subcommand)]
    Deliveries(lists::Command),
    /// Pay an order, or complete a payout
    Pay(actions::Pay),
    /// Choose the coin of an order, as its payer does
    Choose(actions::Choose),
    /// Mark a payment as seen but not final, or approve a withdrawal
    #[command(after_help = "Example:\n  payments sandbox process order-1001")]
    Process(actions::Act),
    /// Let an order's time to pay run out, or reject a payout
    #[command(after_help = "Example:\n  payments sandbox expire order-1001")]
    Expire(actions::Act),
    /// Make the payment of an order fail
    #[command(after_help = "Example:\n  payments sandbox fail order-1001")]
    Fail(actions::Act),
    /// Complete a payout or a refund
    #[command(after_help = "Example:\n  payments sandbox complete payout-7")]
    Complete(actions::Act),
    /// Reject a payout or a refund
    #[command(after_help = "Example:\n  payments sandbox reject payout-7")]
    Reject(actions::Act),
    /// Send money of a paid order back to its payer
    Refund(actions::Refund),
    /// Let the next request meet a fault, such as a lost answer
    Fault(faults::Fault),
    /// Show the clock, or move it
    Clock(actions::Clock),
    /// Settings of a running sandbox
    #[command(subcommand)]
    Settings(settings::Command),
    /// Send a webhook again
    Resend(actions::Resend),
    /// Forget everything
    Reset(actions::Reset),
    /// Say whether a sandbox answers
    Health(actions::Health),
    /// Run a scenario, and check what comes of each step
    Run(scenario::Options),
}

impl Command {
    fn is_json(&self) -> bool {
        let target = match self {
            Self::Orders(command) | Self::Requests(command) | Self::Deliveries(command) => {
                match command {
                    lists::Command::List(options) => &options.target,
                    lists::Command::Show(options) => &options.target,
                    lists::Command::Tail(options) => &options.target,
                }
            }
            Self::Pay(options) => &options.target,
            Self::Choose(options) => &options.target,
            Self::Process(options)
            | Self::Expire(options)
            | Self::Fail(options)
            | Self::Complete(options)
            | Self::Reject(options) => &options.target,
            Self::Refund(options) => &options.target,
            Self::Fault(options) => &options.target,
            Self::Clock(options) => &options.target,
            Self::Settings(command) => command.target(),
            Self::Resend(options) => &options.target,
            Self::Reset(options) => &options.target,
            Self::Health(options) => &options.target,
            Self::Run(options) => return options.json,
        };
        target.json
    }

    async fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Orders(command) => lists::run(List::Orders, command).await,
            Self::Requests(command) => lists::run(List::Requests, command).await,
            Self::Deliveries(command) => lists::run(List::Deliveries, command).await,
            Self::Pay(options) => actions::pay(options).await,
            Self::Choose(options) => actions::choose(options).await,
            Self::Process(options) => actions::act(options, "process").await,
            Self::Expire(options) => actions::act(options, "expire").await,
            Self::Fail(options) => actions::act(options, "fail").await,
            Self::Complete(options) => actions::act(options, "complete").await,
            Self::Reject(options) => actions::act(options, "reject").await,
            Self::Refund(options) => actions::refund(options).await,
            Self::Fault(options) => faults::fault(options).await,
            Self::Clock(options) => actions::clock(options).await,
            Self::Settings(command) => settings::run(command).await,
            Self::Resend(options) => actions::resend(options).await,
            Self::Reset(options) => actions::reset(options).await,
            Self::Health(options) => actions::health(options).await,
            Self::Run(options) => scenario::run(options).await,
        }
    }
}

pub(crate) fn run(options: &Options) -> ExitCode {
    match &options.command {
        None => ended(serve::run(&options.serve), options.serve.json),
        Some(command) => {
            let result = runtime().and_then(|runtime| runtime.block_on(command.run()));
            ended(result, command.is_json())
        }
    }
}

pub(crate) fn logs(command: &Logs) -> ExitCode {
    let Logs::Tail(options) = command;
    let result = runtime().and_then(|runtime| runtime.block_on(tail::logs(options)));
    ended(result, options.target.json)
}
