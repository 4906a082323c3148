//! Check tasks: make one, list a project's, run one, read its result.

mod create;
mod list;
mod result;

pub(crate) use create::create;
pub(crate) use list::list;
pub(crate) use result::{defects_summary, metrics_summary, run};
