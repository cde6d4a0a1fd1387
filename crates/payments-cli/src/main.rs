//! `payments`: payment gateways from the command line, a local sandbox of them, a demo, and signing by hand.

mod access;
mod commands;
mod confirm;
mod demo;
mod failure;
mod output;
mod sandbox;
mod signature;
mod table;
mod url;
mod view;
mod wording;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use access::Access;
use failure::Failure;

/// Payment gateways from the command line: orders, payouts, webhooks; and without an account a demo, a local sandbox,
/// and signatures by hand.
#[derive(Parser)]
#[command(name = "payments", version, propagate_version = true, after_help = EXAMPLES)]
struct Arguments {
    #[command(flatten)]
    access: Access,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  payments demo
      money in, exchanged and out, with every webhook verified and the balances checked
  payments sandbox --listen 127.0.0.1:8420
      a gateway to develop against; prints credentials and a ready .env
  payments sandbox --write-config payments.toml
      the same, with a configuration for the commands below
  payments --gateway cpay/main checkout create order-1001 10.50 USDT --customer customer-7
      an order, and where the customer pays it
  payments sign cpay < case.json
      the signature of {\"key\":\"…\",\"params\":{…}}, with the text that was signed

Exit status: 0 done, 1 refused or failed, 2 the input or the command line cannot be used,
3 the outcome is unknown, or there may be an order already: a ticket is printed, and
`payments resolve` finds out.";

#[derive(Subcommand)]
enum Command {
    /// Run the whole story against an in-process sandbox and check every step
    Demo(demo::Options),
    /// Run the local sandbox until Ctrl-C
    Sandbox(sandbox::Options),
    #[command(flatten)]
    Gateways(Box<commands::Command>),
    /// Sign the message on standard input
    Sign(signature::Options),
    /// Verify the signed message on standard input
    Verify(signature::Options),
    /// Decrypt and verify the message on standard input
    Open(signature::OpenOptions),
    /// Print a script that completes this command's words in a shell
    Completions(commands::completions::Options),
}

fn main() -> ExitCode {
    let Arguments { access, command } = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return unusable(&error),
    };
    let result = match command {
        Command::Gateways(command) => return commands::run(*command, access),
        _ if !access.is_empty() => Err(Failure::bad(
            "--config, --gateway and --json before the name mean nothing to this command",
        )),
        Command::Demo(options) => demo::run(&options),
        Command::Sandbox(options) => sandbox::run(&options),
        Command::Sign(options) => signature::sign(&options),
        Command::Verify(options) => signature::verify(&options),
        Command::Open(options) => signature::open(&options),
        Command::Completions(options) => commands::completions::run::<Arguments>(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// What the command line gets wrong, as clap tells it; a long argument is not repeated in full.
fn unusable(error: &clap::Error) -> ExitCode {
    let text = error.render().to_string();
    let short = output::shortened(&text);
    if !error.use_stderr() || short == text {
        error.exit();
    }
    Failure::bad(short.trim_start_matches("error: ").trim_end()).report()
}
