//! Python.

use super::{CountFrom, Grammar, NOTHING};
use crate::language::Decision::One;
use crate::language::Role;

pub(in crate::language) static PYTHON: Grammar = Grammar {
    load: || tree_sitter_python::LANGUAGE.into(),
    expando: 'µ',
    separator: ".",
    comments: &["comment"],
    docstrings: true,
    functions: &["function_definition"],
    count_from: CountFrom::Name,
    wrappers_are_free: true,
    scopes: &[("class_definition", "name"), ("function_definition", "name")],
    identifiers: &["identifier"],
    numbers: &["integer", "float"],
    strings: &["string"],
    string_parts: &["string_start", "string_content", "string_end", "escape_sequence"],
    constants: &["true", "false", "none"],
    imports: &["import_statement", "import_from_statement", "future_import_statement"],
    logical: &["boolean_operator"],
    calls: &["call"],
    else_parents: &[],
    decisions: &[
        ("if", One),
        ("elif", One),
        ("for", One),
        ("while", One),
        ("except", One),
        ("except*", One),
        ("finally", One),
        ("and", One),
        ("or", One),
        ("case", One),
    ],
    roles: &[
        ("if_statement", Role::If),
        ("for_statement", Role::Loop),
        ("while_statement", Role::Loop),
        ("match_statement", Role::Switch),
        ("except_clause", Role::Catch),
        ("conditional_expression", Role::Ternary),
        ("lambda", Role::Lambda),
        ("else", Role::ElseToken),
        ("elif", Role::ElifToken),
        ("and", Role::LogicalToken),
        ("or", Role::LogicalToken),
    ],
    ..NOTHING
};
