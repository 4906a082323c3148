//! How far a scan is, on a terminal.

use std::io::Write as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use scanner::Progress;

/// Between two drawings.
const PAUSE: Duration = Duration::from_millis(80);

/// One line that is drawn over itself.
pub(super) struct Meter {
    /// When it was last drawn; nothing where there is no terminal.
    drawn: Option<Mutex<Instant>>,
}

impl Meter {
    pub(super) fn new(is_terminal: bool) -> Self {
        Self { drawn: is_terminal.then(|| Mutex::new(Instant::now())) }
    }

    /// Draws from whichever thread comes first after the pause.
    pub(super) fn show(&self, at: Progress) {
        let Some(drawn) = &self.drawn else { return };
        let Ok(mut last) = drawn.try_lock() else { return };
        if last.elapsed() >= PAUSE {
            *last = Instant::now();
            let _ = write!(std::io::stderr(), "\r\x1b[Kscanning {} of {}", at.done, at.total);
        }
    }

    pub(super) fn clear(&self) {
        if self.drawn.is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
