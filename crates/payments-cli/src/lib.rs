//! `payments`: payment gateways from the command line, a local sandbox of them, a demo, and signing by hand.
//!
//! This library is the command without its `main`, so that the workspace's fuzz targets reach its parsers. It promises nothing to
//! other programs: run the command, with `--json` for programs.

mod access;
mod accounts_file;
mod answer_view;
mod commands;
mod confirm;
mod database;
mod decision;
mod demo;
mod dev;
mod event_line;
mod failure;
#[doc(hidden)]
pub mod foreign_text;
mod json_text;
mod output;
mod payment_view;
mod private_file;
mod runtime;
mod sandbox;
mod signature;
mod table;
mod ticket_store;
mod url;
mod usage_error;
mod view;
mod wording;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};
use payments_core::redact::Confidential;

use access::Access;
use failure::{Failure, ended};

/// Orders, payouts and webhooks of payment gateways from the command line. The
/// demo, the sandbox and the signing commands need no account.
#[derive(Parser)]
#[command(name = "payments", version, propagate_version = true)]
#[command(max_term_width = 80, after_help = EXAMPLES)]
struct Arguments {
    #[command(flatten)]
    access: Access,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  payments demo
      run example payments at every provider and check each step
  payments dev --forward http://127.0.0.1:3000/webhooks
      run gateways to develop against, write their accounts file, and send their
      webhooks to your program
  payments checkout create order-1001 10.50 USDT --customer customer-7 \\
      --gateway cpay/sandbox
      create an order, and print where the customer pays it
  payments sign cpay < case.json
      print the signature of {\"key\":\"…\",\"params\":{…}} and the text that it signs

Exit status:
  0  success
  1  refused or failed; a call that changes something took no effect
  2  the input or the command line is invalid; nothing was sent. With
     `payments resolve`, `payments intents resolve` also: it could not be found
     out what happened
  3  the outcome is unknown, or the order may exist already: do not repeat the
     call, run `payments resolve` with the printed ticket
  4  `payments resolve`, `payments intents resolve` only: another order exists
     under the reference
  5  `payments reconcile` only: findings are open";

#[derive(Subcommand)]
enum Command {
    /// Run example payments against a sandbox and check each step
    Demo(demo::Options),
    /// Run the sandbox beside your program, with webhooks and a log
    Dev(Box<dev::Options>),
    /// Run the local sandbox, or act on a running one
    Sandbox(Box<sandbox::Options>),
    /// Follow the requests and webhooks of a running sandbox
    #[command(subcommand)]
    Logs(sandbox::Logs),
    #[command(flatten)]
    Gateways(Box<commands::Command>),
    /// Sign the message on standard input
    Sign(signature::Options),
    /// Verify the signed message on standard input
    Verify(signature::Options),
    /// Decrypt and verify the message on standard input
    Open(signature::OpenOptions),
    /// Print a completion script for a shell
    Completions(commands::completions::Options),
}

/// Runs the command of this process's arguments, and returns its exit status.
pub fn run() -> ExitCode {
    let Arguments { access, command } = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return invalid(&error),
    };
    let (result, json) = match command {
        Command::Gateways(command) => return commands::run(*command, access),
        _ if !access.is_empty() => {
            let misplaced = "this command takes no --config, --gateway, --state-dir, --show-answer or --json before its name; \
                             remove them, or write --json after the name";
            (Err(Failure::bad(misplaced)), false)
        }
        Command::Demo(options) => (demo::run(&options), options.json),
        Command::Dev(options) => (dev::run(&options), options.json),
        Command::Sandbox(options) => return sandbox::run(&options),
        Command::Logs(command) => return sandbox::logs(&command),
        Command::Sign(options) => (signature::sign(&options), false),
        Command::Verify(options) => (signature::verify(&options), false),
        Command::Open(options) => (signature::open(&options), false),
        Command::Completions(options) => {
            let printed = commands::completions::run::<Arguments>(&options);
            (printed, false)
        }
    };
    ended(result, json)
}

/// The values in the command line: everything but the names of commands and options. An answer may repeat them.
fn values_of_the_command_line() -> Confidential {
    let words = std::env::args_os().skip(1);
    let values = values(words.map(|word| word.to_string_lossy().into_owned()));
    Confidential::of_fields(values.iter().map(|value| ("", value.as_str())), &[])
}

/// A value that the command takes apart counts with the parts of it that a provider gets.
fn values(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut command = Arguments::command();
    let mut option = String::new();
    let mut values = Vec::new();
    for word in words {
        if let Some(subcommand) = command.find_subcommand(&word) {
            command = subcommand.clone();
            continue;
        }
        let value = match word.split_once('=') {
            _ if !word.starts_with('-') => word,
            None => {
                option = word;
                continue;
            }
            Some((name, value)) => {
                option = name.to_owned();
                value.to_owned()
            }
        };
        let parts = match std::mem::take(&mut option).as_str() {
            // The kind of a key is a word of every message about keys.
            "--pix" => value.split_once(':').map(|(_, key)| vec![key]),
            "--item" => value
                .rsplit_once('=')
                .map(|(name, sum)| std::iter::once(name).chain(sum.split('x')).collect()),
            _ => None,
        };
        values.extend(parts.into_iter().flatten().map(str::to_owned));
        values.push(value);
    }
    values
}

/// Help, version, or an error in the command line.
fn invalid(error: &clap::Error) -> ExitCode {
    match usage_error::message(error) {
        None => error.exit(),
        Some(message) => Failure::bad(message).report(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_provider_may_repeat_a_part_of_a_value() {
        let line = "payout create p-1 5 BRL --pix cpf:39053344705 --fee on-top --pix=email:a@b.c --item tea=pot=19.01x2 --json x:y";
        let all = values(line.split(' ').map(str::to_owned));
        for value in [
            "cpf:39053344705",
            "39053344705",
            "a@b.c",
            "tea=pot",
            "19.01",
            "2",
            "p-1",
            "x:y",
        ] {
            assert!(all.iter().any(|one| one == value), "{value}: {all:?}");
        }
        for name in [
            "payout", "create", "--pix", "--fee", "--json", "y", "cpf", "email", "19.01x2",
        ] {
            assert!(!all.iter().any(|one| one == name), "{name}: {all:?}");
        }
    }
}
