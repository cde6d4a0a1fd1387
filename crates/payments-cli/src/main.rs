//! The command `payments`.

use std::process::ExitCode;

fn main() -> ExitCode {
    payments_cli::run()
}
