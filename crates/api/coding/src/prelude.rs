//! What nearly every action's file needs.

pub(crate) use base::Scope;
pub(crate) use base::{Administer, Error, Granted, Read, Result, UserActor, Write};
pub(crate) use call::Call;
pub(crate) use schemars::JsonSchema;
pub(crate) use serde::{Deserialize, Serialize};

pub(crate) use crate::action::{Access, Action, Done, NoParams};
pub(crate) use crate::needs::{
    OnDepot, OnDepotNamed, OnProject, OnProjectNamed, SignedIn, TeamAdmin,
};
