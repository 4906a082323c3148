//! Rules that a team writes: the form of the built-in ones, and of ast-grep's
//! files as they are, from somebody who may mean harm.

use std::sync::Arc;

use ast_grep_config::SerializableRuleCore;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;
use serde_json::Value;

use super::document::{
    Category, Doc, Docs, Document, Examples, OWN_PACK, PACKS, RuleInfo, Severity,
};
use super::words::{AbsenceSpec, TextSpec, WordSpec};
use super::{LanguageRules, Metric, limits};
use crate::language::Language;

/// What every id of a team's rule begins with.
pub const OWN_PREFIX: &str = "own/";
/// Minutes that a fix takes where the rule does not say.
const EFFORT: u32 = 10;
/// Examples of a rule, valid and invalid each.
const MOST_EXAMPLES: usize = 50;

/// What is wrong with a rule that somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{why}", if self.line > 0 { format!("line {}: ", self.line) } else { String::new() }, if self.field.is_empty() { String::new() } else { format!("`{}`: ", self.field) })]
pub struct RuleFault {
    /// The line, from 1; 0 where it is not known.
    pub line: u32,
    /// The column, from 1; 0 where it is not known.
    pub column: u32,
    /// The field of the rule, or empty.
    pub field: String,
    /// What is wrong.
    pub why: String,
}

impl RuleFault {
    pub(super) fn of(field: &str, why: impl Into<String>) -> Self {
        Self { line: 0, column: 0, field: field.to_owned(), why: why.into() }
    }

    /// With the line of its field in the text.
    fn in_text(mut self, text: &str) -> Self {
        if self.line == 0 && !self.field.is_empty() {
            let key = format!("{}:", self.field.rsplit('.').next().unwrap_or_default());
            let begins = |line: &str| line.trim_start().starts_with(&key);
            let place = text.lines().position(begins);
            let place = place.or_else(|| text.lines().position(|line| line.contains(&key)));
            self.line = place.map_or(0, |line| u32::try_from(line + 1).unwrap_or(0));
        }
        self
    }
}

/// A rule of a team: what it says about itself, and how it matches.
pub struct OwnRule {
    pub(crate) document: Document,
    paths: Option<Paths>,
}

/// The paths that a rule is for.
struct Paths {
    files: Option<GlobSet>,
    ignores: GlobSet,
}

impl std::fmt::Debug for OwnRule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("OwnRule").field(&self.document.info.id).finish()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: String,
    language: String,
    #[serde(default)]
    severity: Option<Severity>,
    #[serde(default)]
    message: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    metadata: Option<Meta>,
    metric: Option<Metric>,
    threshold: Option<u32>,
    #[serde(default)]
    rule: Value,
    #[serde(default)]
    utils: Value,
    #[serde(default)]
    constraints: Value,
    taint: Option<crate::taint::Spec>,
    text: Option<TextSpec>,
    absence: Option<AbsenceSpec>,
    #[serde(default)]
    files: Vec<String>,
    #[serde(default)]
    ignores: Vec<String>,
    #[serde(default)]
    fix: Value,
    // Read through `SerializableRuleCore`, too.
    #[serde(default)]
    transform: Value,
    // Kept in the text; nothing here uses them.
    #[serde(default, rename = "url")]
    _url: serde::de::IgnoredAny,
    #[serde(default, rename = "labels")]
    _labels: serde::de::IgnoredAny,
}

/// What other tools write here is theirs, so unknown fields are left alone.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Meta {
    category: Option<Value>,
    cwe: Option<Value>,
    effort_min: Option<u32>,
    title: String,
    title_zh: String,
    message_zh: String,
    docs: Option<OwnDocs>,
    packs: Vec<String>,
    aliases: Vec<String>,
    also: Vec<Language>,
    tests: Examples,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct OwnDocs {
    en: Option<OwnDoc>,
    zh: Option<OwnDoc>,
}

#[derive(Deserialize, Default, Clone)]
#[serde(deny_unknown_fields, default)]
struct OwnDoc {
    what: String,
    why: String,
    fix: String,
}

