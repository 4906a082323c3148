//! The analysis of one blob: the passes in their order, and what each leaves in
//! the report.

use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::linked::{finding_of, links_of};
use super::{Engine, fixes};
use crate::embedded::{self, Piece};
use crate::language::{KindTable, Language, SkipReason, admit_source};
use crate::passes::{self, lines, suppress};
use crate::report::{BlobReport, Links, RawFinding};
use crate::rules::LanguageRules;
use crate::secrets::Secrets;
use crate::settings;
use crate::taint::{self, Flow};
use crate::text::{self, Text};

/// Trees deeper than this get metrics, but no rules: matching walks up.
pub(super) const DEEPEST: usize = 2000;

/// Where more than a fourth of a text is no part of the tree, the tree does not
/// tell comments from code.
const LOST: u64 = 4;

/// The comments of a text, in bytes.
struct Comments {
    all: Vec<Range<usize>>,
    /// Strings that are documentation.
    docstrings: Vec<Range<usize>>,
}

/// Tells how long the phases take, and how long parsing may go on.
struct Clock {
    started: Instant,
    lap: Instant,
    limit: Duration,
}

impl Clock {
    fn start(limit: Duration) -> Self {
        let now = Instant::now();
        Self { started: now, lap: now, limit }
    }

    fn lap(&mut self) -> Duration {
        let now = Instant::now();
        now - std::mem::replace(&mut self.lap, now)
    }

    fn left(&self) -> Duration {
        self.limit.saturating_sub(self.started.elapsed())
    }
}

/// How long the phases of one analysis took.
#[derive(Debug, Clone, Copy, Default)]
pub struct Phases {
    /// tree-sitter.
    pub parse: Duration,
    /// The walk: lines, functions, tokens.
    pub walk: Duration,
    /// Secrets.
    pub secrets: Duration,
    /// Pattern rules.
    pub rules: Duration,
    /// Rules about data flow.
    pub flows: Duration,
}

impl Engine {
    /// Analyses one blob. Never fails: a blob that cannot be analysed gets a
    /// report that says why. Bounded in size and time by the ruleset's limits.
    #[must_use]
    pub fn analyse(&self, language: Language, source: &[u8]) -> BlobReport {
        self.analyse_timed(language, source).0
    }

    /// [`analyse`](Self::analyse), with the time each phase took.
    #[must_use]
    pub fn analyse_timed(&self, language: Language, source: &[u8]) -> (BlobReport, Phases) {
        let mut phases = Phases::default();
        let mut report = catch_unwind(AssertUnwindSafe(|| {
            self.analyse_unguarded(language, source, &mut phases)
        }))
        .unwrap_or_else(|_| BlobReport::skipped(language, SkipReason::Failed));
        // What the parser reads for bytes that are no UTF-8 is longer than they are.
        report.health.error_bytes = report.health.error_bytes.min(report.health.bytes);
        (report, phases)
    }

    fn analyse_unguarded(
        &self,
        language: Language,
        source: &[u8],
        phases: &mut Phases,
    ) -> BlobReport {
        let mut report = BlobReport::empty(language);
        report.health.bytes = source.len() as u64;
        let max = usize::try_from(self.ruleset.limits.max_bytes).unwrap_or(usize::MAX);
        let refused = if text::is_utf16(source) && source.len() <= max {
            None
        } else {
            // Long lines are normal where there is no program.
            admit_source(source, max)
                .filter(|r| *r != SkipReason::Minified || language.is_program())
        };
        report.skipped = refused;
        if !matches!(refused, None | Some(SkipReason::Generated)) {
            return report;
        }
        let mut text = Text::decode(source);
        if matches!(language, Language::C | Language::Cpp) {
            text.unglue_continuations();
        }
        let (pieces, complete) = embedded::pieces(language, &text.source);
        report.health.rules_skipped = !complete;
        let mut clock = Clock::start(Duration::from_millis(self.ruleset.limits.parse_ms));
        report.findings = self.secrets_in(language, &text);
        phases.secrets = clock.lap();
        let outside = || Comments {
            all: embedded::comments_outside(&text, language, &pieces),
            docstrings: Vec::new(),
        };
        let mut comments = match KindTable::of(language) {
            None => outside(),
            Some(table) => self
                .read(&mut report, &text, table, None, &mut clock, phases)
                .unwrap_or_else(|| {
                    report.skipped = Some(SkipReason::Timeout);
                    outside()
                }),
        };
        let inner = self.read_pieces(&report, &text, pieces, &mut comments, &mut clock, phases);
        comments.all.sort_unstable_by_key(|r| r.start);
        report.suppressions = suppress::find(&text, &comments.all, &report.functions);
        if refused.is_none() {
            self.add_words_anywhere(&mut report, &text, &comments.all);
        }
        if language.is_counted() {
            comments.all.extend(comments.docstrings);
            report.lines = lines::count(&text, &mut comments.all);
        }
        if !inner.is_empty() {
            embedded::add(&mut report, &text, &comments.all, inner);
        }
        fixes::fit(&mut report, source, &text);
        self.settle(&mut report);
        if refused.is_none() {
            let settings = settings::read(language, &text.source);
            if !settings.is_empty() {
                report.links = Some(Box::new(Links { settings, ..Links::default() }));
            }
        }
        phases.rules += clock.lap();
        report
    }

