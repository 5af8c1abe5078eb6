//! Writing to people and scripts, who may have stopped reading: `skypanel jobs list --json | head -1`.
//!
//! A reader who has left is no fault: the command does the rest of its work without words and ends as it would have.
//! Words that could not be written for another reason (a full disk) make the command fail.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};
use std::sync::OnceLock;

/// Why words could not be written, if that was a fault.
static FAULT: OnceLock<std::io::Error> = OnceLock::new();

/// Writes a line to standard output.
macro_rules! say {
    ($($words:tt)*) => { $crate::say::out(format_args!("{}\n", format_args!($($words)*))) };
}

/// Writes a line to standard error: what a script that reads the output must not see.
macro_rules! say_aside {
    ($($words:tt)*) => { $crate::say::aside(format_args!("{}\n", format_args!($($words)*))) };
}

/// Writes to standard output, as it is.
pub fn out(words: Arguments<'_>) {
    note(std::io::stdout().lock(), words);
}

/// Writes to standard error, as it is.
pub fn aside(words: Arguments<'_>) {
    note(std::io::stderr().lock(), words);
}

fn note(mut to: impl Write, words: Arguments<'_>) {
    match to.write_all(words.to_string().as_bytes()).and_then(|()| to.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => drop(FAULT.set(error)),
        _ => {}
    }
}

/// Why words could not be written, other than that nobody reads them.
pub fn fault() -> Option<&'static std::io::Error> {
    FAULT.get()
}
