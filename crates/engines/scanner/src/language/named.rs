//! What the name of a file says of its language.

use std::path::Path;

use super::ambiguous::{self, Shared};
use super::{Index, Language};

/// What a path says of a file's language. Where several languages share the
/// ending, the content decides, see [`Named::tell`]; whoever keeps what was made of
/// a blob keeps it under [`Named::id`], by which all that matters of the path is
/// known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Named {
    guess: Language,
    shared: Option<&'static Shared>,
}

impl Named {
    /// What a path says, by its file name or ending; `None` for files the engine
    /// has no use for.
    #[must_use]
    pub fn of_path(path: &str) -> Option<Self> {
        let certain = |guess| Some(Self { guess, shared: None });
        let name = Path::new(path).file_name()?.to_str()?;
        let index = Index::get();
        if let Some(language) = index.names.get(name.to_ascii_lowercase().as_str()) {
            return certain(*language);
        }
        // `.env.local`, `.env.production`: what their ending says is no language.
        if name.starts_with(".env.") {
            return certain(Language::Text);
        }
        if name.ends_with(".blade.php") {
            return certain(Language::Blade);
        }
        let (_, extension) = name.rsplit_once('.')?;
        // `.C` and `.H` are C++ by Unix custom; every other extension ignores case.
        if extension == "C" || extension == "H" {
            return certain(Language::Cpp);
        }
        let extension = extension.to_ascii_lowercase();
        let guess = *index.extensions.get(extension.as_str())?;
        Some(Self { guess, shared: ambiguous::shared(&extension) })
    }

    /// The language where nothing is known of the content.
    #[must_use]
    pub fn guess(self) -> Language {
        self.guess
    }

    /// The language of a file with this content.
    #[must_use]
    pub fn tell(self, source: &[u8]) -> Language {
        self.shared.map_or(self.guess, |shared| ambiguous::tell(self.guess, shared.ending, source))
    }

    /// Whether a content could make it a file of this language.
    #[must_use]
    pub fn may_be(self, language: Language) -> bool {
        self.guess == language
            || self.shared.is_some_and(|shared| shared.others.contains(&language))
    }

    /// A word for it: two files with the same content and the same word are of the
    /// same language. That of the language, or the ending with its dot.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.shared.map_or(self.guess.id(), |shared| shared.word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_all_that_matters_of_a_path() {
        let of = |path| Named::of_path(path).unwrap();
        assert_eq!((of("a/b.h").id(), of("x.H").id(), of("x.py").id()), (".h", "cpp", "python"));
        assert_eq!(of("a/b.h"), of("c.h"));
        assert!(of("b.h").may_be(Language::C) && of("b.h").may_be(Language::Cpp));
        assert!(!of("b.h").may_be(Language::Python) && !of("b.c").may_be(Language::Cpp));
        assert_eq!(of("b.h").guess(), Language::C);
        assert_eq!(of("b.h").tell(b"namespace a {}\n"), Language::Cpp);
        assert_eq!(Named::of_path("LICENSE"), None);
    }
}
