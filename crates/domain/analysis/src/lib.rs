//! Code analysis: rulesets, plans, scans, findings and gates.
//!
//! A [`ScanPlan`] says what is to be scanned, how and when. A [`Scan`] is one
//! run of it on one commit of each of its depots. A [`Finding`] is one problem
//! with an identity that outlives scans.
//!
//! # The interface at a glance
//!
//! * [`authorise_plan`] gives proof of permission by [`PlanKey`]; [`plans`]
//!   lists what the caller may see.
//! * [`create_plan`], [`modify_plan`], [`delete_plan`], [`ensure_default_plan`].
//! * [`start`], [`cancel`]; [`scans`], [`scan`] (by number), [`latest_scans`]
//!   and [`latest_results`] for lists of plans, [`log`], [`trend`].
//! * [`findings`], [`finding`], [`history`], [`counts`]; [`excerpts`] for the
//!   code around them and [`lines`] for any other; [`ignore`] and [`restore`].
//! * [`proposed_fix`]: what a rule says to write instead of a finding, as a diff against
//!   a branch as it is now; [`commit_fix`] commits it.
//! * Of a scan's result: [`functions`], [`duplicates`], [`directories`],
//!   [`files`], [`left_out`], [`dependencies()`], [`licences`]; [`bill`] writes them
//!   down as CycloneDX or SPDX; languages and totals stand in [`ScanResult`].
//! * [`import_advisories`] says which versions of dependencies are vulnerable.
//! * [`activity`]: what is known of each of a list of depots.
//! * [`rulesets`], [`create_ruleset`], [`ruleset_versions`], [`share_ruleset`],
//!   [`set_standard`]; [`rules`], and those of a team: [`own_rules()`],
//!   [`save_own_rule`], [`try_rule`].
//! * [`gate`]: conditions as data, evaluated by a pure function.
//! * [`measures`] of a scan, and [`what_if`] another gate had judged it.
//! * [`upload_coverage`], [`coverage`]; [`on_changes`] and [`on_lines`]:
//!   findings and coverage on the lines of a comparison.
//! * [`start_backfill`], [`cancel_backfill`], [`backfills`]: measuring commits that
//!   nobody scanned; [`metric_series`] and [`commit_measures`]: any metric at any
//!   commit; [`compare_commits`]: what changed between two.
//! * [`search_history`]: secrets in whatever was ever committed; [`leaks()`],
//!   [`leak_counts`], [`decide_leaks`].
//! * [`parameters`]: properties and path patterns.
//!
//! # Lanes
//!
//! Scans of a plan's own branches form its first lane, whose name is empty.
//! Scans of other branches, asked for by name or by a trigger, form a lane for
//! each. Findings are followed from scan to scan within a lane; the first scan
//! of another lane is compared with the first lane, so that what is new in it
//! is new on that branch.
//!
//! # What is kept
//!
//! Totals, gate and counts of every scan; functions, duplicates, directories
//! and files of the latest result of each lane; findings with their history as
//! long as the plan; reports of blobs for 60 days after their last use.

mod about;
mod access;
mod activity;
mod badge;
mod changes;
mod components;
mod coverage;
mod details;
mod finding;
mod findings;
pub mod gate;
mod history;
mod leaks;
mod lines;
mod notify;
pub mod parameters;
mod plan;
mod plans;
mod push;
mod regate;
mod report;
mod ruleset;
mod run;
mod scan;
mod scans;
mod tables;
#[cfg(feature = "testing")]
pub mod testing;
mod words;

