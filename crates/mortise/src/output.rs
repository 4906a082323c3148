//! What a command says to whoever typed it.

use std::io::Write as _;

/// A line of the command's answer. Whoever has stopped reading misses it.
pub(crate) fn say(line: &str) {
    let mut stdout = std::io::stdout().lock();
    let _ = writeln!(stdout, "{line}");
    let _ = stdout.flush();
}

/// Why the command could not be done.
pub(crate) fn complain(why: &str) {
    let _ = writeln!(std::io::stderr().lock(), "mortise: {why}");
}
