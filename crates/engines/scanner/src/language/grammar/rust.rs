//! Rust.

use super::{CountFrom, Grammar, NOTHING};
use crate::language::Decision::{self, One};
use crate::language::Role;

pub(in crate::language) static RUST: Grammar = Grammar {
    load: || tree_sitter_rust::LANGUAGE.into(),
    expando: 'µ',
    separator: "::",
    comments: &["line_comment", "block_comment"],
    docstrings: false,
    functions: &["function_item"],
    count_from: CountFrom::Name,
    wrappers_are_free: false,
    scopes: &[
        ("impl_item", "type"),
        ("trait_item", "name"),
        ("mod_item", "name"),
        ("function_item", "name"),
    ],
    identifiers: &[
        "identifier",
        "field_identifier",
        "type_identifier",
        "shorthand_field_identifier",
        "lifetime",
        "metavariable",
    ],
    numbers: &["integer_literal", "float_literal"],
    strings: &["string_literal", "raw_string_literal", "char_literal"],
    string_parts: &["string_content", "escape_sequence", "\"", "b\"", "c\""],
    constants: &["true", "false", "boolean_literal"],
    imports: &["use_declaration", "extern_crate_declaration"],
    logical: &["binary_expression", "let_chain"],
    calls: &["call_expression"],
    else_parents: &["let_declaration"],
    decisions: &[
        ("if", One),
        ("for", One),
        ("while", One),
        ("where", One),
        ("&&", One),
        ("||", One),
        ("?", One),
        ("<", Decision::Angle),
        ("else", Decision::Else),
        ("match_block", Decision::Arms),
        ("|", Decision::Pair),
        ("&", Decision::Pair),
    ],
    roles: &[
        ("if_expression", Role::If),
        ("for_expression", Role::Loop),
        ("while_expression", Role::Loop),
        ("loop_expression", Role::Loop),
        ("match_expression", Role::Switch),
        ("closure_expression", Role::Lambda),
        ("break_expression", Role::Jump),
        ("continue_expression", Role::Jump),
        ("else", Role::ElseToken),
        ("&&", Role::LogicalToken),
        ("||", Role::LogicalToken),
    ],
    ..NOTHING
};
