//! Our languages as ast-grep sees them.

use std::borrow::Cow;

use ast_grep_core::matcher::{KindMatcher, PatternBuilder, PatternError};
use ast_grep_core::tree_sitter::{LanguageExt, StrDoc, TSLanguage};
use ast_grep_core::{Language as GrepLanguage, Pattern};

use crate::language::{KindTable, Language};

/// A language that has a grammar, with its table.
#[derive(Clone)]
pub(crate) struct Grep {
    language: Language,
    table: &'static KindTable,
}

impl Grep {
    pub(crate) fn of(language: Language) -> Option<Self> {
        let table = KindTable::of(language)?;
        Some(Self { language, table })
    }

    /// The language's id.
    pub(super) fn id(&self) -> &'static str {
        self.language.id()
    }

    /// The text of the first node of a kind in a pattern, metavariables with `$`.
    pub(crate) fn select(&self, context: &str, kind: &str) -> Option<String> {
        let source = self.pre_process_pattern(context);
        let root = self.ast_grep(source);
        let matcher = KindMatcher::try_new(kind, self.clone()).ok()?;
        let text = root.root().find(matcher)?.text().into_owned();
        Some(text.replace(self.expando_char(), "$"))
    }
}

impl<'de> serde::Deserialize<'de> for Grep {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        let found = Language::of_id(&id).and_then(Self::of);
        found.ok_or_else(|| serde::de::Error::custom(format!("there is no grammar for {id}")))
    }
}

impl std::fmt::Debug for Grep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.language.id())
    }
}

impl GrepLanguage for Grep {
    /// Replaces `$` before metavariables where the grammar has no `$` in names.
    fn pre_process_pattern<'q>(&self, query: &'q str) -> Cow<'q, str> {
        let expando = self.expando_char();
        if expando == '$' {
            return Cow::Borrowed(query);
        }
        let mut out = String::with_capacity(query.len() + 8);
        let mut dollars = 0;
        let flush = |out: &mut String, dollars: usize, replace: bool| {
            let sigil = if replace { expando } else { '$' };
            out.extend(std::iter::repeat_n(sigil, dollars));
        };
        for c in query.chars() {
            if c == '$' {
                dollars += 1;
                continue;
            }
            let metavariable = matches!(c, 'A'..='Z' | '_') || dollars == 3;
            flush(&mut out, dollars, metavariable);
            dollars = 0;
            out.push(c);
        }
        flush(&mut out, dollars, dollars == 3);
        Cow::Owned(out)
    }

    fn expando_char(&self) -> char {
        self.table.grammar.expando
    }

    fn kind_to_id(&self, kind: &str) -> u16 {
        self.table.language.id_for_node_kind(kind, true)
    }

    fn field_to_id(&self, field: &str) -> Option<u16> {
        self.table.language.field_id_for_name(field).map(std::num::NonZero::get)
    }

    fn build_pattern(&self, builder: &PatternBuilder) -> Result<Pattern, PatternError> {
        builder.build(|source| StrDoc::try_new(source, self.clone()))
    }
}

impl LanguageExt for Grep {
    fn get_ts_language(&self) -> TSLanguage {
        self.table.language.clone()
    }
}