    /// Reads the text of other languages inside of one. What takes too long or has
    /// no grammar is counted only.
    fn read_pieces(
        &self,
        host: &BlobReport,
        text: &Text,
        pieces: Vec<Piece>,
        comments: &mut Comments,
        clock: &mut Clock,
        phases: &mut Phases,
    ) -> Vec<(Piece, BlobReport)> {
        let mut read = Vec::with_capacity(pieces.len());
        for piece in pieces {
            let mut inner = BlobReport::empty(piece.language);
            // What is not told of generated files is not told of their parts.
            inner.skipped = host.skipped;
            let found = KindTable::of(piece.language).and_then(|table| {
                let within = Some(&piece.range);
                self.read(&mut inner, text, table, within, clock, phases)
            });
            match found {
                Some(found) => {
                    comments.all.extend(found.all);
                    comments.docstrings.extend(found.docstrings);
                }
                None => {
                    inner.health.rules_skipped = piece.language.is_analysed();
                    let start = piece.range.start;
                    let lexis = &piece.language.spec().lexis;
                    let found = lines::comments(&text.bytes()[piece.range.clone()], lexis);
                    let outer = |r: Range<usize>| start + r.start..start + r.end;
                    comments.all.extend(found.into_iter().map(outer));
                }
            }
            read.push((piece, inner));
        }
        read
    }

