//! Secrets of one text and nothing else, for whoever reads a whole history.

use crate::ENGINE_VERSION;
use crate::language::Language;
use crate::passes::{lines, suppress};
use crate::report::Span;
use crate::rules::Severity;
use crate::secrets::{self, Secrets};
use crate::text::{self, Text};

use super::{Admission, Engine};

/// A secret, with its value. Does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct Exposed {
    /// Full id of the rule.
    pub rule: String,
    /// How severe under the ruleset.
    pub severity: Severity,
    /// Where.
    pub span: Span,
    /// What was found: to tell whether it is the same as another, never to be kept.
    pub value: String,
    /// Whether a comment says that it may stay.
    pub suppressed: bool,
}

impl std::fmt::Debug for Exposed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Exposed").field("rule", &self.rule).finish_non_exhaustive()
    }
}

impl Engine {
    /// Whether [`exposed`](Self::exposed) looks at a file: more than at those that
    /// are analysed, because what has no language may hold secrets, too.
    #[must_use]
    pub fn may_expose(&self, path: &str) -> bool {
        self.admits(path) && !matches!(self.admit(path), Admission::Skip(_))
    }

    /// The secrets in a text, whatever the packs of the ruleset: only rules that
    /// are switched off one by one are left out. Nothing in what is no text or
    /// larger than the ruleset's limit. Linear in the size.
    #[must_use]
    pub fn exposed(&self, path: &str, source: &[u8]) -> Vec<Exposed> {
        let most = usize::try_from(self.ruleset.limits.max_bytes).unwrap_or(usize::MAX);
        let binary = source[..source.len().min(8000)].contains(&0) && !text::is_utf16(source);
        if source.len() > most || binary {
            return Vec::new();
        }
        let language = Language::of(path, source).unwrap_or(Language::Text);
        let text = Text::decode(source);
        let Some(secrets) = Secrets::all() else { return Vec::new() };
        let hits = secrets.find(language, &text.source, |row| self.is_not_off(row));
        if hits.is_empty() {
            return Vec::new();
        }
        let comments = lines::comments(text.bytes(), &language.spec().lexis);
        let suppressions = suppress::find(&text, &comments, &[]);
        let exposed = hits.into_iter().map(|hit| {
            let span = text.span(hit.range.clone());
            let covering =
                suppress::covering(&suppressions, hit.info, span.start_line, span.end_line);
            Exposed {
                rule: hit.info.id.clone(),
                severity: self.ruleset.severity(hit.info),
                span,
                value: text.source[hit.range].to_owned(),
                suppressed: covering.is_some(),
            }
        });
        exposed.collect()
    }

    /// Changes when [`exposed`](Self::exposed) may say something else of the same
    /// files: 32 hexadecimal digits.
    #[must_use]
    pub fn exposed_hash(&self) -> String {
        let mut hasher = xxhash_rust::xxh3::Xxh3::new();
        hasher.update(ENGINE_VERSION.as_bytes());
        hasher.update(&self.ruleset.limits.max_bytes.to_le_bytes());
        for glob in
            self.ruleset.include.iter().chain([&"!".to_owned()]).chain(&self.ruleset.exclude)
        {
            hasher.update(glob.as_bytes());
            hasher.update(&[0]);
        }
        for (index, row) in secrets::rows().unwrap_or_default().iter().enumerate() {
            if self.is_not_off(index) {
                hasher.update(&row.hash.to_le_bytes());
            }
        }
        format!("{:032x}", hasher.digest128())
    }

    fn is_not_off(&self, row: usize) -> bool {
        let id = secrets::rows().unwrap_or_default().get(row).map_or("", |row| &row.info.id);
        self.ruleset.rules.get(id).and_then(|setting| setting.enabled) != Some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RuleSetting, Ruleset};

    /// Made up here, so that none stands in the repository.
    fn password() -> String {
        ["x9#Lq", "27vRt!", "mZ4"].concat()
    }

    #[test]
    fn secrets_are_found_whatever_the_packs() {
        let engine = Engine::new(&Ruleset::default()).unwrap();
        let source = format!("name = 'a'\npassword = '{}'\n", password());
        let found = engine.exposed("src/settings.py", source.as_bytes());
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].span.start_line, found[0].value.as_str()), (2, &*password()));
        assert!(!found[0].suppressed);
        assert!(!format!("{found:?}").contains(&password()));

        let source = format!("password = '{}'  # nosec\n", password());
        let found = engine.exposed("src/settings.py", source.as_bytes());
        assert!(found[0].suppressed);
        assert!(
            engine.exposed("a.bin", &[b"\0".as_slice(), source.as_bytes()].concat()).is_empty()
        );
        assert!(engine.may_expose("deploy/Makefile.local") && engine.may_expose("a.py"));
        assert!(!engine.may_expose("node_modules/a/index.js"));
    }

    #[test]
    fn a_rule_that_is_off_finds_nothing() {
        let source = format!("password = '{}'\n", password());
        let usual = Engine::new(&Ruleset::default()).unwrap();
        let rule = usual.exposed("a.py", source.as_bytes())[0].rule.clone();
        let mut ruleset = Ruleset::default();
        let off = RuleSetting { enabled: Some(false), ..RuleSetting::default() };
        ruleset.rules.insert(rule, off);
        let engine = Engine::new(&ruleset).unwrap();
        assert!(engine.exposed("a.py", source.as_bytes()).is_empty());
        assert_ne!(engine.exposed_hash(), usual.exposed_hash());
    }
}
