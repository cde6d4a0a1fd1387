//! `payments`: a demo of a whole payment, a local sandbox of the gateways, and signing by hand.

mod demo;
mod failure;
mod output;
mod sandbox;
mod signature;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Try payment gateways without an account: a demo, a local sandbox, and signatures by hand.
#[derive(Parser)]
#[command(name = "payments", version, propagate_version = true, after_help = EXAMPLES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  payments demo
      money in, exchanged and out, with every webhook verified and the balances checked
  payments sandbox --listen 127.0.0.1:8420
      a gateway to develop against; prints credentials and a ready .env
  payments sign cpay < case.json
      the signature of {\"key\":\"…\",\"params\":{…}}, with the text that was signed

Exit status: 0 done, 1 refused or failed, 2 the input or the command line cannot be used.";

#[derive(Subcommand)]
enum Command {
    /// Run the whole story against an in-process sandbox and check every step
    Demo(demo::Options),
    /// Run the local sandbox until Ctrl-C
    Sandbox(sandbox::Options),
    /// Sign the message on standard input
    Sign(signature::Options),
    /// Verify the signed message on standard input
    Verify(signature::Options),
    /// Decrypt and verify the message on standard input
    Open(signature::OpenOptions),
}

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Demo(options) => demo::run(&options),
        Command::Sandbox(options) => sandbox::run(&options),
        Command::Sign(options) => signature::sign(&options),
        Command::Verify(options) => signature::verify(&options),
        Command::Open(options) => signature::open(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
