//! Lua and the shells.

use super::{Body, Grammar, NOTHING};
use crate::language::Decision::One;
use crate::language::Role;

pub(in crate::language) static LUA: Grammar = Grammar {
    load: || tree_sitter_lua::LANGUAGE.into(),
    comments: &["comment", "hash_bang_line"],
    functions: &["function_declaration", "function_definition"],
    body: Body::Always,
    scopes: &[("function_declaration", "name"), ("function_definition", "name")],
    identifiers: &["identifier"],
    numbers: &["number"],
    strings: &["string"],
    string_parts: &["string_content", "escape_sequence", "\"", "'", "[[", "]]"],
    constants: &["true", "false", "nil"],
    logical: &["binary_expression"],
    calls: &["function_call"],
    decisions: &[
        ("if", One),
        ("elseif", One),
        ("until", One),
        ("for", One),
        ("while", One),
        ("and", One),
        ("or", One),
    ],
    roles: &[
        ("if_statement", Role::If),
        ("for_statement", Role::Loop),
        ("while_statement", Role::Loop),
        ("repeat_statement", Role::Loop),
        ("goto_statement", Role::Goto),
        ("else", Role::ElseToken),
        ("elseif", Role::ElifToken),
        ("and", Role::LogicalToken),
        ("or", Role::LogicalToken),
    ],
    ..NOTHING
};

/// No tool sets a measure for shell scripts; this counts as lizard does in
/// languages with the same constructs.
pub(in crate::language) static SHELL: Grammar = Grammar {
    load: || tree_sitter_bash::LANGUAGE.into(),
    functions: &["function_definition"],
    scopes: &[("function_definition", "name")],
    identifiers: &["word", "variable_name", "special_variable_name"],
    numbers: &["number"],
    strings: &["string", "raw_string", "ansi_c_string", "translated_string", "heredoc_body"],
    string_parts: &["string_content", "heredoc_content", "heredoc_start", "heredoc_end", "\""],
    logical: &["list", "binary_expression"],
    calls: &["command"],
    decisions: &[
        ("if", One),
        ("elif", One),
        ("for", One),
        ("while", One),
        ("until", One),
        ("case_item", One),
        ("&&", One),
        ("||", One),
    ],
    roles: &[
        ("if_statement", Role::If),
        ("for_statement", Role::Loop),
        ("c_style_for_statement", Role::Loop),
        ("while_statement", Role::Loop),
        ("case_statement", Role::Switch),
        ("ternary_expression", Role::Ternary),
        ("else", Role::ElseToken),
        ("elif", Role::ElifToken),
        ("&&", Role::LogicalToken),
        ("||", Role::LogicalToken),
    ],
    ..NOTHING
};
