//! Expressions, the arguments of calls, and markup.

use tree_sitter::Node;

use super::super::{F, Lower, integer, last_name};
use super::declare::{class, function};
use crate::taint::ir::{Arg, Id, Kind, Op};

pub(in super::super) fn expr<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    match n.kind() {
        "identifier"
        | "this"
        | "super"
        | "shorthand_property_identifier"
        | "shorthand_property_identifier_pattern" => l.name(n),
        "undefined" | "null" => l.push(n, Kind::Null),
        "number" => match integer(l.text(n)) {
            Some(value) => l.push(n, Kind::Int(value)),
            None => l.push(n, Kind::Parts(Vec::new())),
        },
        "true" => l.push(n, Kind::Bool(true)),
        "false" => l.push(n, Kind::Bool(false)),
        "string" => {
            let text = l.text(n);
            let inner = text.get(1..text.len().saturating_sub(1)).unwrap_or_default();
            l.string(n, inner)
        }
        "regex" => {
            let text = l.text(n);
            l.push(n, Kind::Str(text.into()))
        }
        "template_string" => {
            let mut parts = Vec::new();
            let mut cursor = n.walk();
            for child in n.named_children(&mut cursor) {
                if child.kind() == "template_substitution" {
                    parts.push(l.first(child));
                } else {
                    let text = l.text(child);
                    parts.push(l.string(child, text));
                }
            }
            l.push(n, Kind::Text(parts))
        }
        "parenthesized_expression"
        | "await_expression"
        | "spread_element"
        | "yield_expression"
        | "non_null_expression"
        | "rest_pattern"
        | "jsx_expression" => l.first(n),
        "satisfies_expression" => l.first(n),
        "as_expression" | "type_assertion" => {
            let value = l.first(n);
            let ty = n.named_child(1).map_or("", |t| last_name(l.text(t)));
            l.push(n, Kind::Cast(ty, value))
        }
        "sequence_expression" => {
            let parts = l.children(n);
            l.push(n, Kind::Parts(parts))
        }
        "binary_expression" => l.binary(n, &["+"]),
        "unary_expression" => {
            let inner = l.expr_at(n, F::Argument);
            match l.field(n, F::Operator).map_or("", |o| o.kind()) {
                "!" => l.push(n, Kind::Not(inner)),
                "-" => l.push(n, Kind::Neg(inner)),
                "typeof" | "+" | "~" | "delete" | "void" => {
                    let null = l.push(n, Kind::Null);
                    l.push(n, Kind::Binary(Op::Test, inner, null))
                }
                _ => inner,
            }
        }
        "update_expression" => {
            let target = l.expr_at(n, F::Argument);
            let one = l.push(n, Kind::Int(1));
            let op = if l.text(n).contains("++") { Op::Add } else { Op::Sub };
            l.assign(n, target, Some(op), one)
        }
        "assignment_expression" | "augmented_assignment_expression" => {
            let op = l.field(n, F::Operator).map_or("=", |o| o.kind());
            let value = l.expr_at(n, F::Right);
            let target = l.expr_at(n, F::Left);
            l.assign(n, target, (op != "=").then(|| Op::of(op)), value)
        }
        "ternary_expression" => l.choice(n),
        "call_expression" => {
            let callee = l.expr_at(n, F::Function);
            let args = arguments(l, n);
            l.call(n, callee, args)
        }
        "new_expression" => {
            let args = arguments(l, n);
            let ty = l.field(n, F::Constructor).map_or("", |c| last_name(l.text(c)));
            l.push(n, Kind::New(ty, args, None))
        }
        "member_expression" => {
            let object = l.expr_at(n, F::Object);
            let name = l.field(n, F::Property).map_or("", |f| l.text(f));
            l.push(n, Kind::Field(object, name))
        }
        "subscript_expression" => {
            let base = l.expr_at(n, F::Object);
            let index = l.expr_at(n, F::Index);
            l.push(n, Kind::Index(base, index))
        }
        "array" | "array_pattern" => {
            let items = l.children(n);
            l.push(n, Kind::List(items))
        }
        "object" | "object_pattern" => object(l, n),
        "assignment_pattern" | "object_assignment_pattern" => l.expr_at(n, F::Left),
        "arrow_function" | "function_expression" | "generator_function" => {
            let f = function(l, n);
            l.push(n, Kind::Lambda(f))
        }
        "class" => {
            let c = class(l, n);
            l.push(n, Kind::New("", Vec::new(), Some(c)))
        }
        "jsx_element" | "jsx_self_closing_element" | "jsx_opening_element" => markup(l, n),
        "lexical_declaration" | "variable_declaration" => {
            // The head of a `for … of`.
            let name = n.named_child(0).and_then(|d| l.field(d, F::Name));
            match name {
                Some(name) => l.expr(name),
                None => l.push(n, Kind::Parts(Vec::new())),
            }
        }
        "comment" | "type_arguments" | "type_annotation" => l.push(n, Kind::Parts(Vec::new())),
        _ => l.parts(n),
    }
}

