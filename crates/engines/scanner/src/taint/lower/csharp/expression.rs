//! Expressions, and the arguments of calls.

use tree_sitter::Node;

use super::super::{F, Lower, integer, last_name};
use super::declare::{function, type_name};
use crate::taint::ir::{Arg, Id, Kind, Op};

pub(in super::super) fn expr<'s>(l: &mut Lower<'s>, n: Node<'_>) -> Id {
    match n.kind() {
        "identifier" | "this" | "base" | "predefined_type" | "implicit_parameter" => l.name(n),
        "generic_name" => {
            let name = last_name(l.text(n));
            let sym = l.sym(name);
            l.push(n, Kind::Name(sym))
        }
        "integer_literal" => match integer(l.text(n)) {
            Some(value) => l.push(n, Kind::Int(value)),
            None => l.push(n, Kind::Parts(Vec::new())),
        },
        "boolean_literal" => {
            let value = l.text(n) == "true";
            l.push(n, Kind::Bool(value))
        }
        "null_literal" => l.push(n, Kind::Null),
        "string_literal"
        | "verbatim_string_literal"
        | "raw_string_literal"
        | "character_literal" => {
            let text = l.text(n).trim_start_matches('@');
            let inner = text.trim_matches(['"', '\'']);
            l.string(n, inner)
        }
        "interpolated_string_expression" => {
            let mut parts = Vec::new();
            let mut cursor = n.walk();
            for child in n.named_children(&mut cursor) {
                match child.kind() {
                    "interpolation" => {
                        if let Some(inner) = child
                            .named_child(0)
                            .filter(|c| c.kind() == "interpolation_brace")
                            .and_then(|_| child.named_child(1))
                            .or_else(|| child.named_child(0))
                        {
                            parts.push(l.expr(inner));
                        }
                    }
                    "string_content" | "escape_sequence" => {
                        let text = l.text(child);
                        parts.push(l.string(child, text));
                    }
                    _ => {}
                }
            }
            l.push(n, Kind::Text(parts))
        }
        "parenthesized_expression"
        | "await_expression"
        | "checked_expression"
        | "ref_expression"
        | "constant_pattern"
        | "postfix_unary_expression_null" => l.first(n),
        "binary_expression" => l.binary(n, &["+"]),
        "prefix_unary_expression" | "unary_expression" => {
            let inner = l.first(n);
            match l.text(n).as_bytes().first() {
                Some(b'!') => l.push(n, Kind::Not(inner)),
                Some(b'-') if !l.text(n).starts_with("--") => l.push(n, Kind::Neg(inner)),
                Some(b'+' | b'-') => {
                    let one = l.push(n, Kind::Int(1));
                    l.assign(n, inner, Some(Op::Add), one)
                }
                _ => inner,
            }
        }
        "postfix_unary_expression" => {
            let inner = l.first(n);
            if l.text(n).ends_with('!') {
                return inner;
            }
            let one = l.push(n, Kind::Int(1));
            l.assign(n, inner, Some(Op::Add), one)
        }
        "assignment_expression" => {
            let op = l.field(n, F::Operator).map_or("=", |o| l.text(o));
            let op = (op != "=").then(|| Op::of(op));
            let value = l.expr_at(n, F::Right);
            let target = l.expr_at(n, F::Left);
            l.assign(n, target, op, value)
        }
        "conditional_expression" => l.choice(n),
        "cast_expression" => {
            let ty = l.field(n, F::Type).map_or("", |t| type_name(l, t));
            let value = l.expr_at(n, F::Value);
            l.push(n, Kind::Cast(ty, value))
        }
        "as_expression" => {
            let ty = l.field(n, F::Right).map_or("", |t| type_name(l, t));
            let value = l.expr_at(n, F::Left);
            l.push(n, Kind::Cast(ty, value))
        }
        "is_expression" | "is_pattern_expression" => {
            let inner = l.first(n);
            let null = l.push(n, Kind::Null);
            l.push(n, Kind::Binary(Op::Test, inner, null))
        }
        "invocation_expression" => {
            let callee = l.expr_at(n, F::Function);
            let args = l.arguments(l.field(n, F::Arguments));
            l.call(n, callee, args)
        }
        "object_creation_expression" => {
            let ty = l.field(n, F::Type).map_or("", |t| type_name(l, t));
            creation(l, n, ty)
        }
        "implicit_object_creation_expression" => l.parts(n),
        "member_access_expression" => {
            let object = l.expr_at(n, F::Expression);
            let name = l.field(n, F::Name).map_or("", |f| last_name(l.text(f)));
            l.push(n, Kind::Field(object, name))
        }
        "conditional_access_expression" => {
            let object = l.expr_at(n, F::Condition);
            match n.named_child(1) {
                Some(b) if b.kind() == "member_binding_expression" => {
                    let name = l.field(b, F::Name).map_or("", |f| last_name(l.text(f)));
                    l.push(n, Kind::Field(object, name))
                }
                Some(b) if b.kind() == "invocation_expression" => {
                    let name = l
                        .field(b, F::Function)
                        .and_then(|f| l.field(f, F::Name))
                        .map_or("", |f| last_name(l.text(f)));
                    let callee = l.push(n, Kind::Field(object, name));
                    let args = l.arguments(l.field(b, F::Arguments));
                    l.call(n, callee, args)
                }
                _ => object,
            }
        }
        "element_access_expression" => {
            let base = l.expr_at(n, F::Expression);
            let args = l.arguments(l.field(n, F::Subscript));
            match args[..] {
                [one] => l.push(n, Kind::Index(base, one.value)),
                _ => base,
            }
        }
        "array_creation_expression"
        | "implicit_array_creation_expression"
        | "initializer_expression"
        | "collection_expression"
        | "tuple_expression" => {
            let list = match n.kind() {
                "array_creation_expression" | "implicit_array_creation_expression" => {
                    let mut cursor = n.walk();
                    n.named_children(&mut cursor).find(|c| c.kind() == "initializer_expression")
                }
                _ => Some(n),
            };
            let items = list.map(|list| l.children(list)).unwrap_or_default();
            l.push(n, Kind::List(items))
        }
        "argument" | "collection_element" | "expression_element" => {
            let last = n.named_child(n.named_child_count().saturating_sub(1) as u32);
            match last {
                Some(last) => l.expr(last),
                None => l.push(n, Kind::Parts(Vec::new())),
            }
        }
        "lambda_expression" | "anonymous_method_expression" => {
            let f = function(l, n);
            l.push(n, Kind::Lambda(f))
        }
        "declaration_expression" => match l.field(n, F::Name) {
            Some(name) => l.expr(name),
            None => l.push(n, Kind::Parts(Vec::new())),
        },
        "switch_expression" => {
            let mut parts = Vec::new();
            let mut cursor = n.walk();
            for arm in n.named_children(&mut cursor).filter(|c| c.kind() == "switch_expression_arm")
            {
                let last = arm.named_child(arm.named_child_count().saturating_sub(1) as u32);
                parts.extend(last.map(|last| l.expr(last)));
            }
            l.push(n, Kind::Parts(parts))
        }
        "comment" | "typeof_expression" | "sizeof_expression" | "default_expression"
        | "real_literal" => l.push(n, Kind::Parts(Vec::new())),
        _ => l.parts(n),
    }
}

