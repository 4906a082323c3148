//! What happened, told once to all who asked.
//!
//! [`Events::emit`] writes an event and one delivery job per listener in the
//! unit of work that makes it true, so that neither can be lost or told of
//! something that was undone. Deliveries are repeated until the listener
//! succeeds; a listener may see an event again after a crash and must not see
//! them in any particular order.
//!
//! The same rows are the activity feed of a project: [`Events::list`].

mod delivery;
mod entity;
mod event;
mod listeners;
mod outbox;
mod schema;

pub use event::{Event, EventId, EventKind, NewEvent};
pub use listeners::Listeners;
pub use outbox::{EventFilter, Events};
pub use schema::MIGRATIONS;
