//! `payments completions`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::failure::Failure;
use crate::output::say;

const HELP: &str = "\
Example:
  payments completions bash > ~/.local/share/bash-completion/completions/payments
  payments completions zsh > ~/.zfunc/_payments
  payments completions fish > ~/.config/fish/completions/payments.fish";

#[derive(Args)]
#[command(after_help = HELP)]
pub(crate) struct Options {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(crate) fn run<C: CommandFactory>(options: &Options) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut C::command(), "payments", &mut script);
    // `say!` adds the last line end.
    Ok(say!("{}", String::from_utf8_lossy(&script).trim_end())?)
}