impl From<OwnDoc> for Doc {
    fn from(doc: OwnDoc) -> Self {
        Self { what: doc.what, why: doc.why, fix: doc.fix }
    }
}

impl OwnRule {
    /// Reads and compiles a rule. Bounded in time and memory whatever the text.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn parse(text: &str) -> Result<Self, RuleFault> {
        if text.len() > limits::MOST_BYTES {
            let why = format!("the rule is longer than {} KiB", limits::MOST_BYTES / 1024);
            return Err(RuleFault::of("", why));
        }
        with_room(|| Self::parse_here(text))
            .unwrap_or_else(|| Err(RuleFault::of("", "the rule cannot be read")))
            .map_err(|fault| fault.in_text(text))
    }

    fn parse_here(text: &str) -> Result<Self, RuleFault> {
        // Bounds depth and aliases before anything recurses.
        let read = super::yaml::read(text)?;
        let raw: Raw = typed(&read, text)?;
        check_id(&raw.id)?;
        let meta = raw.metadata.unwrap_or_default();
        let words = WordSpec::of(raw.text, raw.absence, &raw.fix);
        let kinds =
            [!raw.rule.is_null(), raw.taint.is_some(), raw.metric.is_some(), words.is_some()];
        match kinds.iter().filter(|there| **there).count() {
            0 => {
                let why = "needs `rule`, `taint`, `metric`, `text` or `absence`";
                return Err(RuleFault::of("", why));
            }
            1 => {}
            _ => {
                let why = "has more than one of `rule`, `taint`, `metric`, `text`, `absence`";
                return Err(RuleFault::of("", why));
            }
        }
        let any = raw.language.eq_ignore_ascii_case("any");
        let mut languages = Vec::new();
        if any && raw.metric.is_none() && words.is_none() {
            let why = "`any` is for `metric`, `text` and `absence` only";
            return Err(RuleFault::of("language", why));
        }
        if !any {
            languages.push(language_of(&raw.language).ok_or_else(|| {
                RuleFault::of("language", format!("unknown language `{}`", raw.language))
            })?);
            languages.extend(&meta.also);
        }
        if raw.metric.is_some() != raw.threshold.is_some() {
            return Err(RuleFault::of("threshold", "`metric` and `threshold` go together"));
        }
        for regex in words.iter().flat_map(WordSpec::regexes) {
            super::words::compile(regex).map_err(|why| RuleFault::of("regex", why))?;
        }
        limits::check(&languages, &raw.rule, &raw.constraints, &raw.utils)?;
        if !raw.fix.is_null() {
            if raw.rule.is_null() && !matches!(words, Some(WordSpec::Text(_))) {
                return Err(RuleFault::of("fix", "is for `rule` and `text` only"));
            }
            super::fix::check(&raw.fix).map_err(|why| RuleFault::of("fix", why))?;
            // What a fix reaches out to is a rule, too.
            limits::check(&languages, &raw.fix, &Value::Null, &raw.utils)?;
        }
        let core = if raw.rule.is_null() {
            None
        } else {
            Some(typed::<SerializableRuleCore>(&read, text)?)
        };
        if let Some(flow) = &raw.taint {
            check_flow(flow)?;
        }
        let severity = raw.severity.unwrap_or(Severity::Warning);
        let mut info = info_of(
            &raw.id,
            languages,
            severity,
            raw.message.trim(),
            &raw.note,
            meta,
            (raw.metric, raw.threshold),
        )?;
        info.fixable = !raw.fix.is_null();
        let fix =
            super::fix::parts(&raw.rule, &raw.constraints, &raw.utils, &raw.transform, &raw.fix);
        let mut document = Document {
            file: info.id.clone(),
            info: Arc::new(info),
            core,
            taint: raw.taint,
            words,
            fix,
            rule: raw.rule,
            // References multiply; the prefilter does without them.
            utils: Value::Null,
            constraints: raw.constraints,
            hash: xxhash_rust::xxh3::xxh3_64(text.as_bytes()),
            kept: Vec::new(),
        };
        let mut kept = Vec::new();
        for language in &document.info.languages {
            let rules = LanguageRules::compile(*language, &[&document])
                .map_err(|error| compiled(&error.why))?;
            kept.extend(rules.patterns().map(|pattern| (*language, Arc::clone(pattern))));
        }
        document.kept = kept;
        let paths = Paths::of(&raw.files, &raw.ignores)?;
        Ok(Self { document, paths })
    }

    /// What it says about itself; its id begins with [`OWN_PREFIX`].
    #[must_use]
    pub fn info(&self) -> &RuleInfo {
        &self.document.info
    }

    /// Whether it is about data flow.
    #[must_use]
    pub fn is_flow(&self) -> bool {
        self.document.taint.is_some()
    }

    /// Whether it is for the file at this path.
    pub(crate) fn is_for(&self, path: &str) -> bool {
        self.paths.as_ref().is_none_or(|paths| {
            paths.files.as_ref().is_none_or(|files| files.is_match(path))
                && !paths.ignores.is_match(path)
        })
    }
}

