//! Standard output, line by line.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};

use crate::failure::Failure;

/// Prints one line. A reader that has gone away (`payments sandbox | head -1`) is no reason to stop; a full disk
/// is one.
pub(crate) fn line(text: Arguments<'_>) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::failed("cannot write to standard output", error))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// `println!` that says when it could not.
macro_rules! say {
    ($($argument:tt)*) => { $crate::output::line(format_args!($($argument)*)) };
}
pub(crate) use say;
