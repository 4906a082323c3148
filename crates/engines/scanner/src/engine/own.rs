//! The part of the engine for rules that a team wrote, and for rules about text.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use tree_sitter::Node;
use xxhash_rust::xxh3::Xxh3;

use super::Engine;
use super::blob::DEEPEST;
use super::linked::links_of;
use crate::language::{KindTable, Language, flag};
use crate::report::{BlobReport, RawFinding};
use crate::rules::{Document, Grepped, LanguageRules, OwnRule, Places, RuleInfo, Words, with_room};
use crate::ruleset::Ruleset;
use crate::taint;
use crate::text::Text;

/// The rules of the team that are on.
pub(super) struct Own {
    rules: Vec<Arc<OwnRule>>,
    by_id: HashMap<String, usize>,
    /// Those about any language.
    everywhere: Vec<Words>,
    languages: Vec<OnceLock<Option<LanguageRules>>>,
}

impl Own {
    pub(super) fn of(ruleset: &Ruleset, rules: &[Arc<OwnRule>]) -> Self {
        let mut rules: Vec<Arc<OwnRule>> =
            rules.iter().filter(|rule| ruleset.enables(rule.info())).cloned().collect();
        rules.sort_by(|a, b| a.info().id.cmp(&b.info().id));
        let ids = rules.iter().enumerate().map(|(at, rule)| (rule.info().id.clone(), at));
        let everywhere: Vec<&Document> = rules
            .iter()
            .map(|rule| &rule.document)
            .filter(|document| document.info.languages.is_empty())
            .collect();
        Self {
            by_id: ids.collect(),
            // A rule that cannot be compiled was never made.
            everywhere: Words::compile(&everywhere).unwrap_or_default(),
            languages: Language::all().map(|_| OnceLock::new()).collect(),
            rules,
        }
    }

    pub(super) fn documents(&self) -> impl Iterator<Item = &Document> {
        self.rules.iter().map(|rule| &rule.document)
    }

    pub(super) fn info(&self, id: &str) -> Option<&RuleInfo> {
        self.by_id.get(id).map(|at| self.rules[*at].info())
    }

    /// The hash of a ruleset together with that of the rules that are on.
    pub(super) fn hash_with(&self, ruleset: String) -> String {
        if self.rules.is_empty() {
            return ruleset;
        }
        let mut hasher = Xxh3::new();
        hasher.update(ruleset.as_bytes());
        for rule in &self.rules {
            hasher.update(rule.info().id.as_bytes());
            hasher.update(&rule.document.hash.to_le_bytes());
        }
        format!("{:032x}", hasher.digest128())
    }

    fn of_language(&self, language: Language) -> Option<&LanguageRules> {
        self.languages[language as usize]
            .get_or_init(|| {
                let mut documents: Vec<&Document> = self
                    .documents()
                    .filter(|document| document.info.languages.contains(&language))
                    .collect();
                if documents.is_empty() {
                    return None;
                }
                LanguageRules::compile(language, &documents).ok().or_else(|| {
                    // One that does not go together with the others stops none of them.
                    documents.retain(|one| LanguageRules::compile(language, &[one]).is_ok());
                    LanguageRules::compile(language, &documents).ok()
                })
            })
            .as_ref()
    }
}

impl Engine {
    /// Whether a rule is for the file at a path; every built-in one is.
    pub(crate) fn is_for(&self, rule: &str, path: &str) -> bool {
        self.own.by_id.get(rule).is_none_or(|at| self.own.rules[*at].is_for(path))
    }

    /// Adds what rules about the text of a language report.
    pub(super) fn add_words(
        &self,
        report: &mut BlobReport,
        text: &Text,
        extent: &Range<usize>,
        root: &Grepped,
        table: &KindTable,
    ) {
        let rules = [self.language_rules(report.language), self.own.of_language(report.language)];
        let all: Vec<&Words> = rules.into_iter().flatten().flat_map(|rules| &rules.words).collect();
        if all.is_empty() {
            return;
        }
        let strings = all.iter().any(|rule| rule.asks_for_strings());
        let places = places(root.root().get_inner_node(), table, strings);
        add_words(report, text, extent, &places, &all);
    }