pub use ::dependencies::osv::{Level, Match as Vulnerability};
pub use ::dependencies::{Component, Ecosystem, Scope as DependencyScope};
pub use about::{About, InBoth, KnownAdapter, Measured, about, adapter_names};
pub use access::{PlanKey, authorise_plan};
pub use activity::{DepotActivity, activity};
pub use badge::{BadgeOf, badge, badge_hash};
pub use changes::{LineFinding, Look, OnChanges, OnFile, on_changes, on_lines};
pub use components::{
    AdvisoryImport, BillFormat, Dependency, DependencyFilter, DependencyList, DependencySummary,
    Document, Imported, LicenceCount, MOST_ADVISORY_BYTES, Source as ToldBy, advisories_directory,
    advisory_imports, bill, dependencies, import_advisories, licences, lying_advisories,
    running_imports, send_advisories, stop_import, take_advisories, told_by,
};
pub use coverage::{
    CoverageFlag, CoverageFormat, CoverageOf, CoverageReport, CoveredFile, MOST_BYTES, NewCoverage,
    Uploaded, coverage, coverage_file, covered_commits, upload_coverage,
};
pub use details::{
    Below, FunctionOf, below, directories, duplicates, files, flow, functions, left_out,
    partly_parsed,
};
pub use finding::{
    Assignee, Author, Finding, FindingEvent, FindingEventKind, FindingId, FindingState,
    IgnoreReason, Ignored, Seen,
};
pub use findings::{
    AuthorCount, CommittedFix, Counts, Exception, Excerpt, ExcerptLine, ExportFormat,
    FindingFilter, FindingSort, FixRange, MOST_EXPORTED, NewException, NewFix, ProposedFix,
    RuleCount, assign, commit_fix, counts, except, exceptions, excerpt, excerpts, export, finding,
    findings, fix_message, history, ignore, ignore_until, is_fixable, lift, lines, proposed_fix,
    restore, restore_ignored,
};
pub use gate::{Gate, GateResult, Verdict};
pub use history::{
    Backfill, BackfillId, BackfillKind, BackfillState, CommitMeasures, ComparedFinding,
    ComparedFunction, ComparedList, Comparison, FileChange, FunctionChange, HistoryMetric,
    MetricPoint, MetricSeries, NewBackfill, SeriesQuery, backfills, cancel_backfill,
    commit_measures, compare_commits, metric_series, start_backfill,
};
pub use leaks::{
    Leak, LeakCounts, LeakDecision, LeakFilter, LeakId, LeakPlace, LeakState, NewSearch,
    decide_leaks, leak_counts, leaks, search_history,
};
pub use lines::Lines;
pub use notify::{
    Delivery, NewNotice, Notice, NoticeKind, Subject, create_notice, delete_notice, deliveries,
    notices, try_notice,
};
pub use plan::{
    Badge, Definition, Hook, HookEvent, PathFilters, PlanId, PlanKind, PlanLimits, PlanSource,
    ScanPlan, Triggers,
};
pub use plans::{
    NewPlan, PlanChange, PlanFilter, create_plan, delete_plan, ensure_default_plan, modify_plan,
    next_run, plans,
};
pub use regate::{RatedScan, Tried, measures, ratings, what_if};
pub use report::report;
pub use ruleset::own_rules_of as own_rules;
pub use ruleset::{
    ImportedRule, MOST_OWN, OwnRuleId, RuleTitles, RulesUsed, Ruleset, RulesetChange, RulesetId,
    RulesetPart, RulesetVersion, TeamRule, TeamRuleVersion, TriedRule, changes_between,
    copy_ruleset, create_ruleset, delete_ruleset, import_rules, in_words, may_write_rules,
    modify_ruleset, own_changes, own_infos, own_rule, own_rule_versions, remove_own_rule, rule,
    rule_titles, rules, ruleset, ruleset_versions, rulesets, save_own_rule, set_standard,
    share_ruleset, standard_ruleset, try_rule,
};
pub use run::Finished;
pub use run::dependencies::RULE as VULNERABLE_RULE;
pub use run::tell::status_context;
pub use run::warm::remember_at_most;
pub use scan::{
    AdapterRun, Scan, ScanId, ScanResult, ScanSource, ScanState, ScriptResult, Stage, Trigger,
};
pub use scanner::{
    Ability, Category, CloneLimits, ClonePair, CloneSide, DirectoryTotals, FileTotals, FlowStep,
    ImportOutcome, Language, LanguageTotals, LineCounts, OWN_PREFIX, OwnRule, PACKS, PartlyParsed,
    RuleFault, RuleInfo, RuleSetting, Severity, SeverityCounts, SkipReason, Skipped, StepKind,
    Tested, Totals, Trial, TrialMatch,
};
pub use scans::{
    LogPart, ScanFilter, StartOptions, TrendPoint, cancel, latest_results, latest_scans, log, scan,
    scan_by_id, scans, start, trend,
};
pub use tables::MIGRATIONS;
pub use words::{language, message_in};

/// The scanner's side of a [`Ruleset`]: which rules, how severe, which limits.
pub use scanner::Ruleset as Rules;

use call::Env;

/// Adds this crate's jobs and schedules to the worker's.
///
/// # Errors
/// Never in practice: when a schedule's parameters cannot be JSON.
pub fn register(registry: jobs::Registry<Env>) -> base::Result<jobs::Registry<Env>> {
    run::register(components::register(registry))
}

/// Adds this crate's listeners: a push starts the scans that it should, and
/// plans go with their depot to another project.
#[must_use]
pub fn listen(listeners: events::Listeners<Env>) -> events::Listeners<Env> {
    plans::listen(push::listen(listeners))
}
