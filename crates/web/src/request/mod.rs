//! From a request to a page: who asks, in which language, what was typed,
//! and what to show when something is not there.

mod address;
mod asked;
mod fault;
mod gate;
mod visit;

pub(crate) use address::{inside, link, segment};
pub(crate) use asked::{Asked, Fields};
pub(crate) use fault::{Answer, Fault, Faults, sentence};
pub(crate) use gate::gate;
pub(crate) use visit::{Place, Visit, blocking, patient};
