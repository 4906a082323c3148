//! Taint rules and the library of a language, made ready: every pattern under
//! the name that a place must have for it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Deserialize;

use super::pattern::{Pattern, Shape};
use crate::language::Language;
use crate::rules::RuleInfo;

/// The `taint` part of a rule file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Spec {
    /// Groups of the language's library where data comes from.
    pub(crate) sources: Vec<String>,
    /// Patterns of further places where data comes from.
    pub(crate) from: Vec<String>,
    /// Where the data must not get to.
    pub(crate) sinks: Vec<String>,
    /// Groups of the library that make data harmless for this rule.
    pub(crate) sanitizers: Vec<String>,
    /// Patterns of further calls that do.
    pub(crate) clean: Vec<String>,
    /// Patterns of calls that are wrong for what their constants say alone.
    pub(crate) values: Vec<String>,
    /// A test that text starts with something makes it harmless.
    pub(crate) prefix_guard: bool,
    /// A test of the host or scheme of an address makes it harmless.
    pub(crate) host_guard: bool,
    /// Text in which none of these occur is harmless.
    pub(crate) needs: Vec<String>,
    /// Pattern rules that are wrong where the data turns out to be a constant.
    pub(crate) replaces: Vec<String>,
}

/// What is known of a language's libraries, beside single rules.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Library {
    /// Groups of places where data from outside comes in.
    sources: BTreeMap<String, Vec<String>>,
    /// Groups of calls that make data harmless; those of `all` for every rule.
    sanitizers: BTreeMap<String, Vec<String>>,
    /// The type of what a call or field yields, patterns by type.
    types: BTreeMap<String, Vec<String>>,
    /// Types, and what else they are.
    kinds: BTreeMap<String, Vec<String>>,
    /// Types of parameters that are known by their name.
    parameters: BTreeMap<String, String>,
    /// Calls that put data into something.
    into: Vec<String>,
    /// Calls that read a configuration file: key, default.
    settings: Vec<String>,
    /// Calls that tell good data from bad: the argument is harmless where they are true.
    guards: Vec<String>,
}

/// What a pattern that matched means.
#[derive(Debug, Clone, Copy)]
pub(super) enum Meaning {
    Source(u64),
    Sink(u8),
    Clean(u64),
    Type(u16),
    Value(u8),
    Into,
    Setting,
    Guard,
}

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) pattern: Pattern,
    pub(super) meaning: Meaning,
}

/// The taint rules of a language.
pub(crate) struct FlowRules {
    pub(super) infos: Vec<Arc<RuleInfo>>,
    pub(super) entries: Vec<Entry>,
    index: HashMap<Shape, HashMap<String, Vec<u16>>>,
    pub(super) types: Vec<String>,
    pub(super) kinds: HashMap<String, Vec<String>>,
    pub(super) parameters: HashMap<String, String>,
    /// Rules for which a prefix test guards.
    pub(super) prefix_guarded: u64,
    /// Rules for which a test of the host guards.
    pub(super) host_guarded: u64,
    /// Texts without which data is harmless for some rules.
    pub(super) needs: Vec<(String, u64)>,
    /// By rule, the ids of the pattern rules that it knows better than.
    pub(super) replaces: Vec<Vec<String>>,
    words: Option<aho_corasick::AhoCorasick>,
}

impl std::fmt::Debug for FlowRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FlowRules").field("rules", &self.infos.len()).finish_non_exhaustive()
    }
}

/// The text of the library of a language that flows are followed in.
pub(crate) fn library_text(language: Language) -> Option<&'static str> {
    Some(match language {
        Language::Java => include_str!("../../taint/java.yml"),
        Language::Python => include_str!("../../taint/python.yml"),
        Language::JavaScript | Language::TypeScript | Language::Tsx => {
            include_str!("../../taint/javascript.yml")
        }
        Language::Go => include_str!("../../taint/go.yml"),
        Language::Php => include_str!("../../taint/php.yml"),
        Language::CSharp => include_str!("../../taint/csharp.yml"),
        _ => return None,
    })
}

