//! Cangjie's grammar for tree-sitter.
//!
//! `grammar.js` is the source; `src/parser.c` is made of it and checked in, so
//! that a build needs a C compiler and nothing else. To make it again, with the
//! crate `tree-sitter-generate` 0.27.1 (it runs `grammar.js` itself):
//!
//! ```text
//! generate_parser_in_directory(
//!     "crates/engines/cangjie-grammar", None::<&str>, None::<&str>, 15, None,
//!     Some("native"), true, Default::default(), &mut Vec::new())
//! ```
//!
//! or `tree-sitter generate --js-runtime native` of the same version. Of what it
//! writes, `src/parser.c` and `src/tree_sitter/parser.h` are kept.

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_cangjie() -> *const ();
}

/// The grammar, for `tree_sitter::Language::from`.
// SAFETY: the function is the one that tree-sitter's generator wrote into
// `parser.c`; it returns a constant.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_cangjie) };
