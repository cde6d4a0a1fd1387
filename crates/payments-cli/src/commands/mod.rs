//! The commands that talk to the configured gateways: one file each.

mod address;
mod balances;
mod checkout;
pub(crate) mod completions;
mod config;
mod exchange;
mod gateways;
mod input;
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
    /// List the configured accounts and what they can do
    Gateways(gateways::Options),
    /// Orders that a customer pays
    #[command(subcommand)]
    Checkout(checkout::Command),
    /// Money out
    #[command(subcommand)]
    Payout(payout::Command),
    /// A customer's standing addresses
    Address(address::Options),
    /// What one asset costs in another
    Rates(rates::Options),
    /// Exchange one asset of the merchant's into another
    Exchange(exchange::Options),
    /// What the merchant has at the provider
    Balances(balances::Options),
    /// What the provider booked on a day
    Statement(statement::Options),
    /// Find out what became of a call whose outcome was unknown
    Resolve(resolve::Options),
    /// Receive webhooks, or send one for a test
    #[command(subcommand)]
    Webhook(webhook::Command),
    /// The accounts' file
    #[command(subcommand)]
    Config(config::Command),
}

/// Runs one command and says how it ended, to a person or to a script.
pub(crate) fn run(command: Command, before: Access) -> ExitCode {
    let json_before = before.json;
    let (json, result) = match command {
        Command::Gateways(options) => with(options.access, before, gateways::run),
        Command::Checkout(checkout::Command::Create(options)) => {
            let access = options.access.clone();
            with(access, before, |access| {
                checkout::create::run(access, &options)
            })
        }
        Command::Checkout(checkout::Command::Show(options)) => {
            let access = options.access.clone();
            with(access, before, |access| {
                checkout::show::run(access, &options)
            })
        }
        Command::Checkout(checkout::Command::Cancel(options)) => {
            let access = options.access.clone();
            with(access, before, |access| {
                checkout::cancel::run(access, &options)
            })
        }
        Command::Payout(payout::Command::Create(options)) => {
            let access = options.access.clone();
            with(access, before, |access| {
                payout::create::run(access, &options)
            })
        }
        Command::Payout(payout::Command::Show(options)) => {
            let access = options.access.clone();
            with(access, before, |access| payout::show::run(access, &options))
        }
        Command::Address(options) => {
            let access = options.access.clone();
            with(access, before, |access| address::run(access, &options))
        }
        Command::Rates(options) => {
            let access = options.access.clone();
            with(access, before, |access| rates::run(access, &options))
        }
        Command::Exchange(options) => {
            let access = options.access.clone();
            with(access, before, |access| exchange::run(access, &options))
        }
        Command::Balances(options) => with(options.access, before, balances::run),
        Command::Statement(options) => {
            let access = options.access.clone();
            with(access, before, |access| statement::run(access, &options))
        }
        Command::Resolve(options) => {
            let access = options.access.clone();
            with(access, before, |access| resolve::run(access, &options))
        }
        Command::Webhook(webhook::Command::Listen(options)) => {
            let access = options.access.clone();
            with(access, before, |access| {
                webhook::listen::run(access, &options)
            })
        }
        Command::Webhook(webhook::Command::Send(options)) => {
            let access = options.access.clone();
            with(access, before, |access| {
                webhook::send::run(access, &options)
            })
        }
        Command::Config(config::Command::Check(options)) => {
            with(options.access, before, config::check)
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) if json || json_before => failure.report_json(),
        Err(failure) => failure.report(),
    }
}

fn with(
    access: Access,
    before: Access,
    run: impl FnOnce(&Access) -> Result<(), Failure>,
) -> (bool, Result<(), Failure>) {
    let access = access.or(before);
    (access.json, run(&access))
}
