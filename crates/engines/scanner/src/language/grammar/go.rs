//! Go.

use super::{CountFrom, Grammar, NOTHING};
use crate::language::Decision::{self, One};
use crate::language::Role;

pub(in crate::language) static GO: Grammar = Grammar {
    load: || tree_sitter_go::LANGUAGE.into(),
    expando: 'µ',
    separator: ".",
    comments: &["comment"],
    docstrings: false,
    functions: &["function_declaration", "method_declaration", "func_literal"],
    count_from: CountFrom::Start,
    wrappers_are_free: false,
    scopes: &[
        ("function_declaration", "name"),
        ("method_declaration", "name"),
        ("type_spec", "name"),
    ],
    identifiers: &[
        "identifier",
        "field_identifier",
        "type_identifier",
        "package_identifier",
        "label_name",
        "blank_identifier",
    ],
    numbers: &["int_literal", "float_literal", "imaginary_literal"],
    strings: &["interpreted_string_literal", "raw_string_literal", "rune_literal"],
    string_parts: &[
        "interpreted_string_literal_content",
        "raw_string_literal_content",
        "escape_sequence",
        "\"",
        "`",
    ],
    constants: &["true", "false", "nil", "iota"],
    imports: &["import_declaration", "package_clause"],
    logical: &["binary_expression"],
    calls: &["call_expression"],
    else_parents: &[],
    decisions: &[
        ("if", One),
        ("for", One),
        ("&&", One),
        ("||", One),
        ("case", One),
        ("identifier", Decision::Word),
        ("field_identifier", Decision::Word),
    ],
    roles: &[
        ("if_statement", Role::If),
        ("for_statement", Role::Loop),
        ("expression_switch_statement", Role::Switch),
        ("type_switch_statement", Role::Switch),
        ("select_statement", Role::Switch),
        ("goto_statement", Role::Goto),
        ("break_statement", Role::Jump),
        ("continue_statement", Role::Jump),
        ("else", Role::ElseToken),
        ("&&", Role::LogicalToken),
        ("||", Role::LogicalToken),
    ],
    ..NOTHING
};
