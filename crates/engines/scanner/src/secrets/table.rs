//! The table of secrets.

use std::ops::Range;
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

use super::value;
use crate::language::Language;
use crate::rules::{Category, Doc, Docs, Examples, RuleError, RuleInfo, Severity};

const FILE: &str = "secrets/providers.yml";
const TEXT: &str = include_str!(concat!(env!("OUT_DIR"), "/secrets/providers.json"));

/// How a value is judged.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    /// The format of one provider: only examples are left out.
    #[default]
    Opaque,
    /// Anything behind a telling name: must look drawn at random.
    Token,
    /// What a person may have thought up.
    Password,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    id: String,
    title: String,
    title_zh: String,
    #[serde(default = "grave")]
    severity: Severity,
    words: Vec<String>,
    regex: String,
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    entropy: f64,
    #[serde(default)]
    repeats: bool,
    #[serde(default = "one")]
    lines: usize,
    #[serde(default)]
    languages: Vec<Language>,
    #[serde(default)]
    samples: Vec<String>,
    #[serde(default)]
    decoys: Vec<String>,
}

fn grave() -> Severity {
    Severity::Error
}

fn one() -> usize {
    1
}

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) info: RuleInfo,
    /// Hash of what the row says.
    pub(crate) hash: u64,
    pub(super) words: Vec<String>,
    pub(super) lines: usize,
    pub(super) kind: Kind,
    pattern: String,
    /// The pattern, compiled when a word of the row first occurs; `None` if it is
    /// malformed, which the crate's tests rule out.
    regex: OnceLock<Option<Regex>>,
    entropy: f64,
    repeats: bool,
    languages: Vec<Language>,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the table's tests"))]
    pub(super) samples: Vec<String>,
    #[cfg_attr(not(test), expect(dead_code, reason = "read by the table's tests"))]
    pub(super) decoys: Vec<String>,
}

/// The table, in its order.
///
/// # Errors
/// It is malformed; the crate's tests rule that out.
pub(crate) fn rows() -> Result<&'static [Row], RuleError> {
    static ROWS: OnceLock<Result<Vec<Row>, RuleError>> = OnceLock::new();
    ROWS.get_or_init(read).as_deref().map_err(Clone::clone)
}

fn read() -> Result<Vec<Row>, RuleError> {
    let raw: Vec<Raw> = serde_json::from_str(TEXT)
        .map_err(|e| RuleError { file: FILE.to_owned(), why: e.to_string() })?;
    Ok(raw.into_iter().map(Row::new).collect())
}

/// What there is to say of any of them.
fn docs(title: &str, title_zh: &str) -> Docs {
    Docs {
        en: Doc {
            what: format!("What looks like a {title}, written into a file of the repository."),
            why: "Everyone who can read the repository, a copy or a backup of it can use it, \
                  and it stays in the history after it was deleted."
                .to_owned(),
            fix: "Withdraw it where it was issued and make a new one. Hand that to the program \
                  through its environment or a secret store, and keep it out of the repository."
                .to_owned(),
        },
        zh: Doc {
            what: format!("代码库的文件中写有疑似{title_zh}的内容。"),
            why: "凡能读到代码库及其副本或备份的人都能使用它；即使删除，它仍留在历史记录中。"
                .to_owned(),
            fix: "在签发处吊销并重新生成，通过环境变量或密钥管理服务交给程序，不再写入代码库。"
                .to_owned(),
        },
    }
}

impl Row {
    fn new(raw: Raw) -> Self {
        let hash = xxhash_rust::xxh3::xxh3_64(format!("{raw:?}").as_bytes());
        let title = &raw.title;
        let title_zh = &raw.title_zh;
        let docs = docs(title, title_zh);
        Self {
            info: RuleInfo {
                id: format!("secrets/{}", raw.id),
                languages: raw.languages.clone(),
                severity: raw.severity,
                category: Category::Security,
                cwe: if raw.kind == Kind::Opaque { vec![798, 540] } else { vec![798, 259] },
                effort_min: 60,
                message: format!("Whoever can read this file can use the {title} in it"),
                message_zh: format!("凡能读到此文件的人都能使用其中的{title_zh}"),
                note: docs.en.markdown(),
                note_zh: docs.zh.markdown(),
                docs,
                fixable: false,
                examples: Examples::default(),
                title: format!("Secret: {title}"),
                title_zh: format!("密钥泄露：{title_zh}"),
                packs: ["recommended", "secrets", "security"].map(str::to_owned).to_vec(),
                aliases: vec!["secret".to_owned()],
                metric: None,
                threshold: None,
            },
            hash,
            words: raw.words,
            lines: raw.lines,
            kind: raw.kind,
            pattern: raw.regex,
            regex: OnceLock::new(),
            entropy: raw.entropy,
            repeats: raw.repeats,
            languages: raw.languages,
            samples: raw.samples,
            decoys: raw.decoys,
        }
    }

    pub(super) fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| Regex::new(&self.pattern).ok()).as_ref()
    }

    /// Whether it looks into files of this language.
    pub(super) fn reads(&self, language: Language) -> bool {
        self.languages.is_empty() || self.languages.contains(&language)
    }

    /// Tells the places of the secrets in a few lines.
    pub(super) fn find(&self, lines: &str, mut found: impl FnMut(Range<usize>)) {
        let Some(regex) = self.regex() else { return };
        let mut from = 0;
        while let Some(captures) = regex.captures_at(lines, from) {
            let Some(value) = captures.iter().skip(1).flatten().next().or(captures.get(0)) else {
                return;
            };
            let secret = self.is_secret(value.as_str());
            if secret {
                found(value.range());
            }
            // What was refused may be the next value's name, quotes included.
            let again = value.start().saturating_sub(1);
            let next = if !secret && again > from { again } else { value.end() };
            from = next.max(from + 1);
            while !lines.is_char_boundary(from) {
                from += 1;
            }
            if from >= lines.len() {
                return;
            }
        }
    }

    fn is_secret(&self, text: &str) -> bool {
        value::entropy(text) >= self.entropy
            && (self.repeats || !value::is_filler(text))
            && match self.kind {
                Kind::Opaque => !value::is_example(text),
                Kind::Token => value::is_token(text),
                Kind::Password => value::is_password(text),
            }
    }
}
