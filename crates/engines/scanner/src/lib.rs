//! Reads source code: counts, functions, duplicates, findings.
//!
//! # The pipeline
//!
//! ```text
//! path ──admit──▶ blob ──analyse──▶ BlobReport ──join──▶ ProjectReport ──track──▶ same / new / gone
//!                        (cached)                                     ──render─▶ text, JSON, SARIF
//! ```
//!
//! 1. [`Engine::admit`] decides by the path whether a file is read; a file left
//!    out has a [`SkipReason`].
//! 2. [`Engine::analyse`] turns one blob into a [`BlobReport`]: one tree-sitter
//!    parse, one walk that feeds line counts, functions, normalised tokens and
//!    comments, then the rules on the nodes they asked for, then rules about data
//!    flow, which run the file's functions over what is known of their values. Secrets are looked
//!    for in every text, with or without a grammar. Scripts and styles inside of pages
//!    and components are read the same way, each as what it is.
//! 3. [`Engine::join`] puts reports together: totals, findings with paths,
//!    metric rules, clones across files, data flow over two files.
//! 4. [`track`] says which findings of a scan are those of an earlier one.
//! 5. [`render`] writes a project's report for people and for tools.
//!
//! [`scan_directory`] does 1 to 3 for a directory; a server does them itself
//! with blobs from its repositories.
//!
//! # Invariants
//!
//! - A [`BlobReport`] depends on the bytes, the language and
//!   [`Engine::analysis_hash`], and on nothing else: no path, no time, no
//!   environment. It may be cached for ever under these three.
//! - Analysis never fails and never panics; what went wrong stands in the report.
//! - Nothing is left out silently: skipped files, unparsed bytes and suppressed
//!   findings are all counted.
//! - Whatever a team may tune (severities, thresholds, paths, clone sizes) is
//!   applied when joining, so tuning never costs a new analysis.
//! - Work per blob is linear in its size for the metrics and bounded in time for
//!   parsing and rules; the clone join is near-linear in the number of tokens.

mod abilities;
mod definitions;
mod directory;
mod embedded;
mod engine;
mod identity;
mod join;
mod language;
mod parse;
mod passes;
pub mod render;
mod report;
mod rules;
mod ruleset;
mod secrets;
mod settings;
mod taint;
mod text;

pub use abilities::{Ability, abilities};
pub use definitions::{Definition, DefinitionKind, definitions};
pub use directory::{Progress, ScanError, ScanOptions, scan_directory};
pub use engine::{Admission, Engine, EngineError, Exposed, FixFault, Fixed, Phases};
pub use identity::{Finding, Match, Matches, Step, Tracked, track};
pub use join::{
    ClonePair, CloneSide, DirectoryTotals, FileReport, FileTotals, FunctionAt, Joiner,
    LanguageTotals, PartlyParsed, ProjectFile, ProjectReport, SeverityCounts, Totals,
    worst_functions,
};
pub use language::{Language, Lexis, Named, SkipReason, Skipped, Spec, admit_path, admit_source};
pub use parse::syntax_tree;
pub use report::{
    AskedSetting, BlobReport, ContextHashes, DecodeError, Fix, FlowCallee, FlowFunction, FlowSink,
    FlowStep, Function, FunctionShape, Health, LineCounts, Links, OpenCall, OpenFlow, PackedReport,
    Part, RawFinding, Span, StepKind, Suppression, TokenStream,
};
pub use rules::{
    Category, Doc, Docs, Examples, ImportOutcome, MOST_TRIED, Metric, OWN_PACK, OWN_PREFIX,
    OwnRule, PACKS, RuleError, RuleFault, RuleInfo, Severity, Tested, Translated, Trial,
    TrialMatch, catalogue, import,
};
pub use ruleset::{CloneLimits, Limits, RuleSetting, Ruleset};

/// Changes when the same blob may give another report; part of the cache key.
pub const ENGINE_VERSION: &str = "7";
