//! Fortran, free form.

use super::{Body, Grammar, NOTHING};
use crate::language::Decision::{self, One};
use crate::language::Role;

pub(in crate::language) static FORTRAN: Grammar = Grammar {
    load: || tree_sitter_fortran::LANGUAGE.into(),
    expando: '$',
    separator: "::",
    comments: &["comment", "inline_preproc_comment", "multiline_preproc_comment"],
    functions: &["function", "subroutine", "module_procedure"],
    body: Body::Always,
    scopes: &[
        ("module", "name"),
        ("submodule", "name"),
        ("program", "name"),
        ("function", "name"),
        ("subroutine", "name"),
        ("module_procedure", "name"),
    ],
    identifiers: &["identifier", "name", "type_name", "module_name", "method_name"],
    numbers: &["number_literal"],
    strings: &["string_literal", "hollerith_constant"],
    constants: &["boolean_literal", "null_literal", "nil_literal"],
    imports: &["use_statement", "include_statement", "preproc_include"],
    logical: &["logical_expression"],
    calls: &["call_expression", "subroutine_call"],
    decisions: &[
        ("if", Decision::FortranWord),
        ("do", Decision::FortranWord),
        ("case", Decision::FortranWord),
        (".and.", Decision::FortranWord),
        (".or.", Decision::FortranWord),
        ("\\.and\\.", Decision::FortranWord),
        ("\\.or\\.", Decision::FortranWord),
        ("elseif", One),
        ("#if", One),
        ("#ifdef", One),
        ("#ifndef", One),
        ("#elif", One),
    ],
    roles: &[
        ("if_statement", Role::If),
        ("do_loop", Role::Loop),
        ("do_loop_statement", Role::Loop),
        ("where_statement", Role::If),
        ("forall_statement", Role::Loop),
        ("select_case_statement", Role::Switch),
        ("select_type_statement", Role::Switch),
        ("select_rank_statement", Role::Switch),
        ("conditional_expression", Role::Ternary),
        ("else", Role::ElseToken),
        ("elseif", Role::ElifToken),
        (".and.", Role::LogicalToken),
        (".or.", Role::LogicalToken),
        ("\\.and\\.", Role::LogicalToken),
        ("\\.or\\.", Role::LogicalToken),
    ],
    ..NOTHING
};
