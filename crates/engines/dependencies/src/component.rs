//! One thing that a tree depends on.

use serde::{Deserialize, Serialize};

use crate::{Ecosystem, purl};

/// What a package is needed for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// It is part of what is delivered.
    Runtime,
    /// Only whoever works on the code needs it: tests, builds, tools.
    Development,
    /// The files do not say.
    #[default]
    Unknown,
}

impl Scope {
    /// The word for addresses and messages.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Runtime => "runtime",
            Self::Development => "development",
            Self::Unknown => "unknown",
        }
    }
}

/// A package that a tree depends on, and where that is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// Where it comes from.
    pub ecosystem: Ecosystem,
    /// Its name there. Maven's has the form `group:artifact`.
    pub name: String,
    /// Its version; empty when only a range of versions is written.
    pub version: String,
    /// What is asked for, as a manifest writes it; empty where only a lock file
    /// names the package.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub requirement: String,
    /// Whether the tree itself asks for it; `None` when the files do not say.
    pub direct: Option<bool>,
    /// What it is needed for.
    pub scope: Scope,
    /// Its licence as an SPDX expression where that is known; empty otherwise.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub licence: String,
    /// The file that says so.
    pub path: String,
    /// The line there, from 1.
    pub line: u32,
    /// Indexes of the components that it needs itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<u32>,
}

impl Component {
    /// Its package URL, with the version where there is one.
    #[must_use]
    pub fn purl(&self) -> String {
        purl(self.ecosystem, &self.name, &self.version)
    }
}
