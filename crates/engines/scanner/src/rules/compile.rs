//! A language's pattern rules, ready to run.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ast_grep_config::{DeserializeEnv, RuleCore, SerializableRuleCore};
use ast_grep_core::matcher::MatcherExt;
use ast_grep_core::meta_var::MetaVariable;
use ast_grep_core::tree_sitter::StrDoc;
use ast_grep_core::{AstGrep, Doc, Matcher, NodeMatch};
use tree_sitter::{Node, Tree};

use super::bounded::{self, Bounded};
use super::document::Document;
use super::fix::{self, Fixes};
use super::grep::Grep;
use super::prefilter::{self, Clause, Prefilter};
use super::words::Words;
use super::{RuleError, RuleInfo};
use crate::language::Language;
use crate::taint::FlowRules;

/// How long the rules may take on one blob.
const TIME: Duration = Duration::from_secs(10);
/// Matches of one rule in one blob; what has more is made to have more.
const MOST_MATCHES: u32 = 1_000;

/// Parsed text as ast-grep wants it; owns the tree.
pub(crate) type Grepped = AstGrep<StrDoc<Grep>>;

/// The pattern of a rule, ready to run.
pub(crate) struct Compiled {
    info: Arc<RuleInfo>,
    matcher: RuleCore,
    fixes: Option<Fixes>,
    /// What must occur in a text that it matches.
    clauses: Vec<Clause>,
}

/// All enabled pattern rules of one language.
pub(crate) struct LanguageRules {
    rules: Vec<Arc<Compiled>>,
    prefilter: Prefilter,
    /// Rules by the node kinds they can match.
    by_kind: Vec<Vec<u16>>,
    /// Rules about data flow, if there are any.
    pub(crate) flows: Option<FlowRules>,
    /// Rules about the text as it is written.
    pub(crate) words: Vec<Words>,
}

/// A match, before it becomes a finding.
pub(crate) struct Match {
    pub(crate) info: Arc<RuleInfo>,
    pub(crate) range: std::ops::Range<usize>,
    pub(crate) message: String,
    pub(crate) symbol: u32,
    /// What to write, and in place of what.
    pub(crate) fix: Option<(std::ops::Range<usize>, String)>,
}

impl LanguageRules {
    /// Compiles the given documents for a language.
    pub(crate) fn compile(language: Language, documents: &[&Document]) -> Result<Self, RuleError> {
        let mut rules = Vec::new();
        let mut by_kind: Vec<Vec<u16>> = Vec::new();
        let words = Words::compile(documents)?;
        let Some(grep) = Grep::of(language) else {
            return Ok(Self { rules, prefilter: Prefilter::new([]), by_kind, flows: None, words });
        };
        for document in documents {
            let kept = document.kept.iter().find(|(of, _)| *of == language);
            let compiled = match (kept, &document.core) {
                (Some((_, compiled)), _) => Arc::clone(compiled),
                (None, Some(core)) => Arc::new(Compiled::of(language, &grep, document, core)?),
                (None, None) => continue,
            };
            for kind in compiled.matcher.potential_kinds().iter().flatten() {
                if by_kind.len() <= kind {
                    by_kind.resize(kind + 1, Vec::new());
                }
                by_kind[kind].push(rules.len() as u16);
            }
            rules.push(compiled);
        }
        let specs: Vec<_> = documents
            .iter()
            .filter_map(|d| Some((Arc::clone(&d.info), d.taint.as_ref()?)))
            .collect();
        let flows = FlowRules::compile(language, &specs).map_err(|why| RuleError {
            file: specs.first().map_or_else(String::new, |(info, _)| info.id.clone()),
            why: format!("{language}: {why}"),
        })?;
        let prefilter = Prefilter::new(rules.iter().map(|rule| rule.clauses.as_slice()));
        Ok(Self { rules, prefilter, by_kind, flows, words })
    }

    /// What the patterns were compiled to.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = &Arc<Compiled>> {
        self.rules.iter()
    }

    /// The rules that run on every file, because nothing in them must occur in it.
    #[cfg(test)]
    pub(crate) fn unfiltered(&self) -> Vec<String> {
        let always = self.prefilter.active(b"");
        self.rules
            .iter()
            .zip(always)
            .filter(|(_, always)| *always)
            .map(|(rule, _)| rule.info.id.clone())
            .collect()
    }

    /// Which rules may match the text, by their words.
    pub(crate) fn active(&self, text: &[u8]) -> Vec<bool> {
        self.prefilter.active(text)
    }

    /// Which node kinds the active rules want to see; empty for none.
    pub(crate) fn wanted(&self, active: &[bool]) -> Vec<bool> {
        if !active.contains(&true) {
            return Vec::new();
        }
        self.by_kind.iter().map(|rules| rules.iter().any(|r| active[usize::from(*r)])).collect()
    }

    /// Makes a tree ready for [`run`](Self::run).
    pub(crate) fn adopt(language: Language, source: &str, tree: Tree) -> Option<Grepped> {
        Some(AstGrep::doc(StrDoc { src: source.to_owned(), lang: Grep::of(language)?, tree }))
    }

    /// Tries the active rules on the candidates. The flag is false when a limit
    /// on time or matches cut the work short.
    pub(crate) fn run<'t>(
        &self,
        root: &'t Grepped,
        active: &[bool],
        candidates: &[(Node<'t>, u32)],
    ) -> (Vec<Match>, bool) {
        let started = Instant::now();
        let mut matches = Vec::new();
        let mut counts = vec![0u32; self.rules.len()];
        let mut complete = true;
        for (i, (node, symbol)) in candidates.iter().enumerate() {
            if i % 128 == 127 && started.elapsed() > TIME {
                return (matches, false);
            }
            let Some(rules) = self.by_kind.get(usize::from(node.kind_id())) else {
                continue;
            };
            for rule in rules.iter().map(|r| usize::from(*r)) {
                if !active[rule] {
                    continue;
                }
                if counts[rule] == MOST_MATCHES {
                    complete = false;
                    continue;
                }
                let compiled = &self.rules[rule];
                if let Some(found) = compiled.matcher.match_node(root.adopt(*node)) {
                    counts[rule] += 1;
                    matches.push(Match {
                        info: Arc::clone(&compiled.info),
                        range: found.range(),
                        message: fill(&compiled.info.message, &found),
                        symbol: *symbol,
                        fix: compiled.fix(&found),
                    });
                }
            }
        }
        (matches, complete)
    }
}

