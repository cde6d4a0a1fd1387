//! Asking before money moves.

use std::io::{BufRead, IsTerminal as _, Write};

use clap::Args;
use payments_facade::{Error, Ticket};

use crate::failure::Failure;
use crate::sandbox::stop_asked_for;
use crate::table::Details;

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Consent {
    /// Do it without asking
    #[arg(long, short = 'y')]
    yes: bool,
}

impl Consent {
    /// Shows what will happen and asks; refused where nobody can answer.
    pub(crate) fn ask(self, what: &str, details: &Details) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !std::io::stdin().is_terminal() {
            return Err(Failure::bad(format!(
                "nobody is there to be asked whether to {what}, and nothing was sent: say --yes, or run it in a terminal"
            )));
        }
        let mut stderr = anstream::stderr().lock();
        let agreed = asked(&mut std::io::stdin().lock(), &mut stderr, what, details)
            .map_err(|error| Failure::failed("cannot ask", error))?;
        if agreed {
            Ok(())
        } else {
            Err(Failure::Failed(
                "not agreed to: nothing was sent".to_owned(),
            ))
        }
    }
}

fn asked(
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
        // Ctrl-D leaves the cursor behind the question.
        writeln!(output)?;
    }
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes" | "YES"))
}

/// Makes a call that moves money. Stopped meanwhile, it ends with the ticket that finds out what became of the call.
pub(crate) async fn moving<T>(
    ticket: &Ticket,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, Failure> {
    tokio::select! {
        // In this order: the signals are waited for before the first byte is sent.
        biased;
        () = stopped() => Err(Failure::interrupted(ticket)),
        made = call => made.map_err(|error| Failure::of_move(&error, ticket)),
    }
}

/// Never, where signals cannot be waited for: that is no reason to give the call up.
async fn stopped() {
    if stop_asked_for().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// After a call that moved money: what it came to was printed, or the failure to print it says that it took effect.
pub(crate) fn told(ticket: &Ticket, printed: Result<(), Failure>) -> Result<(), Failure> {
    printed.map_err(|error| error.untold(ticket))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_yes_is_one() {
        let mut details = Details::default();
        details.add("pay", Some("4 USDT"));
        for (answer, agreed) in [
            ("y\n", true),
            ("yes\n", true),
            ("\n", false),
            ("", false),
            ("no\n", false),
            ("yy\n", false),
        ] {
            let mut shown = Vec::new();
            let said = asked(&mut answer.as_bytes(), &mut shown, "pay out", &details).unwrap();
            assert_eq!(said, agreed, "{answer:?}");
            let end = if answer.is_empty() { "\n" } else { "" };
            let expected = format!("  pay  4 USDT\nReally pay out? [y/N] {end}");
            assert_eq!(String::from_utf8(shown).unwrap(), expected);
        }
    }
}
