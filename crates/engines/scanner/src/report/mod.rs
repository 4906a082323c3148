//! What one blob's analysis says, without the path: the unit that is cached.

mod codec;
mod codec_links;
pub(crate) mod links;
mod packed;
mod tokens;

pub use codec::DecodeError;
pub use links::{AskedSetting, FlowCallee, FlowFunction, FlowSink, Links, OpenCall, OpenFlow};
pub(crate) use packed::name_hash;
pub use packed::{FunctionShape, PackedReport};
pub use tokens::TokenStream;
pub(crate) use tokens::TokenWriter;

use serde::{Deserialize, Serialize};

use crate::language::{Language, SkipReason};

/// The result of analysing one blob. Holds no path and no repository, so one
/// report serves every branch, fork, rename and revert that has the same bytes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BlobReport {
    /// The language it was read as.
    pub language: Language,
    /// Set when there was no or only a partial analysis; the other fields are
    /// then empty, or hold line counts only.
    pub skipped: Option<SkipReason>,
    /// How much of the file the parser understood.
    pub health: Health,
    /// Line counts of the whole file, parts included.
    pub lines: LineCounts,
    /// Text of other languages inside (scripts and styles of a page), in order.
    pub parts: Vec<Part>,
    /// Functions in order of their start.
    pub functions: Vec<Function>,
    /// Findings of pattern rules, before the ruleset's severities and path
    /// filters; suppressed ones are included and marked.
    pub findings: Vec<RawFinding>,
    /// Suppression comments, for the rules that are evaluated when joining.
    pub suppressions: Vec<Suppression>,
    /// Normalised tokens, for the duplicate join.
    pub tokens: TokenStream,
    /// What data flow over files needs of this one; `None` where that is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<Box<Links>>,
}

impl BlobReport {
    /// A report that says only why there is no analysis.
    #[must_use]
    pub fn skipped(language: Language, reason: SkipReason) -> Self {
        Self { skipped: Some(reason), ..Self::empty(language) }
    }

    pub(crate) fn empty(language: Language) -> Self {
        Self {
            language,
            skipped: None,
            health: Health::default(),
            lines: LineCounts::default(),
            parts: Vec::new(),
            functions: Vec::new(),
            findings: Vec::new(),
            suppressions: Vec::new(),
            tokens: TokenStream::default(),
            links: None,
        }
    }

    /// Line counts as they go into sums: the lines of prose are comment.
    #[must_use]
    pub fn summed_lines(&self) -> LineCounts {
        let lines = self.lines;
        if self.language.is_prose() {
            return LineCounts { code: 0, comment: lines.code + lines.comment, ..lines };
        }
        lines
    }

    /// The same by language: the file's own, without its parts, first.
    pub fn lines_by_language(&self) -> impl Iterator<Item = (Language, LineCounts)> + '_ {
        let mut own = self.summed_lines();
        for part in &self.parts {
            own.total = own.total.saturating_sub(part.lines.total);
            own.code = own.code.saturating_sub(part.lines.code);
            own.comment = own.comment.saturating_sub(part.lines.comment);
            own.blank = own.blank.saturating_sub(part.lines.blank);
        }
        std::iter::once((self.language, own))
            .chain(self.parts.iter().map(|p| (p.language, p.lines)))
    }
}

/// Text of another language inside a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its language.
    pub language: Language,
    /// Its lines, without those of the tags around it.
    pub lines: LineCounts,
    /// Index of its first token in the file's stream.
    pub first_token: u32,
    /// Its tokens.
    pub tokens: u32,
}

/// How well the parser did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// Size of the blob in bytes.
    pub bytes: u64,
    /// Bytes inside tree-sitter ERROR nodes.
    pub error_bytes: u64,
    /// True when the rules were cut short, by the nesting of the text, by time or
    /// by the number of matches; metrics are complete.
    pub rules_skipped: bool,
}

impl Health {
    /// Share of bytes that the parser did not understand, 0 to 1.
    #[must_use]
    pub fn error_share(&self) -> f64 {
        if self.bytes == 0 {
            return 0.0;
        }
        // Exact up to 2^53 bytes.
        self.error_bytes as f64 / self.bytes as f64
    }
}

/// Lines by kind; `code + comment + blank` is always `total`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineCounts {
    /// All lines. A final newline does not open another line.
    pub total: u32,
    /// Lines with at least one token that is not a comment.
    pub code: u32,
    /// Lines with comment or docstring text and no code.
    pub comment: u32,
    /// Lines of white space only, also inside comments and strings.
    pub blank: u32,
}

impl std::ops::AddAssign for LineCounts {
    fn add_assign(&mut self, other: Self) {
        self.total += other.total;
        self.code += other.code;
        self.comment += other.comment;
        self.blank += other.blank;
    }
}