impl FlowRules {
    /// Compiles rules for a language; `None` where flows are not followed.
    ///
    /// # Errors
    /// The first pattern that cannot be read, or group that does not exist.
    pub(crate) fn compile(
        language: Language,
        rules: &[(Arc<RuleInfo>, &Spec)],
    ) -> Result<Option<Self>, String> {
        let Some(text) = library_text(language) else { return Ok(None) };
        if rules.is_empty() {
            return Ok(None);
        }
        if rules.len() > 64 {
            return Err(format!("{} taint rules; 64 are possible", rules.len()));
        }
        let library: Library = ast_grep_config::from_str(text).map_err(|e| e.to_string())?;
        let mut made = Self {
            infos: rules.iter().map(|(info, _)| Arc::clone(info)).collect(),
            entries: Vec::new(),
            index: HashMap::new(),
            types: Vec::new(),
            kinds: library.kinds.into_iter().collect(),
            parameters: library.parameters.into_iter().collect(),
            prefix_guarded: 0,
            host_guarded: 0,
            needs: Vec::new(),
            replaces: rules.iter().map(|(_, spec)| spec.replaces.clone()).collect(),
            words: None,
        };
        let mut words = Vec::new();
        let mut groups: HashMap<(&str, &str), u64> = HashMap::new();
        for (bit, (_, spec)) in rules.iter().enumerate() {
            let mask = 1u64 << bit;
            for (kind, names, known) in [
                ("source", &spec.sources, &library.sources),
                ("sanitizer", &spec.sanitizers, &library.sanitizers),
            ] {
                for name in names {
                    if !known.contains_key(name) {
                        return Err(format!("no group `{name}` in the library"));
                    }
                    *groups.entry((kind, name)).or_default() |= mask;
                }
            }
            if spec.prefix_guard {
                made.prefix_guarded |= mask;
            }
            if spec.host_guard {
                made.host_guarded |= mask;
            }
            made.needs.extend(spec.needs.iter().map(|text| (text.clone(), mask)));
            made.add(&spec.from, Meaning::Source(mask), Some(&mut words))?;
            made.add(&spec.sinks, Meaning::Sink(bit as u8), Some(&mut words))?;
            made.add(&spec.clean, Meaning::Clean(mask), None)?;
            made.add(&spec.values, Meaning::Value(bit as u8), Some(&mut words))?;
        }
        for (name, patterns) in &library.sources {
            let mask = groups.get(&("source", name.as_str())).copied().unwrap_or_default();
            if mask != 0 {
                made.add(patterns, Meaning::Source(mask), Some(&mut words))?;
            }
        }
        for (name, patterns) in &library.sanitizers {
            let mask = if name == "all" {
                u64::MAX
            } else {
                groups.get(&("sanitizer", name.as_str())).copied().unwrap_or_default()
            };
            if mask != 0 {
                made.add(patterns, Meaning::Clean(mask), None)?;
            }
        }
        for (ty, patterns) in &library.types {
            let number = made.types.len() as u16;
            made.types.push(ty.clone());
            made.add(patterns, Meaning::Type(number), None)?;
        }
        made.add(&library.into, Meaning::Into, None)?;
        made.add(&library.settings, Meaning::Setting, None)?;
        made.add(&library.guards, Meaning::Guard, None)?;
        words.sort();
        words.dedup();
        made.words = aho_corasick::AhoCorasick::new(&words).ok();
        Ok(Some(made))
    }

    fn add(
        &mut self,
        patterns: &[String],
        meaning: Meaning,
        words: Option<&mut Vec<String>>,
    ) -> Result<(), String> {
        let mut found = Vec::new();
        for text in patterns {
            let pattern = Pattern::parse(text)?;
            for name in &pattern.names {
                self.index
                    .entry(pattern.shape)
                    .or_default()
                    .entry(name.clone())
                    .or_default()
                    .push(self.entries.len() as u16);
                if pattern.shape != Shape::Return {
                    found.push(name.clone());
                }
            }
            self.entries.push(Entry { pattern, meaning });
        }
        if let Some(words) = words {
            words.append(&mut found);
        }
        Ok(())
    }

    /// What patterns of a shape and name there are.
    pub(super) fn of(&self, shape: Shape, name: &str) -> &[u16] {
        self.index.get(&shape).and_then(|names| names.get(name)).map_or(&[], Vec::as_slice)
    }

    /// Rules that data without a text, or with it taken out, is harmless for.
    pub(super) fn without(&self, text: &str) -> u64 {
        self.needs.iter().filter(|(t, _)| t == text).fold(0, |mask, (_, m)| mask | m)
    }

    /// Whether a source, a sink or a call of interest can be in the text.
    pub(crate) fn may_match(&self, text: &[u8]) -> bool {
        self.words.as_ref().is_none_or(|words| words.is_match(text))
    }
}
