//! Which languages there are, how a file's language is found, and which files
//! are not worth analysing.
//!
//! [`Language`] is one enum backed by one table ([`table`]): a language with a
//! [`Grammar`] gets every pass, a language without one gets line counts only. The
//! delimiters of those are the public facts that tokei collects.

mod admission;
mod ambiguous;
pub(crate) mod grammar;
mod kinds;
mod named;
mod styles;
mod table;

pub use admission::{SkipReason, Skipped, admit_path, admit_source};
pub(crate) use grammar::{Body, CountFrom, Grammar};
pub(crate) use kinds::{
    Decision, IDENTIFIER_REACH, KindInfo, KindTable, Role, TOKEN_IDENTIFIER, TOKEN_STRING, flag,
};
pub use named::Named;
pub use table::Language;

use std::collections::HashMap;
use std::sync::OnceLock;

/// Everything the engine knows about one language that is not a grammar detail.
#[derive(Debug)]
pub struct Spec {
    /// The variant this row describes.
    pub language: Language,
    /// Stable identifier used in rule files, reports and the API, e.g. `python`.
    pub id: &'static str,
    /// Name for people, e.g. `Python`.
    pub name: &'static str,
    /// File extensions without the dot, lower case; the first row that lists an
    /// extension owns it.
    pub extensions: &'static [&'static str],
    /// Whole file names, for files that are known by name (`Dockerfile`).
    pub file_names: &'static [&'static str],
    /// How comments and strings look; used where there is no tree.
    pub lexis: Lexis,
    pub(crate) grammar: Option<&'static Grammar>,
}

/// Comment and string delimiters, enough to count lines without a parser.
#[derive(Debug, Clone, Copy)]
pub struct Lexis {
    /// Tokens that start a comment up to the end of the line.
    pub line: &'static [&'static str],
    /// Pairs that enclose a comment.
    pub block: &'static [(&'static str, &'static str)],
    /// String delimiters that hide comment tokens on one line.
    pub quotes: &'static [&'static str],
    /// Whether block comments nest.
    pub nested: bool,
    /// Whether a string goes on over line ends until it is closed.
    pub spans: bool,
    /// Tokens that start a comment only as the first on a line. Words are taken
    /// in any case, and only as words.
    pub first: &'static [&'static str],
    /// Strings without escapes, by what opens and closes them.
    pub raw: &'static [(&'static str, &'static str)],
    /// String delimiters that enclose documentation where a statement begins.
    pub docs: &'static [&'static str],
    /// Pairs that enclose a comment and have their lines for themselves; what
    /// has no end goes on to the end of the text.
    pub sections: &'static [(&'static str, &'static str)],
    /// First on a line: starts a comment that holds all lines indented deeper.
    pub indented: &'static [&'static str],
    /// Everything is comment but lines that start with `>` and what stands
    /// between `\\begin{code}` and `\\end{code}`.
    pub literate: bool,
}

impl Lexis {
    /// Nothing is a comment.
    pub const NONE: Self = Self {
        line: &[],
        block: &[],
        quotes: &[],
        nested: false,
        spans: false,
        first: &[],
        raw: &[],
        docs: &[],
        sections: &[],
        indented: &[],
        literate: false,
    };
}

impl Language {
    /// The language a path names by its file name or extension; `None` for
    /// files the engine has no use for. Purely textual: the file need not exist.
    /// See [`Named`] for endings that several languages share.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        Named::of_path(path).map(Named::guess)
    }

    /// Like [`Language::of_path`], but looks into the text where the ending is that
    /// of several languages: a `.h` file that uses C++ syntax is C++.
    #[must_use]
    pub fn of(path: &str, source: &[u8]) -> Option<Self> {
        Named::of_path(path).map(|named| named.tell(source))
    }

    /// The row of the table for this language.
    #[must_use]
    pub fn spec(self) -> &'static Spec {
        &table::TABLE[self as usize]
    }

    /// Stable identifier, e.g. `python`.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.spec().id
    }

    /// Name for people, e.g. `Python`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.spec().name
    }

    /// The language with the given [`id`](Language::id).
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        Self::all().find(|s| s.id == id).map(|s| s.language)
    }

    /// True where functions, duplicates and rules are available, not only line counts.
    #[must_use]
    pub fn is_analysed(self) -> bool {
        self.spec().grammar.is_some()
    }

    /// False for data, which has lines as long as it likes, and for what has no grammar.
    pub(crate) fn is_program(self) -> bool {
        self.spec().grammar.is_some_and(|g| !g.data)
    }

    /// False for text that is no code: it is searched for secrets, and its lines
    /// are nobody's work to count.
    #[must_use]
    pub fn is_counted(self) -> bool {
        self != Self::Text
    }

    /// True for text that is written for people: its lines are no code, whatever
    /// is summed up.
    #[must_use]
    pub fn is_prose(self) -> bool {
        matches!(
            self,
            Self::Markdown
                | Self::ReStructuredText
                | Self::AsciiDoc
                | Self::Org
                | Self::UnrealDeveloperMarkdown
                | Self::Text
        )
    }

    /// Every row of the table.
    pub fn all() -> impl Iterator<Item = &'static Spec> {
        table::TABLE.iter()
    }

    pub(crate) fn of_index(index: u16) -> Option<Self> {
        table::TABLE.get(usize::from(index)).map(|s| s.language)
    }
}

/// The table by whole file names and by extensions, in lower case.
struct Index {
    names: HashMap<String, Language>,
    extensions: HashMap<&'static str, Language>,
}

impl Index {
    fn get() -> &'static Self {
        static INDEX: OnceLock<Index> = OnceLock::new();
        INDEX.get_or_init(|| {
            let mut index = Self { names: HashMap::new(), extensions: HashMap::new() };
            for spec in Language::all() {
                for name in spec.file_names {
                    index.names.entry(name.to_ascii_lowercase()).or_insert(spec.language);
                }
                for extension in spec.extensions {
                    index.extensions.entry(extension).or_insert(spec.language);
                }
            }
            index
        })
    }
}

impl serde::Serialize for Language {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

impl<'de> serde::Deserialize<'de> for Language {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::of_id(&id).ok_or_else(|| serde::de::Error::custom(format!("unknown language `{id}`")))
    }
}

impl std::fmt::Display for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_at_their_own_index_and_ids_are_unique() {
        for (i, spec) in Language::all().enumerate() {
            assert_eq!(spec.language as usize, i, "{}", spec.id);
            assert_eq!(Language::of_id(spec.id), Some(spec.language));
        }
    }

    #[test]
    fn paths_name_languages() {
        let of = |p| Language::of_path(p);
        assert_eq!(of("a/b.py"), Some(Language::Python));
        assert_eq!(of("a/b.PY"), Some(Language::Python));
        assert_eq!(of("x.jsx"), Some(Language::JavaScript));
        assert_eq!(of("x.mts"), Some(Language::TypeScript));
        assert_eq!(of("x.tsx"), Some(Language::Tsx));
        assert_eq!(of("x.C"), Some(Language::Cpp));
        assert_eq!(of("x.c"), Some(Language::C));
        assert_eq!(of("Dockerfile"), Some(Language::Dockerfile));
        assert_eq!(of("README.md"), Some(Language::Markdown));
        assert_eq!(of("LICENSE"), None);
        assert_eq!(of("photo.png"), None);
    }
}
