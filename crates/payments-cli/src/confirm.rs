//! The question before money moves, and calls that move it.

use std::io::{BufRead, IsTerminal as _, Write};
use std::path::PathBuf;

use clap::Args;
use payments_facade::{Error, Gateway, Ticket};

use crate::access::Session;
use crate::failure::Failure;
use crate::output;
use crate::runtime::{runtime, stop_signal};
use crate::table::Details;
use crate::ticket_store::{self, TicketStore};

#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Consent {
    /// Do not ask for confirmation
    #[arg(long, short = 'y')]
    yes: bool,
}

impl Consent {
    /// Shows what will be sent and asks. Fails if standard input is not a terminal.
    pub(crate) fn ask(self, what: &str, details: &Details) -> Result<(), Failure> {
        self.confirm(what, details, "nothing was sent")
    }

    /// As [`ask`](Self::ask), for a change of what is stored.
    pub(crate) fn ask_to_change(self, what: &str, details: &Details) -> Result<(), Failure> {
        self.confirm(what, details, "nothing was changed")
    }

    fn confirm(self, what: &str, details: &Details, nothing: &str) -> Result<(), Failure> {
        if self.yes {
            return Ok(());
        }
        if !std::io::stdin().is_terminal() {
            return Err(Failure::bad(format!(
                "{nothing}: to {what} needs a confirmation, and standard input is not a terminal; add --yes"
            )));
        }
        let mut stderr = anstream::stderr().lock();
        let confirmed =
            ask(&mut std::io::stdin().lock(), &mut stderr, what, details).map_err(|error| {
                Failure::failed(&format!("{nothing}: cannot ask for confirmation"), error)
            })?;
        if confirmed {
            Ok(())
        } else {
            Err(Failure::Failed(format!("not confirmed; {nothing}")))
        }
    }
}

fn ask(
    input: &mut impl BufRead,
    out: &mut impl Write,
    what: &str,
    details: &Details,
) -> std::io::Result<bool> {
    let width = output::error_width().map(|width| width.saturating_sub(2));
    for line in details.lines(width) {
        writeln!(out, "  {line}")?;
    }
    write!(out, "Really {what}? [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    if input.read_line(&mut answer)? == 0 {
        // After Ctrl-D the cursor is still on the line of the question.
        writeln!(out)?;
    }
    Ok(matches!(answer.trim(), "y" | "Y" | "yes" | "Yes" | "YES"))
}

fn nothing_sent(failure: Failure) -> Failure {
    match failure {
        Failure::BadInput(message) => Failure::BadInput(format!("nothing was sent: {message}")),
        other => other,
    }
}

/// A call that moves money. Its ticket is on the disk from before the call until the outcome is known and printed.
pub(crate) struct Move {
    ticket: Ticket,
    file: PathBuf,
}

impl Move {
    /// Stores the ticket. Fails if that is impossible, or if an earlier call under the reference may have taken effect.
    pub(crate) fn begin(store: &TicketStore, ticket: Ticket) -> Result<Self, Failure> {
        let file = store.keep(&ticket).map_err(nothing_sent)?;
        // Only after the own file is there: so at most one of several calls at the same time is sent.
        let refused = match store.blocking(&ticket, &file) {
            Ok(None) => None,
            Ok(Some(earlier)) => Some(Failure::earlier(&earlier.record, &ticket)),
            Err(failure) => Some(nothing_sent(failure)),
        };
        if let Some(failure) = refused {
            ticket_store::remove(&file)?;
            return Err(failure);
        }
        // If standard error is closed, `payments tickets list` still finds the file.
        let note = format!(
            "ticket of this call, kept until its outcome is known: {}",
            file.display()
        );
        let note = output::wrapped(&note, output::error_width());
        let _ = writeln!(anstream::stderr().lock(), "{note}");
        Ok(Self { ticket, file })
    }

