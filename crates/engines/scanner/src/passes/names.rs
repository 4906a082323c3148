//! Names and parameters of functions and scopes, which every grammar keeps
//! somewhere else.

use tree_sitter::Node;

use super::walk::Frame;
use crate::language::{Body, KindTable};

/// A name and where it stands.
pub(super) struct Name {
    pub(super) text: String,
    pub(super) at: usize,
}

/// The name of a function or scope; `None` where it has none.
pub(super) fn name_of(
    node: Node<'_>,
    table: &KindTable,
    bytes: &[u8],
    stack: &[Frame<'_>],
) -> Option<Name> {
    let kind = node.kind();
    let of = |n: Node<'_>| Some(Name { text: text(n, bytes), at: n.start_byte() });
    match kind {
        "impl_item" => {
            let target = node.child_by_field_name("type")?;
            Some(Name { text: without_generics(text(target, bytes)), at: target.start_byte() })
        }
        "method_declaration" => {
            let name = node.child_by_field_id(table.fields.name)?;
            let receiver =
                node.child_by_field_name("receiver").and_then(|r| receiver_type(r, bytes));
            Some(Name {
                text: match receiver {
                    Some(receiver) => format!("{receiver}.{}", text(name, bytes)),
                    None => text(name, bytes),
                },
                at: name.start_byte(),
            })
        }
        "getter" => fixed("get", node),
        "setter" => fixed("set", node),
        "secondary_constructor" => fixed("constructor", node),
        "indexer_declaration" => fixed("this[]", node),
        "operator_declaration" | "conversion_operator_declaration" => {
            let field = if kind == "operator_declaration" { "operator" } else { "type" };
            let name = node.child_by_field_name(field)?;
            Some(Name { text: format!("operator {}", text(name, bytes)), at: name.start_byte() })
        }
        _ => {
            if let Some(name) = node.child_by_field_id(table.fields.name) {
                return of(name);
            }
            if node.child_by_field_id(table.fields.declarator).is_some() {
                return of(declared_name(node, table)?);
            }
            match kind {
                "companion_object" => fixed("Companion", node),
                "property_declaration" => of(property_with_code(node)?),
                _ => of(heading_name(node).or_else(|| bound_name(stack))?),
            }
        }
    }
}

fn fixed(name: &str, node: Node<'_>) -> Option<Name> {
    Some(Name { text: name.to_owned(), at: node.start_byte() })
}

/// What a function does; `None` for a mere declaration.
pub(super) fn body_of<'t>(node: Node<'t>, table: &KindTable) -> Option<Node<'t>> {
    match table.grammar.body {
        Body::Field => node.child_by_field_id(table.fields.body),
        Body::Always => Some(node),
        Body::Child(kinds) => {
            let mut cursor = node.walk();
            node.named_children(&mut cursor).find(|n| kinds.contains(&n.kind()))
        }
    }
}

/// Fortran: the statement that begins a function or module.
fn heading<'t>(node: Node<'t>) -> Option<Node<'t>> {
    node.named_child(0).filter(|n| n.kind().ends_with("_statement"))
}

fn heading_name<'t>(node: Node<'t>) -> Option<Node<'t>> {
    let heading = heading(node)?;
    heading.child_by_field_name("name").or_else(|| {
        let mut cursor = heading.walk();
        heading.named_children(&mut cursor).find(|n| matches!(n.kind(), "name" | "identifier"))
    })
}

/// Kotlin: the name of a property that has code of its own.
fn property_with_code<'t>(node: Node<'t>) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    let mut children = node.named_children(&mut cursor);
    let name = children.find(|n| n.kind() == "variable_declaration")?.named_child(0)?;
    children.any(|n| matches!(n.kind(), "getter" | "setter")).then_some(name)
}

