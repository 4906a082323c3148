//! Taint rules and the library of a language, made ready: every pattern under
//! the name that a place must have for it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use regex::Regex;
use serde::Deserialize;

use super::pattern::{Condition, On, Pattern, Shape};
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
    /// Text whose constant beginning matches this, put together with parts that
    /// are not known, is data to be watched.
    pub(crate) assembled: Option<String>,
    /// Such a part must come from outside of the function.
    pub(crate) outside: bool,
    /// What callers hand to a function is data to be watched.
    pub(crate) parameters: bool,
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

/// The bit of a mark that is no rule's: the data comes from outside of the function,
/// wherever that is.
pub(super) const OUTSIDE: u64 = 1 << 63;

/// The bit of what a value is clean for that is no rule's: it is an address whose host
/// nobody else can choose.
pub(super) const ANCHORED: u64 = 1 << 63;

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
    /// Beginnings of text, and the rules that watch what such text is made of.
    pub(super) assembled: Vec<(Regex, u64)>,
    /// Those of them for which the parts must come from outside of the function.
    pub(super) outside: u64,
    /// Rules that watch what callers hand over.
    pub(super) parameter_sources: u64,
    words: Words,
}

/// The words of which some must occur in a file that is worth following.
#[derive(Default)]
struct Words {
    list: Vec<String>,
    index: HashMap<String, usize>,
    /// A name, and what must occur beside it: of each list one.
    places: Vec<Vec<Vec<usize>>>,
    finder: Option<aho_corasick::AhoCorasick>,
}

impl Words {
    fn number(&mut self, word: &str) -> usize {
        if let Some(known) = self.index.get(word) {
            return *known;
        }
        self.list.push(word.to_owned());
        self.index.insert(word.to_owned(), self.list.len() - 1);
        self.list.len() - 1
    }

    fn add(&mut self, pattern: &Pattern) {
        let modules: Vec<&str> = match &pattern.on {
            On::Path(paths) => {
                paths.split('|').map(|p| p.rsplit(['.', '/']).next().unwrap_or(p)).collect()
            }
            _ => vec![""],
        };
        let mut beside = Vec::new();
        for condition in &pattern.conditions {
            match condition {
                Condition::Imports(path) => {
                    beside.push(vec![self.number(path.rsplit(['.', '/']).next().unwrap_or(path))]);
                }
                Condition::Named(name, ..) => beside.push(vec![self.number(name)]),
                // Short words may be put together from parts.
                Condition::Place(_, test) if test.wanted && !test.by_name => {
                    for clause in crate::rules::literals(test.regex.as_str()) {
                        if clause.iter().all(|word| word.len() >= 5) {
                            beside.push(clause.iter().map(|word| self.number(word)).collect());
                        }
                    }
                }
                _ => {}
            }
        }
        for module in modules {
            for name in &pattern.names {
                // Any name will do where something else is asked for.
                if name == "*" && beside.is_empty() {
                    continue;
                }
                let mut place: Vec<Vec<usize>> = Vec::new();
                if name != "*" {
                    place.push(vec![self.number(name)]);
                }
                // `.../v3` is imported by the name before it.
                if module.len() > 2 {
                    place.push(vec![self.number(module)]);
                }
                place.extend(beside.iter().cloned());
                self.places.push(place);
            }
        }
    }

    fn finish(&mut self) {
        self.places.sort_unstable();
        self.places.dedup();
        self.finder = aho_corasick::AhoCorasick::new(&self.list).ok();
    }

    fn occur(&self, text: &[u8]) -> bool {
        let Some(finder) = &self.finder else { return true };
        let mut seen = vec![false; self.list.len()];
        for hit in finder.find_overlapping_iter(text) {
            seen[hit.pattern().as_usize()] = true;
        }
        let all = |place: &Vec<Vec<usize>>| place.iter().all(|any| any.iter().any(|w| seen[*w]));
        self.places.iter().any(all)
    }
}

impl std::fmt::Debug for FlowRules {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FlowRules").field("rules", &self.infos.len()).finish_non_exhaustive()
    }
}