    /// Reads a text, or what of it lies `within`, by its grammar: functions, tokens
    /// and findings go into the report, the comments are returned. `None` when
    /// parsing took too long.
    fn read(
        &self,
        report: &mut BlobReport,
        text: &Text,
        table: &'static KindTable,
        within: Option<&Range<usize>>,
        clock: &mut Clock,
        phases: &mut Phases,
    ) -> Option<Comments> {
        let language = report.language;
        let range = within.map(|range| text.parser_range(range));
        let limit = clock.left();
        clock.lap();
        let root = crate::parse::parse(language, table, &text.source, range, limit)
            .and_then(|tree| LanguageRules::adopt(language, &text.source, tree));
        phases.parse += clock.lap();
        let root = root?;
        let extent = within.cloned().unwrap_or(0..text.bytes().len());
        let bytes = &text.bytes()[extent.clone()];
        let generated = report.skipped == Some(SkipReason::Generated);
        let rules = self.language_rules(language).filter(|_| !generated);
        let active = rules.map(|r| r.active(bytes)).unwrap_or_default();
        let wanted = rules.map(|r| r.wanted(&active)).unwrap_or_default();
        phases.rules += clock.lap();
        let walked = passes::walk(root.root().get_inner_node(), text, table, &wanted);
        let error_bytes: u64 = walked.errors.iter().map(|r| r.len() as u64).sum();
        let comments = if error_bytes * LOST > bytes.len() as u64 {
            let found = lines::comments(bytes, &language.spec().lexis).into_iter();
            let all = found.map(|r| extent.start + r.start..extent.start + r.end).collect();
            Comments { all, docstrings: Vec::new() }
        } else {
            Comments { all: walked.comments, docstrings: walked.docstrings }
        };
        report.functions = walked.functions;
        if !generated {
            report.tokens = walked.tokens;
        }
        report.health.error_bytes = error_bytes;
        phases.walk += clock.lap();
        if let Some(rules) = rules {
            if walked.depth > DEEPEST {
                report.health.rules_skipped = true;
            } else {
                let (matches, complete) = rules.run(&root, &active, &walked.candidates);
                report.health.rules_skipped |= !complete;
                report.findings.extend(matches.into_iter().map(|m| {
                    RawFinding {
                        uncertain: walked
                            .errors
                            .iter()
                            .any(|e| e.start <= m.range.start && m.range.end <= e.end),
                        context: text
                            .context(text.line_of(m.range.start), &text.bytes()[m.range.clone()]),
                        span: text.span(m.range),
                        rule: m.info.id.clone(),
                        message: m.message,
                        symbol: walked.symbols[m.symbol as usize].clone(),
                        suppressed: false,
                        flow: Vec::new(),
                        fix: m.fix.map(fixes::fix),
                    }
                }));
                phases.rules += clock.lap();
                if let Some(flows) = &rules.flows
                    && flows.may_match(bytes)
                {
                    let tree = root.root().get_inner_node();
                    let followed = taint::follow(language, table, flows, tree, text);
                    report.health.rules_skipped |= followed.cut;
                    report.findings.retain(|f| {
                        !followed.wrong.iter().any(|(id, at)| {
                            let line = text.line_of(*at) as u32 + 1;
                            f.span.start_line == line && f.rule.ends_with(&format!("/{id}"))
                        })
                    });
                    self.add_flows(report, followed.flows, text, &walked.errors);
                    report.links = links_of(report, followed.exported, text, &walked.errors);
                    phases.flows += clock.lap();
                }
            }
        }
        if !generated {
            self.add_words(report, text, &extent, &root, table);
            self.add_own(report, text, &extent, &root, &walked.errors, walked.depth);
            phases.rules += clock.lap();
        }
        Some(comments)
    }

    fn secrets_in(&self, language: Language, text: &Text) -> Vec<RawFinding> {
        let wanted = |row: usize| self.secret_rows.get(row).is_some_and(|wanted| *wanted);
        let Some(secrets) = Secrets::all().filter(|_| self.secret_rows.contains(&true)) else {
            return Vec::new();
        };
        let hits = secrets.find(language, &text.source, wanted);
        hits.into_iter()
            .map(|hit| {
                let info = hit.info;
                RawFinding {
                    rule: info.id.clone(),
                    message: info.message.clone(),
                    context: text
                        .context(text.line_of(hit.range.start), &text.bytes()[hit.range.clone()]),
                    span: text.span(hit.range),
                    symbol: String::new(),
                    suppressed: false,
                    uncertain: false,
                    flow: Vec::new(),
                    fix: None,
                }
            })
            .collect()
    }

    /// Turns flows into findings. Where a pattern found the same weakness on the
    /// same line, the flow tells more.
    pub(super) fn add_flows(
        &self,
        report: &mut BlobReport,
        flows: Vec<Flow>,
        text: &Text,
        errors: &[std::ops::Range<usize>],
    ) {
        for flow in flows {
            let span = text.span(flow.range.clone());
            let weakness = |rule: &str| self.rule(rule).map_or(&[][..], |info| &info.cwe[..]);
            report.findings.retain(|f| {
                f.span.start_line != span.start_line
                    || !f.flow.is_empty()
                    || f.rule == flow.info.id
                    || !weakness(&f.rule).iter().any(|n| flow.info.cwe.contains(n))
            });
            let finding = finding_of(report, flow, text, errors);
            report.findings.push(finding);
        }
    }

    /// Puts findings in order, drops repetitions and marks suppressed ones.
    pub(crate) fn settle(&self, report: &mut BlobReport) {
        report.findings.sort_by(|a, b| (a.span, &a.rule).cmp(&(b.span, &b.rule)));
        report.findings.dedup_by(|a, b| a.rule == b.rule && a.span == b.span);
        for finding in &mut report.findings {
            let Some(info) = self.rule(&finding.rule) else {
                continue;
            };
            finding.suppressed = suppress::covering(
                &report.suppressions,
                info,
                finding.span.start_line,
                finding.span.end_line,
            )
            .is_some();
        }
    }
}