/// One function or method and its metrics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Function {
    /// Simple name; `(anonymous)` for a function expression without one.
    pub name: String,
    /// Symbol path with the enclosing classes, namespaces and functions.
    pub qualified_name: String,
    /// Line of the name (of the first token, where there is no name), from 1.
    pub start_line: u32,
    /// Last line, from 1, inclusive.
    pub end_line: u32,
    /// Declared parameters; `self` counts, C's `(void)` does not.
    pub parameters: u16,
    /// Cyclomatic complexity as lizard 1.24 counts it, from 1.
    pub cyclomatic: u32,
    /// Cognitive complexity (SonarSource white paper 1.5), from 0.
    pub cognitive: u32,
    /// Deepest nesting of control structures and lambdas, from 0.
    pub nesting: u16,
    /// Tokens without comments.
    pub tokens: u32,
    /// Identity of the first line and its neighbours.
    pub context: ContextHashes,
}

impl Function {
    /// Lines from start to end, both included.
    #[must_use]
    pub fn length(&self) -> u32 {
        self.end_line.saturating_sub(self.start_line) + 1
    }
}

/// Hashes of normalised text around a place. They identify the place across
/// edits elsewhere in the file, without the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContextHashes {
    /// The first line without white space.
    pub line: u64,
    /// The matched text without white space.
    pub text: u64,
    /// Three lines before (nearest first) and three after, each without white
    /// space, of those that say anything; zero beyond the file's ends.
    pub around: [u32; 6],
}

/// A place in the text. Lines and columns count from 1; columns count Unicode
/// scalar values; the end is exclusive.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Span {
    /// First line.
    pub start_line: u32,
    /// First column.
    pub start_column: u32,
    /// Last line.
    pub end_line: u32,
    /// Column after the last character.
    pub end_column: u32,
}

/// A rule's match in a blob.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawFinding {
    /// Full rule id, e.g. `python/eval-call`.
    pub rule: String,
    /// Where.
    pub span: Span,
    /// The rule's message with its metavariables filled in.
    pub message: String,
    /// Enclosing classes and functions, outermost first; empty at top level.
    pub symbol: String,
    /// Identity of the place.
    pub context: ContextHashes,
    /// Set when a comment in the code suppresses it.
    pub suppressed: bool,
    /// True inside text that the parser did not understand.
    pub uncertain: bool,
    /// For a rule about data flow: from where the data comes in to where it does
    /// harm. Empty for all others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flow: Vec<FlowStep>,
    /// What to write instead, where the rule says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

/// What to write so that a finding is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// First byte of the blob that is replaced.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
    /// What stands there then; empty where something is to go.
    pub text: String,
}

/// One step on the way of data through a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowStep {
    /// What happens there.
    pub kind: StepKind,
    /// The variable, function or piece of code that it happens to; may be empty.
    pub name: String,
    /// The file, where it is not the finding's own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// Where.
    pub span: Span,
}

impl FlowStep {
    /// A short sentence for people, in English.
    #[must_use]
    pub fn text(&self) -> String {
        let name = &self.name;
        match self.kind {
            StepKind::Source => format!("data comes in from `{name}`"),
            StepKind::Assigned => format!("stored in `{name}`"),
            StepKind::Through => format!("goes through `{name}`"),
            StepKind::Entered => format!("taken over as `{name}`"),
            StepKind::Sink if name.is_empty() => "used here".to_owned(),
            StepKind::Sink => format!("used by `{name}`"),
        }
    }
}

/// What happens to data at a step of its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[repr(u8)]
pub enum StepKind {
    /// It comes in from outside.
    Source,
    /// It is stored in a variable or field.
    Assigned,
    /// It goes through a call.
    Through,
    /// It enters a function as a parameter.
    Entered,
    /// It gets to where it does harm.
    Sink,
}

impl StepKind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Self; 5] =
        [Self::Source, Self::Assigned, Self::Through, Self::Entered, Self::Sink];

    /// The lower-case word.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Assigned => "assigned",
            Self::Through => "through",
            Self::Entered => "entered",
            Self::Sink => "sink",
        }
    }
}

/// A comment that suppresses findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// Where the comment stands.
    pub span: Span,
    /// Identity of that place.
    pub context: ContextHashes,
    /// What it is written as, e.g. `noqa`.
    pub marker: String,
    /// First line it covers, from 1.
    pub start_line: u32,
    /// Last line it covers, inclusive.
    pub end_line: u32,
    /// Rules it names, in whatever vocabulary the comment used; empty means all.
    pub rules: Vec<String>,
    /// The reason the comment gives, if any.
    pub reason: String,
    /// It is about the measures of functions only.
    pub only_metrics: bool,
}
