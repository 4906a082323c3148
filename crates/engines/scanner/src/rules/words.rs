//! Rules about the text as it is written: what must not stand in it (`text`),
//! and what is missing in it (`absence`). They need no grammar.

use std::ops::Range;
use std::sync::Arc;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use super::document::Document;
use super::fix::MOST_WRITTEN;
use super::{RuleError, RuleInfo};
use crate::text::Text;

/// What a regular expression may take when it is compiled, in bytes.
pub(super) const REGEX_SIZE: usize = 512 * 1024;
/// Matches of one rule in one blob.
const MOST_MATCHES: usize = 1_000;

/// The `text` part of a rule file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextSpec {
    /// What must not stand there.
    pub(crate) regex: String,
    /// Where to look.
    #[serde(default, rename = "in")]
    pub(crate) place: Place,
    /// What to write instead; stands beside `text` in the rule's file.
    #[serde(skip)]
    pub(crate) fix: Option<String>,
}

/// The parts of a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Place {
    /// All of it.
    #[default]
    Any,
    /// What is neither comment nor string.
    Code,
    /// Comments and docstrings.
    Comment,
    /// Strings; nothing where there is no grammar.
    String,
}

/// The `absence` part of a rule file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AbsenceSpec {
    /// What must stand in the file.
    pub(crate) regex: String,
    /// Only files that match this are looked at; all where it is missing.
    pub(crate) when: Option<String>,
    /// It must stand in so many lines from the top.
    pub(crate) first_lines: Option<u32>,
}

/// Either of them.
#[derive(Debug, Clone)]
pub(crate) enum WordSpec {
    Text(TextSpec),
    Absence(AbsenceSpec),
}

impl WordSpec {
    /// `fix` is what to write instead of what a rule about text finds: `$1` and
    /// `${name}` stand for what the groups of its expression hold.
    pub(super) fn of(
        text: Option<TextSpec>,
        absence: Option<AbsenceSpec>,
        fix: &serde_json::Value,
    ) -> Option<Self> {
        let fix = fix.as_str().map(str::to_owned);
        text.map(|text| Self::Text(TextSpec { fix, ..text })).or(absence.map(Self::Absence))
    }

    /// Its regular expressions.
    pub(super) fn regexes(&self) -> impl Iterator<Item = &str> {
        let (first, second) = match self {
            Self::Text(text) => (&text.regex, None),
            Self::Absence(absence) => (&absence.regex, absence.when.as_ref()),
        };
        [Some(first), second].into_iter().flatten().map(String::as_str)
    }
}

enum Wanted {
    Text { regex: Regex, place: Place, fix: Option<String> },
    Absence { regex: Regex, when: Option<Regex>, first_lines: Option<u32> },
}

/// Where comments and strings are in a text.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// In order.
    pub(crate) comments: Vec<Range<usize>>,
    /// In order.
    pub(crate) strings: Vec<Range<usize>>,
}

/// A rule about text, ready to run.
pub(crate) struct Words {
    pub(crate) info: Arc<RuleInfo>,
    wanted: Wanted,
}

impl Words {
    pub(crate) fn compile(documents: &[&Document]) -> Result<Vec<Self>, RuleError> {
        let mut all = Vec::new();
        for document in documents {
            let Some(spec) = &document.words else { continue };
            let regex = |text: &str| {
                compile(text).map_err(|why| RuleError { file: document.file.clone(), why })
            };
            let wanted = match spec {
                WordSpec::Text(text) => {
                    let fix = text.fix.clone();
                    Wanted::Text { regex: regex(&text.regex)?, place: text.place, fix }
                }
                WordSpec::Absence(absence) => Wanted::Absence {
                    regex: regex(&absence.regex)?,
                    when: absence.when.as_deref().map(regex).transpose()?,
                    first_lines: absence.first_lines,
                },
            };
            all.push(Self { info: Arc::clone(&document.info), wanted });
        }
        Ok(all)
    }

    /// Whether it matters to the rule where the strings are.
    pub(crate) fn asks_for_strings(&self) -> bool {
        matches!(self.wanted, Wanted::Text { place: Place::Code | Place::String, .. })
    }

    /// What to write instead of something that it reported.
    pub(crate) fn replacement(&self, text: &Text, range: &Range<usize>) -> Option<String> {
        let Wanted::Text { regex, fix: Some(fix), .. } = &self.wanted else { return None };
        let found = regex.captures_at(&text.source, range.start)?;
        let most = fix.matches('$').count().saturating_mul(range.len());
        if found.get(0)?.range() != *range || fix.len().saturating_add(most) > MOST_WRITTEN {
            return None;
        }
        let mut written = String::new();
        found.expand(fix, &mut written);
        Some(written)
    }

    /// What the rule reports, and whether that is all.
    pub(crate) fn find(&self, text: &Text, places: &Places) -> (Vec<Range<usize>>, bool) {
        let source = &text.source;
        match &self.wanted {
            Wanted::Text { regex, place, .. } => {
                let mut found: Vec<Range<usize>> = regex
                    .find_iter(source)
                    .map(|found| found.range())
                    .filter(|range| !range.is_empty() && places.is(*place, range))
                    .take(MOST_MATCHES + 1)
                    .collect();
                let complete = found.len() <= MOST_MATCHES;
                found.truncate(MOST_MATCHES);
                (found, complete)
            }
            Wanted::Absence { regex, when, first_lines } => {
                let end = first_lines.map_or(source.len(), |lines| {
                    text.line_range((lines as usize).saturating_sub(1)).end
                });
                let asked = when
                    .as_ref()
                    .map_or(Some(0..0), |when| when.find(source).map(|found| found.range()));
                match asked {
                    Some(at) if !source.is_empty() && !regex.is_match(&source[..end]) => {
                        let line = text.line_range(text.line_of(at.start));
                        (vec![if at.is_empty() { line } else { at }], true)
                    }
                    _ => (Vec::new(), true),
                }
            }
        }
    }
}

impl Places {
    fn is(&self, place: Place, range: &Range<usize>) -> bool {
        let within = |parts: &[Range<usize>]| {
            let next = parts.partition_point(|part| part.start <= range.start);
            next > 0 && parts[next - 1].end >= range.end
        };
        let touches = |parts: &[Range<usize>]| {
            let next = parts.partition_point(|part| part.end <= range.start);
            parts.get(next).is_some_and(|part| part.start < range.end)
        };
        match place {
            Place::Any => true,
            Place::Comment => within(&self.comments),
            Place::String => within(&self.strings),
            Place::Code => !touches(&self.comments) && !touches(&self.strings),
        }
    }
}

/// A regular expression of bounded size.
pub(super) fn compile(text: &str) -> Result<Regex, String> {
    RegexBuilder::new(text).size_limit(REGEX_SIZE).dfa_size_limit(1 << 20).build().map_err(|e| {
        match e {
            regex::Error::CompiledTooBig(_) => "the regular expression is too large".to_owned(),
            // The message draws the place over several lines.
            other => {
                let text = other.to_string();
                let last = text.lines().last().unwrap_or_default();
                format!(
                    "the regular expression is malformed: {}",
                    last.trim_start_matches("error: ")
                )
            }
        }
    })
}
