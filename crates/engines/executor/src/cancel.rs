//! Asking a run to stop.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::run::Happening;

/// A switch that stops a run. Clones are the same switch.
#[derive(Clone, Default)]
pub struct Cancel(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    thrown: bool,
    runs: Vec<Sender<Happening>>,
}

impl Cancel {
    /// A switch that is not thrown.
    pub fn new() -> Self {
        Self::default()
    }

    /// Throws the switch: runs under it are killed, later ones do not start.
    pub fn cancel(&self) {
        let mut state = self.lock();
        state.thrown = true;
        for run in state.runs.drain(..) {
            // A run that has ended does not listen any more.
            drop(run.send(Happening::Cancelled));
        }
    }

    /// Whether the switch was thrown.
    pub fn is_cancelled(&self) -> bool {
        self.lock().thrown
    }

    /// Has the run told; false when the switch has been thrown already.
    pub(crate) fn tell(&self, run: Sender<Happening>) -> bool {
        let mut state = self.lock();
        if !state.thrown {
            state.runs.push(run);
        }
        !state.thrown
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Cancel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Cancel").field(&self.is_cancelled()).finish()
    }
}