/// The library of a language that flows are followed in, as JSON.
pub(crate) fn library_text(language: Language) -> Option<&'static str> {
    macro_rules! library {
        ($name:literal) => {
            include_str!(concat!(env!("OUT_DIR"), "/taint/", $name, ".json"))
        };
    }
    Some(match language {
        Language::Java => library!("java"),
        Language::Python => library!("python"),
        Language::JavaScript | Language::TypeScript | Language::Tsx => library!("javascript"),
        Language::Go => library!("go"),
        Language::Php => library!("php"),
        Language::CSharp => library!("csharp"),
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
        // Rules about values alone need no bit of a mark.
        let mut rules = rules.to_vec();
        rules.sort_by_key(|(_, spec)| spec.sinks.is_empty());
        let flows = rules.iter().filter(|(_, spec)| !spec.sinks.is_empty()).count();
        if flows > 63 || rules.len() > 255 {
            return Err(format!("{flows} rules about flows, {} in all: too many", rules.len()));
        }
        let library: Library = serde_json::from_str(text).map_err(|e| e.to_string())?;
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
            assembled: Vec::new(),
            outside: 0,
            parameter_sources: 0,
            words: Words::default(),
        };
        let mut groups: HashMap<(&str, &str), u64> = HashMap::new();
        for (bit, (_, spec)) in rules.iter().enumerate() {
            let mask = if bit < 63 { 1u64 << bit } else { 0 };
            if let Some(start) = &spec.assembled {
                made.assembled.push((Regex::new(start).map_err(|e| e.to_string())?, mask));
            }
            if spec.outside {
                made.outside |= mask;
            }
            if spec.parameters {
                made.parameter_sources |= mask;
            }
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
            made.add(&spec.from, Meaning::Source(mask), true)?;
            made.add(&spec.sinks, Meaning::Sink(bit as u8), true)?;
            made.add(&spec.clean, Meaning::Clean(mask), false)?;
            made.add(&spec.values, Meaning::Value(bit as u8), true)?;
        }
        for (name, patterns) in &library.sources {
            let mask = groups.get(&("source", name.as_str())).copied().unwrap_or_default();
            made.add(patterns, Meaning::Source(mask | OUTSIDE), mask != 0)?;
        }
        for (name, patterns) in &library.sanitizers {
            let mask = if name == "all" {
                u64::MAX
            } else {
                groups.get(&("sanitizer", name.as_str())).copied().unwrap_or_default()
            };
            if mask != 0 {
                made.add(patterns, Meaning::Clean(mask), false)?;
            }
        }
        for (ty, patterns) in &library.types {
            let number = made.types.len() as u16;
            made.types.push(ty.clone());
            made.add(patterns, Meaning::Type(number), false)?;
        }
        made.add(&library.into, Meaning::Into, false)?;
        made.add(&library.settings, Meaning::Setting, false)?;
        made.add(&library.guards, Meaning::Guard, false)?;
        made.words.finish();
        Ok(Some(made))
    }

    fn add(
        &mut self,
        patterns: &[String],
        meaning: Meaning,
        asked_for: bool,
    ) -> Result<(), String> {
        for text in patterns {
            let pattern = Pattern::parse(text)?;
            for name in &pattern.names {
                self.index
                    .entry(pattern.shape)
                    .or_default()
                    .entry(name.clone())
                    .or_default()
                    .push(self.entries.len() as u16);
            }
            if asked_for && pattern.shape != Shape::Return {
                self.words.add(&pattern);
            }
            self.entries.push(Entry { pattern, meaning });
        }
        Ok(())
    }

    /// What patterns of a shape and name there are.
    pub(super) fn of(&self, shape: Shape, name: &str) -> &[u16] {
        self.index.get(&shape).and_then(|names| names.get(name)).map_or(&[], Vec::as_slice)
    }

    /// Whether a rule is about data of which only the origin is not known.
    pub(super) fn watches(&self, rule: u8) -> bool {
        rule < 63 && self.watching() & (1 << rule) != 0
    }

    /// All rules that [`watches`](Self::watches) is true of.
    pub(super) fn watching(&self) -> u64 {
        self.assembled.iter().fold(self.parameter_sources, |all, (_, m)| all | m)
    }

    /// Rules that data without a text, or with it taken out, is harmless for.
    pub(super) fn without(&self, text: &str) -> u64 {
        self.needs.iter().filter(|(t, _)| t == text).fold(0, |mask, (_, m)| mask | m)
    }

    /// Whether a source, a sink or a call of interest can be in the text.
    pub(crate) fn may_match(&self, text: &[u8]) -> bool {
        self.words.occur(text)
    }
}