    /// Makes the call. If the program is stopped during the call, the error has the ticket that finds out what happened.
    pub(crate) async fn call<T>(
        &self,
        call: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Failure> {
        let made = until_stopped(call).await;
        let made = made.ok_or_else(|| Failure::interrupted(&self.ticket))?;
        made.map_err(|error| {
            let failure = Failure::of_move(&error, &self.ticket);
            if !failure.is_open() {
                self.forget();
            } else if error.ticket().is_some_and(Ticket::was_refused) {
                self.keep_refused();
            }
            failure
        })
    }

    /// The end of a call that moved money. If the result cannot be printed, the ticket stays and the error says that the
    /// call took effect.
    pub(crate) fn printed(self, result: std::io::Result<()>) -> Result<(), Failure> {
        printed(&self.ticket, result)?;
        self.forget();
        Ok(())
    }

    /// The provider refused the call because of an earlier one's order: the stored ticket must not take that for its own.
    fn keep_refused(&self) {
        let refused = self.ticket.clone().refused();
        if let Err(failure) = ticket_store::replace(&self.file, &refused) {
            let _ = failure.report();
        }
    }

    /// A file that cannot be removed is no reason to report another outcome: `payments resolve` ends it.
    fn forget(&self) {
        if let Err(failure) = ticket_store::remove(&self.file) {
            let _ = failure.report();
        }
    }
}

/// Makes a call that changes something and has no ticket. `advice` says how to find out what happened.
pub(crate) fn change<T>(
    session: &Session,
    gateway: &dyn Gateway,
    advice: &str,
    call: impl Future<Output = Result<T, Error>>,
) -> Result<T, Failure> {
    match runtime()?.block_on(until_stopped(call)) {
        Some(made) => {
            made.map_err(|error| Failure::of_call(&error, advice).at(session.base_url(gateway)))
        }
        None => Err(Failure::stopped(advice)),
    }
}

/// The result of a call, or `None` if the program is stopped during the call.
pub(crate) async fn until_stopped<T>(call: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        // The signal handlers are installed before the first byte is sent.
        biased;
        () = stopped() => None,
        made = call => Some(made),
    }
}

/// Every signal that ends a session. Never returns if signals cannot be received: the call goes on.
async fn stopped() {
    let stopped = async {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let (hangup, quit) = (signal(SignalKind::hangup()), signal(SignalKind::quit()));
            if let (Ok(mut hangup), Ok(mut quit)) = (hangup, quit) {
                return tokio::select! {
                    result = stop_signal() => result,
                    _ = hangup.recv() => Ok(()),
                    _ = quit.recv() => Ok(()),
                };
            }
        }
        stop_signal().await
    };
    if stopped.await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The end of a call that moved money. If the result cannot be printed, the error says that the call took effect.
pub(crate) fn printed(ticket: &Ticket, result: std::io::Result<()>) -> Result<(), Failure> {
    arrived(result).map_err(|error| Failure::unprinted(&error, ticket))
}

/// As [`printed`], for an order that was found but not confirmed to be the ticket's.
pub(crate) fn printed_unconfirmed(
    ticket: &Ticket,
    result: std::io::Result<()>,
) -> Result<(), Failure> {
    arrived(result).map_err(|error| Failure::unprinted_unconfirmed(&error, ticket))
}

/// What was written to an output that is closed did not arrive.
fn arrived(result: std::io::Result<()>) -> std::io::Result<()> {
    result.and_then(|()| match output::is_closed() {
        true => Err(std::io::ErrorKind::BrokenPipe.into()),
        false => Ok(()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_calls_at_the_same_time_at_most_one_begins() {
        use payments_core::{MerchantRef, Timestamp};
        use payments_facade::ticket::MoneyCall;
        use payments_facade::{GatewayId, Money};

        let folder = format!("payments-begin-{}", std::process::id());
        let folder = std::env::temp_dir().join(folder);
        let store = TicketStore::new(Some(&folder));
        // Calls of four times, and calls of the same millisecond, whose tickets are the same.
        for (round, times) in [[1, 2, 3, 4], [1; 4]].iter().cycle().take(40).enumerate() {
            let ticket = |at| {
                Ticket::new(
                    GatewayId::new("cpay", "main").unwrap(),
                    MoneyCall::Payout,
                    MerchantRef::new(format!("payout-{round}")).unwrap(),
                    Money::of("4", "USDT").unwrap(),
                    Timestamp::from_millis(at),
                )
            };
            let begin = |at| Move::begin(&store, ticket(at)).is_ok();
            let begun = std::thread::scope(|scope| {
                let begin = |at| scope.spawn(move || begin(at));
                let calls: Vec<_> = times.iter().copied().map(begin).collect();
                let results = calls.into_iter().map(|call| call.join().unwrap());
                results.filter(|begun| *begun).count()
            });
            assert!(begun <= 1, "{begun} calls were sent");
            if *times == [1; 4] {
                assert_eq!(begun, 1, "the first of the same tickets stands");
            }
            assert_eq!(
                store.list().unwrap().len(),
                begun,
                "only a call that is sent has a ticket"
            );
            std::fs::remove_dir_all(&folder).unwrap();
        }
    }

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
