//! The question before money moves, and calls that move it.

use std::io::{BufRead, IsTerminal as _, Write};

use clap::Args;
use payments_facade::{Error, Ticket};

use crate::failure::Failure;
use crate::runtime::stop_signal;
use crate::table::Details;

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Consent {
    /// Do not ask for confirmation
    #[arg(long, short = 'y')]
    yes: bool,
}

impl Consent {
    /// Shows what will happen and asks. Fails if standard input is not a terminal.
    pub(crate) fn ask(self, what: &str, details: &Details) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !std::io::stdin().is_terminal() {
            return Err(Failure::bad(format!(
                "nothing was sent: to {what} needs a confirmation, and standard input is not a terminal; add --yes"
            )));
        }
        let mut stderr = anstream::stderr().lock();
        let confirmed =
            ask(&mut std::io::stdin().lock(), &mut stderr, what, details).map_err(|error| {
                Failure::failed("nothing was sent: cannot ask for confirmation", error)
            })?;
        if confirmed {
            Ok(())
        } else {
            Err(Failure::Failed(
                "not confirmed; nothing was sent".to_owned(),
            ))
        }
    }
}

fn ask(
    input: &mut impl BufRead,
    output: &mut impl Write,
    what: &str,
    details: &Details,
) -> std::io::Result<bool> {
    for line in details.lines() {
        writeln!(output, "  {line}")?;
    }
    write!(output, "Really {what}? [y/N] ")?;
    output.flush()?;
    let mut answer = String::new();
    if input.read_line(&mut answer)? == 0 {
        // After Ctrl-D the cursor is still on the line of the question.
        writeln!(output)?;
    }
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes" | "YES"))
}

/// Makes a call that moves money. If the program is stopped during the call, the error has the ticket that finds out
/// what happened.
pub(crate) async fn moving<T>(
    ticket: &Ticket,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, Failure> {
    tokio::select! {
        // The signal handlers are installed before the first byte is sent.
        biased;
        () = stopped() => Err(Failure::interrupted(ticket)),
        made = call => made.map_err(|error| Failure::of_move(&error, ticket)),
    }
}

/// Never returns if signals cannot be received: the call goes on.
async fn stopped() {
    if stop_signal().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The end of a call that moved money. If the result cannot be printed, the error says that the call took effect.
pub(crate) fn printed(ticket: &Ticket, result: std::io::Result<()>) -> Result<(), Failure> {
    result.map_err(|error| Failure::unprinted(&error, ticket))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_confirms() {
        let mut details = Details::default();
        details.add("pay", Some("4 USDT"));
        for (answer, expected) in [
            ("y\n", true),
            ("yes\n", true),
            ("\n", false),
            ("", false),
            ("no\n", false),
            ("yy\n", false),
        ] {
            let mut shown = Vec::new();
            let confirmed = ask(&mut answer.as_bytes(), &mut shown, "pay out", &details).unwrap();
            assert_eq!(confirmed, expected, "{answer:?}");
            let end = if answer.is_empty() { "\n" } else { "" };
            let question = format!("  pay  4 USDT\nReally pay out? [y/N] {end}");
            assert_eq!(String::from_utf8(shown).unwrap(), question);
        }
    }
}
