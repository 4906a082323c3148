//! What can be searched: files with paths and texts, indexed or not.

use scanner::Language;

use crate::Result;
use crate::document::{self, Symbol};
use crate::pattern::Condition;

/// Files by number, in the order of their paths.
pub(crate) trait Corpus {
    /// How many there are.
    fn count(&self) -> u32;

    /// The path of a file.
    fn path(&self, file: u32) -> &str;

    /// The language of a file.
    fn language(&self, file: u32) -> Option<Language>;

    /// Whether it is known that a tool wrote the file.
    fn is_generated(&self, file: u32) -> bool;

    /// How many files are too large to be searched.
    fn too_large(&self) -> u32;

    /// Drops files in which nothing can match.
    ///
    /// # Errors
    /// When an index is damaged.
    fn narrow(&self, condition: &Condition, files: &mut Vec<u32>) -> Result<()>;

    /// The text of a file, in `text`, whose old content is lost; false where it
    /// is not searched.
    ///
    /// # Errors
    /// When it cannot be read.
    fn text(&self, file: u32, text: &mut Vec<u8>) -> Result<bool>;

    /// The definitions in a file with that text, in the order of their places.
    ///
    /// # Errors
    /// When they cannot be read.
    fn symbols(&self, file: u32, text: &[u8]) -> Result<Vec<Symbol>>;
}

/// A file that is in no index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LooseFile {
    /// From the root, without a leading slash.
    pub path: String,
    /// Whether its content is searched; a symbolic link's is not.
    pub searched: bool,
}

/// What reading a loose file gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LooseText {
    /// Its content is in the buffer.
    Read,
    /// It has more than [`crate::LARGEST_TEXT`] bytes.
    TooLarge,
    /// It could not be read.
    Unreadable,
}

/// Files that are in no index: every one of them is read.
pub struct Loose<R> {
    files: Vec<LooseFile>,
    read: R,
}

impl<R: Fn(u32, &mut Vec<u8>) -> LooseText> Loose<R> {
    /// `files` are in the order of their paths; `read` puts the content of one
    /// into the buffer.
    pub fn new(files: Vec<LooseFile>, read: R) -> Self {
        Self { files, read }
    }
}

impl<R> std::fmt::Debug for Loose<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Loose").field("files", &self.files.len()).finish_non_exhaustive()
    }
}

impl<R: Fn(u32, &mut Vec<u8>) -> LooseText> Corpus for Loose<R> {
    fn count(&self) -> u32 {
        self.files.len() as u32
    }

    fn path(&self, file: u32) -> &str {
        &self.files[file as usize].path
    }

    fn language(&self, file: u32) -> Option<Language> {
        Language::of_path(self.path(file))
    }

    fn is_generated(&self, _: u32) -> bool {
        false
    }

    fn too_large(&self) -> u32 {
        0
    }

    fn narrow(&self, condition: &Condition, files: &mut Vec<u32>) -> Result<()> {
        if *condition == Condition::None {
            files.clear();
        }
        files.retain(|file| self.files[*file as usize].searched);
        Ok(())
    }

    fn text(&self, file: u32, text: &mut Vec<u8>) -> Result<bool> {
        text.clear();
        Ok((self.read)(file, text) == LooseText::Read
            && text.len() <= document::LARGEST_TEXT
            && !document::is_binary(text))
    }

    fn symbols(&self, file: u32, text: &[u8]) -> Result<Vec<Symbol>> {
        Ok(document::symbols(self.path(file), text, document::flags_of(text)))
    }
}