/// What was read, as what is asked for. The text is read again only where that does
/// not fit: it tells words from numbers by what is asked for, and says where it is
/// wrong.
fn typed<T: serde::de::DeserializeOwned>(read: &Value, text: &str) -> Result<T, RuleFault> {
    T::deserialize(read)
        .or_else(|_| ast_grep_config::from_str(text).map_err(|e| super::yaml::fault(&e)))
}

impl Paths {
    fn of(files: &[String], ignores: &[String]) -> Result<Option<Self>, RuleFault> {
        if files.is_empty() && ignores.is_empty() {
            return Ok(None);
        }
        let set = |field: &str, globs: &[String]| {
            let mut set = GlobSetBuilder::new();
            for text in globs.iter().take(100) {
                let text = text.trim_start_matches("./");
                let glob = GlobBuilder::new(text).literal_separator(true).build();
                set.add(glob.map_err(|e| RuleFault::of(field, e.to_string()))?);
            }
            set.build().map_err(|e| RuleFault::of(field, e.to_string()))
        };
        let ignores = set("ignores", ignores)?;
        let files = if files.is_empty() { None } else { Some(set("files", files)?) };
        Ok(Some(Self { files, ignores }))
    }
}

fn check_id(id: &str) -> Result<(), RuleFault> {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
    if id.is_empty() || id.len() > 100 || !id.chars().all(fine) {
        let why = "must be 1 to 100 of a to z, 0 to 9, `-`, `_` and `.`";
        return Err(RuleFault::of("id", why));
    }
    Ok(())
}

fn check_flow(spec: &crate::taint::Spec) -> Result<(), RuleFault> {
    let lists = [&spec.from, &spec.sinks, &spec.clean, &spec.values, &spec.needs];
    if lists.iter().any(|list| list.len() > 200) {
        return Err(RuleFault::of("taint", "a list has more than 200 entries"));
    }
    let mut regexes = 0;
    for pattern in lists.into_iter().flatten() {
        for part in pattern.split('~').skip(1) {
            regexes += 1;
            let regex = part.split(" and ").next().unwrap_or_default();
            super::words::compile(regex.trim().trim_matches('/'))
                .map_err(|why| RuleFault::of("taint", why))?;
        }
    }
    if regexes > 32 {
        return Err(RuleFault::of("taint", "more than 32 regular expressions"));
    }
    if spec.sinks.is_empty() && spec.values.is_empty() {
        return Err(RuleFault::of("taint.sinks", "says nowhere that data must not get to"));
    }
    if !spec.replaces.is_empty() {
        return Err(RuleFault::of("taint.replaces", "is for built-in rules only"));
    }
    Ok(())
}