/// `new T(…) { … }`, or `new(…)` where a `T` is wanted.
pub(super) fn creation<'s>(l: &mut Lower<'s>, n: Node<'_>, ty: &'s str) -> Id {
    let (mut list, mut init) = (l.field(n, F::Arguments), l.field(n, F::Initializer));
    let mut cursor = n.walk();
    for child in n.named_children(&mut cursor) {
        match child.kind() {
            "argument_list" => list = Some(child),
            "initializer_expression" => init = Some(child),
            _ => {}
        }
    }
    let mut args = l.arguments(list);
    let made = init.map(|init| initializer(l, init, &mut args)).unwrap_or_default();
    let object = l.push(n, Kind::New(ty, args, None));
    if made.is_empty() {
        return object;
    }
    // `new T { A = x }` sets fields of what it makes.
    let sym = l.sym("<made>");
    let name = l.push(n, Kind::Name(sym));
    let mut parts = vec![l.push(n, Kind::Assign(name, None, object))];
    for (at, field, value) in made {
        let target = l.push_at(at.0, at.1, Kind::Field(name, field));
        parts.push(l.push_at(at.0, at.1, Kind::Assign(target, None, value)));
    }
    parts.push(name);
    let all = l.push(n, Kind::Parts(parts));
    l.push(n, Kind::Cast(ty, all))
}

/// What an initialiser sets; elements of a list are arguments instead.
pub(super) fn initializer<'s>(
    l: &mut Lower<'s>,
    init: Node<'_>,
    args: &mut Vec<Arg<'s>>,
) -> Vec<((usize, usize), &'s str, Id)> {
    let mut made = Vec::new();
    let mut cursor = init.walk();
    for part in init.named_children(&mut cursor) {
        if part.kind() == "assignment_expression"
            && let (Some(left), Some(right)) = (l.field(part, F::Left), l.field(part, F::Right))
            && left.kind() == "identifier"
        {
            let value = l.expr(right);
            made.push(((part.start_byte(), part.end_byte()), l.text(left), value));
        } else if part.kind() != "comment" {
            let value = l.expr(part);
            args.push(Arg { name: "<element>", value });
        }
    }
    made
}
