//! What a tool reports.

use serde::{Deserialize, Serialize};

use crate::Fix;

/// How grave a tool's report is, in the words of the findings that it becomes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Should be looked at.
    #[default]
    Warning,
    /// Very likely a defect.
    Error,
    /// A certain, grave defect.
    Fatal,
}

impl Severity {
    /// The severity of a tool's own word, where nobody has said otherwise.
    #[must_use]
    pub fn of_word(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "fatal" | "critical" | "blocker" => Self::Fatal,
            "error" | "err" | "e" | "high" | "major" => Self::Error,
            "info" | "information" | "note" | "none" | "hint" | "style" | "help" | "low" | "i"
            | "n" | "convention" => Self::Info,
            _ => Self::Warning,
        }
    }
}

/// One report.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reported {
    /// The file: as the tool names it when it comes from a parser, below the
    /// directory of the input when it comes from a run.
    pub path: String,
    /// First line, from 1.
    pub line: u32,
    /// First column, from 1.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// Behind the last column.
    pub end_column: u32,
    /// The tool's name for what is wrong; may be empty.
    pub rule: String,
    /// What it says, in one text.
    pub message: String,
    /// How grave it is.
    pub severity: Severity,
    /// Whose words these are; empty where the output does not say.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub tool: String,
    /// What to write instead, where the tool says so and means one file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

impl Reported {
    /// A report at one place.
    pub(crate) fn at(path: impl Into<String>, line: u32, column: u32) -> Self {
        let (line, column) = (line.max(1), column.max(1));
        Self {
            path: path.into(),
            line,
            column,
            end_line: line,
            end_column: column,
            ..Self::default()
        }
    }

    /// With its end, where that is not before the beginning.
    pub(crate) fn to(mut self, line: Option<u32>, column: Option<u32>) -> Self {
        self.end_line = line.unwrap_or(self.line).max(self.line);
        self.end_column = column.unwrap_or(self.column).max(1);
        if self.end_line == self.line {
            self.end_column = self.end_column.max(self.column);
        }
        self
    }
}