    /// Adds what rules about any text report, and those about languages that have
    /// no grammar.
    pub(super) fn add_words_anywhere(
        &self,
        report: &mut BlobReport,
        text: &Text,
        comments: &[Range<usize>],
    ) {
        let language = report.language;
        let own = self.own.of_language(language).filter(|_| !language.is_analysed());
        let all: Vec<&Words> =
            own.into_iter().flat_map(|rules| &rules.words).chain(&self.own.everywhere).collect();
        if all.is_empty() {
            return;
        }
        let places = Places { comments: comments.to_vec(), strings: Vec::new() };
        add_words(report, text, &(0..text.bytes().len()), &places, &all);
    }

    /// Adds what the rules of the team report.
    pub(super) fn add_own(
        &self,
        report: &mut BlobReport,
        text: &Text,
        extent: &Range<usize>,
        root: &Grepped,
        errors: &[Range<usize>],
        depth: usize,
    ) {
        let language = report.language;
        let Some(rules) = self.own.of_language(language) else { return };
        let bytes = &text.bytes()[extent.clone()];
        let active = rules.active(bytes);
        let flows = rules.flows.as_ref().filter(|flows| flows.may_match(bytes));
        if !active.contains(&true) && flows.is_none() {
            return;
        }
        if depth > DEEPEST {
            report.health.rules_skipped = true;
            return;
        }
        let tree = root.root().get_doc().tree.clone();
        let found = with_room(|| rules.run_bounded(language, &text.source, tree, &active));
        let (matches, complete) = found.unwrap_or_default();
        report.health.rules_skipped |= !complete;
        for found in matches {
            let fix = found.fix.map(super::fixes::fix);
            let found = raw(report, text, &found.info, found.range, found.message, errors);
            report.findings.push(RawFinding { fix, ..found });
        }
        if let (Some(flows), Some(table)) = (flows, KindTable::of(language)) {
            let tree = root.root().get_inner_node();
            let followed = taint::follow(language, table, flows, tree, text);
            report.health.rules_skipped |= followed.cut;
            self.add_flows(report, followed.flows, text, errors);
            let told = links_of(report, followed.exported, text, errors);
            if told.is_some() {
                report.links.get_or_insert_default().own = told;
            }
        }
    }
}

fn add_words(
    report: &mut BlobReport,
    text: &Text,
    extent: &Range<usize>,
    places: &Places,
    rules: &[&Words],
) {
    for rule in rules {
        let (ranges, complete) = rule.find(text, places);
        report.health.rules_skipped |= !complete;
        for range in ranges {
            if extent.start <= range.start && range.end <= extent.end {
                let text_instead = rule.replacement(text, &range);
                let fix = text_instead.map(|written| super::fixes::fix((range.clone(), written)));
                let found = raw(report, text, &rule.info, range, rule.info.message.clone(), &[]);
                report.findings.push(RawFinding { fix, ..found });
            }
        }
    }
}

/// A place as a finding.
fn raw(
    report: &BlobReport,
    text: &Text,
    info: &RuleInfo,
    range: Range<usize>,
    message: String,
    errors: &[Range<usize>],
) -> RawFinding {
    let span = text.span(range.clone());
    let functions = report.functions.iter();
    let around = functions
        .filter(|f| f.start_line <= span.start_line && span.start_line <= f.end_line)
        .max_by_key(|f| f.start_line);
    RawFinding {
        rule: info.id.clone(),
        message,
        context: text.context(text.line_of(range.start), &text.bytes()[range.clone()]),
        span,
        symbol: around.map_or_else(String::new, |f| f.qualified_name.clone()),
        suppressed: false,
        uncertain: errors.iter().any(|e| e.start <= range.start && range.end <= e.end),
        flow: Vec::new(),
        fix: None,
    }
}

/// Where comments are and, if asked for, strings.
fn places(root: Node<'_>, table: &KindTable, strings: bool) -> Places {
    let mut places = Places::default();
    let mut cursor = root.walk();
    loop {
        let info = table.info(cursor.node().kind_id());
        let mut descend = true;
        if info.has(flag::COMMENT) {
            places.comments.push(cursor.node().byte_range());
            descend = false;
        } else if strings && info.has(flag::STRING) {
            places.strings.push(cursor.node().byte_range());
            descend = false;
        }
        if descend && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return places;
            }
        }
    }
}
