//! JavaScript, TypeScript and what is made of them.

use super::{CountFrom, Grammar, NOTHING};
use crate::language::Decision::{self, One};
use crate::language::Role;

const JS_FUNCTIONS: &[&str] = &[
    "function_declaration",
    "function_expression",
    "generator_function",
    "generator_function_declaration",
    "arrow_function",
    "method_definition",
];
const JS_SCOPES: &[(&str, &str)] = &[
    ("class_declaration", "name"),
    ("abstract_class_declaration", "name"),
    ("class", "name"),
    ("internal_module", "name"),
    ("module", "name"),
    ("function_declaration", "name"),
    ("function_expression", "name"),
    ("generator_function", "name"),
    ("generator_function_declaration", "name"),
    ("arrow_function", "name"),
    ("method_definition", "name"),
];
const JS_DECISIONS: &[(&str, Decision)] = &[
    ("if", One),
    ("for", One),
    ("while", One),
    ("catch", One),
    ("&&", One),
    ("||", One),
    ("??", One),
    ("&&=", One),
    ("||=", One),
    ("??=", One),
    ("case", One),
    ("?", Decision::Question),
    ("=", Decision::Default),
    ("<", Decision::Angle),
    ("property_identifier", Decision::Word),
];
const JS_ROLES: &[(&str, Role)] = &[
    ("if_statement", Role::If),
    ("for_statement", Role::Loop),
    ("for_in_statement", Role::Loop),
    ("while_statement", Role::Loop),
    ("do_statement", Role::Loop),
    ("switch_statement", Role::Switch),
    ("catch_clause", Role::Catch),
    ("ternary_expression", Role::Ternary),
    ("break_statement", Role::Jump),
    ("continue_statement", Role::Jump),
    ("else", Role::ElseToken),
    ("&&", Role::LogicalToken),
    ("||", Role::LogicalToken),
];

const fn javascript(load: fn() -> tree_sitter::Language) -> Grammar {
    Grammar {
        load,
        expando: '$',
        separator: ".",
        comments: &["comment", "html_comment"],
        docstrings: false,
        functions: JS_FUNCTIONS,
        count_from: CountFrom::Start,
        wrappers_are_free: true,
        scopes: JS_SCOPES,
        identifiers: &[
            "identifier",
            "property_identifier",
            "private_property_identifier",
            "shorthand_property_identifier",
            "shorthand_property_identifier_pattern",
            "type_identifier",
            "statement_identifier",
        ],
        numbers: &["number"],
        strings: &["string", "template_string", "regex"],
        string_parts: &[
            "string_fragment",
            "escape_sequence",
            "regex_pattern",
            "regex_flags",
            "html_character_reference",
            "\"",
            "'",
            "`",
        ],
        constants: &["true", "false", "null", "undefined"],
        imports: &["import_statement"],
        logical: &["binary_expression"],
        calls: &["call_expression"],
        else_parents: &[],
        decisions: JS_DECISIONS,
        roles: JS_ROLES,
        ..NOTHING
    }
}

pub(in crate::language) static JAVASCRIPT: Grammar =
    javascript(|| tree_sitter_javascript::LANGUAGE.into());
pub(in crate::language) static TYPESCRIPT: Grammar =
    javascript(|| tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into());
pub(in crate::language) static TSX: Grammar =
    javascript(|| tree_sitter_typescript::LANGUAGE_TSX.into());

/// TypeScript with `struct` and components; its grammar grew from TypeScript's.
pub(in crate::language) static ARKTS: Grammar =
    Grammar { scopes: ARKTS_SCOPES, ..javascript(|| tree_sitter_arkts::LANGUAGE.into()) };

const ARKTS_SCOPES: &[(&str, &str)] = &[
    ("struct_declaration", "name"),
    ("class_declaration", "name"),
    ("abstract_class_declaration", "name"),
    ("class", "name"),
    ("internal_module", "name"),
    ("module", "name"),
    ("function_declaration", "name"),
    ("function_expression", "name"),
    ("generator_function", "name"),
    ("generator_function_declaration", "name"),
    ("arrow_function", "name"),
    ("method_definition", "name"),
];