/// Number of declared parameters.
pub(super) fn parameters(node: Node<'_>, table: &KindTable, bytes: &[u8]) -> u16 {
    let mut cursor = node.walk();
    let mut lists: Vec<Node<'_>> = std::num::NonZero::new(table.fields.parameters)
        .map_or_else(Vec::new, |field| node.children_by_field_id(field, &mut cursor).collect());
    if lists.is_empty() {
        let other = function_declarator(node, table)
            .and_then(|d| d.child_by_field_id(table.fields.parameters))
            .or_else(|| heading(node)?.child_by_field_id(table.fields.parameters))
            .or_else(|| {
                let mut cursor = node.walk();
                node.named_children(&mut cursor).find(|n| n.kind() == "function_value_parameters")
            });
        lists.extend(other);
    }
    if lists.is_empty() {
        // `x => …` has one parameter and no list.
        return u16::from(node.child_by_field_name("parameter").is_some());
    }
    let count: usize = lists.iter().map(|list| declared(*list, bytes)).sum();
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// Number of parameters in one list.
fn declared(list: Node<'_>, bytes: &[u8]) -> usize {
    let mut cursor = list.walk();
    let mut count = 0;
    for child in list.named_children(&mut cursor) {
        count += match child.kind() {
            "comment"
            | "line_comment"
            | "block_comment"
            | "attribute_item"
            | "attribute_list"
            | "parameter_modifiers"
            | "keyword_separator"
            | "positional_separator"
            | "receiver_parameter" => 0,
            "parameter_declaration" => {
                if text(child, bytes) == "void" {
                    0
                } else {
                    let mut names = child.walk();
                    child.children_by_field_name("name", &mut names).count().max(1)
                }
            }
            _ => 1,
        };
    }
    count
}

/// C and C++: the identifier inside the declarators.
pub(crate) fn declared_name<'t>(node: Node<'t>, table: &KindTable) -> Option<Node<'t>> {
    function_declarator(node, table)?.child_by_field_id(table.fields.declarator)
}

fn function_declarator<'t>(node: Node<'t>, table: &KindTable) -> Option<Node<'t>> {
    let mut at = node.child_by_field_id(table.fields.declarator)?;
    // The depth is bounded by what a programmer writes; the limit by what a
    // fuzzer does.
    for _ in 0..64 {
        if at.kind() == "function_declarator" {
            // `int (*f(int))(char)`: the inner declarator is the function.
            let inner = at
                .child_by_field_id(table.fields.declarator)
                .and_then(|d| nested_declarator(d, table));
            match inner {
                Some(inner) => at = inner,
                None => return Some(at),
            }
        } else {
            at = at
                .child_by_field_id(table.fields.declarator)
                .or_else(|| at.named_child(at.named_child_count().checked_sub(1)? as u32))?;
        }
    }
    None
}

fn nested_declarator<'t>(node: Node<'t>, table: &KindTable) -> Option<Node<'t>> {
    let mut at = node;
    while matches!(at.kind(), "parenthesized_declarator" | "pointer_declarator") {
        at = at.child_by_field_id(table.fields.declarator).or_else(|| at.named_child(0))?;
    }
    (at.kind() == "function_declarator").then_some(at)
}

/// What a function without a name is bound to.
fn bound_name<'t>(stack: &[Frame<'t>]) -> Option<Node<'t>> {
    let parent = stack.last()?.node;
    let field = match parent.kind() {
        "variable_declarator" | "public_field_definition" | "field" => "name",
        "field_definition" => "property",
        "pair" => "key",
        "assignment_expression" => "left",
        // Lua: `a, b = function() … end`
        "expression_list" => {
            let assignment = stack.get(stack.len().checked_sub(2)?)?.node;
            let names = assignment.named_child(0)?;
            return (assignment.kind() == "assignment_statement").then(|| names.named_child(0))?;
        }
        _ => return None,
    };
    parent.child_by_field_name(field)
}

/// Go: the type of a method's receiver, without pointer and type arguments.
fn receiver_type(receiver: Node<'_>, bytes: &[u8]) -> Option<String> {
    let declared = receiver.named_child(0)?.child_by_field_name("type")?;
    let name = text(declared, bytes);
    let name = name.trim_start_matches(['*', '(', ' ']);
    let end = name.find(['[', ')', ' ']).unwrap_or(name.len());
    Some(name[..end].to_owned())
}

fn without_generics(mut name: String) -> String {
    if let Some(i) = name.find('<') {
        name.truncate(i);
    }
    name
}

/// The node's text; long or multi-line "names" (computed keys) are cut.
fn text(node: Node<'_>, bytes: &[u8]) -> String {
    let all = bytes.get(node.byte_range()).unwrap_or_default();
    let line = all.split(|b| *b == b'\n').next().unwrap_or_default();
    let text = String::from_utf8_lossy(line);
    match text.char_indices().nth(120) {
        Some((i, _)) => text[..i].to_owned(),
        None => text.into_owned(),
    }
}
