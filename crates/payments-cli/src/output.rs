//! Standard output, line by line.

use std::fmt::Arguments;
use std::io::Write;

/// Prints one line. A reader that has gone away (`payments sandbox | head -1`) is no reason to stop or to panic.
pub(crate) fn line(text: Arguments<'_>) {
    let mut stdout = anstream::stdout().lock();
    let _ = writeln!(stdout, "{text}").and_then(|()| stdout.flush());
}

/// `println!` for a reader that may go away.
macro_rules! say {
    ($($argument:tt)*) => { $crate::output::line(format_args!($($argument)*)) };
}
pub(crate) use say;
