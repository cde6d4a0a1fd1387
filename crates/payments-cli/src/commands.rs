//! The commands that use the configured gateways, one file each.

mod address;
mod api;
mod balances;
mod checkout;
pub(crate) mod completions;
mod config;
mod db;
mod exchange;
mod gateways;
mod inbox;
pub(crate) mod input;
mod intents;
mod listing;
mod lookup;
mod payout;
mod rates;
mod reconcile;
mod resolve;
mod statement;
mod tickets;
pub(crate) mod webhook;

use std::process::ExitCode;

use clap::Subcommand;

use crate::access::Access;
use crate::failure::{Failure, ended};

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
    /// Make any call of the provider, signed and verified
    Api(api::Options),
    /// Find out what happened to a call with an unknown outcome
    Resolve(resolve::Options),
    /// List the calls whose outcome is not known yet
    #[command(subcommand)]
    Tickets(tickets::Command),
    /// Receive webhooks, send a test webhook, or have webhooks sent again
    #[command(subcommand)]
    Webhook(webhook::Command),
    /// Receive webhooks for a program, without losing one
    #[command(subcommand)]
    Inbox(inbox::Command),
    /// Look after the calls that a program with a database makes
    #[command(subcommand)]
    Intents(intents::Command),
    /// Compare the inbox with what the providers say
    #[command(subcommand)]
    Reconcile(reconcile::Command),
    /// Make and check the tables of a database, and delete what is old
    #[command(subcommand)]
    Db(db::Command),
    /// Check the accounts file
    #[command(subcommand)]
    Config(config::Command),
}

/// Runs one command, and reports an error for people or for scripts.
pub(crate) fn run(command: Command, before: Access) -> ExitCode {
    let (access, result) = match &command {
        Command::Gateways(o) => with(&o.access, before, o, gateways::run),
        Command::Checkout(checkout::Command::Create(o)) => {
            with(&o.access, before, &**o, checkout::create::run)
        }
        Command::Checkout(checkout::Command::Show(o)) => with(&o.access, before, o, checkout::show),
        Command::Checkout(checkout::Command::Cancel(o)) => {
            with(&o.access, before, o, checkout::cancel)
        }
        Command::Payout(payout::Command::Create(o)) => {
            with(&o.access, before, &**o, payout::create::run)
        }
        Command::Payout(payout::Command::Show(o)) => with(&o.access, before, o, payout::show),
        Command::Address(o) => with(&o.access, before, o, address::run),
        Command::Rates(o) => with(&o.access, before, o, rates::run),
        Command::Exchange(o) => with(&o.access, before, o, exchange::run),
        Command::Balances(o) => with(&o.access, before, o, balances::run),
        Command::Statement(o) => with(&o.access, before, o, statement::run),
        Command::Api(o) => with(&o.access, before, o, api::run),
        Command::Resolve(o) => with(&o.access, before, o, resolve::run),
        Command::Tickets(tickets::Command::List(o)) => {
            for_all_accounts(&o.access, before, o, tickets::list)
        }
        Command::Webhook(webhook::Command::Listen(o)) => {
            with(&o.access, before, &**o, webhook::listen::run)
        }
        Command::Webhook(webhook::Command::Send(o)) => {
            with(&o.access, before, &**o, webhook::send::run)
        }
        Command::Webhook(webhook::Command::Resend(o)) => {
            with(&o.access, before, o, webhook::resend::run)
        }
        Command::Inbox(inbox::Command::Serve(o)) => {
            with(&o.access, before, &**o, inbox::serve::run)
        }
        Command::Inbox(inbox::Command::List(o)) => {
            for_all_accounts(&o.access, before, o, inbox::list::run)
        }
        Command::Inbox(inbox::Command::Dead(o)) => {
            for_all_accounts(&o.access, before, o, inbox::list::dead)
        }
        Command::Inbox(inbox::Command::Show(o)) => {
            for_all_accounts(&o.access, before, o, inbox::show::run)
        }
        Command::Inbox(inbox::Command::Retry(o)) => {
            for_all_accounts(&o.access, before, o, inbox::retry::run)
        }
        Command::Inbox(inbox::Command::Discard(o)) => {
            for_all_accounts(&o.access, before, o, inbox::discard::run)
        }
        Command::Intents(intents::Command::List(o)) => {
            for_all_accounts(&o.access, before, o, intents::list::run)
        }
        Command::Intents(intents::Command::Show(o)) => {
            for_all_accounts(&o.access, before, o, intents::show::run)
        }
        Command::Intents(intents::Command::Resolve(o)) => {
            with(&o.access, before, o, intents::resolve::run)
        }
        Command::Intents(intents::Command::Close(o)) => {
            for_all_accounts(&o.access, before, o, intents::end::close)
        }
        Command::Intents(intents::Command::Cancel(o)) => {
            for_all_accounts(&o.access, before, o, intents::end::cancel)
        }
        Command::Reconcile(reconcile::Command::Run(o)) => {
            with(&o.access, before, o, reconcile::run::run)
        }
        Command::Reconcile(reconcile::Command::Report(o)) => {
            for_all_accounts(&o.access, before, o, reconcile::report::run)
        }
        Command::Reconcile(reconcile::Command::Close(o)) => {
            for_all_accounts(&o.access, before, o, reconcile::close::run)
        }
        Command::Db(db::Command::Schema(o)) => for_all_accounts(&o.access, before, o, db::schema),
        Command::Db(db::Command::Migrate(o)) => for_all_accounts(&o.access, before, o, db::migrate),
        Command::Db(db::Command::Check(o)) => for_all_accounts(&o.access, before, o, db::check),
        Command::Db(db::Command::Prune(o)) => {
            for_all_accounts(&o.access, before, o, db::prune::run)
        }
        Command::Config(config::Command::Check(o)) => with(&o.access, before, o, config::check),
    };
    let result = result.map_err(|failure| failure.with_answer(access.show_answer));
    ended(result, access.json)
}

fn with<O>(
    access: &Access,
    before: Access,
    options: &O,
    run: fn(&Access, &O) -> Result<(), Failure>,
) -> (Access, Result<(), Failure>) {
    let access = access.clone().or(before);
    let result = run(&access, options);
    (access, result)
}

/// As [`with`], for a command that selects no account.
fn for_all_accounts<O>(
    access: &Access,
    before: Access,
    options: &O,
    run: fn(&Access, &O) -> Result<(), Failure>,
) -> (Access, Result<(), Failure>) {
    let access = access.clone().or(before);
    let result = access
        .without_gateway()
        .and_then(|()| run(&access, options));
    (access, result)
}
