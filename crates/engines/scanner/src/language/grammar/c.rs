//! C and C++.

use super::{CountFrom, Grammar, NOTHING};
use crate::language::Decision::{self, One};
use crate::language::Role;

const C_DECISIONS: &[(&str, Decision)] = &[
    ("if", One),
    ("for", One),
    ("while", One),
    ("catch", One),
    ("||", One),
    ("case", One),
    ("?", One),
    ("#if", One),
    ("#ifdef", One),
    ("#elif", One),
    ("&&", Decision::RvalueAnd),
    ("<", Decision::Angle),
];
const C_ROLES: &[(&str, Role)] = &[
    ("if_statement", Role::If),
    ("for_statement", Role::Loop),
    ("for_range_loop", Role::Loop),
    ("while_statement", Role::Loop),
    ("do_statement", Role::Loop),
    ("switch_statement", Role::Switch),
    ("catch_clause", Role::Catch),
    ("seh_except_clause", Role::Catch),
    ("conditional_expression", Role::Ternary),
    ("lambda_expression", Role::Lambda),
    ("goto_statement", Role::Goto),
    ("else", Role::ElseToken),
    ("&&", Role::LogicalToken),
    ("||", Role::LogicalToken),
];

const fn c_family(load: fn() -> tree_sitter::Language) -> Grammar {
    Grammar {
        load,
        expando: '\u{10000}',
        separator: "::",
        comments: &["comment"],
        docstrings: false,
        functions: &["function_definition"],
        count_from: CountFrom::Body,
        wrappers_are_free: false,
        scopes: &[
            ("class_specifier", "name"),
            ("struct_specifier", "name"),
            ("union_specifier", "name"),
            ("namespace_definition", "name"),
            ("function_definition", "declarator"),
        ],
        identifiers: &[
            "identifier",
            "field_identifier",
            "type_identifier",
            "namespace_identifier",
            "statement_identifier",
        ],
        numbers: &["number_literal"],
        strings: &["string_literal", "raw_string_literal", "char_literal", "system_lib_string"],
        string_parts: &[
            "string_content",
            "escape_sequence",
            "character",
            "raw_string_content",
            "raw_string_delimiter",
            "\"",
            "'",
            "L\"",
            "u\"",
            "U\"",
            "u8\"",
            "R\"",
            "L'",
        ],
        constants: &["true", "false", "null"],
        imports: &["preproc_include", "using_declaration"],
        logical: &["binary_expression"],
        calls: &["call_expression"],
        else_parents: &[],
        decisions: C_DECISIONS,
        roles: C_ROLES,
        ..NOTHING
    }
}

pub(in crate::language) static C: Grammar = c_family(|| tree_sitter_c::LANGUAGE.into());
pub(in crate::language) static CPP: Grammar = c_family(|| tree_sitter_cpp::LANGUAGE.into());