impl LanguageRules {
    /// [`run`](Self::run) for rules that nobody has measured: tries the active
    /// ones on every node of the tree, each with so much fuel and no more. The
    /// flag is false when fuel or matches ran out; the same text always gives
    /// the same.
    pub(crate) fn run_bounded(
        &self,
        language: Language,
        source: &str,
        tree: Tree,
        active: &[bool],
    ) -> (Vec<Match>, bool) {
        let (mut matches, mut complete) = (Vec::new(), true);
        let Some(grep) = Grep::of(language).filter(|_| active.contains(&true)) else {
            return (matches, complete);
        };
        let wanted = self.wanted(active);
        let doc = StrDoc { src: source.to_owned(), lang: grep, tree };
        let root = AstGrep::doc(Bounded::new(doc));
        let fuel = root.root().get_doc().fuel();
        let mut left = vec![bounded::OF_A_RULE; self.rules.len()];
        let mut counts = vec![0u32; self.rules.len()];
        let mut total = bounded::OF_A_FILE;
        for node in root.root().get_doc().nodes(&wanted) {
            for rule in self.by_kind[usize::from(node.kind_id())].iter().map(|r| usize::from(*r)) {
                if !active[rule] || left[rule] == 0 {
                    continue;
                }
                let candidate = root.adopt(node);
                let given = left[rule].min(total);
                fuel.set(given);
                let compiled = &self.rules[rule];
                let found = compiled.matcher.match_node(candidate);
                let fix = found.as_ref().and_then(|found| compiled.fix(found));
                let rest = fuel.get();
                fuel.set(u64::MAX);
                total -= given - rest;
                left[rule] -= given - rest;
                if rest == 0 {
                    // What was found may stand on a node that was not looked at.
                    complete = false;
                    left[rule] = 0;
                } else if let Some(found) = found {
                    counts[rule] += 1;
                    if counts[rule] == MOST_MATCHES {
                        complete = false;
                        left[rule] = 0;
                    }
                    matches.push(Match {
                        info: Arc::clone(&compiled.info),
                        range: found.range(),
                        message: fill(&compiled.info.message, &found),
                        symbol: 0,
                        fix,
                    });
                }
            }
            if total == 0 {
                break;
            }
        }
        (matches, complete)
    }
}

impl Compiled {
    fn of(
        language: Language,
        grep: &Grep,
        document: &Document,
        core: &SerializableRuleCore,
    ) -> Result<Self, RuleError> {
        let fail = |why: String| RuleError {
            file: document.file.clone(),
            why: format!("{language}: {why}"),
        };
        let (matcher, fixes) = match &document.fix {
            Some(parts) => fix::compile(parts, grep).map_err(fail)?,
            None => {
                let env = DeserializeEnv::new(grep.clone());
                (core.get_matcher(env).map_err(|e| fail(chain(&e)))?, None)
            }
        };
        if matcher.potential_kinds().is_none() {
            return Err(fail("matches nodes of any kind; name a kind".into()));
        }
        let clauses = prefilter::clauses(&prefilter::Source {
            rule: &document.rule,
            utils: &document.utils,
            constraints: &document.constraints,
            select: &|context, kind| grep.select(context, kind),
        });
        Ok(Self { info: Arc::clone(&document.info), matcher, fixes, clauses })
    }

    fn fix<D: Doc<Source = String>>(
        &self,
        found: &NodeMatch<'_, D>,
    ) -> Option<(std::ops::Range<usize>, String)> {
        self.fixes.as_ref()?.of(&self.matcher, found)
    }
}

/// Replaces `$NAME` by what it captured, cut to one short line.
fn fill<D: Doc>(template: &str, found: &NodeMatch<'_, D>) -> String {
    if !template.contains('$') {
        return template.to_owned();
    }
    let mut names: Vec<String> = found
        .get_env()
        .get_matched_variables()
        .filter_map(|v| match v {
            MetaVariable::Capture(name, _) => Some(name),
            _ => None,
        })
        .collect();
    // `$AB` must not be taken for `$A`.
    names.sort_by_key(|n| std::cmp::Reverse(n.len()));
    let mut message = template.to_owned();
    for name in names {
        if let Some(node) = found.get_env().get_match(&name) {
            message = message.replace(&format!("${name}"), &short(&node.text()));
        }
    }
    message
}

fn short(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    let cut = line.chars().count() > LONGEST || line.len() < text.trim_end().len();
    let mut out: String = line.chars().take(LONGEST).collect();
    if cut {
        out.push('…');
    }
    out
}

/// An error with its causes.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
