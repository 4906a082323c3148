//! A durable queue of work in the database.
//!
//! A job is enqueued in the unit of work that makes it necessary
//! ([`Jobs::enqueue`]), so that it exists exactly if the reason for it does.
//! A [`Worker`] takes jobs by priority, keeps a lease on those that it runs,
//! and gives them back when it stops; a job whose process died is taken up
//! again once its lease has run out. Failures are repeated with growing
//! pauses, and the last one is kept with its text.
//!
//! A handler may run more than once. Where its effect has to happen once, it
//! ends the job in the same unit of work as the effect:
//! [`JobContext::finish_in`].

mod claim;
mod context;
mod drain;
mod entity;
mod job;
mod queue;
mod reading;
mod registry;
mod run;
mod schema;
mod settle;
mod upkeep;
mod watch;
mod worker;

pub use context::JobContext;
pub use drain::{Drained, drain};
pub use job::{Enqueue, Job, JobId, JobState, NewJob};
pub use queue::Jobs;
pub use reading::{JobFilter, JobInfo, Progress};
pub use registry::Registry;
pub use schema::MIGRATIONS;
pub use worker::{Worker, WorkerHandle, WorkerOptions};
