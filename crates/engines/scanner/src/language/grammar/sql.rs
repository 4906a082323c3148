//! SQL. The grammar knows a part of each dialect: what it does not know becomes
//! an ERROR node, and rules hold where the tree is whole.

use super::{Grammar, NOTHING};

pub(in crate::language) static SQL: Grammar = Grammar {
    load: || tree_sitter_sequel::LANGUAGE.into(),
    // Names are ASCII.
    expando: '_',
    comments: &["comment", "marginalia"],
    identifiers: &["identifier"],
    strings: &["literal"],
    constants: &["keyword_true", "keyword_false", "keyword_null"],
    ..NOTHING
};
