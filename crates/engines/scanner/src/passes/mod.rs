//! The passes over one tree. [`walk`] visits every node once and feeds all of
//! them; what they collect becomes the blob's report.

mod cognitive;
mod cyclomatic;
mod functions;
pub(crate) mod lines;
mod names;
pub(crate) mod suppress;
mod walk;

pub(crate) use names::declared_name;
pub(crate) use walk::walk;