fn info_of(
    id: &str,
    languages: Vec<Language>,
    severity: Severity,
    message: &str,
    note: &str,
    meta: Meta,
    (metric, threshold): (Option<Metric>, Option<u32>),
) -> Result<RuleInfo, RuleFault> {
    let or = |text: &str, other: &str| {
        if text.trim().is_empty() { other.to_owned() } else { text.trim().to_owned() }
    };
    let message = or(message, &or(&meta.title, id));
    let first = message.lines().next().unwrap_or_default();
    let title = or(&meta.title, first.split(". ").next().unwrap_or(first));
    for (field, text) in [("message", &message), ("metadata.title", &title)] {
        if text.chars().count() > 4_000 {
            return Err(RuleFault::of(field, "is too long"));
        }
    }
    let docs = meta.docs.unwrap_or_default();
    let what = or(note, &message);
    let en: Doc = docs.en.map_or(Doc { what, why: String::new(), fix: String::new() }, Doc::from);
    let zh: Doc = docs.zh.map_or_else(|| en.clone(), Doc::from);
    let mut packs = meta.packs;
    if let Some(pack) = packs.iter().find(|pack| !PACKS.contains(&pack.as_str())) {
        return Err(RuleFault::of("metadata.packs", format!("unknown pack `{pack}`")));
    }
    if packs.is_empty() {
        packs.push(OWN_PACK.to_owned());
    }
    let tests = &meta.tests;
    if tests.valid.len() > MOST_EXAMPLES || tests.invalid.len() > MOST_EXAMPLES {
        let why = format!("has more than {MOST_EXAMPLES} examples");
        return Err(RuleFault::of("metadata.tests", why));
    }
    Ok(RuleInfo {
        id: format!("{OWN_PREFIX}{id}"),
        languages,
        severity,
        category: category_of(meta.category.as_ref(), severity),
        cwe: cwe_of(meta.cwe.as_ref()),
        effort_min: meta.effort_min.unwrap_or(EFFORT).min(10_000),
        title_zh: or(&meta.title_zh, &title),
        title,
        message_zh: or(&meta.message_zh, &message),
        message,
        note: en.markdown().trim().to_owned(),
        note_zh: zh.markdown().trim().to_owned(),
        docs: Docs { en, zh },
        packs,
        examples: meta.tests,
        fixable: false,
        aliases: meta.aliases,
        metric,
        threshold,
    })
}

/// The category by our words and by those that other tools use.
fn category_of(value: Option<&Value>, severity: Severity) -> Category {
    match value.and_then(Value::as_str).unwrap_or_default() {
        "security" | "vuln" | "vulnerability" => Category::Security,
        "bug" | "correctness" => Category::Bug,
        "performance" | "perf" => Category::Performance,
        "" if severity >= Severity::Error => Category::Bug,
        _ => Category::Smell,
    }
}

/// Weakness numbers, as numbers or as `CWE-89: …`.
fn cwe_of(value: Option<&Value>) -> Vec<u32> {
    let one = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        let digits = text.trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        value.as_u64().and_then(|n| u32::try_from(n).ok()).or_else(|| digits[..end].parse().ok())
    };
    match value {
        Some(Value::Array(values)) => values.iter().filter_map(one).take(10).collect(),
        Some(value) => one(value).into_iter().collect(),
        None => Vec::new(),
    }
}

/// A language by our id, or by a name that other tools have for it.
pub(crate) fn language_of(name: &str) -> Option<Language> {
    let lower = name.to_ascii_lowercase();
    let id = match lower.as_str() {
        "py" | "python3" | "python2" => "python",
        "js" | "jsx" => "javascript",
        "ts" => "typescript",
        "c#" | "cs" | "c_sharp" => "csharp",
        "c++" | "cc" | "cxx" => "cpp",
        "golang" => "go",
        "rs" => "rust",
        "kt" => "kotlin",
        "bash" | "sh" => "shell",
        other => other,
    };
    Language::of_id(id)
}

/// What a compiler said, as a fault of the part that it was about.
fn compiled(why: &str) -> RuleFault {
    let field = ["rule", "utils", "constraints", "transform", "fix"]
        .into_iter()
        .find(|field| {
            why.contains(&format!("`{field}` is not"))
                || why.contains(&format!("used in `{field}`"))
                || why.contains(&format!("`{field}` pattern"))
        })
        .unwrap_or("rule");
    RuleFault::of(field, why)
}

/// Runs what may recurse deeply where there is room for it; `None` when it
/// panics.
pub(crate) fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    const STACK: usize = 256 << 20;
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().stack_size(STACK);
        builder.spawn_scoped(scope, work).ok()?.join().ok()
    })
}
