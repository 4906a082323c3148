//! Events and their kinds.

use base::{Actor, Error, Result, Timestamp, UserId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::entity::Model;

base::typed_id! {
    /// One event. Ids grow with time.
    pub struct EventId;
}

/// The payload of one kind of event.
///
/// It is kept as JSON: give a field that is added later `#[serde(default)]`.
pub trait EventKind: Serialize + DeserializeOwned {
    /// Unique name, thing and what happened to it: `"depot.pushed"`.
    const KIND: &'static str;
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// See [`EventKind::KIND`].
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// The user who did it, if it was a user.
    pub actor: Option<UserId>,
    /// His name at that time, `system` or `nobody`.
    pub actor_name: String,
    /// The project in which it happened.
    pub project: Option<i64>,
    /// What else is to be known.
    pub payload: Value,
}

/// An event before it is written down.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    /// See [`EventKind::KIND`].
    pub kind: &'static str,
    /// The user who did it.
    pub actor: Option<UserId>,
    /// His name, or `system`.
    pub actor_name: String,
    /// The project in which it happened.
    pub project: Option<i64>,
    /// What else is to be known.
    pub payload: Value,
}

impl NewEvent {
    /// An event whose payload has no type of its own, because nobody needs to
    /// read it back but feeds and people.
    pub fn plain(kind: &'static str, actor: &Actor, project: Option<i64>, payload: Value) -> Self {
        Self { kind, actor: actor.user_id(), actor_name: actor.name().to_owned(), project, payload }
    }

    /// The event of `payload`'s kind, done by `actor`.
    ///
    /// # Errors
    /// `Internal` when the payload cannot be JSON.
    pub fn of<K: EventKind>(actor: &Actor, project: Option<i64>, payload: &K) -> Result<Self> {
        Ok(Self {
            kind: K::KIND,
            actor: actor.user_id(),
            actor_name: actor.name().to_owned(),
            project,
            payload: serde_json::to_value(payload)?,
        })
    }
}

impl Event {
    /// The payload, if the event is of kind `K`.
    ///
    /// # Errors
    /// `Internal` when it is of that kind but cannot be read.
    pub fn payload_as<K: EventKind>(&self) -> Result<Option<K>> {
        if self.kind != K::KIND {
            return Ok(None);
        }
        Ok(Some(serde_json::from_value(self.payload.clone())?))
    }
}

impl TryFrom<Model> for Event {
    type Error = Error;

    fn try_from(row: Model) -> Result<Self> {
        Ok(Self {
            id: row.id,
            payload: serde_json::from_str(&row.payload)?,
            kind: row.kind,
            at: row.at,
            actor: row.actor_id,
            actor_name: row.actor_name,
            project: row.project,
        })
    }
}
