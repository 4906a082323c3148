//! Cangjie.

use super::{CountFrom, Grammar, NOTHING};
use crate::language::Decision::{self, One};
use crate::language::Role;

/// lizard does not know the language; this counts as it does for Kotlin.
pub(in crate::language) static CANGJIE: Grammar = Grammar {
    load: || cangjie_grammar::LANGUAGE.into(),
    comments: &["line_comment", "block_comment"],
    functions: &[
        "function_declaration",
        "main_declaration",
        "macro_declaration",
        "init_declaration",
        "primary_init",
        "accessor",
    ],
    count_from: CountFrom::Name,
    scopes: &[
        ("class_declaration", "name"),
        ("struct_declaration", "name"),
        ("interface_declaration", "name"),
        ("enum_declaration", "name"),
        ("extend_declaration", "name"),
        ("property_declaration", "name"),
        ("function_declaration", "name"),
        ("main_declaration", "name"),
        ("macro_declaration", "name"),
        ("init_declaration", "name"),
        ("primary_init", "name"),
        ("accessor", "name"),
    ],
    identifiers: &["identifier", "wildcard"],
    numbers: &["integer", "float"],
    strings: &["string", "raw_string", "rune"],
    string_parts: &["string_content", "escape_sequence", "\"", "'", "\"\"\"", "'''"],
    constants: &["boolean"],
    imports: &["import_declaration", "package_clause"],
    logical: &["binary_expression"],
    calls: &["call_expression"],
    decisions: &[
        ("if", One),
        ("for", One),
        ("while", One),
        ("catch", One),
        ("&&", One),
        ("||", One),
        ("??", One),
        ("match_expression", Decision::Arms),
    ],
    roles: &[
        ("if_expression", Role::If),
        ("for_expression", Role::Loop),
        ("while_expression", Role::Loop),
        ("do_while_expression", Role::Loop),
        ("match_expression", Role::Switch),
        ("catch_clause", Role::Catch),
        ("lambda", Role::Lambda),
        ("else", Role::ElseToken),
        ("&&", Role::LogicalToken),
        ("||", Role::LogicalToken),
    ],
    ..NOTHING
};
