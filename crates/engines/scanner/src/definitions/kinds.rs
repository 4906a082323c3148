//! Which nodes define something, by language.

use tree_sitter::Node;

use super::DefinitionKind::{
    self, Class, Constant, Enum, Function, Interface, Macro, Method, Module, Struct, Trait, Type,
    Variable,
};
use crate::language::Language;

/// A node that defines something.
pub(super) struct Found {
    pub(super) kind: DefinitionKind,
    pub(super) name: Name,
}

/// Where a node keeps the name.
#[derive(Clone, Copy)]
pub(super) enum Name {
    Field(&'static str),
    /// Inside the declarators of C.
    Declarator,
}

const NAME: Name = Name::Field("name");

/// What `node` defines, if it is a definition.
pub(super) fn definition(language: Language, node: Node<'_>) -> Option<Found> {
    let (kind, name) = match language {
        Language::Python => python(node),
        Language::JavaScript | Language::TypeScript | Language::Tsx => script(node),
        Language::Java => java(node),
        Language::C | Language::Cpp => c_family(node),
        Language::Go => go(node),
        Language::Rust => rust(node),
        _ => None,
    }?;
    Some(Found { kind, name })
}

/// Whether functions below the node are methods.
pub(super) fn is_type(kind: &str) -> bool {
    matches!(
        kind,
        "class_definition"
            | "class_declaration"
            | "abstract_class_declaration"
            | "class"
            | "interface_declaration"
            | "enum_declaration"
            | "record_declaration"
            | "class_specifier"
            | "struct_specifier"
            | "union_specifier"
            | "impl_item"
            | "trait_item"
    )
}

/// Whether what stands below the node is local to a function.
pub(super) fn is_function(kind: &str) -> bool {
    matches!(
        kind,
        "function_definition"
            | "function_declaration"
            | "generator_function_declaration"
            | "function_expression"
            | "arrow_function"
            | "method_definition"
            | "method_declaration"
            | "constructor_declaration"
            | "func_literal"
            | "function_item"
            | "closure_expression"
            | "lambda_expression"
            | "lambda"
    )
}

type Definition = Option<(DefinitionKind, Name)>;

fn python(node: Node<'_>) -> Definition {
    Some(match node.kind() {
        "function_definition" => (Function, NAME),
        "class_definition" => (Class, NAME),
        "type_alias_statement" => (Type, Name::Field("left")),
        // A module's own names only: a class's attributes are legion.
        "assignment"
            if node
                .parent()
                .and_then(|statement| statement.parent())
                .is_some_and(|parent| parent.kind() == "module") =>
        {
            (Variable, Name::Field("left"))
        }
        _ => return None,
    })
}

fn script(node: Node<'_>) -> Definition {
    Some(match node.kind() {
        "function_declaration" | "generator_function_declaration" | "function_signature" => {
            (Function, NAME)
        }
        "class_declaration" | "abstract_class_declaration" | "class" => (Class, NAME),
        "method_definition" | "method_signature" | "abstract_method_signature" => (Method, NAME),
        "interface_declaration" => (Interface, NAME),
        "type_alias_declaration" => (Type, NAME),
        "enum_declaration" => (Enum, NAME),
        "internal_module" | "module" => (Module, NAME),
        "variable_declarator" => (bound(node, "value").unwrap_or(Variable), NAME),
        "public_field_definition" => match bound(node, "value") {
            Some(_) => (Method, NAME),
            None => return None,
        },
        "field_definition" => match bound(node, "value") {
            Some(_) => (Method, Name::Field("property")),
            None => return None,
        },
        "assignment_expression" => (bound(node, "right")?, Name::Field("left")),
        "pair" => (bound(node, "value")?, Name::Field("key")),
        _ => return None,
    })
}

/// What a name becomes by being bound to a function or class.
fn bound(node: Node<'_>, field: &str) -> Option<DefinitionKind> {
    match node.child_by_field_name(field)?.kind() {
        "arrow_function" | "function_expression" | "generator_function" => Some(Function),
        "class" => Some(Class),
        _ => None,
    }
}

fn java(node: Node<'_>) -> Definition {
    Some(match node.kind() {
        "class_declaration" => (Class, NAME),
        "record_declaration" => (Struct, NAME),
        "interface_declaration" | "annotation_type_declaration" => (Interface, NAME),
        "enum_declaration" => (Enum, NAME),
        "enum_constant" => (Constant, NAME),
        "method_declaration" | "constructor_declaration" | "compact_constructor_declaration" => {
            (Method, NAME)
        }
        "variable_declarator"
            if node.parent().is_some_and(|parent| parent.kind() == "field_declaration") =>
        {
            (Variable, NAME)
        }
        _ => return None,
    })
}

fn c_family(node: Node<'_>) -> Definition {
    let has_body = || node.child_by_field_name("body").is_some();
    Some(match node.kind() {
        "function_definition" => (Function, Name::Declarator),
        "class_specifier" if has_body() => (Class, NAME),
        "struct_specifier" | "union_specifier" if has_body() => (Struct, NAME),
        "enum_specifier" if has_body() => (Enum, NAME),
        "enumerator" => (Constant, NAME),
        "type_definition" => (Type, Name::Declarator),
        "alias_declaration" | "concept_definition" => (Type, NAME),
        "namespace_definition" => (Module, NAME),
        "preproc_def" | "preproc_function_def" => (Macro, NAME),
        // A variable with a value is defined; without one it may be declared only.
        "init_declarator"
            if node.parent().and_then(|parent| parent.parent()).is_some_and(|outer| {
                matches!(outer.kind(), "translation_unit" | "declaration_list")
            }) =>
        {
            (Variable, Name::Declarator)
        }
        _ => return None,
    })
}

fn go(node: Node<'_>) -> Definition {
    Some(match node.kind() {
        "function_declaration" | "method_declaration" => (Function, NAME),
        "method_elem" => (Method, NAME),
        "type_spec" => {
            let kind = match node.child_by_field_name("type").map(|it| it.kind()) {
                Some("struct_type") => Struct,
                Some("interface_type") => Interface,
                _ => Type,
            };
            (kind, NAME)
        }
        "type_alias" => (Type, NAME),
        "const_spec" => (Constant, NAME),
        "var_spec" => (Variable, NAME),
        _ => return None,
    })
}

fn rust(node: Node<'_>) -> Definition {
    Some(match node.kind() {
        "function_item" | "function_signature_item" => (Function, NAME),
        "struct_item" | "union_item" => (Struct, NAME),
        "enum_item" => (Enum, NAME),
        "enum_variant" => (Constant, NAME),
        "trait_item" => (Trait, NAME),
        "type_item" | "associated_type" => (Type, NAME),
        "mod_item" => (Module, NAME),
        "const_item" => (Constant, NAME),
        "static_item" => (Variable, NAME),
        "macro_definition" => (Macro, NAME),
        _ => return None,
    })
}
