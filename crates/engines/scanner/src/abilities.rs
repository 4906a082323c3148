//! What the engine can do with which language.

use crate::language::{KindTable, Language};
use crate::rules::{RuleError, catalogue};
use crate::taint;

/// What is done with a language that has a grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ability {
    /// The language.
    pub language: Language,
    /// Functions are found and measured.
    pub functions: bool,
    /// Duplicates are looked for.
    pub duplicates: bool,
    /// Data is followed from where it comes from to where it does harm.
    pub flows: bool,
    /// Built-in rules.
    pub rules: usize,
}

/// What is done with each language that has a grammar; lines and secrets are
/// looked at in all, and in those without.
///
/// # Errors
/// When a built-in rule file is malformed; the crate's tests rule that out.
pub fn abilities() -> Result<Vec<Ability>, RuleError> {
    let languages = Language::all().map(|spec| spec.language);
    languages
        .filter_map(|language| Some((language, KindTable::of(language)?)))
        .map(|(language, table)| {
            Ok(Ability {
                language,
                functions: !table.grammar.functions.is_empty(),
                duplicates: !table.grammar.data,
                flows: taint::library_text(language).is_some(),
                rules: catalogue()?.filter(|rule| rule.languages.contains(&language)).count(),
            })
        })
        .collect()
}
