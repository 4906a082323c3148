//! Rules about numbers. They look at the functions in a report, so a changed
//! threshold needs no new analysis.

use serde::{Deserialize, Serialize};

use crate::report::Function;

/// What a metric rule measures on a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// Cyclomatic complexity.
    Cyclomatic,
    /// Cognitive complexity.
    Cognitive,
    /// Lines from start to end.
    Length,
    /// Number of parameters.
    Parameters,
    /// Nesting of control structures.
    Nesting,
}

impl Metric {
    /// The function's value.
    #[must_use]
    pub fn of(self, function: &Function) -> u32 {
        match self {
            Self::Cyclomatic => function.cyclomatic,
            Self::Cognitive => function.cognitive,
            Self::Length => function.length(),
            Self::Parameters => u32::from(function.parameters),
            Self::Nesting => u32::from(function.nesting),
        }
    }
}

/// Fills a metric rule's message: `$NAME`, `$VALUE`, `$LIMIT`.
pub(crate) fn message(template: &str, function: &Function, value: u32, limit: u32) -> String {
    template
        .replace("$NAME", &function.name)
        .replace("$VALUE", &value.to_string())
        .replace("$LIMIT", &limit.to_string())
}