pub(super) fn arguments<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Vec<Arg<'s>> {
    let Some(list) = l.field(n, F::Arguments) else { return Vec::new() };
    if list.kind() == "template_string" {
        let value = l.expr(list);
        return vec![Arg { name: "", value }];
    }
    l.children(list).into_iter().map(|value| Arg { name: "", value }).collect()
}

/// Markup: what an attribute sets is an assignment to it.
pub(super) fn markup<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    let mut parts = Vec::new();
    let mut cursor = n.walk();
    for child in n.named_children(&mut cursor) {
        match child.kind() {
            "jsx_attribute" => {
                if let (Some(name), Some(value)) = (child.named_child(0), child.named_child(1)) {
                    let value = l.expr(value);
                    let element = l.push(child, Kind::Parts(Vec::new()));
                    let name = l.text(name);
                    let target = l.push(child, Kind::Field(element, name));
                    parts.push(l.push(child, Kind::Assign(target, None, value)));
                }
            }
            "jsx_expression"
            | "jsx_element"
            | "jsx_self_closing_element"
            | "jsx_opening_element" => parts.push(l.expr(child)),
            _ => {}
        }
    }
    // React escapes what it renders: the element carries nothing on.
    let made = l.push(n, Kind::Parts(parts));
    l.push(n, Kind::Cast("Element", made))
}

pub(super) fn object<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    let mut entries = Vec::new();
    let mut cursor = n.walk();
    for part in n.named_children(&mut cursor) {
        match part.kind() {
            "pair" | "pair_pattern" => {
                let key = match l.field(part, F::Key) {
                    Some(k) if k.kind() == "property_identifier" || k.kind() == "number" => {
                        let text = l.text(k);
                        Some(l.string(k, text))
                    }
                    Some(k) if k.kind() == "computed_property_name" => Some(l.first(k)),
                    Some(k) => Some(l.expr(k)),
                    None => None,
                };
                let value = l.expr_at(part, F::Value);
                entries.push((key, value));
            }
            "shorthand_property_identifier" | "shorthand_property_identifier_pattern" => {
                let text = l.text(part);
                let key = l.string(part, text);
                let value = l.name(part);
                entries.push((Some(key), value));
            }
            "object_assignment_pattern" => {
                let Some(left) = l.field(part, F::Left) else { continue };
                let text = l.text(left);
                let key = l.string(left, text);
                let value = l.expr(left);
                entries.push((Some(key), value));
            }
            "spread_element" | "rest_pattern" => {
                let value = l.first(part);
                entries.push((None, value));
            }
            "method_definition" => {
                let f = function(l, part);
                let name = l.field(part, F::Name).map_or("", |c| l.text(c));
                let key = l.string(part, name);
                let value = l.push(part, Kind::Lambda(f));
                entries.push((Some(key), value));
            }
            _ => {}
        }
    }
    l.push(n, Kind::Map(entries))
}
