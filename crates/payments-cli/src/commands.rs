//! The commands that use the configured gateways, one file each.

mod address;
mod balances;
mod checkout;
pub(crate) mod completions;
mod config;
mod exchange;
mod gateways;
pub(crate) mod input;
mod lookup;
mod payout;
mod rates;
mod resolve;
mod statement;
mod webhook;

use std::process::ExitCode;

use clap::Subcommand;

use crate::access::Access;
use crate::failure::Failure;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// List the configured accounts and what each supports
    Gateways(gateways::Options),
    /// Create, show and cancel orders that customers pay
    #[command(subcommand)]
    Checkout(checkout::Command),
    /// Create and show payouts
    #[command(subcommand)]
    Payout(payout::Command),
    /// Show a customer's permanent deposit addresses
    Address(address::Options),
    /// Show the price of one asset in another
    Rates(rates::Options),
    /// Exchange one of your assets for another
    Exchange(exchange::Options),
    /// Show your balances at the provider
    Balances(balances::Options),
    /// List what the provider booked on a day
    Statement(statement::Options),
    /// Find out what happened to a call with an unknown outcome
    Resolve(resolve::Options),
    /// Receive webhooks, or send a test webhook
    #[command(subcommand)]
    Webhook(webhook::Command),
    /// Check the accounts file
    #[command(subcommand)]
    Config(config::Command),
}

/// Runs one command, and reports an error for people or for scripts.
pub(crate) fn run(command: Command, before: Access) -> ExitCode {
    let json_before = before.json;
    let (json, result) = match command {
        Command::Gateways(options) => with(&options.access, before, gateways::run),
        Command::Checkout(checkout::Command::Create(options)) => {
            with(&options.access, before, |access| {
                checkout::create::run(access, &options)
            })
        }
        Command::Checkout(checkout::Command::Show(options)) => {
            with(&options.access, before, |access| {
                checkout::show::run(access, &options)
            })
        }
        Command::Checkout(checkout::Command::Cancel(options)) => {
            with(&options.access, before, |access| {
                checkout::cancel::run(access, &options)
            })
        }
        Command::Payout(payout::Command::Create(options)) => {
            with(&options.access, before, |access| {
                payout::create::run(access, &options)
            })
        }
        Command::Payout(payout::Command::Show(options)) => {
            with(&options.access, before, |access| {
                payout::show::run(access, &options)
            })
        }
        Command::Address(options) => with(&options.access, before, |access| {
            address::run(access, &options)
        }),
        Command::Rates(options) => with(&options.access, before, |access| {
            rates::run(access, &options)
        }),
        Command::Exchange(options) => with(&options.access, before, |access| {
            exchange::run(access, &options)
        }),
        Command::Balances(options) => with(&options.access, before, balances::run),
        Command::Statement(options) => with(&options.access, before, |access| {
            statement::run(access, &options)
        }),
        Command::Resolve(options) => with(&options.access, before, |access| {
            resolve::run(access, &options)
        }),
        Command::Webhook(webhook::Command::Listen(options)) => {
            with(&options.access, before, |access| {
                webhook::listen::run(access, &options)
            })
        }
        Command::Webhook(webhook::Command::Send(options)) => {
            with(&options.access, before, |access| {
                webhook::send::run(access, &options)
            })
        }
        Command::Config(config::Command::Check(options)) => {
            with(&options.access, before, config::check)
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if json || json_before => failure.report_json(),
        Err(failure) => failure.report(),
    }
}

fn with(
    access: &Access,
    before: Access,
    run: impl FnOnce(&Access) -> Result<(), Failure>,
) -> (bool, Result<(), Failure>) {
    let access = access.clone().or(before);
    (access.json, run(&access))
}
